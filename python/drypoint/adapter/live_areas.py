"""Which parts of a picture views move and scale by themselves until there is a better one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["area_of", "zoomed_areas"]


def area_of(ax: Axes, ratio: float) -> dict[str, Any] | None:
    """What a view needs to know of an axes; None if its content does not move as a whole.

    Parameters
    ----------
    ax : Axes
        As it was drawn last.
    ratio : float
        Pixels of the picture per CSS pixel.

    Returns
    -------
    dict
        "x", "y" (down from the top), "width" and "height" in CSS pixels, "face" as CSS says a colour.
    """
    if ax.name != "rectilinear":
        return None
    figure: Any = ax.get_figure(root=True)
    x0, y0, x1, y1 = (float(value) / ratio for value in ax.bbox.extents)
    height = float(figure.bbox.height) / ratio
    face = mpl.colors.to_hex(ax.get_facecolor(), keep_alpha=True)
    return {"x": x0, "y": height - y1, "width": x1 - x0, "height": y1 - y0, "face": face}


def zoomed_areas(figure: Figure, ratio: float) -> list[dict[str, Any]]:
    """Every axes that the wheel zooms, the topmost first; see `area_of`."""
    shown = [ax for ax in figure.axes if ax.get_visible()]
    # Of several at the same height, the last one is on top.
    by_height = sorted(shown, key=lambda ax: ax.zorder)
    areas = (area_of(ax, ratio) for ax in reversed(by_height))
    return [area for area in areas if area is not None]
