"""A real Chromium without a window, and a program that it looks at."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CHROMIUM = os.environ.get("DRYPOINT_TEST_CHROMIUM") or shutil.which("chromium")

# What busy machines have been seen to need, several times over.
LONGEST_WAIT_S = 30

READ_PIXELS = """(canvas) => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let text = "";
    for (let at = 0; at < data.length; at += 32768) {
        text += String.fromCharCode(...data.subarray(at, at + 32768));
    }
    return [canvas.width, canvas.height, btoa(text)];
}"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser of Playwright's, or the test is skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        # A container has no user namespaces, and little shared memory.
        arguments = [
            "--no-sandbox",
            "--headless=new",
            "--disable-dev-shm-usage",
            "--force-color-profile=srgb",
        ]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def program(path: Path, text: str, *, count: int = 1, **environment: str) -> Iterator[Any]:
    """A running program and the addresses that it prints."""
    path.write_text(text, encoding="utf-8")
    env = {**os.environ, "MPLBACKEND": "module://drypoint.backends.web", **environment}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "SSH_CONNECTION"):
        if name not in environment:
            env.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-u", str(path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
    )
    try:
        addresses: list[str] = []
        lines: list[str] = []
        assert process.stderr is not None
        while len(addresses) < count:
            line = process.stderr.readline()
            assert line, "".join(lines)
            lines.append(line)
            addresses += re.findall(r"http://\S+", line)
        yield process, addresses, lines
    finally:
        process.kill()
        process.communicate()


def wait_until(page: Any, condition: str) -> None:
    """Wait for a condition on `drypoint`, the view; the page's policy forbids Playwright's own way."""
    eventually(
        page, lambda: page.evaluate(f"() => Boolean(window.drypoint && ({condition}))"), condition
    )


def eventually(page: Any, condition: Callable[[], object], what: str = "it") -> None:
    """Wait for a condition of the test's own, as long as a busy machine may take."""
    end = time.monotonic() + LONGEST_WAIT_S
    while not condition():
        if time.monotonic() > end:
            text = page.evaluate("document.body.innerText")
            raise AssertionError(f"{what} is not true after {LONGEST_WAIT_S} s; {text}")
        page.wait_for_timeout(25)


def pixels(page: Any, selector: str = "canvas.drypoint-frame") -> np.ndarray[Any, Any]:
    """What a canvas of a page shows, by default that of its first figure."""
    return pixels_of(page.locator(selector).first)


def pixels_of(canvas: Any) -> np.ndarray[Any, Any]:
    """What a canvas shows."""
    import base64

    width, height, data = canvas.evaluate(READ_PIXELS)
    return np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)


class Fingers:
    """Fingers on the screen, as Chromium's protocol for debuggers moves them."""

    def __init__(self, page: Any) -> None:
        self._page, self._session = page, page.context.new_cdp_session(page)

    def _send(self, kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self._page.wait_for_timeout(30)

    def down(self, *places: tuple[float, float]) -> None:
        # One after the other, as fingers come.
        for count in range(1, len(places) + 1):
            self._send("touchStart", *places[:count])

    def move(self, *places: tuple[float, float]) -> None:
        self._send("touchMove", *places)

    def up(self) -> None:
        self._send("touchEnd")
