"""New strings put together from what is known of others.

To lay a string out costs a few microseconds for each glyph, since hinted advances come from
loading it. Yet for simple strings in most fonts the layout is a sum: each character is one glyph,
and its distance to the next depends on the two only. The engine reads from a font's tables where
that may not hold (`FontFile.interactions`), and which glyphs are kerned; where it does, the distances
found in one string serve for all others, and behind a glyph that is not kerned, they are its hinted
advance. Tick labels are made of a dozen characters, so they are soon known.

The other distances come from layouts. All are whole multiples of 1/64 px, the first strings are
compared as wholes, and where anything contradicts the sum it is given up.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING

from matplotlib import ft2font

from drypoint._core import GlyphTable, ShapingTable, is_latin

from . import compat
from .cache import Recent
from .fonts import IDENTITY, ScaledFace, font_file, load_glyphs, open_face
from .layout import MAX_ANGLES, cos_sin, matrix_of

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font, LoadFlags

    from drypoint._core import GlyphRun

    from .compat import FontFace
    from .fonts import OpenStack

    Extents = tuple[float, float, float]

# Characters that need no more than a left-to-right line of glyphs: what ISO 8859-1 has but for
# control characters, the no-break space and the soft hyphen, and some punctuation. But for the
# letters they are of no script of their own and take that of the letters near them.
_SIMPLE = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)))).union(
    "−–—‘’“”…"
)

_MAX_COMPOSERS = 1 << 9

# So many strings of a face are laid out and measured as wholes, and compared, before others are sums; at each size one.
_MIN_VERIFIED = 3

# How many were right, by face, hinting and script.
_verified: dict[tuple[FontFace, int, bool], int] = {}


@lru_cache(1024)
def _simple_glyphs(
    face: FontFace,
) -> tuple[dict[str, int], frozenset[str], frozenset[str]] | None:
    """The glyphs of a face that only keep distance, and how; None if there are none.

    The glyphs are numbers by character. There follow the pairs that must not meet, as strings of two
    characters, and the characters whose distance to the next is more than their advance.
    """
    font = open_face(face)
    of = {c: int(glyph) for c in sorted(_SIMPLE) if (glyph := font.get_char_index(ord(c))) != 0}
    found = font_file(face.path).interactions(face.face_index, list(of.values()))
    if found is None:
        return None
    moved, kerned = set(found[0]), set(found[2])
    of = {c: glyph for c, glyph in of.items() if glyph not in moved}
    meeting = {glyph for pair in found[1] for glyph in pair}
    characters: dict[int, list[str]] = {}
    for c, index in of.items():
        if index in meeting:
            characters.setdefault(index, []).append(c)
    joined = frozenset(
        a + b
        for left, right in found[1]
        for a in characters.get(left, ())
        for b in characters.get(right, ())
    )
    return of, joined, frozenset(c for c, glyph in of.items() if glyph in kerned)


def measure(font: FT2Font, s: str, flags: LoadFlags) -> Extents:
    """Advance width, height of the ink and descent of a string, px, by the font as it is set."""
    return set_string(font, s, flags)[1]


def set_string(font: FT2Font, s: str, flags: LoadFlags) -> tuple[list[list[float]], Extents]:
    """Where the glyphs of a string stand (x, y in 26.6, y up), and what `measure` gives."""
    places = font.set_text(s, 0.0, flags=flags)
    width, height = font.get_width_height()
    return places.tolist(), (width / 64, height / 64, font.get_descent() / 64)


class Composer:
    """What is known of a face at one size in one script (Latin, or none).

    Parameters
    ----------
    face : FontFace
    size_pt : float
    dpi : int
    flags : LoadFlags
    latin : bool
    """

    def __init__(
        self, face: FontFace, size_pt: float, dpi: int, flags: LoadFlags, latin: bool
    ) -> None:
        self._latin = latin
        self._scaled = ScaledFace(face, size_pt, dpi, flags, IDENTITY)
        simple = _simple_glyphs(face)
        self._valid = simple is not None
        self._glyphs, self._joined, kerned = simple or ({}, frozenset(), frozenset())
        # Advances that are not hinted are rounded later, and not the same way everywhere.
        self._is_hinted = not flags & ft2font.LoadFlags.NO_HINTING
        # Characters whose distance to the next is not their advance.
        self._kerned: Collection[str] = kerned if self._is_hinted else self._glyphs
        self._known = ShapingTable()
        self._glyph_tables: dict[float, tuple[GlyphTable, ScaledFace]] = {}  # by angle
        self._is_verified = False
        self._kind = (face, flags.value, latin)

    def extents(self, s: str) -> Extents | None:
        """Width, height and descent (px) of a string that is not empty; None if they cannot be told yet, or never."""
        return self._known.extents(s) if self._valid else None

    def run(self, s: str, angle: float) -> GlyphRun | None:
        """The glyphs at an angle in degrees; None as above, or if FreeType has to draw some of them."""
        if not self._valid:
            return None
        table = self._glyph_tables.get(angle) or self._glyph_table(angle)
        run = self._known.run(s, table[0])
        if run is None and self._load(s, *table):
            run = self._known.run(s, table[0])
        return run

    def _glyph_table(self, angle: float) -> tuple[GlyphTable, ScaledFace]:
        if len(self._glyph_tables) >= MAX_ANGLES:
            self._glyph_tables.clear()
        cos, sin = cos_sin(angle)
        scaled = self._scaled
        turned = ScaledFace(
            scaled.face, scaled.size_pt, scaled.dpi, scaled.flags, matrix_of(cos, sin)
        )
        table = self._glyph_tables[angle] = GlyphTable(cos, sin), turned
        return table

    def _load(self, s: str, table: GlyphTable, scaled: ScaledFace) -> bool:
        """Put the glyphs of a string into a table of them; whether that was all there is to it."""
        for character in table.missing(s):
            glyph = self._glyphs.get(character)
            loaded = load_glyphs(scaled, [glyph]) if glyph is not None else None
            if loaded is None:
                return False
            table.add(character, loaded[0][0])
        return True

    def learn(self, s: str, opened: OpenStack) -> bool:
        """Find out what `extents` and `run` lack for a string that is not empty.

        Parameters
        ----------
        s : str
        opened : OpenStack
            With the composer's face as its main one, at the composer's size.

        Returns
        -------
        bool
            Whether the layout of the string is a sum.
        """
        if not self._is_sum(s):
            return False
        if len(s) > 1 and not (self._is_verified and _verified.get(self._kind, 0) >= _MIN_VERIFIED):
            self._verify(s, opened)
        else:
            self._learn_glyphs(s)
            sample = self._sample(s)
            if sample:
                self._learn_distances(sample, opened)
            self._learn_advance(s[-1], opened.font)
        return self._valid

    def _is_sum(self, s: str) -> bool:
        return (
            self._valid
            and self._glyphs.keys() >= set(s)
            and self._joined.isdisjoint(map(add, s, s[1:]))
            and is_latin(s) is self._latin
        )

    def _verify(self, s: str, opened: OpenStack) -> None:
        """Learn from the whole string, and see whether the sum is what FreeType says."""
        verified = _verified.get(self._kind, 0)
        if verified == 0:
            # To see which glyphs there are takes one more layout. Of other strings the tables and the ink tell.
            self._learn_distances(s, opened)
        places, measured = set_string(opened.font, s, self._scaled.flags)
        self._note_distances(s, [x / 64 for x, y in places if y == 0])
        self._learn_glyphs(s)
        self._learn_advance(s[-1], opened.font)
        for a, b in pairwise(s):
            if a not in self._kerned and self._known.distance(a, b) != self._known.advance(a):
                self._valid = False
        extents = self.extents(s)
        if extents is not None and extents != measured:
            self._valid = False
        self._is_verified = True
        if self._valid:
            _verified[self._kind] = verified + 1

    def _sample(self, s: str) -> str:
        """A short string in the same script with all the pairs in it that have to be laid out to be known."""
        sample = ""
        for a, b in pairwise(s):
            if self._known.distance(a, b) is not None:
                continue
            if a not in self._kerned and (advance := self._known.advance(a)) is not None:
                self._known.note_distance(a, b, advance)
            else:
                sample += b if sample.endswith(a) else a + b
        if not sample:
            return ""
        if self._latin and not is_latin(sample[0]):
            sample = next(filter(is_latin, s)) + sample
        return sample if self._is_sum(sample) else s

    def _learn_distances(self, s: str, opened: OpenStack) -> None:
        items = compat.lay_out(opened.font, s, self._scaled.flags, None, None)
        expected = [
            item.char == character
            and item.glyph_index == self._glyphs.get(character)
            and item.y == 0
            and item.ft_object is opened.font
            for item, character in zip(items, s, strict=False)
        ]
        if all(expected):
            self._note_distances(s, [item.x for item in items])
        else:
            self._valid = False

    def _note_distances(self, s: str, xs: list[float]) -> None:
        """Remember the distances in a string whose glyphs stand at these places, px."""
        if len(xs) != len(s) or xs[0] != 0:
            self._valid = False
            return
        for (left, right), (a, b) in zip(pairwise(xs), pairwise(s), strict=True):
            if not self._known.note_distance(a, b, right - left):
                self._valid = False

    def _learn_advance(self, character: str, font: FT2Font) -> None:
        """The last advance is the glyph's own: nothing follows that it could keep distance to."""
        if self._known.advance(character) is None:
            self._known.note_advance(character, measure(font, character, self._scaled.flags)[0])

    def _learn_glyphs(self, s: str) -> None:
        """Load the glyphs that are not known yet."""
        for character in set(s):
            if self._known.knows_ink(character):
                continue
            glyph = self._glyphs.get(character)
            loaded = load_glyphs(self._scaled, [glyph]) if glyph is not None else None
            if loaded is not None:
                ((outline, advance),) = loaded
                _, low, _, high = outline.bounds
                self._known.note_ink(character, low, high)
                if self._is_hinted:
                    self._known.note_advance(character, advance)


_composers: Recent[tuple[object, ...], Composer] = Recent(_MAX_COMPOSERS)


def composer(s: str, face: FontFace, size_pt: float, dpi: int, flags_value: int) -> Composer | None:
    """What is known for strings like this one in the face at this size; None for mixed scripts."""
    latin = is_latin(s)
    if latin is None:
        return None
    key = (face, int(size_pt * 64), dpi, flags_value, latin)  # FreeType rounds so
    known = _composers.get(key)
    if known is None:
        known = _composers.put(
            key, Composer(face, size_pt, dpi, ft2font.LoadFlags(flags_value), latin)
        )
    return known
