"""Pictures for LaTeX, and which LaTeX there is."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from PIL import Image

from drypoint.backends import agg, pgf

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
