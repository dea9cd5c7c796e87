"""Windows of wxPython: stands in for Matplotlib's ``wxagg``.

Selected as ``drypoint-wx`` or ``module://drypoint.backends.wx``.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import wx
from matplotlib.backends.backend_wx import FigureManagerWx
from matplotlib.figure import Figure
from matplotlib.transforms import BboxBase

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.compat import wx_canvas_class
from drypoint.adapter.interrupt import TICK_MS, interruptible
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


@contextmanager
def _hearing_ctrl_c(leave: Callable[[], object]) -> Iterator[None]:
    tick = _Tick()
    tick.Start(TICK_MS)
    try:
        with interruptible(leave):
            yield
    finally:
        tick.Stop()


class _Tick(wx.Timer):
    def Notify(self) -> None:
        """Nothing: that Python is asked is enough for it to look for signals."""


class FigureManagerDrypointWx(FigureManagerWx):
    """What `pyplot` asks of windows of wx; Ctrl-C ends their loop."""

    @classmethod
    def create_with_canvas(cls, canvas_class: Any, figure: Figure, num: int | str) -> Any:
        """Make a window."""
        before = signal.getsignal(signal.SIGINT)
        manager = super().create_with_canvas(canvas_class, figure, num)
        # An application of wx has Ctrl-C kill the process from its beginning on.
        if callable(before) and signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, before)
        return manager

    @classmethod
    def start_main_loop(cls) -> None:
        """Wait until all windows are closed, or for Ctrl-C."""
        app = wx.GetApp()
        if app is not None and not wx.App.IsMainLoopRunning():
            with _hearing_ctrl_c(app.ExitMainLoop):
                super().start_main_loop()


class WxWindowCanvas(WindowCanvas):
    """A panel of wx that shows a figure; see `WindowCanvas`."""

    manager_class = FigureManagerDrypointWx

    # Whether wx waits for a picture: what is drawn meanwhile is painted afterwards.
    _paints = False

    def draw(self, drawDC: Any = None) -> None:
        """Draw the figure and show it; while wx paints, what is slow is played beside."""
        self._isDrawn = True
        if drawDC is None:
            self._draw_picture()
        else:
            self._paints = True
            try:
                self.draw_from_idle()
            finally:
                self._paints = False
        self.bitmap = self._new_bitmap()
        self.gui_repaint(drawDC=drawDC)

    def present(self) -> None:
        """Show what is to be shown."""
        self.bitmap = self._new_bitmap()
        self.gui_repaint()

    def gui_repaint(self, drawDC: Any = None) -> None:
        """Paint the window, through `drawDC` if wx has asked for it.

        Else wx is made to ask: unasked one would paint on the screen as long as GTK has no window, and on
        Wayland nowhere.
        """
        if drawDC is not None:
            super().gui_repaint(drawDC=drawDC)
        elif self and self.IsShownOnScreen():
            self.Refresh(eraseBackground=False)
            if not self._paints:
                self.Update()

    def start_event_loop(self, timeout: float = 0) -> None:
        """Answer the user for so many seconds, without end for zero, or until Ctrl-C."""
        with _hearing_ctrl_c(self.stop_event_loop):
            super().start_event_loop(timeout)

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
FigureManager = FigureManagerDrypointWx

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
