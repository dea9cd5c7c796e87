"""Windows of Qt: stands in for Matplotlib's ``qtagg``.

Selected as ``drypoint-qt`` or ``module://drypoint.backends.qt``. The binding is the one that is
loaded, the one that ``QT_API`` names, or the first of PyQt6, PySide6, PyQt5, PySide2 that is there.
"""

from __future__ import annotations

import math
from typing import Any

from drypoint.adapter.animation import ONE_BOX_PX, Animation
from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.window import WindowCanvas
from drypoint.selection import require_qt_binding

require_qt_binding()

from matplotlib.backends.backend_qt import (  # noqa: E402
    FigureCanvasQT,
    FigureManagerQT,
    NavigationToolbar2QT,
)
from matplotlib.backends.qt_compat import QT_API, QtGui  # noqa: E402

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "NavigationToolbar2QT",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class QtWindowCanvas(WindowCanvas):
    """A widget of Qt that shows a figure; see `WindowCanvas`."""

    _is_drawing: bool
    _draw_pending: bool
    # Once parts have been blitted, until something else is shown.
    _animation: _Animation | None = None
    # While Qt paints what has been blitted, of which all is known.
    _is_blitting = False

    def present(self) -> None:
        """Have Qt paint the widget soon."""
        self.update()

    def draw(self) -> None:
        """Draw the figure and have it painted; from Qt's idle time what is slow is played beside."""
        if not self._is_idle_drawing:
            super().draw()
        elif not self._is_drawing:
            self._is_drawing = True
            try:
                whole = self.draw_from_idle()
            finally:
                self._is_drawing = False
            if whole:
                self.update()

    def blit(self, bbox: Any = None) -> None:
        """Show the picture, or the part of it in a box (in px, the origin at the bottom)."""
        self.wait_for_picture()
        core = self.shown_core()
        if core is None or bbox is None or not self.is_opaque():
            self._animation = None
            super().blit(bbox)
            return
        animation = self._animation
        if animation is None or animation.core is not core:
            self._animation = animation = _Animation(core)
        ratio = self.device_pixel_ratio
        self._is_blitting = True
        try:
            for left, top, right, bottom in animation.changed(bbox):
                if ratio != 1:
                    # Qt has other px.
                    left, top = math.floor(left / ratio), math.floor(top / ratio)
                    right, bottom = math.ceil(right / ratio), math.ceil(bottom / ratio)
                self.repaint(left, top, right - left, bottom - top)
        finally:
            self._is_blitting = False

    def paintEvent(self, event: Any) -> None:
        """Show the picture; Qt clips to what it wants painted."""
        animation = self._animation
        if self._is_blitting and animation is not None and not self._draw_pending:
            self._paint(event, animation.image, True)
            return
        self._draw_idle()  # Only does something if a draw is pending.
        opaque = self.is_opaque()
        if animation is not None and opaque and animation.core is self.shown_core():
            animation.mirror()
            self._paint(event, animation.image, opaque)
            return
        self._animation = None
        pixels = self.shown_pixels()
        if pixels is None:
            return
        formats = QtGui.QImage.Format
        image_format = formats.Format_RGBX8888 if opaque else formats.Format_RGBA8888
        self._paint(event, _image(pixels.data, image_format), opaque)

    def _paint(self, event: Any, image: Any, opaque: bool) -> None:
        image.setDevicePixelRatio(self.device_pixel_ratio)
        painter = QtGui.QPainter(self)
        try:
            if not opaque:
                painter.eraseRect(event.rect())
            painter.drawImage(0, 0, image)
            self._draw_rect_callback(painter)
        finally:
            painter.end()


class _Animation(Animation):
    """A picture of which parts are blitted, as Qt has pixels, which it need not convert each time.

    What has changed is one box: Qt paints several more slowly than all that is between them.
    """

    def __init__(self, core: Any) -> None:
        super().__init__(core, ONE_BOX_PX)
        #: The picture as it was when somebody last asked what has changed, or for the mirror.
        self.image = _image(memoryview(self.mirror()), QtGui.QImage.Format.Format_RGB32)


def _image(pixels: memoryview, image_format: Any) -> Any:
    """An image of (h, w, 4) uint8 pixels, which have to live as long."""
    height, width, _ = pixels.shape
    return QtGui.QImage(_pointer(pixels), width, height, 4 * width, image_format)


def _pointer(buffer: memoryview) -> Any:
    """A buffer as a `QImage` takes it."""
    if QT_API == "PyQt6":
        from PyQt6 import sip

        return sip.voidptr(buffer)
    return buffer


class FigureCanvasDrypointQt(QtWindowCanvas, FigureCanvasDrypoint, FigureCanvasQT):
    """A widget of Qt that shows a figure as the engine draws it."""


FigureCanvas = FigureCanvasDrypointQt
FigureManager = FigureManagerQT

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
