"""PostScript: documents, comments, papers, fonts, what is partly transparent."""

import datetime
import io
import logging
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_ps import FigureCanvasPS
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from PIL import Image

import drypoint
from drypoint import options
from drypoint.backends import agg, ps
from tests import files

from .drawings import DRAWINGS, empty, images, lines, meshes, texts


def saved(
    figure: Figure,
    canvas: type[FigureCanvasBase] = ps.FigureCanvas,
    format: str = "eps",
    **keywords: Any,
) -> bytes:
    return files.saved(figure, format, canvas, **keywords)


def readable(figure: Figure, **keywords: Any) -> str:
    """The document without compression."""
    with drypoint.options.context(ps_compression=0):
        return saved(figure, **keywords).decode("ascii")


def page(text: str) -> str:
    return text.partition("%%EndPageSetup\n")[2].partition("%%PageTrailer")[0]


needs_ghostscript = pytest.mark.skipif(shutil.which("gs") is None, reason="needs ghostscript")


def ghostscript(document: bytes, path: Path, device: str, *arguments: str) -> bytes:
    """What an independent program makes of a document; anything it says is an error."""
    (path / "a.eps").write_bytes(document)
    command = ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", f"-sDEVICE={device}"]
    target = path / "a.out"
    done = subprocess.run(
        [*command, *arguments, "-o", str(target), "a.eps"],
        cwd=path,
        capture_output=True,
        encoding="latin-1",
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    return target.read_bytes()


def pixels(document: bytes, path: Path, dpi: int = 144) -> np.ndarray:
    smooth = ("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", f"-r{dpi}")
    png = ghostscript(document, path, "png16m", *smooth)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(float)


def own_pixels(figure: Figure, dpi: int = 144) -> np.ndarray:
    """Our PNG on white."""
    png = Image.open(io.BytesIO(saved(figure, agg.FigureCanvas, "png", dpi=dpi))).convert("RGBA")
    paper = Image.new("RGBA", png.size, "white")
    paper.alpha_composite(png)
    return np.asarray(paper.convert("RGB")).astype(float)


@needs_ghostscript
@pytest.mark.parametrize("name", DRAWINGS)
def test_it_looks_like_our_png(name: str, tmp_path: Path) -> None:
    if name == "sketches":
        pytest.skip("sketches are made of steps in pixels")
    theirs = own_pixels(DRAWINGS[name](), 288)
    ours = pixels(saved(DRAWINGS[name](), dpi=288), tmp_path, 288)
    assert ours.shape == theirs.shape
    # Ghostscript paints every pixel that is touched, and shapes of our PNG snap to pixels.
    assert np.sqrt(((ours - theirs) ** 2).mean()) < 16


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_figure_gives_the_same_bytes(name: str) -> None:
    assert saved(DRAWINGS[name]()) == saved(DRAWINGS[name]())


@needs_ghostscript
@pytest.mark.parametrize("level", [0, 6])
@pytest.mark.parametrize("type3", [False, True])
@pytest.mark.parametrize("format", ["ps", "eps"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_documents_open(name: str, format: str, type3: bool, level: int, tmp_path: Path) -> None:
    with drypoint.options.context(ps_compression=level, ps_type3_fonts=type3):
        ghostscript(saved(DRAWINGS[name](), format=format), tmp_path, "png16m", "-r20")


def test_a_small_document_word_by_word() -> None:
    figure = empty()
    figure.axes[0].plot([0, 36, 72], [0, 72, 0], lw=2, color="red")
    text = readable(figure, metadata={"Creator": "me"})
    head, _, rest = text.partition("%%BeginProlog")
    assert head == (
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 72 72\n%%HiResBoundingBox: 0 0 72 72\n"
        "%%Creator: me\n%%LanguageLevel: 3\n%%DocumentData: Clean7Bit\n"
        "%%Orientation: Portrait\n%%Pages: 1\n%%EndComments\n"
    )
    assert rest.partition("%%EndProlog\n")[2] == (
        "%%BeginSetup\ndrypoint begin\nend\n%%EndSetup\n%%Page: 1 1\n%%BeginPageSetup\n"
        "drypoint begin q\n0 0 72 72 r\n%%EndPageSetup\n"
        "q\n0 0 72 72 r\n2 w 2 J 1 j []0 d\n1 0 0 rg\n0 0 m\n36 72 l\n72 0 l\nS\nQ\n"
        "%%PageTrailer\nQ end\nshowpage\n%%Trailer\n%%EOF\n"
    )


@pytest.mark.parametrize("format", ["ps", "eps"])
def test_any_canvas_of_ours_writes_it(format: str, tmp_path: Path) -> None:
    figure = lines()
    agg.FigureCanvas(figure)
    figure.savefig(tmp_path / f"a.{format}")
    title = f"%%Title: a.{format}\n".encode()
    text = (tmp_path / f"a.{format}").read_bytes()
    assert title in text
    assert text.replace(title, b"") == saved(lines(), format=format)
    with mpl.rc_context({"ps.useafm": True}):
        figure.savefig(tmp_path / f"b.{format}")
    assert b"/mpldict" in (tmp_path / f"b.{format}").read_bytes()


def test_streams_of_text_are_written_to() -> None:
    figure = lines()
    ps.FigureCanvas(figure)
    file = io.StringIO()
    figure.savefig(file, format="eps")
    assert file.getvalue().encode() == saved(lines())
    with pytest.raises(ValueError, match="path or a file-like object"):
        figure.savefig(object(), format="eps")  # type: ignore[arg-type]


def test_no_line_is_long_or_a_comment_by_chance() -> None:
    figure = empty()
    noise = np.random.default_rng(0).random((80, 80, 3))
    figure.axes[0].imshow(noise, interpolation="none")
    for line in saved(figure).splitlines():
        assert len(line) < 256
        assert line.isascii()
        assert not line.startswith(b"%") or re.match(rb"%[%!][A-Z+]", line)


# --- papers


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
@pytest.mark.parametrize("paper", ["figure", "letter", "A4", "b10"])
@pytest.mark.parametrize("format", ["ps", "eps"])
def test_boxes_are_matplotlibs(format: str, paper: str, orientation: Any) -> None:
    boxes = [
        [
            [float(v) for v in match.split()]
            for match in re.findall(r"BoundingBox: (.*)", file.decode("latin-1"))
        ]
        for file in (
            saved(figure(), canvas, format, papertype=paper, orientation=orientation)
            for figure in (lambda: Figure(figsize=(3.3, 2.1)),)
            for canvas in (ps.FigureCanvas, FigureCanvasPS)
        )
    ]
    ours, theirs = boxes
    # Matplotlib cuts where a box to the left or below must be cut down, not towards zero.
    assert ours[0] == [np.floor(v) for v in theirs[1][:2]] + theirs[0][2:]
    assert ours[1] == pytest.approx(theirs[1], abs=1e-5)


@needs_ghostscript
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_figures_are_where_the_box_is(orientation: Any, tmp_path: Path) -> None:
    def figure() -> Figure:
        figure = Figure(figsize=(2, 1), facecolor="red")
        return figure

    whole = pixels(saved(figure(), orientation=orientation), tmp_path, 72)
    assert whole.shape == ((144, 72, 3) if orientation == "landscape" else (72, 144, 3))
    assert (whole == [255, 0, 0]).all()
    document = saved(figure(), format="ps", papertype="letter", orientation=orientation)
    paper = pixels(document, tmp_path, 72)
    assert paper.shape == (792, 612, 3)
    rows, columns = np.nonzero((paper == [255, 0, 0]).all(-1))
    box = [columns.min(), 792 - rows.max() - 1, columns.max() + 1, 792 - rows.min()]
    found = re.search(rb"%%BoundingBox: (.*)", document)
    assert found
    assert box == [int(v) for v in found[1].split()]


def test_papers_and_orientations_are_checked() -> None:
    for keywords in ({"papertype": "foo"}, {"papertype": "auto"}, {"orientation": "up"}):
        with pytest.raises(ValueError, match="is not a valid value for"):
            saved(lines(), **keywords)  # type: ignore[arg-type]


def test_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    text = readable(empty(), metadata={"Title": "a é\nb"})
    assert "%%Title: a ??b\n" in text
    assert "%%Creator: Matplotlib v" in text
    assert "%%CreationDate" not in text
    when = datetime.datetime(2024, 1, 2, 3, 4, 5)
    text = readable(empty(), metadata={"CreationDate": when, "Creator": None, "Other": 1})
    assert "%%CreationDate: Tue Jan 02 03:04:05 2024\n" in text
    assert "%%Creator" not in text
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert "%%CreationDate: Thu Jan 01 00:00:00 1970\n" in readable(empty())


# --- text


@needs_ghostscript
@pytest.mark.parametrize("type3", [False, True])
def test_text_can_be_taken_out(type3: bool, tmp_path: Path) -> None:
    figure = empty()
    strings = ["Office <&> ü", "fi ffl − Ωé", "(back\\slash)", "A\u030a"]
    for k, s in enumerate(strings):
        figure.text(0.05, 0.2 * k + 0.1, s, fontsize=6)
    with drypoint.options.context(ps_type3_fonts=type3):
        out = ghostscript(saved(figure), tmp_path, "txtwrite").decode()
    for s in strings:
        assert s in out


@needs_ghostscript
def test_what_codes_do_not_tell_stands_beside_them(tmp_path: Path) -> None:
    figure = empty()
    figure.text(0.1, 0.1, "abc")
    assert "/ActualText" not in readable(figure)
    figure.text(0.1, 0.5, "שלום")  # the reader turns it around
    assert "/ActualText" not in readable(figure)
    figure.text(0.1, 0.7, "שָׁלוֹם")
    assert "/ActualText" not in readable(figure)
    figure.text(0.1, 0.8, "हि")  # glyphs, had the font any, would not be where they are read
    with pytest.warns(UserWarning, match="missing from font"):
        assert "/ActualText<FEFF0939093F>" in readable(figure)


@needs_ghostscript
@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="needs poppler")
def test_fonts_survive_a_way_through_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(ghostscript(saved(texts()), tmp_path, "pdfwrite"))
    command = ["pdffonts", "a.pdf"]
    out = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    rows = out.splitlines()[2:]
    assert len(rows) == 2
    for row in rows:
        assert re.search(r"\+DejaVuSans.* TrueType ", row)


def test_characters_keep_their_codes() -> None:
    figure = empty()
    figure.text(0.1, 0.1, "Hello (é)")
    text = page(readable(figure))
    assert re.search(r"\(Hello\)[-.\d]*\( \\\(\\\d{3}\\\)\)", text)


def test_there_are_many_fonts_for_many_glyphs() -> None:
    figure = empty()
    figure.text(0.1, 0.1, "".join(map(chr, range(0x100, 0x250))), fontsize=1)
    assert readable(figure).count("%%BeginResource: font") == 2


# --- images, shades, stamps


def test_equal_and_cut_out_images() -> None:
    figure = empty()
    image = np.zeros((4, 4, 4), np.uint8)
    image[:2] = 9, 9, 9, 255
    figure.figimage(image, resize=False)
    assert "/ImageType 3/InterleaveType 1" in readable(figure)
    figure = empty()
    figure.figimage(image[:2], resize=False)
    assert "/DeviceGray setcolorspace" in readable(figure)


def test_shades_are_native() -> None:
    assert readable(meshes()).count("/ShadingType 4") == 1


def test_stamps_are_defined_once() -> None:
    figure = empty()
    figure.axes[0].plot(np.linspace(1, 70, 50), np.linspace(1, 70, 50), "o")
    text = page(readable(figure))
    assert len(re.findall(r"^/s1 ", text, re.MULTILINE)) == 1
    assert len(re.findall(r" s1$", text, re.MULTILINE)) == 50


def test_what_is_outside_is_not_written() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([100, 200], [100, 200], scalex=False, scaley=False)
    ax.plot([100, 200], [100, 200], "o", scalex=False, scaley=False)
    assert page(readable(figure)) == ""


@needs_ghostscript
@pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf")
def test_links_survive_a_way_through_pdf(tmp_path: Path) -> None:
    for figure, count in ((lines(), 1), (DRAWINGS["collections"](), 12), (texts(), 1)):
        (tmp_path / "a.pdf").write_bytes(ghostscript(saved(figure), tmp_path, "pdfwrite"))
        command = ["qpdf", "--qdf", "--object-streams=disable", "a.pdf", "-"]
        out = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
        assert out.count(b"/Subtype /Link") == count


# --- what is partly transparent


def no_pixels(figure: Figure) -> str:
    """The page, which must not hold an image."""
    text = page(readable(figure))
    assert "/ImageType" not in text
    return text


def test_over_one_colour_transparency_is_a_colour() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.add_patch(Rectangle((10, 10), 50, 50, fc="k", lw=0))
    ax.add_patch(Rectangle((20, 20), 20, 20, fc=(1, 0, 0, 0.5), lw=0))
    assert ".5 0 0 rg\n" in no_pixels(figure)
    figure = empty()
    figure.text(0.1, 0.1, "a", color=(0, 0, 0, 0.25))
    assert ".75 g\n" in no_pixels(figure)


def test_the_inner_half_of_a_line_lies_on_the_fill() -> None:
    figure = empty()
    circle = Circle((36, 36), 20, fc=(1, 0, 0, 0.5), ec=(0, 0, 0, 0.5), lw=6)
    figure.axes[0].add_patch(circle)
    text = no_pixels(figure)
    assert "\n.5 g\n" in text  # on paper
    assert "1 .5 .5 B\n" in text  # the fill
    assert "q .5 .25 .25 rg " in text  # on the fill


def test_neighbours_that_touch_need_no_pixels() -> None:
    figure = empty()
    for k in range(5):
        figure.axes[0].add_patch(Rectangle((10.3 * k, 10), 10.3, 9, fc=(1, 0, 0, 0.5), lw=0))
    no_pixels(figure)


def test_what_lies_beneath_is_drawn_again_in_its_colours() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([0, 72], [36, 36], lw=1, color="k", zorder=0)
    ax.add_patch(Rectangle((12, 12), 48, 48, fc=(1, 0, 0, 0.5), lw=0))
    text = no_pixels(figure)
    square = "12 12 m\n60 12 l\n60 60 l\n12 60 l\nh\n"
    line = "q\n0 0 72 72 r\n1 w 2 J 1 j []0 d\n.5 0 0 rg\n0 36 m\n72 36 l\nS\nQ\n"
    assert f"1 .5 .5 rg\n{square}f\n{square}W\n{line}Q\n" in text


def test_only_what_lies_over_several_colours_becomes_pixels() -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.imshow([[0]], extent=(0, 72, 35, 37), interpolation="none", cmap="gray")
    ax.add_patch(Rectangle((12, 12), 48, 48, fc=(1, 0, 0, 0.5), lw=0))
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    text = page(readable(figure))
    assert "1 .5 .5 rg\n" in text
    assert re.findall(r"q \[([-.\d ]+)\]K", text) == ["72 0 0 -2 0 37", "48 0 0 24 12 24"]


@needs_ghostscript
@pytest.mark.parametrize("seed", range(6))
def test_transparent_scenes_look_like_our_png(seed: int, tmp_path: Path) -> None:
    def figure() -> Figure:
        random = np.random.default_rng(seed)
        figure = Figure(figsize=(2, 2))
        ax = figure.subplots()
        for k in range(4):
            color = random.random(4)
            ax.plot(random.random(5), random.random(5), lw=5, color=color)
            ax.fill(random.random(4), random.random(4), color=random.random(4), hatch="/" * (k % 2))
            ax.scatter(random.random(9), random.random(9), 400 * random.random(9), alpha=0.4)
            ax.text(*random.random(2), "text", color=random.random(4), size=20, clip_on=True)
        image = random.random((3, 3, 4))
        ax.imshow(image, extent=(0.2, 0.6, 0.2, 0.7), interpolation="nearest", aspect="auto")
        return figure

    assert_looks_like_our_png(figure, tmp_path)


def assert_looks_like_our_png(figure: Callable[[], Figure], tmp_path: Path) -> None:
    theirs = own_pixels(figure(), 288)
    ours = pixels(saved(figure()), tmp_path, 288)
    # Away from edges, which fall differently into pixels, colours are the same.
    edge = np.zeros(theirs.shape[:2], bool)
    for shift in (*((-4, 0), (4, 0), (0, -4), (0, 4)), *((3, 3), (-3, 3), (3, -3), (-3, -3))):
        edge |= (abs(theirs - np.roll(theirs, shift, (0, 1))) > 8).any(-1)
    assert (~edge).mean() > 0.3
    assert ((abs(ours - theirs) > 6).any(-1) & ~edge).mean() < 5e-4


@needs_ghostscript
def test_frames_around_transparent_marks_are_lines_on_any_screen(tmp_path: Path) -> None:
    """The marks of the second axes, close to the first, do not make pixels of its frame."""
    figure = Figure(figsize=(4, 2), dpi=100)
    places = np.random.default_rng(1).random((2, 800))
    for left in (0.05, 0.515):
        axes = figure.add_axes((left, 0.1, 0.45, 0.8), xticks=[], yticks=[])
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.scatter(*places, color="k", alpha=0.1, linewidths=0)
    shown = pixels(saved(figure), tmp_path, 60).mean(axis=2)
    frame = [round(0.5 * 240) + step for step in (-1, 0, 1)]
    rows = slice(round(0.12 * 120), round(0.88 * 120))
    assert shown[rows, frame].min(axis=1).max() < 160


@needs_ghostscript
def test_lines_go_on_where_pixels_begin(tmp_path: Path) -> None:
    def figure() -> Figure:
        figure = Figure(figsize=(2, 2))
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, 144), ylim=(0, 144))
        ax.plot([0, 144], [60, 62], ls=(0, (3, 3)), color="r", lw=6)
        # Steep enough that nobody asks whether it is upright.
        ax.plot([0, 144], [5, 130], "-.", color="c", lw=5)
        # Dashes begin where the page does.
        ax.plot([-41, 190], [100, 35], "--", color="k", lw=3)
        ax.add_collection(LineCollection([[(-17, 10), (160, 99)]], linestyles="--", lw=3))
        segments = [[(0, 20), (144, 140)], [(0, 90), (144, 91)]]
        ax.add_collection(LineCollection(segments, linewidths=9, linestyles=["-", (0, (2, 1))]))
        ax.add_patch(
            Rectangle((30, 30), 60, 60, fc=(0, 0, 1, 0.3), ec=(1, 0, 1, 0.5), lw=4, zorder=3)
        )
        ax.text(40, 60, "Ag", size=40, color="g", alpha=0.4, zorder=4)
        return figure

    assert "/ImageType" in readable(figure())
    assert_looks_like_our_png(figure, tmp_path)


@needs_ghostscript
@pytest.mark.parametrize("alpha", [0.4, np.repeat([[0.2], [0.6], [0.9], [0.4]], 3, 1)])
def test_meshes_are_on_what_is_beneath_all_of_them(
    alpha: float | np.ndarray, tmp_path: Path
) -> None:
    def figure() -> Figure:
        figure = Figure(figsize=(2, 2))
        ax = figure.add_axes((0, 0, 1, 1))
        ax.imshow(np.arange(25).reshape(5, 5) * 7 % 25, extent=(0, 100, 0, 100))
        cells = np.arange(12).reshape(4, 3) * 5 % 12
        ax.pcolormesh(np.linspace(30, 80, 4), np.linspace(15, 60, 5), cells, alpha=alpha)
        ax.set(xlim=(0, 100), ylim=(0, 100))
        return figure

    assert_looks_like_our_png(figure, tmp_path)


def test_nothing_is_said_about_transparency(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        saved(DRAWINGS["collections"]())
        saved(images())
    assert not caplog.records


# --- distillers


@needs_ghostscript
@pytest.mark.parametrize("distiller", ["ghostscript", "xpdf"])
@pytest.mark.parametrize("format", ["ps", "eps"])
def test_distillers_keep_the_picture(distiller: str, format: str, tmp_path: Path) -> None:
    if distiller == "xpdf" and shutil.which("pdftops") is None:
        pytest.skip("needs poppler")
    figure = Figure(figsize=(2, 1))
    figure.add_axes((0.2, 0.2, 0.5, 0.5), facecolor="y")
    plain = saved(figure, format=format, papertype="figure")
    rc = {"ps.usedistiller": distiller, "ps.distiller.res": 600}
    with mpl.rc_context(rc):
        file = saved(figure, format=format, papertype="figure")
    assert file.startswith(b"%!PS-Adobe")
    assert file != plain
    if format == "eps":
        assert b"%%BoundingBox: 0 0 144 72\n" in file
    a, b = pixels(plain, tmp_path, 72), pixels(file, tmp_path, 72)
    assert a.shape == b.shape
    assert np.sqrt(((a - b) ** 2).mean()) < 16


def test_without_a_distiller_the_file_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(name: str) -> str:
        raise mpl.ExecutableNotFoundError(f"no {name}")

    monkeypatch.setattr("drypoint.adapter.compat.executable", missing)
    with mpl.rc_context({"ps.usedistiller": "ghostscript"}):
        file = saved(lines())
    assert file == saved(lines())
    assert "Distillation step skipped" in caplog.text


def test_what_lies_over_too_much_becomes_pixels_unseen() -> None:
    figure = Figure(figsize=(4, 3))
    random = np.random.default_rng(0)
    figure.subplots().plot(random.random((300, 150)), color="C0", alpha=0.2)
    text = page(readable(figure))
    # Most of the lines are not written as such.
    assert text.count("S\n") < 120
    assert "/ImageType" in text


def dense(marker: str = "o", **keywords: Any) -> Figure:
    """Thousands of partly transparent marks, of many sizes and in heaps."""
    figure = Figure(figsize=(4, 3))
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 20_000))
    scatter = {"s": random.uniform(1, 60, x.size), "c": x + y, "alpha": 0.4, "marker": marker}
    figure.subplots().scatter(x, y, **{**scatter, **keywords})
    return figure


@needs_ghostscript
@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"edgecolor": "k"},
        {"marker": "s", "lw": 0},
        {"marker": "*"},
        {"facecolor": "none", "edgecolor": "r", "c": None},
    ],
    ids=lambda keywords: "-".join(keywords) or "plain",
)
def test_a_heap_of_transparent_marks_looks_like_our_png(
    keywords: dict[str, Any], tmp_path: Path
) -> None:
    file = saved(dense(**keywords))
    assert len(file) < 800_000
    difference = abs(pixels(file, tmp_path) - own_pixels(dense(**keywords)))
    # Within the frame, which falls differently into pixels.
    difference = difference[45:-50, 80:-50]
    assert np.sqrt((difference**2).mean()) < 9
    assert difference.mean() < 3.2


@needs_ghostscript
def test_after_some_looks_a_collection_becomes_pixels_where_it_is(tmp_path: Path) -> None:
    def figure() -> Figure:
        figure = Figure(figsize=(3, 3))
        ax = figure.add_axes((0.13, 0.13, 0.8, 0.8))
        random = np.random.default_rng(2)
        ax.grid()
        corners = random.random((60, 4, 2)) * 0.3 + random.random((60, 1, 2)) * 0.6
        ax.add_collection(PolyCollection(corners, facecolors="C0", edgecolors="k", alpha=0.5))
        ax.plot([0, 1], [0, 1], "r", lw=9, alpha=0.5)
        return figure

    file = saved(figure())
    assert b"/ImageType" in file
    difference = abs(pixels(file, tmp_path, 144) - own_pixels(figure(), 144))[40:-70, 70:-40]
    assert np.sqrt((difference**2).mean()) < 12
    assert (difference > 100).mean() < 2e-3


def test_threads_do_not_change_bytes() -> None:
    files = []
    for threads in (1, 3):
        with drypoint.options.context(threads=threads):
            files.append(saved(dense()))
    assert files[0] == files[1]


@needs_ghostscript
def test_hatches_are_tiles_on_what_is_there(tmp_path: Path) -> None:
    def figure() -> Figure:
        figure = Figure(figsize=(2, 2))
        patch = Rectangle((0.1, 0.1), 0.8, 0.8, fc="g", ec="k", hatch="oO", lw=0)
        figure.add_artist(patch)
        return figure

    ours = pixels(saved(figure()), tmp_path, 288)[80:-80, 80:-80]
    theirs = own_pixels(figure(), 288)[80:-80, 80:-80]
    # No white shows around what is drawn.
    assert ours[..., 0].max() < 20
    assert abs(ours - theirs).mean() < 8


def test_lines_over_many_marks_are_no_pixels() -> None:
    """A grid that is partly transparent crosses marks: each is drawn again where a line of the grid is."""
    for sizes in (30, np.linspace(20, 40, 60)):
        figure = Figure(figsize=(4, 3))
        axes = figure.add_subplot()
        random = np.random.default_rng(0)
        axes.scatter(*random.uniform(size=(2, 60)), s=sizes)
        axes.grid(alpha=0.4)
        agg.FigureCanvas(figure)
        buffer = io.BytesIO()
        with options.context(ps_compression=0):
            figure.savefig(buffer, format="eps")
        assert b"/ImageType" not in buffer.getvalue()
