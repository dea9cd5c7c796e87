"""The renderer: speaks Matplotlib on one side, records for the engine on the other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Bbox, BboxBase

from drypoint import _core
from drypoint.adapter import text, threads
from drypoint.adapter.graphics import (
    Rgba,
    StyleMaker,
    chunks,
    clip_rectangle,
    face_color,
    matrix,
    simplify_threshold,
)
from drypoint.adapter.surfaces import RASTER, Mixed, Output, Surfaces

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text
    from matplotlib.transforms import Transform
    from numpy.typing import ArrayLike, NDArray

#: Vertices; paths are not cut into pieces of that many or fewer.
_LEAST_CHUNK = 100


class Renderer(Surfaces):
    """Records what artists draw: for pixels, the same as Agg's, or for a document.

    Parameters
    ----------
    width, height : float
        Size of the canvas in px; the buffer of pixels has the truncated size.
    dpi : float
        Pixels per inch; in documents those of images, whatever the unit is.
    output : Output, optional
        What differs between outputs. For documents px are the units of the document.
    mixed : Mixed, optional
        How parts of a document are drawn as pixels.
    bbox_inches_restore : object, optional
        What `print_figure` gives when only a part of the figure is saved.

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

    def __init__(
        self,
        width: float,
        height: float,
        dpi: float,
        output: Output = RASTER,
        mixed: Mixed | None = None,
        bbox_inches_restore: Any = None,
    ) -> None:
        super().__init__()
        self.width = width
        self.height = height
        self.dpi = dpi
        self.bbox = Bbox.from_bounds(0, 0, width, height)
        threads.follow_options()
        self._output = output
        self._mixed = mixed
        self._bbox_inches_restore = bbox_inches_restore
        self._core = self._new_core()
        self._styles = StyleMaker()
        self._surfaces_below = []

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
        if self._output.is_document:
            return points * (self._output.units_per_inch / 72)
        return points * self.dpi / 72

    def flipy(self) -> bool:
        """Whether y of text counts from the top."""
        return self._output.flipy

    def get_image_magnification(self) -> float:
        """Pixels of an image per px of the canvas."""
        return self._output.image_magnification

    def option_image_nocomposite(self) -> bool:
        """Whether images are drawn one by one."""
        return not self._output.composites_images

    def option_scale_image(self) -> bool:
        """Whether images may come as they are, with an affine, instead of resampled to px."""
        return self._output.scales_images

    # Documents

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin a group, in documents: of a kind of artist, or with an id."""
        if self._output.is_document:
            self._kind = s
            name = gid and str(gid)
            self.document.begin_group(s, name, name and self._output.alt_texts.get(name))

    def close_group(self, s: str) -> None:
        """End the group that began last, in documents."""
        if self._output.is_document:
            self.document.end()

    def record_text(
        self,
        gc: GraphicsContextBase,
        layout: _core.TextLayout,
        x: float,
        y: float,
        angle: float,
        scale: float,
        anchor: tuple[tuple[float, float] | None, float, str],
    ) -> None:
        """Record a laid out line for a document; *y* is as for `draw_text`."""
        linked = self._link(gc)
        y_up = self.height - y if self._output.flipy else y
        self.document.draw_text(self._styles.style(gc), layout, x, y_up, angle, scale, anchor)
        if linked:
            self.document.end()

    def record_source(
        self,
        gc: GraphicsContextBase,
        source: str,
        x: float,
        y: float,
        angle: float,
        share: float,
        rise: str,
        extents: tuple[float, float, float],
    ) -> None:
        """Record a line that TeX is to set, held at a share of its width and at a height of it; *y* is up."""
        linked = self._link(gc)
        style = self._styles.style(gc)
        self.document.draw_source(style, source, x, y, angle, share, rise, extents)
        if linked:
            self.document.end()

    # Drawing. Where the types of an argument are ignored, Matplotlib's stubs name fewer than its artists send.

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Rgba | None = None,  # type: ignore[override]
    ) -> None:
        """Draw a path, filled with *rgbFace* (RGB or RGBA) if given; *transform* is affine, to px, y up."""
        if self._output.is_document:
            linked = self._link(gc)
            self._draw_path(gc, path, transform, rgbFace)
            if linked:
                self.document.end()
            return
        vertices: Any = path.vertices
        if len(vertices) > _LEAST_CHUNK and rgbFace is None and path.should_simplify:
            chunk = mpl.rcParams["agg.path.chunksize"]
            if len(vertices) > chunk > _LEAST_CHUNK and gc.get_hatch() is None:
                for part in chunks(path, chunk):
                    self._draw_path(gc, part, transform, None)
                return
        self._draw_path(gc, path, transform, rgbFace)

    def _draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Transform, face: Rgba | None
    ) -> None:
        if self._areas is not None:
            self._areas.draw_path(gc, path, transform)
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
        linked = self._output.is_document and self._link_markers(gc)
        if self._areas is not None:
            self._areas.draw_markers(gc, marker_path, marker_trans, path, trans)
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
        if linked:
            self.document.end()

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
        urls: Any,
        offset_position: object,
        *,
        hatchcolors: ArrayLike | None = None,
    ) -> None:
        """Draw many paths whose attributes cycle; *offset_position* is ignored.

        *all_transforms* is (N, 3, 3), *offsets* (N, 2), the colours (N, 4), *linewidths* (N,) in points.
        """
        if not len(paths):
            return  # Matplotlib asks so whether we know hatchcolors.
        if self._areas is not None:
            self._areas.draw_path_collection(
                gc, master_transform, paths, all_transforms, offsets, offset_trans,
                facecolors, edgecolors, linewidths, linestyles, antialiaseds, urls, offset_position,
            )  # fmt: skip
        linked = self._output.is_document and self._link_items(urls)
        self._core.draw_path_collection(
            self._styles.style(gc),
            matrix(master_transform),
            paths,
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
        if linked:
            self.document.end()

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
        areas = self._areas_of_cells()
        if areas is not None:
            areas.draw_quad_mesh(
                gc, master_transform, meshWidth, meshHeight, coordinates, offsets, offsetTrans,
                facecolors, antialiased, edgecolors,
            )  # fmt: skip
            self._place_areas(areas)

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
        areas = self._areas_of_cells()
        if areas is not None:
            areas.draw_gouraud_triangles(gc, triangles_array, colors_array, transform)
            self._place_areas(areas)

    def draw_image(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        im: ArrayLike,
        transform: Transform | None = None,
    ) -> None:
        """Lay an (h, w, 4) uint8 image, row 0 at the bottom, with its lower left corner at (*x*, *y*) px, y up.

        For documents that scale images, *transform* may lead from the unit square to px.
        """
        if self._output.is_document:
            self._draw_picture(gc, x, y, np.asarray(im), transform)
            return
        if transform is not None:
            raise ValueError("images must come resampled to pixels: transform is not supported")
        if self._areas is not None:
            self._areas.draw_image(gc, x, y, np.asarray(im))
        self._core.draw_image(self._styles.style(gc), x, y, im)

    def _draw_picture(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        image: NDArray[np.uint8],
        transform: Transform | None,
    ) -> None:
        if transform is None:
            # Its alpha has been applied already.
            unit = 1 / self._output.image_magnification
            height, width = image.shape[:2]
            affine = np.array([[width * unit, 0, x], [0, height * unit, y], [0, 0, 1]])
            alpha = 1.0
        else:
            affine = np.array(matrix(transform), np.float64)
            affine[:2, 2] += x, y
            alpha = gc.get_alpha()
        linked = self._link(gc)
        gid = gc.get_gid()
        name = None if gid is None else str(gid)
        # An image has no group of its own, except to say what it shows.
        grouped = name in self._output.alt_texts
        if grouped:
            self.open_group("image", name)
        self.document.draw_picture(
            self._styles.style(gc),
            affine,
            image,
            alpha,
            transform is not None,
            None if grouped else name,
        )
        if grouped:
            self.document.end()
        if linked:
            self.document.end()

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
        if self._areas is not None:
            self._areas.draw_text(gc, x, y, s, prop, angle, ismath)
        self._output.text.draw_text(self, gc, x, y, s, prop, angle, ismath, mtext)

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
        self.draw_text(gc, x, y, s, prop, angle, True)

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
        if self._areas is not None:
            self._areas.draw_text(gc, x, y, s, prop, angle, "TeX")
        self._output.text.draw_tex(self, gc, x, y, s, prop, angle, mtext=mtext)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        """Advance width, height of the ink, and how far it reaches below the baseline, px."""
        return self._output.text.text_extents(self, s, prop, ismath)

    def _get_font_height_metrics(
        self, prop: FontProperties
    ) -> tuple[float, float, float] | tuple[None, None, None]:
        """Ascent, descent and line gap (px), when `Text` asks for them; else Nones."""
        return text.line_heights(prop)

    # Pixels

    def finish(self) -> None:
        """Wait until everything is drawn."""
        self._core.finish()

    def encode_png(self, **keywords: Any) -> bytes:
        """The picture as a PNG file; keywords as for the engine's renderer."""
        return self._core.encode_png(**keywords)

    def swap_core(self, core: _core.Renderer | None) -> None:
        """Draw on other pixels from now on: those of *core*, of the same size and dpi, or new ones."""
        self._core = self._new_core() if core is None else core

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
