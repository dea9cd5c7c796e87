"""Pictures in terminals: what is written, read back by decoders; what terminals answer."""

import base64
import fcntl
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from drypoint.backends import terminal as backend
from drypoint.terminal import detection, protocols


def picture() -> tuple[bytes, np.ndarray]:
    """A PNG file of few colours, and its pixels."""
    pixels = np.zeros((20, 31, 4), np.uint8)
    pixels[...] = (255, 255, 255, 255)
    pixels[3:17, 4:9] = (255, 0, 0, 255)
    pixels[5, :] = (0, 51, 255, 255)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return file.getvalue(), pixels


def decode_kitty(commands: bytes) -> bytes:
    parts = re.findall(rb"\x1b_G([^;]*);([^\x1b]*)\x1b\\", commands)
    assert b"".join(b"\x1b_G%b;%b\x1b\\" % part for part in parts) == commands
    assert all(len(data) <= 4096 for _, data in parts)
    first = dict(word.split(b"=") for word in parts[0][0].split(b","))
    assert (first[b"a"], first[b"f"], first[b"q"]) == (b"T", b"100", b"2")
    assert [b"m=1" in keys for keys, _ in parts] == [True] * (len(parts) - 1) + [False]
    return base64.b64decode(b"".join(data for _, data in parts))


def decode_iterm2(commands: bytes) -> bytes:
    found = re.fullmatch(rb"\x1b\]1337;File=inline=1;\S*size=(\d+):(\S+)\x07", commands)
    assert found is not None
    png = base64.b64decode(found[2])
    assert len(png) == int(found[1])
    return png


def test_kitty_and_iterm2() -> None:
    png, _ = picture()
    large = os.urandom(20_000)
    for data in (png, large):
        assert decode_kitty(protocols.encode_kitty(data)) == data
        assert decode_iterm2(protocols.encode_iterm2(data)) == data


@pytest.mark.skipif(shutil.which("sixel2png") is None, reason="needs sixel2png (libsixel-bin)")
def test_sixels_come_back(tmp_path: Path) -> None:
    png, pixels = picture()
    sixels, decoded = tmp_path / "a.six", tmp_path / "a.png"
    sixels.write_bytes(protocols.encode_sixel(png))
    subprocess.run(["sixel2png", "-i", sixels, "-o", decoded], check=True, timeout=60)
    shown = np.asarray(Image.open(decoded).convert("RGB"))
    np.testing.assert_array_equal(shown[:20, :31], pixels[..., :3])


def test_tmux_hands_on() -> None:
    wrapped = protocols.through_tmux(b"\x1b_Ga\x1b\\")
    assert wrapped == b"\x1bPtmux;\x1b\x1b_Ga\x1b\x1b\\\x1b\\"


@pytest.mark.parametrize(
    ("answer", "environment", "protocol"),
    [
        (b"\x1b_Gi=31;OK\x1b\\\x1b[?62;4c", {}, "kitty"),
        (b"\x1b[?62;4;22c", {}, "sixel"),
        (b"\x1b[?4;22c", {}, None),  # The first number is the class of the terminal.
        (b"\x1b[?64;14;22c", {}, None),
        (b"", {"TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        (b"\x1b[?62c", {"TERM_PROGRAM": "tmux", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        (b"", {}, None),
    ],
)
def test_what_terminals_say(answer: bytes, environment: dict[str, str], protocol: str) -> None:
    assert detection.protocol_from(answer, environment) == protocol


def test_a_figure_that_is_too_large_gets_fewer_dpi() -> None:
    figure = Figure(figsize=(8, 4), dpi=100)
    assert backend.fitting_dpi(figure, 1600, 1600) == 100
    assert backend.fitting_dpi(figure, 400, 1600) == 50
    assert backend.fitting_dpi(figure, 1600, 200) == 45


def play_terminal(answer: bytes, code: str, **environment: str) -> bytes:
    """What a program writes to a terminal of 640 by 400 pixels that answers its queries."""
    child, descriptor = pty.fork()
    if child == 0:
        variables = {**os.environ, "TERM": "xterm", **environment}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "TERM_PROGRAM", "LC_TERMINAL"):
            if name not in environment:
                variables.pop(name, None)
        os.execve(sys.executable, [sys.executable, "-c", code], variables)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 640, 400))
    written = b""
    end = time.monotonic() + 60
    answered = False
    while time.monotonic() < end:
        try:
            data = os.read(descriptor, 65536)
        except OSError:
            break
        if not data:
            break
        written += data
        if not answered and b"\x1b[c" in written:
            os.write(descriptor, answer)
            answered = True
    _, status = os.waitpid(child, 0)
    os.close(descriptor)
    assert status == 0, written
    return written


SHOW = """
import matplotlib; matplotlib.use("module://drypoint.backends.terminal")
import matplotlib.pyplot as plt
plt.figure(figsize=(8, 2)).add_subplot().plot([1, 2]); plt.show()
"""


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_figure_in_a_terminal() -> None:
    written = play_terminal(b"\x1b_Gi=31;OK\x1b\\\x1b[?62;4c", SHOW)
    start = written.index(b"\x1b_Ga=T")
    with Image.open(io.BytesIO(decode_kitty(written[start : written.rindex(b"\\") + 1]))) as shown:
        assert shown.size == (640, 160)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_figure_in_tmux() -> None:
    answer = b"\x1b_Gi=31;OK\x1b\\\x1b[?62c"
    written = play_terminal(answer, SHOW, TMUX="/tmp/tmux-0/default,1,0")
    assert b"\x1bPtmux;\x1b\x1b_Gi=31" in written  # the query
    assert b"\x1bPtmux;\x1b\x1b_Ga=T" in written


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_terminal_that_draws_nothing(tmp_path: Path) -> None:
    written = play_terminal(b"\x1b[?62;22c", SHOW, TMPDIR=str(tmp_path)).decode()
    assert "drypoint: there is no display" in written
    assert len(list(tmp_path.glob("drypoint-*/Figure-1.png"))) == 1
