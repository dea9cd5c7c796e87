"""Windows of macOS: stands in for Matplotlib's ``macosx``.

Selected as ``drypoint-macosx`` or ``module://drypoint.backends.macosx``. Written from Matplotlib's
sources and not tried on a Mac.

Matplotlib's canvas for macOS is the one that cannot be had without Agg's: it inherits from it. Here
drypoint's comes before it, and what Agg's would draw is not called.
"""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_macosx import FigureCanvasMac, FigureManagerMac

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.manager import backend_version, module_functions
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


class FigureCanvasDrypointMac(WindowCanvas, FigureCanvasDrypoint, FigureCanvasMac):
    """A view of Cocoa that shows a figure."""

    def present(self) -> None:
        """Have the view painted soon."""
        self.update()

    def draw(self) -> None:
        """Draw the figure and have it shown."""
        # Not super().draw(): that of Matplotlib's canvas calls Agg's, which would draw once more.
        if self._is_drawing:
            return
        self._is_drawing = True
        try:
            self._draw_picture()
        finally:
            self._is_drawing = False
        self.update()

    def blit(self, bbox: Any = None) -> None:
        """Have the picture shown; the view is always painted as a whole."""
        self.update()


FigureCanvas = FigureCanvasDrypointMac
FigureManager = FigureManagerMac

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
