"""A laid out string or formula, as numbers, and how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from drypoint._core import GlyphRun, Outline
from drypoint.record import Record

from .fonts import IDENTITY, Bitmap, ScaledFace, load_glyphs
from .graphics import clip_rectangle

if TYPE_CHECKING:
    from typing import Protocol

    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.ft2font import LoadFlags
    from matplotlib.transforms import Transform
    from numpy.typing import NDArray

    from .compat import FontFace, Matrix

    Box = tuple[float, float, float, float]
    Color = tuple[float, float, float, float]
    Clip = tuple[float, float, float, float] | None

    class Core(Protocol):
        """What text needs of `drypoint._core.Renderer`."""

        def draw_glyphs(
            self, run: GlyphRun, x: float, y: float, height: float, rgba: Color, clip: Clip
        ) -> None:
            """Draw a laid out string whose origin is at (x, y), y down from `height`."""

        def draw_text_image(
            self, image: NDArray[np.uint8], x: int, y: int, angle: float, rgba: Color, clip: Clip
        ) -> None:
            """Blend a colour through (H, W) coverage, turned around its lower left corner (x, y)."""

    class TextRenderer(Protocol):
        """What text needs of the renderer."""

        @property
        def _core(self) -> Core: ...
        @property
        def dpi(self) -> float:
            """Dots per inch."""

        @property
        def height(self) -> float:
            """Height of the canvas in px, fractional in some mixed documents."""

        def new_gc(self) -> GraphicsContextBase:
            """As in `RendererBase`."""

        def draw_path(
            self,
            gc: GraphicsContextBase,
            path: Path,
            transform: Transform,
            rgbFace: Color | None = None,
        ) -> None:
            """As in `RendererBase`."""


# Angles at which one string is kept ready. Strings turned step by step are not drawn again.
MAX_ANGLES = 8

# How far away glyphs may be (26.6): 2²³ px.
_MAX_DELTA = 1 << 29


class GlyphStyle(Record):
    """What the glyphs of a part of a layout have in common.

    Attributes
    ----------
    face : FontFace
    size_pt : float
    slant, extend : float
        As TeX's font maps have them; 0 and 1 for upright glyphs of normal width.
    """

    face: FontFace
    size_pt: float
    slant: float = 0
    extend: float = 1


def by_style(glyphs: Iterable[tuple[GlyphStyle, int]]) -> list[tuple[GlyphStyle, list[int]]]:
    """Join neighbours that share their style."""
    return [
        (style, [glyph for _, glyph in part]) for style, part in groupby(glyphs, key=itemgetter(0))
    ]


class Layout:
    """Glyphs and filled boxes with their places; does not change.

    Parameters
    ----------
    parts : sequence of (GlyphStyle, list of int)
        Indices of the glyphs in drawing order, by style.
    xs, ys : sequence of float
        Origins of the glyphs in px, y up, in the unrotated layout.
    boxes : sequence of (x, y, width, height)
        px, y up; (x, y) is the lower left corner.
    """

    __slots__ = ("_box_paths", "_runs", "boxes", "parts", "xs", "ys")

    def __init__(
        self,
        parts: Sequence[tuple[GlyphStyle, list[int]]],
        xs: Sequence[float],
        ys: Sequence[float],
        boxes: Sequence[Box] = (),
    ) -> None:
        self.parts = parts
        self.xs = xs
        self.ys = ys
        self.boxes = boxes
        self._runs: dict[tuple[float, int, int], GlyphRun | None] = {}
        self._box_paths: dict[bool, list[Path]] = {}

    def run(self, angle: float, dpi: int, flags: LoadFlags) -> GlyphRun | None:
        """The glyphs at an angle in degrees; None if FreeType has to draw some of them."""
        key = (angle, dpi, flags.value)
        try:
            return self._runs[key]
        except KeyError:
            pass
        run = self._make_run(angle, dpi, flags)
        if len(self._runs) >= MAX_ANGLES:
            self._runs.clear()
        self._runs[key] = run
        return run

    def _make_run(self, angle: float, dpi: int, flags: LoadFlags) -> GlyphRun | None:
        cos, sin = cos_sin(angle)
        found: list[Outline] = []
        for (face, size_pt, slant, extend), glyphs in self.parts:
            scaled = ScaledFace(face, size_pt, dpi, flags, matrix_of(cos, sin, slant, extend))
            loaded = load_glyphs(scaled, glyphs)
            if loaded is None:
                return None
            found += [outline for outline, _ in loaded]
        return GlyphRun(found, self.xs, self.ys, cos, sin)

    def bitmaps(
        self,
        x: float,
        y: float,
        height: float,
        angle: float,
        dpi: int,
        flags: LoadFlags,
        *,
        antialiased: bool,
    ) -> Iterator[Bitmap]:
        """FreeType's own pictures of the glyphs, for the layout at (x, y), y down from `height`."""
        cos, sin = cos_sin(angle)
        places = zip(self.xs, self.ys, strict=True)
        for (face, size_pt, slant, extend), glyphs in self.parts:
            scaled = ScaledFace(face, size_pt, dpi, flags, matrix_of(cos, sin, slant, extend))
            for glyph, (dx, dy) in zip(glyphs, places, strict=False):
                delta = (
                    round(64 * (x + dx * cos - dy * sin)),
                    round(64 * (height - y + dx * sin + dy * cos)),
                )
                # FreeType refuses to draw far away, where nobody would see it.
                if max(map(abs, delta)) <= _MAX_DELTA:
                    yield scaled.render(glyph, delta, antialiased=antialiased)

    def box_paths(self, *, grown: bool) -> list[Path]:
        """The boxes as closed paths, `grown` symmetrically to 1 px lest thin ones disappear."""
        paths = self._box_paths.get(grown)
        if paths is None:
            paths = self._box_paths[grown] = [_box_path(*box, grown=grown) for box in self.boxes]
        return paths


def cos_sin(angle: float) -> tuple[float, float]:
    """Cosine and sine of an angle in degrees."""
    radians = math.radians(angle)
    return math.cos(radians), math.sin(radians)


def matrix_of(cos: float, sin: float, slant: float = 0, extend: float = 1) -> Matrix:
    """The 16.16 matrix that slants, extends and turns, rounded as Agg's."""
    if slant == 0 and extend == 1:
        if sin == 0 and cos == 1:
            return IDENTITY
        xx, xy, yx, yy = cos, -sin, sin, cos
        return round(0x10000 * xx), round(0x10000 * xy), round(0x10000 * yx), round(0x10000 * yy)
    turned = 0x10000 * np.array([[cos, -sin], [sin, cos]]) @ [[extend, extend * slant], [0, 1]]
    (xx, xy), (yx, yy) = turned.round().astype(int).tolist()
    return xx, xy, yx, yy


def _box_path(x: float, y: float, width: float, height: float, *, grown: bool) -> Path:
    if grown:
        if width < 1:
            x -= (1 - width) / 2
            width = 1
        if height < 1:
            y -= (1 - height) / 2
            height = 1
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return Path(corners, closed=True)


def clip_extents(gc: GraphicsContextBase) -> Clip:
    """The clip rectangle of a graphics context as (x0, y0, x1, y1), px, y up."""
    rectangle = gc.get_clip_rectangle()
    if rectangle is None:
        return None
    return clip_rectangle(rectangle)


def draw_run(
    renderer: TextRenderer, gc: GraphicsContextBase, x: float, y: float, run: GlyphRun
) -> None:
    """Draw antialiased glyphs of which the origin is at (x, y) px, y down."""
    renderer._core.draw_glyphs(run, x, y, renderer.height, gc.get_rgb(), clip_extents(gc))


def draw_layout(
    renderer: TextRenderer,
    gc: GraphicsContextBase,
    x: float,
    y: float,
    angle: float,
    layout: Layout,
    flags: LoadFlags,
) -> None:
    """Draw a layout whose origin is at (x, y) px, y down, turned by an angle in degrees."""
    core, dpi, height = renderer._core, int(renderer.dpi), renderer.height
    if layout.xs:
        rgba, clip = gc.get_rgb(), clip_extents(gc)
        antialiased = bool(gc.get_antialiased())
        run = layout.run(angle, dpi, flags) if antialiased else None
        if run is not None:
            draw_run(renderer, gc, x, y, run)
        else:
            rows = int(height)
            for left, top, coverage in layout.bitmaps(
                x, y, height, angle, dpi, flags, antialiased=antialiased
            ):
                bottom = rows - top + coverage.shape[0]
                core.draw_text_image(coverage, left, bottom, 0, rgba, clip)
    if layout.boxes:
        _draw_boxes(renderer, gc, x, y, angle, layout)


def _draw_boxes(
    renderer: TextRenderer,
    gc: GraphicsContextBase,
    x: float,
    y: float,
    angle: float,
    layout: Layout,
) -> None:
    """Fill the boxes as Agg does: not clipped, antialiased, snapped as the text is."""
    rgba = gc.get_rgb()
    if len(rgba) == 3 or gc.get_forced_alpha():
        rgba = (*rgba[:3], gc.get_alpha())
    box_gc = renderer.new_gc()
    box_gc.set_linewidth(0)
    box_gc.set_snap(gc.get_snap())
    transform = Affine2D().rotate_deg(angle).translate(x, renderer.height - y)
    for path in layout.box_paths(grown=box_gc.get_snap() in (None, True)):
        renderer.draw_path(box_gc, path, transform, rgba)
    box_gc.restore()
