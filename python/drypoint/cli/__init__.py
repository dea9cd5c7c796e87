"""What can be done from a shell: ``drypoint COMMAND``, also as ``python -m drypoint COMMAND``.

One module for each command, with a `parser()` (none for the hook's two) and a `main()`. A command
is imported when it is called, so that none pays for another, and `run` for hardly anything.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import sys
from collections.abc import Sequence

from drypoint.cli.command import FAILED, INTERRUPTED, USAGE, CommandError, say

__all__ = ["COMMANDS", "main"]

#: What each command does, in the order of the help.
COMMANDS = {
    "run": "run a script, module or notebook with drypoint in Agg's place",
    "view": "show a script's figures in the browser, again whenever it changes",
    "compare": "draw a program's figures with Agg and with drypoint: times, pixels, a page",
    "bench": "how long saves take on this machine, beside Agg",
    "doctor": "what is installed, what works, and why something does not",
    "conformance": "hold a backend against Agg with Matplotlib's own tests and gallery",
    "new-backend": "write a small package with a backend of your own, to be filled in",
    "install-hook": "from now on, every program of this environment draws with drypoint",
    "uninstall-hook": "take that back",
}

_EXAMPLES = """\
examples:
  drypoint run script.py --its-own option
  drypoint compare plot.py
  drypoint doctor
  drypoint conformance mplcairo.base

Each command has --help, with examples and what its exit status means.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the result is the exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in COMMANDS:
        return _without_command(given)
    name, *rest = given
    command = importlib.import_module(f"drypoint.cli.{name.replace('-', '_')}")
    if name == "run":
        # Everything that is raised in there is the program's, and Python's to report.
        status: int = command.main(rest)
        return status
    try:
        status = command.main(rest)
        sys.stdout.flush()
    except CommandError as error:
        say(name, error)
        return error.status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough, as `head` does; Python shall not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


def parser() -> argparse.ArgumentParser:
    """Make the parser of what comes before a command."""
    lines = [f"  {name:<16} {text}" for name, text in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="drypoint",
        usage="drypoint [-h] [--version] COMMAND …",
        description="Matplotlib backends on a Rust engine.\n\ncommands:\n" + "\n".join(lines),
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    return parser


def _without_command(given: list[str]) -> int:
    if not given:
        parser().print_help(sys.stderr)
        return USAGE
    if not given[0].startswith("-"):
        message = f"there is no command {given[0]!r}"
        close = difflib.get_close_matches(given[0], COMMANDS, n=1)
        if close:
            message += f"; did you mean {close[0]!r}?"
        elif given[0].endswith((".py", ".ipynb")):
            message += f"; did you mean 'drypoint run {given[0]}'?"
        else:
            message += f"; there are {', '.join(COMMANDS)}"
        say("", message)
        return USAGE
    if parser().parse_args(given).version:
        from importlib.metadata import version

        print(f"drypoint {version('drypoint')}")
    return 0
