"""Keep what a figure is saved as: our file, Matplotlib's, and a PNG of the same figure."""

from __future__ import annotations

import functools
import gzip
import os
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

from drypoint.conformance import redirect, twin
from drypoint.conformance.results import Kept

DPI = 100  # of the PNG, and of the pixels that programs make of the files
FAMILIES = {"pdf": "pdf", "svg": "svg", "svgz": "svg", "ps": "ps", "eps": "ps", "pgf": "pgf"}
SUFFIXES = {"svgz": "svg", "pgf": "pdf"}  # of the files that are kept, where it is not the format
PNG_BACKEND = "module://drypoint.backends.agg"
# Asked for, it makes a PDF of the figure with a real LaTeX; so does Matplotlib's.
PGF_BACKEND = "module://drypoint.backends.pgf"

# Programs draw the glyphs of Type 3 fonts, Matplotlib's default, bolder than those of any others.
# That would hide all other differences.
THEIR_SETTINGS: Any = {"pdf.fonttype": 42, "ps.fonttype": 42}

# What of a save's options means the same to a PNG.
SHARED_OPTIONS = ("bbox_inches", "pad_inches", "bbox_extra_artists", "facecolor", "edgecolor")


kept: list[Kept] = []  # of the current test

_folder = Path()
_formats: tuple[str, ...] = ()


def watch(folder: Path, formats: tuple[str, ...]) -> None:
    """Keep in `folder` whatever is saved in one of `formats` from now on."""
    global _folder, _formats
    from matplotlib.backend_bases import FigureCanvasBase

    folder.mkdir(parents=True, exist_ok=True)
    _folder, _formats = folder, formats
    base: Any = FigureCanvasBase
    base.print_figure = _watched(base.print_figure)


def _watched(plain: Any) -> Any:
    @functools.wraps(plain)
    def print_figure(
        self: Any, filename: Any, dpi: Any = None, facecolor: Any = None, edgecolor: Any = None,
        orientation: str = "portrait", format: str | None = None, **options: Any,
    ) -> Any:  # fmt: skip
        options |= {"facecolor": facecolor, "edgecolor": edgecolor, "format": format}
        arguments: dict[str, Any] = {"dpi": dpi, "orientation": orientation, **options}
        fmt = _format(filename, format)
        if fmt == "pdf" and _formats == ("pgf",) and options.get("backend") is None:
            # A test of Matplotlib's suite: what it saves as PDF is to come from LaTeX.
            arguments["backend"] = options["backend"] = PGF_BACKEND
        if options.get("backend") == PGF_BACKEND:
            fmt = "pgf"
        chosen = options.get("backend") in (None, PGF_BACKEND)
        ours = chosen and fmt in _formats and not twin.busy()
        if not ours or "draw" in vars(self.figure):
            return plain(self, filename, **arguments)
        state = twin.RandomState()
        start = twin.position(filename)
        before = redirect.SAVES.copy()
        result = plain(self, filename, **arguments)
        by_us = any(writer.startswith("drypoint.") for _, writer in redirect.SAVES - before)
        written = twin.written(filename, start)
        if by_us and written is not None:
            _keep(self, filename, fmt, written, state, arguments)
        return result

    return print_figure


def saved_by_tests(formats: Iterable[str]) -> list[str]:
    """Formats that tests are about when we are asked for some: those about PDF serve for PGF, too."""
    return ["pdf" if fmt == "pgf" else fmt for fmt in formats]


def save_options(fmt: str) -> dict[str, Any]:
    """Options of a save that leads to our backend for a format."""
    return {"format": "pdf", "backend": PGF_BACKEND} if fmt == "pgf" else {"format": fmt}


def _format(filename: Any, format: str | None) -> str:
    """Return the format that a save is about; "" when the file's name does not tell."""
    if format is not None:
        return format.lower()
    if isinstance(filename, (str, os.PathLike)):
        return Path(filename).suffix[1:].lower()
    return ""


def _keep(
    canvas: Any,
    filename: Any,
    fmt: str,
    written: bytes,
    state: twin.RandomState,
    arguments: dict[str, Any],
) -> None:
    """Save once more with Matplotlib's backend and as PNG; write all three."""
    import matplotlib as mpl

    index = len(kept)
    readable = re.sub(r"[^A-Za-z0-9]+", "-", twin.context.split("/")[-1])[:60].strip("-")
    stem = f"{readable}-{crc32(twin.context.encode()):08x}-{index}"
    record = Kept(index=index, format=fmt, stem=stem)
    if isinstance(filename, (str, os.PathLike)):
        record["file"] = os.path.abspath(filename)
    kept.append(record)
    theirs, png = BytesIO(), BytesIO()
    file_format = "pdf" if fmt == "pgf" else fmt
    backend = f"module://matplotlib.backends.backend_{FAMILIES[fmt]}"
    shared = {name: arguments[name] for name in SHARED_OPTIONS if name in arguments}
    with twin.second_time(canvas.figure):
        try:
            state.set_back()
            with mpl.rc_context(THEIR_SETTINGS):
                canvas.print_figure(
                    theirs, **{**arguments, "format": file_format, "backend": backend}
                )
            state.set_back()
            canvas.print_figure(png, dpi=DPI, format="png", backend=PNG_BACKEND, **shared)
        except Exception as error:
            record["error"] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            return
    suffix = SUFFIXES.get(fmt, fmt)
    expected = theirs.getvalue()
    if fmt == "svgz":
        written, expected = gzip.decompress(written), gzip.decompress(expected)
    (_folder / f"{stem}-ours.{suffix}").write_bytes(written)
    (_folder / f"{stem}-matplotlib.{suffix}").write_bytes(expected)
    (_folder / f"{stem}.png").write_bytes(png.getvalue())


def begin() -> None:
    """Forget what was kept for the test before."""
    kept.clear()
