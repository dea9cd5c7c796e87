"""What of a picture has moved by whole pixels between two draws, so that views can move it too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np

from drypoint.web.frame import Move

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["moves_between", "places_of"]

# Data coordinates far enough apart that a scale which changes is noticed, near enough that every
# scale knows them.
_PROBES = np.array([(0.0, 0.0), (1.0, 1.0)])


def places_of(figure: Figure) -> dict[int, NDArray[np.float64]]:
    """For each axes, where its box is and where two points of data are, in pixels."""
    found = {}
    for ax in figure.axes:
        if ax.name != "rectilinear":
            continue
        box = ax.bbox.extents
        # In scaled coordinates, so that the steps of a logarithmic axis are even.
        points = (ax.transLimits + ax.transAxes).transform(_PROBES)
        found[id(ax)] = np.concatenate([box, points.ravel()])
    return found


def moves_between(
    figure: Figure,
    before: dict[int, NDArray[np.float64]],
    after: dict[int, NDArray[np.float64]],
    height_px: int,
) -> Sequence[Move]:
    """The boxes of axes in which everything has moved by whole pixels."""
    moves = []
    for ax in figure.axes:
        old, new = before.get(id(ax)), after.get(id(ax))
        if old is None or new is None or not np.array_equal(old[:4], new[:4]):
            continue
        first, second = (new[4:] - old[4:]).reshape(2, 2)
        if not np.isfinite(first).all() or np.abs(first - second).max() > 0.01:
            continue
        dx, dy = np.rint(first)
        if (dx, dy) == (0, 0) or max(abs(dx), abs(dy)) > 2**14:
            continue
        # Inside of the frame, which stays where it is.
        x0, y0, x1, y1 = (round(value) for value in new[:4])
        moves.append(Move(x0 + 1, height_px - y1 + 1, x1 - x0 - 2, y1 - y0 - 2, int(dx), -int(dy)))
        moves.extend(_tick_moves(ax, new[:4], height_px, int(dx), -int(dy)))
    return moves


def _tick_moves(
    ax: Axes, box: NDArray[np.float64], height_px: int, dx: int, dy: int
) -> Sequence[Move]:
    """Strips below and left of the axes, where ticks and their labels move along."""
    x0, y0, x1, y1 = (round(value) for value in box)
    strip_px = round(2.5 * mpl.rcParams["font.size"] / 72 * ax.get_figure(root=True).dpi)  # type: ignore[union-attr]
    return [
        Move(x0, height_px - y0 + 1, x1 - x0, strip_px, dx, 0),
        Move(x0 - 2 * strip_px, height_px - y1, 2 * strip_px - 1, y1 - y0, 0, dy),
    ]
