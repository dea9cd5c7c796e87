"""Compare two images pixel by pixel, and read the images that saves have written."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]  # height × width × 4: straight RGBA, row 0 at the top

# A difference of one level would be invisible: it is shown this many times as large,
# and never darker than the floor.
AMPLIFICATION = 8
FLOOR = 64


@dataclass(frozen=True)
class Difference:
    """How much two images of one size differ.

    Attributes
    ----------
    pixels : int
        Number of pixels that differ in any channel.
    share : float
        The same as a share of all pixels.
    max : int
        Largest difference of a channel, 0 to 255.
    rms : float
        Root of the mean of the squared differences over all pixels and channels.
    """

    pixels: int
    share: float
    max: int
    rms: float


def measure(expected: npt.NDArray[Any], actual: npt.NDArray[Any]) -> Difference:
    """Measure the difference of two arrays of shape (height, width, channels)."""
    if expected.shape == actual.shape and np.array_equal(expected, actual):
        return Difference(0, 0.0, 0, 0.0)
    delta = np.abs(expected.astype(np.int16) - actual.astype(np.int16))
    differing = delta.max(axis=-1) > 0
    return Difference(
        pixels=int(differing.sum()),
        share=float(differing.mean()),
        max=int(delta.max()),
        rms=float(np.sqrt(np.mean(delta.astype(np.float64) ** 2))),
    )


def show_difference(expected: Pixels, actual: Pixels) -> Pixels:
    """Picture of the difference: black where equal, bright where not, opaque.

    A pixel that differs in alpha only is grey.
    """
    delta = np.abs(expected.astype(np.int16) - actual.astype(np.int16))
    picture = np.zeros(expected.shape, np.uint8)
    picture[..., :3] = np.clip(delta[..., :3] * AMPLIFICATION, 0, 255)
    faint = (picture[..., :3].max(axis=-1) < FLOOR) & (delta.max(axis=-1) > 0)
    picture[faint, :3] = FLOOR
    picture[..., 3] = 255
    return picture


def read(content: bytes, fmt: str, size: tuple[int, int]) -> tuple[Pixels, dict[str, str]]:
    """Decode a saved raster image.

    Parameters
    ----------
    content : bytes
        The file.
    fmt : str
        Format by Matplotlib's name for it.
    size : (int, int)
        Width and height in pixels; only used for formats that do not say.

    Returns
    -------
    pixels : array of uint8, shape (height, width, 4)
    information : dict of str to str
        What else the file says (mode, resolution, text), in a form to be compared.

    Raises
    ------
    ValueError
        The content is not such an image.
    """
    if fmt in ("raw", "rgba"):
        width, height = size
        if len(content) != width * height * 4:
            raise ValueError(f"{len(content)} bytes instead of {width}×{height}×4")
        return np.frombuffer(content, np.uint8).reshape(height, width, 4), {}
    try:
        with Image.open(BytesIO(content)) as image:
            information = {str(key): repr(value) for key, value in image.info.items()}
            information["mode"] = image.mode
            return np.asarray(image.convert("RGBA")), information
    except (OSError, SyntaxError) as error:  # Pillow raises either for a broken file
        raise ValueError(f"not a readable {fmt} image: {error}") from error


def write_png(path: Path, pixels: Pixels) -> None:
    """Write a picture for the report, quickly rather than small."""
    Image.fromarray(pixels).save(path, compress_level=3)
