"""``drypoint uninstall-hook``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from drypoint import hook
from drypoint.cli.command import CommandError, make_parser

__all__ = ["main", "parser"]


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command."""
    parser = make_parser(
        "uninstall-hook",
        description="Undo `drypoint install-hook`; programs that run go on as they are.",
        examples="  drypoint uninstall-hook",
        statuses="  0  there is no hook (any more)\n  1  a file cannot be removed",
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where it is (default: wherever it is found)"
    )
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    options = parser().parse_args(arguments)
    try:
        removed = hook.uninstall_hook(options.folder)
    except OSError as error:
        raise CommandError(f"the hook cannot be removed: {error}") from error
    print("\n".join(f"removed {path}" for path in removed) or "there is no hook")
    return 0
