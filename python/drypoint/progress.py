"""A bar on standard error for what takes more than a second; nothing where that is no terminal."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from typing import TextIO

__all__ = ["Progress"]

_PATIENCE_S = 1.0  # what is done sooner needs no bar
_INTERVAL_S = 0.1


class Progress:
    """The bar, for a ``with`` block; any thread may advance it.

    Parameters
    ----------
    title : str
        What is going on.
    total : int
        How many steps there are.
    stream : text stream, optional
        By default standard error.
    """

    def __init__(self, title: str, total: int, stream: TextIO | None = None) -> None:
        self.title = title
        self.total = total
        self.done = 0
        self._stream = sys.stderr if stream is None else stream
        self._begun = time.monotonic()
        self._shown = 0.0
        self._width = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._width:
                self._write("")

    def advance(self, doing: str = "") -> None:
        """Count a step, and say what comes next."""
        with self._lock:
            self.done += 1
            self._show(doing)

    def say(self, doing: str) -> None:
        """Say what is going on within a step."""
        with self._lock:
            self._show(doing)

    def _show(self, doing: str) -> None:
        now = time.monotonic()
        if now - self._begun < _PATIENCE_S or now - self._shown < _INTERVAL_S:
            return
        if not self._stream.isatty():
            return
        self._shown = now
        columns = shutil.get_terminal_size().columns
        length = max(min(columns - 50, 40), 10)
        full = length * self.done // max(self.total, 1)
        bar = "█" * full + "░" * (length - full)
        line = f"{self.title} {bar} {self.done}/{self.total} {doing}"
        self._write(line[: columns - 1])

    def _write(self, line: str) -> None:
        """Replace the line."""
        self._stream.write(f"\r{line.ljust(self._width)}\r{line}")
        self._stream.flush()
        self._width = len(line)
