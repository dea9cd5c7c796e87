"""Random drawings have Agg's pixels; `python -m tests.robustness.bulk` compares in larger numbers."""

import pytest

from tests.robustness.bulk import NUMBERS, difference

SEEDS = 120
#: Seeds in one test: a difference stops the others of its block only.
BLOCK = 20


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
@pytest.mark.parametrize("operation", NUMBERS)
def test_random_drawings_have_the_pixels_of_agg(operation: str, first: int) -> None:
    found = {seed: difference(operation, seed) for seed in range(first, first + BLOCK)}
    assert not any(found.values()), {seed: what for seed, what in found.items() if what}
