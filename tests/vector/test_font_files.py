"""Fonts of all kinds of files and for all kinds of scripts: embedded, drawn and read back."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTCollection, TTFont
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontPath, FontProperties
from PIL import Image

from drypoint.backends import agg, pdf, ps
from drypoint.conformance.vector import programs
from drypoint.conformance.vector.compare import measure

from .pdf_files import needs, printed

BUNDLED = Path(mpl.get_data_path(), "fonts", "ttf")
DPI = 144


def collection(folder: Path) -> list[FontProperties]:
    """Both faces of a file with two."""
    fonts = TTCollection()
    fonts.fonts = [TTFont(BUNDLED / f"{name}.ttf") for name in ("cmr10", "DejaVuSerif")]
    path = folder / "both.ttc"
    fonts.save(path)
    return [FontProperties(fname=FontPath(str(path), index)) for index in (0, 1)]


def postscript_outlines(folder: Path) -> list[FontProperties]:
    """A font with cubic curves (CFF) and a ligature."""
    source = TTFont(BUNDLED / "DejaVuSans.ttf")
    names = source.getBestCmap()
    characters = {ord(c): names[ord(c)] for c in "ofice "}
    order = [".notdef", *characters.values(), names[0xFB03]]
    glyphs = source.getGlyphSet()
    strings = {}
    for name in order:
        pen = T2CharStringPen(glyphs[name].width, glyphs)
        glyphs[name].draw(Qu2CuPen(pen, 1.0, all_cubic=True))
        strings[name] = pen.getCharString()
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(characters)
    builder.setupCFF("Cubic", {"FullName": "Cubic"}, strings, {})
    builder.setupHorizontalMetrics({name: (glyphs[name].width, 0) for name in order})
    builder.setupHorizontalHeader(ascent=1900, descent=-480)
    names_of_font = {"familyName": "Cubic", "styleName": "Regular", "psName": "Cubic-Regular"}
    builder.setupNameTable(names_of_font)
    builder.setupOS2(sTypoAscender=1900, sTypoDescender=-480)
    builder.setupPost()
    f, i = names[ord("f")], names[ord("i")]
    rule = f"feature liga {{ sub {f} {f} {i} by {names[0xFB03]}; }} liga;"
    addOpenTypeFeaturesFromString(builder.font, rule)
    path = folder / "cubic.otf"
    builder.save(path)
    return [FontProperties(fname=path)]


KINDS: dict[str, tuple[Callable[[Path], list[FontProperties]], list[str]]] = {
    "collection": (collection, ["Cmr10 CID TrueType", "DejaVuSerif CID TrueType"]),
    "postscript": (postscript_outlines, ["Cubic-Regular CID Type 0C"]),
}


def figure(fonts: list[FontProperties]) -> Figure:
    drawn = Figure(figsize=(2, 1))
    for k, font in enumerate(fonts):
        drawn.text(0.1, 0.2 + 0.4 * k, "office", fontproperties=font, size=20)
    return drawn


def embedded(folder: Path) -> list[str]:
    """Names and types of the fonts of a file, none of which is of somewhere else."""
    rows = printed(folder, "pdffonts", "a.pdf").splitlines()[2:]
    found = [re.match(r"[A-Z]{6}\+(\S+) +(\S.*?\S) {2,}\S+ +yes yes yes", row) for row in rows]
    assert all(found)
    return sorted(f"{font[1]} {font[2]}" for font in found if font)


@needs("pdffonts")
@pytest.mark.parametrize("kind", KINDS)
def test_fonts_are_embedded_and_read_back(kind: str, tmp_path: Path) -> None:
    fonts, names = KINDS[kind]
    drawn = figure(fonts(tmp_path))
    pdf.FigureCanvas(drawn)
    drawn.savefig(tmp_path / "a.pdf")
    assert [name.lower() for name in embedded(tmp_path)] == [name.lower() for name in names]
    assert printed(tmp_path, "pdftotext", "a.pdf", "-").split() == ["office"] * len(names)


@pytest.mark.parametrize(("module", "program"), [(pdf, "poppler"), (ps, "ghostscript")])
@pytest.mark.parametrize("kind", KINDS)
def test_fonts_look_like_our_png(kind: str, module: object, program: str, tmp_path: Path) -> None:
    if not programs.available()[program]:
        pytest.skip(f"needs {program}")
    fonts = KINDS[kind][0](tmp_path)
    png = io.BytesIO()
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        drawn = figure(fonts)
        agg.FigureCanvas(drawn)
        drawn.savefig(png, dpi=DPI)
    file = tmp_path / ("a.pdf" if module is pdf else "a.eps")
    figure(fonts).savefig(file, backend=f"module://{module.__name__}")
    with programs.Programs(DPI) as readers, Image.open(png) as image:
        difference = measure(programs.on_white(image), readers.picture(program, file))
    assert difference["edges"], difference


@needs("pdftotext")
@pytest.mark.parametrize(
    ("package", "name", "string"),
    [
        ("fonts-lohit-deva", "Lohit-Devanagari.ttf", "हिन्दी क्षत्रिय कर्म"),
        ("fonts-wqy-zenhei", "wqy-zenhei.ttc", "漢字かな交じり文 中文"),
    ],
)
def test_scripts_of_asia_are_read_back(
    package: str, name: str, string: str, tmp_path: Path
) -> None:
    files = [file for file in font_manager.findSystemFonts() if Path(file).name == name]
    if not files:
        pytest.skip(f"needs Debian's {package}")
    drawn = Figure(figsize=(4, 1))
    drawn.text(0.1, 0.5, string, fontproperties=FontProperties(fname=files[0]))
    pdf.FigureCanvas(drawn)
    drawn.savefig(tmp_path / "a.pdf")
    assert printed(tmp_path, "pdftotext", "a.pdf", "-").strip() == string
