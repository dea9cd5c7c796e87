"""Small documents of every player, word by word, as they are kept in ``snapshots/``.

After a change that is wanted: ``SNAPSHOTS=write pytest tests/vector/test_snapshots.py``, and a look at the difference.
"""

import os
import re
from pathlib import Path

import matplotlib as mpl
import pytest

import drypoint
from drypoint.backends import pdf, pgf, ps, svg

from .drawings import DRAWINGS

FOLDER = Path(__file__).parent / "snapshots"
MODULES = {"pdf": pdf, "svg": svg, "eps": ps, "pgf": pgf}

# Without what differs from one release to the next: who wrote it.
METADATA = {
    "pdf": {"Creator": None, "Producer": None},
    "svg": dict.fromkeys(("Creator", "Format", "Type")),
    "eps": {"Creator": "us"},
    "pgf": None,
}
LEFT_OUT = {
    ("texts", "pgf"): "LaTeX would measure the text",
    ("collections", "eps"): "transparent circles over circles are thousands of lines",
    ("images", "eps"): "pixels are most of it",
}


def document(name: str, fmt: str, folder: Path) -> str:
    """What is drawn, as text."""
    figure = DRAWINGS[name]()
    MODULES[fmt].FigureCanvas(figure)
    path = folder / f"a.{fmt}"
    with mpl.rc_context({"pdf.compression": 0}), drypoint.options.context(ps_compression=0):
        figure.savefig(path, metadata=METADATA[fmt])
    written = path.read_bytes()
    if fmt == "pdf":
        # Neither fonts, images and shades, nor where what begins.
        written = written[written.index(b"\n", 12) + 1 : written.rindex(b"\nxref") + 1]
        written = re.sub(rb"stream\n.*?\nendstream", streams_of_text, written, flags=re.DOTALL)
        written = re.sub(rb"/Length \d+", b"/Length n", written)
    text = written.decode("utf-8")
    if fmt == "svg":
        text = re.sub(r"base64,[^\"]*", "base64,…", text)
    elif fmt == "eps":
        # Fonts, and the procedures of all files.
        text = re.sub(r"%%BeginProlog.*?%%EndProlog", "…", text, flags=re.DOTALL)
        text = re.sub(r"%%BeginResource: font.*?%%EndResource", "…", text, flags=re.DOTALL)
    elif fmt == "pgf":
        text = text[text.index("\\begin{pgfpicture}") :]
    return text


def streams_of_text(stream: re.Match[bytes]) -> bytes:
    """A stream, or nothing of it if it is not text."""
    if re.fullmatch(rb"[\n -~]*", stream[0]):
        return stream[0]
    return "stream\n…\nendstream".encode()


@pytest.mark.parametrize("fmt", MODULES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_documents_are_what_they_were(name: str, fmt: str, tmp_path: Path) -> None:
    if (name, fmt) in LEFT_OUT:
        pytest.skip(LEFT_OUT[name, fmt])
    text = document(name, fmt, tmp_path)
    kept = FOLDER / f"{name}.{fmt}.txt"
    if os.environ.get("SNAPSHOTS") == "write":
        kept.write_text(text, encoding="utf-8", newline="\n")
    assert text.splitlines() == kept.read_text(encoding="utf-8").splitlines()


def test_no_snapshot_is_forgotten() -> None:
    wanted = {
        f"{name}.{fmt}.txt" for name in DRAWINGS for fmt in MODULES if (name, fmt) not in LEFT_OUT
    }
    assert {path.name for path in FOLDER.iterdir()} == wanted
