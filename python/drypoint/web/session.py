"""A figure and the views on it, whatever carries their messages.

Every view has one frame in flight: the next is made when it says that it shows the last, from what
the figure looks like then. So a slow connection sees fewer frames, not late ones, and nobody waits
for it. Of several moves of a pointer that wait to be worked on, the last counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from drypoint.web.frame import Move, Picture, encode, stamped
from drypoint.web.message import (
    VERSION,
    Hello,
    Key,
    Message,
    Pointer,
    Resize,
    Save,
    Shown,
    Tool,
    Wheel,
    file_message,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from drypoint.web.work import WorkQueue

__all__ = ["Session", "Subject", "View"]

#: To a view: a JSON object, or the bytes of a binary message.
Sendable: TypeAlias = Mapping[str, Any] | bytes


class Subject(Protocol):
    """The figure, as a session sees it; called in the figure's thread only."""

    def describe(self) -> dict[str, Any]:
        """What a new view is told; see "hello" in docs/web-protocol.md."""

    def handle(self, message: Pointer | Wheel | Key | Resize | Tool) -> None:
        """Do what the user wants."""

    def set_pixel_ratio(self, ratio: float) -> None:
        """Draw for screens with so many pixels per CSS pixel."""

    def draw_if_stale(self) -> None:
        """Draw, if what is shown is to change; then the session's `drawn` is called."""

    def take_pixels(self) -> tuple[NDArray[np.uint8], Sequence[Move]]:
        """A copy of the picture, (h, w, 4) RGBA.

        With it, where content of what was taken the last time may be found again.
        """

    def save(self, format: str) -> tuple[str, str, bytes]:
        """The figure as a file: its name, media type and content."""

    def encode_png(self, pixels: NDArray[np.uint8]) -> bytes:
        """A PNG file of some pixels."""


class View:
    """Somebody who watches a figure.

    Parameters
    ----------
    send : callable
        Takes a message for the view; may be called in any thread, must not wait or raise.
    """

    def __init__(self, send: Callable[[Sendable], None]) -> None:
        self.send = send
        self.shown: Picture | None = None
        """What the view shows, or will when the frame in flight arrives."""
        self.in_flight: int | None = None
        self.has_begun = False
        self.input_number = 0
        """The last input of the view that has been worked on."""


class Session:
    """Views of one figure.

    Parameters
    ----------
    subject : Subject
        The figure.
    queue : WorkQueue
        Where its work is done.
    """

    def __init__(self, subject: Subject, queue: WorkQueue) -> None:
        self.queue = queue
        self._subject = subject
        self._views: list[View] = []
        self._lock = threading.Lock()
        self._waiting: list[tuple[View, Message]] = []
        self._picture: Picture | None = None
        self._is_outdated = False
        self._moves: Sequence[Move] = ()
        self._encoded: dict[int, bytes] = {}
        self._number = 0
        self._refresh_is_due = False
        self.is_closed = False

    # --- from any thread

    def attach(self, view: View) -> None:
        """Let a view take part."""
        with self._lock:
            self._views.append(view)

    def detach(self, view: View) -> None:
        """A view has gone."""
        with self._lock:
            if view in self._views:
                self._views.remove(view)

    def receive(self, view: View, message: Message) -> None:
        """Take a message of a view; it is worked on in the figure's thread."""
        with self._lock:
            last = self._waiting[-1] if self._waiting else None
            if last is not None and last[0] is view and _supersedes(message, last[1]):
                self._waiting[-1] = view, message
                return
            self._waiting.append((view, message))
        self.queue.post(self._work_on_next)

    def broadcast(self, message: Mapping[str, Any]) -> None:
        """Send every view the same message."""
        with self._lock:
            views = [view for view in self._views if view.has_begun]
        for view in views:
            view.send(message)

    # --- in the figure's thread

    def drawn(self) -> None:
        """The subject has been drawn: views get it when they can."""
        self._is_outdated = True
        self._refresh_soon()

    def stale(self) -> None:
        """The subject is to be drawn when somebody can see it."""
        self._refresh_soon()

    def _refresh_soon(self) -> None:
        # After the inputs that wait already, so that one frame shows all of them.
        if not self._refresh_is_due:
            self._refresh_is_due = True
            self.queue.post(self._refresh)

    def close(self) -> None:
        """The figure is closed: views keep its last picture."""
        self.is_closed = True
        self.broadcast({"type": "close"})

    def _work_on_next(self) -> None:
        with self._lock:
            if not self._waiting:
                return
            view, message = self._waiting.pop(0)
        if self.is_closed:
            return
        match message:
            case Hello():
                self._begin(view, message)
            case Shown():
                if message.frame == view.in_flight:
                    view.in_flight = None
                    self._refresh_soon()
            case Save():
                self._save(view, message)
            case _:
                if not isinstance(message, Resize):
                    view.input_number = message.number
                self._subject.handle(message)

    def _begin(self, view: View, hello: Hello) -> None:
        if hello.version != VERSION:
            view.send({"type": "outdated", "version": VERSION})
            return
        self._subject.set_pixel_ratio(hello.ratio)
        view.send({"type": "hello", "version": VERSION, **self._subject.describe()})
        view.has_begun = True
        view.shown = view.in_flight = None
        self._refresh_soon()

    def _save(self, view: View, message: Save) -> None:
        try:
            view.send(file_message(*self._subject.save(message.format)))
        except Exception as error:
            view.send({"type": "failed", "text": f"The figure was not saved: {error}"})

    def _refresh(self) -> None:
        self._refresh_is_due = False
        with self._lock:
            ready = [view for view in self._views if view.has_begun and view.in_flight is None]
        if not ready or self.is_closed:
            return
        self._subject.draw_if_stale()
        picture = self._present_picture()
        for view in ready:
            if view.shown is picture:
                continue
            frame = self._frame(view.shown, picture)
            view.shown, view.in_flight = picture, picture.number
            view.send(stamped(frame, view.input_number))

    def _present_picture(self) -> Picture:
        if self._is_outdated or self._picture is None:
            pixels, self._moves = self._subject.take_pixels()
            self._is_outdated = False
            self._number += 1
            self._picture = Picture(self._number, pixels)
            self._encoded.clear()
        return self._picture

    def _frame(self, base: Picture | None, picture: Picture) -> bytes:
        # Views of the same figure mostly need the same frame.
        base_number = base.number if base else 0
        frame = self._encoded.get(base_number)
        if frame is None:
            moves = self._moves if base_number == picture.number - 1 else ()
            frame = encode(base, picture, moves, self._subject.encode_png)
            self._encoded[base_number] = frame
        return frame


def _supersedes(new: Message, old: Message) -> bool:
    """Whether nothing is lost when only the new one of two neighbours is worked on."""
    if isinstance(new, Pointer) and isinstance(old, Pointer):
        return (
            new.action == old.action == "move"
            and new.buttons == old.buttons
            and new.modifiers == old.modifiers
        )
    return isinstance(new, Resize) and isinstance(old, Resize)
