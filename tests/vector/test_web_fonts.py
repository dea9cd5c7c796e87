"""Fonts that stand in SVG documents."""

import base64
import io
import re
import sys
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont

from drypoint import options
from drypoint.adapter import compat
from drypoint.adapter.web_fonts import web_font
from drypoint.backends import svg
from tests import files

FORMULA = r"$\sum_{i=0}^\infty \left(\frac{a}{b}\right)$"


def saved(figure: Figure) -> bytes:
    """The document of a figure, with its fonts."""
    with options.context(svg_embed_fonts=True):
        return files.saved(figure, "svg", svg.FigureCanvas)


def fonts(document: bytes) -> dict[str, TTFont]:
    """The fonts in a document by family."""
    rules = re.findall(
        rb"@font-face\{font-family:([a-z0-9-]+);src:url\(data:font/woff2;base64,([^)]*)\)\}",
        document,
    )
    assert len(rules) == document.count(b"@font-face")
    return {family.decode(): TTFont(io.BytesIO(base64.b64decode(data))) for family, data in rules}


def texts(document: bytes) -> list[tuple[list[str], str]]:
    """Families and text of each element that has both."""
    found = []
    for element in ET.fromstring(document).iter():
        match = re.search("font-family: (.*?)(;|$)", element.get("style", ""))
        if match and element.text:
            found.append((match[1].split(", "), element.text))
    return found


def test_every_character_is_in_the_fonts_of_its_element() -> None:
    figure = Figure()
    figure.text(0.1, 0.5, "AVATAR office ü")
    figure.text(0.1, 0.7, "thick", fontweight="bold", style="italic")
    figure.text(0.1, 0.3, FORMULA)
    document = saved(figure)
    known = fonts(document)
    written = texts(document)
    assert "AVATAR office ü" in [text for _, text in written]
    for families, text in written:
        assert families[-1] == "sans-serif"
        maps = [known[family].getBestCmap() for family in families[:-1]]
        for character in text.replace("\xa0", ""):
            assert any(ord(character) in characters for characters in maps), character
    assert {font.flavor for font in known.values()} == {"woff2"}


def test_fonts_hold_what_is_written_and_the_kerning() -> None:
    figure = Figure()
    figure.text(0.1, 0.5, "AV")
    (font,) = fonts(saved(figure)).values()
    assert sorted(font.getBestCmap()) == [ord("A"), ord("V")]
    assert "GPOS" in font
    assert len(font.getGlyphOrder()) == 3


def outline(font: TTFont, name: str) -> list[object]:
    """What draws a glyph."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return pen.value


def test_glyphs_that_their_text_does_not_lead_to_get_other_characters() -> None:
    face = compat.FontFace(findfont("DejaVu Sans"), 0)
    whole = TTFont(face.path)
    characters = whole.getBestCmap()
    nameless = next(
        name
        for name in whole.getGlyphOrder()[1:]
        if name not in characters.values() and outline(whole, name)
    )
    names = ["f", characters[0xFB01], nameless]
    glyphs = [whole.getGlyphID(name) for name in names]
    made = web_font(face, "", [(glyph, "f") for glyph in glyphs])
    assert made is not None
    assert list(made.substitutes) == glyphs[1:]
    assert made.substitutes[glyphs[1]] == "\ufb01"
    assert 0xE000 <= ord(made.substitutes[glyphs[2]]) < 0xF900
    subset = TTFont(io.BytesIO(made.woff2))
    for glyph, name in zip(glyphs, names, strict=True):
        character = made.substitutes.get(glyph, "f")
        assert outline(subset, subset.getBestCmap()[ord(character)]) == outline(whole, name)


def test_the_same_figure_gives_the_same_bytes() -> None:
    def figure() -> Figure:
        made = Figure()
        made.text(0.5, 0.5, "same")
        return made

    assert saved(figure()) == saved(figure())


def test_without_brotli_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    figure = Figure()
    figure.text(0.5, 0.5, "never written before")
    with pytest.raises(ImportError, match="the package brotli, which is missing: pip install"):
        saved(figure)


def test_formulas_say_the_size_of_their_glyphs() -> None:
    figure = Figure()
    figure.text(0.1, 0.5, "$x^2$", size=20)
    svg.FigureCanvas(figure)
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg")
    sizes = re.findall(rb'<tspan style="font-size: ([0-9.]+)px;', buffer.getvalue())
    assert [float(size) for size in sizes] == [20, 14]
