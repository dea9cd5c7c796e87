"""From two pictures to the bytes that turn one into the other.

While a figure is panned, or new data scroll through it, most of what changes is what was there
before, some pixels further. So a frame first moves areas of the base picture (`Move`, proposed by
whoever knows the figure), then replaces what is still different. If few pixels are, with up to
65535 colours, these travel as indices into a list of colours, compressed; otherwise the rectangle
around them travels as PNG. All of it is lossless.

Measured on a line plot of 1200 × 800 that is panned: PNG of the changed pixels as WebAgg sends
them, 98 kB in 26 ms; indices without moves, 80 kB in 6 ms; with moves, 4 kB in 4 ms.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drypoint.web.message import FRAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HEAD", "Move", "Picture", "encode", "stamped"]

# kind, encoding, moves, frame, base, width, height, input, patch x, y, width, height
HEAD = struct.Struct("<BBHIIIIIIIII")
_MOVE = struct.Struct("<6i")
_STAMP = struct.calcsize("<BBHIIII")  # where the input stands

NOTHING, PNG, INDEXED = 0, 1, 2

# Beyond this share of changed pixels a list of colours costs more than PNG, which is quick.
_MAX_INDEXED_SHARE = 1 / 8
_MAX_COLORS = 0xFFFF
# Level 1 makes it a third longer, level 6 a fifth shorter in three times the time.
_DEFLATE_LEVEL = 4


class Move(NamedTuple):
    """An area of a picture whose content comes from (`dx`, `dy`) pixels before, y down."""

    x: int
    y: int
    width: int
    height: int
    dx: int
    dy: int


class Picture(NamedTuple):
    """What a figure looked like at one time.

    Attributes
    ----------
    number : int
        Grows with every picture of a figure, from 1.
    pixels : (h, w, 4) uint8, contiguous
        Straight RGBA, top row first; nobody writes into it any more.
    """

    number: int
    pixels: NDArray[np.uint8]


def encode(
    base: Picture | None,
    picture: Picture,
    moves: Sequence[Move],
    encode_png: Callable[[NDArray[np.uint8]], bytes],
) -> bytes:
    """The frame that makes `picture` of `base`.

    Parameters
    ----------
    base : Picture or None
        What the view shows; None if nothing, or nothing of use.
    picture : Picture
        What it is to show.
    moves : sequence of Move
        Where content of `base` may be found again; a guess, which costs a little if it is wrong.
    encode_png : callable
        From (h, w, 4) uint8 to a PNG file.
    """
    height, width = picture.pixels.shape[:2]
    if base is None or base.pixels.shape != picture.pixels.shape:
        base_number, changed = 0, None
        taken: Sequence[Move] = ()
    else:
        base_number = base.number
        taken, changed = _moved(base.pixels, picture.pixels, moves)
    encoding, (x, y, w, h), payload = _patch(picture.pixels, changed, encode_png)
    head = HEAD.pack(
        *(FRAME, encoding, len(taken), picture.number, base_number),
        *(width, height, 0, x, y, w, h),
    )
    return b"".join([head, *(_MOVE.pack(*move) for move in taken), payload])


def stamped(frame: bytes, input_number: int) -> bytes:
    """A frame that says which of a view's inputs it takes into account, the last of them."""
    return b"".join([frame[:_STAMP], input_number.to_bytes(4, "little"), frame[_STAMP + 4 :]])


def _words(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Each pixel as one number."""
    return pixels.view(np.uint32)[..., 0]


def _moved(
    base: NDArray[np.uint8], picture: NDArray[np.uint8], moves: Sequence[Move]
) -> tuple[Sequence[Move], NDArray[np.bool_]]:
    """The moves that are worth it, and what differs after them."""
    before, after = _words(base), _words(picture)
    changed = before != after
    taken: list[Move] = []
    for move in moves:
        found = _overlap(move, after.shape[1], after.shape[0])
        if found is None:
            continue
        to, origin = found
        still = before[origin] != after[to]
        # Moving over a pixel is undone by none of the patches: it counts where it does harm.
        if np.count_nonzero(still) < np.count_nonzero(changed[to]):
            changed[to] = still
            taken.append(move)
    return taken, changed


_Area = tuple[slice, slice]


def _overlap(move: Move, width: int, height: int) -> tuple[_Area, _Area] | None:
    """Where a move writes and where it reads; None if nowhere."""
    x, y, w, h, dx, dy = move
    left, right = max(x, x + dx, 0), min(x + w, x + w + dx, width)
    top, bottom = max(y, y + dy, 0), min(y + h, y + h + dy, height)
    # What is read must be inside of the picture as well.
    left, right = max(left, dx), min(right, width + dx)
    top, bottom = max(top, dy), min(bottom, height + dy)
    if left >= right or top >= bottom or (dx, dy) == (0, 0):
        return None
    return (
        (slice(top, bottom), slice(left, right)),
        (slice(top - dy, bottom - dy), slice(left - dx, right - dx)),
    )


def _patch(
    pixels: NDArray[np.uint8],
    changed: NDArray[np.bool_] | None,
    encode_png: Callable[[NDArray[np.uint8]], bytes],
) -> tuple[int, tuple[int, int, int, int], bytes]:
    """What is left to be replaced: how it is encoded, where it is (x, y, w, h), and its bytes."""
    if changed is None:
        height, width = pixels.shape[:2]
        return PNG, (0, 0, width, height), encode_png(pixels)
    rows = np.flatnonzero(changed.any(axis=1))
    if not rows.size:
        return NOTHING, (0, 0, 0, 0), b""
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(changed[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    area = left, top, right - left, bottom - top
    inside = changed[top:bottom, left:right]
    part = pixels[top:bottom, left:right]
    if np.count_nonzero(inside) <= _MAX_INDEXED_SHARE * pixels.shape[0] * pixels.shape[1]:
        payload = _indexed(_words(part), inside)
        if payload is not None:
            return INDEXED, area, payload
    return PNG, area, encode_png(np.ascontiguousarray(part))


def _indexed(words: NDArray[np.uint32], changed: NDArray[np.bool_]) -> bytes | None:
    """Indices of the colours of changed pixels, 0 elsewhere; None if that cannot be.

    Compressed: the number of colours as u32, the colours, a plane of low bytes of the indices,
    and, if there are more than 255 colours, one of high bytes.
    """
    values = words[changed]
    colors, places = np.unique(values, return_inverse=True)
    if len(colors) > _MAX_COLORS:
        return None
    # A view lays the patch over the picture: what is not opaque would mix with what is there.
    if not (colors.view(np.uint8).reshape(-1, 4)[:, 3] == 0xFF).all():
        return None
    indices = np.zeros(changed.shape, np.uint16)
    indices[changed] = places + 1
    parts = [struct.pack("<I", len(colors)), colors.tobytes(), indices.astype(np.uint8).tobytes()]
    if len(colors) > 0xFF:
        parts.append((indices >> 8).astype(np.uint8).tobytes())
    return zlib.compress(b"".join(parts), _DEFLATE_LEVEL)
