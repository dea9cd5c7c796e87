"""Text is laid out, measured and drawn as by Agg."""

from __future__ import annotations

import gc as garbage
import os
import random
import re
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTCollection, TTFont
from matplotlib import font_manager
from matplotlib.font_manager import FontPath, FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from drypoint.adapter import compat, fonts, mathtext, text, text_settings
from tests.text_calls import AggCalls, OurCalls, assert_same, graphics_context, same

BUNDLED = Path(mpl.get_data_path(), "fonts", "ttf")
SANS = FontProperties(family="DejaVu Sans", size=10)

STRINGS = [
    "0.25",
    "−10",
    "Temperature (K)",
    "difference office AVAWA To",
    "ÄÖÜ éèê ñ",
    "Привет, αβγδ",
    "العربية abc עברית",
    "e\u0301a\u0308\u0323",
    "tab\there",
    " ",
    "",
]
FORMULAS = [
    r"$x^2$",
    r"a $\alpha_{i}^{2}$ b",
    r"$\frac{a}{b} - \sqrt{x+1}$",
    r"$\int_0^\infty e^{-x^2}\,dx = \overline{abc}$",
    r"$\mathdefault{10^{-5}}$",
    r"$\left(\mathcal{R}\prod_{i=\alpha}^\infty a_i\right)$",
]


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    """The style of Matplotlib's defaults, and nothing of it left to other tests."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


# --- strings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("s", STRINGS)
@pytest.mark.parametrize("hinting", ["default", "no_autohint", "force_autohint", "no_hinting"])
@pytest.mark.parametrize("angle", [0, 90, 33.3])
def test_strings(s: str, hinting: str, angle: float) -> None:
    mpl.rcParams["text.hinting"] = hinting
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tabulator is a missing glyph
        ours = assert_same(s, SANS, angle=angle)
    assert ours.runs == bool(s)


@pytest.mark.parametrize("family", ["DejaVu Serif", "STIXGeneral", "cmr10", "DejaVu Sans Mono"])
@pytest.mark.parametrize("dpi", [72, 100.7, 300])
@pytest.mark.parametrize("size_pt", [6, 11.3, 72])
def test_fonts_and_sizes(family: str, dpi: float, size_pt: float) -> None:
    prop = FontProperties(family=family, size=size_pt, style="italic")
    assert_same("Hello, World 123", prop, dpi=dpi, angle=-5)


@pytest.mark.parametrize("hinting", [True, False, "auto", "none", "native", "either"])
def test_older_names_of_hinting(hinting: object) -> None:
    # They are refused as settings but were Matplotlib's own once.
    dict.__setitem__(mpl.rcParams, "text.hinting", hinting)
    assert_same("Hinting", SANS)


def test_places_and_canvases() -> None:
    dice = random.Random(1)
    for _ in range(50):
        size = dice.choice([(640, 480), (333.3, 222.2)])
        x, y = dice.uniform(-100, 800), dice.uniform(-100, 600)
        assert_same("Place", SANS, x=x, y=y, size=size, angle=dice.choice([0, 17, 90]))


def test_the_graphics_context() -> None:
    gc = graphics_context(clip_rectangle=Bbox.from_extents(1.5, 2.5, 300.25, 400))
    gc.set_foreground((0.1, 0.2, 0.3, 0.4), isRGBA=True)
    ours = assert_same("Clipped", SANS, gc=gc)
    assert ours.calls[0][-2:] == ((0.1, 0.2, 0.3, 0.4), (1.5, 2.5, 300.25, 400.0))


@pytest.mark.parametrize("angle", [0, 30])
def test_without_antialiasing(angle: float) -> None:
    ours = assert_same("Jagged", SANS, gc=graphics_context(antialiased=False), angle=angle)
    assert ours.runs == 0
    assert set(ours.calls[0][1].ravel()) == {0, 255}


@pytest.mark.parametrize("features", [None, ("-kern",), ("-liga", "-clig"), ["-kern"]])
@pytest.mark.parametrize("language", [None, "en", (("en", 0, 3), ("de", 3, 8))])
def test_font_features_and_language(features: Any, language: Any) -> None:
    artist = Text(0, 0, "AVAWA fi", fontfeatures=features, language=language)
    assert_same(artist.get_text(), SANS, mtext=artist)


def test_font_features_are_told_apart() -> None:
    plain, unkerned = Text(0, 0, "AVAWA"), Text(0, 0, "AVAWA", fontfeatures=["-kern"])
    first, second = (assert_same("AVAWA", SANS, mtext=artist) for artist in (plain, unkerned))
    assert not same(first.calls, second.calls)


def test_bad_font_features_raise_what_agg_raises() -> None:
    artist = Text(0, 0, "abc", fontfeatures=["no feature at all"])
    raised = []
    for renderer in (AggCalls(640, 480, 100), OurCalls(640, 480, 100)):
        with pytest.raises(RuntimeError) as info:
            renderer.draw_text(graphics_context(), 1, 1, "abc", SANS, 0, False, artist)
        raised.append(str(info.value))
    assert raised[0] == raised[1]


@pytest.mark.parametrize("place", [(float("nan"), 1.0), (1.0, float("nan"))])
@pytest.mark.parametrize("antialiased", [True, False])
def test_a_place_that_is_not_a_number(place: tuple[float, float], antialiased: bool) -> None:
    gc = graphics_context(antialiased=antialiased)
    for renderer in (AggCalls(640, 480, 100), OurCalls(640, 480, 100)):
        with pytest.raises(ValueError, match=r"not a number|NaN"):
            renderer.draw_text(gc, *place, "abc", SANS, 0)


@pytest.mark.parametrize("place", [(1e9, 1.0), (1.0, -1e300)])
@pytest.mark.parametrize("antialiased", [True, False])
def test_far_away_text_is_not_seen(place: tuple[float, float], antialiased: bool) -> None:
    # Agg raises a RuntimeError or a TypeError here.
    renderer = OurCalls(640, 480, 100)
    renderer.draw_text(graphics_context(antialiased=antialiased), *place, "abc", SANS, 0)
    assert all(abs(call[2]) > 1 << 20 or abs(call[3]) > 1 << 20 for call in renderer.calls)


def test_too_large_a_font_raises_what_agg_raises() -> None:
    prop = FontProperties(size=60_000)
    for renderer in (AggCalls(640, 480, 100), OurCalls(640, 480, 100)):
        with pytest.raises(RuntimeError, match="invalid pixel size"):
            renderer.draw_text(graphics_context(), 1, 1, "abc", prop, 0)


# --- measuring ----------------------------------------------------------------------------------


def test_unknown_kinds_of_text_are_refused_as_by_agg() -> None:
    raised = []
    for renderer in (AggCalls(640, 480, 100), OurCalls(640, 480, 100)):
        with pytest.raises(ValueError, match="ismath") as info:
            renderer.get_text_width_height_descent("a", SANS, "tex")
        raised.append(str(info.value))
    assert raised[0] == raised[1]


def test_measures_do_not_depend_on_features() -> None:
    artist = Text(0, 0, "AVAWA", fontfeatures=["-kern"])
    ours = assert_same("AVAWA", SANS, mtext=artist)
    assert ours.get_text_width_height_descent("AVAWA", SANS, False)[0] < 60


# --- fonts --------------------------------------------------------------------------------------


def test_other_families_help_out() -> None:
    prop = FontProperties(family=["cmr10", "STIXGeneral", "DejaVu Sans"], size=14)
    assert_same("Latin Привет ℝ αβγ", prop)


def missing(renderer: Any, s: str, prop: FontProperties) -> list[str]:
    """What measuring and drawing a string warns about, names of several fonts sorted."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        renderer.get_text_width_height_descent(s, prop, False)
        renderer.draw_text(graphics_context(), 10, 10, s, prop, 0)

    def in_order(found: re.Match[str]) -> str:
        return ", ".join(sorted(found[1].split(", ")))

    return [re.sub(r"(?<=\(s\) )(.*)(?=\.$)", in_order, str(each.message)) for each in caught]


@pytest.mark.parametrize("last_resort", [True, False])
@pytest.mark.parametrize("family", [["DejaVu Sans"], ["cmr10", "STIXGeneral"]])
@pytest.mark.parametrize("s", ["a中文b", "\t", "\U0001f9ff x \u0b95\u0bcd"])
def test_missing_glyphs(s: str, family: list[str], last_resort: bool) -> None:
    mpl.rcParams["font.enable_last_resort"] = last_resort
    prop = FontProperties(family=family)
    expected = missing(AggCalls(640, 480, 100), s, prop)
    assert expected
    ours = OurCalls(640, 480, 100)
    for _ in range(3):
        assert missing(ours, s, prop) == expected
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_same(s, prop)


def test_warnings_are_about_the_callers_line() -> None:
    with pytest.warns(UserWarning, match="Glyph 20013") as caught:
        OurCalls(640, 480, 100).get_text_width_height_descent("中", SANS, False)
    # The recorder in `text_calls` is the innermost that is neither Matplotlib's nor drypoint's.
    assert Path(caught[0].filename).name == "text_calls.py"


def test_a_warning_made_an_error_is_raised_each_time() -> None:
    renderer = OurCalls(640, 480, 100)
    for _ in range(2):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning, match="Glyph 25991"):
                renderer.get_text_width_height_descent("文", SANS, False)


def test_faces_of_a_collection(tmp_path: Path) -> None:
    collection = TTCollection()
    collection.fonts = [TTFont(BUNDLED / f"{name}.ttf") for name in ("cmr10", "DejaVuSerif")]
    path = tmp_path / "both.ttc"
    collection.save(path)
    first, second = (
        assert_same("Face 1&2", FontProperties(fname=FontPath(str(path), index), size=20))
        for index in (0, 1)
    )
    assert not same(first.calls, second.calls)


def test_glyphs_flagged_as_overlapping_come_from_freetype(tmp_path: Path) -> None:
    font = TTFont(BUNDLED / "DejaVuSans.ttf")
    glyph = font["glyf"][font.getBestCmap()[ord("o")]]
    glyph.flags[0] |= 0x40
    path = tmp_path / "overlap.ttf"
    font.save(path)
    prop = FontProperties(fname=path, size=17)
    assert assert_same("abc", prop, angle=3).runs == 1
    assert assert_same("abco", prop, angle=3).runs == 0


def test_fonts_too_large_for_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "large.ttf"
    path.write_bytes((BUNDLED / "DejaVuSans.ttf").read_bytes())
    monkeypatch.setattr(fonts, "_MAX_FILE_IN_MEMORY", 1000)
    assert fonts._file_content(str(path)) is None
    assert fonts.read_font_file(str(path)) == path.read_bytes()


def test_an_unknown_freetype_draws_all_text_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fonts._agrees_with_freetype()
    monkeypatch.setattr(fonts, "_agrees_with_freetype", lambda: False)
    monkeypatch.setattr(fonts, "_loaded", type(fonts._loaded)(10))
    monkeypatch.setattr(text, "_plain_texts", type(text._plain_texts)(10))
    assert assert_same("FreeType", SANS, angle=10).runs == 0


def test_the_self_check_sees_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    real = compat.render_glyph

    def darker(*args: Any, **kwargs: Any) -> Any:
        left, top, coverage = real(*args, **kwargs)
        coverage[coverage == 100] = 101
        return left, top, coverage

    monkeypatch.setattr(compat, "freetype_release", lambda: (9, 0))
    fonts._agrees_with_freetype.cache_clear()
    assert fonts._agrees_with_freetype()
    fonts._agrees_with_freetype.cache_clear()
    monkeypatch.setattr(compat, "render_glyph", darker)
    try:
        assert not fonts._agrees_with_freetype()
    finally:
        fonts._agrees_with_freetype.cache_clear()


def test_the_installed_freetype_is_one_of_those_verified() -> None:
    oldest, newest = fonts._VERIFIED_RELEASES
    assert oldest <= compat.freetype_release() <= newest
    assert fonts._draws_like_freetype()


def test_fonts_added_later_are_found(tmp_path: Path) -> None:
    prop = FontProperties(family=["Added Later", "DejaVu Sans"], size=12)
    before = assert_same("abc", prop)
    font = TTFont(BUNDLED / "cmr10.ttf")
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = "Added Later"
    path = tmp_path / "added.ttf"
    font.save(path)
    found = list(font_manager.fontManager.ttflist)
    try:
        font_manager.fontManager.addfont(path)
        assert not same(assert_same("abc", prop).calls, before.calls)
    finally:
        font_manager.fontManager.ttflist[:] = found
        font_manager.fontManager._findfont_cached.cache_clear()


def test_settings_changed_in_place_are_seen() -> None:
    prop = FontProperties(family="sans-serif", size=12)
    before = assert_same("abc", prop)
    mpl.rcParams["font.sans-serif"].insert(0, "cmr10")
    assert not same(assert_same("abc", prop).calls, before.calls)


# --- mathtext -----------------------------------------------------------------------------------


@pytest.mark.parametrize("s", FORMULAS)
@pytest.mark.parametrize("fontset", ["dejavusans", "dejavuserif", "cm", "stix", "stixsans"])
def test_formulas(s: str, fontset: str) -> None:
    prop = FontProperties(size=12, math_fontfamily=fontset)
    for angle, snap in ((0, None), (90, False), (20, True)):
        assert_same(s, prop, ismath=True, angle=angle, gc=graphics_context(snap=snap))


@pytest.mark.parametrize("hinting", ["no_autohint", "force_autohint", "no_hinting"])
@pytest.mark.parametrize("alpha", [None, 0.3])
def test_formulas_and_settings(hinting: str, alpha: float | None) -> None:
    mpl.rcParams["text.hinting"] = hinting
    gc = graphics_context(alpha=alpha, clip_rectangle=Bbox.from_extents(1, 2, 3, 4))
    ours = assert_same(FORMULAS[2], SANS, ismath=True, gc=gc, dpi=123.4)
    assert {call[0] for call in ours.calls} == {"image", "box"}


def test_formulas_without_antialiasing() -> None:
    gc = graphics_context(antialiased=False)
    assert assert_same(FORMULAS[2], SANS, ismath=True, gc=gc).runs == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"mathtext.rm": "cmr10"},
        {"mathtext.it": "cmr10"},
        {"mathtext.default": "bf"},
        {"mathtext.bf": "STIXGeneral", "mathtext.default": "bf"},
    ],
)
def test_formulas_follow_settings(changed: dict[str, str]) -> None:
    prop = FontProperties(size=12, math_fontfamily="custom")
    before = assert_same("$abc 123$", prop, ismath=True)
    mpl.rcParams.update(changed)
    assert not same(assert_same("$abc 123$", prop, ismath=True).calls, before.calls)


def test_bad_formulas_raise_what_agg_raises() -> None:
    raised = []
    for renderer in (AggCalls(640, 480, 100), OurCalls(640, 480, 100)):
        with pytest.raises(ValueError, match="Expected") as info:
            renderer.draw_text(graphics_context(), 1, 1, r"$\frac{1$", SANS, 0, True)
        raised.append(str(info.value))
    assert raised[0] == raised[1]


# --- memory -------------------------------------------------------------------------------------


def forbid(*args: Any, **kwargs: Any) -> Any:
    raise AssertionError("should have been remembered")


def test_hundreds_of_strings_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    renderer = OurCalls(640, 480, 100)
    strings = [f"{i / 7:.4f}" for i in range(800)]

    def draw() -> None:
        for s in strings:
            renderer.get_text_width_height_descent(s, SANS, False)
            renderer.draw_text(graphics_context(), 10, 10, s, SANS, 0)

    draw()
    for name in ("lay_out", "open_font", "find_font_faces", "set_transform"):
        monkeypatch.setattr(compat, name, forbid)
    draw()


def test_formulas_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    renderer = OurCalls(640, 480, 100)
    formulas = [f"$10^{{{i}}}$" for i in range(80)]

    def draw() -> None:
        for s in formulas:
            renderer.get_text_width_height_descent(s, SANS, True)
            renderer.draw_text(graphics_context(), 10, 10, s, SANS, 0, True)

    draw()
    monkeypatch.setattr(mathtext, "_parse", forbid)
    draw()


def test_fonts_changed_by_the_artist_are_not_mistaken() -> None:
    prop = FontProperties(size=12)
    small = assert_same("$a$ b", prop, ismath=True), assert_same("b", prop)
    prop.set_size(24)
    large = assert_same("$a$ b", prop, ismath=True), assert_same("b", prop)
    for before, after in zip(small, large, strict=True):
        assert not same(before.calls, after.calls)


def test_no_font_object_is_kept_but_by_its_thread() -> None:
    def font_count() -> int:
        garbage.collect()
        return sum(isinstance(each, fonts.OpenStack) for each in garbage.get_objects())

    before = font_count()

    def draw() -> None:
        OurCalls(640, 480, 100).draw_text(graphics_context(), 1, 1, "thread", SANS, 0)
        assert font_count() > before

    thread = threading.Thread(target=draw)
    thread.start()
    thread.join()
    assert font_count() == before


# --- threads and processes ----------------------------------------------------------------------


def test_threads_draw_at_once() -> None:
    cases = [
        (s, FontProperties(size=size), angle)
        for s in (*STRINGS[:5], *FORMULAS[:3])
        for size in (8, 13)
        for angle in (0, 41)
    ]

    def draw(renderer: Any, order: list[int]) -> dict[int, list[Any]]:
        made = {}
        for index in order:
            s, prop, angle = cases[index]
            renderer.calls.clear()
            renderer.draw_text(graphics_context(), 100.3, 200.7, s, prop, angle, "$" in s)
            made[index] = list(renderer.calls)
        return made

    expected = draw(AggCalls(640, 480, 111), list(range(len(cases))))
    wrong: list[Any] = []

    def work(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(5):
            order = list(range(len(cases)))
            dice.shuffle(order)
            made = draw(OurCalls(640, 480, 111), order)
            wrong.extend(cases[i] for i in order if not same(made[i], expected[i]))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_draws_the_same() -> None:
    assert_same("parent", SANS)
    opened = fonts.open_face(compat.LAST_RESORT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests
        child = os.fork()
    if child == 0:  # pragma: no cover
        status = 1
        try:
            assert_same("parent and child", SANS)
            assert_same("$x_{child}$", SANS, ismath=True)
            assert fonts.open_face(compat.LAST_RESORT) is not opened
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert status == 0


def test_settings_that_change_in_place_are_seen() -> None:
    before = text_settings.settings()
    assert text_settings.settings() is before
    families = mpl.rcParams["font.sans-serif"]
    families.insert(0, "STIXGeneral")
    try:
        changed = text_settings.settings()
        assert changed is not before
        assert "STIXGeneral" in changed.values[text_settings._RC_KEYS.index("font.sans-serif")]
    finally:
        del families[0]
    assert text_settings.settings().values == before.values
