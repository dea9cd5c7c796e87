"""What windows and saved regions know of a picture's changes is enough, whatever is drawn."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from drypoint import _core
from drypoint.adapter.renderer import Renderer
from tests.robustness.bulk import NUMBERS
from tests.robustness.choices import Seeded
from tests.robustness.drawings import drawing

#: Left, top, right, bottom, px.
PART = (21, 9, 170, 140)


def pixels(renderer: Renderer) -> NDArray[np.uint8]:
    return np.array(renderer._core.reader())


@pytest.mark.parametrize("operation", NUMBERS)
def test_what_is_drawn_is_shown_and_taken_back(operation: str) -> None:
    for seed in range(40):
        drawn = drawing(Seeded([NUMBERS[operation], seed]), operation)
        width, height = int(drawn.width), int(drawn.height)
        renderer = Renderer(width, height, drawn.dpi)
        mirror, shown = _core.Mirror(width, height), _core.Shown()
        window = np.zeros((height, width, 4), np.uint8)
        left, top, right, bottom = PART
        saved = renderer.copy_from_bbox(Bbox([[left, height - bottom], [right, height - top]]))
        before = pixels(renderer)[top:bottom, left:right]
        for call in drawn.calls:
            call.draw(renderer)
            now = pixels(renderer)
            for x1, y1, x2, y2 in shown.update(renderer._core, PART, seed * 100):
                window[y1:y2, x1:x2] = now[y1:y2, x1:x2]
            np.testing.assert_array_equal(
                window[top:bottom, left:right], now[top:bottom, left:right]
            )
            mirror.update(renderer._core)
            numbers = np.array(mirror).view(np.uint32)[..., 0]
            red, green, blue, _ = np.moveaxis(now.astype(np.uint32), 2, 0)
            np.testing.assert_array_equal(numbers, 0xFF000000 | red << 16 | green << 8 | blue)
            renderer.restore_region(saved)
            np.testing.assert_array_equal(pixels(renderer)[top:bottom, left:right], before)
            call.draw(renderer)


def test_nothing_is_shown_twice() -> None:
    core, shown = _core.Renderer(200, 150, 100.0), _core.Shown()
    assert shown.update(core, PART, 0) == [PART]
    assert shown.update(core, PART, 0) == []
    np.asarray(core.reader())
    assert shown.update(core, PART, 0) == []


def test_who_may_write_pixels_may_have_written_them() -> None:
    core, shown = _core.Renderer(200, 150, 100.0), _core.Shown()
    saved = core.copy_from_bbox((0.0, 0.0, 200.0, 150.0))
    shown.update(core, PART, 0)
    view = np.asarray(core)
    for value in (1, 2):
        # Whoever has a view may write as often as they like.
        view[50, 50] = value
        assert shown.update(core, PART, 0) == [PART]
        core.restore_region(saved)
        assert view[50, 50].tolist() == [255, 255, 255, 0]
    view[50, 50] = 3
    del view
    assert shown.update(core, PART, 0) == [PART]
    core.restore_region(saved)
    assert np.array(core.reader())[50, 50].tolist() == [255, 255, 255, 0]
    shown.update(core, PART, 0)
    assert shown.update(core, PART, 0) == []


def test_a_region_that_was_written_is_put_back_as_a_whole() -> None:
    core = _core.Renderer(200, 150, 100.0)
    saved = core.copy_from_bbox((0.0, 0.0, 200.0, 150.0))
    view = np.asarray(saved)
    for value in (1, 2):
        view[:] = value
        core.restore_region(saved)
        assert (np.array(core.reader()) == value).all()


def test_another_canvas_is_new_as_a_whole() -> None:
    first, second = (_core.Renderer(200, 150, 100.0) for _ in range(2))
    saved = first.copy_from_bbox((0.0, 0.0, 200.0, 150.0))
    shown, mirror = _core.Shown(), _core.Mirror(200, 150)
    shown.update(first, PART, 0)
    mirror.update(first)
    np.asarray(second)[:] = 7
    second.restore_region(saved)
    assert (np.array(second.reader()) == [255, 255, 255, 0]).all()
    np.asarray(second)[:] = 7
    assert shown.update(second, PART, 0) == [PART]
    mirror.update(second)
    color = [7, 7, 7, 255] if sys.byteorder == "little" else [255, 7, 7, 7]
    assert (np.array(mirror) == color).all()


def test_a_mirror_follows_what_is_shown() -> None:
    core, shown, mirror = _core.Renderer(200, 150, 100.0), _core.Shown(), _core.Mirror(200, 150)
    np.asarray(core)[20:30, 40:50] = [7, 7, 7, 255]
    assert shown.update(core, PART, 0, mirror) == [PART]
    color = [7, 7, 7, 255] if sys.byteorder == "little" else [255, 7, 7, 7]
    assert (np.array(mirror)[20:30, 40:50] == color).all()
    with pytest.raises(ValueError, match="mirror of 3x4 pixels cannot show a canvas of 200x150"):
        shown.update(core, PART, 0, _core.Mirror(3, 4))


def test_a_mirror_of_another_size_says_so() -> None:
    with pytest.raises(ValueError, match="mirror of 3x4 pixels cannot show a canvas of 4x3"):
        _core.Mirror(3, 4).update(_core.Renderer(4, 3, 100.0))


def test_a_reader_keeps_the_pixels_alive() -> None:
    core = _core.Renderer(20, 10, 100.0)
    view = np.asarray(core.reader())
    assert core.has_views
    del core
    assert (view == [255, 255, 255, 0]).all()
