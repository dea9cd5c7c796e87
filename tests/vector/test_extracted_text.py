"""PDF: the text that programs take out of a file is the one that was drawn."""

import re
import shutil
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

import drypoint

from .drawings import empty
from .pdf_files import needs, pixels, printed, readable, saved

# What Debian's packages have, by the script.
FONTS = {"DEVANAGARI": "Lohit-Devanagari.ttf"}

ONE_DIRECTION = [
    "office é",
    "ÄÖÅ x\u0302 \u0229\u0301",
    "Ωμέγα",
    "שלום עולם",
    "(שלום)",
    "مرحبا بالعالم",
    "سلام",  # LAM and ALEF are one glyph
    "قال لا إله",
    "مَرْحَبًا",
    "שָׁלוֹם עוֹלָם",
    "בָּבָ שָׁלוֹם",  # a point at the left end, and after a blank
    "السَّلَامُ عَلَيْكُمْ",
    "हिन्दी क्षत्रिय कर्म",
]
BOTH_DIRECTIONS = ["שלום abc", "מחיר 42", "price 12 שקל", "مرحبا abc 12"]


def figure(string: str) -> Figure:
    """A line of text in a font that has it."""
    script = unicodedata.name(string[0]).split()[0]
    drawn = Figure(figsize=(4, 1))
    if script in FONTS:
        files = [f for f in font_manager.findSystemFonts() if Path(f).name == FONTS[script]]
        if not files:
            pytest.skip(f"needs {FONTS[script]}")
        drawn.text(0.05, 0.5, string, fontproperties=FontProperties(fname=files[0]))
    else:
        drawn.text(0.05, 0.5, string)
    return drawn


def stripped(text: str) -> str:
    """A text without marks of directions, which poppler puts around what is read from the right."""
    return re.sub(r"[\u202a-\u202e\f]", "", text).strip()


@needs("pdftotext")
@pytest.mark.parametrize("string", [*ONE_DIRECTION, *BOTH_DIRECTIONS])
def test_poppler(string: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(saved(figure(string)))
    assert stripped(printed(tmp_path, "pdftotext", "a.pdf", "-")) == string


# PDFium mirrors brackets that are mirrored already, and asks which direction has more words.
RIGHT_IN_PDFIUM = [string for string in ONE_DIRECTION if "(" not in string]
RIGHT_IN_PDFIUM += ["price 12 שקל", "abc שלום def", "מחיר: 12.5 שח"]


@pytest.mark.parametrize("string", RIGHT_IN_PDFIUM)
def test_pdfium(string: str) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    page = pypdfium2.PdfDocument(saved(figure(string)))[0]
    text = page.get_textpage().get_text_bounded()
    # It has points of a letter in an order of its own.
    assert unicodedata.normalize("NFC", text) == unicodedata.normalize("NFC", string)


@pytest.mark.parametrize(
    "command",
    ["pdftotext a.pdf -", "mutool draw -q -F txt a.pdf", "gs -q -sDEVICE=txtwrite -o - a.pdf"],
)
def test_accents_of_their_own(command: str, tmp_path: Path) -> None:
    program, *arguments = command.split()
    string = "x\u0302 \u0229\u0301"
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    drawn = empty()
    drawn.text(0.05, 0.5, string, fontsize=12)
    (tmp_path / "a.pdf").write_bytes(saved(drawn))
    taken = printed(tmp_path, program, *arguments).strip()
    assert unicodedata.normalize("NFC", taken) == unicodedata.normalize("NFC", string)


@pytest.mark.parametrize("command", ["pdftotext -raw a.pdf -", "mutool draw -q -F txt a.pdf"])
def test_accents_of_formulas_come_after_their_letter(command: str, tmp_path: Path) -> None:
    program, *arguments = command.split()
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    (tmp_path / "a.pdf").write_bytes(saved(figure(r"$\hat{x}_i + \vec{a}$")))
    taken = stripped(printed(tmp_path, program, *arguments))
    assert taken == "x\u0302i + a\u20d7"


def test_text_stands_beside_codes_only_where_these_do_not_tell_it() -> None:
    drawn = empty()
    for k, string in enumerate(["abc", "שלום", "abc שלום 12", "x\u0302", "שָׁלוֹם", "سلام"]):
        drawn.text(0.1, 0.1 * k, string)
    assert "ActualText" not in readable(drawn)
    # Scripts whose glyphs are not where they are read.
    assert "/ActualText<FEFF0939093F>" in readable(figure("हि"))


def test_a_glyph_has_a_code_for_each_text() -> None:
    text = readable(figure("हि त्रि"))
    codes = dict(re.findall(r"^<(\w{4})><(\w+)>$", text, re.MULTILINE))
    shown = re.findall(r"<(\w+)>", "".join(re.findall(r"\[(<.*>)\]TJ", text)))
    told = "".join(codes[code] for code in re.findall("....", "".join(shown)))
    assert bytes.fromhex(told).decode("utf-16-be") == "हि त्रि"
    assert "/CIDToGIDMap/Identity" not in text
    assert re.search(r"/CIDToGIDMap \d+ 0 R", text)
    assert "/CIDToGIDMap/Identity" in readable(figure("क"))


@pytest.mark.parametrize(
    "command",
    ["mutool draw -q -F txt a.pdf", "gs -q -sDEVICE=txtwrite -o - a.eps"],
)
def test_readers_of_codes_alone(command: str, tmp_path: Path) -> None:
    """What stands beside codes is not for all."""
    program, *arguments = command.split()
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    string = "हिन्दी क्षत्रिय कर्म"
    (tmp_path / "a.pdf").write_bytes(saved(figure(string)))
    figure(string).savefig(tmp_path / "a.eps", backend="module://drypoint.backends.ps")
    assert printed(tmp_path, program, *arguments).strip() == string


def test_codes_of_points_are_where_their_letter_is() -> None:
    text = readable(figure("אבָג"))
    assert re.search(
        r"BT .*\n.* Tm \[<0001>\]TJ\n3 Tr\n\[<0002>\]TJ\n0 Tr\n\[<00030004>\]TJ ET\n", text
    )
    assert len(re.findall("^f$", text, re.MULTILINE)) == 2  # the background, and the outline


def test_points_are_what_stands_over_and_under_letters() -> None:
    assert " Tr\n" in readable(figure("אְב"))
    assert " Tr\n" not in readable(figure("א־ב׃"))  # marks of their own
    with drypoint.options.context(pdf_type3_fonts=True):
        text = readable(figure("אְב"))
    assert " Tr\n" not in text  # which has no effect on such fonts


@needs("qpdf")
def test_parts_of_letters_are_outlines(tmp_path: Path) -> None:
    files = [f for f in font_manager.findSystemFonts() if Path(f).name == "Amiri-Regular.ttf"]
    if not files:
        pytest.skip("needs Debian's fonts-hosny-amiri")
    drawn = Figure(figsize=(2, 1))
    drawn.text(0.1, 0.5, "المملكة", fontproperties=FontProperties(fname=files[0]))
    drawn.text(0.1, 0.1, "المملكة")
    text = readable(drawn)
    shown = set(
        re.findall(
            "....", "".join(re.findall(r"<(\w+)>", "".join(re.findall(r"\[(<.*>)\]TJ", text))))
        )
    )
    assert shown <= set(re.findall(r"^<(\w{4})>", text, re.MULTILINE))
    (tmp_path / "a.pdf").write_bytes(saved(drawn))
    printed(tmp_path, "qpdf", "--check", "a.pdf")


@needs("pdftocairo")
def test_points_are_drawn_beneath_their_letter(tmp_path: Path) -> None:
    pictures = []
    for string in ("בָב", "בב"):
        drawn = Figure(figsize=(1, 1))
        drawn.text(0.2, 0.5, string, fontsize=30)
        pictures.append(pixels(saved(drawn), tmp_path).sum(axis=-1))
    rows, columns = np.nonzero(pictures[0] != pictures[1])
    _, letters = np.nonzero(pictures[1] != pictures[1].max())
    height = len(pictures[0])
    assert rows.min() >= height / 2
    assert rows.max() < height * 0.7
    # From the right, the first letter.
    assert columns.min() > (letters.min() + letters.max()) / 2
    assert columns.max() < letters.max()
