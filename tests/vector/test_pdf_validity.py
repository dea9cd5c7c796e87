"""PDF/A and PDF/UA files, held against the standards: by veraPDF, and without it in the points that break easily."""

import datetime
import io
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import drypoint
from drypoint.backends import pdf

from .drawings import DRAWINGS, lines, texts
from .pdf_files import needs
from .test_alt_texts import ALT, drawing
from .test_readers import scripts

# Where `make test-pdf-standards` puts veraPDF's library.
JARS = os.environ.get("VERAPDF_JARS", "")
CHECK = Path(__file__).parents[2] / "tools" / "verapdf" / "check.js"

METADATA = {
    "Title": "A <title> é",
    "Author": "me & you",
    "Subject": "subject",
    "Keywords": "a, b",
    "CreationDate": datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
    "Trapped": "False",
    "Lang": "en",
}
# veraPDF's names of the standards; "ua1" goes with an archive as well as alone.
STANDARDS: dict[str, dict[str, object]] = {
    "2b": {"pdfa": "2b"},
    "2u": {"pdfa": "2u"},
    "ua1": {"pdf_ua": True},
    "2u+ua1": {"pdfa": "2u", "pdf_ua": True},
}


def shades() -> Figure:
    """Everything that makes groups and masks: hatches, alphas, triangles with shades, images with holes."""
    figure = Figure(figsize=(3, 2))
    ax = figure.subplots()
    ax.bar([0, 1], [1, 2], hatch="/o", alpha=0.5, edgecolor="r")
    ax.tripcolor([0, 1, 0], [0, 0, 1], [0.0, 1.0, 2.0], shading="gouraud", alpha=0.3)
    ax.imshow(np.ma.masked_less(np.arange(9.0).reshape(3, 3), 2), extent=(0, 1, 0, 2), alpha=0.4)
    ax.plot([0, 1], [0, 2], rasterized=True)
    return figure


FIGURES: dict[str, Callable[[], Figure]] = {
    **DRAWINGS,
    "alt texts": drawing,
    "scripts": scripts,
    "shades": shades,
}


def write_all(folder: Path, standard: str) -> list[Path]:
    """A file of each figure, and one of several pages, a note and links."""
    with drypoint.options.context(**STANDARDS[standard]):
        for name, make in FIGURES.items():
            figure = make()
            pdf.FigureCanvas(figure)
            alt = ALT if name == "alt texts" else f"what {name} look like"
            figure.savefig(folder / f"{name}.pdf", metadata={**METADATA, "Alt": alt})
        with pdf.PdfPages(folder / "many pages.pdf", metadata=METADATA) as pages:
            pages.savefig(drawing(), metadata={"Alt": ALT})
            pages.attach_note("a note", (10, 10, 40, 40))
            pages.savefig(lines(), metadata={"Alt": "lines"})
    return sorted(folder.iterdir())


# --- by veraPDF


@pytest.mark.skipif(
    not (JARS or shutil.which("verapdf")), reason="needs veraPDF: make test-pdf-standards"
)
@pytest.mark.parametrize("standard", STANDARDS)
def test_verapdf_finds_nothing(standard: str, tmp_path: Path) -> None:
    files = write_all(tmp_path, standard)
    for flavour in standard.split("+"):
        assert broken(flavour, files) == []


@pytest.mark.skipif(not JARS, reason="needs veraPDF: make test-pdf-standards")
def test_verapdf_finds_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "plain.pdf"
    figure = texts()
    pdf.FigureCanvas(figure)
    figure.savefig(file)
    said = broken("2b", [file])
    assert said[0] == f"broken {file}"
    assert any("6.6.2.1" in line for line in said)  # no XMP
    assert broken("ua1", [file])


def broken(flavour: str, files: list[Path]) -> list[str]:
    """The lines of veraPDF about files that break a standard; fails if it says nothing of a file."""
    if JARS:
        command = ["java", "-cp", f"{JARS}/*", "org.mozilla.javascript.tools.shell.Main"]
        command += [os.fspath(CHECK), flavour]
    else:
        command = ["verapdf", "--format", "text", "--flavour", flavour]
    done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    said = re.sub(r"^PASS (.*?)(?: \S+)?$", r"ok \1", done.stdout, flags=re.MULTILINE)
    told = said.splitlines()
    good = [line for line in told if line.startswith("ok ")]
    bad = [line for line in told if not line.startswith("ok ")]
    assert bad or len(good) == len(files), done.stdout + done.stderr
    return bad


# --- without it


@needs("qpdf")
@pytest.mark.parametrize("standard", STANDARDS)
def test_files_have_what_the_standards_ask_for(standard: str, tmp_path: Path) -> None:
    accessible, archival = "ua1" in standard, standard[0] == "2"
    for file in write_all(tmp_path, standard):
        text = unpacked(file)
        assert re.search(rb"/ID \[ ?<\w{32}><\w{32}> ?\]", text), file
        for forbidden in (
            b"/Encrypt",
            b"/LZWDecode",
            b"/JavaScript",
            b"/Launch",
            b"/AA ",
            b"/Type3",
        ):
            assert forbidden not in text, (file, forbidden)
        check_fonts(text)
        check_metadata(text, accessible, standard[:2] if archival else "")
        assert (b"/GTS_PDFA1" in text) == archival
        if archival:
            # Colours of groups are those of the output, and no other has a say.
            spaces = set(re.findall(rb"/CS /(\w+)", text))
            assert spaces <= {b"DeviceRGB", b"DeviceGray"}
            assert set(re.findall(rb"/BM /(\w+)", text)) <= {b"Normal"}
        if accessible:
            check_structure(text)


def unpacked(file: Path) -> bytes:
    """A file as text, one object after the other."""
    done = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", "--no-original-object-ids", file, "-"],
        capture_output=True,
        check=True,
    )
    return done.stdout


def check_fonts(text: bytes) -> None:
    """Every font stands in the file, tells characters, and has no list of glyphs that may be incomplete."""
    descriptors = text.count(b"/Type /FontDescriptor")
    assert descriptors == len(re.findall(rb"/FontFile[23]? \d+ 0 R", text))
    assert text.count(b"/Subtype /Type0") == text.count(b"/ToUnicode") == descriptors
    assert b"/CIDSet" not in text
    assert text.count(b"/Subtype /CIDFontType2") == text.count(b"/CIDToGIDMap")


def check_metadata(text: bytes, accessible: bool, archive: str) -> None:
    """XMP is well-formed and says the same as the dictionary."""
    packet = re.search(rb"<\?xpacket begin.*?<\?xpacket end=\"[rw]\"\?>", text, re.DOTALL)
    assert packet
    told: dict[str, list[str]] = {}
    for description in ElementTree.fromstring(packet[0]).iter():
        name = description.tag.split("}")[1]
        leaves = [leaf.text for leaf in description.iter() if leaf.text and leaf.text.strip()]
        told.setdefault(name, []).extend(leaf for leaf in leaves if leaf)
    assert told["title"] == [METADATA["Title"]]
    assert told["creator"] == [METADATA["Author"]]
    assert told["description"][0] == METADATA["Subject"]  # further ones are of names
    assert told["Keywords"] == [METADATA["Keywords"]]
    assert told["CreateDate"] == ["2024-01-02T03:04:05+00:00"]
    assert b"/Trapped /False" in text
    assert told["Producer"] == [f"drypoint v{drypoint.__version__}"]
    assert told["CreatorTool"] == [f"Matplotlib v{mpl.__version__}, https://matplotlib.org"]
    assert b"/CreationDate (D:20240102030405Z)" in text
    assert b"/Producer (drypoint v" in text
    marks = [*(archive[:1] or []), *(["1"] if accessible else [])]
    assert told["part"] == marks
    assert told.get("conformance") == ([archive[1].upper()] if archive else None)


def check_structure(text: bytes) -> None:
    """All that is drawn belongs to an element, and all that windows and voices ask for is there."""
    assert b"/DisplayDocTitle true" in text
    assert b"/Lang (en)" in text
    assert re.search(rb"/MarkInfo <<\s*/Marked true", text)
    pages = text.count(b"/Type /Page\n")
    assert pages == len(re.findall(rb"/StructParents \d+", text))
    figures = text.count(b"/S /Figure")
    assert figures >= pages
    assert (
        figures == text.count(b"/Alt ") == len(re.findall(rb"/BBox \[[^\]]*\]\s*/O /Layout", text))
    )
    annotations = len(re.findall(rb"/Subtype /(?:Link|Text)\b", text))
    assert annotations == len(re.findall(rb"/StructParent \d+", text)) == text.count(b"/Type /OBJR")
    if annotations:
        assert b"/Tabs /S" in text
    begun = re.findall(rb"/Figure<</MCID \d+>>BDC\n", text)
    ended = re.findall(rb"^EMC$", text, re.MULTILINE)
    assert len(begun) >= pages
    assert len(ended) == len(re.findall(rb"BDC$", text, re.MULTILINE)) >= len(begun)


def test_the_same_file_twice() -> None:
    def saved() -> bytes:
        file = io.BytesIO()
        figure = drawing()
        pdf.FigureCanvas(figure)
        with drypoint.options.context(pdfa="2u", pdf_ua=True):
            figure.savefig(file, format="pdf", metadata={**METADATA, "Alt": ALT})
        return file.getvalue()

    assert saved() == saved()
