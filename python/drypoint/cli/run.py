"""``drypoint run``: a program, unedited, with drypoint in Agg's place."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from drypoint import takeover
from drypoint.cli import program
from drypoint.cli.command import CommandError, make_parser, say

__all__ = ["main", "parser"]

_OWN_OPTIONS = ("-h", "--help", "--output", "--kernel-timeout")


def parser() -> argparse.ArgumentParser:
    """Make the parser of the options that stand before the program."""
    parser = make_parser(
        "run",
        usage="drypoint run [-h] [--output FILE] (SCRIPT | NOTEBOOK | -m MODULE | -) [ARGUMENT …]",
        description="Run a program as `python` would, with drypoint in Agg's place (drypoint.install()).\n"
        "All that stands behind the program's name is the program's.",
        examples="  drypoint run plot.py --dpi 200      a script with arguments\n"
        "  drypoint run -m mypackage.report    a module\n"
        "  drypoint run analysis.ipynb         a notebook (needs nbclient and ipykernel)\n"
        "  drypoint run analysis.ipynb --output done.ipynb\n"
        "  generate | drypoint run -           a program from a pipe",
        statuses="  The program's own, as with `python`: 0, 1 after an error, what sys.exit() says,\n"
        "  ended by SIGINT (130 in a shell) after Ctrl-C.\n"
        "  A notebook: 0, or 1 when a cell raises.\n"
        "  2  the program cannot be read, or the command line makes no sense",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="of a notebook only: write the notebook with the outputs of this run",
    )
    parser.add_argument("program", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status, what the program raises is raised."""
    words, output = list(arguments), None
    while words and words[0].partition("=")[0] in _OWN_OPTIONS:
        count = 1 if words[0].startswith(("-h", "--help")) or "=" in words[0] else 2
        options, words = parser().parse_args(words[:count]), words[count:]
        output = options.output
    try:
        chosen = program.parse(words)
        if chosen.kind == "notebook":
            from drypoint.cli import notebook

            return notebook.run(chosen, output)
        if output is not None:
            raise CommandError("--output is for notebooks; a script writes its own files", 2)
        takeover.install()
        program.execute(chosen)
    except CommandError as error:
        say("run", error)
        return error.status
    return 0
