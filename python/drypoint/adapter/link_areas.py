"""Which parts of a page lead to addresses where what is drawn does not carry them: pixels, the cells of meshes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import QuadMesh
from matplotlib.transforms import Affine2D, Bbox, BboxBase

from drypoint.adapter import compat

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.transforms import Transform
    from numpy.typing import ArrayLike, NDArray

    Points: TypeAlias = NDArray[np.float64]

__all__ = ["LinkArea", "LinkAreas"]

LinkArea: TypeAlias = "tuple[str, tuple[float, float, float, float]]"
"""An address and the rectangle (x1, y1, x2, y2) that leads to it, y up."""


class LinkAreas(RendererBase):
    """Draws nothing, and notes what everything with an address would cover.

    Parameters
    ----------
    renderer : RendererBase
        What does draw. Areas are in its px.
    """

    def __init__(self, renderer: RendererBase) -> None:
        super().__init__()
        self._renderer = renderer
        self._found: list[LinkArea] = []

    def scaled(self, unit: float) -> Iterator[LinkArea]:
        """What was found, in drawing order; *unit* is the length of a px."""
        for url, (x1, y1, x2, y2) in self._found:
            yield url, (x1 * unit, y1 * unit, x2 * unit, y2 * unit)

    def _add(self, gc: GraphicsContextBase, url: object, points: Points) -> None:
        """Note that what has extremes (N, 2) leads to an address, where the clip lets it show."""
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            return
        area: BboxBase | None = Bbox([points.min(axis=0), points.max(axis=0)])
        clips: list[Any] = [gc.get_clip_rectangle()]
        clip_path, transform = gc.get_clip_path()
        if clip_path is not None:
            clips.append(clip_path.get_extents(transform))  # type: ignore[attr-defined]  # a Path
        for clip in clips:
            if area is not None and clip is not None:
                area = Bbox.intersection(area, clip)
        if area is not None:
            self._found.append((str(url), (area.x0, area.y0, area.x1, area.y1)))

    def _add_cells(self, gc: GraphicsContextBase, urls: Sequence[Any], cells: Points) -> None:
        """Note where cells lead that have corners (N, M, 2); the addresses go round."""
        if len(urls) == 1:
            self._add(gc, urls[0], cells.reshape(-1, 2))
            return
        for url, corners in zip(cycle(urls), cells, strict=False):
            if url:
                self._add(gc, url, corners)

    def _grown(self, gc: GraphicsContextBase, path: Path, transform: Transform) -> Points:
        """Two corners of what a path and its line cover."""
        reach = float(self._renderer.points_to_pixels(gc.get_linewidth())) / 2  # type: ignore[arg-type]
        return np.asarray(path.get_extents(transform).padded(reach).get_points())

    # What a renderer is asked to draw

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: object = None,
    ) -> None:
        """Note what a path covers."""
        if gc.get_url() is not None and np.size(path.vertices):
            self._add(gc, gc.get_url(), self._grown(gc, path, transform))

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: object = None,
    ) -> None:
        """Note what markers cover, all together."""
        url = gc.get_url() or compat.drawing_artist()[1][0]
        if url is None or not np.size(marker_path.vertices):
            return
        places = trans.transform(path.vertices)
        marker = self._grown(gc, marker_path, marker_trans)
        self._add(gc, url, np.concatenate([places + marker[0], places + marker[1]]))

    def draw_path_collection(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        paths: Sequence[Path],
        all_transforms: Any,
        offsets: Any,
        offset_trans: Transform,
        facecolors: Any,
        edgecolors: Any,
        linewidths: Any,
        linestyles: Any,
        antialiaseds: Any,
        urls: Any,
        offset_position: Any,
        **hatches: Any,
    ) -> None:
        """Note what each item of a collection covers."""
        if urls is None or not any(urls):
            urls = compat.drawing_artist()[1]
        if any(urls):
            super().draw_path_collection(
                gc, master_transform, paths, all_transforms, offsets, offset_trans,
                facecolors, edgecolors, linewidths, linestyles, antialiaseds, urls, offset_position,
            )  # fmt: skip

    def draw_quad_mesh(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        meshWidth: int,
        meshHeight: int,
        coordinates: ArrayLike,
        offsets: Any,
        offsetTrans: Transform,
        *colors: Any,
    ) -> None:
        """Note what the cells of a mesh cover that lead to addresses."""
        _, urls = compat.drawing_artist()
        if any(urls):
            shift = offsetTrans.transform(np.reshape(offsets, (-1, 2))[:1]).sum(axis=0)
            self._add_cells(gc, urls, _quads(coordinates, master_transform) + shift)

    def draw_gouraud_triangles(
        self,
        gc: GraphicsContextBase,
        triangles_array: ArrayLike,
        colors_array: ArrayLike,
        transform: Transform,
    ) -> None:
        """Note what triangles cover that lead to addresses; those of quad meshes are a cell's together."""
        artist, urls = compat.drawing_artist()
        if not any(urls):
            return
        if isinstance(artist, QuadMesh):
            cells = _quads(artist.get_coordinates(), artist.get_transform())
        else:
            triangles = np.asarray(triangles_array, np.float64)
            cells = transform.transform(triangles.reshape(-1, 2)).reshape(triangles.shape)
        self._add_cells(gc, urls, cells)

    def draw_image(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        im: ArrayLike,
        transform: object = None,
    ) -> None:
        """Note what an image covers."""
        if gc.get_url() is not None:
            height, width = np.shape(im)[:2]
            self._add(gc, gc.get_url(), np.array([[x, y], [x + width, y + height]], np.float64))

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: object = None,
    ) -> None:
        """Note what a line of text covers; *y* counts **down** from the top."""
        if gc.get_url() is None:
            return
        width, height, descent = self._renderer.get_text_width_height_descent(s, prop, ismath)
        _, rows = self._renderer.get_canvas_width_height()
        turned = Affine2D().rotate_deg(angle).translate(x, rows - y)
        corners = Bbox.from_bounds(0, -descent, width, height).corners()
        self._add(gc, gc.get_url(), turned.transform(corners))


def _quads(coordinates: ArrayLike, transform: Transform) -> Points:
    """Corners (N, 4, 2), in px, of the cells of a grid (rows + 1, columns + 1, 2)."""
    grid = np.asarray(coordinates, np.float64)
    grid = transform.transform(grid.reshape(-1, 2)).reshape(grid.shape)
    corners = [grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]]
    return np.stack(corners, axis=2).reshape(-1, 4, 2)
