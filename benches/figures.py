"""Figures to measure and to compare: a user's script, drawn with a backend of our choice."""

import contextlib
import io
import random
import runpy
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

AGG = "agg"
DRYPOINT = "module://drypoint.backends.agg"
FLOOR = "module://drypoint.cli.null_backend"

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@dataclass(frozen=True)
class Drawing:
    """The figures that one program made, with the settings it left behind."""

    figures: list[Figure]
    settings: dict[str, Any]
    canvases: list[FigureCanvasBase] | None = None

    def on(self, canvas_class: type[FigureCanvasBase]) -> "Drawing":
        """The same figures, on canvases of another class from their next save on.

        Any number of these may be saved in turns: each keeps its own canvases, and with them
        the renderers that a canvas keeps.
        """
        canvases = [canvas_class(figure) for figure in self.figures]
        return Drawing(self.figures, self.settings, canvases)

    def save(self, format: str = "png") -> list[bytes]:
        """Save every figure through its own canvas, as PNG or "rgba"; the files' contents."""
        files = []
        with mpl.rc_context(self.settings):
            for figure, canvas in self.on_canvases():
                figure.set_canvas(canvas)
                buffer = io.BytesIO()
                figure.savefig(buffer, format=format)
                files.append(buffer.getvalue())
        return files

    def save_plainly(self) -> None:
        """Save every figure as PNG with whatever settings there are, which are the process's.

        For threads: `save` changes the settings of all of them meanwhile.
        """
        for figure, canvas in self.on_canvases():
            figure.set_canvas(canvas)
            figure.savefig(io.BytesIO(), format="png")

    def on_canvases(self) -> list[tuple[Figure, FigureCanvasBase]]:
        """Each figure with the canvas that it is saved through."""
        canvases = self.canvases or [figure.canvas for figure in self.figures]
        return list(zip(self.figures, canvases, strict=True))


def draw(program: Callable[[], object], backend: str) -> Drawing:
    """Run a program that makes figures with pyplot, and keep them on the backend's canvases.

    The figures are taken out of pyplot's hands without closing them, since a closed figure
    loses its canvas and would be saved by Agg.
    """
    plt.close("all")
    with mpl.rc_context():
        mpl.rcdefaults()
        plt.switch_backend(backend)
        np.random.seed(0)  # noqa: NPY002 (scripts use it: every run shall draw the same)
        random.seed(0)
        program()
        figures = [manager.canvas.figure for manager in Gcf.get_all_fig_managers()]
        settings = {k: v for k, v in mpl.rcParams.copy().items() if k != "backend"}
    Gcf.figs.clear()
    return Drawing(figures, settings)


def _run(script: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        runpy.run_path(str(script), run_name="__main__")


def in_gallery(path: Path) -> Callable[[], object]:
    """Make a program of a script of Matplotlib's gallery.

    It runs in a temporary folder with its own on the import path, shows nothing, and may end
    itself. What it printed or warned of does not come between the rows of a table.
    """

    def program() -> None:
        show, plt.show = plt.show, lambda *args, **kwargs: None
        sys.path.insert(0, str(path.parent))
        try:
            with (
                warnings.catch_warnings(action="ignore"),
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.suppress(SystemExit),
            ):
                _run(path)
        finally:
            sys.path.remove(str(path.parent))
            plt.show = show

    return program


def script(path: Path) -> Callable[[], object]:
    """Make a program of a script; what it saves itself is thrown away."""
    return partial(_run, path)
