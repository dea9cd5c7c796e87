"""`drypoint-notebook` in a real JupyterLab and a real Notebook 7, in a real browser."""

import base64
import io
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import PIL.Image
import pytest

pytest.importorskip("anywidget", reason="needs anywidget")
pytest.importorskip("jupyterlab", reason="needs jupyterlab")
pytest.importorskip("nbclient", reason="needs nbclient")
pytest.importorskip("nbconvert", reason="needs nbconvert")

import nbformat

from tests.web.browser import chromium, eventually, pixels

CELLS = [
    "%matplotlib module://drypoint.backends.notebook\n"
    "import matplotlib.pyplot as plt\n"
    "fig, ax = plt.subplots(figsize=(5, 3))\n"
    "ax.plot([1, 3, 2])\n"
    "ax.set_title('A live figure')\n"
    "None",
    "fig.savefig('now.png', dpi=fig.dpi)\nprint('limits', *ax.get_xlim())",
]


IS_IDLE = """() => document.body.innerText.includes("Idle")
    || document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]') !== null"""
HAS_FRAME = """() => {
    const canvas = document.querySelector("canvas.drypoint-frame");
    return canvas !== null && canvas.width > 1;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


class Host(NamedTuple):
    """A program that shows notebooks."""

    module: str
    page: str
    """Where in it a notebook is."""
    arguments: tuple[str, ...] = ()


HOSTS = [
    Host(
        "jupyterlab",
        "lab/tree/live.ipynb",
        (
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ),
    ),
    Host("notebook", "notebooks/live.ipynb"),
]


@pytest.fixture(params=HOSTS, ids=lambda host: host.module)
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address, token and page in a host that has nobody's settings, in the folder of the test."""
    host: Host = request.param
    pytest.importorskip(host.module)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    (tmp_path / "work").mkdir()
    nbformat.write(notebook, tmp_path / "work" / "live.ipynb")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME")
    env = {**os.environ, **{name: str(tmp_path / name.lower()) for name in names}}
    env.pop("MPLBACKEND", None)
    command = [sys.executable, "-m", host.module, "--no-browser", "--allow-root", "--port=0"]
    command += ["--ServerApp.port_retries=50", f"--ServerApp.root_dir={tmp_path / 'work'}"]
    command += host.arguments
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env)
    try:
        lines = []
        assert process.stderr is not None
        for line in process.stderr:
            lines.append(line)
            found = re.search(r"(http://(?:127\.0\.0\.1|localhost):\d+)/\w+\?token=(\w+)", line)
            if found:
                break
        else:
            raise AssertionError("".join(lines))
        yield f"{found[1]}|{found[2]}|{host.page}"
    finally:
        process.kill()
        process.communicate()


class Notebook:
    """The notebook on its page."""

    def __init__(self, browser: Any, lab: str, folder: Path) -> None:
        self.base, self.token, self.place = lab.split("|")
        self.folder = folder
        self.page = browser.new_page(viewport={"width": 1200, "height": 900})
        self.open()

    def open(self) -> None:
        self.page.goto(f"{self.base}/{self.place}?token={self.token}&reset")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        eventually(self.page, lambda: self.page.evaluate(IS_IDLE), "an idle kernel")
        self.page.wait_for_timeout(1500)  # It says so before it listens.

    def run(self, cell: int) -> None:
        """Run a cell and wait until it has run."""
        shown = self.page.locator(".jp-CodeCell").nth(cell)
        prompt = shown.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        shown.locator(".cm-content").click()
        self.page.click('[data-command="notebook:run-cell-and-select-next"]')
        eventually(
            self.page,
            lambda: re.search(r"\d", prompt.inner_text()) and prompt.inner_text() != before,
        )

    def output(self, cell: int) -> Any:
        return self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea")

    def wait_for_frame(self) -> None:
        eventually(self.page, lambda: self.page.evaluate(HAS_FRAME), "a frame")

    def shows(self, picture: bytes) -> bool:
        return np.array_equal(pixels(self.page), png(picture))

    def save(self) -> Any:
        self.page.click('[data-command="docmanager:save"]')
        self.page.wait_for_timeout(1500)
        return nbformat.read(self.folder / "live.ipynb", as_version=4)


def png(data: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(PIL.Image.open(io.BytesIO(data)).convert("RGBA"))


def limits(notebook: Notebook) -> list[float]:
    notebook.run(1)
    output, pattern = notebook.output(1), r"limits (\S+) (\S+)\s"
    eventually(notebook.page, lambda: re.search(pattern, output.inner_text() + " "))
    return [float(word) for word in re.search(pattern, output.inner_text() + " ").groups()]  # type: ignore[union-attr]


def test_a_notebook_is_live_and_keeps_its_picture(browser: Any, lab: str, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    notebook = Notebook(browser, lab, folder)
    page = notebook.page
    notebook.run(0)
    notebook.wait_for_frame()
    before = limits(notebook)
    eventually(page, lambda: notebook.shows((folder / "now.png").read_bytes()))

    # Drag it, then leave it: the output's PNG follows.
    page.click("button[data-name=pan]")
    box = page.locator("canvas.drypoint-frame").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + 10 * step, y)
        page.wait_for_timeout(30)
    page.mouse.up()
    page.mouse.move(5, 5)

    def is_moved() -> bool:
        after = limits(notebook)
        return after[0] < before[0] and notebook.shows((folder / "now.png").read_bytes())

    eventually(page, is_moved)
    moved = (folder / "now.png").read_bytes()

    def kept() -> dict[str, Any]:
        """What the saved notebook keeps of the figure."""
        outputs = notebook.save().cells[0].outputs
        (output,) = [o for o in outputs if o.output_type == "display_data"]
        return dict(output.data)

    # The picture in the output follows a second after the last change.
    eventually(page, lambda: np.array_equal(png(base64.b64decode(kept()["image/png"])), png(moved)))
    data = kept()
    assert "application/vnd.jupyter.widget-view+json" in data

    # A page that is opened again has the live figure as it was.
    notebook.open()
    notebook.wait_for_frame()
    eventually(page, lambda: notebook.shows(moved))

    # Converted, it has the picture.
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", str(folder / "live.ipynb")],
        check=True,
        capture_output=True,
    )
    html = (folder / "live.html").read_text(encoding="utf-8")
    assert data["image/png"][:200] in html.replace("\n", "")

    # The kernel goes: a picture stays, and no error.
    request = urllib.request.Request(
        f"{notebook.base}/api/sessions?token={notebook.token}",
        headers={"Accept": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        (session,) = json.load(response)
    restart = urllib.request.Request(
        f"{notebook.base}/api/kernels/{session['kernel']['id']}/restart?token={notebook.token}",
        method="POST",
    )
    urllib.request.urlopen(restart).close()
    page.wait_for_timeout(4000)
    text = notebook.output(0).inner_text()
    assert "Error" not in text
    shown = page.locator(".jp-CodeCell").nth(0).locator("canvas.drypoint-frame, .jp-OutputArea img")
    assert shown.count() >= 1
