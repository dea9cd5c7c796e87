"""Settle what differs by what the same test does with Agg in Agg's place.

Some figures change from one draw to the next, so that the second draw, by Agg, cannot but
differ from the first, by the backend under test. When the test runs again with Agg in the
backend's place, Agg differs from itself at the same draw. Then the two first draws are
compared, the backend's in the one run and Agg's in the other: they started from the same
figure. If those differ as well, nobody can tell, and the draw is called unstable.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from drypoint.conformance.results import Drawn, Observed

OPEN = ("different", "unstable")  # verdicts that another run may settle


def is_open(test: Observed) -> bool:
    """Whether there is anything to be settled in a test."""
    return any(drawn["verdict"] in OPEN for drawn in test["drawn"])


def settle(test: Observed, with_agg: Observed, pictures: Path, agg_pictures: Path) -> None:
    """Correct the verdicts of a test.

    Parameters
    ----------
    test : Observed
        The test as it ran with the backend; changed in place.
    with_agg : Observed
        The same test as it ran with Agg in the backend's place.
    pictures, agg_pictures : Path
        The folders with the pictures of the two runs.
    """
    theirs = {_key(drawn): drawn for drawn in with_agg["drawn"] if drawn["verdict"] in OPEN}
    for drawn in list(test["drawn"]):
        other = theirs.get(_key(drawn))
        if drawn["verdict"] not in OPEN or other is None:
            continue
        if drawn.get("raised") and drawn.get("raised") == other.get("raised"):
            _correct(test, drawn, "both raise")
        elif _same_picture(drawn, other, pictures, agg_pictures):
            _correct(test, drawn, "identical")
        else:
            _correct(test, drawn, "unstable")


def _key(drawn: Drawn) -> tuple[str, str, int]:
    return drawn["how"], drawn["format"], drawn["index"]


def _same_picture(mine: Drawn, theirs: Drawn, pictures: Path, agg_pictures: Path) -> bool:
    """Whether what the two runs drew first is the same."""
    if not (mine.get("pictures") and theirs.get("pictures")):
        return False
    with (
        Image.open(pictures / f"{mine['pictures']}-actual.png") as my_image,
        Image.open(agg_pictures / f"{theirs['pictures']}-actual.png") as their_image,
    ):
        return np.array_equal(np.asarray(my_image), np.asarray(their_image))


def _correct(test: Observed, drawn: Drawn, verdict: str) -> None:
    """Give a draw another verdict; forget it when there is nothing to say any more."""
    counts, kind = test["counts"], f"{drawn['how']} {drawn['format']}"
    counts[f"{kind} {drawn['verdict']}"] -= 1
    counts[f"{kind} {verdict}"] = counts.get(f"{kind} {verdict}", 0) + 1
    drawn["verdict"] = verdict
    if verdict not in OPEN:
        test["drawn"].remove(drawn)
