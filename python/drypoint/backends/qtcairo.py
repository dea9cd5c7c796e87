"""Windows of Qt whose pixels Cairo draws: stands in for Matplotlib's ``qtcairo``.

Selected as ``drypoint-qtcairo`` or ``module://drypoint.backends.qtcairo``.
"""

from drypoint.adapter.cairo.canvas import FigureCanvasDrypointCairo
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.backends.qt import FigureCanvasDrypointQt, FigureManager

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class FigureCanvasDrypointQtCairo(FigureCanvasDrypointCairo, FigureCanvasDrypointQt):
    """A widget of Qt that shows a figure as Cairo draws it."""


FigureCanvas = FigureCanvasDrypointQtCairo

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
