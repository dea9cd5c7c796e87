"""PGF: documents, text that LaTeX sets, what is too much for TeX, PDF and PNG by way of LaTeX."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from PIL import Image

from drypoint.adapter import latex
from drypoint.backends import agg, pgf

from .drawings import DRAWINGS, empty, texts

TEXSYSTEMS = ("pdflatex", "xelatex", "lualatex")


def has_tex(program: str) -> bool:
    """Whether LaTeX is there with all that PGF needs."""
    needed = ["pgf.sty", "underscore.sty", "hyperref.sty", "geometry.sty"]
    if program != "pdflatex":
        needed.append("fontspec.sty")
    if not (shutil.which(program) and shutil.which("kpsewhich")):
        return False
    return subprocess.run(["kpsewhich", *needed], capture_output=True, check=False).returncode == 0


needs_poppler = pytest.mark.skipif(shutil.which("pdftocairo") is None, reason="needs poppler")
PRESENT = [program for program in TEXSYSTEMS if has_tex(program)]
needs_tex = pytest.mark.skipif(not PRESENT, reason="needs LaTeX with pgf and underscore")


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The first LaTeX that is there, and a cache of measures for each test."""
    monkeypatch.setattr(mpl, "get_cachedir", lambda: str(tmp_path / "cache"))
    latex._forget()
    program = PRESENT[0] if PRESENT else "pdflatex"
    with mpl.rc_context({"pgf.texsystem": program, "pgf.rcfonts": False}):
        yield
    if latex._ruler is not None:
        latex._ruler[1].close()
    latex._forget()


@pytest.fixture
def fake_tex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures without LaTeX: half an em for each character of the source."""
    monkeypatch.setattr(
        latex, "measure", lambda program, header, source, shown: (5.0 * len(source), 8.0, 2.0)
    )


def saved(
    figure: Figure,
    path: Path,
    canvas: type[FigureCanvasBase] = pgf.FigureCanvas,
    name: str = "a.pgf",
    **keywords: Any,
) -> str:
    canvas(figure)
    figure.savefig(path / name, **keywords)
    return (path / name).read_text(encoding="utf-8")


def picture(text: str) -> str:
    """What is between the beginning of the picture and its end."""
    inside = text.partition("\\pgfusepath{use as bounding box, clip}%\n")[2]
    return inside.partition("\\end{pgfpicture}")[0]


def pixels_of_pdf(pdf: Path, dpi: int) -> np.ndarray:
    target = pdf.with_suffix("")
    subprocess.run(["pdftocairo", "-png", "-singlefile", "-r", str(dpi), pdf, target], check=True)
    image = Image.open(target.with_suffix(".png")).convert("RGB")
    return np.asarray(image).astype(float)


def own_pixels(figure: Figure, dpi: int) -> np.ndarray:
    """Our PNG on white."""
    agg.FigureCanvas(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi)
    png = Image.open(file).convert("RGBA")
    paper = Image.new("RGBA", png.size, "white")
    paper.alpha_composite(png)
    return np.asarray(paper.convert("RGB")).astype(float)


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


@needs_poppler
@pytest.mark.parametrize("program", PRESENT or [pytest.param("", marks=needs_tex)])
@pytest.mark.parametrize("name", DRAWINGS)
def test_it_looks_like_our_png(name: str, program: str, tmp_path: Path) -> None:
    if name == "sketches":
        pytest.skip("sketches are made of steps in pixels")
    if name == "texts":
        pytest.skip("LaTeX's fonts are others; see below")
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
