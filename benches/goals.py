"""What is to be reached, beside what was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .backends import AGG, CAIRO, OURS
from .conditions import FIRST, NEW_STRINGS, ONE_CORE

Report = dict[str, Any]

# Figures of `heavy`.
SCATTER, MESH, SHADES = "scatter_100k", "quad_mesh_500", "gouraud_300"
LINES, CONTOURS = "lines_100x10k", "contours"


@dataclass(frozen=True)
class Goal:
    """A number that should be at most, or at least, another."""

    name: str
    limit: float
    of: Callable[[Report], float | None]
    at_least: bool = False

    def line(self, report: Report) -> str | None:
        """How it stands, in a line; None if the run did not measure it."""
        value = self.of(report)
        if value is None:
            return None
        reached = value >= self.limit if self.at_least else value <= self.limit
        sign = "≥" if self.at_least else "≤"
        verdict = "reached" if reached else "NOT reached"
        return f"{self.name:72}{value:10.3f}   {sign} {self.limit:<6g} {verdict}"


def _from_foot(set_name: str, line: str, quantity: str, backend: str) -> Any:
    def of(report: Report) -> float | None:
        foot = report["foot"].get(set_name, {}).get(line, {})
        value: float | None = foot.get(quantity, {}).get(backend)
        return value

    return of


def _worst(backend: str) -> Any:
    def of(report: Report) -> float | None:
        heavy = [row["gain"] for row in report["rows"] if row["set"] == "heavy"]
        return max((1 / gain[backend] for gain in heavy if backend in gain), default=None)

    return of


def _condition(name: str) -> Any:
    def of(report: Report) -> float | None:
        for row in report["conditions"]:
            if row["set"] == "ordinary" and row["figure"] == name:
                value: float | None = row["by_agg"].get(OURS)
                return value
        return None

    return of


def _memory(*figures: str) -> Any:
    """The worst peak of memory against Agg's, of some figures or of all."""

    def of(report: Report) -> float | None:
        rows = [row for row in report["rows"] if not figures or row["figure"] in figures]
        peaks = [row["peak_mb"] for row in rows if {OURS, AGG} <= row.get("peak_mb", {}).keys()]
        return max((peak[OURS] / max(peak[AGG], 0.1) for peak in peaks), default=None)

    return of


def _of_documents(quantity: str, format: str, *figures: str) -> Any:
    """The least gain, or the most bytes against Matplotlib's, of heavy figures in a vector format."""

    def of(report: Report) -> float | None:
        rows = [
            row
            for row in report["rows"]
            if row["set"] == f"heavy {format}" and row["figure"] in figures
        ]
        if quantity == "gain":
            return min((row["gain"][AGG] for row in rows if AGG in row["gain"]), default=None)
        sizes = [row["bytes"] for row in rows if {OURS, AGG} <= row["bytes"].keys()]
        return max((size[OURS] / size[AGG] for size in sizes), default=None)

    return of


def _further(name: str) -> Any:
    def of(report: Report) -> float | None:
        value: float | None = report["further"].get(name, {}).get(OURS)
        return value

    return of


GOALS = [
    Goal(
        "ordinary figures, PNG save ÷ floor, geometric mean",
        1.15,
        _from_foot("ordinary", "geometric mean", "by_floor", OURS),
    ),
    Goal(
        "ordinary figures, PNG save ÷ floor, 90th percentile",
        1.5,
        _from_foot("ordinary", "90th percentile", "by_floor", OURS),
    ),
    Goal(
        "heavy figures, time above the floor, Agg ÷ ours, geometric mean",
        8,
        _from_foot("heavy", "geometric mean", "gain_above_floor", AGG),
        at_least=True,
    ),
    Goal("heavy figures, the worst, ours ÷ Agg", 1, _worst(AGG)),
    Goal("heavy figures, the worst, ours ÷ mplcairo", 1, _worst(CAIRO)),
    Goal("1 M random segments, no simplification, ms", 500, _further("1 M random segments, ms")),
    Goal(
        "ordinary figures, PNG bytes ÷ Pillow's default, geometric mean",
        0.9,
        _from_foot("ordinary", "geometric mean", "bytes_by_agg", OURS),
    ),
    Goal("ordinary figures on one core, PNG save ÷ Agg's", 0.6, _condition(ONE_CORE)),
    Goal("ordinary figures, first save in a process, ÷ Agg's", 0.6, _condition(FIRST)),
    Goal("ordinary figures, new strings at each save, ÷ Agg's", 0.6, _condition(NEW_STRINGS)),
    Goal("peak memory of the 3 M scatter ÷ Agg's", 1, _memory("scatter_3m")),
    Goal("peak memory of any figure, the worst ÷ Agg's", 1, _memory()),
    Goal(
        "whole fresh process, simple figure, ÷ Agg's, wall time",
        1,
        _further("fresh process, wall / Agg"),
    ),
    Goal("the same, processor time", 1, _further("fresh process, cpu / Agg")),
    Goal(
        "redraw after one line changed ÷ floor",
        1.1,
        _further("redraw after one line changed / floor"),
    ),
    Goal(
        "8 threads, PNG per second ÷ the floor's",
        0.85,
        _further("8 threads, PNG per s / floor"),
        True,
    ),
    *(
        Goal(
            f"ordinary figures, {format.upper()} save ÷ floor, geometric mean",
            1.25,
            _from_foot(f"ordinary {format}", "geometric mean", "by_floor", OURS),
        )
        for format in ("pdf", "svg", "eps")
    ),
    *(
        Goal(f"{name}, {format.upper()} save, Matplotlib ÷ ours", limit, gain, at_least=True)
        for name, format, limit, gain in (
            ("scatter, mesh", "pdf", 30, _of_documents("gain", "pdf", SCATTER, MESH)),
            ("lines, contours", "pdf", 8, _of_documents("gain", "pdf", LINES, CONTOURS)),
            (
                "scatter, mesh, gouraud",
                "svg",
                30,
                _of_documents("gain", "svg", SCATTER, MESH, SHADES),
            ),
            ("scatter, mesh", "eps", 20, _of_documents("gain", "eps", SCATTER, MESH)),
        )
    ),
    *(
        Goal(
            f"ordinary figures, {format.upper()} bytes ÷ Matplotlib's, geometric mean",
            limit,
            _from_foot(f"ordinary {format}", "geometric mean", "bytes_by_agg", OURS),
        )
        for format, limit in (("pdf", 0.7), ("svg", 0.6), ("eps", 0.7))
    ),
    *(
        Goal(
            f"ordinary figures, {format.upper()} bytes ÷ those of Matplotlib's Type 42",
            0.7,
            _from_foot(f"ordinary {format}", "geometric mean", "bytes_by_type_42", OURS),
        )
        for format in ("pdf", "eps")
    ),
    *(
        Goal(
            f"scatter, mesh, {format.upper()} bytes ÷ Matplotlib's, the worse",
            0.3,
            _of_documents("bytes", format, SCATTER, MESH),
        )
        for format in ("pdf", "svg", "eps")
    ),
]


def lines(report: Report) -> Iterator[str]:
    """A line for each goal of which the run says something."""
    for goal in GOALS:
        line = goal.line(report)
        if line is not None:
            yield line
