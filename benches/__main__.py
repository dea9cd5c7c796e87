"""Time PNG saves: drypoint, Matplotlib's Agg, and the floor, a backend that does nothing.

    python -m benches [ordinary] [heavy] [--only NAME ...] [--json FILE]

Every figure is made once for each backend and saved in turns in one process; the table gives
medians in ms and their ratios. `x floor` is a save's time divided by the floor's; `Agg /
drypoint` says how many times sooner drypoint is; `above floor` is the same for what is left
when the floor is taken away on both sides.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

import drypoint

from . import heavy
from .figures import AGG, DRYPOINT, EXAMPLES, FLOOR, draw, script
from .measure import geometric_mean, medians

SETS = {
    "ordinary": {path.stem: script(path) for path in EXAMPLES},
    "heavy": {function.__name__: function for function in heavy.FIGURES},
}
BACKENDS = {"floor": FLOOR, "drypoint": DRYPOINT, "agg": AGG}

# What is left above the floor cannot be told from noise below this part of it.
NOISE = 0.02

HEADER = (
    f"{'figure':24}{'floor':>9}{'drypoint':>10}{'Agg':>10}"
    f"{'x floor':>10}{'Agg x floor':>13}{'Agg/drypoint':>14}{'above floor':>13}"
)


def ratios(times: dict[str, float]) -> dict[str, float]:
    """What the table shows beside the times; both in and out by name, times in ms."""
    floor, ours, agg = times["floor"], times["drypoint"], times["agg"]
    return {
        "drypoint_by_floor": ours / floor,
        "agg_by_floor": agg / floor,
        "agg_by_drypoint": agg / ours,
        "above_floor": max(agg - floor, NOISE * floor) / max(ours - floor, NOISE * floor),
    }


def line(name: str, times: dict[str, float] | None, shown: dict[str, float]) -> str:
    """One row of the table."""
    columns = [f"{name:24}"]
    columns += [f"{times[k]:{w}.1f}" if times else " " * w for k, w in WIDTHS]
    widths = (10, 13, 14, 13)
    columns += [f"{value:{w}.2f}" for value, w in zip(shown.values(), widths, strict=True)]
    return "".join(columns)


WIDTHS = (("floor", 9), ("drypoint", 10), ("agg", 10))


def measure(name: str, only: list[str]) -> list[dict[str, object]]:
    """Time one set of figures and print its part of the table; its rows."""
    print(f"\n{name} figures, ms per PNG save\n{HEADER}")
    rows, all_ratios = [], []
    for figure, program in SETS[name].items():
        if only and figure not in only:
            continue
        drawings = {backend: draw(program, module) for backend, module in BACKENDS.items()}
        times = medians({backend: drawing.save for backend, drawing in drawings.items()})
        shown = ratios(times)
        print(line(figure, times, shown), flush=True)
        all_ratios.append(shown)
        rows.append({"set": name, "figure": figure, "ms": times, **shown})
    if all_ratios:
        means = {k: geometric_mean(row[k] for row in all_ratios) for k in all_ratios[0]}
        print(line("geometric mean", None, means))
        ninth = {k: float(np.percentile([row[k] for row in all_ratios], 90)) for k in means}
        print(line("90th percentile", None, ninth))
    return rows


def machine() -> dict[str, object]:
    """What the numbers depend on besides the code."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "matplotlib": mpl.__version__,
        "numpy": np.__version__,
        "drypoint": drypoint.__version__,
    }


def main() -> int:
    """Run the benchmarks that the command line asks for."""
    parser = argparse.ArgumentParser("python -m benches", description=__doc__.split("\n")[0])
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], help="which sets (default: all)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these figures only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers here")
    arguments = parser.parse_args()
    unknown = set(arguments.only) - {name for figures in SETS.values() for name in figures}
    if unknown:
        parser.error(f"no figure is called {', '.join(sorted(unknown))}")
    about = machine()
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    rows = [row for name in arguments.sets or SETS for row in measure(name, arguments.only)]
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
