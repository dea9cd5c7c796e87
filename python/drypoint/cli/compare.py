"""``drypoint compare``: the figures of programs, drawn by Matplotlib's own backend and by drypoint."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from drypoint.cli import program as programs
from drypoint.cli.command import FAILED, USAGE, CommandError, make_parser, say
from drypoint.cli.measure import geometric_mean
from drypoint.cli.program import Program
from drypoint.cli.recorder import FIGURES, JOB, Figure, Job
from drypoint.cli.table import format_table
from drypoint.progress import Progress

__all__ = ["Outcome", "main", "parser", "speed", "summary"]

DEFAULT_PAGE = "drypoint-compare.html"
DEFAULT_TIMEOUT_S = 600
DEFAULT_FIGURES = 20
DEFAULT_ROUNDS = 7


class Outcome(NamedTuple):
    """What came of one program."""

    title: str
    figures: list[Figure]
    error: str
    """What the program said last if it failed, else ""."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command."""
    parser = make_parser(
        "compare",
        usage="drypoint compare [OPTION …] PROGRAM … [-- ARGUMENT …]",
        description="Run programs and draw every figure that they save, show or leave open with Matplotlib's\n"
        "own backend and with drypoint. Prints times, sizes and how many pixels differ, and writes\n"
        "an HTML page with both pictures and their difference. PNG always; SVG, PDF, PS and EPS\n"
        "where the program saves them.",
        examples="  drypoint compare plot.py\n"
        "  drypoint compare examples/*.py --output page.html\n"
        "  drypoint compare plot.py -- --dpi 200      with arguments for the program\n"
        "  drypoint compare -m mypackage.report       a module\n"
        "  drypoint compare analysis.ipynb            a notebook (needs nbclient and ipykernel)\n"
        "  drypoint compare plot.py --json > numbers.json",
        statuses="  0  every figure has the same pixels\n"
        "  1  pixels differ, a program failed, or there was no figure\n"
        "  2  the command line makes no sense",
    )
    parser.add_argument(
        "programs", nargs="*", metavar="PROGRAM", help="scripts, notebooks, or - (standard input)"
    )
    parser.add_argument(
        "-m", "--module", action="append", default=[], help="a module, as for python -m"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(DEFAULT_PAGE),
        metavar="FILE",
        help="the HTML page (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument(
        "--figures",
        type=int,
        default=DEFAULT_FIGURES,
        metavar="N",
        help="look at so many figures of a program at most (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=DEFAULT_ROUNDS,
        metavar="N",
        help="time each save so often at most (default: %(default)s); the median counts",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=DEFAULT_TIMEOUT_S,
        metavar="SECONDS",
        help="stop a program after so long (default: %(default)s)",
    )
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    words = list(arguments)
    split = words.index("--") if "--" in words else len(words)
    options, own = parser().parse_args(words[:split]), words[split + 1 :]
    if options.rounds < 1 or options.figures < 1:
        raise CommandError("--rounds and --figures are at least 1", USAGE)
    chosen = [programs.parse([name, *own]) for name in options.programs]
    chosen += [Program("module", name, tuple(own)) for name in options.module]
    if not chosen:
        raise CommandError("say which program: a script, a notebook, -m MODULE, or -", USAGE)
    for program in chosen:
        if program.kind in ("script", "notebook") and not Path(program.name).exists():
            raise CommandError(f"there is no file {program.name}", USAGE)
    if not options.output.resolve().parent.is_dir():
        raise CommandError(f"there is no folder {options.output.resolve().parent}", USAGE)
    with tempfile.TemporaryDirectory(prefix="drypoint-") as name:
        outcomes = []
        with Progress("comparing", len(chosen)) as progress:
            for number, program in enumerate(chosen):
                progress.say(program.title)
                folder = Path(name, str(number))
                folder.mkdir()
                outcomes.append(_run(program, folder, options))
                progress.advance(program.title)
        if any(outcome.figures for outcome in outcomes):
            from drypoint.cli import page

            page.write(options.output, outcomes, Path(name))
    if options.json:
        print(json.dumps(_as_json(outcomes), indent=1))
    else:
        print(_as_text(outcomes))
    for outcome in outcomes:
        if outcome.error:
            say("compare", f"{outcome.title} failed: {outcome.error}")
    if not any(outcome.figures for outcome in outcomes):
        raise CommandError("no program saved or showed a figure, or left one open")
    say("compare", f"the pictures are in {options.output}")
    equal = all(figure.get("pixels") == 0 and not figure.get("error") for figure in _all(outcomes))
    return 0 if equal and not any(outcome.error for outcome in outcomes) else FAILED


# --- running ------------------------------------------------------------------------------------


def _run(program: Program, folder: Path, options: argparse.Namespace) -> Outcome:
    """Run a program in a process of its own; its pictures are left in a folder."""
    job = Job(
        kind=program.kind,
        name=program.name,
        arguments=list(program.arguments),
        max_figures=options.figures,
        rounds=options.rounds,
        budget_s=1.0,
    )
    (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
    source = sys.stdin.buffer.read() if program.kind == "stdin" else None
    command = [sys.executable, "-m", "drypoint.cli.recorder", str(folder)]
    error = ""
    try:
        done = subprocess.run(
            command,
            # An empty standard input for those who ask questions.
            input=source or b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "MPLBACKEND": "agg", "DRYPOINT_HOOK": "0"},
            timeout=options.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        error = f"it was stopped after {options.timeout:g} s"
    else:
        if done.returncode != 0:
            said = done.stdout.decode(errors="replace").strip().splitlines()
            error = said[-1] if said else f"exit status {done.returncode}"
    path = folder / FIGURES
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return Outcome(program.title, [json.loads(line) for line in lines], error)


# --- numbers ------------------------------------------------------------------------------------


def _all(outcomes: Sequence[Outcome]) -> list[Figure]:
    return [figure for outcome in outcomes for figure in outcome.figures]


def speed(figures: Sequence[Figure], fmt: str = "png") -> float:
    """How many times as long Agg takes, in the geometric mean; nan without a figure."""
    times = [figure["saves"][fmt]["ms"] for figure in figures if fmt in figure["saves"]]
    return geometric_mean(ms["agg"] / ms["drypoint"] for ms in times)


def summary(outcomes: Sequence[Outcome]) -> str:
    """One sentence about everything."""
    figures = _all(outcomes)
    different = [figure for figure in figures if figure.get("pixels")]
    failed = [figure for figure in figures if figure.get("error")]
    parts = [f"{len(figures)} figure{'s' * (len(figures) != 1)}"]
    if not different and not failed:
        parts.append("no pixel differs")
    if different:
        parts.append(f"pixels differ in {len(different)}")
    if failed:
        parts.append(f"{len(failed)} could not be compared")
    if any(figure["saves"] for figure in figures):
        parts.append(f"drypoint saves PNG {speed(figures):.1f} times as fast (geometric mean)")
    return ", ".join(parts)


def _as_text(outcomes: Sequence[Outcome]) -> str:
    header = ["figure", "format", "pixels", "Agg ms", "drypoint ms", "faster"]
    header += ["Agg KB", "drypoint KB", "differing pixels"]
    rows = []
    for outcome in outcomes:
        for figure in outcome.figures:
            name = f"{Path(outcome.title).name}: {figure['title']}"
            size = f"{figure.get('width_px', '?')}×{figure.get('height_px', '?')}"
            for fmt, save in figure["saves"].items():
                ms, count = save["ms"], save["bytes"]
                verdict = figure.get("error") or difference(figure)
                rows.append(
                    [
                        name,
                        fmt.upper(),
                        size,
                        f"{ms['agg']:.1f}",
                        f"{ms['drypoint']:.1f}",
                        f"{ms['agg'] / ms['drypoint']:.1f}×",
                        f"{count['agg'] / 1e3:.1f}",
                        f"{count['drypoint'] / 1e3:.1f}",
                        verdict if fmt == "png" else "",
                    ]
                )
            if not figure["saves"]:
                rows.append([name, *[""] * 7, figure.get("error", "")])
    return f"{format_table(header, rows)}\n\n{summary(outcomes)}" if rows else ""


def difference(figure: Figure) -> str:
    """Say how many pixels of a figure differ, and by how much."""
    if not figure.get("pixels"):
        return "none"
    share = figure["pixels"] / (figure["width_px"] * figure["height_px"])
    return f"{figure['pixels']:,} ({share:.2%}), at most by {figure['max']}"


def _as_json(outcomes: Sequence[Outcome]) -> dict[str, object]:
    from drypoint.cli.machine import versions

    return {
        "versions": versions(),
        "programs": [
            {"program": title, "error": error or None, "figures": figures}
            for title, figures, error in outcomes
        ],
        "times_as_fast": speed(_all(outcomes)) if _all(outcomes) else None,
    }
