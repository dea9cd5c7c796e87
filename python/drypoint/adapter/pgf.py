"""PGF: rcParams of Matplotlib's names, the canvas that saves, PDF and PNG by way of LaTeX, files of several pages."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl

from drypoint import _core
from drypoint.adapter import compat, latex
from drypoint.adapter.document import POINTS_PER_INCH, DocumentCanvas, Pages, metadata_entries
from drypoint.adapter.latex_text import DOCUMENT_CLASS, LatexText, preamble
from drypoint.adapter.pdf import default_info, info_texts
from drypoint.adapter.saving import Target, is_path, print_method, write, write_text
from drypoint.options import options

if TYPE_CHECKING:
    from typing import Self

__all__ = ["FigureCanvasDrypointPgf", "PdfPages"]

_log = logging.getLogger(__name__)

# Pixels per inch of what is drawn as pixels because TeX cannot draw it; more if the figure has more.
_LEAST_DPI = 300

# TeX's largest length is 2 ** 14 of its points, and it needs some room around the page.
_LARGEST_INCHES = 130

_COMMENTS = r"""Creator: Matplotlib, PGF backend (drypoint)

To include this picture in a LaTeX document, write
  \input{<filename>.pgf}
and in the preamble
  \usepackage{pgf}
with what the fonts of the text need; formulas may need
  \usepackage{lmodern}

Images lie beside this file. From another folder than the document's they are found with
  \usepackage{import}
and
  \import{<path to file>}{<filename>.pgf}
Links need \usepackage{hyperref}.

Matplotlib used the following preamble:
"""

# Characters of metadata that mean something to TeX.
_IN_TEX = str.maketrans(
    {
        **{character: "\\" + character for character in "#%&_$"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)

# Those that TeX cannot have in the name of an image.
_NOT_IN_NAMES = re.compile(r'[\\{}#%&$~^"]')

# --- what is drawn ------------------------------------------------------------------------------


class _Picture(NamedTuple):
    """What a figure draws.

    Attributes
    ----------
    document : Document
    size : (width, height)
        Inches.
    dpi : float
        Of images.
    """

    document: _core.Document
    size: tuple[float, float]
    dpi: float

    def write(
        self, stem: str | None, metadata: Mapping[str, Any] | None = None
    ) -> tuple[bytes, list[tuple[str, bytes]]]:
        """The text, and the images beside it, whose names begin with *stem*; None if they have no place."""
        lines = [*_COMMENTS.splitlines(), *("  " + line for line in preamble().splitlines()), ""]
        entries = [
            f"{key}: {' '.join(str(value).split())}"
            for key, value in metadata_entries(metadata).items()
        ]
        comments = "".join(
            f"%% {line}".rstrip() + "\n" for line in [lines[0], *entries, *lines[1:]]
        )
        text, files, dense, missing = self.document.write_pgf(
            comments=comments,
            image_files=stem and _NOT_IN_NAMES.sub("-", stem),
            # XeTeX's images cannot be told whether to be smooth but by pgf.
            image_macro=r"\pgfimage"
            if mpl.rcParams["pgf.texsystem"] == "xelatex"
            else r"\includegraphics",
            resolution=max(self.dpi, _LEAST_DPI) / POINTS_PER_INCH,
            most_points=options.pgf_max_points,
        )
        if missing:
            raise ValueError(
                "streamed pgf-code does not support raster graphics, consider using the pgf-to-pdf option: "
                "images need the name of a file to lie beside"
            )
        if dense:
            _log.warning(
                "%d artist%s of this figure would be too much for TeX and %s drawn as pixels; "
                "drypoint.options.pgf_max_points is the limit.",
                dense,
                *(("", "is") if dense == 1 else ("s", "are")),
            )
        return text, files


# --- documents of LaTeX -------------------------------------------------------------------------


def _pdf_info(metadata: Mapping[str, Any] | None) -> str:
    """Metadata as hyperref takes them.

    Raises
    ------
    ValueError
        If a value has braces, brackets, parentheses or a backslash.
    """
    entries = []
    for key, value in info_texts(default_info(metadata)):
        invalid = r"\{}[]()"
        if any(c in invalid for c in key + value):
            raise ValueError(
                f"Invalid metadata value for {key!r}: {value!r}. "
                f"The value must not contain the chars {invalid}."
            )
        entries.append(f"{key}={{{value.translate(_IN_TEX)}}}")
    return ",".join(entries)


class _PdfDocument:
    """A document of LaTeX: one picture a page, each in files of a temporary folder."""

    def __init__(self, info: str) -> None:
        self._info = info
        self._folder = tempfile.TemporaryDirectory(prefix="drypoint-")
        self._sizes: list[tuple[float, float]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def page_count(self) -> int:
        """Number of pages."""
        return len(self._sizes)

    def add_page(self, picture: _Picture) -> None:
        """Add what a figure draws."""
        stem = f"page{len(self._sizes)}"
        text, images = picture.write(stem)
        for name, content in [(f"{stem}.pgf", text), *images]:
            Path(self._folder.name, name).write_bytes(content)
        self._sizes.append(picture.size)

    def compile(self) -> bytes:
        """The PDF that LaTeX makes of it."""
        width, height = self._sizes[0]
        lines = [
            DOCUMENT_CLASS,
            rf"\usepackage[hidelinks,pdfinfo={{{self._info}}}]{{hyperref}}",
            rf"\usepackage[papersize={{{width:f}in,{height:f}in}},margin=0in]{{geometry}}",
            r"\usepackage{pgf}",
            preamble(),
            r"\setlength{\parindent}{0pt}\pagestyle{empty}",
            r"\begin{document}",
        ]
        for number, (width, height) in enumerate(self._sizes):
            if number:
                # LuaTeX has other names for them.
                lines += [
                    r"\newpage",
                    r"\ifdefined\pdfpagewidth\else\let\pdfpagewidth\pagewidth\let\pdfpageheight\pageheight\fi",
                    rf"\pdfpagewidth={width:f}in \pdfpageheight={height:f}in",
                    rf"\textwidth={width:f}in \hsize\textwidth \linewidth\textwidth",
                    rf"\textheight={height:f}in \vsize\textheight",
                ]
            lines.append(rf"\input{{page{number}.pgf}}")
        lines.append(r"\end{document}")
        program = mpl.rcParams["pgf.texsystem"]
        return latex.compile_document(program, "\n".join(lines), self._folder.name)


def _to_png(pdf: bytes, dpi: float) -> bytes:
    """The pixels of a PDF of one page, by poppler or Ghostscript."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.pdf"), Path(folder, "a.png")
        source.write_bytes(pdf)
        try:
            command = [
                compat.executable("pdftocairo"),
                "-singlefile",
                "-transp",
                "-png",
                "-r",
                f"{dpi:g}",
            ]
            command += [str(source), str(target.with_suffix(""))]
        except mpl.ExecutableNotFoundError:
            try:
                command = [compat.executable("gs"), "-dQUIET", "-dSAFER", "-dBATCH", "-dNOPAUSE"]
            except mpl.ExecutableNotFoundError:
                raise RuntimeError(
                    "PNG by way of LaTeX needs pdftocairo or Ghostscript: install poppler-utils or ghostscript."
                ) from None
            command += ["-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sDEVICE=pngalpha"]
            command += [f"-r{dpi:g}", f"-sOutputFile={target}", str(source)]
        compat.run_program(command)
        return target.read_bytes()


class PdfPages(Pages):
    """A PDF file of several pages that LaTeX makes, used like `matplotlib.backends.backend_pgf.PdfPages`.

    Parameters
    ----------
    filename : str, path-like or binary file object
        Where the file is written when it is closed.
    metadata : dict, optional
        As for `drypoint.backends.pdf.PdfPages`. Some releases of LaTeX name themselves as the producer.

    Notes
    -----
    Pages wait in a temporary folder. Nothing is written if there was no page, and what was there stays after
    an exception within a ``with`` block.
    """

    _format = "pgf"
    _backend = "module://drypoint.backends.pgf"

    def __init__(self, filename: Target, *, metadata: Mapping[str, Any] | None = None) -> None:
        self._filename = filename
        self._info = _pdf_info(metadata)
        self._document: _PdfDocument | None = None

    def add_page(self, picture: _Picture) -> None:
        """Add what a figure draws."""
        if self._document is None:
            self._document = _PdfDocument(self._info)
        self._document.add_page(picture)

    def close(self) -> None:
        """Let LaTeX make the file, and write it."""
        if self._document is not None:
            try:
                if self._document.page_count():
                    write(self._filename, self._document.compile())
            finally:
                self._discard()

    def _discard(self) -> None:
        if self._document is not None:
            document, self._document = self._document, None
            with document:
                pass

    def get_pagecount(self) -> int:
        """Number of pages so far."""
        return self._document.page_count() if self._document is not None else 0


# --- the canvas ---------------------------------------------------------------------------------


class FigureCanvasDrypointPgf(DocumentCanvas):
    """A canvas that saves PGF, and what LaTeX makes of it."""

    #: As with Matplotlib's, a pixel is one of the dpi of the save; of other documents it is a point.
    fixed_dpi = None  # type: ignore[assignment]

    filetypes = {  # noqa: RUF012 # as in the base
        "pdf": "LaTeX compiled PGF picture",
        "pgf": "LaTeX PGF picture",
        "png": "Portable Network Graphics",
    }

    @print_method
    def print_pgf(
        self,
        filename: Target | PdfPages,
        *,
        metadata: Mapping[str, Any] | None = None,
        bbox_inches_restore: Any = None,
    ) -> None:
        """Save as PGF, with images beside it: ``name-img0.png``, ….

        Parameters
        ----------
        filename : str, path-like, file object for bytes or text, or PdfPages
            Where to. Objects without a name have no place for images.
        metadata : dict, optional
            Goes into comments.
        bbox_inches_restore : object
            From `print_figure`.

        Raises
        ------
        ValueError
            If images have no place, LaTeX cannot set a text, or the figure is larger than it can draw.
        RuntimeError
            If there is no LaTeX, or it does not take the preamble.
        """
        picture = self._picture(bbox_inches_restore)
        if isinstance(filename, PdfPages):
            filename.add_page(picture)
            return
        name = os.fsdecode(filename) if is_path(filename) else getattr(filename, "name", None)
        folder, base = os.path.split(name if isinstance(name, str) else "")
        text, files = picture.write(os.path.splitext(base)[0] or None, metadata)
        for file, content in files:
            write(os.path.join(folder, file), content)
        write_text(filename, text)

    @print_method
    def print_pdf(
        self,
        filename: Target,
        *,
        metadata: Mapping[str, Any] | None = None,
        bbox_inches_restore: Any = None,
    ) -> None:
        """Save as PDF that LaTeX makes.

        Parameters
        ----------
        filename : str, path-like or binary file object
            Where to.
        metadata : dict, optional
            As for `PdfPages`.
        bbox_inches_restore : object
            From `print_figure`.

        Raises
        ------
        ValueError, RuntimeError
            As for `print_pgf`; also if LaTeX fails.
        """
        info = _pdf_info(metadata)
        write(filename, self._pdf(info, bbox_inches_restore)[0])

    @print_method
    def print_png(
        self,
        filename: Target,
        *,
        metadata: Mapping[str, Any] | None = None,
        bbox_inches_restore: Any = None,
    ) -> None:
        """Save as PNG: what poppler or Ghostscript makes of LaTeX's PDF; parameters as for `print_pdf`."""
        info = _pdf_info(metadata)
        write(filename, _to_png(*self._pdf(info, bbox_inches_restore)))

    def _picture(self, bbox_inches_restore: Any) -> _Picture:
        figure = self.figure
        width, height = (float(side) for side in figure.get_size_inches())
        if max(width, height) > _LARGEST_INCHES:
            raise ValueError(
                f"TeX cannot draw a figure of {width:g} x {height:g} inches: "
                f"no side may be longer than {_LARGEST_INCHES}"
            )
        dpi = figure.dpi
        document = self._record(
            LatexText(mpl.rcParams["pgf.texsystem"]),
            bbox_inches_restore,
            flipy=False,
            composites_images=bool(mpl.rcParams["image.composite_image"]),
            units_per_inch=dpi,
        )
        document.scale(POINTS_PER_INCH / dpi)
        return _Picture(document, (width, height), dpi)

    def _pdf(self, info: str, bbox_inches_restore: Any) -> tuple[bytes, float]:
        picture = self._picture(bbox_inches_restore)
        with _PdfDocument(info) as document:
            document.add_page(picture)
            return document.compile(), picture.dpi
