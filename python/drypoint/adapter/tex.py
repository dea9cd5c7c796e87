"""Text set by LaTeX: Matplotlib runs it, its DVI files are read once and kept as numbers."""

from __future__ import annotations

import functools
import math
import os
import re
import threading
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from fontTools.agl import toUnicode
from matplotlib.dviread import Dvi

from . import compat
from .cache import Recent
from .fonts import open_face
from .layout import GlyphStyle, Layout, by_style, clip_extents, draw_layout
from .text_settings import settings

if TYPE_CHECKING:
    from typing import Protocol

    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.dviread import Text
    from matplotlib.font_manager import FontProperties
    from matplotlib.texmanager import TexManager

    from .compat import FontFace
    from .layout import TextRenderer

    class TexRenderer(TextRenderer, Protocol):
        """What text set by LaTeX needs of the renderer."""

        def get_texmanager(self) -> TexManager:
            """As in `RendererBase`."""

        def points_to_pixels(self, points: float) -> float:
            """As in `RendererBase`."""

        def get_text_width_height_descent(
            self, s: str, prop: FontProperties, ismath: Literal["TeX"]
        ) -> tuple[float, float, float]:
            """As in `RendererBase`."""


# What TeX's names of symbols say of their size: parenleftbig, summationdisplay.
_SIZE = re.compile("(big|Big|bigg|Bigg|display|text)$")

# Strings that are kept (a few KB each). Reading one takes a millisecond and more.
_MAX_PAGES = 1 << 11


class Page(NamedTuple):
    """What LaTeX made of a string.

    Attributes
    ----------
    width, height, descent : float
        px; the height is the one above the baseline.
    layout : Layout
    texts : list of str
        What each glyph stands for; nothing if that is not known.
    """

    width: float
    height: float
    descent: float
    layout: Layout
    texts: list[str]


_pages: Recent[tuple[object, ...], Page] = Recent(_MAX_PAGES)
_extents: Recent[tuple[object, ...], tuple[float, float, float]] = Recent(_MAX_PAGES)

# Matplotlib reads TeX's font maps bit by bit, as they are asked for.
_reader_lock = threading.RLock()


def _renew_lock() -> None:
    global _reader_lock
    _reader_lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def _file_key(path: str) -> tuple[object, ...]:
    """What changes when the file is replaced."""
    status = os.stat(path)
    return path, status.st_mtime_ns, status.st_size


def read_page(path: str, dpi: float) -> Page:
    """What LaTeX made, from its DVI file, at dots per inch; from memory if it is there."""
    key = (*_file_key(path), dpi)
    known = _pages.get(key)
    return known if known is not None else _pages.put(key, _read_page(path, dpi))


def _read_page(path: str, dpi: float) -> Page:
    with _reader_lock, Dvi(path, dpi) as dvi:
        (page,) = dvi
        glyphs = [(_style(text), text.index) for text in page.text]
    texts = [_character(style.face, glyph) for style, glyph in glyphs]
    boxes = [(box.x, box.y, box.width, box.height) for box in page.boxes]
    xs, ys = [text.x for text in page.text], [text.y for text in page.text]
    layout = Layout(by_style(glyphs), xs, ys, boxes)
    return Page(page.width, page.height, page.descent, layout, texts)


@functools.lru_cache(1 << 12)
def _character(face: FontFace, glyph: int) -> str:
    """What a glyph's name says that it stands for; of ligatures, the letters."""
    name = open_face(face).get_glyph_name(glyph)  # type: ignore[arg-type]
    text: str = toUnicode(name) or toUnicode(_SIZE.sub("", name))
    return unicodedata.normalize("NFKC", text) if "\ufb00" <= text <= "\ufb06" else text


def _style(text: Text) -> GlyphStyle:
    effects = text.font_effects
    slant, extend = effects.get("slant", 0), effects.get("extend", 1)
    return GlyphStyle(compat.font_face(text.font_path), text.font_size, slant, extend)


def tex_extents(renderer: TexRenderer, s: str, prop: FontProperties) -> tuple[float, float, float]:
    """Width, height and descent (px) as `RendererBase` gives them; the height includes both."""
    size_pt = prop.get_size_in_points()
    manager = renderer.get_texmanager()
    if not s.strip():
        return manager.get_text_width_height_descent(s, size_pt, renderer)  # type: ignore[arg-type]
    key = (*_file_key(manager.make_dvi(s, size_pt)), renderer.points_to_pixels(1.0))
    known = _extents.get(key)
    if known is None:
        with _reader_lock:
            measured = manager.get_text_width_height_descent(s, size_pt, renderer)  # type: ignore[arg-type]
        known = _extents.put(key, measured)
    return known


def draw_tex(
    renderer: TexRenderer,
    gc: GraphicsContextBase,
    x: float,
    y: float,
    s: str,
    prop: FontProperties,
    angle: float,
) -> None:
    """Draw a string set by LaTeX, its baseline beginning at (x, y) px, y down."""
    size_pt = prop.get_size_in_points()
    manager = renderer.get_texmanager()
    if compat.latex_makes_images():
        coverage = (manager.get_grey(s, size_pt, renderer.dpi) * 0xFF).astype(np.uint8)
        _, _, descent = renderer.get_text_width_height_descent(s, prop, ismath="TeX")
        radians = math.radians(angle)
        left = round(x + descent * math.sin(radians))
        bottom = round(y + descent * math.cos(radians))
        renderer._core.draw_text_image(
            coverage, left, bottom, angle, gc.get_rgb(), clip_extents(gc)
        )
        return
    page = read_page(manager.make_dvi(s, size_pt), renderer.dpi)
    draw_layout(renderer, gc, x, y, angle, page.layout, settings().flags)
