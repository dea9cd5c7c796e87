"""The toolbar of a figure that somebody watches from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.backend_bases import NavigationToolbar2

from drypoint.adapter import compat
from drypoint.adapter.live_areas import area_of

if TYPE_CHECKING:
    from drypoint.adapter.live import FigureCanvasLive

__all__ = ["NavigationToolbar2Live"]


class NavigationToolbar2Live(NavigationToolbar2):
    """Tells the views what their toolbars are to show."""

    canvas: FigureCanvasLive

    def set_message(self, s: str) -> None:
        """Show where the pointer is."""
        if s != getattr(self, "_message", ""):
            self._message = s
            self._tell({"type": "message", "text": s})

    def draw_rubberband(self, event: Any, x0: float, y0: float, x1: float, y1: float) -> None:
        """Show a box; pixels, y up."""
        ratio = self.canvas.device_pixel_ratio
        height = self.canvas.figure.bbox.height
        left, right = sorted((x0 / ratio, x1 / ratio))
        top, bottom = sorted(((height - y0) / ratio, (height - y1) / ratio))
        self._tell({"type": "rubberband", "box": [left, top, right - left, bottom - top]})

    def remove_rubberband(self) -> None:
        """Show the box no more."""
        self._tell({"type": "rubberband", "box": None})

    def pan(self, *args: Any) -> None:
        """Begin or end to pan."""
        super().pan(*args)
        self._tell({"type": "mode", "name": self.mode_name()})

    def zoom(self, *args: Any) -> None:
        """Begin or end to zoom."""
        super().zoom(*args)
        self._tell({"type": "mode", "name": self.mode_name()})

    def mode_name(self) -> str:
        """What dragging does: "pan", "zoom" or nothing."""
        return self.mode.name.lower() if self.mode else ""

    def press_pan(self, event: Any) -> None:
        """Begin to drag; the views move the picture by themselves until there is a better one."""
        super().press_pan(event)
        ratio = self.canvas.device_pixel_ratio
        areas = [area_of(ax, ratio) for ax in compat.panned_axes(self)]
        self._tell({"type": "drag", "areas": [area for area in areas if area is not None]})

    def release_pan(self, event: Any) -> None:
        """End to drag."""
        super().release_pan(event)
        self._tell({"type": "drag", "areas": []})

    def set_history_buttons(self) -> None:
        """Show whether there is something to go back or forward to."""
        self._tell({"type": "history", **self.history()})

    def history(self) -> dict[str, bool]:
        """Whether there is something to go back or forward to."""
        position, count = compat.history_position(self)
        return {"back": position > 0, "forward": position < count - 1}

    def state(self) -> dict[str, Any]:
        """What a new view's toolbar is to show."""
        return {"mode": self.mode_name(), **self.history()}

    def save_figure(self, *args: Any) -> object:
        """Have a view ask where to save."""
        self._tell({"type": "save"})
        return self.UNKNOWN_SAVED_STATUS

    def _tell(self, message: dict[str, Any]) -> None:
        self.canvas.session.broadcast(message)
