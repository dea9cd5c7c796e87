"""Where a figure's work is done: in one thread, in order, with timers.

Matplotlib's figures belong to one thread. What views send arrives in another, is put on a
`WorkQueue` and done by whoever has time: ``plt.show()`` while it blocks, ``plt.pause()``, the
prompt of an interactive Python while it waits for a line, or an event loop that was told to.
"""

from __future__ import annotations

import collections
import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Timer", "WorkQueue"]

_log = logging.getLogger(__name__)

Work: TypeAlias = Callable[[], object]

# Python looks for signals only between waits on platforms where a lock cannot be interrupted.
_MAX_WAIT_S = 0.5


class Timer:
    """A call at a time to come; see `WorkQueue.call_later`."""

    def __init__(self, work: Work) -> None:
        self._work: Work | None = work

    def cancel(self) -> None:
        """Do nothing at that time."""
        self._work = None

    def run(self) -> None:
        """Make the call, once, unless it was cancelled."""
        work, self._work = self._work, None
        if work is not None:
            work()


class WorkQueue:
    """Calls to be made, in order; may be filled by any thread."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._work: collections.deque[Work] = collections.deque()
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._wakers: list[Callable[[float], None]] = []

    def post(self, work: Work) -> None:
        """Have a call made soon."""
        with self._condition:
            self._work.append(work)
            self._condition.notify_all()
            wakers = list(self._wakers)
        for wake in wakers:
            wake(0)

    def call_later(self, delay_s: float, work: Work) -> Timer:
        """Have a call made after some seconds."""
        timer = Timer(work)
        with self._condition:
            heapq.heappush(self._timers, (time.monotonic() + delay_s, next(self._order), timer))
            self._condition.notify_all()
            wakers = list(self._wakers)
        for wake in wakers:
            wake(delay_s)
        return timer

    def add_waker(self, wake: Callable[[float], None]) -> None:
        """Have `wake(delay_s)` called whenever `run_pending` should be, after that delay."""
        with self._condition:
            self._wakers.append(wake)

    def remove_waker(self, wake: Callable[[float], None]) -> None:
        """Take back `add_waker`."""
        with self._condition:
            self._wakers.remove(wake)

    def run_pending(self) -> None:
        """Make the calls that are due now; those that they bring are left for the next time."""
        with self._condition:
            due = list(self._work)
            self._work.clear()
            now = time.monotonic()
            while self._timers and self._timers[0][0] <= now:
                due.append(heapq.heappop(self._timers)[2].run)
        for index, work in enumerate(due):
            try:
                work()
            except Exception:
                # As a toolkit would: the next event is none the worse for it.
                _log.exception("a call for a live figure failed")
            except BaseException:
                with self._condition:
                    self._work.extendleft(reversed(due[index + 1 :]))
                raise

    def run(self, is_done: Callable[[], bool], timeout_s: float | None = None) -> None:
        """Make calls as they come, until something is done or time has passed.

        Parameters
        ----------
        is_done : callable
            Asked between calls.
        timeout_s : float, optional
            By default without end.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, in the main thread.
        """
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while not is_done():
            self.run_pending()
            left = None if end is None else end - time.monotonic()
            if is_done() or (left is not None and left <= 0):
                return
            with self._condition:
                if not self._work:
                    wait = _MAX_WAIT_S if left is None else min(left, _MAX_WAIT_S)
                    if self._timers:
                        wait = min(wait, self._timers[0][0] - time.monotonic())
                    self._condition.wait(max(wait, 0))
