"""A frame makes of the picture before exactly the picture after, whatever was guessed."""

import io

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from drypoint import _core
from drypoint.web.frame import HEAD, Move, Picture, encode, stamped
from tests.web.player import apply


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    return _core.encode_png(pixels)


def frame_of(
    before: NDArray[np.uint8] | None, after: NDArray[np.uint8], moves: tuple[Move, ...] = ()
) -> bytes:
    base = None if before is None else Picture(4, before)
    return encode(base, Picture(5, after), moves, encode_png)


pictures = st.builds(
    lambda seed, colors, opaque: _random(seed, colors, opaque),
    st.integers(0, 2**32),
    st.sampled_from([1, 2, 300, 2**24]),
    st.booleans(),
)
places = st.integers(-20, 40)


def _random(seed: int, colors: int, opaque: bool) -> NDArray[np.uint8]:
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, colors, (23, 31)).astype(np.uint32)
    pixels *= 0x01020408
    if opaque:
        pixels |= np.uint32(0xFF000000)
    return pixels.view(np.uint8).reshape(23, 31, 4)


@settings(deadline=None)
@given(
    pictures,
    pictures,
    st.lists(
        st.builds(Move, places, places, *[st.integers(0, 40)] * 2, places, places), max_size=3
    ),
    st.floats(0, 1),
    st.integers(0, 2**32),
)
def test_frames_are_exact(
    before: NDArray[np.uint8],
    other: NDArray[np.uint8],
    moves: list[Move],
    share: float,
    seed: int,
) -> None:
    is_new = np.random.default_rng(seed).random(before.shape[:2]) < share * share
    after = np.where(is_new[..., None], other, before)
    assert np.array_equal(apply(frame_of(before, after, tuple(moves)), before), after)


def test_what_moved_travels_as_a_move() -> None:
    before = np.tile(_random(1, 2**24, True), (5, 5, 1))
    after = before.copy()
    after[5:95, 3:130] = np.roll(before[5:95, 3:130], (2, -3), (0, 1))
    plain = frame_of(before, after)
    moved = frame_of(before, after, (Move(3, 5, 127, 90, -3, 2),))
    assert HEAD.unpack_from(moved)[2] == 1
    assert len(moved) < len(plain) / 2
    assert np.array_equal(apply(moved, before), after)


def test_equal_pictures_need_nothing() -> None:
    picture = _random(1, 2**24, True)
    frame = frame_of(picture, picture.copy(), (Move(0, 0, 10, 10, 1, 1),))
    assert len(frame) == HEAD.size


def test_another_size_is_sent_whole() -> None:
    before, after = _random(1, 300, True), _random(2, 300, True)[:, :20].copy()
    frame = frame_of(before, after)
    assert HEAD.unpack_from(frame)[4] == 0
    png = np.asarray(PIL.Image.open(io.BytesIO(frame[HEAD.size :])).convert("RGBA"))
    assert np.array_equal(png, after)


def test_few_changes_travel_as_indices() -> None:
    before = _random(1, 2**24, True)
    after = before.copy()
    after[3, 4:9] = (255, 0, 0, 255)
    frame = frame_of(before, after)
    assert frame[1] == 2
    assert HEAD.unpack_from(frame)[8:] == (4, 3, 5, 1)


def test_what_is_not_opaque_is_replaced() -> None:
    before = _random(1, 2**24, True)
    after = before.copy()
    after[3, 4] = (255, 0, 0, 10)
    assert frame_of(before, after)[1] == 1


def test_stamps() -> None:
    frame = frame_of(None, _random(1, 2, True))
    assert HEAD.unpack_from(stamped(frame, 77))[7] == 77
    assert stamped(stamped(frame, 77), 0) == frame


@pytest.mark.parametrize("colors", [255, 256])
def test_index_planes(colors: int) -> None:
    before = np.full((100, 100, 4), 255, np.uint8)
    after = before.copy()
    flat = after.reshape(-1, 4)
    flat[:colors, 0] = np.arange(colors) % 256
    flat[:colors, 1] = np.arange(colors) // 256
    frame = frame_of(before, after)
    assert frame[1] == 2
    assert np.array_equal(apply(frame, before), after)
