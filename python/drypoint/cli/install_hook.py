"""``drypoint install-hook``."""

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
        "install-hook",
        description="From its next start on, every program of this environment draws with drypoint\n"
        "where Agg would draw. Puts two small files into site-packages; costs microseconds\n"
        "per start until Matplotlib is imported. DRYPOINT_HOOK=0 switches it off for one run.",
        examples="  drypoint install-hook\n  drypoint doctor          shows whether it is there",
        statuses="  0  it is installed\n  1  the folder cannot be written",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where Python looks for .pth files (default: this environment's site-packages)",
    )
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    options = parser().parse_args(arguments)
    try:
        print(f"installed {hook.install_hook(options.folder)}")
    except OSError as error:
        raise CommandError(f"the hook cannot be installed: {error}") from error
    return 0
