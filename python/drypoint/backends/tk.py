"""Windows of Tk: stands in for Matplotlib's ``tkagg``.

Selected as ``drypoint-tk`` or ``module://drypoint.backends.tk``.
"""

from __future__ import annotations

from typing import Any

from matplotlib.transforms import BboxBase

from drypoint.adapter.compat import tk_plumbing
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

_plumbing = tk_plumbing()

# Where the bytes of red, green, blue and alpha are in a pixel.
_OFFSETS = (0, 1, 2, 3)


class FigureCanvasDrypointTk(WindowCanvas, _plumbing.FigureCanvasTk):
    """A canvas of Tk that shows a figure."""

    def draw(self) -> None:
        """Draw the figure and show it."""
        super().draw()
        self.blit()

    def blit(self, bbox: BboxBase | None = None) -> None:
        """Show the picture, or the part of it in a box (in px, the origin at the bottom)."""
        pixels = self.shown_pixels()
        if pixels is not None:
            _plumbing.blit(self._tkphoto, pixels, _OFFSETS, bbox=bbox)


FigureCanvas = FigureCanvasDrypointTk
FigureManager: Any = _plumbing.FigureManagerTk

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
