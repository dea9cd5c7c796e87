"""SVG: documents, options, metadata."""

import datetime
import gzip
import io
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backend_bases import FigureCanvasBase, register_backend
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from drypoint.backends import agg, svg
from drypoint.options import options
from tests import files

from .drawings import DRAWINGS, empty, images, lines, texts

NAMESPACES = {
    "svg": "http://www.w3.org/2000/svg",
    "dc": "http://purl.org/dc/elements/1.1/",
    "cc": "http://creativecommons.org/ns#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
HREF = "{http://www.w3.org/1999/xlink}href"


def saved(
    figure: Figure, canvas: type[FigureCanvasBase] = svg.FigureCanvas, **keywords: Any
) -> bytes:
    return files.saved(figure, "svg", canvas, **keywords)


def parsed(figure: Figure, **keywords: Any) -> ET.Element:
    return ET.fromstring(saved(figure, **keywords))


def found(root: ET.Element, path: str) -> list[ET.Element]:
    return root.findall(path, NAMESPACES)


def pixels(document: bytes, path: Path) -> np.ndarray:
    """What an independent program draws, at 144 dpi."""
    file = path / "a.svg"
    file.write_bytes(document)
    drawn = subprocess.run(
        ["rsvg-convert", "--zoom=2", file], check=True, capture_output=True
    ).stdout
    image = Image.open(io.BytesIO(drawn)).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB")).astype(float)


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="needs rsvg-convert")
@pytest.mark.parametrize("name", DRAWINGS)
def test_it_looks_like_matplotlibs(name: str, tmp_path: Path) -> None:
    ours = pixels(saved(DRAWINGS[name]()), tmp_path)
    theirs = pixels(saved(DRAWINGS[name](), FigureCanvasSVG), tmp_path)
    assert ours.shape == theirs.shape
    if name == "images":
        # Matplotlib leaves out the filter; everything else is elsewhere.
        ours, theirs = ours[-64:], theirs[-64:]
    if name == "meshes":
        # Matplotlib's triangles are wrong in most programs.
        ours, theirs = ours[-64:], theirs[-64:]
    # Ends of hatch lines are square, as on pixels; meshes without lines are crisp.
    limit = {"patches": 6.0, "meshes": 10.0}.get(name, 2.5)
    assert np.sqrt(((ours - theirs) ** 2).mean()) < limit


@pytest.mark.parametrize("name", DRAWINGS)
def test_documents_are_well_formed_and_ids_unique(name: str) -> None:
    root = parsed(DRAWINGS[name]())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    wanted = {element.get(HREF, "").removeprefix("#") for element in found(root, ".//svg:use")}
    assert wanted <= set(ids)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_figure_gives_the_same_bytes(name: str) -> None:
    assert saved(DRAWINGS[name]()) == saved(DRAWINGS[name]())


def test_a_small_document_word_by_word() -> None:
    figure = empty()
    figure.axes[0].plot([0, 36, 72], [0, 72, 0], lw=2, color="red")
    text = saved(figure, metadata=dict.fromkeys(("Creator", "Format", "Type"))).decode()
    body = text[text.index("<g") :]
    assert body == (
        '<g id="figure_1">\n<g id="axes_1">\n<g id="line2d_1">\n'
        '<path d="M0 72l36-72 36 72" clip-path="url(#pguuv6he)" stroke="#f00" stroke-width="2"'
        ' stroke-linecap="square"/>\n'
        "</g>\n</g>\n</g>\n</svg>\n"
    )


def test_any_canvas_of_ours_writes_it(tmp_path: Path) -> None:
    figure = lines()
    agg.FigureCanvas(figure)
    figure.savefig(tmp_path / "a.svg")
    figure.savefig(tmp_path / "a.svgz")
    text = (tmp_path / "a.svg").read_bytes()
    assert text == gzip.decompress((tmp_path / "a.svgz").read_bytes()) == saved(lines())
    assert isinstance(figure.canvas, agg.FigureCanvas)


def test_a_canvas_that_the_program_registered_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import backend_bases

    class Mine(FigureCanvasBase):
        def print_svg(self, filename: io.BytesIO, **keywords: Any) -> None:
            filename.write(b"mine")

    for table in ("_default_backends", "_default_filetypes"):
        monkeypatch.setattr(backend_bases, table, dict(getattr(backend_bases, table)))
    monkeypatch.setattr(FigureCanvasBase, "filetypes", backend_bases._default_filetypes)
    register_backend("svg", Mine, "mine")
    assert saved(lines(), agg.FigureCanvas) == b"mine"


def test_pyplot_takes_it_by_name() -> None:
    mpl.use("drypoint-svg")
    assert type(plt.figure().canvas) is svg.FigureCanvas
    plt.close("all")


def test_text_files_take_it_too(tmp_path: Path) -> None:
    file = io.StringIO()
    figure = lines()
    svg.FigureCanvas(figure)
    figure.savefig(file, format="svg")
    assert file.getvalue().encode() == saved(lines())


# --- metadata


def test_metadata() -> None:
    root = parsed(
        empty(),
        metadata={
            "Title": "a <b>",
            "Date": [datetime.date(2024, 1, 2), "x"],
            "Keywords": ["k", "l"],
            "Contributor": "me",
            "Creator": None,
            "Alt": "a line",
        },
    )
    work = found(root, "svg:metadata/rdf:RDF/cc:Work")[0]
    assert [e.text for e in found(root, "svg:title")] == ["a <b>"]
    assert [e.text for e in found(root, "svg:desc")] == ["a line"]
    assert [e.text for e in found(work, "dc:title")] == ["a <b>"]
    assert [e.text for e in found(work, "dc:date")] == ["2024-01-02/x"]
    assert [e.text for e in found(work, "dc:subject/rdf:Bag/rdf:li")] == ["k", "l"]
    assert [e.text for e in found(work, "dc:contributor/cc:Agent/dc:title")] == ["me"]
    assert not found(work, "dc:creator")


@pytest.mark.parametrize(
    "metadata", [{"Foo": 1}, {"Title": 1}, {"Date": 1}, {"Creator": [1]}, {"Keywords": 3}]
)
def test_metadata_errors_are_matplotlibs(metadata: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)) as theirs:
        saved(empty(), FigureCanvasSVG, metadata=metadata)
    with pytest.raises(theirs.type) as ours:
        saved(empty(), metadata=metadata)
    if theirs.type is ValueError:
        assert str(ours.value) == str(theirs.value)


def test_a_date_is_written_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b"dc:date" not in saved(empty())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert b"<dc:date>1970-01-01T00:00:00+00:00</dc:date>" in saved(empty())
    assert b"dc:date" not in saved(empty(), metadata={"Date": None})


# --- rcParams


def test_ids_follow_salt_and_root_has_its_own() -> None:
    plain = saved(lines())
    with mpl.rc_context({"svg.hashsalt": "pepper", "svg.id": "root"}):
        root = parsed(lines())
        salted = saved(lines())
    assert root.get("id") == "root"
    assert b"clip-path" in plain
    ids = {e.get("id") for e in found(ET.fromstring(plain), ".//svg:clipPath")}
    assert ids
    assert ids.isdisjoint(e.get("id") for e in found(ET.fromstring(salted), ".//svg:clipPath"))


def test_ids_of_definitions_may_have_a_prefix() -> None:
    with options.context(svg_id_prefix="mine-"):
        root = parsed(texts())
    ids = [e.get("id", "") for e in found(root, "svg:defs/*")]
    assert ids
    assert all(identifier.startswith("mine-") for identifier in ids)


def test_text_stays_text_on_request() -> None:
    with mpl.rc_context({"svg.fonttype": "none"}):
        root = parsed(texts())
    plain = [e for e in found(root, ".//svg:text") if e.text]
    assert [e.text for e in plain] == ["Office <&> ü", "turned"]
    assert "DejaVu Sans" in plain[0].get("style", "")
    assert plain[1].get("text-anchor") == "middle"
    spans = "".join(e.text or "" for e in found(root, ".//svg:tspan"))
    assert "x" in spans
    assert "1" in spans


def test_a_span_of_a_formula_has_one_height() -> None:
    figure = empty()
    figure.text(0.1, 0.5, r"$\frac{ab}{cd}$")
    with mpl.rc_context({"svg.fonttype": "none"}):
        root = parsed(figure)
    spans = found(root, ".//svg:tspan")
    assert [span.text for span in spans] == ["ab", "cd"]
    assert [len(span.get("x", "").split()) for span in spans] == [2, 2]
    heights = [float(span.get("y", "")) for span in spans]
    assert heights[0] < heights[1]


def test_spans_of_a_formula_are_in_matplotlibs_order() -> None:
    """Accents come before their letters there."""

    def spans(canvas: type[FigureCanvasBase]) -> list[str | None]:
        figure = empty()
        figure.text(0.1, 0.5, r"$\hat{A}$")
        canvas(figure)
        file = io.BytesIO()
        figure.savefig(file, format="svg")
        root = ET.fromstring(file.getvalue())
        return [span.text for span in root.iterfind(".//{http://www.w3.org/2000/svg}tspan")]

    with mpl.rc_context({"svg.fonttype": "none"}):
        assert "".join(map(str, spans(svg.FigureCanvas))) == "".join(
            map(str, spans(FigureCanvasSVG))
        )


def test_outlines_are_defined_once_and_named() -> None:
    figure = empty()
    figure.text(0.1, 0.5, "aaa b")
    root = parsed(figure)
    assert len(found(root, "svg:defs/svg:path")) == 2
    assert len(found(root, ".//svg:use")) == 4
    assert [e.get("aria-label") for e in root.iter() if e.get("aria-label")] == ["aaa b"]


def test_images_may_be_files(tmp_path: Path) -> None:
    figure = images()
    svg.FigureCanvas(figure)
    with mpl.rc_context({"svg.image_inline": False}):
        figure.savefig(tmp_path / "a.svg")
        assert (tmp_path / "a.svg.image0.png").is_file()
        with pytest.raises(ValueError, match="in-memory buffer"):
            figure.savefig(io.BytesIO(), format="svg")


def test_equal_images_are_stored_once() -> None:
    figure = empty()
    for x in (0, 30):
        figure.figimage(np.arange(400).reshape(20, 20), x, 10, resize=False)
    root = parsed(figure)
    with mpl.rc_context({"image.composite_image": False}):
        root = parsed(figure)
    assert len(found(root, ".//svg:image")) == 1
    assert len(found(root, ".//svg:use")) == 1


# --- groups, links, culling


def test_groups_have_matplotlibs_ids() -> None:
    figure = Figure()
    figure.subplots().plot([1, 2], gid="mine")
    ours = [e.get("id") for e in found(parsed(figure), ".//svg:g") if e.get("id")]
    theirs = ET.fromstring(saved(figure, FigureCanvasSVG))
    assert ours == [e.get("id") for e in found(theirs, ".//svg:g") if e.get("id")]
    assert "mine" in ours


def test_links() -> None:
    assert [e.get(HREF) for e in found(parsed(lines()), ".//svg:a")] == ["https://a.b/?c&d"]
    urls = [e.get(HREF) for e in found(parsed(DRAWINGS["collections"]()), ".//svg:a")]
    assert urls[:4] == [f"https://a.b/{i}" for i in (0, 1, 2, 0)]


def test_what_is_outside_is_not_written() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([100, 200], [100, 200], scalex=False, scaley=False)
    ax.plot([100, 200], [100, 200], "o", scalex=False, scaley=False)
    assert not found(parsed(figure), ".//svg:path")


def test_images_of_figures_are_where_matplotlib_puts_them() -> None:
    figure = Figure(figsize=(2, 2), dpi=100)
    figure.figimage(np.arange(400).reshape(20, 20), 50, 10)
    (ours,) = found(parsed(figure), ".//svg:image")
    (theirs,) = found(ET.fromstring(saved(figure, FigureCanvasSVG)), ".//svg:image")
    for name in ("x", "width", "height"):
        assert float(ours.get(name, "nan")) == pytest.approx(
            float(theirs.get(name, "nan")), abs=1e-3
        )
    assert float(ours.get("y", "nan")) == pytest.approx(144 - 7.2 - 14.4, abs=1e-3)


def test_rasterized_parts_are_placed_where_they_were() -> None:
    figure = empty()
    figure.axes[0].plot([10, 60], [36, 36], lw=10, rasterized=True, solid_capstyle="butt")
    (image,) = found(parsed(figure, dpi=144), ".//svg:image")
    x, y, width, height = (float(image.get(name, "nan")) for name in ("x", "y", "width", "height"))
    assert (x, y, width, height) == (10, 31, 50, 10)


# --- meshes


def cells(alpha: float | None) -> list[str]:
    """The outlines of four cells, 30 points wide, of different colours."""
    figure = empty()
    figure.axes[0].pcolormesh([6, 36, 66], [6, 36, 66], [[0, 1], [2, 3]], alpha=alpha)
    (mesh,) = found(parsed(figure), ".//svg:g[@shape-rendering='crispEdges']")
    return [path.get("d", "") for path in mesh]


def test_crisp_cells_leave_no_gaps() -> None:
    # A fill closes itself. Each reaches a hundredth under those that come later: to the right and above.
    assert cells(None) == [f"M{x} {y}h30.01v-30.01h-30.01" for y in (66, 36) for x in (6, 36)]
    # What is partly transparent may not overlap.
    assert cells(0.5) == [f"M{x} {y}h30v-30h-30" for y in (66, 36) for x in (6, 36)]


def test_gaps_are_seen_by_no_browser(tmp_path: Path) -> None:
    """Cells whose borders go through the centres of pixels."""
    browser = pytest.importorskip("drypoint.conformance.vector.chromium")
    program = browser.find()
    if program is None:
        pytest.skip("needs Chromium")
    figure = Figure(figsize=(4, 5), frameon=False)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    edges = np.arange(1.8, 340, 6.3)
    ax.set(xlim=(0, 288), ylim=(0, 360))
    colors = np.indices((len(edges) - 1, 40)).sum(axis=0) % 2
    ax.pcolormesh(edges[:41], edges, colors, cmap="winter")
    file = tmp_path / "a.svg"
    file.write_bytes(saved(figure))
    with browser.Chromium(program, 100) as chromium:
        picture = np.asarray(
            Image.open(io.BytesIO(chromium.picture(file, (400, 500)))).convert("RGB")
        )
    inside = picture[60:495, 5:340]
    assert (inside[..., 0] == 0).all()  # all of winter's colours, but not white
