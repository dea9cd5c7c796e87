"""Figures on canvases of ours, and what is in their files."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import PIL.features
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from PIL import Image

from drypoint.backends.agg import FigureCanvas

BACKEND = "module://drypoint.backends.agg"
FORMATS = ["png", "raw", "rgba", "jpg", "jpeg", "tif", "tiff", "webp", "gif", "avif"]
# What Pillow can write depends on how it was built.
if not PIL.features.check("avif"):
    FORMATS.remove("avif")


def draw_something(figure: Figure) -> Figure:
    ax = figure.add_subplot()
    ax.plot([1, 3, 2, 5], "o-", label="line")
    ax.fill_between(range(4), [0, 2, 1, 2], alpha=0.4, hatch="//")
    ax.set_title("Title $x^2$")
    ax.set_xlabel("label")
    ax.legend()
    return figure


def figure(canvas: type[FigureCanvasBase] = FigureCanvas, **keywords: Any) -> Figure:
    made = draw_something(Figure(**{"figsize": (3, 2), **keywords}))
    canvas(made)
    return made


def pixels(file: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(file)) as image:
        return np.asarray(image)


def info(file: bytes) -> dict[Any, Any]:
    with Image.open(io.BytesIO(file)) as image:
        image.load()
        return dict(image.info)


@contextmanager
def fresh_pyplot() -> Iterator[None]:
    """pyplot with our backend, as it was before afterwards."""
    before = mpl.get_backend()
    plt.switch_backend(BACKEND)
    try:
        yield
    finally:
        plt.close("all")
        plt.switch_backend(before)
