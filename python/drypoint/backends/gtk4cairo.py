"""Windows of GTK 4 whose pixels Cairo draws: stands in for Matplotlib's ``gtk4cairo``.

Selected as ``drypoint-gtk4cairo`` or ``module://drypoint.backends.gtk4cairo``.
"""

from drypoint.adapter.cairo.canvas import FigureCanvasDrypointCairo
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.backends.gtk4 import FigureCanvasDrypointGtk4, FigureManager

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class FigureCanvasDrypointGtk4Cairo(FigureCanvasDrypointCairo, FigureCanvasDrypointGtk4):
    """A drawing area of GTK 4 that shows a figure as Cairo draws it."""


FigureCanvas = FigureCanvasDrypointGtk4Cairo

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
