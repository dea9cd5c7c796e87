"""Mathtext: formulas parsed by Matplotlib once, kept as numbers."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.mathtext import MathTextParser

from . import compat
from .cache import Recent
from .layout import GlyphStyle, Layout, by_style

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

    from .text_settings import Settings

# Formulas that are kept (a few KB each). Parsing one takes a millisecond and more.
_MAX_FORMULAS = 1 << 12


class Formula(NamedTuple):
    """A parsed formula.

    Attributes
    ----------
    width, height, depth : float
        px; the height includes the depth below the baseline.
    layout : Layout
    characters : str
        What the glyphs stand for, one each.
    """

    width: float
    height: float
    depth: float
    layout: Layout
    characters: str


# Matplotlib has one parser, and that one has state.
_parser_lock = threading.RLock()


def _renew_lock() -> None:
    global _parser_lock
    _parser_lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


_formulas: Recent[tuple[object, ...], Formula] = Recent(_MAX_FORMULAS)


def formula(s: str, prop: FontProperties, dpi: float, current: Settings) -> Formula:
    """Parse a string with mathtext in it.

    Unlike Matplotlib's own cache, ours follows changes of rcParams.

    Raises
    ------
    ValueError
        If the string cannot be parsed.
    """
    key = (s, compat.font_properties_key(prop), dpi, current, compat.known_font_count())
    known = _formulas.get(key)
    return known if known is not None else _formulas.put(key, _parse(s, prop, dpi))


def _parse(s: str, prop: FontProperties, dpi: float) -> Formula:
    with _parser_lock:
        # A new parser object each time: Matplotlib's cache goes by it.
        parsed = MathTextParser("path").parse(s, dpi, prop)
    glyphs = [
        (GlyphStyle(compat.face_of(font), size_pt), glyph)
        for font, size_pt, _, glyph, _, _ in parsed.glyphs
    ]
    xs = [x for *_, x, _ in parsed.glyphs]
    ys = [y for *_, y in parsed.glyphs]
    layout = Layout(by_style(glyphs), xs, ys, parsed.rects)
    characters = "".join(chr(code) for _, _, code, *_ in parsed.glyphs)
    return Formula(parsed.width, parsed.height, parsed.depth, layout, characters)
