"""A picture on a context of Cairo's, as the windows of GTK give."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

from drypoint.adapter.window import premultiplied_argb

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["paint"]


def paint(
    context: Any, pixels: NDArray[np.uint8] | None, pixel_ratio: float, *, opaque: bool
) -> None:
    """Put pixels on a context, as many as its clip lets through.

    Parameters
    ----------
    context : cairo.Context
        Of pycairo or cairocffi, whichever GTK's binding uses.
    pixels : (h, w, 4) uint8 or None
        Red, green, blue and straight alpha, top row first; with None nothing is painted.
    pixel_ratio : float
        Pixels per unit of the context.
    opaque : bool
        Whether alpha is not to be looked at.
    """
    if pixels is None:
        return
    height, width, _ = pixels.shape
    x0, y0, x1, y1 = context.clip_extents()
    left, top = max(floor(x0 * pixel_ratio), 0), max(floor(y0 * pixel_ratio), 0)
    right, bottom = min(ceil(x1 * pixel_ratio), width), min(ceil(y1 * pixel_ratio), height)
    if left >= right or top >= bottom:
        return
    import cairo

    part = premultiplied_argb(pixels[top:bottom, left:right], opaque=opaque)
    surface = cairo.ImageSurface.create_for_data(
        part.ravel().data.cast("B"), cairo.FORMAT_ARGB32, right - left, bottom - top
    )
    surface.set_device_scale(pixel_ratio, pixel_ratio)
    context.set_source_surface(surface, left / pixel_ratio, top / pixel_ratio)
    context.paint()
