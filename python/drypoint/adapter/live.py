"""Figures that somebody watches from elsewhere, in a browser or a notebook: canvas and manager.

What travels is the affair of `drypoint.web`; here a view's messages become Matplotlib's events,
and what Matplotlib asks of a window becomes a message to the views.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backend_bases import (
    CloseEvent,
    Event,
    FigureManagerBase,
    KeyEvent,
    LocationEvent,
    MouseEvent,
    ResizeEvent,
    TimerBase,
)

from drypoint import _core
from drypoint.adapter.alt_text import alt_text
from drypoint.adapter.browser_input import BUTTONS, CURSOR_NAMES, MODIFIERS, buttons_held, key_name
from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.live_areas import zoomed_areas
from drypoint.adapter.live_moves import moves_between, places_of
from drypoint.adapter.live_toolbar import NavigationToolbar2Live
from drypoint.web.frame import Move
from drypoint.web.message import Key, Pointer, Resize, Tool, Wheel
from drypoint.web.session import Session
from drypoint.web.work import Timer, WorkQueue

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["FigureCanvasLive", "FigureManagerLive", "figure_queue"]

#: Where the figures of this process are worked on, unless a canvas has a queue of its own.
figure_queue = WorkQueue()

_MEDIA_TYPES = {
    "avif": "image/avif",
    "eps": "application/postscript",
    "gif": "image/gif",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "ps": "application/postscript",
    "svg": "image/svg+xml",
    "svgz": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
}


def _process(event: Event) -> None:
    event.canvas.callbacks.process(event.name, event)


# --- the timer ----------------------------------------------------------------------------------


class TimerLive(TimerBase):
    """A timer of a canvas's queue."""

    def __init__(self, queue: WorkQueue, *args: Any, **keywords: Any) -> None:
        self._queue = queue
        self._timer: Timer | None = None
        super().__init__(*args, **keywords)

    def _timer_start(self) -> None:
        self._timer_stop()
        self._timer = self._queue.call_later(self.interval / 1000, self._fire)

    def _timer_stop(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _timer_set_interval(self) -> None:
        if self._timer is not None:
            self._timer_start()

    def _fire(self) -> None:
        began = time.monotonic()
        fired = self._timer
        self._on_timer()  # type: ignore[attr-defined]
        # Unless it was stopped, or started anew, by what it called.
        if self._timer is fired and fired is not None and not self.single_shot:
            spent = time.monotonic() - began
            self._timer = self._queue.call_later(max(self.interval / 1000 - spent, 0), self._fire)


# --- the canvas ---------------------------------------------------------------------------------


class FigureCanvasLive(FigureCanvasDrypoint):
    """A canvas whose picture views show.

    Parameters
    ----------
    figure : Figure, optional
        The figure.
    queue : WorkQueue
        Where it is worked on.
    """

    def __init__(self, figure: Figure | None = None, queue: WorkQueue = figure_queue) -> None:
        super().__init__(figure)
        self.queue = queue
        self.session = Session(_Subject(self), queue)
        self.own_wheel_handlers = self.wheel_handler_count()
        """Those that do nothing unless a key is held down, or something can be picked."""
        self._is_stale = True
        self._is_drawing_idle = False
        self._has_picture = False
        self._place = (0, 0)

    # --- pictures

    def draw(self) -> None:
        """Draw the figure, and have the views show it."""
        self._is_stale = False
        super().draw()
        self._has_picture = True
        self.session.drawn()

    def print_figure(self, *args: Any, **keywords: Any) -> Any:
        """Save the figure, as in `FigureCanvasBase`."""
        try:
            return super().print_figure(*args, **keywords)
        finally:
            # What was drawn last is the file's picture, maybe of another size.
            self._has_picture = False

    def take_pixels(self) -> NDArray[np.uint8]:
        """A copy of the picture as it is on the screen."""
        if not self._has_picture:
            self._draw_picture()
            self._has_picture = True
        return np.array(self.buffer_rgba())

    def draw_idle(self) -> None:
        """Draw the figure when a view is ready for it."""
        if not self._is_drawing_idle:
            self._is_stale = True
            self.session.stale()

    def blit(self, bbox: Any = None) -> None:
        """Have the views show what has been drawn by hand."""
        self.session.drawn()

    def draw_if_stale(self) -> None:
        """Draw, if `draw_idle` has been called since the last time."""
        if self._is_stale:
            # What artists change while they are drawn is no reason to draw again.
            self._is_drawing_idle = True
            try:
                self.draw()
            finally:
                self._is_drawing_idle = False

    # --- the loop

    def new_timer(
        self,
        interval: int | None = None,
        callbacks: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] | None = None,
    ) -> TimerBase:
        """A timer that runs where the figure is worked on."""
        return TimerLive(self.queue, interval, callbacks=callbacks)

    def wheel_handler_count(self) -> int:
        """How many functions are called when the wheel is turned."""
        return len(self.callbacks.callbacks.get("scroll_event", {}))

    def flush_events(self) -> None:
        """Work on what the views have sent."""
        self.queue.run_pending()

    def start_event_loop(self, timeout: float = 0) -> None:
        """Work on what the views send until `stop_event_loop`, or for some seconds."""
        if getattr(self, "_is_looping", False):
            raise RuntimeError("Event loop already running")
        self._is_looping = True
        try:
            self.queue.run(lambda: not self._is_looping, timeout if timeout > 0 else None)
        finally:
            self._is_looping = False

    def stop_event_loop(self) -> None:
        """End `start_event_loop`."""
        self._is_looping = False

    def set_cursor(self, cursor: Any) -> None:
        """Show another pointer."""
        self.session.broadcast({"type": "cursor", "name": CURSOR_NAMES.get(cursor, "default")})

    # --- events

    def handle(self, message: Pointer | Wheel | Key | Resize | Tool) -> None:
        """Make Matplotlib's event of a message, and process it."""
        match message:
            case Pointer():
                self._handle_pointer(message)
            case Wheel():
                self._handle_wheel(message)
            case Key():
                self._handle_key(message)
            case Resize():
                self._handle_resize(message)
            case Tool():
                if self.toolbar is not None:
                    getattr(self.toolbar, message.name)()

    def _pixels(self, x: float, y: float) -> tuple[int, int]:
        """Matplotlib's place, from the lower left, of one in CSS pixels from the upper left."""
        ratio = self.device_pixel_ratio
        self._place = int(x * ratio), int(self.figure.bbox.height - y * ratio)
        return self._place

    def _handle_pointer(self, message: Pointer) -> None:
        x, y = self._pixels(message.x, message.y)
        modifiers = [MODIFIERS[name] for name in sorted(message.modifiers)]
        if message.action in ("enter", "leave"):
            name = f"figure_{message.action}_event"
            _process(LocationEvent(name, self, x, y, modifiers=modifiers))
        elif message.action == "move":
            buttons = buttons_held(message.buttons)
            _process(
                MouseEvent("motion_notify_event", self, x, y, buttons=buttons, modifiers=modifiers)
            )
        elif message.button >= 0:
            name = "button_release_event" if message.action == "up" else "button_press_event"
            button, double = BUTTONS[message.button], message.action == "double"
            _process(MouseEvent(name, self, x, y, button, dblclick=double, modifiers=modifiers))

    def _handle_wheel(self, message: Wheel) -> None:
        x, y = self._pixels(message.x, message.y)
        event = MouseEvent(
            "scroll_event",
            *(self, x, y),
            step=message.steps,
            modifiers=[MODIFIERS[name] for name in sorted(message.modifiers)],
        )
        # A view has the focus when it is clicked; the wheel turns without.
        if event.key is None and ("ctrl" in message.modifiers or self._is_navigating()):
            event.key = "control"
        _process(event)

    def _is_navigating(self) -> bool:
        return bool(self.toolbar is not None and self.toolbar.mode)

    def _handle_key(self, message: Key) -> None:
        name = key_name(message.key, message.modifiers)
        if name is not None:
            event = "key_press_event" if message.action == "down" else "key_release_event"
            _process(KeyEvent(event, self, name, *self._place))

    def _handle_resize(self, message: Resize) -> None:
        figure = self.figure
        ratio = self.device_pixel_ratio
        # Whole pixels: Matplotlib cuts what is over.
        width_px, height_px = round(message.width * ratio), round(message.height * ratio)
        figure.set_size_inches(width_px / figure.dpi, height_px / figure.dpi, forward=False)
        _process(ResizeEvent("resize_event", self))
        self.tell_size()
        self.draw_idle()

    def size(self) -> tuple[float, float]:
        """Width and height in CSS pixels."""
        width_px, height_px = self.get_width_height(physical=True)
        return width_px / self.device_pixel_ratio, height_px / self.device_pixel_ratio

    def tell_size(self) -> None:
        """Tell the views how large the figure is."""
        width, height = self.size()
        self.session.broadcast({"type": "size", "width": width, "height": height})

    def set_pixel_ratio(self, ratio: float) -> None:
        """Draw for screens with so many pixels per CSS pixel."""
        if self._set_device_pixel_ratio(ratio):  # type: ignore[attr-defined]
            self.draw_idle()


class _Subject:
    """A canvas, as its session sees it."""

    def __init__(self, canvas: FigureCanvasLive) -> None:
        self._canvas = canvas
        self._places: dict[int, NDArray[np.float64]] = {}
        self._axes: list[dict[str, Any]] = []
        self._alt = ""

    # What the session calls on the canvas as it is.

    def handle(self, message: Pointer | Wheel | Key | Resize | Tool) -> None:
        self._canvas.handle(message)

    def set_pixel_ratio(self, ratio: float) -> None:
        self._canvas.set_pixel_ratio(ratio)

    def draw_if_stale(self) -> None:
        self._canvas.draw_if_stale()

    def encode_png(self, pixels: NDArray[np.uint8]) -> bytes:
        return _core.encode_png(pixels)

    # ---

    def describe(self) -> dict[str, Any]:
        canvas = self._canvas
        toolbar = canvas.toolbar
        width, height = canvas.size()
        formats = canvas.get_supported_filetypes_grouped()
        return {
            "title": self._title(),
            "width": width,
            "height": height,
            "alt": self._alt_text(),
            "hasToolbar": isinstance(toolbar, NavigationToolbar2Live),
            **(toolbar.state() if isinstance(toolbar, NavigationToolbar2Live) else {}),
            "formats": sorted([min(names), text] for text, names in formats.items()),
            "format": canvas.get_default_filetype(),
            "takesWheel": self._takes_wheel(),
            "axes": self._axes,
        }

    def _title(self) -> str:
        manager = self._canvas.manager
        return manager.get_window_title() if manager is not None else ""

    def _alt_text(self) -> str:
        return alt_text(self._canvas.figure, self._title() or "Figure")

    def _takes_wheel(self) -> bool:
        """Whether the program itself does something when the wheel is turned."""
        return self._canvas.wheel_handler_count() > self._canvas.own_wheel_handlers

    def take_pixels(self) -> tuple[NDArray[np.uint8], Sequence[Move]]:
        canvas = self._canvas
        pixels = canvas.take_pixels()
        before, self._places = self._places, places_of(canvas.figure)
        axes, alt = zoomed_areas(canvas.figure, canvas.device_pixel_ratio), self._alt_text()
        if axes != self._axes:
            canvas.session.broadcast({"type": "axes", "areas": axes})
        if alt != self._alt:
            canvas.session.broadcast({"type": "alt", "text": alt})
        self._axes, self._alt = axes, alt
        return pixels, list(moves_between(canvas.figure, before, self._places, pixels.shape[0]))

    def save(self, format: str) -> tuple[str, str, bytes]:
        canvas = self._canvas
        if format not in canvas.get_supported_filetypes():
            raise ValueError(f"there is no format {format!r}")
        file = io.BytesIO()
        canvas.figure.savefig(file, format=format)
        stem = canvas.get_default_filename().rpartition(".")[0]
        media_type = _MEDIA_TYPES.get(format, "application/octet-stream")
        return f"{stem}.{format}", media_type, file.getvalue()


# --- the manager --------------------------------------------------------------------------------


class FigureManagerLive(FigureManagerBase):
    """A figure that is shown elsewhere."""

    _toolbar2_class = NavigationToolbar2Live
    canvas: FigureCanvasLive
    _title = ""

    def __init__(self, canvas: FigureCanvasLive, num: int | str) -> None:
        before = canvas.wheel_handler_count()
        super().__init__(canvas, num)
        canvas.own_wheel_handlers += canvas.wheel_handler_count() - before

    def get_window_title(self) -> str:
        """The title of the figure's page."""
        return self._title

    def set_window_title(self, title: str) -> None:
        """Change the title of the figure's page."""
        self._title = title
        self.canvas.session.broadcast({"type": "title", "text": title})

    def resize(self, w: float, h: float) -> None:
        """Tell the views that the figure has another size."""
        self.canvas.tell_size()
        self.canvas.draw_idle()

    def full_screen_toggle(self) -> None:
        """Have the view that asks fill the screen."""
        self.canvas.session.broadcast({"type": "fullscreen"})

    def destroy(self) -> None:
        """Close the figure: views keep its last picture."""
        session = self.canvas.session
        if session.is_closed:
            return
        _process(CloseEvent("close_event", self.canvas))
        session.close()
        super().destroy()
