"""What a figure shows, in words, for those who cannot see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.collections import Collection
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from drypoint.adapter import compat

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["AltTexts", "alt_text"]

_MAX_AXES = 6


class AltTexts(NamedTuple):
    """What a page and artists on it show, for those who cannot see it.

    Attributes
    ----------
    given : str or None
        What the user says of the page as a whole.
    of_page : str or None
        The same; made of what is in the figure where the user speaks of artists only. None says nothing.
    of_artists : dict of str to str
        By gid.
    """

    given: str | None
    of_page: str | None
    of_artists: dict[str, str]

    @classmethod
    def of(cls, figure: Figure, given: object) -> AltTexts:
        """What "Alt" in the metadata of a figure says.

        Parameters
        ----------
        figure : Figure
            The figure. Its artists that have a gid and a label of the user's show what the label says.
        given : str, dict or None
            What the figure shows; or a dict with that under None, and what artists show under their
            gids ("" for nothing, in spite of the label). Without it nothing is said of artists, either.

        Raises
        ------
        TypeError
            If it is of another type.
        """
        if given is None:
            return cls(None, None, {})
        texts: dict[Any, Any] = dict(given) if isinstance(given, Mapping) else {None: given}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError(
                f"Invalid type for Alt metadata. Expected str or dict of str by gid, not {given!r}."
            )
        page = texts.pop(None, None)
        labels: dict[str, str] = {}
        for artist in figure.findobj(lambda artist: artist.get_gid() is not None):
            label = artist.get_label()
            shown = isinstance(label, str) and not label.startswith("_")
            labels.setdefault(str(artist.get_gid()), str(label) if shown else "")
        for gid in texts.keys() - labels.keys():
            compat.warn_external(
                f"The Alt metadata says what {gid!r} shows, but no artist of the figure has that gid"
            )
        of_artists = {gid: text for gid, text in (labels | texts).items() if text}
        return cls(page, page or alt_text(figure), of_artists)


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
