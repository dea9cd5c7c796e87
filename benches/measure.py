"""Times of several ways to do the same, taken in turns so that a busy machine hurts all alike."""

import gc
import math
import operator
import statistics
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

# A median whose ratio to the floor is known this well (relative standard error) is not improved.
PRECISION = 0.004
# Rounds beyond the least that are asked for, before that is believed to be known.
MORE_ROUNDS = 6


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Call an action; how long it took and what all threads of the process worked, in ms."""
    cpu, start = time.process_time(), time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e3, (time.process_time() - cpu) * 1e3


@dataclass
class Times:
    """Times of several actions in ms, by the name of the action and the number of the round.

    Not every action takes part in every round; one that was too slow to be repeated has its
    warm-up as round 0 and nothing else.
    """

    wall: dict[str, dict[int, float]] = field(default_factory=dict)
    cpu: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, name: str, round: int, wall_ms: float, cpu_ms: float) -> None:
        """Note one call."""
        self.wall.setdefault(name, {})[round] = wall_ms
        self.cpu.setdefault(name, {})[round] = cpu_ms

    @property
    def rounds(self) -> int:
        """How many times the action was called that was called most often."""
        return max((len(times) for times in self.wall.values()), default=0)

    def median(self, name: str) -> float:
        """Median time of an action."""
        return statistics.median(self.wall[name].values())

    def median_cpu(self, name: str) -> float:
        """Median of the processor time of an action, that of all threads together."""
        return statistics.median(self.cpu[name].values())

    def ratio(self, name: str, other: str) -> float:
        """Median of the ratios, round by round: what slows a whole round down cancels."""
        return _paired(self.wall[name], self.wall[other], operator.truediv)

    def cpu_ratio(self, name: str, other: str) -> float:
        """The same of the processor times."""
        return _paired(self.cpu[name], self.cpu[other], lambda a, b: a / max(b, 1e-3))

    def difference(self, name: str, other: str) -> float:
        """Median of the differences, round by round, in ms."""
        return _paired(self.wall[name], self.wall[other], operator.sub)

    def error(self, name: str, other: str) -> float:
        """Standard error of the ratio, relative to it; infinite while nothing can be said."""
        pairs = _pairs(self.wall[name], self.wall[other])
        if len(pairs) < 3:
            return math.inf
        ratios = [a / b for a, b in pairs]
        middle = statistics.median(ratios)
        spread = 1.4826 * statistics.median(abs(ratio - middle) for ratio in ratios)
        return 1.2533 * spread / math.sqrt(len(ratios)) / middle


def _pairs(a: dict[int, float], b: dict[int, float]) -> list[tuple[float, float]]:
    return [(a[round], b[round]) for round in a.keys() & b.keys()]


def _paired(a: dict[int, float], b: dict[int, float], of: Callable[[float, float], float]) -> float:
    """Median over the rounds of both; where they have none in common, of the medians."""
    pairs = _pairs(a, b) or [(statistics.median(a.values()), statistics.median(b.values()))]
    return statistics.median(of(x, y) for x, y in pairs)


def in_turns(
    actions: Mapping[str, Callable[[], object]],
    *,
    seldom: Collection[str] = (),
    budget_ms: float = 1500,
    least: int = 3,
    most: int = 25,
    slow_ms: float = 4000,
    sure_of: tuple[str, str] | None = None,
) -> Times:
    """Call actions in turns and time them.

    Every action is called once to warm up. Rounds follow, each beginning with another action,
    until they have taken `budget_ms` together, but at least `least` and at most `most` of them.
    They end sooner when the ratio of the two actions `sure_of` is known well enough. The actions
    `seldom` take part in every other round. An action that took more than `slow_ms` to warm up
    is not called again: that one call is what is reported.
    """
    gc.collect()
    times = Times()
    repeated = []
    for name, action in actions.items():
        wall_ms, cpu_ms = timed(action)
        if wall_ms < slow_ms:
            repeated.append(name)
        else:
            times.add(name, 0, wall_ms, cpu_ms)
    spent_ms = 0.0
    for count in range(most if repeated else 0):
        if count >= least and spent_ms * (count + 0.5) / count > budget_ms:
            break
        known = sure_of and set(sure_of) <= set(repeated)
        if known and count >= least + MORE_ROUNDS and times.error(*sure_of) < PRECISION:  # type: ignore[misc]
            break
        first = count % len(repeated)
        for name in repeated[first:] + repeated[:first]:
            if count % 2 and name in seldom:
                continue
            wall_ms, cpu_ms = timed(actions[name])
            times.add(name, count + 1, wall_ms, cpu_ms)
            spent_ms += wall_ms
    return times


def geometric_mean(values: Iterable[float]) -> float:
    """Geometric mean of positive numbers; nan for none."""
    logarithms = [math.log(value) for value in values]
    return math.exp(statistics.fmean(logarithms)) if logarithms else math.nan
