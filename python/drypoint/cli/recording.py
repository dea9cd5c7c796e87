"""Programs, each run in a process of its own that draws and times the figures it makes."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from drypoint.cli import program as programs
from drypoint.cli.command import USAGE, CommandError, say
from drypoint.cli.program import Program
from drypoint.cli.recorder import FIGURES, JOB, Figure, Job
from drypoint.progress import Progress

__all__ = ["Outcome", "add_options", "complain", "parse", "programs_of", "record"]

DEFAULT_TIMEOUT_S = 600
DEFAULT_FIGURES = 20
BUDGET_S = 1.0  # for the times of one file


class Outcome(NamedTuple):
    """What came of one program."""

    title: str
    figures: list[Figure]
    error: str
    """What the program said last if it failed, else ""."""


def add_options(parser: argparse.ArgumentParser, rounds: int) -> None:
    """Add the options of commands that run programs and time their saves, so many times if nothing else is said."""
    parser.add_argument(
        "programs", nargs="*", metavar="PROGRAM", help="scripts, notebooks, or - (standard input)"
    )
    parser.add_argument(
        "-m", "--module", action="append", default=[], help="a module, as for python -m"
    )
    parser.add_argument(
        "--figures",
        type=int,
        default=DEFAULT_FIGURES,
        metavar="N",
        help="look at so many figures of a program at most (default: %(default)s)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=DEFAULT_TIMEOUT_S,
        metavar="SECONDS",
        help="stop a program after so long (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=rounds,
        metavar="N",
        help="time each save so often at most (default: %(default)s); the median counts",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")


def parse(
    parser: argparse.ArgumentParser, arguments: Sequence[str]
) -> tuple[argparse.Namespace, list[str]]:
    """Parse a command line; what stands behind ``--`` is for the programs.

    Raises
    ------
    CommandError
        If a number is too small.
    """
    words = list(arguments)
    split = words.index("--") if "--" in words else len(words)
    options = parser.parse_args(words[:split])
    if options.rounds < 1 or options.figures < 1:
        raise CommandError("--rounds and --figures are at least 1", USAGE)
    return options, words[split + 1 :]


def programs_of(options: argparse.Namespace, arguments: Sequence[str]) -> list[Program]:
    """List the programs that a command line names.

    Raises
    ------
    CommandError
        If a file is not there.
    """
    chosen = [programs.parse([name, *arguments]) for name in options.programs]
    chosen += [Program("module", name, tuple(arguments)) for name in options.module]
    for program in chosen:
        if program.kind in ("script", "notebook") and not Path(program.name).exists():
            raise CommandError(f"there is no file {program.name}", USAGE)
    return chosen


def record(
    chosen: Sequence[Program],
    folder: Path,
    options: argparse.Namespace,
    *,
    title: str,
    sides: Sequence[str],
) -> list[Outcome]:
    """Run programs one after the other, with a bar.

    Parameters
    ----------
    chosen : sequence of Program
        What to run.
    folder : Path
        Pictures are left in it, in a folder for each program, by number.
    options : argparse.Namespace
        Of `add_options`.
    title : str
        For the bar.
    sides : sequence of str
        Who draws, of `drypoint.cli.recorder.WRITERS`.
    """
    outcomes = []
    with Progress(title, len(chosen)) as progress:
        for number, program in enumerate(chosen):
            progress.say(program.title)
            own = folder / str(number)
            own.mkdir()
            outcomes.append(_record(program, own, options, sides))
            progress.advance(program.title)
    return outcomes


def complain(command: str, outcomes: Sequence[Outcome]) -> None:
    """Say which programs failed.

    Raises
    ------
    CommandError
        If there is no figure at all.
    """
    for outcome in outcomes:
        if outcome.error:
            say(command, f"{outcome.title} failed: {outcome.error}")
    if not any(outcome.figures for outcome in outcomes):
        raise CommandError("no program saved or showed a figure, or left one open")


def _record(
    program: Program, folder: Path, options: argparse.Namespace, sides: Sequence[str]
) -> Outcome:
    job = Job(
        kind=program.kind,
        name=program.name,
        arguments=list(program.arguments),
        max_figures=options.figures,
        rounds=options.rounds,
        budget_s=BUDGET_S,
        sides=list(sides),
    )
    (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
    # An empty standard input for programs that ask questions.
    source = sys.stdin.buffer.read() if program.kind == "stdin" else b""
    error = ""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "drypoint.cli.recorder", str(folder)],
            input=source,
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
