"""Fonts as numbers: open faces per thread, glyph outlines for all of them.

`FT2Font` objects belong to the thread that made them and cannot follow a fork, so they stay in
this module. What leaves it are numbers: faces (file and index), glyph indices, outlines.

A glyph is hinted and transformed by FreeType once for each size and matrix; the outline then serves
every place of the glyph. That is exact: neither hinting nor the matrix sees where a glyph goes.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from drypoint._core import FontFile, GlyphRun, Outline
from drypoint.record import Record

from . import compat
from .cache import Recent
from .compat import LAST_RESORT, FontFace, FontHeights, Matrix

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font, LayoutItem, LoadFlags
    from numpy.typing import NDArray

# How far right and up FreeType sees an outline (px). It rounds the implied points of TrueType
# outlines towards zero, which must be downwards at every place on the canvas.
_SHIFT_PX = 1 << 15
_SHIFT = (64 * _SHIFT_PX, 64 * _SHIFT_PX)

# Open fonts per thread. An open font holds a few hundred KB.
_MAX_OPEN_FONTS = 64

# Faces at a size and an angle of which outlines are kept, and how many of each (about 0.5 KB).
_MAX_SCALED_FACES = 1 << 9
_MAX_GLYPHS = 1 << 12

# Larger files are read again by those who need all of them.
_MAX_FILE_IN_MEMORY = 1 << 24

#: Left and top (px, y up from the bottom of the canvas) and (H, W) coverage.
Bitmap: TypeAlias = "tuple[int, int, NDArray[np.uint8]]"

IDENTITY: Matrix = (0x10000, 0, 0, 0x10000)


# --- open fonts ---------------------------------------------------------------------------------


class FontStack:
    """The faces a text is set in: the main one and those that help out.

    There is one object for each combination, so that comparing it is quick; see `font_stack`.
    """

    __slots__ = ("faces", "heights", "last_resort")

    def __init__(self, faces: tuple[FontFace, ...], last_resort: bool) -> None:
        self.faces = faces
        self.last_resort = last_resort
        # By what was read, and what it gave; see `font_heights`.
        self.heights: tuple[object, FontHeights | None] | None = None


@lru_cache(1024)
def font_stack(faces: tuple[FontFace, ...], last_resort: bool) -> FontStack:
    """The stack of these faces, with Matplotlib's font of last resort at the end or not."""
    return FontStack(faces, last_resort)


# Characters that faces are known to have.
_characters: dict[FontFace, set[str]] = {}


class OpenStack:
    """A font stack opened for one thread.

    Attributes
    ----------
    font : FT2Font
        The main font, which knows the others.
    """

    def __init__(self, stack: FontStack) -> None:
        faces = list(stack.faces)
        if stack.last_resort and LAST_RESORT not in faces:
            faces.append(LAST_RESORT)
        fallbacks = [_open(face) for face in faces[1:]]
        self.font = _open(faces[0], fallbacks)
        fonts = [self.font, *fallbacks]
        for face, font in zip(faces, fonts, strict=True):
            if face == LAST_RESORT:
                # FreeType would pick the Unicode map, which is empty.
                font.set_charmap(0)
        for face, font in zip(faces, fonts, strict=True):
            _thread_fonts.note(face, font)
        self._fonts = fonts  # alive, hence their ids are theirs
        self._faces = {id(font): face for font, face in zip(fonts, faces, strict=True)}
        self._last_resort = fonts[-1] if len(faces) > len(stack.faces) else None
        self._family_names = ", ".join(
            font.family_name or "unknown family name" for font in fonts[: len(stack.faces)]
        )

    @property
    def faces(self) -> Iterable[FontFace]:
        """All faces, the one of last resort included."""
        return self._faces.values()

    def face(self, item: LayoutItem) -> FontFace:
        """The face of a laid out glyph."""
        return self._faces[id(item.ft_object)]

    def may_lack(self, s: str) -> bool:
        """Whether there are characters that the main font does not have."""
        known = _characters.setdefault(self._faces[id(self.font)], set())
        unknown = set(s) - known
        if unknown:
            found = {c for c in unknown if self.font.get_char_index(ord(c)) != 0}
            known |= found
            return found != unknown
        return False

    def is_stand_in(self, item: LayoutItem) -> bool:
        """Whether no proper font has the character, so that the one of last resort helps out."""
        return item.ft_object is self._last_resort

    def missing_message(self, item: LayoutItem) -> str:
        """What Matplotlib warns about a missing glyph."""
        character = item.char[0]
        name = character.encode("ascii", "namereplace").decode("ascii")
        return f"Glyph {ord(character)} ({name}) missing from font(s) {self._family_names}."


@lru_cache(_MAX_OPEN_FONTS)
def font_file(path: str) -> FontFile:
    """The file, open for all who read a part of it."""
    return FontFile(path)


@lru_cache(_MAX_OPEN_FONTS)
def _file_content(path: str) -> bytes | None:
    """The bytes of a font file; None if they are too many to keep."""
    if os.path.getsize(path) > _MAX_FILE_IN_MEMORY:
        return None
    with open(path, "rb") as file:
        return file.read()


def read_font_file(path: str) -> bytes:
    """The bytes of a font file, all of them, from memory if they are there."""
    content = _file_content(path)
    if content is None:
        with open(path, "rb") as file:
            content = file.read()
    return content


def _open(face: FontFace, fallbacks: list[FT2Font] | None = None) -> FT2Font:
    # FreeType reads the file by way of Python, several times for each glyph: from memory, and no more than it asks for.
    source: Any = font_file(face.path).reader()
    return compat.open_font(source, face.face_index, fallbacks or ())


class _ThreadFonts(threading.local):
    """The fonts that this thread has opened.

    A face is opened once if that will do, since its first hinted glyph costs as much as twenty others. So
    whoever asks for it sets its size, and leaves it without a transform.
    """

    def __init__(self) -> None:
        self.stacks: dict[FontStack, OpenStack] = {}
        self.faces: dict[FontFace, FT2Font] = {}

    def note(self, face: FontFace, font: FT2Font) -> FT2Font:
        """Remember a font for its glyphs, if there is none of its face."""
        if len(self.faces) >= _MAX_OPEN_FONTS:
            del self.faces[next(iter(self.faces))]
        return self.faces.setdefault(face, font)


_thread_fonts = _ThreadFonts()


def open_stack(stack: FontStack) -> OpenStack:
    """The stack, opened for this thread; its size is anything, and it has no transform."""
    stacks = _thread_fonts.stacks
    opened = stacks.get(stack)
    if opened is None:
        if len(stacks) >= _MAX_OPEN_FONTS:
            del stacks[next(iter(stacks))]
        opened = stacks[stack] = OpenStack(stack)
    return opened


def font_heights(stack: FontStack) -> FontHeights | None:
    """What the main font of a stack says about the heights of lines; None if nothing."""
    reader = compat.table_reader()
    if stack.heights is None or stack.heights[0] is not reader:
        stack.heights = reader, compat.font_heights(open_stack(stack).font)
    return stack.heights[1]


def open_face(face: FontFace) -> FT2Font:
    """The face, opened for this thread, perhaps as part of a stack; its size is anything, and it has no transform."""
    font = _thread_fonts.faces.get(face)
    return _thread_fonts.note(face, _open(face)) if font is None else font


def _forget_fonts() -> None:
    """Drop all open fonts, which share FreeType's state and file offsets with the parent."""
    global _thread_fonts
    _thread_fonts = _ThreadFonts()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_fonts)


# --- outlines -----------------------------------------------------------------------------------


class ScaledFace(Record):
    """A face as FreeType is asked for its glyphs.

    Attributes
    ----------
    face : FontFace
    size_pt : float
    dpi : int
    flags : LoadFlags
    matrix : (int, int, int, int)
        16.16.
    """

    face: FontFace
    size_pt: float
    dpi: int
    flags: LoadFlags
    matrix: Matrix

    def prepare(self) -> FT2Font:
        """The face opened for this thread, at this size but with no transform."""
        font = open_face(self.face)
        font.set_size(self.size_pt, self.dpi)
        return font

    def load(self, glyph: int) -> tuple[Outline, float]:
        """Load a glyph: its outline, and its advance (px) without the matrix."""
        font = self.prepare()
        compat.set_transform(font, self.matrix, _SHIFT)
        try:
            loaded = font.load_glyph(glyph, self.flags)  # type: ignore[arg-type]
            vertices, codes = font.get_path()
        finally:
            font.clear()
            compat.set_transform(font, IDENTITY, (0, 0))
        outline = Outline(vertices, codes, _SHIFT_PX)  # type: ignore[arg-type] # uint8, not int8
        return outline, loaded.horiAdvance / 64

    def render(self, glyph: int, delta: tuple[int, int], *, antialiased: bool) -> Bitmap:
        """FreeType's own picture of a glyph, moved by 26.6 steps."""
        font = self.prepare()
        compat.set_transform(font, self.matrix, delta)
        try:
            return compat.render_glyph(font, glyph, self.flags, antialiased=antialiased)
        finally:
            compat.set_transform(font, IDENTITY, (0, 0))


# Glyphs by scaled face and number; None where only FreeType knows how to draw the glyph.
_loaded: Recent[tuple[object, ...], dict[int, tuple[Outline, float] | None]] = Recent(
    _MAX_SCALED_FACES
)


def load_glyphs(scaled: ScaledFace, glyphs: Iterable[int]) -> list[tuple[Outline, float]] | None:
    """Outlines and advances (px, without the matrix), loaded once; None if FreeType has to draw some."""
    key = (scaled.face, int(scaled.size_pt * 64), scaled.dpi, scaled.flags.value, scaled.matrix)
    known = _loaded.get(key)
    if known is None:
        known = _loaded.put(key, {})
    elif len(known) > _MAX_GLYPHS:
        known.clear()
    found = []
    for glyph in glyphs:
        try:
            loaded = known[glyph]
        except KeyError:
            loaded = None if needs_freetype(scaled.face, glyph) else scaled.load(glyph)
            known[glyph] = loaded
        if loaded is None:
            return None
        found.append(loaded)
    return found


@lru_cache(1024)
def _may_hold_bitmaps(face: FontFace) -> bool:
    return open_face(face).num_fixed_sizes > 0


def needs_freetype(face: FontFace, glyph: int) -> bool:
    """Whether a glyph's picture is not simply its outline's.

    That is so for glyphs flagged as overlapping, which FreeType oversamples, and for fonts that
    may hold bitmaps.
    """
    return (
        _may_hold_bitmaps(face)
        or font_file(face.path).is_overlapping(face.face_index, glyph) is not False
        or not _agrees_with_freetype()
    )


# --- self-check ---------------------------------------------------------------------------------

# Characters of DejaVu Sans, among them lines only, curves, two contours, real and implied points.
_CHECKED = "1&8@eg%"
_CHECKED_ANGLES = (
    (0x10000, 0, 0, 0x10000),
    (0, -0x10000, 0x10000, 0),
    (0xDDB4, -0x8000, 0x8000, 0xDDB4),
)


# Releases of FreeType whose pictures are known to be ours.
_VERIFIED_RELEASES = ((2, 11), (2, 14))


@lru_cache(1)
def _agrees_with_freetype() -> bool:
    """Whether our pictures are those of the FreeType that Matplotlib was built with.

    They are with the releases they were verified for. With others, a look at a few glyphs decides
    whether all text is left to FreeType.
    """
    oldest, newest = _VERIFIED_RELEASES
    return oldest <= compat.freetype_release() <= newest or _draws_like_freetype()


def _draws_like_freetype() -> bool:
    """Look at a few glyphs."""
    import matplotlib as mpl
    from matplotlib.ft2font import LoadFlags

    face = compat.font_face(os.path.join(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))
    with contextlib.suppress(ValueError):
        for place, character in enumerate(_CHECKED):
            matrix = _CHECKED_ANGLES[place % 3]
            scaled = ScaledFace(face, 11.0, 100, LoadFlags.DEFAULT, matrix)
            glyph = scaled.prepare().get_char_index(ord(character))
            delta = (1000 + 37 * place, -(500 + 23 * place))
            theirs = scaled.render(glyph, delta, antialiased=True)
            run = GlyphRun([scaled.load(glyph)[0]], [0.0], [0.0], 1.0, 0.0)
            ((left, top, coverage),) = run.bitmaps(delta[0] / 64, -delta[1] / 64, 0.0)
            if (left, top) != theirs[:2] or not np.array_equal(coverage, theirs[2]):
                return False
        return True
    return False
