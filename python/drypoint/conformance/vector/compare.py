"""How much two pictures differ, and whether it is only how the edges of marks are smoothed.

Two files may differ in the last digits of a coordinate. Then pixels at edges differ a
little, everywhere, and nobody sees it. Such a difference is told from one of shape, colour
or place: each pixel is within the range of those around the same pixel in the other picture,
areas without edges have the same colours, and out of focus the pictures are alike.
"""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from drypoint.conformance.vector.programs import Picture

# Levels of 255 by which a pixel may
NEIGHBOUR_LEVELS = 64  # be outside the range of the nine in the other picture,
FLAT_LEVELS = 6  # differ where no edge is near, that is,
FLAT_RANGE = 16  # the nine in both pictures are as close as this,
BLURRED_LEVELS = 30  # differ out of focus.
FEW_PIXELS = 8  # So many pixels may do more, fewer than a dot has,
FEW_SHARE = 1e-4  # or this share of all.
EDGE_RMS = 12.0  # The most for a difference of edges alone.

# Pictures that are compared with the PNG are out of focus: its glyphs are hinted, its lines snapped.
BLUR_PX = 2.0


class Difference(TypedDict):
    """How much two pictures differ.

    ``rms`` is Matplotlib's measure: the root of the mean square of the differences, over
    all channels. ``beyond`` is the share of pixels that edges do not explain, ``edges``
    whether that is too little to see. ``size`` has both sizes if they differ by more than a
    pixel.
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
    beyond = _unexplained(expected, actual)
    few = bool(beyond.sum() <= max(FEW_PIXELS, FEW_SHARE * beyond.size))
    edges = not size and rms <= EDGE_RMS and few
    return Difference(rms=rms, beyond=float(beyond.mean()), edges=edges, size=size)


def root_mean_square(a: Picture, b: Picture) -> float:
    """Root of the mean square of the differences of two pictures of one size."""
    if np.array_equal(a, b):
        return 0.0
    return float(np.sqrt(np.mean((a.astype(np.float32) - b.astype(np.float32)) ** 2)))


def blurred_difference(a: Picture, b: Picture) -> float:
    """Root of the mean square of the differences of two pictures out of focus."""
    a, b = crop(a, b)
    return root_mean_square(blurred(a), blurred(b))


def blurred(picture: Picture) -> Picture:
    """Return a picture out of focus."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(BLUR_PX)))


def _unexplained(a: Picture, b: Picture) -> npt.NDArray[np.bool_]:
    """Tell which pixels differ in more than how edges are smoothed."""
    low_a, high_a = _around(a)
    low_b, high_b = _around(b)
    of_a, of_b = a.astype(np.int16), b.astype(np.int16)
    outside = np.maximum.reduce([low_b - of_a, of_a - high_b, low_a - of_b, of_b - high_a])
    flat = np.maximum(high_a - low_a, high_b - low_b) < FLAT_RANGE
    shifted = np.abs(blurred(a).astype(np.int16) - blurred(b))
    unexplained: npt.NDArray[np.bool_] = (
        (outside > NEIGHBOUR_LEVELS)
        | (flat & (np.abs(of_a - of_b) > FLAT_LEVELS))
        | (shifted > BLURRED_LEVELS)
    ).any(axis=-1)
    return unexplained


def _around(picture: Picture) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """Return the least and the greatest of each pixel and the eight around it."""
    image = Image.fromarray(picture)
    low = np.asarray(image.filter(ImageFilter.MinFilter(3))).astype(np.int16)
    high = np.asarray(image.filter(ImageFilter.MaxFilter(3))).astype(np.int16)
    return low, high
