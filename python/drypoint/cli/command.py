"""What all commands share: exit statuses, errors of one sentence, the form of the help."""

from __future__ import annotations

import argparse
import sys
from typing import Final, NoReturn

__all__ = [
    "FAILED",
    "INTERRUPTED",
    "USAGE",
    "CommandError",
    "make_parser",
    "say",
]

#: Exit statuses; 0 is success. `run` has those of the program that it runs.
FAILED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130


class CommandError(Exception):
    """A command cannot be carried out; the message is a sentence for the user.

    Parameters
    ----------
    message : str
        The sentence.
    status : int
        The exit status.
    """

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        """End the process with a sentence and where to read on."""
        self.exit(USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def make_parser(
    name: str, *, description: str, examples: str, statuses: str, usage: str | None = None
) -> Parser:
    """Make the parser of a command.

    Parameters
    ----------
    name : str
        The command's.
    description, examples, statuses : str
        What it does, lines to try, and what its exit status means; printed as they are.
    usage : str, optional
        Where what argparse makes of the options is not to be understood.
    """
    return Parser(
        prog=f"drypoint {name}",
        usage=usage,
        description=description,
        epilog=f"examples:\n{examples}\n\nexit status:\n{statuses}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def say(command: str, message: object) -> None:
    """Print a message about a command to standard error."""
    print(f"{f'drypoint {command}'.strip()}: {message}", file=sys.stderr)
