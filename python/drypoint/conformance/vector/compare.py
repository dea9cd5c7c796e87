"""How much two pictures differ, and whether it is only how the edges of marks are smoothed.

Two files may differ in the last digits of a coordinate. Then pixels at edges differ a
little, everywhere, and nobody sees it. Such a difference is told from one of shape, colour
or place by comparing each pixel with what is around the same pixel of the other picture: if
it is within the range of its neighbours, a shift of a fraction of a pixel explains it.
"""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from PIL import Image, ImageFilter

from drypoint.conformance.vector.programs import Picture

EDGE_LEVELS = 64  # a pixel may be so far outside the range of its neighbours, of 255
EDGE_PIXELS = 8  # so many may be further out, fewer than a dot has,
EDGE_SHARE = 5e-5  # or this share of all
EDGE_RMS = 6.0  # at most, for a difference of edges alone
BLUR_PX = (
    2.0  # of pictures that are compared with the PNG, which has hinted glyphs and snapped lines
)


class Difference(TypedDict):
    """How much two pictures differ.

    ``rms`` is Matplotlib's measure: the root of the mean square of the differences, over
    all channels. ``beyond`` is the share of pixels outside the range of their neighbours,
    ``edges`` whether that is too little to see. ``size`` has both sizes if they differ by
    more than a pixel.
    """

    rms: float
    beyond: float
    edges: bool
    size: str


def crop(a: Picture, b: Picture) -> tuple[Picture, Picture]:
    """Cut two pictures to their common size, from the lower left corner."""
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    return a[a.shape[0] - height :, :width], b[b.shape[0] - height :, :width]


def measure(expected: Picture, actual: Picture) -> Difference:
    """Measure the difference of two pictures."""
    size = ""
    if max(abs(n - m) for n, m in zip(expected.shape, actual.shape, strict=True)) > 1:
        size = " and ".join(f"{shape[1]}×{shape[0]}" for shape in (actual.shape, expected.shape))
    expected, actual = crop(expected, actual)
    rms = root_mean_square(expected, actual)
    if rms == 0:
        return Difference(rms=0.0, beyond=0.0, edges=not size, size=size)
    distance = np.maximum(_outside(expected, actual), _outside(actual, expected))
    beyond = distance.max(axis=-1) > EDGE_LEVELS
    few = beyond.sum() <= max(EDGE_PIXELS, EDGE_SHARE * beyond.size)
    edges = not size and rms <= EDGE_RMS and bool(few)
    return Difference(rms=rms, beyond=float(beyond.mean()), edges=edges, size=size)


def root_mean_square(a: Picture, b: Picture) -> float:
    """Root of the mean square of the differences of two pictures of one size."""
    if np.array_equal(a, b):
        return 0.0
    return float(np.sqrt(np.mean((a.astype(np.float32) - b.astype(np.float32)) ** 2)))


def blurred_difference(a: Picture, b: Picture) -> float:
    """Root of the mean square of the differences of two pictures out of focus."""
    a, b = crop(a, b)
    blur = ImageFilter.GaussianBlur(BLUR_PX)
    return root_mean_square(*(np.asarray(Image.fromarray(x).filter(blur)) for x in (a, b)))


def _outside(a: Picture, b: Picture) -> Picture:
    """How far each pixel of `a` is outside of the range of those around it in `b`."""
    image = Image.fromarray(b)
    low = np.asarray(image.filter(ImageFilter.MinFilter(3)), np.int16)
    high = np.asarray(image.filter(ImageFilter.MaxFilter(3)), np.int16)
    values = a.astype(np.int16)
    outside: Picture = np.maximum(np.maximum(low - values, values - high), 0).astype(np.uint8)
    return outside
