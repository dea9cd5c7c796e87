"""PostScript files: stands in for Matplotlib's ``ps``.

Selected as ``drypoint-ps`` or ``module://drypoint.backends.ps``.
"""

from matplotlib.backend_bases import FigureManagerBase

from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.ps import FigureCanvasDrypointPs

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]

FigureCanvas = FigureCanvasDrypointPs
FigureManager = FigureManagerBase

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
