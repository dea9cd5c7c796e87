"""A headless Chromium that takes pictures of SVG files, started once for many.

It is driven through the DevTools protocol: JSON messages that end in a zero byte, over two
pipes that the browser finds at the file descriptors 3 and 4. No network port is opened.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CSS_DPI = 96

# Puts two pipes where the browser looks for them, and becomes the browser.
PLACE_PIPES = """
import fcntl, os, sys
pipes = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(pipes[0], 3)
os.dup2(pipes[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find() -> str | None:
    """Path of the browser's program; None when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class ChromiumError(Exception):
    """The browser does not do what it is asked to; the message is for the user."""


class Chromium:
    """The browser, for a ``with`` block.

    Parameters
    ----------
    program : str
        Path of the program.
    dpi : float
        Resolution of the pictures: so many pixels for 96 of CSS.

    Raises
    ------
    ChromiumError
        The browser does not start.
    """

    def __init__(self, program: str, dpi: float) -> None:
        self._scale = dpi / CSS_DPI
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._numbers = itertools.count(1)
        self._unread = b""
        self._session: str | None = None
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        switches = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        switches += ["--disable-dev-shm-usage", "--no-first-run", "--disable-extensions"]
        switches += ["--force-color-profile=srgb", "--disable-lcd-text"]
        switches += ["--disable-background-networking", "--remote-debugging-pipe"]
        switches.append(f"--user-data-dir={self._profile.name}")
        pipes = [str(to_browser), str(from_browser)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", PLACE_PIPES, *pipes, program, *switches, "about:blank"],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._ask("Page.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._to)
        os.close(self._from)
        self._process.terminate()
        self._process.wait(20)
        self._profile.cleanup()

    def picture(self, path: Path, size: tuple[int, int]) -> bytes:
        """Show an SVG file and return a PNG of its upper left corner.

        Parameters
        ----------
        path : Path
            The file.
        size : (int, int)
            Width and height of the picture in pixels.
        """
        css = [round(side / self._scale) + 1 for side in size]
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=css[0], height=css[1], deviceScaleFactor=self._scale, mobile=False,
        )  # fmt: skip
        self._ask("Page.navigate", url=path.resolve().as_uri())
        while self._read().get("method") != "Page.loadEventFired":
            pass
        width, height = (side / self._scale for side in size)
        clip = {"x": 0, "y": 0, "scale": 1, "width": width, "height": height}
        answer = self._ask("Page.captureScreenshot", format="png", clip=clip, optimizeForSpeed=True)
        return base64.b64decode(answer["data"])

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return the answer to it."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") != number:
                continue
            if "error" in answer:
                raise ChromiumError(f"Chromium refuses {method}: {answer['error']['message']}.")
            result: dict[str, Any] = answer["result"]
            return result

    def _read(self) -> dict[str, Any]:
        """Wait for the next message."""
        while b"\0" not in self._unread:
            piece = os.read(self._from, 1 << 20)
            if not piece:
                raise ChromiumError("Chromium ended; does it start at all on this machine?")
            self._unread += piece
        message, _, self._unread = self._unread.partition(b"\0")
        content: dict[str, Any] = json.loads(message)
        return content
