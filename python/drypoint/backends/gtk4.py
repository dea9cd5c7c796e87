"""Windows of GTK 4: stands in for Matplotlib's ``gtk4agg``.

Selected as ``drypoint-gtk4`` or ``module://drypoint.backends.gtk4``.
"""

from __future__ import annotations

from typing import Any

from matplotlib.backends.backend_gtk4 import FigureCanvasGTK4, FigureManagerGTK4, GLib, Gtk
from matplotlib.transforms import BboxBase

from drypoint.adapter.cairo_paint import paint
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.window import WindowCanvas

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]


class FigureCanvasDrypointGtk4(WindowCanvas, FigureCanvasGTK4):
    """A drawing area of GTK 4 that shows a figure."""

    def present(self) -> None:
        """Have GTK paint the area soon."""
        self.queue_draw()

    def request_draw(self) -> None:
        """Draw when GTK has time; what is slow is played beside."""
        if not self._idle_draw_id:
            self._idle_draw_id = GLib.idle_add(self._draw_when_idle)

    def _draw_when_idle(self) -> bool:
        try:
            if self.draw_from_idle():
                self.queue_draw()
        finally:
            self._idle_draw_id = 0
        return False

    def on_draw_event(self, widget: Any, context: Any) -> bool:
        """Show the picture where GTK wants it painted."""
        if self._idle_draw_id:
            GLib.source_remove(self._idle_draw_id)
            self._idle_draw_id = 0
            self.draw_from_idle()
        opaque = self.is_opaque()
        if not opaque:
            area = self.get_allocation()
            style = self.get_style_context()
            Gtk.render_background(style, context, 0, 0, area.width, area.height)
        paint(context, self.shown_pixels(), self.device_pixel_ratio, opaque=opaque)
        return False

    #: Matplotlib's canvas shows no parts; this one shows everything again, which is as good.
    supports_blit = True

    def blit(self, bbox: BboxBase | None = None) -> None:
        """Have the picture shown; GTK 4 shows no parts."""
        self.wait_for_picture()
        self.queue_draw()


FigureCanvas = FigureCanvasDrypointGtk4
FigureManager = FigureManagerGTK4

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
