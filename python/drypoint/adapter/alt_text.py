"""What a figure shows, in words, for those who cannot see it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matplotlib.collections import Collection
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["alt_text"]

_MAX_AXES = 6


def alt_text(figure: Figure, name: str = "Figure") -> str:
    """A sentence or two: titles, axis labels, and how many of what there is.

    Parameters
    ----------
    figure : Figure
        The figure.
    name : str
        What it is called where it has no title.
    """
    title = figure.get_suptitle()
    axes = [ax for ax in figure.axes if ax.get_visible()]
    parts = [_described(ax) for ax in axes[:_MAX_AXES]]
    if len(axes) > _MAX_AXES:
        parts.append(f"and {len(axes) - _MAX_AXES} more axes")
    text = f"{title or name}: {'; '.join(filter(None, parts)) or 'empty'}"
    return " ".join(text.split())


def _described(ax: Axes) -> str:
    words = [_contents(ax)]
    if title := ax.get_title():
        words.insert(0, f"“{title}”,")
    x, y = ax.get_xlabel(), ax.get_ylabel()
    if x and y:
        words.append(f"of {y} over {x}")
    elif x or y:
        words.append(f"of {x or y}")
    return " ".join(filter(None, words))


def _contents(ax: Axes) -> str:
    counts: Counter[str] = Counter()
    for child in ax.get_children():
        if not child.get_visible():
            continue
        if isinstance(child, Line2D) and child in ax.lines:
            counts["line"] += 1
        elif isinstance(child, AxesImage):
            counts["image"] += 1
        elif isinstance(child, Collection):
            counts["collection"] += 1
    counts["bar"] += len(ax.patches)
    parts = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count]
    return ", ".join(parts).replace("bar", "shape").replace("collection", "group of marks")
