"""What figures and artists show, in words, for those who cannot see it: the same in SVG and PDF."""

import re
import subprocess
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

import drypoint
from drypoint.backends import pdf, svg
from tests import files

from .pdf_files import needs, readable

ALT = {None: "Two years of rain", "image": "A map", "left": "Rain, 2023", "rising": "It <rises>"}
SVG = "{http://www.w3.org/2000/svg}"


def drawing() -> Figure:
    """Two axes: the left one has an id, and so has a line in it; an image; a line named by its label."""
    figure = Figure(figsize=(4, 2))
    left, right = figure.subplots(1, 2)
    left.set_gid("left")
    left.plot([0, 1, 2], gid="rising", url="https://a.b")
    left.plot([2, 1, 0], gid="falling", label="it falls")
    left.plot([1, 1, 1], label="no id")
    left.plot([0, 0, 0], gid="silent")
    left.plot([2, 2, 2], gid="hidden", label="not seen").pop().set_visible(False)
    right.imshow([[0, 1], [2, 3]]).set_gid("image")
    return figure


def saved(figure: Figure, module: Any, **keywords: Any) -> bytes:
    return files.saved(figure, None, module.FigureCanvas, **keywords)


def groups(**keywords: Any) -> tuple[ET.Element, dict[str, ET.Element]]:
    """The root of the drawing as SVG, and the elements with ids of the user's."""
    root = ET.fromstring(saved(drawing(), svg, **keywords))
    named = {element.get("id", ""): element for element in root.iter()}
    return root, {gid: named[gid] for gid in ("left", "rising", "falling", "silent", "image")}


def said(element: ET.Element) -> tuple[str | None, str | None]:
    return element.get("role"), element.get("aria-label")


def test_artists_of_an_svg_file() -> None:
    root, named = groups(metadata={"Alt": ALT, "Title": "Rain"})
    # An "img" would hide its parts.
    assert root.get("role") == "graphics-document document"
    assert [element.text for element in root.iter(f"{SVG}desc")] == ["Two years of rain"]
    assert said(named["left"]) == ("graphics-object group", "Rain, 2023")
    assert said(named["rising"]) == ("graphics-symbol img", "It <rises>")
    assert said(named["falling"]) == ("graphics-symbol img", "it falls")
    assert said(named["image"]) == ("graphics-symbol img", "A map")
    assert len(named["image"]) == 1
    assert said(named["silent"]) == (None, None)
    assert [id(element) for element in named["left"].iter()].count(id(named["rising"])) == 1
    # Browsers show titles under the mouse: there is only that of the file.
    assert len(list(root.iter(f"{SVG}title"))) == 1


def test_a_text_for_the_figure_brings_labels_with_it() -> None:
    _, named = groups(metadata={"Alt": "rain"})
    assert {gid for gid, element in named.items() if element.get("role")} == {"falling"}
    _, named = groups(metadata={"Alt": {None: "rain", "falling": ""}})
    assert not any(element.get("role") for element in named.values())


def test_nothing_is_said_unasked() -> None:
    root, named = groups()
    assert root.get("role") is None
    assert all(said(element) == (None, None) for element in named.values())
    assert "StructTreeRoot" not in readable(drawing())


def test_a_figure_without_described_artists_is_one_image() -> None:
    figure = Figure(figsize=(1, 1))
    root = ET.fromstring(saved(figure, svg, metadata={"Alt": "nothing"}))
    assert root.get("role") == "img"


def structure(text: str) -> dict[str, tuple[list[int], list[float]]]:
    """Figures of a readable file with one page: marked content and bounding box by text; checked against the page."""
    content = text[text.index("BDC") - 30 :]
    begun = [int(number) for number in re.findall(r"/Figure<</MCID (\d+)>>BDC\n", content)]
    assert begun == list(range(len(begun)))
    # They do not stand in each other.
    assert re.findall(r"BDC\n|EMC\n", content) == ["BDC\n", "EMC\n"] * len(begun)
    (page,) = re.findall(r"/StructParents (\d+)", text)
    parents = re.search(r"/ParentTree<</Nums\[(.*?)\]>>", text)
    assert parents
    of_page = re.search(rf"(?:^|[\] R]){page} \[(.*?)\]", parents[1])
    assert of_page
    owners = [int(number) for number in re.findall(r"(\d+) 0 R", of_page[1])]
    assert len(owners) == len(begun)
    figures = {}
    for number, entries in re.findall(
        r"^(\d+) 0 obj\n(<</Type/StructElem.*?/S/Figure.*)", text, re.MULTILINE
    ):
        kids = re.search(r"/K(?: (\d+)|\[([\d ]*)\])/Alt\((.*?)\)/A", entries)
        bbox = re.search(r"/BBox\[(.*?)\]", entries)
        assert kids
        assert bbox
        sequences = [int(kid) for kid in (kids[1] or kids[2]).split()]
        assert [owners[sequence] for sequence in sequences] == [int(number)] * len(sequences)
        figures[kids[3]] = sequences, [float(side) for side in bbox[1].split()]
    assert sum(len(sequences) for sequences, _ in figures.values()) == len(begun)
    return figures


def test_artists_of_a_pdf_file() -> None:
    figures = structure(readable(drawing(), metadata={"Alt": ALT}))
    assert list(figures) == ["Two years of rain", "Rain, 2023", "It <rises>", "it falls", "A map"]
    # The content of the page begins, goes on between the axes, and ends.
    assert figures["Two years of rain"][0][0] == 0
    assert len(figures["Two years of rain"][0]) >= 2
    assert len(figures["Rain, 2023"][0]) >= 2
    assert len(figures["It <rises>"][0]) == 1
    whole, left, line, other, image = (box for _, box in figures.values())
    assert whole == [0, 0, 288, 144]
    for inner, outer in ((left, whole), (line, left), (other, left), (image, whole)):
        assert outer[0] <= inner[0] < inner[2] <= outer[2]
        assert outer[1] <= inner[1] < inner[3] <= outer[3]
    assert left[2] < image[0]


@needs("qpdf")
@needs("pdfinfo")
def test_programs_see_the_structure(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    with pdf.PdfPages(file) as pages, drypoint.options.context(pdf_ua=True):
        pages.savefig(drawing(), metadata={"Alt": ALT})
        pages.savefig(drawing(), metadata={"Alt": "a page"})
        pages.infodict()["Title"] = "Rain"
        pages._ensure_file()._language = "en"
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    told = subprocess.run(
        ["pdfinfo", "-struct-text", file], check=True, capture_output=True, text=True
    )
    assert told.stderr == ""
    elements = re.findall(r"^ *(Figure|Link)", told.stdout, re.MULTILINE)
    assert elements == ["Figure"] * 5 + ["Link"] + ["Figure"] * 2 + ["Link"]


@pytest.mark.parametrize("module", [svg, pdf])
def test_the_same_figure_gives_the_same_bytes(module: Any) -> None:
    first, second = (saved(drawing(), module, metadata={"Alt": ALT}) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("module", [svg, pdf])
def test_a_text_for_nobody_is_a_warning(module: Any) -> None:
    with pytest.warns(
        UserWarning, match="says what 'lfet' shows, but no artist of the figure has that gid"
    ):
        saved(drawing(), module, metadata={"Alt": {"lfet": "Rain"}})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        saved(drawing(), module, metadata={"Alt": ALT})


@pytest.mark.parametrize("module", [svg, pdf])
@pytest.mark.parametrize("alt", [1, {"left": 2}, ["rain"]])
def test_texts_are_strings(module: Any, alt: Any) -> None:
    with pytest.raises(TypeError, match="Invalid type for Alt metadata"):
        saved(drawing(), module, metadata={"Alt": alt})


def test_the_page_has_words_when_only_artists_were_given_some() -> None:
    alt = {"left": "Rain, 2023"}
    root, _ = groups(metadata={"Alt": alt})
    assert [element.text for element in root.iter(f"{SVG}desc")] == ["Figure: 4 lines; 1 image"]
    with (
        drypoint.options.context(pdf_ua=True),
        pytest.raises(ValueError, match="PDF/UA needs 'Alt' in the metadata"),
    ):
        saved(drawing(), pdf, metadata={"Alt": alt, "Title": "a", "Lang": "en"})
