"""Windows of wxPython whose pixels Cairo draws: stands in for Matplotlib's ``wxcairo``.

Selected as ``drypoint-wxcairo`` or ``module://drypoint.backends.wxcairo``.
"""

from drypoint.adapter.cairo.canvas import FigureCanvasDrypointCairo
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.backends.wx import FigureCanvasDrypointWx, FigureManager

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class FigureCanvasDrypointWxCairo(FigureCanvasDrypointCairo, FigureCanvasDrypointWx):
    """A panel of wx that shows a figure as Cairo draws it."""


FigureCanvas = FigureCanvasDrypointWxCairo

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
