"""``drypoint view``: a program's figures in the browser, again whenever its source changes."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from drypoint.cli import program
from drypoint.cli.command import INTERRUPTED, USAGE, CommandError, make_parser, say

__all__ = ["main", "parser"]

_LOOK_EVERY_S = 0.3
_NEEDED = ("starlette", "uvicorn", "websockets")

# What the program's process does: `sys.argv` has port and token, then the program.
_CHILD = "from drypoint.cli.view import show; show()"


def parser() -> argparse.ArgumentParser:
    """Make the parser of the options that stand before the program."""
    parser = make_parser(
        "view",
        usage="drypoint view [-h] [--port PORT] [--no-browser] SCRIPT [ARGUMENT …]",
        description="Run a script and show its figures in the browser; run it again whenever it, or a module\n"
        "beside it, changes. Open pages follow. Ctrl-C ends it.",
        examples="  drypoint view plot.py\n"
        "  drypoint view --port 9000 --no-browser plot.py --dpi 200",
        statuses="  130  ended by Ctrl-C\n"
        "  2    the script cannot be read, or the command line makes no sense\n"
        "  1    the figures cannot be served",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="where to serve (default: any free one)"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    parser.add_argument("program", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run the command; the result is the exit status."""
    options = parser().parse_args(arguments)
    chosen = program.parse(options.program)
    if chosen.kind != "script":
        raise CommandError("view wants a script, whose changes can be seen", USAGE)
    script = Path(chosen.name)
    if not script.is_file():
        raise CommandError(f"there is no file {script}", USAGE)
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CommandError(f"view needs {', '.join(missing)}: pip install 'drypoint[web]'")
    from drypoint.web import server

    try:
        # Found out here and let go at once; the program's process takes it, time after time.
        with server.listen("127.0.0.1", options.port, 0) as listening:
            port = server.port_of(listening)
    except OSError as error:
        raise CommandError(f"port {options.port} is taken: choose another with --port") from error
    token = server.new_token()
    is_first = not options.no_browser
    while True:
        seen = _dates(script.parent)
        with _start(port, token, options.program, opens=is_first) as process:
            is_first = False
            try:
                while _dates(script.parent) == seen:
                    time.sleep(_LOOK_EVERY_S)
                    if process.poll() == INTERRUPTED:
                        return INTERRUPTED
            finally:
                process.kill()
        say("view", "a file has changed; running again")


def _dates(folder: Path) -> dict[str, float]:
    """When each module in a folder was written."""
    dates = {}
    for path in folder.glob("*.py"):
        try:
            dates[path.name] = path.stat().st_mtime
        except OSError:
            continue  # An editor is replacing it; there is a next time.
    return dates


def _start(port: int, token: str, words: Sequence[str], *, opens: bool) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "MPLBACKEND": "module://drypoint.backends.web"}
    # Not an argument: those can be read by everybody on the machine.
    environment["_DRYPOINT_VIEW"] = f"{port} {token} {int(opens)}"
    return subprocess.Popen([sys.executable, "-c", _CHILD, *words], env=environment)


def show() -> None:
    """Run the program in ``sys.argv`` and show what figures it leaves; in a process of its own."""
    import matplotlib

    from drypoint.backends import web

    port, token, opens = os.environ.pop("_DRYPOINT_VIEW").split()
    web.reserve(int(port), token)
    matplotlib.rcParams["webagg.open_in_browser"] = opens == "1"
    try:
        program.execute(program.parse(sys.argv[1:]))
        import matplotlib.pyplot as plt

        # A script that only saves is worth a look as well.
        plt.show()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
