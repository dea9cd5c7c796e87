"""`pytest -p drypoint.pytest`, run as users do."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

MODULE = """
import io
import matplotlib.pyplot as plt
from matplotlib.backends.backend_agg import RendererAgg

def test_one(): plt.figure().savefig(io.BytesIO())

def test_two():
    figure = plt.figure()
    figure.canvas.draw()
    assert type(figure.canvas.renderer) is RendererAgg
    assert "_core" in vars(figure.canvas.renderer)
"""


def run(folder: Path, *arguments: str) -> str:
    (folder / "test_pictures.py").write_text(MODULE)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    return finished.stdout + finished.stderr


def test_a_suite_draws_with_drypoint(tmp_path: Path) -> None:
    printed = run(tmp_path, "-p", "drypoint.pytest")
    assert "draws in the place of Agg" in printed
    assert "drypoint: 2 canvases drawn on in the place of Agg" in printed
    assert "2 passed" in printed


def test_the_same_suite_without_the_plugin(tmp_path: Path) -> None:
    printed = run(tmp_path)
    assert "1 failed, 1 passed" in printed
    assert "drypoint" not in printed


@pytest.mark.skipif(find_spec("xdist") is None, reason="needs pytest-xdist")
def test_pictures_of_several_processes_are_counted(tmp_path: Path) -> None:
    printed = run(tmp_path, "-p", "drypoint.pytest", "-n", "2")
    assert "drypoint: 2 canvases drawn on in the place of Agg" in printed
    assert "2 passed" in printed
