"""The renderer: speaks Matplotlib on one side, records for the engine on the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.path import Path
from matplotlib.transforms import Bbox, BboxBase

from drypoint import _core
from drypoint.adapter import text, threads
from drypoint.adapter.graphics import (
    Rgba,
    StyleMaker,
    clip_rectangle,
    face_color,
    matrix,
    simplify_threshold,
)

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text
    from matplotlib.transforms import Transform
    from numpy.typing import ArrayLike, NDArray

#: What `agg_filter` functions are: pixels (h, w, 4) float 0-1 with row 0 on top, and dpi, to pixels and a shift in px.
Filter: TypeAlias = "Callable[[NDArray[np.float64], float], tuple[NDArray[Any], float, float]]"


class Renderer(RendererBase):
    """Draws to pixels, the same as Agg's.

    Parameters
    ----------
    width, height : float
        Size of the canvas in px; its buffer has the truncated size.
    dpi : float
        Pixels per inch.

    Raises
    ------
    ValueError
        If a side is 2**23 px or longer, or dpi is not positive.
    MemoryError
        If the pixels do not fit in memory.

    Notes
    -----
    Drawing methods return before the drawing is done: a worker plays what they record. Whatever looks at pixels waits.
    """

    #: An old name that programs still take hold of while they draw. Nothing here waits for it.
    lock = threading.RLock()

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width = width
        self.height = height
        self.dpi = dpi
        self.bbox = Bbox.from_bounds(0, 0, width, height)
        threads.follow_options()
        self._core = self._new_core()
        self._styles = StyleMaker()
        self._surfaces_below: list[tuple[_core.Renderer, StyleMaker]] = []

    def _new_core(self) -> _core.Renderer:
        return _core.Renderer(int(self.width), int(self.height), self.dpi)

    def __getstate__(self) -> dict[str, float]:
        # The pixels can be drawn again.
        return {"width": self.width, "height": self.height, "dpi": self.dpi}

    def __setstate__(self, state: dict[str, float]) -> None:
        self.__init__(state["width"], state["height"], state["dpi"])  # type: ignore[misc]

    # Properties of the canvas

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Width and height in px."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """Points (1/72 inch) in px; numbers or arrays."""
        return points * self.dpi / 72

    def option_image_nocomposite(self) -> bool:
        """True: images are drawn one by one."""
        return True

    def option_scale_image(self) -> bool:
        """False: images come resampled to px."""
        return False

    # Drawing. Where the types of an argument are ignored, Matplotlib's stubs name fewer than its artists send.

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Rgba | None = None,  # type: ignore[override]
    ) -> None:
        """Draw a path, filled with *rgbFace* (RGB or RGBA) if given; *transform* is affine, to px, y up."""
        chunk = mpl.rcParams["agg.path.chunksize"]
        vertices: Any = path.vertices
        if (
            len(vertices) > chunk > 100
            and path.should_simplify
            and rgbFace is None
            and gc.get_hatch() is None
        ):
            for part in _chunks(path, chunk):
                self._draw_path(gc, part, transform, None)
        else:
            self._draw_path(gc, path, transform, rgbFace)

    def _draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Transform, face: Rgba | None
    ) -> None:
        self._core.draw_path(
            self._styles.style(gc),
            path.vertices,
            path.codes,
            simplify_threshold(path),
            matrix(transform),
            face_color(gc, face),
        )

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Rgba | None = None,  # type: ignore[override]
    ) -> None:
        """Draw *marker_path* at every vertex of *path*; both transforms are affine, to px, y up."""
        self._core.draw_markers(
            self._styles.style(gc),
            marker_path.vertices,
            marker_path.codes,
            matrix(marker_trans),
            path.vertices,
            path.codes,
            matrix(trans),
            face_color(gc, rgbFace),
        )

    def draw_path_collection(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        paths: Sequence[Path],
        all_transforms: ArrayLike,  # type: ignore[override]
        offsets: ArrayLike,  # type: ignore[override]
        offset_trans: Transform,
        facecolors: ArrayLike,
        edgecolors: ArrayLike,
        linewidths: ArrayLike,
        linestyles: Sequence[tuple[float, Sequence[float] | None]],  # type: ignore[override]
        antialiaseds: ArrayLike,
        urls: object,
        offset_position: object,
        *,
        hatchcolors: ArrayLike | None = None,
    ) -> None:
        """Draw many paths whose attributes cycle; *urls* and *offset_position* are ignored.

        *all_transforms* is (N, 3, 3), *offsets* (N, 2), the colours (N, 4), *linewidths* (N,) in points.
        """
        arrays = [(path.vertices, path.codes) for path in paths]
        if not arrays:
            return  # Matplotlib asks so whether we know hatchcolors.
        self._core.draw_path_collection(
            self._styles.style(gc),
            matrix(master_transform),
            arrays,
            all_transforms,
            offsets,
            matrix(offset_trans),
            facecolors,
            edgecolors,
            linewidths,
            linestyles,
            antialiaseds,
            () if hatchcolors is None else hatchcolors,
        )

    def draw_quad_mesh(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        meshWidth: int,
        meshHeight: int,
        coordinates: ArrayLike,
        offsets: ArrayLike,  # type: ignore[override]
        offsetTrans: Transform,
        facecolors: ArrayLike,
        antialiased: bool,
        edgecolors: ArrayLike,  # type: ignore[override]
    ) -> None:
        """Draw *meshHeight* rows of *meshWidth* quadrilaterals between (rows + 1, columns + 1, 2) *coordinates*."""
        self._core.draw_quad_mesh(
            self._styles.style(gc),
            matrix(master_transform),
            meshWidth,
            meshHeight,
            coordinates,
            offsets,
            matrix(offsetTrans),
            facecolors,
            bool(antialiased),
            edgecolors,
        )

    def draw_gouraud_triangles(
        self,
        gc: GraphicsContextBase,
        triangles_array: ArrayLike,
        colors_array: ArrayLike,
        transform: Transform,
    ) -> None:
        """Draw triangles (N, 3, 2) with colours (N, 3, 4) interpolated between their corners."""
        self._core.draw_gouraud_triangles(
            self._styles.style(gc), triangles_array, colors_array, matrix(transform)
        )

    def draw_image(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        im: ArrayLike,
        transform: Transform | None = None,
    ) -> None:
        """Lay an (h, w, 4) uint8 image, row 0 at the bottom, with its lower left corner at (*x*, *y*) px, y up."""
        if transform is not None:
            raise ValueError("images must come resampled to pixels: transform is not supported")
        self._core.draw_image(self._styles.style(gc), x, y, im)

    # Text

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: Text | None = None,
    ) -> None:
        """Draw one line of text or mathtext with its baseline starting at (*x*, *y*) px, y **down**."""
        text.draw_text(self, gc, x, y, s, prop, angle, ismath, mtext)

    def draw_mathtext(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
    ) -> None:
        """Draw mathtext; as `draw_text`."""
        text.draw_text(self, gc, x, y, s, prop, angle, True, None)

    def draw_tex(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        *,
        mtext: Text | None = None,
    ) -> None:
        """Draw text set by LaTeX; as `draw_text`."""
        text.draw_tex(self, gc, x, y, s, prop, angle, mtext=mtext)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        """Advance width, height of the ink, and how far it reaches below the baseline, px."""
        return text.text_extents(self, s, prop, ismath)

    # Filters

    def start_filter(self) -> None:
        """Draw on an empty canvas from now on, until `stop_filter`."""
        self._surfaces_below.append((self._core, self._styles))
        self._core, self._styles = self._new_core(), StyleMaker()

    def stop_filter(self, filter_func: Filter) -> None:
        """Filter what was drawn since `start_filter`, and draw the result where that began."""
        drawn = np.asarray(self._core)
        self._core, self._styles = self._surfaces_below.pop()
        rows, columns = _inked(drawn[..., 3])
        cropped = drawn[rows, columns]
        if not cropped.size:
            return
        image, dx, dy = filter_func(cropped / 255, self.dpi)
        if image.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                image = np.asarray(image * 255.0, np.uint8)
        x, y = columns.start + dx, int(self.height) - rows.stop + dy
        self._core.draw_image(self._styles.style(self.new_gc()), x, y, image[::-1])

    # Pixels

    def clear(self) -> None:
        """Make the canvas transparent."""
        self._core.clear()

    def buffer_rgba(self) -> memoryview:
        """The pixels, (h, w, 4) uint8, straight alpha, row 0 on top; writable, writes reach the picture.

        While the view lives, drawing is done before drawing methods return.
        """
        return memoryview(self._core)

    def tostring_argb(self) -> bytes:
        """The pixels as bytes in the order alpha, red, green, blue; row 0 on top."""
        return np.asarray(self._core).take([3, 0, 1, 2], axis=2).tobytes()

    @property
    def _renderer(self) -> _core.Renderer:
        """What supports the buffer protocol; an old name that is still in use."""
        return self._core

    def copy_from_bbox(self, bbox: BboxBase) -> _core.BufferRegion:
        """Save the pixels within *bbox* (px, y up, truncated) for `restore_region`."""
        return self._core.copy_from_bbox(clip_rectangle(bbox))

    def restore_region(
        self,
        region: _core.BufferRegion,
        bbox: BboxBase | Sequence[float] | None = None,
        xy: tuple[float, float] | None = None,
    ) -> None:
        """Put saved pixels back.

        Parameters
        ----------
        region : BufferRegion
            From `copy_from_bbox`.
        bbox : Bbox or (x1, y1, x2, y2), optional
            Only this part, in the coordinates of ``region.get_extents()`` (px, y down), last row and column included.
        xy : (x, y), optional
            Where the region's (not the part's) upper left corner goes (px, y down).
        """
        if bbox is None and xy is None:
            self._core.restore_region(region)
            return
        if bbox is None:
            part: Sequence[float] = region.get_extents()
        elif isinstance(bbox, BboxBase):
            part = bbox.extents
        else:
            part = bbox
        x1, y1, x2, y2 = (int(v) for v in part)
        x, y = (x1, y1) if xy is None else (int(v) for v in xy)
        self._core.restore_region(region, (x1, y1, x2, y2), (x, y))


def _inked(alpha: NDArray[np.uint8]) -> tuple[slice, slice]:
    """The smallest rows and columns that hold everything that is not transparent; empty slices if nothing is."""
    columns = np.flatnonzero(alpha.any(axis=0))
    rows = np.flatnonzero(alpha.any(axis=1))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _chunks(path: Path, size: int) -> list[Path]:
    """*path* cut into pieces of about *size* vertices.

    As with Agg, each piece lacks the vertex before the next one begins.
    """
    vertices: Any = path.vertices
    codes: Any = path.codes
    count = len(vertices)
    step = int(np.ceil(count / np.ceil(count / size)))
    starts = np.arange(0, count, step)
    pieces = []
    for start in starts:
        end = count if start == starts[-1] else start + step - 1
        piece_codes = None
        if codes is not None:
            piece_codes = codes[start:end].copy()
            piece_codes[0] = Path.MOVETO
        piece = Path(vertices[start:end], piece_codes)
        piece.simplify_threshold = path.simplify_threshold
        pieces.append(piece)
    return pieces
