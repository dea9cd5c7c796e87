"""PDF/A, PDF/UA, attachments."""

import io
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

import drypoint
from drypoint.backends import agg, pdf

from .drawings import DRAWINGS, empty, lines, texts
from .pdf_files import needs, printed, readable, saved

METADATA = {"Title": "A <title> é", "Lang": "en", "Alt": "a picture", "Author": "me & you"}


def xmp(text: str) -> ElementTree.Element:
    """The metadata of a document that is not compressed."""
    found = re.search(r"/Subtype/XML/Length \d+>>\nstream\n(.*?)\nendstream", text, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[1].encode("latin-1").decode("utf-8"))


@pytest.mark.parametrize("level", ["2b", "2u"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_archives_get_all_that_they_ask_for(name: str, level: str) -> None:
    with drypoint.options.context(pdfa=level):
        text = readable(DRAWINGS[name](), metadata=METADATA)
    assert text.startswith("%PDF-1.7\n%")
    assert "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1" in text
    assert "/ID[<" in text
    told = {element.tag.split("}")[1]: element.text for element in xmp(text).iter()}
    assert (told["part"], told["conformance"]) == (level[0], level[1].upper())
    assert told["CreatorTool"] == f"Matplotlib v{mpl.__version__}, https://matplotlib.org"
    items = [element.text for element in xmp(text).iter() if element.tag.endswith("}li")]
    assert items == [METADATA["Title"], METADATA["Author"]]
    # What is forbidden.
    for word in ("/Encrypt", "/LZWDecode", "/JavaScript", "/Interpolate true", "/TR ", "/Type3"):
        assert word not in text
    for annotation in re.findall(r"/Type/Annot/Subtype/\w+/F (\d+)", text):
        assert int(annotation) & 0b111 == 4  # printed, neither hidden nor invisible
    # Every font stands in the file.
    assert text.count("/Type/FontDescriptor") == len(re.findall(r"/FontFile[23] ", text))


def test_the_profile_is_srgb() -> None:
    with drypoint.options.context(pdfa="2b"):
        text = readable(lines())
    found = re.search(r"/N 3/Length (\d+)>>\nstream\n", text)
    assert found
    profile = text[found.end() :].encode("latin-1")[: int(found[1])]
    image_cms = pytest.importorskip("PIL.ImageCms")
    ours = image_cms.ImageCmsProfile(io.BytesIO(profile))
    theirs = image_cms.createProfile("sRGB")
    from PIL import Image

    colors = Image.new("RGB", (3, 1))
    colors.putdata([(255, 0, 0), (10, 200, 30), (128, 128, 128)])
    same = image_cms.profileToProfile(colors, ours, theirs)
    for a, b in zip(colors.tobytes(), same.tobytes(), strict=True):
        assert abs(a - b) <= 1


def test_every_code_stands_for_something() -> None:
    def codes(level: str) -> tuple[int, int]:
        with drypoint.options.context(pdfa=level):
            text = readable(texts())
        told = sum(int(count) for count in re.findall(r"(\d+) beginbfchar", text))
        widths = re.findall(r"/W\[0\[(.*?)\]\]", text)
        return told, sum(len(row.split()) - 1 for row in widths)

    told, there = codes("2u")
    assert told == there
    told, there = codes("2b")
    assert told <= there


@needs("qpdf")
def test_accessible_files_are_tagged(tmp_path: Path) -> None:
    with drypoint.options.context(pdf_ua=True):
        text = readable(lines(), metadata=METADATA)
        (tmp_path / "a.pdf").write_bytes(saved(lines(), metadata=METADATA))
    printed(tmp_path, "qpdf", "--check", "a.pdf")
    assert "/Lang(en)" in text
    assert "/DisplayDocTitle true" in text
    assert "/MarkInfo<</Marked true>>" in text
    assert "/S/Figure" in text
    assert "/Alt(a picture)" in text
    assert re.search(r"/S/Link/Pg \d+ 0 R/K<</Type/OBJR/Obj \d+ 0 R>>", text)
    assert re.search(r"/Subtype/Link.*/Contents\(https://a.b/\?c&d\).*/StructParent 1>>", text)
    assert "/Tabs/S" in text
    assert ElementTree.tostring(xmp(text)).count(b"pdfuaid") or "pdfuaid:part>1<" in text


@pytest.mark.parametrize("missing", ["Title", "Lang", "Alt"])
def test_what_accessible_files_lack_is_said(missing: str) -> None:
    metadata = {key: value for key, value in METADATA.items() if key != missing}
    with (
        drypoint.options.context(pdf_ua=True),
        pytest.raises(ValueError, match=f"PDF/UA needs '{missing}' in the metadata"),
    ):
        saved(lines(), metadata=metadata)


def test_what_archives_refuse_is_said(tmp_path: Path) -> None:
    with drypoint.options.context(pdfa="2b"):
        with pytest.raises(ValueError, match="PDF/A-2 takes no attachments"):
            saved(lines(), attachments={"a.txt": b"a"})
        with pytest.raises(ValueError, match="sides from 3 to 14400 points, not 20000 and 72"):
            saved(Figure(figsize=(20000 / 72, 1)))
        figure = lines()
        agg.FigureCanvas(figure)
        with (
            mpl.rc_context({"pdf.use14corefonts": True}),
            pytest.raises(ValueError, match="need embedded fonts"),
        ):
            figure.savefig(tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())


def test_pages_keep_the_standard_they_began_with() -> None:
    file = io.BytesIO()
    with pdf.PdfPages(file, metadata={"Title": "a"}) as pages:
        with drypoint.options.context(pdfa="2b"):
            pages.attach_note("a note")
        pages.savefig(lines())
    assert b"/Subtype/XML" in file.getvalue()


@needs("qpdf")
def test_files_are_attached(tmp_path: Path) -> None:
    (tmp_path / "on disk.csv").write_bytes(b"1,2\n")
    attachments = {"é.bin": b"\0\1", "a.csv": tmp_path / "on disk.csv"}
    (tmp_path / "a.pdf").write_bytes(saved(empty(), attachments=attachments))
    listed = printed(tmp_path, "qpdf", "--list-attachments", "a.pdf")
    assert re.findall(r"^(\S+) ->", listed, re.MULTILINE) == ["a.csv", "é.bin"]
    shown = printed(tmp_path, "qpdf", "--show-attachment=a.csv", "a.pdf")
    assert shown == "1,2\n"
    file = io.BytesIO()
    with pdf.PdfPages(file, attachments={"a.txt": b"a"}) as pages:
        pages.savefig(empty(), attachments={"b.txt": b"b"})
    (tmp_path / "b.pdf").write_bytes(file.getvalue())
    listed = printed(tmp_path, "qpdf", "--list-attachments", "b.pdf")
    assert re.findall(r"^(\S+) ->", listed, re.MULTILINE) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("wrong", [["a.txt"], {"a.txt": 5}, {5: b"a"}])
def test_what_cannot_be_attached_is_said(wrong: Any) -> None:
    with pytest.raises(TypeError, match="attachment"):
        saved(empty(), attachments=wrong)


def test_the_language_of_a_file() -> None:
    assert "/Lang" not in readable(empty())
    assert "/Lang(pt-BR)" in readable(empty(), metadata={"Lang": "pt-BR"})
