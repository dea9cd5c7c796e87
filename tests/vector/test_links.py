"""Links: every kind of artist, drawn as it is or as pixels, in every format that has links."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Circle

import drypoint
from drypoint.backends import agg, pdf, pgf, ps, svg
from tests import files

from .drawings import empty

Rect = tuple[float, float, float, float]
Found = list[tuple[str, Rect]]

A, B = "https://a.b/?c&d", "https://a.b/e"
X, Y = np.meshgrid([10, 30, 50], [10, 40])
SQUARES = [(10, 10, 30, 40), (30, 10, 50, 40)]

# What is drawn in the middle of a square inch; 1 is 1/72 inch. Lines are one wide.
ARTISTS: dict[str, tuple[Callable[[Axes, dict[str, Any]], Any], Found]] = {
    "line": (
        lambda ax, more: ax.plot([10, 50], [10, 40], lw=1, url=A, **more),
        [(A, (9.5, 9.5, 50.5, 40.5))],
    ),
    "markers": (
        lambda ax, more: ax.plot([10, 50], [10, 40], "s", ms=4, mew=0, url=A, **more),
        [(A, (8, 8, 52, 42))],
    ),
    "patch": (
        lambda ax, more: ax.add_patch(Circle((30, 30), 10, lw=0, url=A, **more)),
        [(A, (20, 20, 40, 40))],
    ),
    "text": (
        lambda ax, more: ax.text(10, 10, "HHHH", size=10, rotation=90, url=A, **more),
        [(A, (10, 10, 17, 40))],
    ),
    "image": (
        lambda ax, more: ax.imshow([[1, 2]], extent=(10, 50, 10, 40), url=A, **more),
        [(A, (10, 10, 50, 40))],
    ),
    "one marker of a collection": (
        lambda ax, more: ax.scatter([10, 50], [10, 40], 16, marker="s", lw=0, url=A, **more),
        [(A, (8, 8, 52, 42))],
    ),
    "items, all of one address": (
        lambda ax, more: ax.scatter([10, 50], [10, 40], [16, 64], marker="s", lw=0, url=A, **more),
        [(A, (8, 8, 12, 12)), (A, (46, 36, 54, 44))],
    ),
    "items": (
        lambda ax, more: ax.scatter(
            [10, 30, 50], [10, 40, 40], [16, 64, 64], marker="s", lw=0, urls=[A, None, B], **more
        ),
        [(A, (8, 8, 12, 12)), (B, (46, 36, 54, 44))],
    ),
    "quad mesh": (
        lambda ax, more: ax.pcolormesh(X, Y, [[1, 2]], url=A, **more),
        [(A, (10, 10, 50, 40))],
    ),
    "quad mesh, all cells of one address": (
        lambda ax, more: ax.pcolormesh(X, Y, [[1, 2]], urls=[A], **more),
        [(A, (10, 10, 50, 40))],
    ),
    "cells of a quad mesh": (
        lambda ax, more: ax.pcolormesh(X, Y, [[1, 2]], urls=[A, B], **more),
        [(A, SQUARES[0]), (B, SQUARES[1])],
    ),
    "moved quad mesh": (
        lambda ax, more: ax.add_collection(
            QuadMesh(
                np.dstack([X, Y]),
                array=[[1, 2]],
                offsets=[[0, 5 / 72]],
                offset_transform=ax.figure.dpi_scale_trans,
                urls=[None, B],
                **more,
            )
        ),
        [(B, (30, 15, 50, 45))],
    ),
    "shaded quad mesh": (
        lambda ax, more: ax.pcolormesh(X, Y, X, shading="gouraud", url=A, **more),
        [(A, (10, 10, 50, 40))],
    ),
    "cells of a shaded quad mesh": (
        lambda ax, more: ax.pcolormesh(
            X, Y, np.ma.masked_equal(X, 10), shading="gouraud", urls=[None, B], **more
        ),
        [(B, SQUARES[1])],
    ),
    "triangles": (
        lambda ax, more: ax.tripcolor([10, 50, 50], [10, 10, 40], [1], url=A, **more),
        [(A, (10, 10, 50, 40))],
    ),
    "shaded triangles": (
        lambda ax, more: ax.tripcolor(
            [10, 50, 50], [10, 10, 40], [1, 2, 3], shading="gouraud", url=A, **more
        ),
        [(A, (10, 10, 50, 40))],
    ),
}


def plotted(artist: str, **more: Any) -> Figure:
    figure = empty()
    ax = figure.axes[0]
    ax.autoscale(False)
    ARTISTS[artist][0](ax, more)
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    return figure


def corners(sides: Any) -> Rect:
    x, y, width, height = map(float, sides)
    return x, y, x + width, y + height


def saved(figure: Figure, module: Any, format: str, path: Path) -> bytes:
    module.FigureCanvas(figure)
    settings = {"pdf.compression": 0}
    with mpl.rc_context(settings), drypoint.options.context(ps_compression=0):
        figure.savefig(path / f"a.{format}")
    return (path / f"a.{format}").read_bytes()


def of_pdf(figure: Figure, path: Path) -> Found:
    text = saved(figure, pdf, "pdf", path).decode("latin-1")
    links = re.findall(r"/Subtype/Link.*?/Rect\[(.*?)\].*?/URI<([0-9A-F]*)>", text)
    return [(bytes.fromhex(url).decode(), tuple(map(float, rect.split()))) for rect, url in links]


def of_ps(figure: Figure, path: Path) -> Found:
    text = saved(figure, ps, "eps", path).decode("latin-1")
    links = re.findall(r"\[/Rect\[(.*?)\].*?/URI<([0-9A-F]*)>", text)
    return [(bytes.fromhex(url).decode(), tuple(map(float, rect.split()))) for rect, url in links]


def of_pgf(figure: Figure, path: Path) -> Found:
    text = saved(figure, pgf, "pgf", path).decode()
    links = re.findall(r"\\dpa\{(.*?)\}\{(.*?)\}\{(.*?)\}\{(.*?)\}\{(.*)\}%", text)
    return [(url.replace("\\&", "&"), corners(sides)) for *sides, url in links]


def of_svg(figure: Figure, path: Path) -> Found:
    """Links, with rectangles that catch the mouse; what is drawn in the others is left out."""
    tree = ET.fromstring(saved(figure, svg, "svg", path))
    found: Found = []
    for link in tree.iter("{http://www.w3.org/2000/svg}a"):
        area = (0.0, 0.0, 0.0, 0.0)
        rect = link.find("{http://www.w3.org/2000/svg}rect")
        if rect is not None and rect.get("pointer-events") == "all":
            x1, y1, x2, y2 = corners(rect.get(side) for side in ("x", "y", "width", "height"))
            area = (x1, 72 - y2, x2, 72 - y1)
        assert len(link), "nothing to be seen or hit"
        found.append((str(link.get("{http://www.w3.org/1999/xlink}href")), area))
    return found


READERS = {"pdf": of_pdf, "eps": of_ps, "pgf": of_pgf, "svg": of_svg}


@pytest.fixture(autouse=True)
def _without_latex(fake_tex: None) -> None:
    """Widths of text are a guess where LaTeX would be asked."""


@pytest.mark.parametrize("way", ["as it is", "rasterized", "filtered"])
@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("artist", ARTISTS)
def test_every_kind_of_artist_has_links(artist: str, format: str, way: str, tmp_path: Path) -> None:
    more: dict[str, Any] = {
        "rasterized": {"rasterized": True},
        "filtered": {"agg_filter": lambda pixels, dpi: (pixels, 0, 0)},
    }.get(way, {})
    found = READERS[format](plotted(artist, **more), tmp_path)
    expected = ARTISTS[artist][1]
    assert [url for url, _ in found] == [url for url, _ in expected]
    is_text = artist == "text"
    if is_text and format == "pgf" and way == "as it is":
        return  # LaTeX knows
    for (_, rect), (_, wanted) in zip(found, expected, strict=True):
        if any(rect) or way != "as it is":
            np.testing.assert_allclose(rect, wanted, atol=4 if is_text else 0.7)


@pytest.mark.parametrize("format", READERS)
def test_neighbours_that_are_drawn_as_pixels_keep_their_links(format: str, tmp_path: Path) -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([10, 50], [10, 10], lw=1, url=A, rasterized=True)
    ax.plot([10, 50], [30, 30], lw=1, rasterized=True)
    ax.plot([10, 50], [50, 50], lw=1, url=B, rasterized=True)
    ax.plot([100, 110], [50, 50], lw=1, url="https://outside", rasterized=True)
    ax.set(xlim=(0, 72), ylim=(0, 72))
    found = READERS[format](figure, tmp_path)
    assert [url for url, _ in found] == [A, B]
    np.testing.assert_allclose(found[1][1], (9.5, 49.5, 50.5, 50.5), atol=0.5)


@pytest.mark.parametrize("format", READERS)
def test_what_is_clipped_leads_nowhere(format: str, tmp_path: Path) -> None:
    figure = plotted("cells of a quad mesh")
    mesh = figure.axes[0].collections[0]
    inches = figure.dpi_scale_trans
    mesh.set_clip_path(Circle((20 / 72, 20 / 72), 5 / 72, transform=inches))
    [(url, rect)] = READERS[format](figure, tmp_path)
    assert url == A
    np.testing.assert_allclose(rect, (15, 15, 25, 25), atol=0.1)


@pytest.mark.parametrize("format", READERS)
def test_images_side_by_side_keep_their_links(format: str, tmp_path: Path) -> None:
    figure = empty()
    ax = figure.axes[0]
    for left, url in ((10, A), (30, B)):
        ax.imshow([[1, 2]], extent=(left, left + 20, 10, 40), url=url)
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    assert [url for url, _ in READERS[format](figure, tmp_path)] == [A, B]


def test_what_latex_gets_as_pixels_keeps_its_links(tmp_path: Path) -> None:
    figure = empty()
    ax = figure.axes[0]
    for low, url in ((10, A), (40, B)):
        ax.plot(np.linspace(10, 50, 300), low + np.tile([0, 20], 150), lw=1, url=url)
    ax.set(xlim=(0, 72), ylim=(0, 72))
    with drypoint.options.context(pgf_max_points=100):
        found = of_pgf(figure, tmp_path)
    assert [url for url, _ in found] == [A, B]
    np.testing.assert_allclose(found[0][1], (9.5, 9.5, 50.5, 30.5), atol=0.8)


def test_pixels_take_no_notice() -> None:
    plain, linked = plotted("quad mesh"), plotted("quad mesh")
    plain.axes[0].collections[0].set_url(None)
    assert files.saved(plain, "png", agg.FigureCanvas) == files.saved(
        linked, "png", agg.FigureCanvas
    )
