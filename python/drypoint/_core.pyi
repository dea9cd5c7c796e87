"""The compiled engine: what the adapter calls."""

from collections.abc import Sequence


import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

__all__ = ["__version__", "encode_png"]

__version__: str

def encode_png(
    pixels: NDArray[np.uint8] | Buffer,
    *,
    dpi: float | None = None,
    text: Sequence[tuple[str | bytes, str | bytes]] = ...,
    compression: int | None = None,
) -> bytes: ...
