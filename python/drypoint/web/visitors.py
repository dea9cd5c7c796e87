"""A figure for each visitor: names that nobody can guess, and an end for what nobody looks at."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from drypoint.web.app import TooManyError
from drypoint.web.session import Session
from drypoint.web.work import WorkQueue

__all__ = ["OpenFigure", "Visitors"]


class OpenFigure(Protocol):
    """A figure that has been made for somebody."""

    @property
    def session(self) -> Session:
        """Its session."""

    @property
    def title(self) -> str:
        """Its title."""

    def close(self) -> None:
        """End it; called in the figures' thread."""


@dataclass
class _Visit:
    figure: OpenFigure
    views: int = 0
    left_at: float = field(default_factory=time.monotonic)


class Visitors:
    """Figures by name; a visitor who comes back within some time finds the same one.

    Parameters
    ----------
    make : callable
        Makes a figure for a visitor; called in the figures' thread.
    queue : WorkQueue
        Worked on in that thread, which this starts.
    keep_s : float
        How long a figure lives that nobody looks at.
    most : int
        How many figures there may be. Beyond it, those that nobody looks at end early; if
        there are none, newcomers are sent away.
    """

    def __init__(
        self, make: Callable[[], OpenFigure], queue: WorkQueue, keep_s: float, most: int
    ) -> None:
        self._make, self._queue, self._keep_s, self._most = make, queue, keep_s, most
        self._visits: dict[str, _Visit] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def titles(self) -> Mapping[str, str]:
        """See `Figures`; names are secrets, so there is nothing to list but the one asked for."""
        with self._lock:
            return {name: visit.figure.title for name, visit in self._visits.items()}

    def open(self, name: str) -> Session | None:
        """See `Figures`."""
        with self._lock:
            visit = self._visits.get(name)
            if visit is None:
                return None
            visit.views += 1
            return visit.figure.session

    def left(self, name: str) -> None:
        """See `Figures`."""
        with self._lock:
            visit = self._visits.get(name)
            if visit is None:
                return
            visit.views -= 1
            visit.left_at = time.monotonic()
        self._queue.call_later(self._keep_s, self._end_old)

    def new(self) -> str:
        """See `Figures`."""
        with self._lock:
            if self._thread is None:
                run = self._queue.run
                self._thread = threading.Thread(
                    target=lambda: run(lambda: False), name="drypoint-figures", daemon=True
                )
                self._thread.start()
            self._make_room()
        name = secrets.token_urlsafe(18)
        done = threading.Event()
        failed: list[Exception] = []

        def make() -> None:
            try:
                visit = _Visit(self._make())
            except Exception as error:
                failed.append(error)
            else:
                with self._lock:
                    self._visits[name] = visit
            done.set()

        self._queue.post(make)
        done.wait()
        if failed:
            raise failed[0]
        # Whoever takes the page and never connects leaves nothing behind.
        self._queue.call_later(self._keep_s, self._end_old)
        return name

    def _make_room(self) -> None:
        if len(self._visits) < self._most:
            return
        unseen = {name: visit for name, visit in self._visits.items() if not visit.views}
        if not unseen:
            raise TooManyError
        name = min(unseen, key=lambda name: unseen[name].left_at)
        self._queue.post(self._visits.pop(name).figure.close)

    def _end_old(self) -> None:
        end = time.monotonic() - self._keep_s
        with self._lock:
            old = [
                name
                for name, visit in self._visits.items()
                if not visit.views and visit.left_at <= end
            ]
            figures = [self._visits.pop(name).figure for name in old]
        for figure in figures:
            figure.close()
