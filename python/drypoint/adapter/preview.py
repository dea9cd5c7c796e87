"""The last picture with its axes moved and scaled, until there is a new one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.transforms import Bbox, BboxBase

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["View", "box_px", "move_part", "moved_axes", "views_of"]


class View(NamedTuple):
    """Where the axes of a plot are, and what they show.

    Attributes
    ----------
    box : tuple of float
        Left, bottom, right, top in px, the origin at the bottom.
    corners : tuple of float
        Where the scaled coordinates (0, 0) and (1, 1) are, in px.
    face : tuple of int
        The background: red, green, blue, alpha, from 0 to 255.
    """

    box: tuple[float, ...]
    corners: tuple[float, ...]
    face: tuple[int, ...]


def views_of(figure: Figure) -> dict[int, View]:
    """The views of a figure's rectilinear axes; others do not move as a whole."""
    views = {}
    for ax in figure.axes:
        if ax.name != "rectilinear":
            continue
        # In scaled coordinates, so that logarithmic axes move evenly as well.
        corners = (ax.transLimits + ax.transAxes).transform([(0.0, 0.0), (1.0, 1.0)])
        face = tuple(round(255 * part) for part in to_rgba(ax.get_facecolor()))
        views[id(ax)] = View(tuple(ax.bbox.extents), tuple(corners.ravel()), face)
    return views


def moved_axes(before: dict[int, View], after: dict[int, View]) -> Sequence[tuple[View, View]]:
    """The views that show something else at the same place, as they were and as they are."""
    return [
        (before[key], view)
        for key, view in after.items()
        if key in before
        and before[key].box == view.box
        and before[key].corners != view.corners
        and np.isfinite([*before[key].corners, *view.corners]).all()
    ]


def move_part(
    target: NDArray[np.uint8], source: NDArray[np.uint8], before: View, after: View
) -> None:
    """Move and scale what is inside of an axes' frame.

    Parameters
    ----------
    target : (h, w, 4) uint8
        What is drawn on; outside of the axes it stays as it is. Contiguous, as is `source`.
    source : (h, w, 4) uint8
        The picture with the view `before`.
    before, after : View
        With equal boxes.
    """
    height, width, _ = source.shape
    left, top, right, bottom = box_px(Bbox.from_extents(*after.box), width, height)
    # The frame itself stays.
    left, top, right, bottom = left + 1, top + 1, right - 1, bottom - 1
    if left >= right or top >= bottom:
        return
    across_px = np.arange(left, right, dtype=np.float64) + 0.5
    up_px = height - np.arange(top, bottom, dtype=np.float64) - 0.5
    columns = _sources(before.corners[0::2], after.corners[0::2], across_px)
    rows = _sources(before.corners[1::2], after.corners[1::2], up_px)
    rows = height - 1 - rows
    # A number for each pixel: those are filled and copied at once.
    pixels, shown = source.view(np.uint32)[..., 0], target.view(np.uint32)[..., 0]
    part: Any = shown[top:bottom, left:right]
    part[...] = np.array(after.face, np.uint8).view(np.uint32)[0]
    (across,) = np.nonzero((columns >= left) & (columns < right))
    (down,) = np.nonzero((rows >= top) & (rows < bottom))
    if not len(across) or not len(down):
        return
    xs, ys = columns[across], rows[down]
    x0, y0 = across[0], down[0]
    place = (slice(y0, y0 + len(ys)), slice(x0, x0 + len(xs)))
    if (np.diff(xs) == 1).all() and (np.diff(ys) == 1).all():
        part[place] = pixels[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    else:
        part[place] = pixels[ys[:, None], xs]


def _sources(
    before: Sequence[float], after: Sequence[float], places: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Where in the picture of before what is at these places now was: whole pixels, from 0."""
    scale = (before[1] - before[0]) / (after[1] - after[0])
    if abs(scale - 1) < 1e-6:
        return (np.floor(places) + round(before[0] - after[0])).astype(np.intp)
    found = np.floor(before[0] + (places - after[0]) * scale)
    # Far outside is far enough.
    return np.clip(found, -(2**30), 2**30).astype(np.intp)


def box_px(bbox: BboxBase, width_px: int, height_px: int) -> tuple[int, int, int, int]:
    """Whole pixels that cover a box, inside a picture.

    Parameters
    ----------
    bbox : Bbox
        In px, the origin at the bottom.
    width_px, height_px : int
        Size of the picture.

    Returns
    -------
    left, top, right, bottom : int
        Columns and rows, row 0 on top; right and bottom are beyond the last ones.
    """
    (x0, y0), (x1, y1) = bbox.get_points().tolist()
    left = min(max(math.floor(x0), 0), width_px)
    right = max(min(math.ceil(x1), width_px), left)
    top = min(max(height_px - math.ceil(y1), 0), height_px)
    bottom = max(min(height_px - math.floor(y0), height_px), top)
    return left, top, right, bottom
