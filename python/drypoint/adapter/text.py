"""Text: measured, laid out and drawn like Agg's, with everything that repeats remembered.

The renderer's `draw_text`, `draw_tex` and `get_text_width_height_descent` call `draw_text`,
`draw_tex` and `text_extents`. Plain strings are laid out here, by Matplotlib's `FT2Font`;
`mathtext` and `tex` do the others. What is remembered are numbers, for all renderers and threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from . import compat
from .cache import Recent
from .composition import Composer, composer, measure
from .fonts import FontStack, OpenStack, font_heights, font_stack, open_stack
from .layout import GlyphStyle, Layout, by_style, draw_layout, draw_run
from .text_settings import Settings, settings

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import LayoutItem, LoadFlags
    from matplotlib.text import Text

    from drypoint._core import GlyphRun

    from .tex import TexRenderer

    Language = str | tuple[tuple[str, int, int], ...] | None
    Features = tuple[str, ...] | None
    Extents = tuple[float, float, float]
    TextKey = tuple[str, FontStack, float, int, int, Features, Language]

# Strings that are kept laid out (about 2 KB each), and the longest one that is worth it.
_MAX_STRINGS = 1 << 13
_MAX_LENGTH = 1000

_MAX_FONT_STACKS = 1 << 10


class PlainText:
    """A string in a font of which not all is known, measured and laid out when first asked for.

    It may be put together as soon as a composer has looked at it. It is remembered only if that will not do: to
    remember takes memory, and to find it again as long as to put it together.

    Parameters
    ----------
    key : tuple
        The string, its fonts, the size (pt), the resolution (dpi), the value of `flags`, font features, language.
    flags : LoadFlags
    """

    __slots__ = ("_extents", "_flags", "_key", "_layout", "_missing")

    def __init__(self, key: TextKey, flags: LoadFlags) -> None:
        self._key = key
        self._flags = flags
        self._layout: Layout | None = None
        self._extents: Extents | None = None
        self._missing: tuple[str, ...] = ()

    def _remember(self) -> None:
        if len(self._key[0]) <= _MAX_LENGTH:
            _plain_texts.put(self._key, self)

    def _open(self) -> OpenStack:
        _, stack, size_pt, dpi, *_ = self._key
        opened = open_stack(stack)
        opened.font.set_size(size_pt, dpi)
        return opened

    def _lay_out(self, opened: OpenStack) -> list[LayoutItem]:
        s, _, _, _, _, features, language = self._key
        return compat.lay_out(opened.font, s, self._flags, features, language)

    def _learn(self) -> Composer | None:
        """What can put the string together now, after a look at it; None if it has to be laid out as a whole."""
        s, stack, size_pt, dpi, flags_value, features, language = self._key
        if not s or features is not None or language is not None or self._layout is not None:
            return None
        known = composer(s, stack.faces[0], size_pt, dpi, flags_value)
        return known if known is not None and known.learn(s, self._open()) else None

    def run(self, angle: float) -> GlyphRun | None:
        """The glyphs at an angle in degrees; None if `layout` has to be asked."""
        known = self._learn()
        return None if known is None else known.run(self._key[0], angle)

    def layout(self) -> Layout:
        """The glyphs."""
        layout = self._layout
        if layout is None:
            layout = self._layout = self._lay_out_whole()
            self._remember()
        return layout

    def _lay_out_whole(self) -> Layout:
        opened = self._open()
        items = self._lay_out(opened)
        size_pt = self._key[2]
        styles = {face: GlyphStyle(face, size_pt) for face in opened.faces}
        glyphs = [(styles[opened.face(item)], item.glyph_index) for item in items]
        return Layout(by_style(glyphs), [item.x for item in items], [item.y for item in items])

    def extents(self) -> Extents:
        """Advance width, height of the ink and descent in px.

        Warns about characters that no font has, every time.
        """
        extents = self._extents
        if extents is None:
            extents = self._measure()
        for message in self._missing:
            compat.warn_external(message)
        return extents

    def _measure(self) -> Extents:
        s = self._key[0]
        known = self._learn()
        extents = None if known is None else known.extents(s)
        if extents is not None:
            return extents
        opened = self._open()
        warned = False
        if opened.may_lack(s):
            items = self._lay_out(opened)
            self._missing = tuple(
                opened.missing_message(item) for item in items if opened.is_stand_in(item)
            )
            # Without a font of last resort there is no glyph, and FT2Font itself warns.
            warned = any(item.glyph_index == 0 for item in items)
        extents = measure(opened.font, s, self._flags)
        if not warned:
            self._extents = extents
            self._remember()
        return extents


_font_stacks: Recent[tuple[object, ...], FontStack] = Recent(_MAX_FONT_STACKS)
_plain_texts: Recent[TextKey, PlainText] = Recent(_MAX_STRINGS)


def font_stack_of(prop: FontProperties, current: Settings) -> FontStack:
    """The fonts that a text in these properties is set in."""
    key = (compat.font_properties_key(prop), current, compat.known_font_count())
    known = _font_stacks.get(key)
    if known is None:
        faces, complete = compat.find_font_faces(prop)
        known = font_stack(faces, current.last_resort)
        if complete:  # else Matplotlib logs each time what it did not find
            _font_stacks.put(key, known)
    return known


def _setting(
    prop: FontProperties, current: Settings, renderer: TexRenderer
) -> tuple[FontStack, float, int]:
    """Fonts, size (pt) and resolution (dpi) of a text in these properties."""
    return font_stack_of(prop, current), prop.get_size_in_points(), int(renderer.dpi)


def _plain_text(key: TextKey, flags: LoadFlags) -> PlainText:
    """The string, from memory if it is there, else ready to be asked."""
    return _plain_texts.get(key) or PlainText(key, flags)


def plain_extents(
    s: str, stack: FontStack, size_pt: float, dpi: int, flags: LoadFlags, flags_value: int
) -> Extents:
    """Advance width, height of the ink and descent in px of a string; warns of characters that no font has."""
    known = composer(s, stack.faces[0], size_pt, dpi, flags_value)
    extents = None if known is None else known.extents(s)
    return (
        extents or _plain_text((s, stack, size_pt, dpi, flags_value, None, None), flags).extents()
    )


# --- what the renderer calls --------------------------------------------------------------------


def draw_text(
    renderer: TexRenderer,
    gc: GraphicsContextBase,
    x: float,
    y: float,
    s: str,
    prop: FontProperties,
    angle: float,
    ismath: bool | Literal["TeX"] = False,
    mtext: Text | None = None,
) -> None:
    """Draw one line of text or mathtext.

    Parameters
    ----------
    renderer : Renderer
    gc : GraphicsContextBase
    x, y : float
        Where the baseline begins, px, y down from the top of the canvas.
    s : str
    prop : FontProperties
    angle : float
        Degrees, counter-clockwise.
    ismath : bool
        Whether the string is to be parsed as mathtext.
    mtext : Text, optional
        Whose font features and language hold for plain text.

    Raises
    ------
    ValueError
        If the mathtext cannot be parsed or the position is not a number.
    """
    current = settings()
    if ismath:
        from . import mathtext  # many programs do without

        layout = mathtext.formula(s, prop, renderer.dpi, current).layout
    else:
        features: Features = None
        language: Language = None
        if mtext is not None:
            features = mtext.get_fontfeatures()
            if features is not None:
                features = tuple(features)
            language = mtext.get_language()
        stack, size_pt, dpi = _setting(prop, current, renderer)
        run = None
        is_antialiased = gc.get_antialiased()
        if is_antialiased and features is None and language is None:
            known = composer(s, stack.faces[0], size_pt, dpi, current.flags_value)
            run = None if known is None else known.run(s, angle)
        if run is None:
            key = (s, stack, size_pt, dpi, current.flags_value, features, language)
            text = _plain_text(key, current.flags)
            run = text.run(angle) if is_antialiased else None
        if run is not None:
            draw_run(renderer, gc, x, y, run)
            return
        layout = text.layout()
    draw_layout(renderer, gc, x, y, angle, layout, current.flags)


def draw_tex(
    renderer: TexRenderer,
    gc: GraphicsContextBase,
    x: float,
    y: float,
    s: str,
    prop: FontProperties,
    angle: float,
    *,
    mtext: Text | None = None,
) -> None:
    """Draw a string set by LaTeX; parameters as for `draw_text`."""
    from . import tex  # most programs do without

    tex.draw_tex(renderer, gc, x, y, s, prop, angle)


def text_extents(
    renderer: TexRenderer, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
) -> Extents:
    """Width, height and descent of one line in px.

    The height goes from the lowest to the highest ink; the descent is how far the ink (of TeX:
    the box) reaches below the baseline.

    Raises
    ------
    ValueError
        If `ismath` is none of True, False, "TeX", or the mathtext cannot be parsed.
    """
    if ismath is not False:
        compat.check_in_list(["TeX", True, False], ismath=ismath)
        if ismath == "TeX":
            from . import tex

            return tex.tex_extents(renderer, s, prop)
        if ismath:
            from . import mathtext

            return mathtext.formula(s, prop, renderer.dpi, settings())[:3]
    current = settings()
    stack, size_pt, dpi = _setting(prop, current, renderer)
    return plain_extents(s, stack, size_pt, dpi, current.flags, current.flags_value)


def line_heights(prop: FontProperties) -> Extents | tuple[None, None, None]:
    """Ascent, descent and line gap (px) of a font, for `Text` to lay out lines; Nones if it has to look itself.

    It would look for the font and read its tables for each text anew, a tenth to a quarter of its walk
    over an ordinary figure. The arithmetic is Matplotlib's, bit for bit.
    """
    dpi = compat.dpi_of_layout()
    if dpi is None:
        return None, None, None
    heights = font_heights(font_stack_of(prop, settings()))
    if heights is None:
        return None, None, None
    ascent, descent, line_gap, units_per_em = heights
    scale = 1 / units_per_em * prop.get_size_in_points() * dpi / 72
    return ascent * scale, -descent * scale, line_gap * scale
