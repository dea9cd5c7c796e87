"""Where random decisions come from: a seed (many examples, fast) or hypothesis (few, shrunk when they fail)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

T = TypeVar("T")

#: Arrays up to this size are drawn number by number by hypothesis, so that they can shrink.
SHRINKABLE = 24


class Choices(Protocol):
    """Random decisions."""

    def choose(self, options: Sequence[T]) -> T:
        """One of the options; hypothesis shrinks towards the first."""

    def chance(self, probability: float) -> bool:
        """True with the given probability; hypothesis shrinks towards False."""

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""

    def number(self, low: float, high: float) -> float:
        """A number between the ends."""

    def array(self, low: float, high: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Numbers between the ends."""

    def normal(self, scale: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Normally distributed numbers; they do not shrink."""


class Seeded:
    """Decisions from a seed."""

    def __init__(self, seed: int | Sequence[int]) -> None:
        self._random = np.random.default_rng(seed)

    def choose(self, options: Sequence[T]) -> T:
        return options[int(self._random.integers(len(options)))]

    def chance(self, probability: float) -> bool:
        return bool(self._random.random() < probability)

    def integer(self, low: int, high: int) -> int:
        return int(self._random.integers(low, high, endpoint=True))

    def number(self, low: float, high: float) -> float:
        return float(self._random.uniform(low, high))

    def array(self, low: float, high: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
        return self._random.uniform(low, high, shape)

    def normal(self, scale: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
        return self._random.normal(0, scale, shape)


class Drawn:
    """Decisions by hypothesis."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def choose(self, options: Sequence[T]) -> T:
        chosen: T = options[self._draw(st.integers(0, len(options) - 1))]
        return chosen

    def chance(self, probability: float) -> bool:
        return bool(self._draw(st.integers(0, 99)) >= 100 - 100 * probability)

    def integer(self, low: int, high: int) -> int:
        return int(self._draw(st.integers(low, high)))

    def number(self, low: float, high: float) -> float:
        return float(self._draw(st.floats(low, high)))

    def array(self, low: float, high: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
        if np.prod(shape) > SHRINKABLE:
            return self._random().uniform(low, high, shape)
        drawn: NDArray[np.float64] = self._draw(
            arrays(np.float64, shape, elements=st.floats(low, high, width=64))
        )
        return drawn

    def normal(self, scale: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
        return self._random().normal(0, scale, shape)

    def _random(self) -> np.random.Generator:
        return np.random.default_rng(self._draw(st.integers(0, 2**32 - 1)))


@st.composite
def drawn(draw: Any, make: Any, *arguments: Any) -> Any:
    """What `make(choices, *arguments)` gives, with hypothesis choosing."""
    return make(Drawn(draw), *arguments)
