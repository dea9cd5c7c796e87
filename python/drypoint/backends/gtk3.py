"""Windows of GTK 3: stands in for Matplotlib's ``gtk3agg``.

Selected as ``drypoint-gtk3`` or ``module://drypoint.backends.gtk3``.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from matplotlib.backends.backend_gtk3 import FigureCanvasGTK3, FigureManagerGTK3, GLib, Gtk
from matplotlib.transforms import BboxBase

from drypoint.adapter.cairo_paint import paint
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.preview import box_px
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


class FigureCanvasDrypointGtk3(WindowCanvas, FigureCanvasGTK3):
    """A drawing area of GTK 3 that shows a figure."""

    def set_cursor(self, cursor: Any) -> None:
        """Show another cursor."""
        # Matplotlib's waits for the next event, which may never come: here is one.
        GLib.idle_add(lambda: False)
        super().set_cursor(cursor)

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


FigureCanvas = FigureCanvasDrypointGtk3
FigureManager = FigureManagerGTK3

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
