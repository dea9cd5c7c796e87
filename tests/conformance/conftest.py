"""The two backends of `backends/`, and a release of Matplotlib small enough to run here."""

import importlib
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from PIL import Image

from drypoint.conformance import installation

BACKENDS = Path(__file__).parent / "backends"


@pytest.fixture(autouse=True)
def _backends_are_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the two be imported by name, here and in processes started here."""
    monkeypatch.syspath_prepend(BACKENDS)
    path = [str(BACKENDS), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, path)))


@pytest.fixture
def fresh_canvas() -> Callable[[str], type[Any]]:
    """FigureCanvas of one of the backends, before anybody wrapped its methods."""

    def load(name: str) -> type[Any]:
        canvas: type[Any] = importlib.reload(importlib.import_module(name)).FigureCanvas
        return canvas

    return load


SMALL_TESTS = """
import io, json, os, subprocess, sys

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.testing.decorators import image_comparison


def test_saves():
    figure = plt.figure(figsize=(2, 1))
    figure.savefig(io.BytesIO())
    figure.canvas.draw()


def test_spared():
    plt.figure(figsize=(7, 1)).savefig(io.BytesIO())


def test_corner_is_white():
    figure = plt.figure(figsize=(2, 1), facecolor="white")
    figure.canvas.draw()
    assert np.asarray(figure.canvas.buffer_rgba())[0, 0, 0] == 255


def test_fails_everywhere():
    raise AssertionError("as ever")


draws = []


def test_counts_draws(monkeypatch):
    from matplotlib.figure import Figure
    plain = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda *args: [draws.append(1), plain(*args)])
    plt.figure(figsize=(7, 1)).savefig(io.BytesIO())
    assert len(draws) == 1


@image_comparison(["white.png"], style="mpl20")
def test_baseline():
    plt.figure(figsize=(2, 1))


def test_subprocess():
    code = "import matplotlib.pyplot as plt; print(type(plt.figure().canvas).__module__)"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "MPLBACKEND": "agg"}
    printed = subprocess.run(command, check=True, capture_output=True, env=environment).stdout
    planned = json.loads(os.environ["CONFORMANCE_PLAN"])["names"]["agg"]
    assert printed.decode().strip() == planned
"""

SCRIPTS = {
    "examples/simple.py": "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\nplt.show()",
    "examples/broken.py": "raise ValueError('broken')",
    "examples/crash.py": "import os\nos._exit(7)",
    # Nothing of it is left to compare.
    "examples/waits.py": "from pylab import *\nfigure()\ntry:\n    ginput(timeout=0)\nfinally:\n    close()",
    "tutorials/wide.py": "from pylab import *\nfigure(figsize=(7, 1))",
}


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source release of Matplotlib with hardly anything in it, as a .tar.gz file."""
    folder = tmp_path_factory.mktemp("release")
    top = folder / f"matplotlib-{matplotlib.__version__}"
    tests = top / "lib/matplotlib/tests"
    pictures = tests / "baseline_images/test_small"
    pictures.mkdir(parents=True)
    Image.new("RGBA", (200, 100), "white").save(pictures / "white.png")
    (tests / "__init__.py").touch()
    (tests / "conftest.py").write_text("from matplotlib.testing.conftest import *\n")
    (tests / "test_small.py").write_text(SMALL_TESTS)
    for toolkit in installation.TOOLKITS:
        (top / "lib/mpl_toolkits" / toolkit / "tests").mkdir(parents=True)
    for name, content in SCRIPTS.items():
        path = top / "galleries" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    file = folder / f"{top.name}.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.add(top, top.name)
    return file
