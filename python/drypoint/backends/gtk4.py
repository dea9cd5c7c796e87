"""Windows of GTK 4: stands in for Matplotlib's ``gtk4agg``.

Selected as ``drypoint-gtk4`` or ``module://drypoint.backends.gtk4``.
"""

from __future__ import annotations

from matplotlib.backends import backend_gtk4
from matplotlib.backends.backend_gtk4 import FigureCanvasGTK4, FigureManagerGTK4
from matplotlib.transforms import BboxBase

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.gtk_window import GtkWindowCanvas
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


class Gtk4WindowCanvas(GtkWindowCanvas):
    """A drawing area of GTK 4 that shows a figure; see `WindowCanvas`."""

    gtk = backend_gtk4

    #: Matplotlib's canvas shows no parts; this one shows everything again, which is as good.
    supports_blit = True

    def blit(self, bbox: BboxBase | None = None) -> None:
        """Have the picture shown; GTK 4 shows no parts."""
        self.wait_for_picture()
        self.queue_draw()


class FigureCanvasDrypointGtk4(Gtk4WindowCanvas, FigureCanvasDrypoint, FigureCanvasGTK4):
    """A drawing area of GTK 4 that shows a figure as the engine draws it."""


FigureCanvas = FigureCanvasDrypointGtk4
FigureManager = FigureManagerGTK4

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
