"""Fonts that stand in a document for browsers: subsets as WOFF2, made by fontTools."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from drypoint.adapter.cache import Recent

if TYPE_CHECKING:
    from drypoint.adapter.compat import FontFace

__all__ = ["WebFont", "web_font"]

# Characters that mean nothing by themselves.
_PRIVATE = range(0xE000, 0xF900)

# Fonts of a few KB each.
_MAX_FONTS = 64


class WebFont(NamedTuple):
    """A subset of a face.

    Attributes
    ----------
    family : str
        Its name, which follows from its content.
    woff2 : bytes
        The font file.
    substitutes : dict of int to str
        Characters that stand for glyphs of formulas whose own text is another glyph's, or none.
    """

    family: str
    woff2: bytes
    substitutes: dict[int, str]


_known: Recent[tuple[object, ...], WebFont] = Recent(_MAX_FONTS)


def web_font(face: FontFace, plain: str, formulas: Sequence[tuple[int, str]]) -> WebFont | None:
    """The subset of a face that shows what is written in it.

    Parameters
    ----------
    face : FontFace
        Which.
    plain : str
        All characters that are shaped by the browser.
    formulas : list of (int, str)
        Glyphs that are placed one by one, with what they stand for.

    Returns
    -------
    WebFont or None
        None if the file is no TrueType or OpenType font.

    Raises
    ------
    ImportError
        If the package ``brotli`` is missing.
    """
    key = (face, plain, tuple(formulas))
    known = _known.get(key)
    if known is not None:
        return known
    with _quiet():
        made = _subset(face, plain, formulas)
    return None if made is None else _known.put(key, made)


@contextmanager
def _quiet() -> Iterator[None]:
    """Let fontTools leave out what a browser has no use for without telling users about it."""
    logger = logging.getLogger("fontTools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _subset(face: FontFace, plain: str, formulas: Sequence[tuple[int, str]]) -> WebFont | None:
    try:
        import brotli  # noqa: F401 # fontTools would say so less clearly, and later
    except ImportError:
        raise ImportError(
            "fonts in SVG are compressed by the package brotli, which is missing: "
            "pip install brotli, or set drypoint.options.svg_embed_fonts to False"
        ) from None
    from fontTools import subset
    from fontTools.ttLib import TTFont, TTLibError

    try:
        font = TTFont(face.path, fontNumber=face.face_index, recalcTimestamp=False)
    except TTLibError:
        return None
    names = {glyph: font.getGlyphName(glyph) for glyph, _ in formulas}
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["*"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=plain, glyphs=names.values())
    subsetter.subset(font)
    substitutes = _map(font, formulas, names)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    woff2 = buffer.getvalue()
    family = "f" + hashlib.blake2b(woff2, digest_size=6).hexdigest()
    return WebFont(family, woff2, substitutes)


def _map(font: Any, formulas: Sequence[tuple[int, str]], names: dict[int, str]) -> dict[int, str]:
    """Let the characters of formulas lead to their glyphs; those that cannot get others."""
    characters: dict[int, str] = font.getBestCmap() or {}
    free = (code for code in _PRIVATE if code not in characters)
    substitutes = {}
    for glyph, text in formulas:
        name = names[glyph]
        if len(text) == 1 and characters.setdefault(ord(text), name) == name:
            continue
        code = next((code for code, other in characters.items() if other == name), None)
        if code is None:
            code = next(free)
            characters[code] = name
        substitutes[glyph] = chr(code)
    for table in font["cmap"].tables:
        if table.isUnicode():
            small = {code: name for code, name in characters.items() if code < 0x10000}
            table.cmap = characters if table.format in (12, 13) else small
    return substitutes
