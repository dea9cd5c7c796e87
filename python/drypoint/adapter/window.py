"""What the canvases of all toolkits share: which pixels a window shows, and saving beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase

from drypoint.adapter.canvas import FigureCanvasDrypoint

if TYPE_CHECKING:
    from matplotlib.transforms import BboxBase
    from numpy.typing import NDArray

__all__ = ["WindowCanvas", "box_px", "premultiplied_argb"]


class WindowCanvas(FigureCanvasDrypoint):
    """A canvas in a window; the toolkit's own canvas of Matplotlib's is the other base class.

    The pixels that a window shows are those of the renderer, so that what programs draw or write
    there by themselves is shown when the toolkit next asks.
    """

    #: What can be saved, in every toolkit; that of wx would add what its own renderer writes.
    filetypes = FigureCanvasBase.filetypes

    def shown_pixels(self) -> NDArray[np.uint8] | None:
        """What the window shows.

        Returns
        -------
        (h, w, 4) uint8 or None
            Red, green, blue and straight alpha, top row first: a view to be let go of soon, since
            drawing does not run beside Python as long as there is one. None before the first draw.
        """
        try:
            renderer = self.renderer
        except AttributeError:
            return None
        return np.asarray(renderer.buffer_rgba())

    def is_opaque(self) -> bool:
        """Whether nothing behind the figure is seen through it."""
        patch = self.figure.patch
        face: Any = patch.get_facecolor()
        return bool(self.figure.get_frameon() and patch.get_visible() and face[3] == 1)

    def print_figure(self, *arguments: Any, **keywords: Any) -> Any:
        """Save the figure, as in `FigureCanvasBase`; the window keeps its own picture."""
        shown = {name: vars(self)[name] for name in ("renderer", "_lastKey") if name in vars(self)}
        try:
            return super().print_figure(*arguments, **keywords)
        finally:
            # Saved pixels have another size; the window may be painted before it is drawn again.
            for name in ("renderer", "_lastKey"):
                if name in shown:
                    setattr(self, name, shown[name])
                else:
                    vars(self).pop(name, None)


def box_px(bbox: BboxBase, width_px: int, height_px: int) -> tuple[int, int, int, int]:
    """Whole pixels that cover a box, inside a picture.

    Parameters
    ----------
    bbox : Bbox
        In px, the origin at the bottom.
    width_px, height_px : int
        Size of the picture.

    Returns
    -------
    left, top, right, bottom : int
        Columns and rows, row 0 on top; right and bottom are beyond the last ones.
    """
    left = min(max(int(np.floor(bbox.x0)), 0), width_px)
    right = max(min(int(np.ceil(bbox.x1)), width_px), left)
    top = min(max(height_px - int(np.ceil(bbox.y1)), 0), height_px)
    bottom = max(min(height_px - int(np.floor(bbox.y0)), height_px), top)
    return left, top, right, bottom


def premultiplied_argb(pixels: NDArray[np.uint8], *, opaque: bool) -> NDArray[np.uint32]:
    """Pixels as Cairo has them.

    Parameters
    ----------
    pixels : (h, w, 4) uint8
        Red, green, blue and straight alpha.
    opaque : bool
        Whether alpha is not to be looked at.

    Returns
    -------
    (h, w) uint32
        Alpha in the uppermost byte, then red, green and blue multiplied by it, the product rounded;
        contiguous.
    """
    channels = pixels.astype(np.uint32)
    red, green, blue, alpha = (channels[..., index] for index in range(4))
    if opaque:
        return np.ascontiguousarray(0xFF000000 | red << 16 | green << 8 | blue)
    red, green, blue = ((channel * alpha + 127) // 255 for channel in (red, green, blue))
    return np.ascontiguousarray(alpha << 24 | red << 16 | green << 8 | blue)
