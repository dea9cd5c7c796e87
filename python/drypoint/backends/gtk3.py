"""Windows of GTK 3: stands in for Matplotlib's ``gtk3agg``.

Selected as ``drypoint-gtk3`` or ``module://drypoint.backends.gtk3``.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from matplotlib.backends import backend_gtk3
from matplotlib.backends.backend_gtk3 import FigureCanvasGTK3, FigureManagerGTK3
from matplotlib.transforms import BboxBase

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.gtk_window import GtkWindowCanvas
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.preview import box_px

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class Gtk3WindowCanvas(GtkWindowCanvas):
    """A drawing area of GTK 3 that shows a figure; see `WindowCanvas`."""

    gtk = backend_gtk3

    def set_cursor(self, cursor: Any) -> None:
        """Show another cursor."""
        # Matplotlib's waits for the next event, which may never come: here is one.
        self.gtk.GLib.idle_add(lambda: False)
        super().set_cursor(cursor)

    def blit(self, bbox: BboxBase | None = None) -> None:
        """Have the picture shown, or the part of it in a box (in px, the origin at the bottom)."""
        self.wait_for_picture()
        if bbox is None:
            self.queue_draw()
            return
        ratio = self.device_pixel_ratio
        width, height = self.get_width_height(physical=True)
        left, top, right, bottom = box_px(bbox, width, height)
        x, y = int(left // ratio), int(top // ratio)
        self.queue_draw_area(x, y, ceil(right / ratio) - x, ceil(bottom / ratio) - y)


class FigureCanvasDrypointGtk3(Gtk3WindowCanvas, FigureCanvasDrypoint, FigureCanvasGTK3):
    """A drawing area of GTK 3 that shows a figure as the engine draws it."""


FigureCanvas = FigureCanvasDrypointGtk3
FigureManager = FigureManagerGTK3

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
