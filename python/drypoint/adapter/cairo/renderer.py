"""The renderer whose pixels are Cairo's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from matplotlib.transforms import BboxBase

from drypoint import _core
from drypoint.adapter.document_text import DocumentText
from drypoint.adapter.graphics import clip_rectangle
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.surfaces import Mixed, Output

from .binding import cairo
from .image import LARGEST_SIDE_PX, straight, surface_on
from .player import Player

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["CairoRegion", "CairoRenderer"]


class CairoRegion:
    """A saved rectangle of a picture.

    Parameters
    ----------
    pixels : (h, w) uint32
        As Cairo has them.
    left, top : int
        Where it was, px, y down.
    """

    def __init__(self, pixels: NDArray[np.uint32], left: int, top: int) -> None:
        self.pixels = pixels
        self._left = left
        self._top = top

    def get_extents(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom edge, px, y down."""
        height, width = self.pixels.shape
        return self._left, self._top, self._left + width, self._top + height

    def set_x(self, x: int) -> None:
        """Move the left edge."""
        self._left = x

    def set_y(self, y: int) -> None:
        """Move the top edge."""
        self._top = y


class CairoRenderer(Renderer):
    """Records what artists draw and lets Cairo draw it when somebody looks at the pixels.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    width, height : int
        Size, px.
    dpi : float
        Pixels per inch.

    Raises
    ------
    ValueError
        If a side is longer than Cairo can draw.
    """

    def __init__(self, figure: Figure, width: int, height: int, dpi: float) -> None:
        if max(width, height) > LARGEST_SIDE_PX:
            raise ValueError(
                f"Cairo cannot draw {width} x {height} pixels: "
                f"a side may have {LARGEST_SIDE_PX} at most, so choose a smaller size or dpi"
            )
        text = DocumentText(units_per_inch=dpi)
        output = Output(text, is_document=True, units_per_inch=dpi)
        super().__init__(width, height, dpi, output, Mixed(figure, dpi))
        # A picture has one pixel at least.
        self._pixels = np.zeros((max(height, 1), max(width, 1)), np.uint32)
        self._target = surface_on(self._pixels)
        self._player = Player(cairo.Context(self._target), dpi, is_raster=True)
        self._straight: _core.Renderer | None = None

    def __getstate__(self) -> dict[str, Any]:
        assert self._mixed is not None
        return {"figure": self._mixed.figure, **super().__getstate__()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def finish(self) -> None:
        """Draw what is recorded."""
        if self._surfaces_below:
            return  # In the middle of what is drawn as pixels.
        self._player.play(self.document.ops(snap=True, outlines=True))
        self.document.clear()
        self._target.flush()
        self._straight = None

    def _changed(self) -> None:
        self._target.mark_dirty()
        self._straight = None

    def clear(self) -> None:
        """Make the canvas transparent."""
        self.document.clear()
        self._target.flush()
        self._pixels[:] = 0
        self._changed()

    def _picture(self) -> _core.Renderer:
        """The pixels as the engine has them."""
        self.finish()
        if self._straight is None:
            self._straight = _core.Renderer(int(self.width), int(self.height), self.dpi)
            out = np.asarray(self._straight)
            height, width = out.shape[:2]
            straight(self._pixels[:height, :width], out)
        return self._straight

    def buffer_rgba(self) -> memoryview:
        """The pixels, (h, w, 4) uint8, straight alpha, row 0 on top; a copy, which stays as it is."""
        return memoryview(self._picture())

    def tostring_argb(self) -> bytes:
        """The pixels as bytes in the order alpha, red, green, blue; row 0 on top."""
        return np.asarray(self._picture()).take([3, 0, 1, 2], axis=2).tobytes()

    @property
    def _renderer(self) -> _core.Renderer:
        """What supports the buffer protocol; an old name that is still in use."""
        return self._picture()

    def encode_png(self, **keywords: Any) -> bytes:
        """The picture as a PNG file; keywords as for the engine's renderer."""
        return self._picture().encode_png(**keywords)

    def copy_from_bbox(self, bbox: BboxBase) -> Any:
        """Save the pixels within *bbox* (px, y up, truncated) for `restore_region`."""
        self.finish()
        x1, y1, x2, y2 = (int(v) for v in clip_rectangle(bbox))
        height, width = self._pixels.shape
        left, right = max(x1, 0), min(x2, width)
        top, bottom = max(height - y2, 0), min(height - y1, height)
        return CairoRegion(
            self._pixels[top : max(bottom, top), left : max(right, left)].copy(), left, top
        )

    def restore_region(
        self,
        region: Any,
        bbox: BboxBase | Sequence[float] | None = None,
        xy: tuple[float, float] | None = None,
    ) -> None:
        """Put saved pixels back; parameters as for pixels of the engine's own."""
        self.finish()
        saved = cast(CairoRegion, region)
        extents = saved.get_extents()
        part: Any = (
            extents if bbox is None else bbox.extents if isinstance(bbox, BboxBase) else bbox
        )
        x1, y1, x2, y2 = (int(v) for v in part)
        # The last row and column of a part are in it.
        beyond = 0 if bbox is None else 1
        pixels = saved.pixels[
            max(y1 - extents[1], 0) : max(y2 - extents[1] + beyond, 0),
            max(x1 - extents[0], 0) : max(x2 - extents[0] + beyond, 0),
        ]
        left, top = max(x1, extents[0]), max(y1, extents[1])
        if xy is not None:
            left += int(xy[0]) - extents[0]
            top += int(xy[1]) - extents[1]
        height, width = self._pixels.shape
        pixels = pixels[max(-top, 0) : max(height - top, 0), max(-left, 0) : max(width - left, 0)]
        left, top = max(left, 0), max(top, 0)
        rows, columns = pixels.shape
        self._pixels[top : top + rows, left : left + columns] = pixels
        self._changed()
