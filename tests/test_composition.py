"""Strings put together from known distances are what FreeType and HarfBuzz lay out."""

from __future__ import annotations

import io
import random
import string
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

from drypoint._core import FontFile, GlyphRun, is_latin
from drypoint.adapter import compat, composition, fonts, layout, text
from tests.text_calls import OurCalls, assert_same, graphics_context

BUNDLED = Path(mpl.get_data_path(), "fonts", "ttf")
WORDS = """
    Temperature difference office flow fjord AVAWAY To Ty P. f) (K) naïve Größe ½ x² °C µm
    −5.0 1e−05 “quoted” it's 100% a/b ffi IJ 0.25 12:30 2024-01-01 {x} [y] <z> ~ ^ ` ´ ¨ ≈
"""
FLAGS = [
    LoadFlags.DEFAULT,
    LoadFlags.NO_HINTING,
    LoadFlags.FORCE_AUTOHINT,
    LoadFlags.NO_AUTOHINT,
]


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start with empty memories, and with Matplotlib's defaults."""
    monkeypatch.setattr(composition, "_composers", type(composition._composers)(100))
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


def font_with(features: str, glyph_classes: dict[str, int] | None = None) -> bytes:
    """A copy of cmr10 without layout tables but for these features."""
    font = TTFont(BUNDLED / "cmr10.ttf")
    for tag in ("GSUB", "GPOS", "GDEF", "kern"):
        if tag in font:
            del font[tag]
    addOpenTypeFeaturesFromString(font, features)
    if glyph_classes is not None:
        font["GDEF"].table.GlyphClassDef.classDefs = glyph_classes
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def found_in(data: bytes, glyphs: list[int]) -> Any:
    """What is said of the glyphs of a font with these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return FontFile(file.name).interactions(0, glyphs)


def interactions(data: bytes) -> tuple[set[str], set[str], set[str]] | None:
    """The same by character for ASCII letters and digits."""
    font = FT2Font(io.BytesIO(data))
    of = {int(font.get_char_index(ord(c))): c for c in string.ascii_letters + string.digits}
    found = found_in(data, list(of))
    if found is None:
        return None
    moved, joined, kerned = found
    return (
        {of[glyph] for glyph in moved},
        {of[a] + of[b] for a, b in joined},
        {of[glyph] for glyph in kerned},
    )


# --- what may disturb the sum -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("features", "glyphs", "pairs"),
    [
        ("feature liga { sub f i by a; sub f f l by b; sub f period by c; } liga;", "", "fi ff"),
        ("feature dlig { sub f i by a; } dlig;", "", ""),
        ("feature ccmp { sub x by a b; } ccmp;", "x", ""),
        ("feature locl { sub x by y; } locl;", "x", ""),
        ("feature smcp { sub x by y; } smcp;", "", ""),
        ("feature calt { sub a' b by c; } calt;", "a", ""),
        ("feature calt { sub a' period by c; } calt;", "", ""),
        ("feature calt { sub [a b]' [c period] by x; } calt;", "ab", ""),
        ("feature calt { sub period a' by x; } calt;", "", ""),
        ("feature calt { rsub a' b by c; } calt;", "a", ""),
        ("feature kern { pos A V -50; pos [T Y] [a o] -30; } kern;", "", ""),
        ("feature kern { pos A V <1 0 -50 0>; } kern;", "A", ""),
        ("feature kern { pos A -10 V -20; } kern;", "A", ""),
        ("feature kern { pos A -10; } kern;", "A", ""),
        ("feature cpsp { pos A 10; } cpsp;", "", ""),
        ("feature kern { pos A' -10 V; } kern;", "A", ""),
        ("feature curs { pos cursive x <anchor 0 0> <anchor 9 0>; } curs;", "x", ""),
        (
            "markClass x <anchor 0 0> @M; feature mark { pos base a <anchor 5 5> mark @M; } mark;",
            "x",
            "",
        ),
        (
            "feature kern { script latn; language NLD required; pos A V <1 0 0 0>; } kern;",
            "A",
            "",
        ),
    ],
)
def test_what_features_disturb(features: str, glyphs: str, pairs: str) -> None:
    found = interactions(font_with(features))
    assert found is not None
    assert found[:2] == (set(glyphs), set(pairs.split()))


@pytest.mark.parametrize(
    ("features", "kerned"),
    [
        ("feature kern { pos A V -50; pos [T Y] [a o] -30; } kern;", "ATY"),
        ("feature kern { pos period A -50; pos F period -50; } kern;", "F"),
        ("feature kern { enum pos [a b] [c d] -30; } kern; feature cpsp { pos A 10; } cpsp;", "ab"),
        ("feature kern { pos A V <1 0 -50 0>; } kern;", ""),
        ("feature liga { sub f i by a; } liga;", ""),
    ],
)
def test_which_glyphs_are_kerned(features: str, kerned: str) -> None:
    found = interactions(font_with(features))
    assert found is not None
    assert found[2] == set(kerned)


def test_old_tables_of_kerning_are_read() -> None:
    font = TTFont(io.BytesIO(font_with("")))
    subtable = KernTable_format_0()
    names = font.getBestCmap()
    subtable.kernTable = {
        (names[ord("A")], names[ord("V")]): -50,
        (names[ord("1")], names[ord("A")]): 20,
    }
    subtable.version, subtable.coverage, subtable.format = 0, 1, 0
    font["kern"] = table = newTable("kern")
    table.version, table.kernTables = 0, [subtable]
    file = io.BytesIO()
    font.save(file)
    assert interactions(file.getvalue()) == (set(), set(), set("A1"))


@pytest.mark.parametrize(
    "features",
    [
        "feature kern { lookupflag IgnoreBaseGlyphs; pos A V -50; } kern;",
        "feature liga { lookupflag IgnoreBaseGlyphs; sub f i by a; } liga;",
    ],
)
def test_lookups_that_skip_bases_disturb_everything(features: str) -> None:
    assert interactions(font_with(features)) is None


def test_glyphs_that_are_no_bases_are_disturbed() -> None:
    data = font_with(
        "table GDEF { GlyphClassDef [a], [b], [c], ; } GDEF;", {"a": 1, "b": 2, "c": 3}
    )
    assert interactions(data) == (set("bc"), set(), set())


@pytest.mark.parametrize("tag", ["morx", "kerx", "trak", "Silf"])
def test_other_layout_systems_disturb_everything(tag: str) -> None:
    font = TTFont(BUNDLED / "cmr10.ttf")
    table = newTable("XXXX")
    table.data = bytes(8)
    font[tag] = table
    # fontTools would compile what it knows; these bytes are to stay as they are.
    font.tables[tag] = type("Raw", (), {"compile": lambda self, _: table.data})()
    file = io.BytesIO()
    font.save(file)
    assert interactions(file.getvalue()) is None


def test_files_that_are_no_fonts_disturb_everything() -> None:
    for data in (b"", b"wOF2" + bytes(50), b"%!PS-AdobeFont-1.0", bytes(100)):
        assert found_in(data, [1, 2]) is None


def test_broken_fonts_do_no_harm() -> None:
    data = font_with(
        "feature liga { sub f i by a; } liga; feature calt { sub a' b by c; } calt;"
        "feature kern { pos A V -50; pos [T Y] [a o] -30; } kern;"
    )
    dice = random.Random(1)
    at = [data.index(tag) for tag in (b"GSUB", b"GPOS", b"GDEF") if tag in data]
    offsets = [int.from_bytes(data[i + 8 : i + 12], "big") for i in at]
    for _ in range(3000):
        broken = bytearray(data)
        start = dice.choice(offsets)
        for _ in range(3):
            broken[start + dice.randrange(120)] = dice.randrange(256)
        found_in(bytes(broken), list(range(3, 120)))


# --- the sums -----------------------------------------------------------------------------------


def dice_string(dice: random.Random) -> str:
    kind = dice.randrange(3)
    if kind == 0:
        return "".join(dice.choice("0123456789.-−e+") for _ in range(dice.randint(1, 8)))
    if kind == 1:
        return " ".join(dice.choice(WORDS.split()) for _ in range(dice.randint(1, 4)))
    simple = sorted(composition._SIMPLE)
    return "".join(dice.choice(simple) for _ in range(dice.randint(1, 10)))


def pictures(run: GlyphRun | None) -> list[tuple[int, int, bytes]]:
    """Left, top and coverage of each glyph somewhere."""
    assert run is not None
    return [(left, top, image.tobytes()) for left, top, image in run.bitmaps(10.3, 20.7, 50)]


@pytest.mark.parametrize(
    "name", ["DejaVuSans", "DejaVuSerif-Italic", "STIXGeneral", "cmr10", "DejaVuSansMono-Bold"]
)
def test_sums_are_layouts(name: str) -> None:
    path = BUNDLED / f"{name}.ttf"
    dice = random.Random(name)
    face = compat.font_face(path)
    composed = 0
    for _ in range(4):
        size_pt, dpi = dice.choice([8, 10, dice.uniform(4, 40)]), dice.choice([72, 100, 150])
        flags = dice.choice(FLAGS)
        opened = fonts.open_stack(fonts.font_stack((face,), last_resort=True))
        opened.font.set_size(size_pt, dpi)
        checked = FT2Font(path)
        checked.set_size(size_pt, dpi)
        for _ in range(100):
            s = dice_string(dice)
            composer = composition.composer(s, face, size_pt, dpi, flags.value)
            if composer is None or (composer.run(s, 0) is None and not composer.learn(s, opened)):
                continue
            composer.learn(s, opened)
            items = checked._layout(s, flags=flags)
            whole = layout.Layout(
                [(layout.GlyphStyle(face, size_pt), [item.glyph_index for item in items])],
                [item.x for item in items],
                [item.y for item in items],
            )
            angle = dice.choice([0, 90, 31.5])
            assert pictures(composer.run(s, angle)) == pictures(whole.run(angle, dpi, flags)), s
            assert composer.extents(s) == composition.measure(checked, s, flags), s
            composed += 1
    assert composed > 150


def test_text_is_drawn_the_same_whatever_is_known() -> None:
    dice = random.Random(1)
    for _ in range(150):
        s = dice_string(dice)
        if composition._SIMPLE.issuperset(s):
            assert_same(s, FontProperties(size=dice.choice([9, 12])), angle=dice.choice([0, 90]))


def test_sums_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_plain_texts", type(text._plain_texts)(100))
    renderer = OurCalls(640, 480, 100)
    prop = FontProperties()
    for s in ("12.5", "point 7", "office", "Grüße"):
        for _ in range(2):
            renderer.get_text_width_height_descent(s, prop, False)
            renderer.draw_text(graphics_context(), 10, 10, s, prop, 0)
    # DejaVu Sans has a ligature of f and i.
    assert {key[0] for key in text._plain_texts._young} == {"office"}


def test_nothing_is_known_of_what_is_no_character() -> None:
    face = compat.font_face(BUNDLED / "DejaVuSans.ttf")
    for s in ("", "\ud800", "1\udfff"):
        composer = composition.composer(s, face, 10, 100, LoadFlags.DEFAULT.value)
        assert composer is not None
        assert composer.extents(s) is None
        assert composer.run(s, 0) is None


def test_new_numbers_need_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    renderer = OurCalls(640, 480, 100)
    prop = FontProperties(size=10.5)

    def draw(first: int, last: int) -> None:
        for i in range(first, last):
            s = f"{i * 37 % 1000 / 100:.2f}"
            renderer.get_text_width_height_descent(s, prop, False)
            renderer.draw_text(graphics_context(), 10, 10, s, prop, 0)

    draw(0, 300)

    def forbid(*args: Any) -> Any:
        raise AssertionError("should have been put together")

    monkeypatch.setattr(compat, "lay_out", forbid)
    monkeypatch.setattr(composition, "set_string", forbid)
    draw(300, 900)


def test_a_second_size_needs_a_single_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "_verified", {})
    face = compat.font_face(BUNDLED / "DejaVuSans.ttf")
    opened = fonts.open_stack(fonts.font_stack((face,), last_resort=True))
    calls: list[str] = []
    for module, name in ((compat, "lay_out"), (composition, "set_string")):
        real = getattr(module, name)

        def counted(font: Any, s: str, *args: Any, name: str = name, real: Any = real) -> Any:
            if len(s) > 1:
                calls.append(name)
            return real(font, s, *args)

        monkeypatch.setattr(module, name, counted)
    for size_pt, expected in ((7.25, ["lay_out", *3 * ["set_string"]]), (7.75, ["set_string"])):
        opened.font.set_size(size_pt, 100)
        composer = composition.composer("12", face, size_pt, 100, LoadFlags.FORCE_AUTOHINT.value)
        assert composer is not None
        for s in ("12", "23", "3.1", "4.0", "0.25"):
            assert composer.learn(s, opened)
        assert calls == expected
        calls.clear()


def test_a_contradiction_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "_verified", {})
    face = compat.font_face(BUNDLED / "DejaVuSans.ttf")
    opened = fonts.open_stack(fonts.font_stack((face,), last_resort=True))
    opened.font.set_size(10, 100)

    def composer() -> composition.Composer:
        found = composition.composer("ab", face, 10, 100, LoadFlags.DEFAULT.value)
        assert found is not None
        return found

    assert composer().learn("cde", opened)
    assert composer().run("cde", 0) is not None
    composer()._known.note_distance("a", "b", 99)
    assert not composer().learn("xab", opened)
    assert composer().run("cde", 0) is None
    assert composer().extents("abc") is None
    assert not composer().learn("abc", opened)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("what", ["measure", "place"])
def test_a_measure_or_place_that_differs_ends_it(
    what: str, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "_verified", {})
    face = compat.font_face(BUNDLED / "DejaVuSans.ttf")
    opened = fonts.open_stack(fonts.font_stack((face,), last_resort=True))
    opened.font.set_size(11, 100)
    found = composition.composer("abc", face, 11, 100, LoadFlags.DEFAULT.value)
    assert found is not None
    if not first:
        assert found.learn("xyz", opened)
    real = composition.set_string

    def wrong(font: Any, s: str, flags: Any) -> Any:
        places, (width, height, descent) = real(font, s, flags)
        if len(s) > 1 and what == "measure":
            height += 1
        if len(s) > 1 and what == "place":
            places[1][0] += 64
        return places, (width, height, descent)

    monkeypatch.setattr(composition, "set_string", wrong)
    assert not found.learn("abc", opened)
    assert found.run("abc", 0) is None


@pytest.mark.parametrize(
    ("s", "latin"),
    [
        ("12.5", False),
        ("(1)", False),
        ("", False),
        ("a (b)", True),
        ("1 a", True),
        ("(a)", None),
        ("“1” a", None),
        ("ª", True),
        ("×÷µ", False),
    ],
)
def test_scripts(s: str, latin: bool | None) -> None:
    assert is_latin(s) is latin
