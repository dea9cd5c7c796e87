"""``drypoint bench``: how long saves take on this machine, beside Agg and beside nothing at all."""

from __future__ import annotations

import argparse
import functools
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from drypoint.cli import recording
from drypoint.cli.command import FAILED, USAGE, CommandError, make_parser
from drypoint.cli.machine import cores, processor, versions
from drypoint.cli.measure import geometric_mean, in_turns
from drypoint.cli.program import Program
from drypoint.cli.table import format_table
from drypoint.progress import Progress

__all__ = ["main", "parser"]

# In the order of the table's columns: what a save costs without any drawing comes first.
BACKENDS = {
    "floor": "module://drypoint.cli.null_backend",
    "drypoint": "module://drypoint.backends.agg",
    "agg": "agg",
}
DEFAULT_ROUNDS = 15
BUDGET_S = 2.0  # for one figure


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command."""
    parser = make_parser(
        "bench",
        usage="drypoint bench [OPTION …] [PROGRAM …] [-- ARGUMENT …]",
        description="Time PNG saves of ordinary and of heavy figures with drypoint, with Matplotlib's Agg and\n"
        "with a backend that draws nothing (the floor: Matplotlib's own work). Takes less than a\n"
        "minute. With PROGRAMs, the figures that those save, show or leave open.",
        examples="  drypoint bench\n"
        "  drypoint bench --only scatter      figures with this in their name\n"
        "  drypoint bench --json > bench.json\n"
        "  drypoint bench plot.py -- --dpi 200   a program of your own, with arguments\n"
        "  DRYPOINT_THREADS=1 drypoint bench",
        statuses="  0  measured\n  1  a program failed or made no figure\n  2  the command line makes no sense",
    )
    recording.add_options(parser, DEFAULT_ROUNDS)
    parser.add_argument(
        "--only", default="", metavar="NAME", help="figures with this in their name"
    )
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    options, own = recording.parse(parser(), arguments)
    programs = recording.programs_of(options, own)
    rows, status = _of_programs(programs, options) if programs else (_of_our_own(options), 0)
    if options.json:
        print(json.dumps(_as_json(rows), indent=1))
    else:
        print(_as_text(rows))
    return status


def _of_programs(
    programs: Sequence[Program], options: argparse.Namespace
) -> tuple[dict[str, dict[str, float]], int]:
    """Measure the figures of programs; rows by name, and the exit status."""
    with tempfile.TemporaryDirectory(prefix="drypoint-") as folder:
        outcomes = recording.record(
            programs, Path(folder), options, title="measuring", sides=list(BACKENDS)
        )
    recording.complain("bench", outcomes)
    rows = {
        f"{Path(outcome.title).name}: {figure['title']}": figure["saves"]["png"]["ms"]
        for outcome in outcomes
        for figure in outcome.figures
        if "png" in figure["saves"] and options.only in figure["title"]
    }
    if not rows:
        raise CommandError("no figure could be measured")
    return rows, FAILED if any(outcome.error for outcome in outcomes) else 0


def _of_our_own(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    from drypoint.cli.bench_figures import FIGURES

    chosen = {name: make for name, make in FIGURES.items() if options.only in name}
    if not chosen:
        raise CommandError(f"there is no such figure; there are {', '.join(FIGURES)}", USAGE)
    rows: dict[str, dict[str, float]] = {}
    with Progress("measuring", len(chosen)) as progress:
        for name, make in chosen.items():
            progress.say(name)
            rows[name] = measure(make, options.rounds)
            progress.advance(name)
    return rows


def measure(make: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Time the saves of a figure.

    Parameters
    ----------
    make : callable
        Makes a `matplotlib.figure.Figure`.
    rounds : int
        How often to save it with each backend.

    Returns
    -------
    dict of str to float
        Milliseconds by backend.
    """
    import matplotlib as mpl
    from matplotlib.backends import registry

    from drypoint import takeover

    load: Any = registry.backend_registry.load_backend_module
    with mpl.rc_context():
        mpl.rcdefaults()
        figure: Any = make()
        with takeover.suspended():
            # Each keeps its canvas, and with it what a canvas keeps from one save to the next.
            canvases = {
                name: load(module).FigureCanvas(figure) for name, module in BACKENDS.items()
            }

            def save(canvas: Any) -> None:
                figure.set_canvas(canvas)
                canvas.print_figure(BytesIO(), format="png")

            actions = {name: functools.partial(save, canvas) for name, canvas in canvases.items()}
            for action in actions.values():
                action()
            return in_turns(actions, rounds=rounds, budget_s=BUDGET_S)


def _load() -> float | None:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _as_text(rows: dict[str, dict[str, float]]) -> str:
    header = ["figure", "floor ms", "drypoint ms", "Agg ms", "Agg / drypoint", "drypoint / floor"]
    cells = [
        [
            name,
            *(f"{ms[backend]:.1f}" for backend in BACKENDS),
            f"{ms['agg'] / ms['drypoint']:.1f}",
            f"{ms['drypoint'] / ms['floor']:.1f}",
        ]
        for name, ms in rows.items()
    ]
    if len(rows) > 1:
        cells.append(["geometric mean", "", "", "", *(f"{mean:.1f}" for mean in _means(rows))])
    about = ", ".join(f"{name} {version}" for name, version in versions().items())
    load = _load()
    busy = load is not None and load > cores() / 2
    return (
        f"{processor()}, {cores()} cores\n{about}\n\n{format_table(header, cells)}\n\n"
        "PNG saves into memory, medians. The floor is a backend that draws nothing."
        + (f"\nThe machine is busy with other work (load {load:.1f}): times vary." if busy else "")
    )


def _means(rows: dict[str, dict[str, float]]) -> tuple[float, float]:
    return (
        geometric_mean(ms["agg"] / ms["drypoint"] for ms in rows.values()),
        geometric_mean(ms["drypoint"] / ms["floor"] for ms in rows.values()),
    )


def _as_json(rows: dict[str, dict[str, float]]) -> dict[str, object]:
    faster, by_floor = _means(rows)
    return {
        "processor": processor(),
        "cores": cores(),
        "load": _load(),
        "versions": versions(),
        "figures": [{"figure": name, "ms": ms} for name, ms in rows.items()],
        "agg_by_drypoint": faster,
        "drypoint_by_floor": by_floor,
    }
