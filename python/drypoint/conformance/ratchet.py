"""Hold a run against the list of what is known to differ, each entry with its reason.

The list is a TOML file, such as ``known.toml`` beside this module::

    [expected."3.11.2".tests]           # of a complete run; fewer is an error
    saves = 2021

    [[known]]
    id = "matplotlib/tests/test_agg.py::test_chunksize_fails"
    what = "failed"
    reason = "Demands an OverflowError; here the picture is drawn."

``what`` is "failed" (the test fails, and passes with Agg in Agg's place) or the way in
which draws differ, as in ``results.Drawn``; then ``count`` is the number of draws.

`check` finds what differs and is not in the list, what is in the list and differs no
more, entries without a reason, and runs that did less than is expected of them. What
fails or differs with Agg itself is no concern of the list.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from drypoint.conformance import results as results_file
from drypoint.conformance.gallery import PREFIX
from drypoint.conformance.results import Observed, Results

Expected = dict[str, dict[str, dict[str, int]]]  # version -> kind of run -> name -> number

HEAD = """\
# What is known to differ from Agg, each with its reason: see docs/conformance.md.
# `drypoint conformance check` holds a run against it, `drypoint conformance update`
# rewrites it (and fails when that changed anything); reasons are written by hand.
"""


class RatchetError(Exception):
    """The list cannot be read; the message is for the user."""


@dataclass(frozen=True)
class Known:
    """One entry of the list: what differs, how, how often, and why."""

    id: str
    what: str
    count: int = 1
    reason: str = ""


@dataclass
class Ratchet:
    """The whole list."""

    known: list[Known] = field(default_factory=list)
    expected: Expected = field(default_factory=dict)


@dataclass
class Findings:
    """What `check` found, as sentences.

    Attributes
    ----------
    new : list of str
        Differs and is not in the list, or differs more often than the list says.
    gone : list of str
        In the list, and differs no more or less often.
    unexplained : list of str
        In the list without a reason.
    fewer : list of str
        A complete run did less than is expected.
    """

    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    fewer: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.unexplained or self.fewer)


def load(path: Path | None) -> Ratchet:
    """Read the list; an empty one when there is no file.

    Raises
    ------
    RatchetError
        The file is not such a list.
    """
    if path is None or not path.exists():
        return Ratchet()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        known = [Known(**entry) for entry in content.pop("known", [])]
        expected: Expected = content.pop("expected", {})
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise RatchetError(f"{path} is not a list of known differences: {error}.") from error
    if content:
        raise RatchetError(f"{path} has unknown keys: {', '.join(content)}.")
    twice = [key for key, n in Counter((entry.id, entry.what) for entry in known).items() if n > 1]
    if twice:
        raise RatchetError(f"{path} has two entries for {twice[0][0]}, {twice[0][1]}.")
    return Ratchet(known, expected)


def save(ratchet: Ratchet, path: Path) -> None:
    """Write the list, sorted."""
    lines = [HEAD]
    for version, kinds in sorted(ratchet.expected.items()):
        for kind, numbers in sorted(kinds.items()):
            lines.append(f"[expected.{_quote(version)}.{kind}]")
            lines += [f"{name} = {number}" for name, number in sorted(numbers.items())]
            lines.append("")
    for entry in sorted(ratchet.known, key=lambda entry: (entry.id, entry.what)):
        lines += ["[[known]]", f"id = {_quote(entry.id)}", f"what = {_quote(entry.what)}"]
        if entry.what != "failed":
            lines.append(f"count = {entry.count}")
        lines += [f"reason = {_quote(entry.reason)}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def _quote(text: str) -> str:
    # The escapes of a JSON string without surrogates are those of a basic TOML string.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def observe(results: Results) -> dict[tuple[str, str], int]:
    """Count what differs in a run: (id, what) -> how often."""
    seen: Counter[tuple[str, str]] = Counter()
    for name, test in results["tests"].items():
        if results_file.failed(test):
            seen[name, "failed"] = 1
        for drawn in results_file.differences(test):
            seen[name, drawn["what"]] += 1
    return dict(seen)


def numbers(results: Results) -> dict[str, int]:
    """Return the numbers of a run that must not shrink."""
    tests = results["tests"].values()
    verdicts = {how: results_file.verdicts(tests, how) for how in ("save", "draw")}
    found = {
        "saves_identical": verdicts["save"]["identical"],
        "draws_identical": verdicts["draw"]["identical"],
    }
    if results["meta"]["kind"] == "gallery":
        return {"scripts": sum(test["outcome"] == "passed" for test in tests), **found}
    return found | {f"baselines_{key}": n for key, n in baselines(tests).items()}


def baselines(tests: Iterable[Observed]) -> dict[str, int]:
    """Count the comparisons with Matplotlib's PNG images: all, within tolerance, exact."""
    made = [
        comparison
        for test in tests
        for comparison in test["comparisons"]
        if comparison["kind"] == "baseline" and comparison["format"] == "png"
    ]
    return {
        "compared": len(made),
        "within": sum(comparison["within"] for comparison in made),
        "exact": sum(comparison["rms"] == 0 for comparison in made),
    }


def check(ratchet: Ratchet, runs: Iterable[Results]) -> Findings:
    """Hold runs against the list."""
    findings = Findings()
    known = {(entry.id, entry.what): entry for entry in ratchet.known}
    for results in runs:
        seen = observe(results)
        for (name, what), count in seen.items():
            entry = known.get((name, what))
            if entry is None or count > entry.count:
                times = f" ({count} instead of {entry.count})" if entry else f" ({count})"
                findings.new.append(f"{name}: {what}{'' if what == 'failed' else times}")
        for (name, what), entry in known.items():
            count = seen.get((name, what), 0)
            if count < entry.count and _was_run(name, results):
                times = f" ({count} instead of {entry.count})" if count else ""
                findings.gone.append(f"{name}: {what}{times}")
        findings.fewer += _fewer(ratchet.expected, results)
    findings.unexplained = [
        f"{entry.id}: {entry.what}" for entry in ratchet.known if not entry.reason.strip()
    ]
    return findings


def _was_run(name: str, results: Results) -> bool:
    """Whether a run can tell that something in the list has gone."""
    if name.startswith(PREFIX) != (results["meta"]["kind"] == "gallery"):
        return False
    test = results["tests"].get(name)
    if test is None:  # of a complete run: there is no such test any more
        return bool(results["meta"]["complete"])
    if test["outcome"] == "skipped":
        return False
    return test["outcome"] not in results_file.FAILURES or results_file.failed(test)


def _fewer(expected: Expected, results: Results) -> list[str]:
    """Sentences about what a complete run did less of than expected."""
    meta = results["meta"]
    if not meta["complete"]:
        return []
    minimum = expected.get(meta["matplotlib"], {}).get(meta["kind"], {})
    found = numbers(results)
    return [
        f"{meta['kind']}: {name} is {found.get(name, 0)}, expected {number}"
        for name, number in minimum.items()
        if found.get(name, 0) < number
    ]


def update(ratchet: Ratchet, runs: Iterable[Results]) -> Ratchet:
    """Make the list fit the runs, with the reasons of `ratchet`; new ones are empty.

    What is expected of a complete run only ever gets less: a machine with more programs
    installed, LaTeX for one, does more than others can.
    """
    known = {(entry.id, entry.what): entry for entry in ratchet.known}
    expected = {version: {**kinds} for version, kinds in ratchet.expected.items()}
    for results in runs:
        meta = results["meta"]
        seen = observe(results)
        for key in [key for key in known if key not in seen and _was_run(key[0], results)]:
            del known[key]
        for (name, what), count in seen.items():
            reason = known[name, what].reason if (name, what) in known else ""
            known[name, what] = Known(name, what, count, reason)
        if meta["complete"]:
            version = expected.setdefault(meta["matplotlib"], {})
            found = numbers(results)
            before = version.get(meta["kind"], found)
            version[meta["kind"]] = {name: min(before.get(name, n), n) for name, n in found.items()}
    return Ratchet(list(known.values()), expected)
