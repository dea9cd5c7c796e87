"""Hold a run against the list of what is known to differ, each entry with its cause.

The list is a TOML file, such as ``known.toml`` beside this module::

    [[known]]
    id = "*test_patches.py::test_multi_color_hatch*"   # a pattern, as for file names
    formats = ["pdf"]
    programs = ["poppler"]                             # left out: all
    what = "matplotlib"
    cause = "ours better"
    reason = "Each bar has the hatch of its own colour."

``what`` is "matplotlib" when our file differs from Matplotlib's beyond the tolerance and at
more than edges, "png" when it is further from the PNG than Matplotlib's is, "unreadable" when
one of the files cannot be read or saved. With ``closer = true``, the entry is about figures only of
which our file is clearly closer to the PNG than Matplotlib's is. ``cause`` is one of ``CAUSES``.
Entries may overlap: the first that fits counts.
"""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drypoint.conformance.ratchet import RatchetError
from drypoint.conformance.vector.run import Compared, Run, clearly_further

DEFAULT = Path(__file__).parent / "known.toml"
CAUSES = ("ours better", "ours worse", "rasteriser", "equal")
WHATS = ("matplotlib", "png", "unreadable")


@dataclass(frozen=True)
class Known:
    """An entry of the list."""

    id: str
    what: str
    cause: str
    reason: str
    closer: bool = False
    formats: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    def fits(self, one: Compared, what: str) -> bool:
        """Whether the entry is about a difference."""
        return (
            what == self.what
            and (not self.formats or one["format"] in self.formats)
            and (not self.programs or one["program"] in self.programs)
            and (not self.closer or clearly_further(one["png_theirs"], one["png_ours"]))
            and fnmatch.fnmatchcase(one["id"], self.id.replace("[", "[[]"))
        )


@dataclass
class Findings:
    """What `check` found.

    Attributes
    ----------
    explained : list of (Compared, str, Known)
        Differences that are in the list: what differs, and the entry.
    new : list of (Compared, str)
        Differences that are not.
    gone : list of Known
        Entries that a complete run has nothing for.
    """

    explained: list[tuple[Compared, str, Known]] = field(default_factory=list)
    new: list[tuple[Compared, str]] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)


def load(path: Path) -> list[Known]:
    """Read the list.

    Raises
    ------
    RatchetError
        The file is not such a list.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("known", [])
        known = [Known(**_hashable(entry)) for entry in entries]
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise RatchetError(f"{path} is not a list of known differences: {error}.") from error
    for entry in known:
        if entry.cause not in CAUSES or entry.what not in WHATS or not entry.reason.strip():
            raise RatchetError(
                f"{path}: the entry for {entry.id} needs a reason, a cause of "
                f"{', '.join(CAUSES)} and something that differs of {', '.join(WHATS)}."
            )
    return known


def _hashable(entry: dict[str, Any]) -> dict[str, Any]:
    """Make tuples of the lists of an entry."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}


def differences(one: Compared) -> Iterable[str]:
    """Say in which ways a figure differs, in the words of ``WHATS``."""
    if one["verdict"] == "different":
        yield "matplotlib"
    if one["verdict"] in ("unreadable", "theirs unreadable", "not saved"):
        yield "unreadable"
    if one["further"]:
        yield "png"


def check(known: list[Known], found: Run) -> Findings:
    """Hold a run against the list."""
    findings = Findings()
    used = set()
    for one in found["compared"]:
        for what in differences(one):
            entry = next((entry for entry in known if entry.fits(one, what)), None)
            if entry is None:
                findings.new.append((one, what))
            else:
                used.add(entry)
                findings.explained.append((one, what, entry))
    if found["meta"]["complete"] and not found["meta"]["missing"]:
        findings.gone = [entry for entry in known if entry not in used]
    return findings
