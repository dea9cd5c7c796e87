"""How Cairo paints: lines, clips, hatches, triangles with shades."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .binding import cairo, context_address, library
from .path import append

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drypoint._core import WalkClip, WalkDashes, WalkHatch, WalkLine, WalkPath

    Rgba: TypeAlias = Sequence[float]

__all__ = ["Clip", "HatchTiles", "paint_triangles", "set_dashes", "set_line"]

_CAPS = {
    "butt": cairo.LINE_CAP_BUTT,
    "round": cairo.LINE_CAP_ROUND,
    "square": cairo.LINE_CAP_SQUARE,
}
_JOINS = {
    "miter": cairo.LINE_JOIN_MITER,
    "round": cairo.LINE_JOIN_ROUND,
    "bevel": cairo.LINE_JOIN_BEVEL,
}


def set_dashes(context: Any, dashes: WalkDashes | None) -> None:
    """Let lines have a pattern of dashes; None is a solid line."""
    lengths, offset = dashes or ([], 0.0)
    context.set_dash(lengths, offset)


def set_line(context: Any, line: WalkLine) -> None:
    """Let lines have a width, ends, corners and dashes; the colour is not a matter of lines."""
    _, width, cap, join, dashes = line
    context.set_line_width(width)
    context.set_line_cap(_CAPS[cap])
    context.set_line_join(_JOINS[join])
    set_dashes(context, dashes)


class Clip:
    """The clip of a context, set anew only when another one comes.

    Parameters
    ----------
    context : cairo.Context
    snaps : bool
        Whether rectangles are rounded to whole pixels.
    """

    def __init__(self, context: Any, *, snaps: bool) -> None:
        self._context = context
        self._snaps = snaps
        self._rectangle: tuple[float, float, float, float] | None = None
        self._path: WalkPath | None = None

    def set(self, clip: WalkClip) -> None:
        """Clip to a rectangle and a path."""
        rectangle, path = clip
        # The walk gives out the same object for the same path.
        if rectangle == self._rectangle and path is self._path:
            return
        self._rectangle, self._path = rectangle, path
        context = self._context
        context.reset_clip()
        if rectangle is not None:
            left, top, right, bottom = rectangle
            if self._snaps:
                left, top, right, bottom = (floor(v + 0.5) for v in rectangle)
            context.new_path()
            context.rectangle(left, top, right - left, bottom - top)
            context.clip()
        if path is not None:
            context.set_antialias(cairo.ANTIALIAS_DEFAULT)
            context.new_path()
            append(context, *path)
            context.clip()


class HatchTiles:
    """Hatches as patterns that repeat from the upper left corner of the canvas.

    Parameters
    ----------
    context : cairo.Context
        Whose target tiles are made for.
    side : int
        Of a tile, px.
    """

    #: Tiles kept; a figure has few.
    _MOST = 64

    def __init__(self, context: Any, side: int) -> None:
        self._context = context
        self._side = max(side, 1)
        self._known: dict[tuple[object, ...], Any] = {}

    def get(self, hatch: WalkHatch, rgba: Rgba, face: Rgba | None) -> Any:
        """The pattern of a hatch in a colour, over a face.

        Where the face is opaque it is in the tile as well: Ghostscript smooths tiles on white.
        """
        (vertices, codes), _, width = hatch
        ground = None if face is None or face[3] < 1 else tuple(face)
        key = (vertices.tobytes(), codes.tobytes(), tuple(rgba), width, ground)
        pattern = self._known.get(key)
        if pattern is None:
            if len(self._known) >= self._MOST:
                self._known.clear()
            pattern = self._pattern(vertices * self._side, codes, rgba, width, ground)
            self._known[key] = pattern
        return pattern

    def _pattern(
        self,
        vertices: NDArray[np.float64],
        codes: NDArray[np.uint8],
        rgba: Rgba,
        width: float,
        ground: Rgba | None,
    ) -> Any:
        side = self._side
        target = self._context.get_target()
        tile = target.create_similar(cairo.CONTENT_COLOR_ALPHA, side, side)
        context = cairo.Context(tile)
        if ground is not None:
            context.set_source_rgba(*ground)
            context.paint()
        context.set_source_rgba(*rgba)
        context.set_line_width(width)
        context.set_line_cap(cairo.LINE_CAP_SQUARE)
        context.set_miter_limit(4)
        append(context, vertices, codes)
        context.fill_preserve()
        context.stroke()
        pattern = cairo.SurfacePattern(tile)
        pattern.set_extend(cairo.EXTEND_REPEAT)
        pattern.set_filter(cairo.FILTER_NEAREST)
        return pattern


class _LibraryMesh:
    """A mesh pattern for a binding without any, with the methods of the other's."""

    def __init__(self, functions: dict[str, Any]) -> None:
        self._functions = functions
        self._pattern = functions["cairo_pattern_create_mesh"]()
        for name in ("begin_patch", "end_patch", "move_to", "line_to", "set_corner_color_rgba"):
            function = functions[f"cairo_mesh_pattern_{name}"]
            setattr(self, name, self._method(function))

    def _method(self, function: Any) -> Any:
        pattern = self._pattern
        return lambda *arguments: function(pattern, *arguments)

    def paint(self, context: Any) -> None:
        self._functions["cairo_set_source"](context_address(context), self._pattern)
        context.paint()
        self._functions["cairo_pattern_destroy"](self._pattern)
        context.set_source_rgba(0, 0, 0, 0)


def paint_triangles(context: Any, points: NDArray[np.float64], colors: NDArray[np.float64]) -> None:
    """Paint triangles with colours between their corners.

    Parameters
    ----------
    context : cairo.Context
    points : (N, 3, 2) float64
    colors : (N, 3, 4) float64
        Straight RGBA.
    """
    has_mesh = hasattr(cairo, "MeshPattern")
    reached = library()
    if not has_mesh and reached is None:
        _paint_flat_triangles(context, points, colors)
        return
    mesh: Any = cairo.MeshPattern() if has_mesh else _LibraryMesh(reached.functions)  # type: ignore[union-attr]
    for (a, b, c), (of_a, of_b, of_c) in zip(points.tolist(), colors.tolist(), strict=True):
        mesh.begin_patch()
        mesh.move_to(*a)
        mesh.line_to(*b)
        mesh.line_to(*c)
        # The fourth corner is the first one again.
        for corner, rgba in enumerate((of_a, of_b, of_c, of_a)):
            mesh.set_corner_color_rgba(corner, *rgba)
        mesh.end_patch()
    if has_mesh:
        context.set_source(mesh)
        context.paint()
    else:
        mesh.paint(context)


def _paint_flat_triangles(
    context: Any, points: NDArray[np.float64], colors: NDArray[np.float64]
) -> None:
    """Paint triangles in one colour each, the mean of their corners'."""
    for (a, b, c), rgba in zip(points.tolist(), colors.mean(axis=1).tolist(), strict=True):
        context.set_source_rgba(*rgba)
        context.move_to(*a)
        context.line_to(*b)
        context.line_to(*c)
        context.fill()
