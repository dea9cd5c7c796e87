"""Windows of wxPython: stands in for Matplotlib's ``wxagg``.

Selected as ``drypoint-wx`` or ``module://drypoint.backends.wx``.
"""

from __future__ import annotations

from typing import Any

import wx
from matplotlib.backends.backend_wx import FigureManagerWx
from matplotlib.transforms import BboxBase

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.compat import wx_canvas_class
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.preview import box_px
from drypoint.adapter.window import WindowCanvas

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class WxWindowCanvas(WindowCanvas):
    """A panel of wx that shows a figure; see `WindowCanvas`."""

    def draw(self, drawDC: Any = None) -> None:
        """Draw the figure and show it; while wx paints, what is slow is played beside."""
        self._isDrawn = True
        if drawDC is None:
            self._draw_picture()
        else:
            self.draw_from_idle()
        self.bitmap = self._new_bitmap()
        self.gui_repaint(drawDC=drawDC)

    def present(self) -> None:
        """Show what is to be shown."""
        self.bitmap = self._new_bitmap()
        self.gui_repaint()

    def blit(self, bbox: BboxBase | None = None) -> None:
        """Show the picture, or the part of it in a box (in px, the origin at the bottom)."""
        self.wait_for_picture()
        pixels = self.shown_pixels()
        if pixels is None:
            return
        if bbox is None or self.bitmap is None:
            self.bitmap = self._new_bitmap()
        else:
            height, width, _ = pixels.shape
            left, top, right, bottom = box_px(bbox, width, height)
            if left == right or top == bottom:
                return
            part = _bitmap(pixels[top:bottom, left:right])
            whole = wx.MemoryDC(self.bitmap)
            # Not DrawBitmap, which would blend what is transparent with what was there.
            whole.Blit(left, top, right - left, bottom - top, wx.MemoryDC(part), 0, 0)
            whole.SelectObject(wx.NullBitmap)
        self.gui_repaint()

    def _new_bitmap(self) -> Any:
        pixels = self.shown_pixels()
        bitmap = _bitmap(pixels)
        bitmap.SetScaleFactor(self.GetDPIScaleFactor())
        return bitmap


def _bitmap(pixels: Any) -> Any:
    height, width, _ = pixels.shape
    return wx.Bitmap.FromBufferRGBA(width, height, pixels.tobytes())


class FigureCanvasDrypointWx(WxWindowCanvas, FigureCanvasDrypoint, wx_canvas_class()):
    """A panel of wx that shows a figure as the engine draws it."""


FigureCanvas = FigureCanvasDrypointWx
FigureManager = FigureManagerWx

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
