"""What a run leaves behind: one JSON file for a test suite, one for the gallery.

Both have the same form, so that they are summed up, reported and ratcheted alike: a
script of the gallery counts as a test whose id is ``gallery/FOLDER/NAME.py``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypedDict

# A crash costs a process, an error happens outside the test itself, a timeout is the gallery's.
FAILURES = ("failed", "error", "crashed", "timeout")
VERDICTS = ("identical", "different", "unstable", "not comparable", "both raise")


class Drawn(TypedDict, total=False):
    """One draw that was compared with Agg's.

    ``how`` is "save" (a file), "draw" (``canvas.draw()``) or "buffer"
    (``print_to_buffer``), ``index`` its number within the test.

    ``verdict`` is one of

    * "identical": the same size, pixels and metadata;
    * "different": not so, while Agg agrees with itself;
    * "unstable": Agg does not agree with itself when it draws the figure again;
    * "not comparable": there is nothing to read the pixels from;
    * "both raise": the same type of exception from both.

    If different, ``what`` tells in which way: "pixels", "size", "metadata" (resolution,
    text, mode of the file) or "error" (one of the two raised, or the file is unreadable).
    ``pixels``, ``share``, ``max`` and ``rms`` are those of `pixels.Difference`; ``raised``
    is the type of the exception that the canvas under test raised.
    ``pictures`` is the stem of the names of the pictures that were kept.
    """

    index: int
    how: str
    format: str
    file: str
    verdict: str
    what: str
    note: str
    raised: str
    pixels: int
    share: float
    max: int
    rms: float
    pictures: str


class Comparison(TypedDict, total=False):
    """One image comparison that a test of Matplotlib made.

    ``kind`` is "baseline" (with an image shipped with Matplotlib) or "self" (between two
    images made by the same test). ``rms`` and the like are None or missing when there was
    nothing to compare. ``by`` is the class of the canvas that wrote the actual file.
    """

    kind: str
    format: str
    tolerance: float
    rms: float | None
    max: int
    share: float
    within: bool
    error: str
    expected: str
    actual: str
    by: str | None


class Kept(TypedDict, total=False):
    """A figure that was saved: ``STEM-ours.FORMAT``, ``STEM-matplotlib.FORMAT``, ``STEM.png``.

    ``index`` is its number within the test. ``file`` is the path that it was saved to, if
    any. ``error`` says why there is nothing to be compared.
    """

    index: int
    format: str
    stem: str
    file: str
    error: str


class Observed(TypedDict, total=False):
    """What is known of one test, or of one script.

    ``drawn`` has what is not identical; ``counts`` has the number of draws by, for
    example, "save png identical". ``kept`` has the files that ``vector.collect`` kept.
    ``with_agg`` is what the same test did with Agg in Agg's place, if it was run again so: its
    outcome. ``once`` is true for a test that fails when everything is drawn a second time, and
    passes otherwise.
    """

    outcome: str | None
    format: str | None
    seconds: float
    error: str | None
    comparisons: list[Comparison]
    saves: list[tuple[str, str, int]]
    draws: dict[str, int]
    drawn: list[Drawn]
    counts: dict[str, int]
    kept: list[Kept]
    with_agg: str
    once: bool


class Results(TypedDict):
    """A run: facts about it, and its tests by id."""

    meta: dict[str, Any]
    tests: dict[str, Observed]


def new_test() -> Observed:
    """Make a test of which nothing is known yet."""
    return Observed(
        outcome=None,
        format=None,
        seconds=0,
        error=None,
        comparisons=[],
        saves=[],
        draws={},
        drawn=[],
        counts={},
    )


def load(path: Path) -> Results:
    """Read the results file `path`."""
    results: Results = json.loads(path.read_text(encoding="utf-8"))
    return results


def save(results: Results, path: Path) -> None:
    """Write the results file `path`."""
    path.write_text(json.dumps(results, indent=0), encoding="utf-8")


def module_of(test_id: str) -> str:
    """Name of the test module, or of the folder of the gallery, that a test is in."""
    if test_id.startswith("gallery/"):
        return test_id.rpartition("/")[0]
    return Path(test_id.split("::")[0]).stem


def verdicts(tests: Iterable[Observed], how: str | None = None) -> Counter[str]:
    """Count draws by verdict, of all kinds or of one."""
    total: Counter[str] = Counter()
    for test in tests:
        for key, number in test["counts"].items():
            kind, _, rest = key.partition(" ")
            if how in (None, kind):
                total[rest.partition(" ")[2]] += number
    return total


def saves(tests: Iterable[Observed]) -> Counter[tuple[str, str]]:
    """Count finished saves by (format, class of the canvas)."""
    total: Counter[tuple[str, str]] = Counter()
    for test in tests:
        for fmt, writer, number in test["saves"]:
            total[fmt, writer] += number
    return total


def draws(tests: Iterable[Observed]) -> Counter[str]:
    """Count calls of ``Figure.draw`` by class of the renderer."""
    total: Counter[str] = Counter()
    for test in tests:
        total.update(test["draws"])
    return total


def failed(test: Observed) -> bool:
    """Whether a test fails because of the backend: it does not with Agg in its place."""
    return test["outcome"] in FAILURES and test.get("with_agg") not in FAILURES


def differences(test: Observed) -> list[Drawn]:
    """Return the draws of a test that differ from Agg's."""
    return [drawn for drawn in test["drawn"] if drawn["verdict"] == "different"]
