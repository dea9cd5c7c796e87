"""Settling what differs by what Agg does in the backend's place."""

from pathlib import Path

import numpy as np
import pytest

from drypoint.conformance import pixels, verify
from drypoint.conformance.results import Drawn, Observed, new_test

WHITE = np.full((2, 2, 4), 255, np.uint8)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    return mine, theirs


def observed(**drawn: object) -> Observed:
    record = {"index": 3, "how": "save", "format": "png", "verdict": "different", **drawn}
    counts = {f"save png {record['verdict']}": 1, "save png identical": 3}
    return {**new_test(), "drawn": [Drawn(**record)], "counts": counts}  # type: ignore[typeddict-item]


def nonzero(test: Observed) -> dict[str, int]:
    return {key: number for key, number in test["counts"].items() if number}


def test_the_same_first_draw_is_identical(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        pixels.write_png(folder / "a-actual.png", WHITE)
    mine, theirs = observed(what="pixels", pictures="a"), observed(what="pixels", pictures="a")
    verify.settle(mine, theirs, *folders)
    assert mine["drawn"] == []
    assert nonzero(mine) == {"save png identical": 4}


def test_other_first_draws_are_unstable(folders: tuple[Path, Path]) -> None:
    pixels.write_png(folders[0] / "a-actual.png", WHITE)
    pixels.write_png(folders[1] / "a-actual.png", WHITE - 1)
    mine, theirs = observed(what="pixels", pictures="a"), observed(what="pixels", pictures="a")
    verify.settle(mine, theirs, *folders)
    assert mine["drawn"][0]["verdict"] == "unstable"
    assert nonzero(mine) == {"save png identical": 3, "save png unstable": 1}


def test_what_agg_draws_the_same_twice_stays_different(folders: tuple[Path, Path]) -> None:
    for theirs in (new_test(), observed(index=2), observed(how="draw")):
        mine = observed(what="pixels")
        verify.settle(mine, theirs, *folders)
        assert mine == observed(what="pixels")


def test_the_same_exception_is_no_difference(folders: tuple[Path, Path]) -> None:
    mine = observed(what="error", raised="OSError")
    verify.settle(mine, observed(what="error", raised="OSError"), *folders)
    assert nonzero(mine) == {"save png identical": 3, "save png both raise": 1}
    mine = observed(what="error", raised="OSError")
    verify.settle(mine, observed(what="error", raised="ValueError"), *folders)
    assert mine["drawn"][0]["verdict"] == "unstable"
