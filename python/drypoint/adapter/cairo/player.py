"""The player: the ops of a recorded document on a context of Cairo's."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import numpy as np

from .binding import cairo
from .image import image_surface
from .paint import Clip, HatchTiles, paint_triangles, set_dashes, set_line
from .path import PathSet, append
from .text import show_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from drypoint._core import (
        WalkClip,
        WalkItems,
        WalkLine,
        WalkOp,
        WalkPath,
        WalkPathSet,
        WalkStyle,
        WalkText,
    )

__all__ = ["Player"]

# All of ASCII but what has a meaning in strings of PDF.
_SAFE_IN_LINKS = "".join(set(string.printable) - set("\\()") - set(string.whitespace))

# Items looked at together.
_CHUNK = 4096

# Markers from which a stamp pays, and the longest side of one, px.
_FEW_MARKERS = 8
_LARGEST_STAMP_PX = 512


class Item(NamedTuple):
    """An item of a collection; colours without alpha are not painted."""

    shape: int
    offset: Sequence[float]
    face: Sequence[float]
    line: Sequence[float]
    width: float
    dashes: int
    antialiased: bool
    hatch: Sequence[float]
    place: int


class Player:
    """Plays ops on a context.

    Parameters
    ----------
    context : cairo.Context
        The matrix that it has leads from the units of the document, y down.
    dpi : float
        Units per inch.
    is_raster : bool
        Whether a unit is a pixel.
    writes_links : bool
        Whether the target keeps addresses.
    """

    def __init__(
        self, context: Any, dpi: float, *, is_raster: bool, writes_links: bool = False
    ) -> None:
        self._context = context
        self._base = context.get_matrix()
        self._is_raster = is_raster
        self._writes_links = writes_links
        self._clip = Clip(context, snaps=is_raster)
        self._tiles = HatchTiles(context, int(dpi))
        self._item_links: Sequence[str | None] = ()
        self._open: list[str] = []
        context.set_fill_rule(cairo.FILL_RULE_WINDING)
        # As Agg has it, and documents.
        context.set_miter_limit(4 if is_raster else 10)

    def play(self, ops: Iterable[WalkOp]) -> None:
        """Draw ops in their order."""
        for kind, *arguments in ops:
            getattr(self, f"_play_{kind}")(*arguments)

    # --- groups

    def _play_begin(self, kind: str, value: Any) -> None:
        if kind == "link" and self._writes_links and "link" not in self._open:
            self._begin_link(value)
        elif kind == "item_links" and self._writes_links:
            self._item_links = value
        else:
            kind = "nothing"
        self._open.append(kind)

    def _play_end(self) -> None:
        kind = self._open.pop() if self._open else "nothing"
        if kind == "link":
            self._context.tag_end("Link")
        elif kind == "item_links":
            self._item_links = ()

    def _begin_link(self, url: str, more: str = "") -> None:
        # Cairo writes it into the file as it is.
        quoted = quote(url, safe=_SAFE_IN_LINKS).replace("'", "\\'")
        self._context.tag_begin("Link", f"uri='{quoted}'{more}")

    def _play_link_area(self, url: str, area: tuple[float, float, float, float]) -> None:
        if self._writes_links and "link" not in self._open:
            self._begin_link(url, f" rect=[{' '.join(f'{side:.3f}' for side in area)}]")
            self._context.tag_end("Link")

    # --- paths

    def _begin(self, style: WalkStyle) -> None:
        clip, antialiased, line, _ = style
        self._clip.set(clip)
        self._smooth(antialiased)
        set_line(self._context, line)

    def _smooth(self, antialiased: bool) -> None:
        self._context.set_antialias(cairo.ANTIALIAS_GOOD if antialiased else cairo.ANTIALIAS_NONE)

    def _paint(
        self,
        face: Sequence[float] | None,
        hatch: Any,
        line: Sequence[float] | None,
    ) -> None:
        """Fill, hatch and stroke the path of the context, and be done with it."""
        context = self._context
        if face is not None:
            context.set_source_rgba(*face)
            context.fill_preserve()
        if hatch is not None:
            context.set_source(hatch)
            context.fill_preserve()
        if line is not None:
            context.set_source_rgba(*line)
            context.stroke()
        else:
            context.new_path()

    def _play_path(self, style: WalkStyle, path: WalkPath, face: Sequence[float] | None) -> None:
        self._begin(style)
        _, _, (color, *_), hatch = style
        self._context.new_path()
        append(self._context, *path)
        tile = None if hatch is None else self._tiles.get(hatch, hatch[1], face)
        self._paint(face, tile, color)

    def _play_markers(
        self,
        style: WalkStyle,
        marker: WalkPath,
        places: NDArray[np.float64],
        face: Sequence[float] | None,
    ) -> None:
        clip, _, (color, width, cap, join, _), _ = style
        # Neither dashes nor what is said of smoothing apply to markers.
        line: WalkLine = (color, width, cap, join, None)
        self._begin((clip, True, line, None))
        if face is None and color is None:
            return
        context = self._context
        if self._is_raster and len(places) > _FEW_MARKERS:
            stamp = self._stamp(marker, face, line)
            if stamp is not None:
                surface, left, top = stamp
                for x, y in places.tolist():
                    context.set_source_surface(surface, x + left, y + top)
                    context.paint()
                return
        append_marker = PathSet(*marker, None).appender(context)
        for x, y in places.tolist():
            context.new_path()
            context.translate(x, y)
            append_marker(0)
            context.set_matrix(self._base)
            self._paint(face, None, color)

    def _stamp(
        self, marker: WalkPath, face: Sequence[float] | None, line: WalkLine
    ) -> tuple[Any, int, int] | None:
        """A marker as pixels with its place around the origin; None if it is too large."""
        vertices, _ = marker
        color, width, *_ = line
        if not len(vertices):
            return None
        # Miters may reach farther than the line is wide.
        reach = 2 + (0 if color is None else width * 2)
        left, top = (int(v) for v in np.floor(vertices.min(axis=0) - reach))
        right, bottom = (int(v) for v in np.ceil(vertices.max(axis=0) + reach))
        if max(right - left, bottom - top) > _LARGEST_STAMP_PX:
            return None
        surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, right - left, bottom - top)
        context = cairo.Context(surface)
        context.translate(-left, -top)
        stamper = Player(context, 1, is_raster=True)
        stamper._play_path(((None, None), True, line, None), marker, face)
        return surface, left, top

    def _play_items(self, style: WalkStyle, shapes: WalkPathSet, items: WalkItems) -> None:
        self._begin(style)
        context = self._context
        append_shape = PathSet(*shapes).appender(context)
        patterns = items[6]
        links = self._item_links
        hatch = style[3]
        last: tuple[float, int, bool] | None = None
        for item in _each(items):
            attributes = (item.width, item.dashes, item.antialiased)
            if attributes != last:
                last = attributes
                context.set_line_width(item.width)
                set_dashes(context, None if item.dashes < 0 else patterns[item.dashes])
                self._smooth(item.antialiased)
            url = links[item.place % len(links)] if links else None
            if url:
                self._begin_link(url)
            context.new_path()
            x, y = item.offset
            if x or y:
                context.translate(x, y)
                append_shape(item.shape)
                context.set_matrix(self._base)
            else:
                append_shape(item.shape)
            self._paint(
                item.face if item.face[3] else None,
                None if hatch is None else self._tiles.get(hatch, item.hatch, item.face),
                item.line if item.line[3] else None,
            )
            if url:
                context.tag_end("Link")

    # --- the others

    def _play_gouraud(
        self, style: WalkStyle, points: NDArray[np.float64], colors: NDArray[np.float64]
    ) -> None:
        if len(points):
            self._begin(style)
            paint_triangles(self._context, points, colors)

    def _play_picture(
        self,
        clip: WalkClip,
        affine: tuple[float, float, float, float, float, float],
        pixels: NDArray[np.uint8],
        alpha: float,
        unsampled: bool,
        _id: str | None,
    ) -> None:
        height, width = pixels.shape[:2]
        if not (height and width):
            return
        self._clip.set(clip)
        context = self._context
        x_x, y_x, x_y, y_y, x, y = affine
        is_upright = not y_x and not x_y
        if self._is_raster and is_upright and abs(x_x - width) + abs(y_y + height) < 1e-6:
            # Pixels on pixels.
            x, y, x_x, y_y = round(x), round(y), width, -height
        context.save()
        context.transform(cairo.Matrix(x_x, y_x, x_y, y_y, x, y))
        # Rows count from the top.
        context.transform(cairo.Matrix(1 / width, 0, 0, -1 / height, 0, 1))
        context.set_source_surface(image_surface(pixels[::-1]), 0, 0)
        source = context.get_source()
        source.set_extend(cairo.EXTEND_PAD)
        nearest = unsampled or self._is_raster
        source.set_filter(cairo.FILTER_NEAREST if nearest else cairo.FILTER_GOOD)
        context.new_path()
        context.rectangle(0, 0, width, height)
        if alpha == 1:
            context.fill()
        else:
            context.clip()
            context.paint_with_alpha(alpha)
        context.restore()

    def _play_text(self, *text: Any) -> None:
        clip, *_ = text
        self._clip.set(clip)
        told: WalkText = text
        show_text(self._context, told)


def _each(items: WalkItems) -> Iterator[Item]:
    """The items one by one, so that no more than some are Python's numbers at a time."""
    columns: list[Any] = [column for place, column in enumerate(items) if place != 6]
    for start in range(0, len(items[0]), _CHUNK):
        part = [column[start : start + _CHUNK].tolist() for column in columns]
        yield from map(Item._make, zip(*part, strict=True))
