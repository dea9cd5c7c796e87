"""Ctrl-C while a toolkit's loop runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["TICK_MS", "interruptible"]

#: How often a toolkit that does not look for signals by itself has Python do something, upon which Python does.
TICK_MS = 100


@contextmanager
def interruptible(leave: Callable[[], object]) -> Iterator[None]:
    """Have Ctrl-C end a loop, and do what it does otherwise, as to raise `KeyboardInterrupt`, when that has ended.

    In the midst of it the toolkit would only print the exception. Nothing is done where Python does not handle Ctrl-C.

    Parameters
    ----------
    leave : callable
        Ends the loop.
    """
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return
    caught = []

    def note(number: int, frame: FrameType | None) -> None:
        caught.append((number, frame))
        leave()

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if caught:
            before(*caught[0])
