"""`docs/command-line.md` and the help say what there is."""

import argparse
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drypoint import cli

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")


def section(command: str) -> str:
    """The part of the page about a command."""
    heading = next(
        line for line in re.findall(r"^## .*$", PAGE, re.MULTILINE) if command in line.split()
    )
    return PAGE.split(f"{heading}\n")[1].split("\n## ")[0]


def parser_of(command: str) -> argparse.ArgumentParser:
    module = (
        "drypoint.conformance.cli"
        if command == "conformance"
        else f"drypoint.cli.{command.replace('-', '_')}"
    )
    parser: argparse.ArgumentParser = importlib.import_module(module).parser()
    return parser


def options_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from options_of(inner)


def test_the_page_lists_the_commands_in_the_order_of_the_help() -> None:
    listed = re.findall(r"^\| \[`([\w-]+)`\]", PAGE, re.MULTILINE)
    assert listed == list(cli.COMMANDS)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_the_page_lists_every_option_and_no_other(command: str) -> None:
    rows = re.findall(r"^\| (`-.*?) \|(?! *---)", section(command), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"(?:^|`)(--?[a-z][a-z-]*)", row)}
    assert listed | {"-h", "--help"} == set(options_of(parser_of(command)))


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_help_has_examples_and_statuses(command: str) -> None:
    arguments = [*filter(None, [command]), "--help"]
    done = subprocess.run(
        [sys.executable, "-m", "drypoint", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "examples:\n  drypoint" in done.stdout
    assert "exit status" in done.stdout


def test_the_help_of_all_lists_every_command() -> None:
    assert set(re.findall(r"^  ([a-z-]+)  ", cli.parser().format_help(), re.MULTILINE)) >= set(
        cli.COMMANDS
    )
