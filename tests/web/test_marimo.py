"""`drypoint-notebook` in a real marimo, in a real browser: as a program for visitors, and as a notebook."""

import contextlib
import io
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

pytest.importorskip("anywidget", reason="needs anywidget")
pytest.importorskip("marimo", reason="needs marimo")

from matplotlib.figure import Figure

from drypoint.backends.agg import FigureCanvas
from tests.web.browser import chromium, eventually, pixels_of

NOTEBOOK = """
import marimo

app = marimo.App()


@app.cell
def _():
    import matplotlib

    matplotlib.use("module://drypoint.backends.notebook")
    import matplotlib.pyplot as plt

    return (plt,)


@app.cell
def _(plt):
    fig, ax = plt.subplots(figsize=(5, 3))
    ax.plot([1, 3, 2])
    ax.set_title("A live figure")
    {display}
    return ax, fig


if __name__ == "__main__":
    app.run()
"""


@contextlib.contextmanager
def marimo(folder: Path, display: str) -> Iterator[str]:
    """The address of a running notebook."""
    path = folder / "live.py"
    path.write_text(NOTEBOOK.format(display=display), encoding="utf-8")
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    env = {**os.environ, **{name: str(folder / name.lower()) for name in names}}
    env |= {"PYTHONUNBUFFERED": "1", "MARIMO_SKIP_UPDATE_CHECK": "1"}
    env.pop("MPLBACKEND", None)
    # A port of its own: pages of an earlier one would go on with this at the same address.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "marimo", "run", "--headless", "--no-token", "--port", port]
    command.append(str(path))
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
    )
    try:
        lines = []
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                break
        else:
            raise AssertionError("".join(lines))
        yield found[0]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def expected() -> np.ndarray[Any, Any]:
    figure = Figure(figsize=(5, 3))
    ax = figure.subplots()
    ax.plot([1, 3, 2])
    ax.set_title("A live figure")
    file = io.BytesIO()
    FigureCanvas(figure).print_figure(file, dpi=figure.dpi)
    return np.asarray(PIL.Image.open(file).convert("RGBA"))


class Visitor:
    """Somebody who looks at the notebook."""

    def __init__(self, browser: Any, address: str) -> None:
        self.page = browser.new_page(viewport={"width": 1000, "height": 800})
        self.page.goto(address)
        # In the shadow of an element of marimo's, which Playwright's locators look into.
        self.canvas = self.page.locator("canvas.drypoint-frame")
        self.canvas.wait_for(timeout=60_000)
        eventually(self.page, lambda: self.shown().shape[0] > 1)

    def shown(self) -> np.ndarray[Any, Any]:
        return pixels_of(self.canvas)


def test_a_figure_for_each_visitor(browser: Any, tmp_path: Path) -> None:
    with marimo(tmp_path, "fig.canvas") as address:
        first, second = Visitor(browser, address), Visitor(browser, address)
        for visitor in (first, second):
            eventually(
                visitor.page, lambda shown=visitor.shown: np.array_equal(shown(), expected())
            )
        first.page.locator("button[data-name=pan]").click()
        box = first.canvas.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        first.page.mouse.move(x, y)
        first.page.mouse.down()
        for step in range(1, 9):
            first.page.mouse.move(x + 10 * step, y)
            first.page.wait_for_timeout(30)
        first.page.mouse.up()
        eventually(first.page, lambda: not np.array_equal(first.shown(), expected()))
        # As long as a wrong one would take.
        second.page.wait_for_timeout(1000)
        assert np.array_equal(second.shown(), expected())
        first.page.locator("button[data-name=home]").click()
        eventually(first.page, lambda: np.array_equal(first.shown(), expected()))
        first.page.close()
        second.page.close()


def test_show(browser: Any, tmp_path: Path) -> None:
    with marimo(tmp_path, "plt.show()") as address:
        visitor = Visitor(browser, address)
        eventually(visitor.page, lambda: np.array_equal(visitor.shown(), expected()))
        visitor.page.close()
