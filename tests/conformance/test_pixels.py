"""Comparing and reading images."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from drypoint.conformance import pixels


def test_equal_images_have_no_difference() -> None:
    image = np.full((2, 3, 4), 200, np.uint8)
    assert pixels.measure(image, image.copy()) == pixels.Difference(0, 0.0, 0, 0.0)


def test_measure_counts_pixels_not_channels() -> None:
    expected = np.zeros((2, 5, 4), np.uint8)
    actual = expected.copy()
    actual[0, 0] = 255
    actual[1, 4, 3] = 1
    found = pixels.measure(expected, actual)
    assert (found.pixels, found.share, found.max) == (2, 0.2, 255)
    assert found.rms == pytest.approx(np.sqrt((4 * 255**2 + 1) / 40))


def test_the_picture_of_a_difference_shows_the_smallest_one() -> None:
    expected = np.zeros((1, 3, 4), np.uint8)
    actual = expected.copy()
    actual[0, 1, 3] = 1
    actual[0, 2, 0] = 20
    picture = pixels.show_difference(expected, actual)
    np.testing.assert_array_equal(picture, [[[0, 0, 0, 255], [64, 64, 64, 255], [160, 0, 0, 255]]])


def test_read_gives_straight_rgba_and_what_the_file_says() -> None:
    image = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    file = BytesIO()
    Image.fromarray(image).save(file, "png", dpi=(100, 100))
    found, says = pixels.read(file.getvalue(), "png", (0, 0))
    np.testing.assert_array_equal(found, image)
    assert says["mode"] == "RGBA"
    assert "dpi" in says


def test_read_takes_raw_pixels_by_their_size() -> None:
    found, says = pixels.read(bytes(range(24)), "rgba", (3, 2))
    assert found.shape == (2, 3, 4)
    assert found[1, 0, 0] == 12
    assert says == {}
    with pytest.raises(ValueError, match="24 bytes instead of 2×2×4"):
        pixels.read(bytes(range(24)), "raw", (2, 2))


def test_read_refuses_what_is_no_image() -> None:
    with pytest.raises(ValueError, match="not a readable png image"):
        pixels.read(b"\x89PNG\r\n\x1a\n but no more", "png", (1, 1))
