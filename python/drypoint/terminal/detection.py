"""Which pictures the terminal can draw, and how large its window is.

The terminal is asked: for an answer to kitty's query, and for its attributes, among which 4 stands
for sixels. Every terminal answers the latter, so that there is nothing to wait for in vain. iTerm2's
images cannot be asked for; environment variables tell.
"""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Mapping
from typing import NamedTuple

from drypoint.terminal.protocols import through_tmux

__all__ = ["Terminal", "detect", "protocol_from", "window_size_px"]

# Programs that draw iTerm2's images, by what they call themselves in the environment.
_ITERM2 = frozenset({"iTerm.app", "iTerm2", "WezTerm", "mintty", "rio", "WarpTerminal"})

_KITTY_QUERY = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
_ATTRIBUTES_QUERY = b"\x1b[c"
# Seconds for an answer; over a slow connection it takes its time.
_PATIENCE_S = 0.5

#: Pixels of a character, where the terminal does not tell.
_CELL_PX = (8, 16)


class Terminal(NamedTuple):
    """A terminal that draws pictures."""

    protocol: str
    """A key of `drypoint.terminal.protocols.PROTOCOLS`."""
    width_px: int
    height_px: int
    in_tmux: bool
    """Whether commands that tmux does not know must be wrapped."""


def detect(descriptor: int, environment: Mapping[str, str]) -> Terminal | None:
    """Look what the terminal behind a file descriptor can draw.

    Parameters
    ----------
    descriptor : int
        Of the terminal, for reading and writing.
    environment : mapping
        The environment variables.

    Returns
    -------
    Terminal or None
        None if it draws no pictures, or is no terminal.
    """
    if not os.isatty(descriptor) or environment.get("TERM") in (None, "dumb", "linux"):
        return None
    in_tmux = bool(environment.get("TMUX"))
    protocol = protocol_from(_ask(descriptor, in_tmux), environment)
    if protocol is None:
        return None
    return Terminal(protocol, *window_size_px(descriptor), in_tmux)


def protocol_from(answer: bytes, environment: Mapping[str, str]) -> str | None:
    """The best protocol that an answer to the queries and the environment speak of."""
    if b"_Gi=31;OK" in answer:
        return "kitty"
    names = {environment.get(name, "") for name in ("TERM_PROGRAM", "LC_TERMINAL")}
    if names & _ITERM2:
        return "iterm2"
    attributes = re.search(rb"\x1b\[\?([\d;]*)c", answer)
    if attributes is not None and b"4" in attributes[1].split(b";")[1:]:
        return "sixel"
    return None


def _ask(descriptor: int, in_tmux: bool) -> bytes:
    """What the terminal answers to the queries; empty where that cannot be had."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        return b""
    try:
        before = termios.tcgetattr(descriptor)
    except termios.error:
        return b""
    query = through_tmux(_KITTY_QUERY) if in_tmux else _KITTY_QUERY
    answer = b""
    try:
        # Neither echoed nor held back until the end of a line.
        tty.setcbreak(descriptor, termios.TCSANOW)
        os.write(descriptor, query + _ATTRIBUTES_QUERY)
        end = time.monotonic() + _PATIENCE_S
        while (left := end - time.monotonic()) > 0:
            if not select.select([descriptor], [], [], left)[0]:
                break
            read = os.read(descriptor, 1024)
            answer += read
            if not read or re.search(rb"\x1b\[\?[\d;]*c", answer):
                break
    except OSError:
        return answer
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
    return answer


def window_size_px(descriptor: int) -> tuple[int, int]:
    """Width and height of a terminal's window in px; an estimate where it does not tell."""
    try:
        import fcntl
        import struct
        import termios

        packed = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, b"\0" * 8)
        rows, columns, width, height = struct.unpack("HHHH", packed)
    except (ImportError, OSError):
        rows, columns, width, height = 0, 0, 0, 0
    return (
        width or (columns or 80) * _CELL_PX[0],
        height or (rows or 24) * _CELL_PX[1],
    )
