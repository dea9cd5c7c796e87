"""PostScript files written anew by other programs, as `ps.usedistiller` asks for."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

from drypoint.adapter import compat

__all__ = ["distilled"]

_log = logging.getLogger(__name__)

_BOXES = re.compile(rb"^%%(?:HiRes)?BoundingBox:.*?\r?\n", re.MULTILINE)


def distilled(file: bytes, distiller: str, *, is_eps: bool, paper: Sequence[float]) -> bytes:
    """A PostScript file as a distiller writes it again; the same file, with a log entry, if there is none.

    Parameters
    ----------
    file : bytes
    distiller : {"ghostscript", "xpdf"}
        Ghostscript alone, which draws text as outlines; or Ghostscript, then poppler's `pdftops`.
    is_eps : bool
        Whether the file is encapsulated: it keeps its bounding box.
    paper : (width, height)
        Points.

    Raises
    ------
    RuntimeError
        If the program fails.
    """
    run = _by_ghostscript if distiller == "ghostscript" else _by_xpdf
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.ps"), Path(folder, "b.ps")
        source.write_bytes(file)
        try:
            run(source, target, is_eps, paper)
        except mpl.ExecutableNotFoundError as error:
            _log.warning("%s.  Distillation step skipped.", error)
            return file
        result = target.read_bytes()
    if not is_eps:
        return result
    # The box is the figure's, not that of what is drawn in it.
    boxes = b"".join(match[0] for match in _BOXES.finditer(file))
    head, end, rest = result.partition(b"%%EndComments")
    return _BOXES.sub(b"", head).replace(b"\n", b"\n" + boxes, 1) + end + rest


def _paper_options(is_eps: bool, paper: Sequence[float]) -> list[str]:
    if is_eps:
        return ["-dEPSCrop"]
    return [f"-dDEVICEWIDTHPOINTS={paper[0]:g}", f"-dDEVICEHEIGHTPOINTS={paper[1]:g}"]


def _by_ghostscript(source: Path, target: Path, is_eps: bool, paper: Sequence[float]) -> None:
    command = [compat.executable("gs"), "-dBATCH", "-dNOPAUSE", "-dSAFER", "-q"]
    command += [f"-r{mpl.rcParams['ps.distiller.res']:d}", "-dAutoRotatePages=/None"]
    command += [f"-sDEVICE={'eps2write' if is_eps else 'ps2write'}", *_paper_options(is_eps, paper)]
    compat.run_program([*command, f"-sOutputFile={target}", str(source)])


def _by_xpdf(source: Path, target: Path, is_eps: bool, paper: Sequence[float]) -> None:
    ghostscript, pdftops = compat.executable("gs"), compat.executable("pdftops")
    middle = source.with_suffix(".pdf")
    command = [ghostscript, "-dBATCH", "-dNOPAUSE", "-dSAFER", "-q", "-sDEVICE=pdfwrite"]
    command += ["-dAutoRotatePages=/None", "-dAutoFilterColorImages=false"]
    command += ["-dAutoFilterGrayImages=false", "-dColorImageFilter=/FlateEncode"]
    command += ["-dGrayImageFilter=/FlateEncode", *_paper_options(is_eps, paper)]
    compat.run_program([*command, f"-sOutputFile={middle}", str(source)])
    last = ["-level3", "-eps"] if is_eps else ["-level3", "-paper", "match"]
    compat.run_program([pdftops, *last, str(middle), str(target)])
