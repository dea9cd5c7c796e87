"""Programs that know nothing of us or Matplotlib and make pixels of vector files."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from PIL import Image

from drypoint.conformance.vector import chromium

Picture = npt.NDArray[np.uint8]  # height × width × 3: RGB over white, row 0 at the top

TIMEOUT_S = 300
# Many pixels for one, instead of Ghostscript's own smoothing, which makes glyphs bold that come from some
# kinds of fonts. Hints of TrueType fonts are not obeyed: Matplotlib's fonts have them, ours do not.
FINER = 4
GHOSTSCRIPT = ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=png16m"]
GHOSTSCRIPT += [f"-dDownScaleFactor={FINER}", "-dGridFitTT=0"]

# Format -> names of the programs that read it. Where resvg is, a package of Python's, tests ask it too.
READERS = {
    "pdf": ("poppler", "ghostscript"),
    "svg": ("rsvg", "chromium"),
    "eps": ("ghostscript",),
    "ps": ("ghostscript",),
    "pgf": ("poppler",),
}
#: All that a comparison asks.
ASKED = frozenset(name for names in READERS.values() for name in names)


class ProgramError(Exception):
    """A program cannot read a file; the message is the program's."""


def on_white(image: Image.Image) -> Picture:
    """Pixels of an image, on white where it is transparent."""
    straight = image.convert("RGBA")
    white = Image.new("RGBA", straight.size, "white")
    white.alpha_composite(straight)
    return np.asarray(white.convert("RGB"))


def available() -> dict[str, bool]:
    """For each program, whether it is on this machine."""
    commands = {"poppler": "pdftocairo", "ghostscript": "gs", "rsvg": "rsvg-convert"}
    found = {name: shutil.which(command) is not None for name, command in commands.items()}
    found["resvg"] = importlib.util.find_spec("resvg_py") is not None
    return {**found, "chromium": chromium.find() is not None}


class Programs:
    """The programs, for a ``with`` block; Chromium is started when it is first needed.

    Parameters
    ----------
    dpi : float
        Resolution of the pictures.
    """

    def __init__(self, dpi: float) -> None:
        self._dpi = dpi
        self._folder = tempfile.TemporaryDirectory(prefix="conformance-")
        self._browser: chromium.Chromium | None = None
        self._readers: dict[str, Callable[[Path], Picture]] = {
            "poppler": self._poppler,
            "ghostscript": self._ghostscript,
            "rsvg": self._rsvg,
            "resvg": self._resvg,
            "chromium": self._chromium,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._browser is not None:
            self._browser.__exit__()
        self._folder.cleanup()

    def picture(self, program: str, path: Path) -> Picture:
        """Let a program make pixels of the first page of a file.

        Raises
        ------
        ProgramError
            It cannot read the file.
        """
        return self._readers[program](path)

    def _run(self, command: list[str], output: Path) -> Picture:
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise ProgramError(f"{command[0]} takes more than {TIMEOUT_S} s") from error
        if done.returncode or not output.exists():
            said = (done.stdout + done.stderr).decode(errors="replace")
            raise ProgramError(f"{command[0]}: {' '.join(said.split())[-300:]}")
        with Image.open(output) as image:
            picture = on_white(image)
        output.unlink()
        return picture

    def _poppler(self, path: Path) -> Picture:
        stem = Path(self._folder.name, "page")
        command = ["pdftocairo", "-png", "-singlefile", "-r", str(self._dpi), str(path), str(stem)]
        return self._run(command, stem.with_suffix(".png"))

    def _ghostscript(self, path: Path) -> Picture:
        output = Path(self._folder.name, "page.png")
        options = [f"-r{self._dpi * FINER}", *(["-dEPSCrop"] if path.suffix == ".eps" else [])]
        first = ["-dLastPage=1"] if path.suffix == ".pdf" else []
        return self._run([*GHOSTSCRIPT, *options, *first, "-o", str(output), str(path)], output)

    def _rsvg(self, path: Path) -> Picture:
        output = Path(self._folder.name, "page.png")
        dpi = str(self._dpi)
        command = ["rsvg-convert", "--unlimited", "-d", dpi, "-p", dpi, str(path)]
        return self._run([*command, "-o", str(output)], output)

    def _resvg(self, path: Path) -> Picture:
        import resvg_py

        with path.open(encoding="utf-8") as file:
            width, height = svg_size(file.read(4000), self._dpi)
        try:
            file_bytes = resvg_py.svg_to_bytes(
                svg_path=str(path), width=width, height=height, dpi=96, skip_system_fonts=True
            )
        except ValueError as error:
            raise ProgramError(f"resvg: {error}") from error
        with Image.open(BytesIO(file_bytes)) as image:
            return on_white(image)

    def _chromium(self, path: Path) -> Picture:
        if self._browser is None:
            program = chromium.find()
            if program is None:
                raise ProgramError("There is no Chromium on this machine.")
            self._browser = chromium.Chromium(program, self._dpi)
        with path.open(encoding="utf-8") as file:
            size = svg_size(file.read(4000), self._dpi)
        with Image.open(BytesIO(self._browser.picture(path, size))) as image:
            return on_white(image)


def svg_size(start: str, dpi: float) -> tuple[int, int]:
    """Width and height, in whole pixels, of the SVG file that starts so; in points there."""
    sides = [re.search(rf'\b{side}="([\d.]+)pt"', start) for side in ("width", "height")]
    if None in sides:
        raise ProgramError("The SVG file does not give its size in points.")
    return tuple(max(1, round(float(side[1]) * dpi / 72)) for side in sides)  # type: ignore[index, return-value]
