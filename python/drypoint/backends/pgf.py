"""PGF pictures for LaTeX: stands in for Matplotlib's ``pgf``.

Selected as ``drypoint-pgf`` or ``module://drypoint.backends.pgf``.
"""

from matplotlib.backend_bases import FigureManagerBase

from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.pgf import FigureCanvasDrypointPgf, PdfPages

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "PdfPages",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]

FigureCanvas = FigureCanvasDrypointPgf
FigureManager = FigureManagerBase

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
