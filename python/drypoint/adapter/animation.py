"""What a window shows of a picture of which parts are blitted: an animation moves a line, not all pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drypoint import _core
from drypoint.adapter.preview import box_px

if TYPE_CHECKING:
    from matplotlib.transforms import BboxBase

__all__ = ["ONE_BOX_PX", "Animation"]

#: Pixels of a picture, or more: with so many for a box, all is in one.
ONE_BOX_PX = (1 << 32) - 1


class Animation:
    """A picture that changes in parts.

    Parameters
    ----------
    core : Renderer of the engine
        What draws it.
    box_px : int
        To show another box takes the toolkit as long as to show so many pixels more in one.
    """

    def __init__(self, core: _core.Renderer, box_px: int) -> None:
        self.core = core
        self._box_px = box_px
        self._shown = _core.Shown()
        self._mirror: _core.Mirror | None = None

    def changed(self, bbox: BboxBase) -> list[tuple[int, int, int, int]]:
        """The boxes that have to be shown so that a part is, which is then held to be shown.

        What is looked at as a `mirror` shows the picture as it is now.

        Parameters
        ----------
        bbox : Bbox
            The part, in px, the origin at the bottom.

        Returns
        -------
        list of (left, top, right, bottom)
            In px, row 0 on top; right and bottom are beyond the last ones.
        """
        part = box_px(bbox, self.core.width, self.core.height)
        return self._shown.update(self.core, part, self._box_px, self._mirror)

    def mirror(self) -> _core.Mirror:
        """The picture as it is now, opaque, as numbers 0xffRRGGBB: always the same buffer, (h, w, 4) uint8."""
        if self._mirror is None:
            self._mirror = _core.Mirror(self.core.width, self.core.height)
        self._mirror.update(self.core)
        return self._mirror
