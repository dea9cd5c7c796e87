"""The PNG encoder: what other readers make of its files, and what Pillow would have written."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from drypoint._core import encode_png

Pixels = NDArray[np.uint8]


def chunks(file: bytes) -> list[tuple[bytes, bytes]]:
    """(type, data) of all chunks of a PNG, whose check sums must be right."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    found = []
    at = 8
    while at < len(file):
        (length,) = struct.unpack_from(">I", file, at)
        body = file[at + 4 : at + 8 + length]
        (check,) = struct.unpack_from(">I", file, at + 8 + length)
        assert check == zlib.crc32(body)
        found.append((body[:4], body[4:]))
        at += 12 + length
    return found


def without_pixels(file: bytes) -> list[tuple[bytes, bytes]]:
    return [(kind, data) for kind, data in chunks(file) if kind != b"IDAT"]


def by_pillow(pixels: Pixels, dpi: float, text: list[tuple[Any, Any]]) -> bytes:
    """What Matplotlib has Pillow write."""
    info = PngInfo()
    for key, value in text:
        info.add_text(key, value)
    file = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(file, "png", pnginfo=info, dpi=(dpi, dpi))
    return file.getvalue()


def read(file: bytes) -> Pixels:
    with Image.open(io.BytesIO(file)) as image:
        assert image.mode == "RGBA"
        image.load()
        return np.asarray(image)


shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40).map(lambda s: (*s, 4))
noise = hnp.arrays(np.uint8, shapes)
flat = hnp.arrays(np.uint8, shapes, elements=st.sampled_from([0, 1, 254, 255]))


@given(pixels=noise | flat, compression=st.none() | st.integers(0, 9))
def test_pixels_survive(pixels: Pixels, compression: int | None) -> None:
    file = encode_png(pixels, compression=compression)
    assert [kind for kind, _ in chunks(file)] == [b"IHDR", b"IDAT", b"IEND"]
    np.testing.assert_array_equal(read(file), pixels)


@pytest.mark.parametrize("compression", [None, 0, 1, 9])
@pytest.mark.parametrize("shape", [(1, 1), (1, 100_000), (100_000, 1), (1500, 999)])
def test_large_and_long_pictures_survive(shape: tuple[int, int], compression: int | None) -> None:
    rng = np.random.default_rng(1)
    pixels = np.full((*shape, 4), 255, np.uint8)
    pixels[: shape[0] // 2] = rng.integers(0, 256, (shape[0] // 2, shape[1], 4))
    pixels[-1, -1] = 1, 2, 3, 4
    file = encode_png(pixels, compression=compression)
    np.testing.assert_array_equal(read(file), pixels)
    stream = b"".join(data for kind, data in chunks(file) if kind == b"IDAT")
    # Python's zlib checks the sum at the end of the stream, Pillow does not.
    assert len(zlib.decompress(stream)) == shape[0] * (shape[1] * 4 + 1)


keys = st.text(st.characters(max_codepoint=255, exclude_characters="\0"), min_size=1, max_size=79)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


@given(
    dpi=st.floats(0, 1e6),
    text=st.lists(st.tuples(keys | st.binary(max_size=9), texts | st.binary(max_size=9))),
)
def test_the_rest_of_the_file_is_what_pillow_writes(
    dpi: float, text: list[tuple[str | bytes, str | bytes]]
) -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    ours = encode_png(pixels, dpi=dpi, text=text)
    assert without_pixels(ours) == without_pixels(by_pillow(pixels, dpi, text))


def test_text_chunks_are_latin_1_where_that_is_enough() -> None:
    text = [("Title", "Größe"), ("Author", "Ω"), (b"raw", b"\xff")]
    found = without_pixels(encode_png(np.zeros((1, 1, 4), np.uint8), text=text))
    assert found[1:-1] == [
        (b"tEXt", b"Title\0Gr\xf6\xdfe"),
        (b"iTXt", b"Author\0\0\0\0\0\xce\xa9"),
        (b"tEXt", b"raw\0\xff"),
    ]


def test_compression_changes_the_size_only() -> None:
    y, x = np.mgrid[:300, :400]
    pixels = np.stack([x % 256, y % 256, (x * y // 99) % 256, 0 * x + 255], -1).astype(np.uint8)
    files = [encode_png(pixels, compression=level) for level in (0, 1, 9)]
    assert len(files[0]) > len(files[1]) > len(files[2])
    for file in files:
        np.testing.assert_array_equal(read(file), pixels)


def test_files_of_figures_are_about_as_small_as_pillows() -> None:
    # White, with a frame, rules and a few translucent marks.
    pixels = np.full((480, 640, 4), 255, np.uint8)
    pixels[50:430:40, 80:576] = 176, 176, 176, 255
    pixels[60:420, [80, 576]] = 0, 0, 0, 255
    rng = np.random.default_rng(2)
    for y, x in rng.integers(100, 400, (200, 2)):
        pixels[y : y + 7, x : x + 5] = 31, 119, 180, rng.integers(1, 255)
    assert len(encode_png(pixels)) <= 1.1 * len(by_pillow(pixels, 100, []))


@pytest.mark.parametrize("make", [bytearray, memoryview], ids=["bytearray", "memoryview"])
def test_buffers_are_taken_as_they_are(make: Any) -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    buffer = memoryview(make(pixels.tobytes())).cast("B", (2, 3, 4))
    assert encode_png(buffer) == encode_png(pixels)
    readonly = pixels.copy()
    readonly.flags.writeable = False
    assert encode_png(readonly) == encode_png(pixels)


PIXELS = np.zeros((3, 4, 4), np.uint8)


@pytest.mark.parametrize(
    ("pixels", "error", "message"),
    [
        (PIXELS[..., :3], ValueError, r"\(h, w, 4\) array of uint8, not \(3, 4, 3\)"),
        (PIXELS[0], ValueError, r"not \(4, 4\) of uint8"),
        (PIXELS[:0], ValueError, "at least one pixel, not 4 x 0"),
        (PIXELS[:, :0], ValueError, "at least one pixel, not 0 x 3"),
        (PIXELS[:, ::2], ValueError, "contiguous"),
        (PIXELS.astype(float), TypeError, "of float64"),
        (PIXELS.view(np.int8), TypeError, "of int8"),
        (b"pixels", TypeError, "uint8"),
        (None, TypeError, "uint8"),
    ],
)
def test_wrong_pixels_are_refused(pixels: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        encode_png(pixels)


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"dpi": float("nan")}, ValueError, "resolution of NaN"),
        ({"dpi": float("inf")}, ValueError, "resolution of inf"),
        ({"dpi": -3}, ValueError, "resolution of -3"),
        ({"dpi": 1e12}, ValueError, "resolution of 1000000000000"),
        ({"text": [("Ω", "x")]}, ValueError, "outside latin-1"),
        ({"text": [("x", "\ud800")]}, UnicodeEncodeError, "surrogates"),
        ({"text": [("x", 1)]}, TypeError, "must be str or bytes, not int"),
        ({"text": [(None, "x")]}, TypeError, "must be str or bytes, not NoneType"),
        ({"compression": 10}, ValueError, "from 0 to 9 or None, not 10"),
        ({"compression": -1}, ValueError, "from 0 to 9 or None, not -1"),
    ],
)
def test_wrong_options_are_refused(
    keywords: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        encode_png(PIXELS, **keywords)
