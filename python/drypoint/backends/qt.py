"""Windows of Qt: stands in for Matplotlib's ``qtagg``.

Selected as ``drypoint-qt`` or ``module://drypoint.backends.qt``. The binding is the one that is
loaded, the one that ``QT_API`` names, or the first of PyQt6, PySide6, PyQt5, PySide2 that is there.
"""

from __future__ import annotations

from typing import Any

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
        super().blit(bbox)

    def paintEvent(self, event: Any) -> None:
        """Show the picture; Qt clips to what it wants painted."""
        self._draw_idle()  # Only does something if a draw is pending.
        pixels = self.shown_pixels()
        if pixels is None:
            return
        height, width, _ = pixels.shape
        opaque = self.is_opaque()
        formats = QtGui.QImage.Format
        painter = QtGui.QPainter(self)
        try:
            if not opaque:
                painter.eraseRect(event.rect())
            image = QtGui.QImage(
                _pointer(pixels.data),
                width,
                height,
                4 * width,
                formats.Format_RGBX8888 if opaque else formats.Format_RGBA8888,
            )
            image.setDevicePixelRatio(self.device_pixel_ratio)
            painter.drawImage(0, 0, image)
            self._draw_rect_callback(painter)
        finally:
            painter.end()


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
