"""Pictures as terminals take them: kitty's graphics, iTerm2's inline images, sixels; also through tmux.

Written from the published descriptions: "Terminal graphics protocol" of kitty, "Images" of iTerm2's
documentation, "Sixel graphics" in the VT330/VT340 programmer's reference of Digital.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["PROTOCOLS", "encode_iterm2", "encode_kitty", "encode_sixel", "through_tmux"]

# Characters that a command of kitty's may carry at most.
_KITTY_CHUNK = 4096
# Colors that sixel terminals have at least; more are often not kept apart.
_SIXEL_COLORS = 256


def encode_kitty(png: bytes) -> bytes:
    """A PNG file for kitty and its kin, shown at the cursor, which then stands below it."""
    data = base64.b64encode(png)
    chunks = [data[start : start + _KITTY_CHUNK] for start in range(0, len(data), _KITTY_CHUNK)]
    commands = []
    for number, chunk in enumerate(chunks):
        more = int(number + 1 < len(chunks))
        # q=2: the terminal answers nothing, which would end up in the shell's input.
        keys = f"a=T,f=100,q=2,m={more}" if number == 0 else f"m={more}"
        commands.append(b"\x1b_G" + keys.encode() + b";" + chunk + b"\x1b\\")
    return b"".join(commands)


def encode_iterm2(png: bytes) -> bytes:
    """A PNG file for iTerm2 and its kin, shown at the cursor at its own size."""
    keys = f"inline=1;preserveAspectRatio=1;size={len(png)}"
    return b"\x1b]1337;File=" + keys.encode() + b":" + base64.b64encode(png) + b"\x07"


def encode_sixel(png: bytes) -> bytes:
    """A PNG file as sixels, of 256 colors that suit it; what is transparent becomes white."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        picture = Image.new("RGBA", opened.size, "white")
        picture.alpha_composite(opened.convert("RGBA"))
    colors = picture.convert("RGB").quantize(_SIXEL_COLORS, dither=Image.Dither.NONE)
    indices = np.asarray(colors)
    palette = np.array(colors.getpalette(), np.uint16).reshape(-1, 3)
    height, width = indices.shape
    # Pixels are square, nothing shines through; components are in percent.
    out = [f'\x1bP0;0;0q"1;1;{width};{height}'.encode()]
    for index in np.unique(indices):
        red, green, blue = (round(int(value) * 100 / 255) for value in palette[index])
        out.append(f"#{index};2;{red};{green};{blue}".encode())
    for top in range(0, height, 6):
        out.append(_sixel_band(indices[top : top + 6]))
    out.append(b"\x1b\\")
    return b"".join(out)


def _sixel_band(rows: NDArray[np.uint8]) -> bytes:
    """Up to six rows: for each color the columns that have it, then a new line."""
    bits = (1 << np.arange(len(rows), dtype=np.uint8))[:, None]
    passes = []
    for index in np.unique(rows):
        sixels = ((rows == index) * bits).sum(axis=0, dtype=np.uint8) + 63
        starts = np.flatnonzero(np.diff(sixels, prepend=0))
        lengths = np.diff(starts, append=len(sixels))
        runs = [
            b"!%d%c" % (length, sixels[start]) if length > 3 else bytes([sixels[start]]) * length
            for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
        ]
        passes.append(b"#%d" % index + b"".join(runs))
    return b"$".join(passes) + b"-"


def through_tmux(commands: bytes) -> bytes:
    """Commands that tmux hands on to the terminal it runs in (``allow-passthrough`` must be on)."""
    return b"\x1bPtmux;" + commands.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"


#: By name: from a PNG file to what is written to the terminal.
PROTOCOLS: dict[str, Callable[[bytes], bytes]] = {
    "kitty": encode_kitty,
    "iterm2": encode_iterm2,
    "sixel": encode_sixel,
}
