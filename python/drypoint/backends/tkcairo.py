"""Windows of Tk whose pixels Cairo draws: stands in for Matplotlib's ``tkcairo``.

Selected as ``drypoint-tkcairo`` or ``module://drypoint.backends.tkcairo``.
"""

from drypoint.adapter.cairo.canvas import FigureCanvasDrypointCairo
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.backends.tk import FigureCanvasDrypointTk, FigureManager

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class FigureCanvasDrypointTkCairo(FigureCanvasDrypointCairo, FigureCanvasDrypointTk):
    """A canvas of Tk that shows a figure as Cairo draws it."""


FigureCanvas = FigureCanvasDrypointTkCairo

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
