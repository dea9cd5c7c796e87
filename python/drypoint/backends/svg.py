"""SVG files: stands in for Matplotlib's ``svg``.

Selected as ``drypoint-svg`` or ``module://drypoint.backends.svg``.
"""

from matplotlib.backend_bases import FigureManagerBase

from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.svg import FigureCanvasDrypointSvg

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]

FigureCanvas = FigureCanvasDrypointSvg
FigureManager = FigureManagerBase

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
