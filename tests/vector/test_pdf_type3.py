"""PDF: fonts whose glyphs are procedures."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import drypoint


@pytest.mark.skipif(not shutil.which("pdftocairo"), reason="needs poppler")
def test_type3_fonts_are_a_wish(tmp_path: Path) -> None:
    """Codes have one byte: a face with more than 256 glyphs takes more than one font."""
    figure = Figure(figsize=(6, 4))
    letters = [
        chr(code) for code in (*range(0x41, 0x7B), *range(0xC0, 0x240), *range(0x3B1, 0x3C9))
    ]
    lines = ["".join(letters[start : start + 40]) for start in range(0, len(letters), 40)]
    for place, line in enumerate(lines):
        figure.text(0.02, 0.95 - 0.07 * place, line, parse_math=False)
    figure.text(0.02, 0.05, r"$\sum_{i=1}^n \frac{x_i}{n}$ and an accent: é")
    figure.savefig(tmp_path / "type0.pdf", backend="module://drypoint.backends.pdf")
    with drypoint.options.context(pdf_type3_fonts=True):
        figure.savefig(tmp_path / "type3.pdf", backend="module://drypoint.backends.pdf")
    fonts = subprocess.run(
        ["pdffonts", tmp_path / "type3.pdf"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert len(fonts) >= 3
    assert all("Type 3" in font for font in fonts)
    texts, pictures = [], []
    for name in ("type0", "type3"):
        file = tmp_path / f"{name}.pdf"
        done = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)
        texts.append("".join(done.stdout.split()))
        subprocess.run(
            ["pdftocairo", "-png", "-r", "72", "-singlefile", file, file.with_suffix("")],
            check=True,
        )
        with Image.open(file.with_suffix(".png")) as image:
            pictures.append(np.asarray(image.convert("L"), float))
    # The order of what stands above and below each other in a formula is the reader's.
    assert sorted(texts[0]) == sorted(texts[1])
    assert all(line in texts[1] for line in lines)
    # Another way of the reader's to smooth the same outlines.
    assert np.abs(pictures[0] - pictures[1]).mean() < 2
    assert np.abs(pictures[0] - 255).mean() > 8
