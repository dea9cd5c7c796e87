"""Pixels for Cairo and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from drypoint.adapter.window import premultiplied_argb

from .binding import cairo

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LARGEST_SIDE_PX", "image_surface", "straight", "surface_on"]

LARGEST_SIDE_PX = 32767
"""Sides of pictures that Cairo takes."""


def surface_on(pixels: NDArray[np.uint32]) -> Any:
    """A surface that draws in an array.

    Parameters
    ----------
    pixels : (h, w) uint32
        Alpha in the uppermost byte, then red, green and blue multiplied by it; contiguous.
    """
    height, width = pixels.shape
    data: Any = pixels.reshape(-1).data.cast("B")
    return cairo.ImageSurface.create_for_data(data, cairo.FORMAT_ARGB32, width, height, width * 4)


def straight(pixels: NDArray[np.uint32], out: NDArray[np.uint8]) -> None:
    """Write pixels of Cairo's, (h, w), as red, green, blue and straight alpha, (h, w, 4)."""
    for channel, shift in enumerate((16, 8, 0, 24)):
        out[..., channel] = pixels >> shift
    alpha = out[..., 3]
    partly = (alpha != 255) & (alpha != 0)
    if partly.any():
        share = alpha[partly].astype(np.uint32)[:, None]
        colors = (out[partly][:, :3] * np.uint32(255) + share // 2) // share
        out[partly, :3] = np.minimum(colors, 255)


def image_surface(pixels: NDArray[np.uint8]) -> Any:
    """A surface of pixels (h, w, 4) of red, green, blue and straight alpha, top row first."""
    return surface_on(premultiplied_argb(pixels, opaque=False))
