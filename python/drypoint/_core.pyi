"""The compiled engine: what the adapter calls."""

from collections.abc import Sequence
from typing import final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

__all__ = ["GlyphRun", "Outline", "__version__", "encode_png", "overlapping_glyphs"]

__version__: str

def encode_png(
    pixels: NDArray[np.uint8] | Buffer,
    *,
    dpi: float | None = None,
    text: Sequence[tuple[str | bytes, str | bytes]] = ...,
    compression: int | None = None,
) -> bytes: ...

@final
class Outline:
    """A glyph outline that no longer needs its font."""

    def __new__(
        cls, vertices: NDArray[np.float64], codes: NDArray[np.uint8], shift_px: int = 0
    ) -> Outline: ...
    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """(x_min, y_min, x_max, y_max) of all points in 1/64 px, y up; zeros if there is none."""

@final
class GlyphRun:
    """The glyphs of a string at an angle, to be drawn any number of times."""

    def __new__(
        cls,
        outlines: Sequence[Outline],
        dx: Sequence[float],
        dy: Sequence[float],
        cos: float,
        sin: float,
    ) -> GlyphRun: ...
    def __len__(self) -> int: ...
    def bitmaps(
        self, x: float, y: float, height: float
    ) -> list[tuple[int, int, NDArray[np.uint8]]]:
        """(left, top, coverage) of each glyph, pixels, y up; the string at (x, y), y down."""

def overlapping_glyphs(data: bytes, face_index: int) -> list[int] | None:
    """Glyphs of a font file that are flagged as overlapping; None where one cannot tell."""
