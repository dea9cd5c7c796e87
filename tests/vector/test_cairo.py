"""Cairo: pixels beside the engine's, documents, both bindings, the walk over a recorded document."""

import contextlib
import io
import random
import re
import shutil
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as MplPath
from PIL import Image

from drypoint import _core
from drypoint.adapter.document_text import DocumentText
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.surfaces import Output
from drypoint.backends import agg
from tests import files

from .drawings import DRAWINGS, empty, images, lines, markers, texts
from .test_hostile import draw

cairo = pytest.importorskip("drypoint.backends.cairo", exc_type=ImportError)

from drypoint.adapter.cairo import binding  # noqa: E402
from drypoint.adapter.cairo.player import Player  # noqa: E402
from drypoint.adapter.cairo.renderer import CairoRenderer  # noqa: E402

# Largest difference of a channel (of 255) from the engine's PNG at 144 dpi, and the largest mean.
# Cairo rounds coordinates to 1/256 px as Agg does, but sums coverage in 15 rows of a pixel.
TOLERANCES = {
    "lines": (10, 0.1),
    "patches": (26, 0.3),  # the hatch's tile has caps of a slanted line
    "markers": (12, 0.1),
    "collections": (20, 0.5),
    "meshes": (255, 0.8),  # edges of triangles with shades are not smoothed by Cairo
    "images": (1, 0.1),  # alpha is multiplied in and taken out again
    "texts": (255, 3.0),  # without hinting
    "sketches": (40, 0.1),
}


def white(pixels: np.ndarray) -> np.ndarray:
    """On white, (h, w, 3)."""
    alpha = pixels[..., 3:].astype(float)
    return pixels[..., :3] * alpha / 255 + 255 - alpha


def drawn(figure: Figure, canvas: Any = cairo.FigureCanvas, dpi: float = 144) -> np.ndarray:
    figure.dpi = dpi
    on = canvas(figure)
    on.draw()
    return np.array(on.buffer_rgba())


def saved(figure: Figure, format: str, **keywords: Any) -> bytes:
    return files.saved(figure, format, cairo.FigureCanvas, **keywords)


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    assert a.shape == b.shape
    return np.abs(white(a) - white(b))


@pytest.mark.parametrize("name", DRAWINGS)
def test_pixels_are_nearly_those_of_the_engine(name: str) -> None:
    found = difference(
        drawn(DRAWINGS[name](), agg.FigureCanvas), drawn(DRAWINGS[name](), cairo.FigureCanvas)
    )
    most, mean = TOLERANCES[name]
    assert found.max() <= most
    assert found.mean() <= mean
    assert (drawn(DRAWINGS[name]()) != 255).any()


def test_hatches_have_their_places() -> None:
    def hatched() -> Figure:
        figure = empty()
        for column, hatch in enumerate(["/", "x", "o", "*"]):
            figure.axes[0].bar(18 * column + 9, 70, 16, hatch=hatch, edgecolor="k", fill=False)
        return figure

    found = difference(drawn(hatched(), agg.FigureCanvas), drawn(hatched()))
    # Agg makes polygons of small circles.
    assert found.mean() < 1
    assert found.max() < 80


def test_edges_on_whole_pixels_are_sharp() -> None:
    # A colour of half a level is rounded in another way.
    def boxes() -> Figure:
        figure = empty()
        ax = figure.axes[0]
        ax.bar([10, 30, 50], [20, 40, 60], 13.3, color=["r", "g", "b"])
        ax.axhline(33.3, color="k", lw=1)
        ax.scatter([20, 60], [50, 50], marker="s", s=[30, 40], c=["m", "c"], lw=0)
        ax.pcolormesh(np.arange(5), np.arange(5), np.arange(16).reshape(4, 4))
        return figure

    assert difference(drawn(boxes(), agg.FigureCanvas, 100), drawn(boxes(), dpi=100)).max() <= 1


@pytest.mark.parametrize("format", ["pdf", "eps", "svg"])
@pytest.mark.parametrize("name", ["lines", "patches", "markers", "collections", "texts", "images"])
def test_documents_look_like_pixels(format: str, name: str, tmp_path: Path) -> None:
    programs = {
        "pdf": ["pdftocairo", "-r", "144", "-png", "-singlefile", "a.pdf", "a"],
        "eps": [
            *("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=png16m", "-r144", "-dEPSCrop"),
            *("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sOutputFile=a.png", "a.eps"),
        ],
        "svg": ["rsvg-convert", "--zoom=2", "-o", "a.png", "a.svg"],
    }
    if shutil.which(programs[format][0]) is None:
        pytest.skip(f"{programs[format][0]} is not installed")
    figure = DRAWINGS[name]()
    (tmp_path / f"a.{format}").write_bytes(saved(figure, format, dpi=144))
    subprocess.run(programs[format], cwd=tmp_path, check=True, capture_output=True)
    shown = np.asarray(Image.open(tmp_path / "a.png").convert("RGBA").resize((144, 144)))
    ours = drawn(DRAWINGS[name]())
    # Text of some programs is bolder, and images are smoothed by some.
    assert difference(shown, ours).mean() < (6 if name in ("texts", "images") else 3)


@pytest.mark.parametrize("format", ["eps", "pdf"])
def test_hatches_have_no_light_fringe(format: str, tmp_path: Path) -> None:
    if shutil.which("gs") is None:
        pytest.skip("gs is not installed")
    figure = empty()
    figure.axes[0].bar([36], [72], 72, color="b", hatch="x", edgecolor="k")
    (tmp_path / f"a.{format}").write_bytes(saved(figure, format))
    command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=png16m", "-r200", "-g200x200"]
    command += ["-dGraphicsAlphaBits=4", "-sOutputFile=a.png", f"a.{format}"]
    subprocess.run(command, cwd=tmp_path, check=True)
    shown = np.asarray(Image.open(tmp_path / "a.png"))[5:-5, 5:-5]
    assert shown[..., 0].max() < 32
    assert shown[..., 2].min() < 32


def test_text_of_pdf_is_text(tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "a.pdf").write_bytes(saved(texts(), "pdf"))
    run = subprocess.run(
        ["pdftotext", "a.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert "Office <&> ü" in run.stdout
    assert b"DejaVuSans" in (tmp_path / "a.pdf").read_bytes()


def test_links_of_pdf() -> None:
    figure = lines()
    figure.text(0.1, 0.9, "there", url="https://c.d/it's\\)")
    figure.axes[0].scatter([10, 60], [40, 60], urls=["https://e.f", None])
    figure.axes[0].pcolormesh([10, 20, 30], [10, 20], [[1, 2]], urls=[None, "https://g.h"])
    file = saved(figure, "pdf")
    found = re.findall(rb"/URI \((.*?)\)\n", file)
    expected = [b"https://a.b/?c&d", rb"https://c.d/it's%5C%29", b"https://e.f", b"https://g.h"]
    assert sorted(found) == expected
    assert b"[ 20 10 30 20 ]" in file.partition(b"https://g.h")[0].rpartition(b"/Rect")[2]


def test_metadata() -> None:
    pdf = saved(lines(), "pdf", metadata={"Title": "A title", "Author": None})
    assert b"A title" in pdf
    ps = saved(lines(), "ps", metadata={"Title": "A\ntitle"})
    assert b"%%Title: A title" in ps
    with pytest.raises(ValueError, match="no place for the metadata entry 'Title' in SVG"):
        saved(lines(), "svg", metadata={"Title": "A title"})
    with pytest.raises(TypeError, match="must be a str or a datetime"):
        saved(lines(), "pdf", metadata={"Title": 1})


def test_formats() -> None:
    figure = lines()
    assert saved(figure, "png").startswith(b"\x89PNG")
    assert saved(figure, "pdf").startswith(b"%PDF")
    assert saved(figure, "ps").startswith(b"%!PS-Adobe-3.0\n")
    assert b"EPSF" in saved(figure, "eps").splitlines()[0]
    assert b"<svg" in saved(figure, "svg")
    assert saved(figure, "svgz").startswith(b"\x1f\x8b")
    assert len(saved(figure, "raw", dpi=72)) == 72 * 72 * 4
    assert Image.open(io.BytesIO(saved(figure, "jpg"))).size == (100, 100)
    # By the canvas itself, as its own class.
    file = io.BytesIO()
    canvas = cairo.FigureCanvas(figure)
    canvas.print_pdf(file)
    assert file.getvalue().startswith(b"%PDF")
    assert figure.canvas is canvas


def test_landscape_is_turned_to_the_left(tmp_path: Path) -> None:
    if shutil.which("pdftocairo") is None:
        pytest.skip("pdftocairo is not installed")
    figure = Figure(figsize=(2, 1))
    figure.patches.append(plt.Rectangle((0, 0.5), 0.5, 0.5, transform=figure.transFigure))
    (tmp_path / "a.pdf").write_bytes(saved(figure, "pdf", orientation="landscape"))
    subprocess.run(
        ["pdftocairo", "-r", "72", "-png", "-singlefile", "a.pdf", "a"], cwd=tmp_path, check=True
    )
    shown = np.asarray(Image.open(tmp_path / "a.png").convert("L"))
    assert shown.shape == (144, 72)
    assert shown[100, 10] < 255  # what was on the upper left is on the lower left
    assert shown[10, 10] == shown[10, 60] == shown[100, 60] == 255


def test_blitting() -> None:
    figure = lines()
    canvas = cairo.FigureCanvas(figure)
    canvas.draw()
    before = np.array(canvas.buffer_rgba())
    region = canvas.copy_from_bbox(figure.axes[0].bbox)
    (line,) = figure.axes[0].plot([0, 72], [36, 36], lw=5)
    figure.axes[0].draw_artist(line)
    after = np.array(canvas.buffer_rgba())
    assert (before != after).any()
    canvas.restore_region(region)
    assert (np.array(canvas.buffer_rgba()) == before).all()
    # A part elsewhere.
    height, width = before.shape[:2]
    canvas.renderer.clear()
    canvas.restore_region(region, bbox=(10, 20, 29, 39), xy=(5, -3))
    moved = np.array(canvas.buffer_rgba())
    assert (moved[17:37, 15:35] == before[20:40, 10:30]).all()
    moved[17:37, 15:35] = 0
    assert not moved.any()
    assert region.get_extents() == (0, 0, width, height)
    # Beyond the edges.
    canvas.restore_region(region, xy=(width - 1, height - 1))
    assert (np.array(canvas.buffer_rgba())[-1, -1] == before[0, 0]).all()


def test_parts_that_are_drawn_as_pixels() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([0, 72], [0, 72], "b", lw=20, rasterized=True)
    (other,) = ax.plot([0, 72], [72, 0], "b", lw=20)
    other.set_agg_filter(lambda image, dpi: (image[..., [2, 1, 0, 3]], 0, 0))
    pixels = drawn(figure, dpi=100)
    assert pixels[25, 25].tolist() == [255, 0, 0, 255]
    assert pixels[75, 25].tolist() == [0, 0, 255, 255]
    assert b"/Image" in saved(figure, "pdf")


def test_sizes() -> None:
    figure = Figure(figsize=(400, 1), dpi=100)
    with pytest.raises(ValueError, match="a side may have 32767 at most"):
        cairo.FigureCanvas(figure).draw()


def test_far_coordinates_stay_where_they_are() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.set_autoscale_on(False)
    ax.fill([-1e9, 36, 1e9], [-1e9, 36, -1e9], color="r")
    ax.plot([36, 1e12], [50, 50], color="k", lw=4)
    pixels = drawn(figure, dpi=72)
    assert pixels[70, 36].tolist() == [255, 0, 0, 255]
    assert pixels[5, 36, 3] == 0
    assert pixels[22, 70, 3] == 255


def test_pickles() -> None:
    import pickle

    figure = lines()
    canvas = cairo.FigureCanvas(figure)
    canvas.draw()
    again = pickle.loads(pickle.dumps(figure))
    assert (drawn(again) == drawn(lines())).all()


def test_layout_does_not_depend_on_dpi() -> None:
    figure = Figure()
    text = figure.text(0, 0, "Some text and $x^2$")
    sizes = []
    for dpi in (72, 144):
        figure.dpi = dpi
        renderer = cairo.FigureCanvas(figure).get_renderer()
        sizes.append(text.get_window_extent(renderer).size / dpi)
    np.testing.assert_allclose(*sizes, rtol=1e-9)


SCRIPT = """
import io, sys
for name in {missing}:
    sys.modules[name] = None
import drypoint.backends.cairo as backend
from drypoint.adapter.cairo import binding
if not {library}:
    for module in list(sys.modules.values()):
        if hasattr(module, "library") and module.__name__.startswith("drypoint.adapter.cairo"):
            module.library = lambda: None
from tests.vector.drawings import DRAWINGS
for name, draw in DRAWINGS.items():
    figure = draw()
    backend.FigureCanvas(figure)
    figure.savefig(f"{{sys.argv[1]}}/{{name}}.raw", dpi=144)
    figure.savefig(f"{{sys.argv[1]}}/{{name}}.pdf")
print(binding.cairo.__name__)
"""


@pytest.mark.parametrize("library", [True, False])
@pytest.mark.parametrize("name", ["cairo", "cairocffi"])
def test_bindings_draw_the_same(name: str, library: bool, tmp_path: Path) -> None:
    pytest.importorskip(name, exc_type=(ImportError, OSError))
    missing = ["cairo"] if name == "cairocffi" else []
    script = SCRIPT.format(missing=missing, library=library)
    run = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == name
    for drawing, figure in DRAWINGS.items():
        if drawing == "meshes" and name == "cairocffi" and not library:
            continue  # Triangles have one colour each then.
        pixels = np.fromfile(tmp_path / f"{drawing}.raw", np.uint8).reshape(144, 144, 4)
        assert (pixels == drawn(figure())).all(), drawing
        assert (tmp_path / f"{drawing}.pdf").read_bytes().startswith(b"%PDF")


def test_without_a_binding() -> None:
    script = textwrap.dedent("""
        import sys
        sys.modules["cairo"] = sys.modules["cairocffi"] = None
        import drypoint.backends.cairo
    """)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.stderr.strip().splitlines()[-1] == (
        "ImportError: drawing through Cairo needs pycairo (1.14 or later) or cairocffi: "
        "install one of them, for instance by `pip install pycairo`"
    )


def test_collections_and_patches_are_painted_alike() -> None:
    # As Matplotlib asks of its own, whose collections have the corners of what was drawn before.
    star = MplPath.unit_regular_star(6)
    ring = MplPath.make_compound_path(MplPath.unit_circle(), MplPath(star.vertices[::-1]))
    attributes: dict[str, Any] = {
        "linewidth": 5,
        "joinstyle": "round",
        "linestyle": "dashdot",
        "facecolor": (1, 0, 0, 0.5),
        "edgecolor": (0, 0, 1, 0.75),
    }
    paths = [MplPath(ring.vertices * 20 + by, ring.codes) for by in (20, 40)]
    one, other = empty(), empty()
    for path in paths:
        one.axes[0].add_patch(PathPatch(path, **attributes))
    other.axes[0].add_collection(PathCollection(paths, **attributes))
    assert (drawn(one) == drawn(other)).all()
    assert (drawn(one) != drawn(empty())).any()


# --- the walk


def walked(figure: Figure, **keywords: Any) -> list[tuple[Any, ...]]:
    canvas = cairo.FigureCanvas(figure)
    renderer = canvas.get_renderer()
    figure.draw(renderer)
    return list(renderer.document.ops(**keywords))


def test_a_path_comes_with_gaps_upside_down() -> None:
    document = _core.Document(100, 50)
    style = _core.Style(
        2, (1, 0, 0, 1), True, "butt", "miter", (1, [3, 4]), (0, 0, 10, 20), None, None, None, None
    )
    vertices = np.array([[1, 1], [2, 2], [np.nan, 3], [4, 4], [5, 6]])
    document.draw_path(style, vertices, None, None, None, None)
    ((kind, told, (points, codes), face),) = document.ops()
    assert (kind, face) == ("path", None)
    assert points.tolist() == [[1, 49], [2, 48], [4, 46], [5, 44]]
    assert codes.tolist() == [1, 2, 1, 2]
    clip, antialiased, line, hatch = told
    assert clip == ((0, 30, 10, 50), None)
    assert (antialiased, hatch) == (True, None)
    assert line == ([1, 0, 0, 1], 2, "butt", "miter", ([3, 4], 1))
    document.clear()
    assert list(document.ops()) == []


def test_what_the_walk_holds() -> None:
    figure = texts()
    assert {op[0] for op in walked(figure)} >= {"text", "begin", "end"}
    assert "text" not in {op[0] for op in walked(figure, outlines=True)}
    (text,) = (op for op in walked(figure) if op[0] == "text" and op[-1] == "Office <&> ü")
    (run,) = text[4]
    assert "".join(run[6]) == text[-1]
    assert len(run[4]) == len(run[5]) == len(run[6])
    places = [op for op in walked(markers()) if op[0] == "markers"]
    assert places[0][3].shape[1] == 2
    pictures = [op for op in walked(images()) if op[0] == "picture"]
    assert all(op[3].dtype == np.uint8 and op[3].shape[2] == 4 for op in pictures)


def test_the_same_clip_path_is_the_same_object() -> None:
    figure = empty()
    ax = figure.axes[0]
    circle = plt.Circle((36, 36), 30, transform=ax.transData)
    for y in (20, 40):
        ax.plot([0, 72], [y, y], clip_path=circle)
    clips = [op[1][0][1] for op in walked(figure) if op[0] == "path" and op[1][0][1] is not None]
    assert len(clips) == 2
    assert clips[0] is clips[1]


# --- whatever numbers come


@pytest.mark.parametrize("target", ["pixels", "pdf", "ps", "svg"])
@pytest.mark.parametrize("seed", range(15))
def test_hostile_scenes_are_drawn(seed: int, target: str) -> None:
    choose = random.Random(seed)
    if target == "pixels":
        renderer: Renderer = CairoRenderer(Figure(), 100, 100, 72)
    else:
        output = Output(DocumentText(), is_document=True, scales_images=True)
        renderer = Renderer(100, 100, 72, output)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # characters without a glyph
        for _ in range(12):
            with contextlib.suppress(ValueError, RuntimeError, OverflowError):
                draw(renderer, choose)
    if target == "pixels":
        assert np.asarray(renderer.buffer_rgba()).shape == (100, 100, 4)
        return
    library = binding.cairo
    surfaces = {"pdf": library.PDFSurface, "ps": library.PSSurface, "svg": library.SVGSurface}
    file = io.BytesIO()
    surface = surfaces[target](file, 100, 100)
    player = Player(library.Context(surface), 72, is_raster=False, writes_links=target == "pdf")
    player.play(renderer.document.ops())
    surface.finish()
    assert file.getvalue()
