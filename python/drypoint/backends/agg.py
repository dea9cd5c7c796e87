"""Pixels without a window: stands in for Matplotlib's ``agg``.

Selected as ``drypoint-agg`` or ``module://drypoint.backends.agg``.
"""

from matplotlib.backend_bases import FigureManagerBase

from drypoint.adapter.canvas import FigureCanvasDrypoint
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

FigureCanvas = FigureCanvasDrypoint
FigureManager = FigureManagerBase

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
