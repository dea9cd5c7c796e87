"""A picture, whoever draws it."""

import io
import subprocess
import sys
import textwrap

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

RASTER_FORMATS = ["png", "jpg", "jpeg", "tif", "tiff", "webp", "gif", "raw", "rgba"]
AGG: dict[type, dict[str, object]] = {
    cls: dict(vars(cls)) for cls in (FigureCanvasAgg, RendererAgg)
}


def picture() -> Figure:
    figure = Figure(figsize=(2, 1.5))
    axes = figure.add_subplot()
    axes.plot([0, 1, 2], [1, 3, 2], "o--")
    axes.set_title("ab $x^2$")
    return figure


def pixels(figure: Figure) -> np.ndarray:
    """What a save as raw pixels gives, so that any canvas will do."""
    file = io.BytesIO()
    figure.savefig(file, format="rgba", dpi=100)
    return np.frombuffer(file.getvalue(), np.uint8)


def is_ours(renderer: object) -> bool:
    return "_core" in vars(renderer)


def run(code: str) -> str:
    """What a fresh process prints."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
