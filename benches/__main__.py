"""Time saves: drypoint, Matplotlib's Agg, mplcairo where it is, and the floor.

    python -m benches [ordinary] [heavy] [vector] [--only NAME ...] [--quick] [--record] [--json FILE]
    python -m benches compare | plot | instructions

Every figure is made once and saved by all backends in turns in one process; the table gives
medians, and medians of the ratios of saves that followed each other. The floor is a backend that
draws nothing. `vector` is about PDF, SVG and EPS; the columns of Agg are those of Matplotlib's own
backends there. docs/speed.md explains the columns.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from . import conditions, further, goals, history, instructions, machine, memory, plot, rows, table
from .backends import CAIRO, DOCUMENT_FORMATS, available
from .catalogue import SETS, Program, documents, examples

# How long a figure is measured: keywords of `measure.in_turns`.
EFFORT = {
    "ordinary": {"budget_ms": 1000.0, "least": 3, "most": 20},
    # Machines that are shared have quick and slow spells; medians of three would be of one or the other.
    "heavy": {"budget_ms": 5000.0, "least": 7, "most": 12, "slow_ms": 3000.0},
}
COMMANDS = {
    "compare": "Say what has become slower or faster since the last record of this machine.",
    "plot": "Draw the last records.",
    "instructions": "Count the instructions of a save with callgrind.",
}
VECTOR = "vector"  # all sets as PDF, SVG and EPS
QUICK = {"budget_ms": 400.0, "least": 3, "most": 8, "slow_ms": 1500.0}


def run_set(name: str, arguments: argparse.Namespace) -> list[rows.Row]:
    """Measure one set of figures and print its part of the table; its rows."""
    figures = SETS[name]()
    if arguments.quick and not arguments.only and name == "ordinary":
        figures = dict(list(figures.items())[::4])
    return run_figures(name, "png", chosen(figures, arguments), arguments)


def run_documents(name: str, format: str, arguments: argparse.Namespace) -> list[rows.Row]:
    """Measure saves of one set of figures in a vector format; its rows."""
    figures = documents(name)
    if arguments.quick and not arguments.only and name == "ordinary":
        figures = dict(list(figures.items())[::3])
    return run_figures(f"{name} {format}", format, chosen(figures, arguments), arguments)


def chosen(figures: dict[str, Program], arguments: argparse.Namespace) -> dict[str, Program]:
    """Those of the figures that the command line names; all if it names none."""
    return {
        name: program
        for name, program in figures.items()
        if not arguments.only or name in arguments.only
    }


def run_figures(
    name: str, format: str, figures: dict[str, Program], arguments: argparse.Namespace
) -> list[rows.Row]:
    """Measure figures and print their part of the table; the rows."""
    if not figures:
        return []
    canvases = available(format)
    set_name = name.split()[0]
    print(f"\n{name} figures\n{table.head()}", flush=True)
    measured = []
    has_memory = format == "png" and arguments.memory and memory.supported()
    for figure, program in figures.items():
        effort = QUICK if arguments.quick else EFFORT[set_name]
        try:
            row = {"set": name, **rows.measure(figure, program, canvases, format, **effort)}
        except Exception as error:
            print(f"{figure}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            continue
        if has_memory:
            row["peak_mb"] = memory.peaks(
                canvases, name, figure, 1 if arguments.quick else memory.PROCESSES
            )
        print(table.row_line(row), flush=True)
        measured.append(row)
    if measured:
        print(table.foot(measured))
    return measured


def run_conditions(name: str, arguments: argparse.Namespace) -> list[rows.Row]:
    """Measure what is not warm, or not alone; its rows."""
    measured = []
    for row in conditions.measure(name, QUICK if arguments.quick else EFFORT[name]):
        print(table.condition_line(row), flush=True)
        measured.append({"set": name, **row})
    return measured


def command(name: str, rest: list[str]) -> int:
    """Do one of the other things than to measure."""
    parser = argparse.ArgumentParser(f"python -m benches {name}", description=COMMANDS[name])
    if name == "instructions":
        parser.add_argument("figures", nargs="*", default=instructions.FIGURES, help="examples")
        figures = parser.parse_args(rest).figures
        unknown = set(figures) - examples().keys()
        if unknown:
            parser.error(f"no example is called {', '.join(sorted(unknown))}")
        return instructions.main(tuple(figures))
    parser.add_argument("file", nargs="?", type=Path, help="of --json (default: the last record)")
    if name == "plot":
        parser.add_argument(
            "--folder", type=Path, default=plot.FOLDER, help="where the pictures go"
        )
    arguments = parser.parse_args(rest)
    if arguments.file is not None and not arguments.file.is_file():
        parser.error(f"there is no file {arguments.file}")
    if name == "compare":
        return history.compare(arguments.file)
    return plot.main(arguments.file, arguments.folder)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        "python -m benches",
        description=__doc__.split("\n")[0],
        epilog=f"python -m benches {', '.join(COMMANDS)}: other commands, each with --help.",
    )
    parser.add_argument(
        "sets",
        nargs="*",
        choices=[*SETS, VECTOR, []],  # [] is what stands for none
        metavar="SET",
        help=f"{', '.join(SETS)} or {VECTOR}: PDF, SVG and EPS files (default: all)",
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these figures only")
    parser.add_argument("--quick", action="store_true", help="a quarter of the figures, roughly")
    parser.add_argument(
        "--no-memory", dest="memory", action="store_false", help="leave the peak memory out"
    )
    parser.add_argument("--record", action="store_true", help="append it to benches/history.jsonl")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers here")
    arguments = parser.parse_args()
    if arguments.only:
        known = {figure for name in SETS for figure in SETS[name]()}
        unknown = set(arguments.only) - known
        if unknown:
            parser.error(f"no figure is called {', '.join(sorted(unknown))}")
    return arguments


def main() -> int:
    """Run the benchmarks that the command line asks for."""
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        return command(sys.argv[1], sys.argv[2:])
    arguments = parse()
    about = machine.describe()
    report: dict[str, Any]
    print(table.about(about))
    if os.getloadavg()[0] > machine.BUSY:
        print("The machine is busy with something else (load): trust ratios and cpu times only.")
    if CAIRO not in available():
        print("mplcairo cannot be imported: its columns are empty (docs/speed.md).")
    report = {"machine": about, "rows": [], "foot": {}, "conditions": [], "further": {}}
    for name in arguments.sets or SETS:
        if name == VECTOR:
            continue
        measured = run_set(name, arguments)
        if not measured:
            continue
        report["rows"] += measured
        report["foot"][name] = rows.summary(measured)
        if not arguments.only:
            report["conditions"] += run_conditions(name, arguments)
        print(table.noise(measured), flush=True)
    if not arguments.sets or VECTOR in arguments.sets:
        for name in SETS:
            for format in DOCUMENT_FORMATS:
                measured = run_documents(name, format, arguments)
                if measured:
                    report["rows"] += measured
                    report["foot"][f"{name} {format}"] = rows.summary(measured)
    if not arguments.sets and not arguments.only:
        report["further"] = further.measure(quick=arguments.quick)
        print(f"\n{table.measures(report['further'])}")
    print("", *goals.lines(report), sep="\n")
    before = history.last_like(report, history.records())
    if before is not None:
        print("", *history.comparison(before, report), sep="\n")
    if arguments.record:
        history.append(report)
    if arguments.json:
        arguments.json.write_text(
            json.dumps(history.rounded(report), indent=1) + "\n", encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
