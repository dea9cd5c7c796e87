"""Windows of GTK 3 whose pixels Cairo draws: stands in for Matplotlib's ``gtk3cairo``.

Selected as ``drypoint-gtk3cairo`` or ``module://drypoint.backends.gtk3cairo``.
"""

from drypoint.adapter.cairo.canvas import FigureCanvasDrypointCairo
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.backends.gtk3 import FigureCanvasDrypointGtk3, FigureManager

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class FigureCanvasDrypointGtk3Cairo(FigureCanvasDrypointCairo, FigureCanvasDrypointGtk3):
    """A drawing area of GTK 3 that shows a figure as Cairo draws it."""


FigureCanvas = FigureCanvasDrypointGtk3Cairo

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
