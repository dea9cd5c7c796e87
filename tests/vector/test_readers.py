"""Other programs open our files, find nothing to complain of, and see what we meant."""

import io
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from drypoint.backends import pdf, ps, svg

from .drawings import DRAWINGS, empty

EXAMPLES = Path(__file__).parents[2] / "examples"
CANVASES = {"pdf": pdf, "svg": svg, "eps": ps, "ps": ps}


def scripts() -> Figure:
    """Letters that need several fonts, in both directions, and formulas."""
    figure = empty()
    strings = ["office ÄÖÅ é", "Ωμέγα", "שלום", "מָקוֹם", "µs μs"]
    strings.append(r"$\sum_{i=0}^n \hat{x}_i \geq \mathbb{R}$")
    for k, string in enumerate(strings):
        figure.text(0.05, 0.1 + 0.15 * k, string, size=7)
    figure.text(0.6, 0.5, "bold", weight="bold", family="serif", size=6)
    return figure


def everyday() -> Figure:
    """What most people save: axes with lines, a legend, an image with its colour bar."""
    with mpl.rc_context({"axes.prop_cycle": mpl.rcParamsDefault["axes.prop_cycle"]}):
        figure, (left, right) = plt.subplots(ncols=2, layout="constrained")
    plt.close(figure)
    x = np.linspace(0, 7, 60)
    left.plot(x, np.sin(x), label=r"$\sin x$")
    left.errorbar(x[::9], np.cos(x[::9]), yerr=0.1, fmt="o", capsize=3, label="with (bars)")
    left.fill_between(x, np.sin(x) - 0.2, np.sin(x) + 0.2, alpha=0.3)
    left.legend(title="what")
    left.set(title="Title – ü", xlabel="time / s", yscale="symlog")
    figure.colorbar(right.imshow(np.arange(12.0).reshape(3, 4)), label="level")
    right.bar([0, 1], [1, 2], hatch=["//", "*"], alpha=0.5)
    return figure


CORPUS: dict[str, Callable[[], Figure]] = {
    **DRAWINGS,
    "empty": empty,
    "scripts": scripts,
    "everyday": everyday,
}

of_corpus = pytest.mark.parametrize("name", CORPUS)


def saved(figure: Figure, fmt: str, folder: Path, settings: dict[str, object] | None = None) -> str:
    """Save a figure into a folder; the name of the file."""
    file = io.BytesIO()
    with mpl.rc_context(settings):  # type: ignore[arg-type]
        CANVASES[fmt].FigureCanvas(figure)
        figure.savefig(file, format=fmt)
    (folder / f"a.{fmt}").write_bytes(file.getvalue())
    return f"a.{fmt}"


def says(folder: Path, *command: str) -> str:
    """Everything that a program has to say; the test is skipped where there is none."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said
    return said


GHOSTSCRIPT = ("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-r50")


@of_corpus
def test_mupdf_has_no_complaints(name: str, tmp_path: Path) -> None:
    file = saved(CORPUS[name](), "pdf", tmp_path)
    said = says(tmp_path, "mutool", "draw", "-q", "-r", "50", "-o", "a.png", file)
    # Debian's is built without colour management, and says so of every file.
    assert said.replace("warning: ICC support is not available\n", "") == ""
    assert (tmp_path / "a.png").exists()


@of_corpus
@pytest.mark.parametrize("fmt", ["pdf", "eps", "ps"])
def test_ghostscript_has_no_complaints(name: str, fmt: str, tmp_path: Path) -> None:
    file = saved(CORPUS[name](), fmt, tmp_path)
    assert says(tmp_path, *GHOSTSCRIPT, "-sDEVICE=nullpage", file) == ""


@of_corpus
def test_all_fonts_are_embedded_and_none_is_of_type_3(name: str, tmp_path: Path) -> None:
    file = saved(CORPUS[name](), "pdf", tmp_path)
    head, _, *fonts = says(tmp_path, "pdffonts", file).splitlines() or ["emb", ""]
    assert all(font[head.index("emb") :].startswith("yes") for font in fonts)
    assert not any("Type 3" in font for font in fonts)
    assert bool(fonts) == (name in ("texts", "scripts", "everyday"))


def test_text_is_taken_out_as_it_was_written(tmp_path: Path) -> None:
    file = saved(scripts(), "pdf", tmp_path)
    words = says(tmp_path, "pdftotext", file, "-").split()
    assert {"office", "ÄÖÅ", "é", "Ωμέγα", "µs", "μs", "bold"} <= set(words)
    bare = {re.sub(r"[\u200e\u200f\u202a-\u202e]", "", word) for word in words}
    assert {"שלום", "מָקוֹם"} <= bare


@of_corpus
@pytest.mark.parametrize("fonttype", ["path", "none"])
def test_svg_is_well_formed_and_all_its_parts_are_there(
    name: str, fonttype: str, tmp_path: Path
) -> None:
    file = saved(CORPUS[name](), "svg", tmp_path, {"svg.fonttype": fonttype})
    text = (tmp_path / file).read_text()
    ids = Counter(element.get("id") for element in ET.fromstring(text).iter())
    del ids[None]
    assert [key for key, count in ids.items() if count > 1] == []
    used = set(re.findall(r"(?:url\(|href=[\"'])#([^)\"']+)", text))
    assert used - set(ids) == set()
    assert says(tmp_path, "xmllint", "--noout", "--nonet", file) == ""


@pytest.mark.parametrize("fmt", ["pdf", "eps"])
def test_ghostscript_draws_hatches_on_their_ground(fmt: str, tmp_path: Path) -> None:
    figure = empty()
    hatched = Rectangle((-9, -9), 99, 99, facecolor="b", edgecolor="k", hatch="xx")
    figure.axes[0].add_patch(hatched)
    file = saved(figure, fmt, tmp_path)
    smooth = ("-dEPSCrop", "-dGraphicsAlphaBits=4", "-r100", "-sDEVICE=png16m", "-o", "a.png")
    says(tmp_path, *GHOSTSCRIPT, *smooth, file)
    drawn = np.asarray(Image.open(tmp_path / "a.png").convert("RGB"))
    # Blue and black, and no white between them.
    assert (drawn[..., :2] <= 2).all()
    assert (drawn[..., 2] < 99).any()
    assert (drawn[..., 2] == 255).any()
