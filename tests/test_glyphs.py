"""Our pictures of glyphs are FreeType's."""

from __future__ import annotations

import math
import random
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.ft2font import FT2Font, LoadFlags, RenderMode

from drypoint._core import FontFile, GlyphRun, Outline

FONTS = sorted(Path(mpl.get_data_path(), "fonts", "ttf").glob("*.ttf"))
SHIFT_PX = 1 << 15
FLAGS = [
    LoadFlags.DEFAULT,
    LoadFlags.NO_HINTING,
    LoadFlags.FORCE_AUTOHINT,
    LoadFlags.NO_AUTOHINT,
]


def square(size: float = 1.0) -> Outline:
    corners = [[0, 0], [size, 0], [size, size], [0, size], [0, 0], [0, 0]]
    return Outline(np.array(corners, float), np.array([1, 2, 2, 2, 2, 79], np.uint8))


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_glyphs_equal_freetypes(path: Path) -> None:
    dice = random.Random(path.name)
    font, loader = FT2Font(path), FT2Font(path)
    for _ in range(100):
        size_pt = dice.choice([10, 12, dice.uniform(1, 60), dice.uniform(60, 300)])
        dpi, flags = dice.choice([72, 100, 150, 300]), dice.choice(FLAGS)
        angle = dice.choice([0, 0, 90, 180, -90, 45, dice.uniform(-180, 180)])
        slant, extend = dice.choice([0, 0, 0.167, -0.3]), dice.choice([1, 1, 0.8, 1.5])
        x, y, height = dice.uniform(-50, 2000), dice.uniform(-50, 2000), dice.choice([480, 600.5])
        dx, dy = dice.uniform(0, 200), dice.uniform(-5, 20)
        glyph = dice.randrange(font.num_glyphs)

        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        matrix = 0x10000 * np.array([[cos, -sin], [sin, cos]]) @ [[extend, extend * slant], [0, 1]]
        matrix = matrix.round().astype(int)
        delta = [
            round(64 * (x + dx * cos - dy * sin)),
            round(64 * (height - y + dx * sin + dy * cos)),
        ]
        font.set_size(size_pt, dpi)
        font._set_transform(matrix, delta)
        expected = font._render_glyph(glyph, flags, RenderMode.NORMAL)

        loader.set_size(size_pt, dpi)
        loader._set_transform(matrix, [64 * SHIFT_PX, 64 * SHIFT_PX])
        loader.load_glyph(glyph, flags)
        run = GlyphRun([Outline(*loader.get_path(), SHIFT_PX)], [dx], [dy], cos, sin)
        loader.clear()
        ((left, top, coverage),) = run.bitmaps(x, y, height)
        case = (glyph, size_pt, dpi, flags, angle, slant, extend, delta)
        assert (left, top) == (expected.left, expected.top), case
        np.testing.assert_array_equal(coverage, expected.buffer, err_msg=str(case))


def test_a_huge_glyph_equals_freetypes() -> None:
    font = FT2Font(FONTS[0].with_name("DejaVuSans.ttf"))
    font.set_size(3000, 100)
    glyph = font.get_char_index(ord("@"))
    font._set_transform([[46341, -46341], [46341, 46341]], [64 * SHIFT_PX, 64 * SHIFT_PX])
    font.load_glyph(glyph, LoadFlags.DEFAULT)
    run = GlyphRun([Outline(*font.get_path(), SHIFT_PX)], [0.0], [0.0], 1.0, 0.0)
    font._set_transform([[46341, -46341], [46341, 46341]], [1000, -2000])
    expected = font._render_glyph(glyph, LoadFlags.DEFAULT, RenderMode.NORMAL)
    ((left, top, coverage),) = run.bitmaps(1000 / 64, 2000 / 64, 0.0)
    assert (left, top) == (expected.left, expected.top)
    assert np.array_equal(coverage, expected.buffer)


def test_bounds_of_an_outline() -> None:
    assert square(1.5).bounds == (0, 0, 96, 96)
    assert Outline(np.empty((0, 2)), np.empty(0, np.uint8)).bounds == (0, 0, 0, 0)


def test_glyphs_without_pixels() -> None:
    empty = Outline(np.empty((0, 2)), np.empty(0, np.uint8))
    run = GlyphRun([empty, square()], [0.0, 1.5], [0.0, 0.0], 1.0, 0.0)
    assert len(run) == 2
    (_, _, nothing), (left, top, coverage) = run.bitmaps(2.0, 3.0, 10.0)
    assert nothing.shape == (0, 0)
    # Counter-clockwise outlines round down.
    assert (left, top, coverage.tolist()) == (3, 8, [[127, 127]])


@pytest.mark.parametrize(
    ("vertices", "codes", "message"),
    [
        (np.zeros((2, 2)), [1], "one code for each vertex"),
        (np.zeros((2, 3)), [1, 2], r"\(N, 2\)"),
        (np.zeros((1, 2)), [2], "must start with a move"),
        (np.zeros((2, 2)), [1, 7], "7 is not a path code"),
        (np.zeros((2, 2)), [1, 3], "lacks points"),
        (np.full((1, 2), 0.01), [1], "not a multiple of 1/64"),
        (np.full((1, 2), np.nan), [1], "out of range"),
        (np.full((1, 2), 1e6), [1], "out of range"),
    ],
)
def test_bad_outlines_are_refused(vertices: np.ndarray, codes: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Outline(vertices, np.array(codes, np.uint8))


def test_bad_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="one place for each outline"):
        GlyphRun([square()], [0.0, 1.0], [0.0], 1.0, 0.0)


@pytest.mark.parametrize("place", [(math.nan, 0.0), (0.0, math.inf)])
def test_impossible_places_are_refused(place: tuple[float, float]) -> None:
    run = GlyphRun([square()], [0.0], [0.0], 1.0, 0.0)
    with pytest.raises(ValueError, match="infinite or not a number"):
        run.bitmaps(*place, 100.0)


def test_bundled_fonts_have_no_overlapping_glyphs() -> None:
    for path in FONTS:
        file = FontFile(path)
        glyphs = range(FT2Font(path).num_glyphs)
        assert not any(file.is_overlapping(0, glyph) for glyph in glyphs), path.name


def test_a_font_in_an_unknown_format_may_overlap(tmp_path: Path) -> None:
    path = tmp_path / "font.woff2"
    path.write_bytes(b"wOF2" + bytes(100))
    assert FontFile(path).is_overlapping(0, 1) is None
    path.write_bytes(b"")
    assert FontFile(path).is_overlapping(0, 1) is None


def test_a_font_file_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "font"
    content = random.Random(1).randbytes(20_000)
    path.write_bytes(content)
    first = FontFile(path)
    second = first.reader()
    path.unlink()
    assert first.seek(5000) == 5000
    assert first.read(0) == b""
    assert first.read(10) == content[5000:5010]
    assert first.read(10_000) == content[5010:15_010]
    first.close()
    assert second.read(3) == content[:3]
    assert second.seek(19_999) == 19_999
    assert second.read(100) == content[-1:]
    assert second.read(100) == b""
    second.seek(1 << 40)
    assert second.read(100) == b""


def test_a_font_file_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.ttf"
    with pytest.raises(FileNotFoundError, match=r"none\.ttf") as caught:
        FontFile(path)
    assert caught.value.filename == path
