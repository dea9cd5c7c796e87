"""Pixels and documents through Cairo: stands in for Matplotlib's ``cairo``.

Selected as ``drypoint-cairo`` or ``module://drypoint.backends.cairo``.
"""

from matplotlib.backend_bases import FigureManagerBase

from drypoint.adapter.cairo.canvas import FigureCanvasDrypointCairo
from drypoint.adapter.manager import backend_version, module_functions

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]

FigureCanvas = FigureCanvasDrypointCairo
FigureManager = FigureManagerBase

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
