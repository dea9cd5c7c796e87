"""Times of saves: several backends in turns, so that what slows the machine slows them all."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping

__all__ = ["geometric_mean", "in_turns"]

_LEAST_ROUNDS = 3


def in_turns(
    actions: Mapping[str, Callable[[], object]], *, rounds: int, budget_s: float
) -> dict[str, float]:
    """Do each of several things a few times over.

    Parameters
    ----------
    actions : mapping of str to callable
        What to do, by name; each should have been done once before.
    rounds : int
        How often at most; three times at least, unless one is asked for.
    budget_s : float
        Once this time has been spent, no further round begins.

    Returns
    -------
    dict of str to float
        The median time of each, in ms.
    """
    times: dict[str, list[float]] = {name: [] for name in actions}
    names = list(actions)
    begun = time.perf_counter()
    for done in range(rounds):
        if done >= _LEAST_ROUNDS and time.perf_counter() - begun > budget_s:
            break
        # Another one begins each time: the first after a pause is at a disadvantage.
        start = done % len(names)
        for name in names[start:] + names[:start]:
            before = time.perf_counter()
            actions[name]()
            times[name].append((time.perf_counter() - before) * 1e3)
    return {name: statistics.median(taken) for name, taken in times.items()}


def geometric_mean(values: Iterable[float]) -> float:
    """The mean for ratios; nan if there are none."""
    logarithms = [math.log(value) for value in values]
    return math.exp(statistics.fmean(logarithms)) if logarithms else math.nan
