"""Images look the same in all formats."""

import io
import re
import subprocess
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from drypoint.backends import agg

from .drawings import empty
from .pdf_files import needs


def overlapping(alphas: tuple[float | None, float | None]) -> Figure:
    """Two images, one over the other, that neighbour each other in the drawing order."""
    figure = empty()
    for k, alpha in enumerate(alphas):
        image = np.zeros((2, 2, 3))
        image[..., k] = 1
        extent = (9 + 18 * k, 45 + 18 * k, 18, 54)
        figure.axes[0].imshow(image, extent=extent, alpha=alpha, aspect="auto")
    figure.axes[0].set(xlim=(0, 72), ylim=(0, 72))
    agg.FigureCanvas(figure)
    return figure


COMMANDS = {
    "pdf": ["pdftocairo", "-png", "-singlefile", "-r", "72", "a.pdf", "out"],
    "svg": [
        "rsvg-convert",
        "a.svg",
        "--dpi-x=72",
        "--dpi-y=72",
        "--background-color=white",
        "-o",
        "out.png",
    ],
    "eps": ["gs", "-q", "-dEPSCrop", "-sDEVICE=png16m", "-r72", "-oout.png", "a.eps"],
}


@pytest.mark.parametrize("alphas", [(0.5, 0.25), (None, 0.5), (None, None)])
@pytest.mark.parametrize(
    "extension", [pytest.param(name, marks=needs(COMMANDS[name][0])) for name in COMMANDS]
)
def test_an_alpha_counts_once(
    extension: str, alphas: tuple[float | None, float | None], tmp_path: Path
) -> None:
    figure = overlapping(alphas)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=72, facecolor="white", transparent=False)
    pixels = Image.open(picture).convert("RGBA")
    white = Image.new("RGBA", pixels.size, "white")
    white.alpha_composite(pixels)
    wanted = np.asarray(white.convert("RGB")).astype(int)
    figure.savefig(tmp_path / f"a.{extension}", dpi=72)
    subprocess.run(COMMANDS[extension], cwd=tmp_path, check=True)
    shown = np.asarray(Image.open(tmp_path / "out.png").convert("RGB")).astype(int)
    assert shown.shape == wanted.shape
    # The middle of: one alone, both, the other alone.
    for x in (18, 36, 54):
        assert np.abs(shown[36, x] - wanted[36, x]).max() <= 2


# How many images a document has.
IMAGES = {
    "pdf": rb"/SMask \d",
    "svg": rb"<image ",
    "pgf": rb"\\pgfimage",
}


@pytest.mark.parametrize(("rasterized", "joined", "apart"), [("110", 1, 2), ("101", 2, 2)])
@pytest.mark.parametrize("extension", IMAGES)
def test_neighbours_that_are_rasterized_are_one_image(
    extension: str, rasterized: str, joined: int, apart: int, tmp_path: Path
) -> None:
    for suppress, count in ((None, joined), (True, apart)):
        figure = empty()
        figure.suppressComposite = suppress
        for k, letter in enumerate(rasterized):
            figure.axes[0].plot([9, 60], [9 * k + 9, 50], rasterized=letter == "1")
        agg.FigureCanvas(figure)
        path = tmp_path / f"{suppress}.{extension}"
        with mpl.rc_context({"pdf.compression": 0}):
            figure.savefig(path)
        assert len(re.findall(IMAGES[extension], path.read_bytes())) == count
