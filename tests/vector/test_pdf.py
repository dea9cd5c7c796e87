"""PDF: documents, options, metadata, text."""

import datetime
import io
import re
import shutil
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.tri import Triangulation
from PIL import Image

import drypoint
from drypoint.backends import agg, pdf
from tests.usetex import needs_usetex

from .drawings import DRAWINGS, empty, images, lines, texts
from .pdf_files import needs, pixels, printed, readable, saved


@needs("pdftocairo")
@pytest.mark.parametrize("name", DRAWINGS)
def test_it_looks_like_matplotlibs(name: str, tmp_path: Path) -> None:
    ours = pixels(saved(DRAWINGS[name]()), tmp_path)
    theirs = pixels(saved(DRAWINGS[name](), FigureCanvasPdf), tmp_path)
    assert ours.shape == theirs.shape
    if name == "images":
        # Matplotlib leaves out the filter; everything else is elsewhere.
        ours, theirs = ours[-64:], theirs[-64:]
    # Ends of hatch lines are square, as on pixels; in Matplotlib's file poppler gives the lines around them the width
    # of those, and moves glyphs to parts of a pixel. What is right is held in test_same_picture.py.
    limit = {"patches": 14.0, "texts": 8.0}.get(name, 2.5)
    assert np.sqrt(((ours - theirs) ** 2).mean()) < limit


@needs("pdftocairo")
@pytest.mark.parametrize("alpha", [0.5, [0.5, 0.5, 0.5, 0.501]], ids=["one alpha", "several"])
def test_shades_are_as_transparent_as_they_should_be(alpha: Any, tmp_path: Path) -> None:
    figure = empty()
    corners = np.array([[-9, -9], [99, -9], [99, 99], [-9, 99]])
    triangles = Triangulation(*corners.T, [(0, 1, 2), (0, 2, 3)])
    shades = figure.axes[0].tripcolor(
        triangles, np.zeros(4), shading="gouraud", cmap=ListedColormap(["k"])
    )
    shades.set_alpha(alpha)
    drawn = pixels(saved(figure), tmp_path)
    assert abs(drawn - 127.5).max() < 3


@needs("qpdf")
@pytest.mark.parametrize("compression", [0, 6])
@pytest.mark.parametrize("name", DRAWINGS)
def test_documents_are_valid(name: str, compression: int, tmp_path: Path) -> None:
    with mpl.rc_context({"pdf.compression": compression}):
        (tmp_path / "a.pdf").write_bytes(saved(DRAWINGS[name]()))
    assert "No syntax or stream encoding errors" in printed(tmp_path, "qpdf", "--check", "a.pdf")


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_figure_gives_the_same_bytes(name: str) -> None:
    assert saved(DRAWINGS[name]()) == saved(DRAWINGS[name]())


def test_a_small_document_word_by_word() -> None:
    figure = empty()
    figure.axes[0].plot([0, 36, 72], [0, 72, 0], lw=2, color="red")
    stream = re.search(r"stream\n(.*?)\nendstream", readable(figure), re.DOTALL)
    assert stream
    assert stream[1] == (
        "q\n0 0 72 72 re W n\n1 0 0 RG\n2 w 2 J 1 j []0 d\n0 0 m\n36 72 l\n72 0 l\nS\nQ\n"
    )


def test_any_canvas_of_ours_writes_it(tmp_path: Path) -> None:
    figure = lines()
    agg.FigureCanvas(figure)
    figure.savefig(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == saved(lines())
    with mpl.rc_context({"pdf.use14corefonts": True}):
        figure.savefig(tmp_path / "b.pdf")
    assert b"Matplotlib pdf backend" in (tmp_path / "b.pdf").read_bytes()


def test_compression_is_a_level() -> None:
    plain, compressed = readable(texts()), saved(texts())
    assert "/FlateDecode" not in plain
    assert "/ObjStm" not in plain
    assert b"/ObjStm" in compressed
    assert len(compressed) < len(plain) / 1.5


# --- text


@needs("pdffonts")
def test_fonts_are_embedded_subsets(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(saved(texts()))
    rows = printed(tmp_path, "pdffonts", "a.pdf").splitlines()[2:]
    assert rows
    for row in rows:
        assert re.search(r"\+DejaVuSans.* CID TrueType +Identity-H +yes yes yes", row)


@needs("pdftotext")
def test_text_can_be_taken_out(tmp_path: Path) -> None:
    figure = empty()
    strings = ["Office <&> ü", "fi ffl − Ωé", "שלום abc", "(back\\slash)"]
    for k, s in enumerate(strings):
        figure.text(0.05, 0.2 * k + 0.1, s, fontsize=6)
    (tmp_path / "a.pdf").write_bytes(saved(figure))
    out = printed(tmp_path, "pdftotext", "-layout", "a.pdf", "-")
    assert strings[0] in out
    assert strings[1] in out
    assert strings[3] in out


@needs("pdftocairo")
@pytest.mark.parametrize("before", [{"alpha": 0.3}, {"ls": "--"}])
def test_hatches_do_not_depend_on_what_was_drawn_before(
    before: dict[str, Any], tmp_path: Path
) -> None:
    pictures = []
    for style in ({}, before):
        figure = empty()
        ax = figure.axes[0]
        ax.plot([5, 65], [5, 5], lw=2, **style)
        ax.add_patch(Rectangle((10, 20), 50, 40, facecolor="w", edgecolor="b", hatch="/."))
        pictures.append(pixels(saved(figure), tmp_path)[:-24])
    assert (pictures[0] == pictures[1]).all()
    assert "w 2 J 0 j[]0 d" in readable(figure)  # programs other than this one want it


def test_fonts_have_no_hints() -> None:
    figure = empty()
    figure.text(0.1, 0.5, "abc é")
    text = readable(figure)
    found = re.search(r"/Length1 (\d+)[^>]*>>\nstream\n", text)
    assert found
    font = text[found.end() :].encode("latin-1")[: int(found[1])]
    assert b"glyf" in font[:300]
    assert b"fpgm" not in font[:300]


def test_one_font_serves_all_pages() -> None:
    file = io.BytesIO()
    with mpl.rc_context({"pdf.compression": 0}), pdf.PdfPages(file) as pages:
        pages.savefig(texts())
        pages.savefig(texts())
    assert len(re.findall(rb"/FontFile2 ", file.getvalue())) == 2  # upright and oblique


@needs_usetex
@needs("pdffonts")
def test_text_of_tex_is_text(tmp_path: Path) -> None:
    figure = Figure(figsize=(4, 1))
    with mpl.rc_context({"text.usetex": True}):
        figure.text(0.05, 0.1, r"Office fluffy $x_i + \alpha$", fontsize=12)
        figure.text(0.05, 0.6, r"Caf\'e, \textrm{serif}", fontsize=12)
        (tmp_path / "a.pdf").write_bytes(saved(figure))
    rows = printed(tmp_path, "pdffonts", "a.pdf").splitlines()[2:]
    assert len(rows) >= 4
    for row in rows:
        assert re.search(r"[A-Z]{6}\+\S+ +CID Type 0C +Identity-H +yes yes yes", row)
    out = printed(tmp_path, "pdftotext", "-layout", "a.pdf", "-")
    assert "Office fluffy" in out
    assert "α" in out
    assert "Café, serif" in unicodedata.normalize("NFC", out)
    if shutil.which("qpdf"):
        printed(tmp_path, "qpdf", "--check", "a.pdf")


@needs_usetex
@needs("pdftocairo")
def test_text_of_tex_looks_like_matplotlibs(tmp_path: Path) -> None:
    pictures = []
    for canvas in (pdf.FigureCanvas, FigureCanvasPdf):
        figure = Figure(figsize=(3, 1))
        with mpl.rc_context({"text.usetex": True}):
            figure.text(0.05, 0.3, r"Office $\sum_{i=1}^n x_i$", fontsize=20)
            pictures.append(pixels(saved(figure, canvas), tmp_path))
    assert np.sqrt(((pictures[0] - pictures[1]) ** 2).mean()) < 8


# --- images, shades


def test_meshes_of_small_cells_are_images(tmp_path: Path) -> None:
    def mesh(points: float) -> Figure:
        figure = empty()
        edges = np.arange(0, 60.1, points)
        shades = np.random.default_rng(0).random((len(edges) - 1,) * 2)
        shades[0, 0] = np.nan
        figure.axes[0].pcolormesh(edges, edges, shades)
        return figure

    assert readable(mesh(0.5)).count("/Subtype/Image") == 2  # and its holes
    text = readable(mesh(2.0))
    assert "/Subtype/Image" not in text
    assert text.count(" re\n") == 30 * 30 - 1  # but for the hole
    if shutil.which("pdftocairo"):
        ours = pixels(saved(mesh(0.5)), tmp_path)  # a pixel for each cell
        figure = mesh(0.5)
        agg.FigureCanvas(figure)
        figure.savefig(tmp_path / "b.png", dpi=144, facecolor="white")
        png = Image.open(tmp_path / "b.png")
        white = Image.new("RGBA", png.size, "white")
        white.alpha_composite(png.convert("RGBA"))
        assert np.abs(ours - np.asarray(white.convert("RGB"))).max() <= 2


def test_many_round_points_are_dots(tmp_path: Path) -> None:
    def scatter(alpha: float = 1.0, edges: str = "face") -> Figure:
        figure = empty()
        random = np.random.default_rng(0)
        figure.axes[0].scatter(
            *random.uniform(5, 65, (2, 1000)),
            s=random.uniform(2, 30, 1000),
            c=random.random(1000),
            alpha=alpha,
            edgecolors=edges,
        )
        return figure

    small = scatter(edges="none")
    small.axes[0].collections[0].set_sizes([0.5])
    assert "S\n" not in readable(small)  # some programs thicken thin lines
    assert readable(scatter()).count("S\n") == 1000
    assert readable(scatter(0.5, "none")).count("S\n") == 1000
    # Others are one circle, scaled with its line.
    assert readable(scatter(1.0, "black")).count(" Do Q\n") == 1000
    assert readable(scatter(1.0, "black")).count("B\n") == 1
    # The face is seen through the line.
    translucent = readable(scatter(0.5))
    assert translucent.count(" Do Q\n") == 1000
    assert translucent.count("h\nf\n") == translucent.count("h\nS\n") == 1
    if shutil.which("pdftocairo"):
        for keywords in ({}, {"alpha": 0.5, "edges": "none"}, {"alpha": 0.5}, {"edges": "black"}):
            ours = pixels(saved(scatter(**keywords)), tmp_path)
            theirs = pixels(saved(scatter(**keywords), FigureCanvasPdf), tmp_path)
            assert np.sqrt(((ours - theirs) ** 2).mean()) < 4


def test_images_take_the_smallest_form() -> None:
    figure = empty()
    gray = np.full((4, 4, 4), 255, np.uint8)
    gray[:, :2, :3] = 7
    few = gray.copy()
    few[0, 0, 0] = 200
    many = np.random.default_rng(0).integers(0, 255, (20, 20, 4), np.uint8)
    for k, image in enumerate((gray, few, many)):
        figure.figimage(image, 20 * k, 0, resize=False)
    with mpl.rc_context({"image.composite_image": False}):
        text = readable(figure)
    assert text.count("/Subtype/Image") == 4  # the last one has a mask
    assert text.count("/ColorSpace[/Indexed/DeviceRGB") == 1
    assert text.count("/ColorSpace/DeviceGray") == 2
    assert text.count("/ColorSpace/DeviceRGB") == 1


def test_equal_images_are_stored_once() -> None:
    figure = empty()
    for x in (0, 30):
        figure.figimage(np.arange(400).reshape(20, 20), x, 10, resize=False)
    with mpl.rc_context({"image.composite_image": False}):
        assert readable(figure).count("/Subtype/Image") == 1


def test_samples_survive_prediction() -> None:
    noise = (
        np.random.default_rng(0).integers(0, 9, (30, 40, 4), np.uint8).cumsum(0).astype(np.uint8)
    )
    noise[..., 3] = 255
    figure = empty()
    figure.figimage(noise, resize=False, origin="lower")
    document = saved(figure, dpi=72)
    found = re.search(rb"/Predictor 15/Colors 3.*?stream\n(.*?)\nendstream", document, re.DOTALL)
    assert found
    rows = np.frombuffer(zlib.decompress(found[1]), np.uint8).reshape(30, 121)
    above = np.zeros(120, np.uint8)
    for row, wanted in zip(rows, noise[::-1, :, :3].reshape(30, 120), strict=True):
        line = np.zeros(120, np.uint8)
        for i in range(120):
            left, corner = (line[i - 3], above[i - 3]) if i >= 3 else (0, 0)
            a, b, c = int(left), int(above[i]), int(corner)
            paeth = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            line[i] = (int(row[i + 1]) + {0: 0, 1: a, 2: b, 4: paeth}[int(row[0])]) % 256
        assert (line == wanted).all()
        above = line


def test_shades_are_native_and_keep_their_alpha() -> None:
    figure = empty()
    ax = figure.axes[0]
    shades = np.ones((3, 3, 4))
    shades[..., 3] = np.linspace(0, 1, 9).reshape(3, 3)
    ax.pcolormesh(np.linspace(0, 60, 3), np.linspace(0, 60, 3), shades, shading="gouraud")
    text = readable(figure)
    assert text.count("/ShadingType 4") == 2
    assert "/S/Luminosity" in text


def test_stamps_are_defined_once() -> None:
    figure = empty()
    figure.axes[0].plot(np.linspace(1, 70, 50), np.linspace(1, 70, 50), "o")
    text = readable(figure)
    assert text.count("/Subtype/Form") == 1
    assert text.count(" Do\n") == 50


def test_what_is_outside_is_not_written() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([100, 200], [100, 200], scalex=False, scaley=False)
    ax.plot([100, 200], [100, 200], "o", scalex=False, scaley=False)
    stream = re.search(r"stream\n(.*?)\nendstream", readable(figure), re.DOTALL)
    assert stream
    assert stream[1] == ""


# --- links, notes, metadata, pages


def test_links_are_on_every_kind_of_artist() -> None:
    urls = re.findall(r"/URI<([0-9A-F]*)>", readable(lines()))
    assert [bytes.fromhex(url) for url in urls] == [b"https://a.b/?c&d"]
    assert len(re.findall("/Subtype/Link", readable(DRAWINGS["collections"]()))) == 12
    assert len(re.findall("/Subtype/Link", readable(texts()))) == 1
    figure = images()
    figure.axes[0].images[0].set_url("https://a.b")
    assert len(re.findall("/Subtype/Link", readable(figure))) == 1


def test_metadata() -> None:
    when = datetime.datetime(
        2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=-2))
    )
    text = readable(
        empty(),
        metadata={"Title": "a (b) é", "CreationDate": when, "Trapped": "False", "Creator": None},
    )
    assert "/Title<FEFF0061002000280062002900" in text
    assert "/CreationDate(D:20240102030405-02'00')" in text
    assert "/Trapped/False" in text
    assert "/Creator" not in text


def test_a_date_is_written_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "/CreationDate" not in readable(empty())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert "/CreationDate(D:19700101000000Z)" in readable(empty())


@pytest.mark.parametrize(
    "metadata", [{"Foo": "a"}, {"Title": 1}, {"ModDate": "x"}, {"Trapped": "x"}]
)
def test_metadata_warnings_are_matplotlibs(metadata: dict[str, Any]) -> None:
    with pytest.warns(UserWarning, match="infodict keyword") as theirs:
        saved(empty(), FigureCanvasPdf, metadata=metadata)
    with pytest.warns(UserWarning, match="infodict keyword") as ours:
        saved(empty(), metadata=metadata)
    assert str(ours[0].message).split("{")[0] == str(theirs[0].message).split("{")[0]


def test_a_figure_may_be_described(tmp_path: Path) -> None:
    assert "StructTreeRoot" not in readable(lines())
    text = readable(lines(), metadata={"Alt": "two lines"})
    assert "/S/Figure" in text
    assert "/Alt(two lines)" in text
    assert "/Figure<</MCID 0>>BDC" in text
    file = tmp_path / "a.pdf"
    with pdf.PdfPages(file) as pages:
        for k in range(3):
            pages.savefig(texts(), metadata={"Alt": f"page {k}"})
    if shutil.which("pdfinfo"):
        assert re.search(r"Tagged: +yes", printed(tmp_path, "pdfinfo", "a.pdf"))
        assert printed(tmp_path, "pdfinfo", "-struct", "a.pdf").count("Figure") == 3


def test_colours_may_be_inherited() -> None:
    with mpl.rc_context({"pdf.inheritcolor": True}):
        assert " RG" not in readable(lines())
    assert " RG" in readable(lines())


def test_threads_do_not_change_bytes() -> None:
    figure = Figure()
    figure.subplots().plot(np.random.default_rng(0).standard_normal((10_000, 30)).cumsum(0))
    files = []
    for threads in (1, 3):
        with drypoint.options.context(threads=threads):
            files.append(saved(figure))
    assert files[0] == files[1]
    assert len(files[0]) > 1 << 19
