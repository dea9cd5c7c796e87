"""Figures to measure and to compare: a user's script, drawn with a backend of our choice."""

import contextlib
import io
import runpy
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib._pylab_helpers import Gcf
from matplotlib.figure import Figure

AGG = "agg"
DRYPOINT = "module://drypoint.backends.agg"
FLOOR = "module://benches.null_backend"

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@dataclass(frozen=True)
class Drawing:
    """The figures that one program made, with the settings it left behind."""

    figures: list[Figure]
    settings: dict[str, Any]

    def save(self) -> list[bytes]:
        """Save every figure as PNG through its own canvas; the files' contents."""
        files = []
        with mpl.rc_context(self.settings):
            for figure in self.figures:
                buffer = io.BytesIO()
                figure.savefig(buffer, format="png")
                files.append(buffer.getvalue())
        return files


def draw(program: Callable[[], object], backend: str) -> Drawing:
    """Run a program that makes figures with pyplot, and keep them on the backend's canvases.

    The figures are taken out of pyplot's hands without closing them, since a closed figure
    loses its canvas and would be saved by Agg.
    """
    plt.close("all")
    with mpl.rc_context():
        mpl.rcdefaults()
        plt.switch_backend(backend)
        program()
        figures = [manager.canvas.figure for manager in Gcf.get_all_fig_managers()]
        settings = {k: v for k, v in mpl.rcParams.copy().items() if k != "backend"}
    Gcf.figs.clear()
    return Drawing(figures, settings)


def _run(script: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        runpy.run_path(str(script), run_name="__main__")


def script(path: Path) -> Callable[[], object]:
    """Make a program of a script; what it saves itself is thrown away."""
    return partial(_run, path)
