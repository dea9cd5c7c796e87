"""What `agg_filter` functions are given and give back, and what of a picture is not empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Filter", "filtered", "inked"]

#: Pixels (h, w, 4) float 0-1 with row 0 on top, and dpi, to pixels and a shift in px.
Filter: TypeAlias = "Callable[[NDArray[np.float64], float], tuple[NDArray[Any], float, float]]"


def filtered(
    pixels: NDArray[np.uint8], filter_func: Filter, dpi: float
) -> tuple[NDArray[Any], float, float]:
    """What a filter makes of pixels (h, w, 4), row 0 on top; also their shift in px."""
    image, dx, dy = filter_func(pixels / 255, dpi)
    if image.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            image = np.asarray(image * 255.0, np.uint8)
    return image, dx, dy


def inked(alpha: NDArray[np.uint8]) -> tuple[slice, slice]:
    """The smallest rows and columns that hold everything that is not transparent; empty slices if nothing is."""
    columns = np.flatnonzero(alpha.any(axis=0))
    rows = np.flatnonzero(alpha.any(axis=1))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
