"""Documents, and what other programs find in them."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from PIL import Image

from drypoint.backends import pdf
from tests import files


def saved(
    figure: Figure, canvas: type[FigureCanvasBase] = pdf.FigureCanvas, **keywords: Any
) -> bytes:
    return files.saved(figure, "pdf", canvas, **keywords)


def readable(figure: Figure, **keywords: Any) -> str:
    """The document without compression."""
    with mpl.rc_context({"pdf.compression": 0}):
        return saved(figure, **keywords).decode("latin-1")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")


def pixels(document: bytes, path: Path) -> np.ndarray:
    """What an independent program draws, at 144 dpi."""
    (path / "a.pdf").write_bytes(document)
    command = ["pdftocairo", "-png", "-singlefile", "-r", "144", "a.pdf", "a"]
    subprocess.run(command, cwd=path, check=True)
    return np.asarray(Image.open(path / "a.png").convert("RGB")).astype(float)


def printed(path: Path, *command: str) -> str:
    return subprocess.run(
        command, cwd=path, check=True, capture_output=True, encoding="utf-8"
    ).stdout
