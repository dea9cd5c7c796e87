"""Every format shows what our PNG shows, as other programs draw it: hatches, alphas, triangles with shades, clips."""

from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.transforms import Bbox, TransformedBbox
from PIL import Image

from drypoint.backends import agg, pdf, pgf, ps, svg
from drypoint.conformance.vector import programs
from drypoint.conformance.vector.compare import measure

from .drawings import empty
from .pgf_files import PRESENT

DPI = 144  # two pixels to a point: lines of whole points at whole points have sharp edges

MODULES = {"pdf": pdf, "svg": svg, "eps": ps, "pgf": pgf}
READERS = [
    *(("pdf", "poppler"), ("pdf", "ghostscript"), ("svg", "rsvg"), ("svg", "chromium")),
    *(("svg", "resvg"), ("eps", "ghostscript"), ("pgf", "poppler")),
]

# What programs do by themselves: the share of pixels that edges do not explain.
QUIRKS = {
    # It smooths enlarged images, whatever `image-rendering` says.
    ("rsvg", "alphas"): 0.06,
    ("rsvg", "clips"): 0.12,
    # Edges of shades are jagged.
    ("poppler", "shades"): 0.002,
}


def hatches() -> Figure:
    """Patterns, colours, widths; with and without an edge, on patches and collections."""
    figure = empty()
    ax = figure.axes[0]
    patterns = ["/", "\\\\", "|", "-", "+", "x", "o", "O", "."]
    for k, pattern in enumerate(patterns):
        place = (4 + 22 * (k % 3), 4 + 22 * (k // 3))
        patch = Rectangle(place, 20, 20, hatch=pattern, facecolor="y", edgecolor=f"C{k}")
        patch.set_linewidth(k % 2 * 2)
        patch.set_hatch_linewidth(1 + k % 2)
        ax.add_patch(patch)
    return figure


def hatches_of_collections() -> Figure:
    figure = empty()
    ax = figure.axes[0]
    ax.fill_between([2, 34], [4, 4], [68, 68], hatch="//", facecolor="w", edgecolor="r", lw=2)
    ax.fill_between([38, 70], [4, 4], [68, 68], hatch="xx", facecolor="c", edgecolor="b", alpha=0.5)
    return figure


def alphas() -> Figure:
    """Fill and line apart, one over the other, marks, an image with an alpha and with holes."""
    figure = empty()
    ax = figure.axes[0]
    ax.add_patch(Rectangle((4, 4), 40, 40, facecolor="r", edgecolor="b", lw=6, alpha=0.5))
    ax.add_patch(
        Rectangle((24, 24), 40, 40, facecolor=(0, 1, 0, 0.3), edgecolor=(0, 0, 0, 0.6), lw=4)
    )
    ax.plot([10, 60], [60, 60], "s", ms=12, mfc="c", mec="k", alpha=0.4)
    data = np.ma.masked_equal(np.arange(9).reshape(3, 3), 4)
    ax.imshow(data, extent=(44, 68, 4, 22), interpolation="none", alpha=0.6)
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    return figure


def fading() -> Figure:
    """An image that is faint on one side, where another ends beneath it."""
    figure = empty()
    ax = figure.axes[0]
    ax.imshow(np.full((8, 8), 0.2), cmap="gray", vmin=0, vmax=1, extent=(4, 66, 4, 68))
    colors = np.zeros((32, 32, 4))
    colors[..., 0], colors[..., 3] = 1, np.linspace(1, 0.1, 32)
    ax.imshow(colors, extent=(4, 68, 4, 68), interpolation="nearest")
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    return figure


def shades() -> Figure:
    """Triangles with a colour at each corner: opaque, with one alpha, with several."""
    figure = empty()
    ax = figure.axes[0]
    x, y = np.meshgrid([4, 18, 32], [4, 36, 68])
    ax.add_patch(Rectangle((0, 30), 72, 8, color="k"))
    ax.pcolormesh(x, y, np.arange(9).reshape(3, 3), shading="gouraud", cmap="viridis")
    # One by one: where they share an edge, pixels of the PNG are covered twice.
    for k, corners in enumerate([[(40, 4), (68, 4), (54, 34)], [(40, 68), (68, 68), (54, 26)]]):
        alpha = [0.5, (0.2, 0.9, 0.4)][k]
        ax.tripcolor(*np.transpose(corners), [0.0, 1.0, 2.0], shading="gouraud", alpha=alpha)
    return figure


def clips() -> Figure:
    """By rectangles, paths with curves and holes, turned ones; of lines, marks, collections, images."""
    figure = empty()
    ax = figure.axes[0]
    circle = Circle((20, 52), 16, transform=ax.transData)
    for k in range(6):
        (line,) = ax.plot([0, 72], [34 + 6 * k, 34 + 6 * k], lw=3, color=f"C{k}")
        line.set_clip_path(circle)
    ring = Outline.make_compound_path(
        Outline([(40, 36), (70, 36), (70, 68), (40, 68), (40, 36)], closed=True),
        Outline([(48, 44), (48, 60), (62, 60), (62, 44), (48, 44)], closed=True),
    )
    image = ax.imshow(np.arange(16).reshape(4, 4), extent=(36, 72, 32, 72), interpolation="none")
    image.set_clip_path(ring, ax.transData)
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    marks = ax.scatter(np.arange(4, 70, 8), np.full(9, 16), s=200, c=np.arange(9), linewidths=0)
    marks.set_clip_box(TransformedBbox(Bbox([[0, 12], [50, 20]]), ax.transData))
    return figure


FIGURES: dict[str, Callable[[], Figure]] = {
    drawing.__name__: drawing
    for drawing in (hatches, hatches_of_collections, alphas, fading, shades, clips)
}


@pytest.fixture(scope="module")
def readers() -> Iterator[programs.Programs]:
    with programs.Programs(DPI) as found:
        yield found


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(("fmt", "program"), READERS)
def test_files_show_what_the_png_shows(
    fmt: str, program: str, name: str, readers: programs.Programs, tmp_path: Path
) -> None:
    if not programs.available()[program]:
        pytest.skip(f"needs {program}")
    if fmt == "pgf" and not PRESENT:
        pytest.skip("needs LaTeX")
    figure = FIGURES[name]()
    figure.set_frameon(True)
    agg.FigureCanvas(figure)
    figure.savefig(tmp_path / "a.png", dpi=DPI)
    with Image.open(tmp_path / "a.png") as image:
        png = programs.on_white(image)
    figure = FIGURES[name]()
    figure.set_frameon(True)
    MODULES[fmt].FigureCanvas(figure)
    file = tmp_path / ("a.pdf" if fmt == "pgf" else f"a.{fmt}")
    if fmt == "pgf":
        with mpl.rc_context({"pgf.texsystem": PRESENT[0]}):
            figure.savefig(file, dpi=DPI, backend="module://drypoint.backends.pgf")
    else:
        figure.savefig(file, dpi=DPI)
    picture = readers.picture(program, file)
    difference = measure(png, picture)
    assert picture.shape == png.shape
    if (program, name) in QUIRKS:
        assert difference["beyond"] <= QUIRKS[program, name]
    else:
        assert difference["edges"] or difference["rms"] == 0, difference
