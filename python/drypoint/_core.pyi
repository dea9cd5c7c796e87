"""The compiled engine: what the adapter calls."""

import os
from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Buffer

__all__ = [
    "BufferRegion",
    "ClipPath",
    "Document",
    "Face",
    "FontFile",
    "GlyphRun",
    "GlyphTable",
    "Mirror",
    "Ops",
    "Outline",
    "Path",
    "PdfFile",
    "PixelReader",
    "Renderer",
    "ShapingTable",
    "Shown",
    "Style",
    "TextLayout",
    "__version__",
    "encode_png",
    "forked",
    "has_items",
    "is_latin",
    "set_threads",
    "stop_threads",
    "threads",
]

__version__: str

def is_latin(s: str) -> bool | None:
    """Whether a string of ISO 8859-1 and common punctuation is in Latin script (or in none); None if in several."""

def has_items(mapping: dict[str, Any], keys: tuple[str, ...], values: tuple[Any, ...]) -> bool:
    """Whether a dictionary has these values under these keys, which are as many."""

def encode_png(
    pixels: NDArray[np.uint8] | Buffer,
    *,
    dpi: float | None = None,
    text: Sequence[tuple[str | bytes, str | bytes]] = ...,
    compression: int | None = None,
) -> bytes:
    """A PNG file of pixels (h, w, 4) uint8, straight RGBA, row 0 on top.

    *dpi* is stored in it, and *text*, pairs of key and value; *compression* is a level of zlib from 0 to 9, by default
    chosen from the picture.
    """

class _PathLike(Protocol):
    @property
    def vertices(self) -> ArrayLike: ...
    @property
    def codes(self) -> ArrayLike | None: ...

@final
class Outline:
    """A glyph outline that no longer needs its font."""

    def __new__(
        cls, vertices: NDArray[np.float64], codes: NDArray[np.uint8], shift_px: int = 0
    ) -> Outline: ...
    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """(x_min, y_min, x_max, y_max) of all points in 1/64 px, y up; zeros if there is none."""

@final
class GlyphRun:
    """The glyphs of a string at an angle, to be drawn any number of times."""

    def __new__(
        cls,
        outlines: Sequence[Outline],
        dx: Sequence[float],
        dy: Sequence[float],
        cos: float,
        sin: float,
    ) -> GlyphRun: ...
    def __len__(self) -> int: ...
    def bitmaps(
        self, x: float, y: float, height: float
    ) -> list[tuple[int, int, NDArray[np.uint8]]]:
        """(left, top, coverage) of each glyph, pixels, y up; the string at (x, y), y down."""

@final
class ShapingTable:
    """What is known of the characters of a face at one size, in which a string is the sum of its characters."""

    def __new__(cls) -> ShapingTable: ...
    def distance(self, first: str, second: str) -> float | None:
        """Pixels from the first of two neighbours to the second; None if that is not known."""

    def note_distance(self, first: str, second: str, px: float) -> bool:
        """Note a distance unless one is known; whether it is the one that is known then."""

    def advance(self, last: str) -> float | None:
        """Pixels from a character that is the last one to the end of the string; None if that is not known."""

    def note_advance(self, last: str, px: float) -> None:
        """Note an advance unless one is known."""

    def knows_ink(self, character: str) -> bool:
        """Whether it is known where the ink of a character is."""

    def note_ink(self, character: str, low: int, high: int) -> None:
        """Note the lowest and the highest ink of a character, 1/64 px, y up."""

    def extents(self, s: str) -> tuple[float, float, float] | None:
        """Width, height of the ink and descent of a string that is not empty, px; None if not all is known."""

    def run(self, s: str, glyphs: GlyphTable) -> GlyphRun | None:
        """The glyphs of a string that is not empty; None if not all is known."""

@final
class GlyphTable:
    """The outlines of characters at an angle, of which `cos` and `sin` are given."""

    def __new__(cls, cos: float, sin: float) -> GlyphTable: ...
    def add(self, character: str, outline: Outline) -> None:
        """Add the outline of a character, which must have been turned by the same angle."""

    def missing(self, s: str) -> str:
        """The characters of a string that are not there."""

@final
class FontFile:
    """A font file of which only what was read is in memory; stands for a binary file, as far as FreeType asks for one.

    Raises `OSError` if it cannot be opened, or later read.
    """

    def __new__(cls, path: str | os.PathLike[str]) -> FontFile: ...
    def reader(self) -> FontFile:
        """The same file, to be read from its beginning."""

    def seek(self, offset: int) -> int:
        """Go to a place in the file."""

    def read(self, count: int) -> bytes:
        """So many bytes from there on, fewer at the end of the file."""

    def close(self) -> None:
        """Nothing: others may read on."""

    def is_overlapping(self, face_index: int, glyph: int) -> bool | None:
        """Whether a glyph's contours are flagged as overlapping; None where one cannot tell."""

    def interactions(
        self, face_index: int, glyphs: Sequence[int]
    ) -> tuple[list[int], list[tuple[int, int]], list[int]] | None:
        """Glyphs that may be replaced or moved, neighbours that may be joined, glyphs that may be kerned with the next.

        None if anything may be replaced.
        """

@final
class Path:
    """A path with arrays of its own: (N, 2) vertices, (N,) codes or None, simplification threshold in px or None."""

    def __new__(
        cls, vertices: ArrayLike, codes: ArrayLike | None = None, simplify: float | None = None
    ) -> Path: ...

@final
class ClipPath:
    """A path that limits where drawing shows; the mask is kept while identity and affine stay the same."""

    def __new__(cls, path: Path, affine: ArrayLike | None, identity: int) -> ClipPath: ...

@final
class Style:
    """Everything that applies to a path besides its fill; lengths in points, clip and sketch in px, y up."""

    def __new__(
        cls,
        line_width: float,
        color: Sequence[float],
        antialiased: bool,
        cap: str,
        join: str,
        dashes: tuple[float, Sequence[float] | None],
        clip_rect: tuple[float, float, float, float] | None,
        clip_path: ClipPath | None,
        snap: bool | None,
        hatch: tuple[Path, Sequence[float], float] | None,
        sketch: tuple[float, float, float] | None,
    ) -> Style: ...

@final
class BufferRegion:
    """A saved rectangle of a canvas: a buffer (height, width, 4) of uint8, straight RGBA, row 0 on top."""

    def get_extents(self) -> tuple[int, int, int, int]:
        """(x1, y1, x2, y2) in px, y down."""

    def set_x(self, x: int) -> None:
        """Move the left edge."""

    def set_y(self, y: int) -> None:
        """Move the upper edge."""

    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, buffer: memoryview, /) -> None: ...

@final
class PixelReader:
    """The pixels of a `Renderer` for whoever only reads them, as a buffer; while one is out, drawing is synchronous."""

    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, buffer: memoryview, /) -> None: ...

@final
class Shown:
    """Which parts of a canvas a window shows as they are."""

    def __new__(cls) -> Shown: ...
    def update(
        self,
        renderer: Renderer,
        part: tuple[int, int, int, int],
        box_px: int,
        mirror: Mirror | None = None,
    ) -> list[tuple[int, int, int, int]]:
        """The boxes that have to be shown so that *part* is; left, top, right, bottom in px, y down.

        To show another box takes as long as to show *box_px* pixels more in one. A *mirror* is updated as well.
        """

@final
class Mirror:
    """A copy of an opaque canvas as numbers of 32 bits, 0xffRRGGBB: a buffer (height, width, 4) of uint8."""

    def __new__(cls, width: int, height: int) -> Mirror: ...
    def update(self, renderer: Renderer) -> None:
        """Show what a canvas of the same size does; only what has changed since the last time is copied."""

    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, buffer: memoryview, /) -> None: ...

@final
class Renderer:
    """Records drawing on a canvas; a buffer (height, width, 4) of uint8, straight RGBA, row 0 on top, writable."""

    def __new__(cls, width: int, height: int, dpi: float) -> Renderer: ...
    @property
    def width(self) -> int:
        """Columns."""

    @property
    def height(self) -> int:
        """Rows."""

    def clear(self) -> None:
        """Make everything transparent and forget what failed before."""

    def set_defers(self, defers: bool) -> None:
        """Say whether big ops are copied and drawn by whoever waits, rather than in the call."""

    def start(self) -> None:
        """Have everything drawn by another thread, without waiting for it."""

    @property
    def is_finished(self) -> bool:
        """Whether everything is drawn."""

    @property
    def has_views(self) -> bool:
        """Whether anybody has a view of the pixels."""

    def finish(self) -> None:
        """Wait until everything is drawn."""

    def draw_path(
        self,
        style: Style,
        vertices: ArrayLike,
        codes: ArrayLike | None,
        simplify: float | None,
        affine: ArrayLike | None,
        face: Sequence[float] | NDArray[np.float64] | None,
    ) -> None:
        """Draw a path."""

    def draw_markers(
        self,
        style: Style,
        marker_vertices: ArrayLike,
        marker_codes: ArrayLike | None,
        marker_affine: ArrayLike | None,
        vertices: ArrayLike,
        codes: ArrayLike | None,
        affine: ArrayLike | None,
        face: Sequence[float] | NDArray[np.float64] | None,
    ) -> None:
        """Stamp one path at the vertices of another."""

    def draw_path_collection(
        self,
        style: Style,
        affine: ArrayLike | None,
        paths: Sequence[_PathLike],
        transforms: ArrayLike,
        offsets: ArrayLike,
        offset_affine: ArrayLike | None,
        face_colors: ArrayLike,
        edge_colors: ArrayLike,
        line_widths: ArrayLike,
        dashes: Sequence[tuple[float, Sequence[float] | None]],
        antialiased: ArrayLike,
        hatch_colors: ArrayLike,
    ) -> None:
        """Draw paths whose attributes cycle."""

    def draw_quad_mesh(
        self,
        style: Style,
        affine: ArrayLike | None,
        columns: int,
        rows: int,
        coordinates: ArrayLike,
        offsets: ArrayLike,
        offset_affine: ArrayLike | None,
        face_colors: ArrayLike,
        antialiased: bool,
        edge_colors: ArrayLike,
    ) -> None:
        """Draw the cells of a grid."""

    def draw_gouraud_triangles(
        self, style: Style, points: ArrayLike, colors: ArrayLike, affine: ArrayLike | None
    ) -> None:
        """Draw triangles with a colour at each corner."""

    def draw_image(self, style: Style, x: float, y: float, image: ArrayLike) -> None:
        """Lay an image, row 0 at the bottom, with its lower left corner at (x, y), y up."""

    def draw_glyphs(
        self,
        run: GlyphRun,
        x: float,
        y: float,
        height: float,
        rgba: Sequence[float],
        clip_rect: tuple[float, float, float, float] | None,
    ) -> None:
        """Draw a laid out string with its origin at (x, y), y down from `height`."""

    def draw_text_image(
        self,
        image: ArrayLike,
        x: int,
        y: int,
        angle: float,
        rgba: Sequence[float],
        clip_rect: tuple[float, float, float, float] | None,
    ) -> None:
        """Blend a colour through a picture of coverage, lower left corner at (x, y), y down, turned by degrees."""

    def reader(self) -> PixelReader:
        """The pixels for whoever only reads them: it stays known what has changed and what has not."""

    def copy_from_bbox(self, bbox: tuple[float, float, float, float]) -> BufferRegion:
        """Save a rectangle, px, y up."""

    def restore_region(
        self,
        region: BufferRegion,
        part: tuple[int, int, int, int] | None = None,
        at: tuple[int, int] | None = None,
    ) -> None:
        """Put a saved rectangle back, or part of it, or elsewhere."""

    def encode_png(
        self,
        *,
        dpi: float | None = None,
        text: Sequence[tuple[str | bytes, str | bytes]] = ...,
        compression: int | None = None,
    ) -> bytes:
        """The picture as a PNG file."""

    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, buffer: memoryview, /) -> None: ...

@final
class Face:
    """A face of a font file."""

    def __new__(
        cls, key: str, postscript_name: str, index: int, units_per_em: float, data: bytes
    ) -> Face: ...
    def missing(self, glyphs: list[int]) -> list[int]:
        """Which of these glyphs have no outline yet."""

    def add_outline(
        self, glyph: int, vertices: NDArray[np.float64], codes: NDArray[np.uint8], advance: float
    ) -> None:
        """Give a glyph's outline and advance in font units."""

@final
class TextLayout:
    """A laid out line."""

    def __new__(
        cls,
        string: str,
        is_formula: bool,
        runs: list[
            tuple[Face, float, float, float, str, list[int], list[float], list[float], list[str]]
        ],
        boxes: list[tuple[float, float, float, float]],
    ) -> TextLayout: ...

WalkPath: TypeAlias = tuple[NDArray[np.float64], NDArray[np.uint8]]
"""Vertices (N, 2) and codes (N,): 1 move, 2 line, 4 cubic (three times), 79 close; all of them finite."""

WalkPathSet: TypeAlias = tuple[NDArray[np.float64], NDArray[np.uint8], NDArray[np.int64]]
"""The same for many paths, with where each of them ends (P,)."""

WalkClip: TypeAlias = tuple[tuple[float, float, float, float] | None, WalkPath | None]
"""A rectangle (left, top, right, bottom) and a path; neighbouring ops with the same path have the same object."""

WalkDashes: TypeAlias = tuple[list[float], float]
"""Lengths of dashes and gaps, and how far into them a line begins."""

WalkLine: TypeAlias = tuple[
    list[float] | None,
    float,
    Literal["butt", "round", "square"],
    Literal["miter", "round", "bevel"],
    WalkDashes | None,
]
"""RGBA (None for no line), width, ends, corners, dashes."""

WalkHatch: TypeAlias = tuple[WalkPath, list[float], float]
"""A tile in the unit square, to be filled and stroked; RGBA; width of the stroke."""

WalkStyle: TypeAlias = tuple[WalkClip, bool, WalkLine, WalkHatch | None]
"""Clip, whether edges are smoothed, line, hatch."""

WalkItems: TypeAlias = tuple[
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.int64],
    list[WalkDashes],
    NDArray[np.bool_],
    NDArray[np.float64],
    NDArray[np.int64],
]
"""Of M items: shape (M,), offset (M, 2), RGBA of the fill and of the line (M, 4) each (transparent for none), width of
the line (M,), which pattern of dashes (M,) or -1, the patterns, whether edges are smoothed (M,), RGBA of the hatch
(M, 4), place in the list of links (M,)."""

WalkRun: TypeAlias = tuple[
    str, float, float, float, NDArray[np.uint32], NDArray[np.float64], list[str]
]
"""Key of the face, size of the em, slant, factor on the width, glyphs (N,), places (N, 2), what each stands for."""

WalkText: TypeAlias = tuple[
    WalkClip,
    list[float],
    tuple[float, float, float],
    list[WalkRun],
    NDArray[np.float64],
    str,
]
"""Clip, RGBA, where the baseline begins and its angle (degrees, counter-clockwise), glyphs, filled boxes (B, 4) of
left, top, width and height, the string. Glyphs and boxes are placed before the turn, from where the baseline begins."""

WalkOp: TypeAlias = tuple[Any, ...]
"""One of these; y counts down from the top.

- ``"path"``, style, path, RGBA of the fill or None
- ``"markers"``, style, path around the origin, places (M, 2), RGBA of the fill or None
- ``"items"``, style, paths, items: a collection or a mesh
- ``"gouraud"``, style, points (N, 3, 2), straight RGBA (N, 3, 4)
- ``"picture"``, clip, affine (xx, yx, xy, yy, x, y) from the unit square with v up, pixels (h, w, 4) uint8 with row 0
  at the bottom, alpha, whether they are data that must not be smoothed, id or None
- ``"text"``, followed by what is in `WalkText`
- ``"link_area"``, address, (left, top, width, height)
- ``"begin"``, ``"named"``, ``"id"``, ``"link"`` or ``"item_links"``, the name, id or address, or a list of addresses
  and None
- ``"end"``
"""

@final
class Ops:
    """The ops of a document; only what is asked for is there."""

    def __iter__(self) -> Ops: ...
    def __next__(self) -> WalkOp: ...

@final
class Document:
    """Records a document; its unit is 1/72 inch unless another number of units per inch is given."""

    def __new__(cls, width: float, height: float, dpi: float = ...) -> Document: ...
    def scale(self, factor: float) -> None:
        """Count in other units from now on: all lengths are *factor* times as many."""

    def clear(self) -> None:
        """Forget what was drawn."""

    def ops(self, *, snap: bool = False, outlines: bool = False) -> Ops:
        """What was drawn, one op at a time.

        Parameters
        ----------
        snap : bool
            Whether units are pixels, to which paths snap as on a canvas of pixels.
        outlines : bool
            Whether text comes as paths that are filled.
        """

    def draw_path(
        self,
        style: Style,
        vertices: ArrayLike,
        codes: ArrayLike | None,
        simplify: float | None,
        affine: ArrayLike | None,
        face: Sequence[float] | NDArray[np.float64] | None,
    ) -> None:
        """Draw a path."""

    def draw_markers(
        self,
        style: Style,
        marker_vertices: ArrayLike,
        marker_codes: ArrayLike | None,
        marker_affine: ArrayLike | None,
        vertices: ArrayLike,
        codes: ArrayLike | None,
        affine: ArrayLike | None,
        face: Sequence[float] | NDArray[np.float64] | None,
    ) -> None:
        """Stamp one path at the vertices of another."""

    def draw_path_collection(
        self,
        style: Style,
        affine: ArrayLike | None,
        paths: Sequence[_PathLike],
        transforms: ArrayLike,
        offsets: ArrayLike,
        offset_affine: ArrayLike | None,
        face_colors: ArrayLike,
        edge_colors: ArrayLike,
        line_widths: ArrayLike,
        dashes: Sequence[tuple[float, Sequence[float] | None]],
        antialiased: ArrayLike,
        hatch_colors: ArrayLike,
    ) -> None:
        """Draw paths whose attributes cycle."""

    def draw_quad_mesh(
        self,
        style: Style,
        affine: ArrayLike | None,
        columns: int,
        rows: int,
        coordinates: ArrayLike,
        offsets: ArrayLike,
        offset_affine: ArrayLike | None,
        face_colors: ArrayLike,
        antialiased: bool,
        edge_colors: ArrayLike,
    ) -> None:
        """Draw the cells of a grid."""

    def draw_gouraud_triangles(
        self, style: Style, points: ArrayLike, colors: ArrayLike, affine: ArrayLike | None
    ) -> None:
        """Draw triangles with a colour at each corner."""

    def draw_picture(
        self,
        style: Style,
        affine: ArrayLike,
        image: ArrayLike,
        alpha: float,
        unsampled: bool,
        id: str | None,
    ) -> None:
        """Lay an image (H, W, 4), row 0 at the bottom, under an affine from the unit square."""

    def draw_text(
        self,
        style: Style,
        layout: TextLayout,
        x: float,
        y: float,
        angle: float,
        scale: float,
        anchor: tuple[tuple[float, float] | None, float, str],
    ) -> None:
        """Draw a line whose baseline begins at (x, y), y up."""

    def draw_source(
        self,
        style: Style,
        source: str,
        x: float,
        y: float,
        angle: float,
        share: float,
        rise: str,
        extents: tuple[float, float, float],
    ) -> None:
        """Let TeX set *source* at (x, y), y up.

        *rise* is "baseline", "bottom", "middle" or "top", *extents* width, height and descent.
        """

    def begin_group(self, name: str, id: str | None, alt: str | None = None) -> None:
        """Open a group: of a kind of artist, or with an id of the user's."""

    def begin_link(self, url: str) -> None:
        """Let what follows lead to an address."""

    def begin_item_links(self, urls: list[str | None]) -> None:
        """Let the items of the collection that follows lead to addresses."""

    def draw_link_area(self, url: str, area: tuple[float, float, float, float]) -> None:
        """Let a rectangle (x1, y1, x2, y2), over what is drawn already, lead to an address."""

    def end(self) -> None:
        """Close what was opened last."""

    def texts(self) -> list[tuple[str, str, list[tuple[int, str]]]]:
        """Return the text in each face, by the face's key.

        All characters of plain lines, and the glyphs of formulas with what they stand for.
        """

    def write_svg(
        self,
        *,
        id: str | None = None,
        salt: str = ...,
        prefix: str = ...,
        text_as_path: bool = True,
        title: str | None = None,
        alt: str | None = None,
        metadata: list[tuple[str, list[str]]] = ...,
        image_files: str | None = None,
        resolution: float = 1.0,
        fonts: Sequence[tuple[str, str, bytes, dict[int, str]]] = ...,
    ) -> tuple[bytes, list[tuple[str, bytes]]]:
        """Write the document as SVG, and the image files beside it.

        Fonts are (key of the face, family, WOFF2, characters for glyphs).
        """

    def write_pgf(
        self,
        *,
        comments: str,
        image_files: str | None,
        image_macro: str,
        resolution: float,
        most_points: int,
    ) -> tuple[bytes, list[tuple[str, bytes]], int, int]:
        """Write the document as PGF.

        Gives the text, the image files beside it, how many artists are pixels for being too much for TeX, and how many
        images had no place.
        """

    def write_ps(
        self,
        *,
        encapsulated: bool,
        paper: tuple[str | None, float, float],
        landscape: bool = False,
        comments: list[tuple[str, str]] = ...,
        compression: int = 6,
        type3: bool = False,
        resolution: float = ...,
    ) -> bytes:
        """Write the document as PostScript; *paper* is (name or None, width, height) in points."""

@final
class PdfFile:
    """A PDF file in the making."""

    def __new__(
        cls,
        compression: int,
        inherit_color: bool,
        *,
        archival: bool = False,
        unicode: bool = False,
        accessible: bool = False,
        type3: bool = False,
    ) -> PdfFile: ...
    def page_count(self) -> int:
        """Number of pages."""

    def add_note(self, text: str, rect: tuple[float, float, float, float]) -> None:
        """Put a note on the next page, in a rectangle (left, bottom, right, top)."""

    def add_page(self, document: Document, alt: str | None = None) -> None:
        """Add a page; *alt* says what it shows to those who cannot see it."""

    def take(self) -> bytes:
        """What is written so far and was not taken before; it is not held any longer."""

    def finish(
        self,
        info: list[tuple[str, str]],
        *,
        language: str | None = None,
        xmp: str | None = None,
        shows_title: bool = False,
        attachments: list[tuple[str, str, bytes]] = ...,
    ) -> bytes:
        """End the file with these entries of metadata, and files (name, media type, content); what was not taken."""

def set_threads(threads: int) -> None:
    """Set how many threads draw, the caller's included; 0 means one per core."""

def threads() -> int:
    """How many threads draw, the caller's included."""

def stop_threads() -> None:
    """Finish what is queued on the drawing threads and end them."""

def forked() -> None:
    """Tell the engine that it is in a forked child."""
