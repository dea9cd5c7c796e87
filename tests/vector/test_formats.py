"""Every canvas saves every format, by the engine."""

import io
from pathlib import Path
from types import ModuleType

import pytest
from matplotlib.backend_bases import FigureCanvasBase

from drypoint.backends import agg, pdf, pgf, ps, svg
from tests import files

from .drawings import lines

BY_LATEX = {(pgf, "pdf"), (pgf, "png")}
PIXELS = ("png", "raw", "rgba", "jpg", "tif", "webp")
DOCUMENTS = ("pdf", "svg", "svgz", "ps", "eps", "pgf")


def saved(canvas: type[FigureCanvasBase], format: str) -> bytes:
    figure = lines()
    file = files.saved(figure, format, canvas)
    assert type(figure.canvas) is canvas
    return file


@pytest.mark.parametrize("format", PIXELS + DOCUMENTS)
@pytest.mark.parametrize("backend", [pdf, pgf, ps, svg], ids=lambda module: module.__name__)
def test_what_a_canvas_does_not_save_itself_another_one_does(
    backend: ModuleType, format: str
) -> None:
    if (backend, format) not in BY_LATEX:
        assert saved(backend.FigureCanvas, format) == saved(agg.FigureCanvas, format)


def test_a_method_of_a_derived_class_comes_first() -> None:
    class Mine(pdf.FigureCanvas):
        def print_png(self, filename: io.BytesIO, **keywords: object) -> None:
            filename.write(b"mine")

    assert saved(Mine, "png") == b"mine"
    assert saved(Mine, "svg") == saved(svg.FigureCanvas, "svg")


@pytest.mark.parametrize(
    ("metadata", "message"),
    [("a title", "metadata must be a dict"), ({1: "a"}, "names that are str, as 'Title', not 1")],
)
@pytest.mark.parametrize("format", [*DOCUMENTS, "html"])
def test_metadata_has_names(format: str, metadata: object, message: str, tmp_path: Path) -> None:
    figure = lines()
    agg.FigureCanvas(figure)
    old = tmp_path / f"a.{format}"
    old.write_bytes(b"old")
    with pytest.raises(TypeError, match=message):
        figure.savefig(old, metadata=metadata)
    assert old.read_bytes() == b"old"
