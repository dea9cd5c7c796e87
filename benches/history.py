"""The file of records: what `make bench` measured, on which machine, at which commit.

    make bench ARGS=--record             # appends a record
    python -m benches compare            # the last two records of this machine
    python -m benches compare FILE       # a file of --json against the last record

Times of different machines say nothing about each other, so only records of the same processor
and number of cores are compared; and ratios to the floor are, rather than times.
"""

import datetime
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .backends import OURS
from .measure import geometric_mean
from .rows import NOISE

HISTORY = Path(__file__).with_name("history.jsonl")

# A figure has slipped when its ratio to the floor has grown by this part, and by more than the
# two measurements are sure of: three times their standard errors.
SLIP = 0.08

Record = dict[str, Any]


def record_of(report: Record) -> Record:
    """What is kept of a run: rounded, and without what can be computed again."""
    kept = ("set", "figure", "ms", "cpu_ms", "by_floor", "cpu_by_floor", "by_agg", "bytes")
    kept += ("peak_mb", "error")
    now = datetime.datetime.now(datetime.UTC)
    return rounded(
        {
            "date": now.isoformat(timespec="minutes"),
            "machine": report["machine"],
            "foot": report["foot"],
            "conditions": report["conditions"],
            "further": report["further"],
            "rows": [{key: row[key] for key in kept if key in row} for row in report["rows"]],
        }
    )


def rounded(value: Any) -> Any:
    """Numbers to four digits, everything inside too; what is not finite becomes null."""
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return value


def append(report: Record, path: Path | None = None) -> None:
    """Append a record; one line."""
    with open(path or HISTORY, "a", encoding="utf-8") as file:
        file.write(json.dumps(record_of(report), separators=(",", ":")) + "\n")


def records(path: Path | None = None) -> list[Record]:
    """All records, the oldest first."""
    path = path or HISTORY
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def last_like(report: Record, known: list[Record]) -> Record | None:
    """The last of known records of such a machine that has one of a report's sets of figures."""
    wanted = sets(report)
    same = [
        record
        for record in known
        if alike(record["machine"], report["machine"]) and wanted & sets(record)
    ]
    return same[-1] if same else None


def sets(record: Record) -> set[str]:
    """Names of the sets of figures that were measured."""
    return {row["set"] for row in record["rows"]}


def last_with(set_name: str, path: Path | None = None) -> Record | None:
    """The last record with figures of a set."""
    having = [record for record in records(path) if set_name in sets(record)]
    return having[-1] if having else None


def alike(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Whether numbers of two machines may be compared."""
    return all(a.get(key) == b.get(key) for key in ("processor", "cores"))


def by_figure(record: Record) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of a record by set and name."""
    return {(row["set"], row["figure"]): row for row in record["rows"]}


def comparison(before: Record, after: Record) -> Iterator[str]:
    """Lines on what has become slower or faster: figures that slipped, and the means.

    Compared are ratios of processor times to the floor's: of all numbers, other work on the
    machine touches them least.
    """
    old, new = by_figure(before), by_figure(after)
    where = before["machine"].get("commit", "unknown")
    yield f"against the record of {before.get('date', 'before')}, commit {where}:"
    for set_name in dict.fromkeys(name for name, _ in new):
        changes = {}
        for key in old.keys() & new.keys():
            a = old[key].get("cpu_by_floor", {}).get(OURS)
            b = new[key].get("cpu_by_floor", {}).get(OURS)
            if key[0] == set_name and a and b:
                changes[key] = b / a
        if not changes:
            continue
        yield f"  {set_name}: {len(changes)} figures, cpu ÷ floor × {geometric_mean(changes.values()):.3f}"
        for key, change in sorted(changes.items(), key=lambda item: -item[1]):
            sure = 3 * math.hypot(*(row[key].get("error") or NOISE for row in (old, new)))
            if abs(change - 1) > max(SLIP, sure):
                verdict = "slower" if change > 1 else "faster"
                yield f"    {key[1]:50} × {change:.2f} {verdict}"


def compare(file: Path | None) -> int:
    """Print what changed; 1 if there is nothing to compare with."""
    known = records()
    if file is not None:
        after = json.loads(file.read_text(encoding="utf-8"))
    else:
        after = known.pop() if known else None
    before = last_like(after, known) if after else None
    if before is None:
        print("There is no earlier record of such a machine: make bench ARGS=--record.")
        return 1
    print(*comparison(before, after), sep="\n")
    return 0
