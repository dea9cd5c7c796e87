"""Releases of Matplotlib that drypoint does not know: what becomes of new methods of renderers."""

import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase, GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from drypoint.adapter.renderer import Renderer
from drypoint.backends import agg, pdf, ps, svg

#: What `RendererBase` of the verified release does for every renderer, and does well.
INHERITED = {"get_texmanager", "new_gc"}

HOLE = Path.unit_circle().transformed(Affine2D().scale(0.5))
ANNULUS = Path.make_compound_path(Path.unit_circle(), HOLE)


def draw_annulus(self: RendererBase, gc: GraphicsContextBase, x: float, y: float) -> None:
    """As a later `RendererBase` may have it: by means of what every renderer has."""
    self.draw_path(gc, ANNULUS, Affine2D().scale(20).translate(x, y), (1.0, 0.0, 0.0, 0.5))


class Annulus(Artist):
    """An artist of that release."""

    def draw(self, renderer: Any) -> None:
        gc = renderer.new_gc()
        gc.set_linewidth(3)
        renderer.draw_annulus(gc, 30.25, 30)
        gc.restore()


class Fog(Artist):
    def draw(self, renderer: Any) -> None:
        renderer.draw_fog(renderer.new_gc())


def figure_with(artist: Artist, canvas_class: type[FigureCanvasBase]) -> Figure:
    figure = Figure(figsize=(1, 1), dpi=72)
    canvas_class(figure)
    figure.add_artist(artist)
    return figure


@pytest.fixture(autouse=True)
def later_release(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw_fog(self: RendererBase, gc: GraphicsContextBase) -> None:
        raise NotImplementedError

    monkeypatch.setattr(RendererBase, "draw_annulus", draw_annulus, raising=False)
    monkeypatch.setattr(RendererBase, "draw_fog", draw_fog, raising=False)


def test_a_new_method_of_the_base_is_drawn_in_its_way() -> None:
    pictures = []
    for canvas_class in (agg.FigureCanvas, FigureCanvasAgg):
        canvas = figure_with(Annulus(), canvas_class).canvas
        canvas.draw()
        pictures.append(np.array(canvas.buffer_rgba()))
    assert np.unique(pictures[0].reshape(-1, 4), axis=0).shape[0] > 10
    assert (pictures[0] == pictures[1]).all()


@pytest.mark.parametrize(("module", "format"), [(svg, "svg"), (pdf, "pdf"), (ps, "ps")])
def test_documents_have_it_as_well(module: Any, format: str) -> None:
    sizes = []
    for artist in (Artist(), Annulus()):
        file = io.BytesIO()
        figure_with(artist, module.FigureCanvas).savefig(file, format=format)
        sizes.append(len(file.getvalue()))
    assert sizes[1] > sizes[0] + 50


def test_a_method_without_a_way_is_an_error() -> None:
    with pytest.raises(NotImplementedError):
        figure_with(Fog(), agg.FigureCanvas).savefig(io.BytesIO())


def test_what_measures_only_leaves_new_methods_out() -> None:
    figure = figure_with(Fog(), agg.FigureCanvas)
    figure.draw_without_rendering()


def test_drypoint_has_every_method_of_the_base_of_this_release() -> None:
    # A release with one more fails here: somebody has to look whether the way of the base will do.
    inherited = {
        name
        for name in dir(RendererBase)
        if not name.startswith("_") and getattr(Renderer, name) is getattr(RendererBase, name)
    }
    assert inherited - {"draw_annulus", "draw_fog"} == INHERITED


def test_a_release_whose_texts_are_laid_out_elsewhere() -> None:
    program = """
from matplotlib.text import Text
Text.lay_out = Text._get_layout
del Text._get_layout
from drypoint.adapter import compat, text
from matplotlib.font_manager import FontProperties
assert text.line_heights(FontProperties()) == (None, None, None)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
