"""Which parts of a picture have changed since a window showed them: an animation moves a line, not all pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Box", "Shown"]

#: Left, top, right, bottom in px, row 0 on top; right and bottom are beyond the last ones.
Box: TypeAlias = "tuple[int, int, int, int]"

# Columns (px) of which the changed rows are shown together.
_STRIP_PX = 32
# To show another box takes as long as to show so many pixels more in one.
_BOX_PX = 6000
# Flags of so many pixels are looked at as one number.
_FLAGS = 8


class Shown:
    """A part of the picture as the window shows it."""

    def __init__(self) -> None:
        self._box: Box | None = None
        self._pixels: NDArray[np.uint32] = np.empty((0, 0), np.uint32)
        self._differs: NDArray[np.bool_] = np.empty((0, 0), np.bool_)

    def forget(self) -> None:
        """Know nothing any more of what the window shows."""
        self._box = None

    def update(self, pixels: NDArray[np.uint8], box: Box) -> list[Box]:
        """The boxes that have to be shown so that a part is; from now on they are held to be.

        Parameters
        ----------
        pixels : (h, w, 4) uint8
            The picture; contiguous.
        box : tuple of int
            The part, within the picture.
        """
        left, top, right, bottom = box
        if left >= right or top >= bottom:
            return []
        now = pixels.view(np.uint32)[top:bottom, left:right, 0]
        if self._box != box:
            strips = -(-now.shape[1] // _STRIP_PX)
            self._box, self._pixels = box, now.copy()
            self._differs = np.zeros((now.shape[0], strips * _STRIP_PX), np.bool_)
            return [box]
        np.not_equal(now, self._pixels, out=self._differs[:, : now.shape[1]])
        flags = self._differs.view(np.uint64)
        step = _STRIP_PX // _FLAGS
        strips_differ = flags[:, ::step] != 0
        for index in range(1, step):
            strips_differ |= flags[:, index::step] != 0
        first = strips_differ.argmax(axis=0)
        last = len(strips_differ) - strips_differ[::-1].argmax(axis=0)
        boxes: list[Box] = []
        for strip in np.flatnonzero(strips_differ.any(axis=0)).tolist():
            right_px = min((strip + 1) * _STRIP_PX, right - left)
            box = strip * _STRIP_PX, int(first[strip]), right_px, int(last[strip])
            if boxes and _area(joined := _union(boxes[-1], box)) < (
                _area(boxes[-1]) + _area(box) + _BOX_PX
            ):
                boxes[-1] = joined
            else:
                boxes.append(box)
        for x1, y1, x2, y2 in boxes:
            self._pixels[y1:y2, x1:x2] = now[y1:y2, x1:x2]
        return [(left + x1, top + y1, left + x2, top + y2) for x1, y1, x2, y2 in boxes]


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _union(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )
