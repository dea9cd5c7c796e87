"""Random drawings have Agg's pixels; `python -m tests.robustness.bulk` compares in larger numbers."""

import logging
import multiprocessing
import sys

import pytest

from tests.robustness import bulk
from tests.robustness.bulk import NUMBERS, difference

SEEDS = 120
#: Seeds in one test: a difference stops the others of its block only.
BLOCK = 20


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
@pytest.mark.parametrize("operation", NUMBERS)
def test_random_drawings_have_the_pixels_of_agg(operation: str, first: int) -> None:
    found = {seed: difference(operation, seed) for seed in range(first, first + BLOCK)}
    assert not any(found.values()), {seed: what for seed, what in found.items() if what}


def test_what_differs_in_large_numbers_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bulk, "difference", lambda _, seed, __: "1 px" if seed == 8 else None)
    monkeypatch.setattr(logging, "disable", lambda: None)
    now, ours, differing = (multiprocessing.Value("q", number) for number in (7, 0, 0))
    bulk.work("path", now, 10, ours, differing)
    assert (now.value, differing.value) == (10, 1)
    assert capsys.readouterr().out == "path 8: 1 px\n"


@pytest.mark.parametrize("failures", [0, 3])
def test_large_numbers_end_with_a_status(failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bulk, "run", lambda operation, first, count: failures * (operation == "text")
    )
    monkeypatch.setattr(sys, "argv", ["bulk", "all", "5"])
    assert bulk.main() == (failures > 0)
