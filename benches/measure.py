"""Times of several ways to do the same, taken in turns so that a busy machine hurts all alike."""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping


def milliseconds(action: Callable[[], object]) -> float:
    """Call an action; how long it took, in ms."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e3


def medians(
    actions: Mapping[str, Callable[[], object]],
    *,
    budget_ms: float = 1000,
    rounds: int = 25,
    slow_ms: float = 5000,
) -> dict[str, float]:
    """Median time of each action, in ms.

    Every action is called once to warm up, then all of them in turns, at most `rounds` times.
    The number of rounds is such that they take about `budget_ms` together, but at least 3. An
    action that took more than `slow_ms` to warm up is not called again: that one call is what
    is reported.
    """
    gc.collect()
    warm_up = {name: milliseconds(action) for name, action in actions.items()}
    repeated = {name: actions[name] for name, ms in warm_up.items() if ms < slow_ms}
    round_ms = sum(warm_up[name] for name in repeated)
    count = min(rounds, max(3, round(budget_ms / round_ms))) if repeated else 0
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(count):
        for name, action in repeated.items():
            times[name].append(milliseconds(action))
    return {name: statistics.median(times[name] or [warm_up[name]]) for name in actions}


def geometric_mean(values: Iterable[float]) -> float:
    """Geometric mean of positive numbers; nan for none."""
    logarithms = [math.log(value) for value in values]
    return math.exp(statistics.fmean(logarithms)) if logarithms else math.nan
