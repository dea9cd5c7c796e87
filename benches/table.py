"""The table as text: a row for each figure, ratios at the foot."""

import math
from typing import Any

from .backends import AGG, CAIRO, FLOOR, OURS, TYPE_42
from .rows import Row, summary

NAME_WIDTH = 30
SHORT = {FLOOR: "floor", OURS: "ours", AGG: "Agg", CAIRO: "cairo", TYPE_42: "Type42"}

# Groups of columns: title, quantity in a row, backends, width, decimals, scale.
GROUPS: list[tuple[str, str, tuple[str, ...], int, int, float]] = [
    ("ms per save", "ms", (FLOOR, OURS, AGG, CAIRO), 8, 1, 1),
    ("÷ floor", "by_floor", (OURS, AGG, CAIRO), 7, 2, 1),
    ("÷ Agg", "by_agg", (OURS,), 6, 2, 1),
    ("÷ ours", "gain", (AGG, CAIRO), 7, 2, 1),
    ("above floor ÷ ours", "gain_above_floor", (AGG, CAIRO), 8, 2, 1),
    ("raw save, ms", "raw_ms", (OURS, AGG, CAIRO), 8, 1, 1),
    ("encoding, ms", "encode_ms", (OURS, AGG, CAIRO), 7, 1, 1),
    ("cpu, ms", "cpu_ms", (FLOOR, OURS, AGG), 8, 1, 1),
    ("cpu ÷ floor", "cpu_by_floor", (OURS, AGG), 6, 2, 1),
    ("peak MB", "peak_mb", (OURS, AGG, CAIRO), 7, 1, 1),
    ("kB", "bytes", (OURS, AGG, CAIRO, TYPE_42), 7, 0, 1e-3),
]

# What the foot has of groups whose own numbers cannot be averaged: ratios to Agg's.
FOOT = {"bytes": "bytes_by_agg", "peak_mb": "peak_mb_by_agg"}


def head() -> str:
    """Two lines: the groups of columns, and the backends."""
    groups = "".join(
        f" |{title:>{width * len(backends)}}" for title, _, backends, width, _, _ in GROUPS
    )
    names = "".join(
        " |" + "".join(f"{SHORT[backend]:>{width}}" for backend in backends)
        for _, _, backends, width, _, _ in GROUPS
    )
    return f"{'':{NAME_WIDTH}}{groups}\n{'figure':{NAME_WIDTH}}{names}  n"


def line(name: str, values: dict[str, dict[str, float]], rounds: int | None = None) -> str:
    """One row; what is missing is a dash, what makes no sense at the foot is blank."""
    shown = name if len(name) <= NAME_WIDTH else "…" + name[-(NAME_WIDTH - 1) :]
    parts = [f"{shown:{NAME_WIDTH}}"]
    for _, quantity, backends, width, decimals, scale in GROUPS:
        parts.append(" |")
        if rounds is None and quantity in FOOT:
            quantity, decimals, scale = FOOT[quantity], 2, 1
        for backend in backends:
            value = values.get(quantity, {}).get(backend)
            if value is None:
                text = "" if rounds is None else "–"
            else:
                text = f"{value * scale:.{decimals}f}"
            parts.append(f"{text:>{width}}")
    return "".join(parts) + ("" if rounds is None else f" {rounds:2}")


def row_line(row: Row) -> str:
    """The line of a figure."""
    return line(row["figure"], row, row["rounds"])


def condition_line(row: Row) -> str:
    """The line of a condition: means over so many figures."""
    return line(row["figure"], row, row["figures"])


def foot(rows: list[Row]) -> str:
    """Geometric means and 90th percentiles; bytes and memory as ratios to Agg's."""
    rule = "-" * len(head().split("\n")[1])
    return "\n".join([rule, *(line(name, values) for name, values in summary(rows).items())])


def noise(rows: list[Row]) -> str:
    """A sentence on how far the numbers can be trusted."""
    # A row of few rounds has none; its noise is not known, and not small.
    errors = sorted(row["error"] for row in rows if math.isfinite(row["error"])) or [math.nan]
    waits = sorted(row["floor_wall_by_cpu"] for row in rows)
    return (
        f"Noise: standard error of ours ÷ floor {errors[len(errors) // 2]:.1%} (median row), "
        f"{errors[-1]:.1%} (worst); the floor's wall ÷ cpu time {waits[len(waits) // 2]:.2f} "
        "(1.00: nobody else wanted the processor)."
    )


def about(machine: dict[str, Any]) -> str:
    """What the numbers were measured on, in a line."""
    return ", ".join(f"{key} {value}" for key, value in machine.items())


def measures(further: dict[str, dict[str, float]]) -> str:
    """What `further.measure` found."""
    order = (FLOOR, OURS, AGG, CAIRO)
    lines = [f"{'further measures':44}" + "".join(f"{SHORT[backend]:>9}" for backend in order)]
    for name, values in further.items():
        cells = [
            f"{values[backend]:9.2f}" if backend in values else f"{'–':>9}" for backend in order
        ]
        lines.append(f"{name:44}{''.join(cells)}")
    return "\n".join(lines)
