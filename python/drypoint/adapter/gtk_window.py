"""What the canvases of GTK 3 and GTK 4 share: drawing when there is time, and painting by Cairo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from drypoint.adapter.cairo_paint import paint
from drypoint.adapter.window import WindowCanvas

__all__ = ["GtkWindowCanvas"]


class GtkWindowCanvas(WindowCanvas):
    """A drawing area of GTK; Matplotlib's canvas of that GTK is the other base class."""

    #: Matplotlib's module of this GTK: its `GLib` and `Gtk` are those that the window uses.
    gtk: Any

    if TYPE_CHECKING:  # what the other base class brings
        _idle_draw_id: int
        queue_draw: Callable[[], None]
        get_allocation: Callable[[], Any]
        get_style_context: Callable[[], Any]

    def present(self) -> None:
        """Have GTK paint the area soon."""
        self.queue_draw()

    def request_draw(self) -> None:
        """Draw when GTK has time; what is slow is played beside."""
        if not self._idle_draw_id:
            self._idle_draw_id = self.gtk.GLib.idle_add(self._draw_when_idle)

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
            self.gtk.GLib.source_remove(self._idle_draw_id)
            self._idle_draw_id = 0
            self.draw_from_idle()
        opaque = self.is_opaque()
        if not opaque:
            area = self.get_allocation()
            style = self.get_style_context()
            self.gtk.Gtk.render_background(style, context, 0, 0, area.width, area.height)
        paint(context, self.shown_pixels(), self.device_pixel_ratio, opaque=opaque)
        return False
