"""PGF: documents, what is too much for TeX, PDF and PNG by way of LaTeX."""

import io
import logging
import random
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.transforms import Affine2D
from PIL import Image

import drypoint
from drypoint.adapter import latex
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.surfaces import Output
from drypoint.backends import agg, pgf

from .drawings import DRAWINGS, empty, images, lines, texts
from .pgf_files import (
    PRESENT,
    needs_poppler,
    needs_tex,
    own_pixels,
    picture,
    pixels_of_pdf,
    saved,
)
from .test_hostile import draw as draw_hostile

pytestmark = pytest.mark.usefixtures("latex_settings")


# --- documents


def test_a_small_document_word_by_word(tmp_path: Path) -> None:
    figure = empty()
    figure.axes[0].plot([0, 36, 72], [0, 72, 0], lw=2, color="red")
    text = saved(figure, tmp_path)
    comments, _, rest = text.partition("\\begingroup%\n")
    assert all(line.startswith("%%") for line in comments.splitlines())
    assert "\n%%   \\input{<filename>.pgf}\n" in comments
    macros, _, rest = rest.partition("\\begin{pgfpicture}%\n")
    assert macros.startswith("\\makeatletter%\n\\def\\dpm#1#2{\\pgfsys@moveto{#1bp}{#2bp}}%\n")
    assert rest == (
        "\\pgfpathrectangle{\\pgfpointorigin}{\\pgfqpoint{1.000000in}{1.000000in}}%\n"
        "\\pgfusepath{use as bounding box, clip}%\n"
        "\\begin{pgfscope}%\n"
        "\\pgfsys@rect{0bp}{0bp}{72bp}{72bp}\\pgfsys@clipnext\\pgfsys@discardpath%\n"
        "\\definecolor{currentstroke}{rgb}{1,0,0}\\pgfsetstrokecolor{currentstroke}%\n"
        "\\pgfsetlinewidth{2bp}\\pgfsetrectcap\\pgfsetroundjoin\\pgfsetdash{}{0bp}%\n"
        "\\dpm{0}{0}\\dpl{36}{72}\\dpl{72}{0}\\pgfsys@stroke%\n"
        "\\end{pgfscope}%\n"
        "\\end{pgfpicture}%\n\\makeatother%\n\\endgroup%\n"
    )


@pytest.mark.usefixtures("fake_tex")
@pytest.mark.parametrize("name", DRAWINGS)
def test_the_same_figure_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first = saved(DRAWINGS[name](), tmp_path)
    beside = {path.name: path.read_bytes() for path in tmp_path.glob("*.png")}
    assert saved(DRAWINGS[name](), tmp_path) == first
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.png")} == beside


@pytest.mark.usefixtures("fake_tex")
def test_any_canvas_of_ours_writes_it(tmp_path: Path) -> None:
    text = saved(texts(), tmp_path, agg.FigureCanvas)
    assert text == saved(texts(), tmp_path)
    assert "drypoint" in text.splitlines()[0]


# --- with LaTeX


def compiled(folder: Path, program: str, *lines: str) -> Path:
    """A page of exactly an inch with pictures, by LaTeX; anything it complains of is an error."""
    document = [
        r"\documentclass{article}",
        r"\usepackage[papersize={1in,1in},margin=0in]{geometry}\usepackage{pgf}",
        r"\pagestyle{empty}\parindent0pt\begin{document}\centering",
        *lines,
        r"\end{document}",
    ]
    (folder / "document.tex").write_text("\n".join(document), encoding="utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, latex.relevant_lines(done.stdout)
    return folder / "document.pdf"


# Sketches are made of steps in pixels; LaTeX's fonts are others.
LIKE_OUR_PNG = [name for name in DRAWINGS if name not in ("sketches", "texts")]


@needs_poppler
@pytest.mark.parametrize(
    ("name", "program"),
    [
        *((name, program) for name in LIKE_OUR_PNG for program in PRESENT[:1]),
        *((name, program) for name in ("markers", "images") for program in PRESENT[1:]),
    ]
    or [pytest.param("", "", marks=needs_tex)],
)
def test_it_looks_like_our_png(name: str, program: str, tmp_path: Path) -> None:
    dpi = 288
    mpl.rcParams["pgf.texsystem"] = program
    saved(DRAWINGS[name](), tmp_path, dpi=dpi)
    ours = pixels_of_pdf(compiled(tmp_path, program, r"\input{a.pgf}"), dpi)
    theirs = own_pixels(DRAWINGS[name](), dpi)
    assert ours.shape == theirs.shape
    # Shapes of our PNG snap to pixels.
    assert np.sqrt(((ours - theirs) ** 2).mean()) < 16


@needs_tex
@needs_poppler
def test_text_stands_where_matplotlibs_does(tmp_path: Path) -> None:
    def draw() -> Figure:
        figure = empty()
        figure.text(0.1, 0.1, "caf\u00e9 50%", fontsize=8, weight="bold")
        figure.text(0.2, 0.35, r"$\frac{1}{\sqrt{x}}$", fontsize=10, color="r", alpha=0.5)
        figure.text(0.6, 0.5, "turned", rotation=40, ha="center", rotation_mode="anchor", size=7)
        figure.text(0.9, 0.9, "two\nlines", ha="right", va="top", rotation=20, family="serif")
        return figure

    saved(draw(), tmp_path)
    ours = pixels_of_pdf(compiled(tmp_path, PRESENT[0], r"\input{a.pgf}"), 288)
    draw().savefig(tmp_path / "a.pgf", backend="pgf")
    theirs = pixels_of_pdf(compiled(tmp_path, PRESENT[0], r"\input{a.pgf}"), 288)
    assert theirs.min() < 100
    assert np.abs(ours - theirs).mean() < 0.5


@needs_tex
def test_other_formats_and_ours_in_one_document(tmp_path: Path) -> None:
    figure = images()
    agg.FigureCanvas(figure)
    for name in ("b.pdf", "a.pgf"):
        figure.savefig(tmp_path / name)
    include = r"\includegraphics[width=.5in]{b.pdf}\resizebox{.5in}{!}{\input{a.pgf}}"
    pdf = compiled(tmp_path, PRESENT[0], include)
    assert pdf.read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(
    not shutil.which("latex") or not shutil.which("dvips"), reason="needs latex and dvips"
)
@pytest.mark.skipif(not shutil.which("gs"), reason="needs ghostscript")
def test_eps_in_a_document_of_the_old_way(tmp_path: Path) -> None:
    figure = lines()
    agg.FigureCanvas(figure)
    figure.savefig(tmp_path / "b.eps")
    figure.savefig(tmp_path / "a.pgf")
    include = r"\includegraphics[width=.5in]{b.eps}\resizebox{.5in}{!}{\input{a.pgf}}"
    with pytest.raises(FileNotFoundError):  # the page is DVI
        compiled(tmp_path, "latex", include).read_bytes()
    for command in (
        ["dvips", "-q", "-o", "document.ps", "document.dvi"],
        [
            "gs",
            "-q",
            "-dSAFER",
            "-dBATCH",
            "-dNOPAUSE",
            "-sDEVICE=png16m",
            "-r72",
            "-o",
            "a.png",
            "document.ps",
        ],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    pixels = np.asarray(Image.open(tmp_path / "a.png").convert("RGB"))
    # Both halves have the red line.
    red = (pixels[..., 0] > 200) & (pixels[..., 1] < 120)
    assert red[:, :36].any()
    assert red[:, 36:72].any()


def unmeasured(text: str = "x") -> Any:
    """A text strategy that asks nobody."""

    class Unmeasured:
        def text_extents(self, renderer: Any, *what: Any) -> tuple[float, float, float]:
            return 10.0, 8.0, 2.0

        def draw_text(
            self,
            renderer: Any,
            gc: Any,
            x: float,
            y: float,
            s: str,
            prop: Any,
            angle: float,
            *_: Any,
        ) -> None:
            renderer.record_source(gc, text, x, y, angle, 0.5, "top", (10.0, 8.0, 2.0))

        draw_tex = draw_text

    return Unmeasured()


@pytest.mark.parametrize("program", PRESENT[:1] or [pytest.param("", marks=needs_tex)])
def test_hostile_scenes_compile(program: str, tmp_path: Path) -> None:
    inputs = []
    for seed in range(40):
        choose = random.Random(seed)
        output = Output(unmeasured(), is_document=True, flipy=False, scales_images=True)
        renderer = Renderer(choose.choice([1, 100, 5000]), choose.choice([1, 100]), 72, output)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(12):
                draw_hostile(renderer, choose)
        text, files, *_ = renderer.document.write_pgf(
            comments="",
            image_files=f"p{seed}",
            image_macro=r"\pgfimage",
            resolution=1.0,
            most_points=choose.choice([10, 1000]),
        )
        (tmp_path / f"p{seed}.pgf").write_bytes(text)
        for name, content in files:
            (tmp_path / name).write_bytes(content)
        inputs.append(rf"\input{{p{seed}.pgf}}\newpage")
    compiled(tmp_path, program, *inputs)


def test_pages_larger_than_tex_can_count_end() -> None:
    # The canvas refuses them; the player must end all the same.
    output = Output(unmeasured(), is_document=True, flipy=False, scales_images=True)
    renderer = Renderer(1e6, 1000, 72, output)
    renderer.draw_image(
        renderer.new_gc(), 2e5, 0, np.full((2, 2, 4), 255, np.uint8), Affine2D().scale(5e5, 1000)
    )
    text, files, *_ = renderer.document.write_pgf(
        comments="", image_files="p", image_macro="", resolution=0.01, most_points=0
    )
    assert (len(files), text.count(b"{") - text.count(b"}")) == (1, 0)


# --- what is too much for TeX


def test_dense_artists_become_pixels(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    figure = empty()
    x = np.linspace(0, 72, 500)
    figure.axes[0].plot(x, 36 + 30 * np.sin(x * 50), lw=0.2, color="r")
    figure.axes[0].plot(x, 36 + 30 * np.cos(x * 50), lw=0.2, color="g")
    figure.axes[0].plot([0, 72], [0, 72], lw=5)
    with drypoint.options.context(pgf_max_points=100), caplog.at_level(logging.WARNING):
        text = saved(figure, tmp_path)
    assert [record.getMessage() for record in caplog.records] == [
        "2 artists of this figure would be too much for TeX and are drawn as pixels; "
        "drypoint.options.pgf_max_points is the limit."
    ]
    # Neighbours are one image, cropped, beneath what is drawn later.
    assert re.findall(r"\{(a-img\d+\.png)\}", text) == ["a-img0.png"]
    assert picture(text).index("a-img0.png") < picture(text).index("\\dpl{72}{72}")
    assert len(picture(text)) < 800
    pixels = np.asarray(Image.open(tmp_path / "a-img0.png"))
    assert pixels.shape[0] < 300
    assert pixels[..., 3].any(axis=1).all()
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        text = saved(figure, tmp_path)
    assert (caplog.records, "img" in text) == ([], False)


@needs_tex
@pytest.mark.parametrize("program", PRESENT)
def test_far_away_points_do_no_harm(program: str, tmp_path: Path) -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([0, 1e100], [0, 1e100], lw=4)
    ax.plot([36, 1e9], [36, 36], "o", ms=5)
    ax.fill([0, 1e12, 1e12, 0], [50, 50, 60, 60], "g")
    ax.add_patch(Circle((36, -1e6 + 30), 1e6, color="r"))
    ax.imshow([[0, 1], [2, 3]], extent=(36 - 1e6, 36 + 1e6, 10, 20), interpolation="none")
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    figure.text(1e8, 0, "away")
    saved(figure, tmp_path)
    pixels = pixels_of_pdf(compiled(tmp_path, program, r"\input{a.pgf}"), 72)
    assert tuple(pixels[71 - 55, 60]) == (0, 128, 0)
    assert tuple(pixels[71 - 5, 60]) == (255, 0, 0)
    assert pixels[71 - 12, 10, 0] < 100 < pixels[71 - 12, 60, 0]
    assert np.abs(own_pixels(figure, 72) - pixels).mean() < 12


def test_figures_that_tex_cannot_draw() -> None:
    figure = Figure(figsize=(200, 1))
    pgf.FigureCanvas(figure)
    with pytest.raises(ValueError, match="TeX cannot draw a figure of 200 x 1 inches"):
        figure.savefig(io.BytesIO(), format="pgf")


# --- files


def test_images_lie_beside(tmp_path: Path) -> None:
    (tmp_path / "b c").mkdir()
    figure = images()
    figure.axes[0].imshow(
        np.arange(12).reshape(3, 4), extent=(5, 9, 50, 54), interpolation="none", alpha=0.5
    )
    text = saved(figure, tmp_path / "b c")
    names = re.findall(r"\]\{([^{}]+\.png)\}", text)
    # The same pixels are in one file.
    assert len(names) == len(set(names)) + 1
    assert {path.name for path in (tmp_path / "b c").glob("*.png")} == set(names)
    assert names[0] == "a-img0.png"
    assert "interpolate=false" in text
    for target in (io.BytesIO(), io.StringIO()):
        with pytest.raises(ValueError, match="streamed pgf-code does not support raster graphics"):
            figure.savefig(target, format="pgf")


def test_names_of_images_are_for_tex(tmp_path: Path) -> None:
    text = saved(images(), tmp_path, name="my_fig 50%#{~.pgf")
    assert "]{my_fig 50-----img0.png}}" in text
    assert (tmp_path / "my_fig 50-----img0.png").exists()


def test_streams_are_written_to() -> None:
    figure = lines()
    pgf.FigureCanvas(figure)
    binary, text = io.BytesIO(), io.StringIO()
    figure.savefig(binary, format="pgf")
    figure.savefig(text, format="pgf", metadata={"Title": "two\nlines"})
    assert "\n%% Title: two lines\n" in text.getvalue()
    assert text.getvalue().replace("%% Title: two lines\n", "").encode() == binary.getvalue()


@pytest.mark.usefixtures("fake_tex")
def test_the_macro_of_images_is_what_the_program_knows(tmp_path: Path) -> None:
    for program, macro in (("xelatex", r"\pgfimage"), ("lualatex", r"\includegraphics")):
        mpl.rcParams["pgf.texsystem"] = program
        assert f"{{{macro}[interpolate=" in saved(images(), tmp_path)


# --- PDF and PNG


@needs_tex
@pytest.mark.parametrize("program", PRESENT)
def test_pdf_by_way_of_latex(program: str, tmp_path: Path) -> None:
    mpl.rcParams["pgf.texsystem"] = program

    def file(name: str) -> bytes:
        figure = images()
        figure.text(0.1, 0.8, "link", url="https://a.b/c_d%20e?f&g#h~")
        pgf.FigureCanvas(figure)
        figure.savefig(tmp_path / name, metadata={"Title": "50% & #1_ü ~$^", "Trapped": "True"})
        return (tmp_path / name).read_bytes()

    assert file("a.pdf") == file("b.pdf")
    info = subprocess.run(
        ["pdfinfo", tmp_path / "a.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"Title: +50% & #1_ü ~\$\^\n", info)
    assert re.search(r"Page size: +72 x 72 pts", info)
    assert ("CreationDate" in info) is (program == "xelatex")
    urls = subprocess.run(
        ["pdfinfo", "-url", tmp_path / "a.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "https://a.b/c%5Fd%20e?f&g#h%7E" in urls


@needs_tex
@pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf")
@pytest.mark.parametrize("program", PRESENT)
def test_links_are_where_artists_are(program: str, tmp_path: Path) -> None:
    mpl.rcParams["pgf.texsystem"] = program
    figure = empty()
    figure.text(0.5, 0.25, "turned", rotation=90, size=8, url="https://a.b/text")
    figure.add_artist(
        Rectangle((0.75, 0.75), 0.2, 0.1, url="https://a.b/?c=d&e", transform=figure.transFigure)
    )
    pgf.FigureCanvas(figure)
    figure.savefig(tmp_path / "a.pdf")
    command = ["qpdf", "--qdf", "--object-streams=disable", tmp_path / "a.pdf", "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode("latin-1")
    found = {}
    for annotation in re.findall(r"<<[^<>]*/A <<.*?>>.*?>>", text, re.DOTALL):
        rect, uri = (
            re.search(r"/Rect \[([^]]*)\]", annotation),
            re.search(r"/URI \(([^)]*)\)", annotation),
        )
        assert rect is not None
        assert uri is not None
        found[uri[1]] = [float(v) for v in rect[1].split()]
    np.testing.assert_allclose(found["https://a.b/?c=d&e"], [54, 54, 68.4, 61.2], atol=1.1)
    left, bottom, right, top = found["https://a.b/text"]
    assert 34 < left < right < 47
    assert 12 < bottom < top < 52
    assert right - left < top - bottom


@needs_tex
def test_metadata_that_tex_cannot_take() -> None:
    figure = empty()
    pgf.FigureCanvas(figure)
    with pytest.raises(ValueError, match="must not contain the chars"):
        figure.savefig(io.BytesIO(), format="pdf", metadata={"Title": "{"})


@needs_tex
@needs_poppler
def test_png_by_way_of_latex() -> None:
    figure = lines()
    pgf.FigureCanvas(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, transparent=True)
    pixels = np.asarray(Image.open(file).convert("RGBA"))
    assert pixels.shape == (100, 100, 4)
    assert pixels[5, 95, 3] == 0
    assert pixels[50, 25, 0] > 200


@needs_tex
@pytest.mark.parametrize("program", PRESENT)
def test_files_of_several_pages(program: str, tmp_path: Path) -> None:
    mpl.rcParams["pgf.texsystem"] = program
    with pgf.PdfPages(tmp_path / "a.pdf", metadata={"Author": "me"}) as pages:
        for size in ((2, 1), (3, 4), (1, 1)):
            figure = images()
            figure.set_size_inches(size)
            pages.savefig(figure)
        assert pages.get_pagecount() == 3
        assert not (tmp_path / "a.pdf").exists()
    command = ["pdfinfo", "-l", "9", tmp_path / "a.pdf"]
    info = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"Page +\d size: +(\S+) x (\S+) pts", info) == [
        ("144", "72"),
        ("216", "288"),
        ("72", "72"),
    ]
    assert re.search(r"Author: +me", info)


def test_a_file_without_pages_is_not_written(tmp_path: Path) -> None:
    with pgf.PdfPages(tmp_path / "a.pdf"):
        pass
    assert not (tmp_path / "a.pdf").exists()


# --- links, groups


def test_links_on_every_kind_of_artist(tmp_path: Path) -> None:
    figure = DRAWINGS["collections"]()
    figure.axes[0].plot([5, 60], [10, 10], url="https://a.b/?c&d")
    text = saved(figure, tmp_path)
    assert text.count(r"\dpa{") == 13
    assert r"{https://a.b/?c\&d}" in text
    assert r"\ifdefined\href" in text
    assert r"\dpa" not in saved(empty(), tmp_path)


def test_ids_are_comments(tmp_path: Path) -> None:
    assert "\n% mine\n" in saved(DRAWINGS["patches"](), tmp_path)


# --- units


@pytest.mark.parametrize("dpi", [100, 200])
def test_a_pixel_is_one_of_the_save(dpi: int, tmp_path: Path, fake_tex: None) -> None:
    figure = empty()
    ax = figure.axes[0]
    ax.annotate("here", (10, 20), xytext=(30, 40), textcoords="offset pixels")
    ax.plot([10, 50], [60, 60], lw=2, dashes=(3, 1))
    ax.scatter([10, 50], [10, 10], [16, 64], marker="s", lw=0)
    ax.pcolormesh([60, 65, 70], [60, 65], [[1, 2]])
    text = picture(saved(figure, tmp_path, dpi=dpi))
    x, y = (10 + 30 * 72 / dpi, 20 + 40 * 72 / dpi)
    assert f"\\pgftext[x={x:g}bp,y={y:g}bp,left,base]" in text
    # Whatever is in points or in data stays where it is.
    assert "\\pgfsetlinewidth{2bp}" in text
    assert "\\pgfsetdash{{6bp}{2bp}}{0bp}" in text
    assert "\\dpm{10}{60}\\dpl{50}{60}" in text
    assert "\\pgfsys@rect{60bp}{60bp}{5bp}{5bp}" in text or "\\dpm{60}{60}" in text
    assert figure.dpi == 100
