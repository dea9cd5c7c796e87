"""PDF files: stands in for Matplotlib's ``pdf``.

Selected as ``drypoint-pdf`` or ``module://drypoint.backends.pdf``.
"""

from matplotlib.backend_bases import FigureManagerBase

from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.pdf import FigureCanvasDrypointPdf, PdfPages

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

FigureCanvas = FigureCanvasDrypointPdf
FigureManager = FigureManagerBase

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
