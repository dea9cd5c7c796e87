"""Parts of a picture that have changed since they were shown."""

import numpy as np
import pytest

from drypoint.adapter.damage import Shown


@pytest.mark.parametrize("seed", range(40))
def test_a_window_that_shows_the_boxes_shows_the_part(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 200, 2)
    picture = rng.integers(0, 256, (height, width, 4), np.uint8)
    window = np.zeros_like(picture)
    left, right = sorted(int(edge) for edge in rng.integers(0, width + 1, 2))
    top, bottom = sorted(int(edge) for edge in rng.integers(0, height + 1, 2))
    shown = Shown()
    for _ in range(4):
        for x1, y1, x2, y2 in shown.update(picture, (left, top, right, bottom)):
            assert left <= x1 < x2 <= right
            assert top <= y1 < y2 <= bottom
            window[y1:y2, x1:x2] = picture[y1:y2, x1:x2]
        part = slice(top, bottom), slice(left, right)
        np.testing.assert_array_equal(window[part], picture[part])
        for _ in range(rng.integers(0, 20)):
            picture[rng.integers(0, height), rng.integers(0, width)] += 1


def test_what_has_not_changed_is_not_shown_again() -> None:
    picture = np.zeros((100, 300, 4), np.uint8)
    shown, part = Shown(), (10, 20, 290, 90)
    assert shown.update(picture, part) == [part]
    assert shown.update(picture, part) == []
    picture[50:60, 100:102] = 1
    picture[5] = 1  # Elsewhere.
    assert shown.update(picture, part) == [(74, 50, 106, 60)]
    assert shown.update(picture, part) == []
    # Another part is another matter, and so is a window of which nothing is known.
    assert shown.update(picture, (0, 0, 50, 50)) == [(0, 0, 50, 50)]
    assert shown.update(picture, (0, 0, 0, 50)) == []
    shown.forget()
    assert shown.update(picture, (0, 0, 50, 50)) == [(0, 0, 50, 50)]


def test_changes_far_apart_are_shown_by_themselves() -> None:
    picture = np.zeros((400, 320, 4), np.uint8)
    shown, part = Shown(), (0, 0, 320, 400)
    shown.update(picture, part)
    picture[0, 0] = picture[399, 319] = 1
    assert shown.update(picture, part) == [(0, 0, 32, 1), (288, 399, 320, 400)]
    # To show two boxes side by side takes longer than one.
    picture[10:20, 30:34] = 2
    assert shown.update(picture, part) == [(0, 10, 64, 20)]
