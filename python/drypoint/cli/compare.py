"""``drypoint compare``: the figures of programs, drawn by Matplotlib's own backend and by drypoint."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from drypoint.cli import recording
from drypoint.cli.command import FAILED, USAGE, CommandError, make_parser, say
from drypoint.cli.measure import geometric_mean
from drypoint.cli.recorder import Figure
from drypoint.cli.recording import Outcome
from drypoint.cli.table import format_table

__all__ = ["difference", "main", "parser", "speed", "summary"]

DEFAULT_PAGE = "drypoint-compare.html"
DEFAULT_ROUNDS = 7


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command."""
    parser = make_parser(
        "compare",
        usage="drypoint compare [OPTION …] PROGRAM … [-- ARGUMENT …]",
        description="Run programs and draw every figure that they save, show or leave open with Matplotlib's\n"
        "own backend and with drypoint. Prints times, sizes and how many pixels differ, and writes\n"
        "an HTML page with both pictures and their difference. PNG always; SVG, PDF, PS, EPS and PGF\n"
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
    recording.add_options(parser, DEFAULT_ROUNDS)
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(DEFAULT_PAGE),
        metavar="FILE",
        help="the HTML page (default: %(default)s)",
    )
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    options, own = recording.parse(parser(), arguments)
    chosen = recording.programs_of(options, own)
    if not chosen:
        raise CommandError("say which program: a script, a notebook, -m MODULE, or -", USAGE)
    if not options.output.resolve().parent.is_dir():
        raise CommandError(f"there is no folder {options.output.resolve().parent}", USAGE)
    with tempfile.TemporaryDirectory(prefix="drypoint-") as name:
        outcomes = recording.record(
            chosen, Path(name), options, title="comparing", sides=["agg", "drypoint"]
        )
        if any(outcome.figures for outcome in outcomes):
            from drypoint.cli import page

            page.write(options.output, outcomes, Path(name))
    if options.json:
        print(json.dumps(_as_json(outcomes), indent=1))
    else:
        print(_as_text(outcomes))
    recording.complain("compare", outcomes)
    say("compare", f"the pictures are in {options.output}")
    equal = all(figure.get("pixels") == 0 and not figure.get("error") for figure in _all(outcomes))
    return 0 if equal and not any(outcome.error for outcome in outcomes) else FAILED


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
