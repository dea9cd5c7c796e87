"""Text for documents: laid out without hinting, recorded as string, faces and glyphs."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from matplotlib import ft2font

from drypoint import _core

from . import compat, mathtext, tex
from .cache import Recent
from .fonts import FontStack, OpenStack, open_face, open_stack, read_font_file
from .layout import Layout, by_style
from .text import font_stack_of, plain_extents
from .text_settings import settings

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import LayoutItem
    from matplotlib.text import Text

    from .compat import FontFace
    from .renderer import Renderer

    Extents = tuple[float, float, float]
    Features = tuple[str, ...] | None
    Language = str | tuple[tuple[str, int, int], ...] | None
    Run = tuple[
        _core.Face, float, float, float, str, list[int], list[float], list[float], list[str]
    ]
    Anchor = tuple[tuple[float, float] | None, float, str]

_UNHINTED = ft2font.LoadFlags.NO_HINTING
_UNHINTED_VALUE: int = _UNHINTED.value

# Lines that are kept laid out (a few KB each).
_MAX_LINES = 1 << 12
_MAX_LENGTH = 1000
_MAX_FACES = 1 << 7

# --- faces --------------------------------------------------------------------------------------

_faces: Recent[FontFace, _core.Face] = Recent(_MAX_FACES)


def _key(face: FontFace) -> str:
    return f"{face.path}:{face.face_index}"


def face_of_key(key: str) -> FontFace:
    """The face of an engine's key."""
    path, _, index = key.rpartition(":")
    return compat.FontFace(path, int(index))


def core_face(face: FontFace) -> _core.Face:
    """The face as the engine knows it, from memory if it is there."""
    known = _faces.get(face)
    if known is None:
        font = open_face(face)
        data = read_font_file(face.path)
        key = _key(face)
        units = float(font.units_per_EM or 1000)
        name = font.postscript_name or "unnamed"
        known = _faces.put(face, _core.Face(key, name, face.face_index, units, data))
    return known


def _load_outlines(face: FontFace, glyphs: Iterable[int]) -> _core.Face:
    """The face with the outlines of these glyphs, in font units."""
    known = core_face(face)
    missing = known.missing(list(glyphs))
    if missing:
        font = open_face(face)
        font.set_size(12, 72)  # takes off any transform
        for glyph in dict.fromkeys(missing):
            try:
                advance = font.load_glyph(glyph, ft2font.LoadFlags.NO_SCALE).horiAdvance  # type: ignore[arg-type]
                vertices, codes = font.get_path()
            except RuntimeError:  # a bitmap has no outline
                vertices, codes, advance = np.empty((0, 2)), np.empty(0, np.uint8), 0
            known.add_outline(glyph, vertices * 64, codes, advance)  # type: ignore[arg-type]
        font.clear()
    return known


# --- lines --------------------------------------------------------------------------------------


def _runs(layout: Layout, texts: list[str], css: Callable[[FontFace], str] | None) -> list[Run]:
    runs: list[Run] = []
    start = 0
    for (face, size_pt, slant, extend), glyphs in layout.parts:
        end = start + len(glyphs)
        known = _load_outlines(face, glyphs)
        declarations = "" if css is None else css(face)
        xs, ys = [float(x) for x in layout.xs[start:end]], [float(y) for y in layout.ys[start:end]]
        part = texts[start:end]
        runs.append((known, size_pt, slant, extend, declarations, glyphs, xs, ys, part))
        start = end
    return runs


def _read(layout: Layout, characters: str) -> tuple[Layout, str]:
    """A formula's glyphs in the order of reading: accents, which mathtext draws first, after their letter."""
    order: list[int] = []
    waiting: list[int] = []
    for index, character in enumerate(characters):
        if unicodedata.combining(character):
            waiting.append(index)
        else:
            order += [index, *waiting]
            waiting = []
    order += waiting
    if order == list(range(len(characters))):
        return layout, characters
    glyphs = [(style, glyph) for style, glyphs in layout.parts for glyph in glyphs]
    xs, ys = [layout.xs[index] for index in order], [layout.ys[index] for index in order]
    read = Layout(by_style(glyphs[index] for index in order), xs, ys, layout.boxes)
    return read, "".join(characters[index] for index in order)


def _told(s: str, items: list[LayoutItem]) -> tuple[list[LayoutItem], list[str]]:
    """The glyphs of a line, and what each stands for.

    Of a cluster of several glyphs, marks that the font has stand for theirs, one glyph for the rest. Readers turn what
    is read from the right around, character by character: there, a ligature's text begins with its last letter, and
    marks come before their letter, the last one first.
    """
    texts = [item.char for item in items]
    length = sum(map(len, texts))
    if length == len(items) == len(s):
        return items, texts
    items = list(items)
    start = 0
    are_once = length <= len(s)
    while start < len(items):
        cluster, end = texts[start], start + 1
        if not are_once and (len(cluster) > 1 or cluster * 2 not in s):
            while end < len(items) and texts[end] == cluster:
                end += 1
        if end - start > 1:
            items[start:end], texts[start:end] = _shares(cluster, items[start:end])
        elif len(cluster) > 1:
            texts[start] = _as_turned(cluster)
        start = end
    return items, texts


def _as_turned(text: str) -> str:
    """A text as it stands in a line from left to right."""
    return text[::-1] if unicodedata.bidirectional(text[0]) in ("R", "AL") else text


def _shares(cluster: str, items: list[LayoutItem]) -> tuple[list[LayoutItem], list[str]]:
    """The glyphs of a cluster, marks among them in their order, and what of its text each stands for."""
    marks: list[tuple[LayoutItem, str]] = []
    others = items
    rest = cluster
    for mark in filter(unicodedata.combining, cluster):
        for item in others:
            if item.ft_object.get_char_index(ord(mark)) == item.glyph_index:
                marks.append((item, mark))
                others = [other for other in others if other is not item]
                rest = rest.replace(mark, "", 1)
                break
    if len(others) != 1:
        # Nobody knows which glyph is which letter: each has one, and the one that is read last, maybe marks, the rest.
        whole, last = _as_turned(cluster), len(items) - 1
        if whole != cluster:
            end = max(len(whole) - last, 1)
            return items, [whole[:end], *(whole[end + i : end + i + 1] for i in range(last))]
        return items, [*(whole[i : i + 1] for i in range(last)), whole[last:]]
    if len(rest) > 1 and not cluster.startswith(rest):
        # A mark on the first letter of a ligature.
        rest, marks = cluster, [(item, "") for item, _ in marks]
    rest = _as_turned(rest) if rest else ""
    told = [(others[0], rest), *marks]
    if unicodedata.bidirectional(cluster[0]) in ("R", "AL"):
        told.reverse()
    return [item for item, _ in told], [text for _, text in told]


class _PlainLine:
    """A string in a font at one size, measured and laid out when first asked for."""

    def __init__(
        self, s: str, stack: FontStack, size_pt: float, features: Features, language: Language
    ) -> None:
        self._s = s
        self._stack = stack
        self._size_pt = size_pt
        self._features = features
        self._language = language
        self._layout: _core.TextLayout | None = None

    def extents(self) -> Extents:
        return plain_extents(self._s, self._stack, self._size_pt, 72, _UNHINTED, _UNHINTED_VALUE)

    def layout(self) -> _core.TextLayout:
        if self._layout is None:
            opened: OpenStack = open_stack(self._stack)
            opened.font.set_size(self._size_pt, 72)
            items = compat.lay_out(opened.font, self._s, _UNHINTED, self._features, self._language)
            runs: list[Run] = []
            items, texts = _told(self._s, items)
            face: FontFace | None = None
            for item, text in zip(items, texts, strict=True):
                its_face = opened.face(item)
                if its_face != face:
                    face = its_face
                    runs.append((core_face(face), self._size_pt, 0, 1, "", [], [], [], []))
                *_, glyphs, xs, ys, parts = runs[-1]
                glyphs.append(item.glyph_index)
                xs.append(item.x)
                ys.append(item.y)
                parts.append(text)
            by_face: dict[FontFace, set[int]] = {}
            for item in items:
                by_face.setdefault(opened.face(item), set()).add(item.glyph_index)
            for face, wanted in by_face.items():
                _load_outlines(face, wanted)
            self._layout = _core.TextLayout(self._s, False, runs, [])
        return self._layout


_plain_lines: Recent[tuple[object, ...], _PlainLine] = Recent(_MAX_LINES)
_formulas: Recent[tuple[object, ...], _core.TextLayout] = Recent(_MAX_LINES)


class DocumentText(NamedTuple):
    """The text strategy of documents.

    Attributes
    ----------
    layout_size_pt : float or None
        Size at which everything is laid out, to be scaled; None for the size of the text itself.
    css : callable or None
        From font properties to CSS, for documents whose readers lay text out again.
    face_css : callable or None
        The same for a single face.
    units_per_inch : float
        Of the document.
    """

    layout_size_pt: float | None = None
    css: Callable[[FontProperties], str] | None = None
    face_css: Callable[[FontFace], str] | None = None
    units_per_inch: float = 72.0

    def _size(self, prop: FontProperties) -> tuple[float, float]:
        """Size of the layout, and the factor from it to the size of the text."""
        size = prop.get_size_in_points()
        units = self.units_per_inch / 72
        if self.layout_size_pt is None or size == 0:
            return size, units
        return self.layout_size_pt, size / self.layout_size_pt * units

    def _plain(
        self, s: str, prop: FontProperties, features: Features = None, language: Language = None
    ) -> tuple[_PlainLine, float]:
        size, scale = self._size(prop)
        stack = font_stack_of(prop, settings())
        key = (s, stack, size, features, language)
        line = _plain_lines.get(key)
        if line is None:
            line = _PlainLine(s, stack, size, features, language)
            if len(s) <= _MAX_LENGTH:
                _plain_lines.put(key, line)
        return line, scale

    def _formula(self, s: str, prop: FontProperties) -> tuple[mathtext.Formula, float]:
        size, scale = self._size(prop)
        if scale != 1:
            prop = prop.copy()
            prop.set_size(size)
        return mathtext.formula(s, prop, 72, settings()), scale

    def _formula_layout(self, s: str, formula: mathtext.Formula) -> _core.TextLayout:
        key = (s, formula.layout, self.face_css)
        known = _formulas.get(key)
        if known is None:
            read, characters = formula.layout, formula.characters
            # Programs look for Matplotlib's spans in SVG, which are in the order of drawing.
            if self.face_css is None:
                read, characters = _read(read, characters)
            texts = [unicodedata.normalize("NFKC", c) or c for c in characters]
            runs = _runs(read, texts, self.face_css)
            boxes = [
                (float(x), float(y), float(w), float(h)) for x, y, w, h in formula.layout.boxes
            ]
            known = _formulas.put(key, _core.TextLayout(s, True, runs, boxes))
        return known

    def text_extents(
        self, renderer: Renderer, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> Extents:
        """Width, height and descent of one line in units of the document."""
        compat.check_in_list(["TeX", True, False], ismath=ismath)
        if ismath == "TeX":
            return tex.tex_extents(renderer, s, prop)
        if ismath:
            formula, scale = self._formula(s, prop)
            extents: Extents = formula[:3]
        else:
            line, scale = self._plain(s, prop)
            extents = line.extents()
        width, height, descent = extents
        return width * scale, height * scale, descent * scale

    def draw_text(
        self,
        renderer: Renderer,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: Text | None = None,
    ) -> None:
        """Draw one line of text or mathtext."""
        if ismath:
            formula, scale = self._formula(s, prop)
            layout = self._formula_layout(s, formula)
        else:
            features = None if mtext is None else mtext.get_fontfeatures()
            language = None if mtext is None else mtext.get_language()
            features = None if features is None else tuple(features)
            line, scale = self._plain(s, prop, features, language)
            layout = line.layout()
        anchor = self._anchor(renderer, x, y, prop, angle, None if ismath else mtext)
        renderer.record_text(gc, layout, x, y, angle, scale, anchor)

    def draw_tex(
        self,
        renderer: Renderer,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        *,
        mtext: Text | None = None,
    ) -> None:
        """Draw a string set by LaTeX."""
        if not s.strip():
            return
        size, scale = self._size(prop)
        path = renderer.get_texmanager().make_dvi(s, size)
        page = tex.read_page(path, 72)
        key = (s, page.layout, self.face_css)
        layout = _formulas.get(key)
        if layout is None:
            # In documents whose readers lay text out again, fonts of TeX are not there.
            texts = page.texts if self.css is None else [""] * len(page.layout.xs)
            runs = _runs(page.layout, texts, self.face_css)
            boxes = [(float(x), float(y), float(w), float(h)) for x, y, w, h in page.layout.boxes]
            layout = _formulas.put(key, _core.TextLayout(s, True, runs, boxes))
        renderer.record_text(gc, layout, x, y, angle, scale, (None, 0.0, ""))

    def _anchor(
        self,
        renderer: Renderer,
        x: float,
        y: float,
        prop: FontProperties,
        angle: float,
        mtext: Text | None,
    ) -> Anchor:
        """Where a reader that lays the line out again holds it fast.

        Sideways that is the place that the user gave; upwards it is where the layout has put the baseline.
        """
        if self.css is None:
            return None, 0.0, ""
        css = self.css(prop)
        if mtext is None or not (angle == 0 or mtext.get_rotation_mode() == "anchor"):
            return None, 0.0, css
        anchor_x, anchor_y = mtext.get_transform().transform(mtext.get_unitless_position())
        anchor_y = renderer.height - anchor_y
        radians = math.radians(angle)
        sin, cos = math.sin(radians), math.cos(radians)
        above = sin * (x - anchor_x) + cos * (y - anchor_y)
        point = (anchor_x + above * sin, renderer.height - (anchor_y + above * cos))
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[mtext.get_horizontalalignment()]
        return point, share, css
