"""The canvas that saves documents through Cairo."""

from __future__ import annotations

import datetime
import gzip
import io
import math
import re
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl

from drypoint.adapter import compat
from drypoint.adapter.document import POINTS_PER_INCH, DocumentCanvas
from drypoint.adapter.document_text import DocumentText
from drypoint.adapter.saving import Target, write

from .binding import cairo
from .player import Player
from .text import can_show_text

__all__ = ["FigureCanvas", "FigureCanvasDrypointCairoDocument"]

_TEXT = DocumentText()

_METADATA_OF_PDF = {
    "Title": "TITLE",
    "Author": "AUTHOR",
    "Subject": "SUBJECT",
    "Keywords": "KEYWORDS",
    "Creator": "CREATOR",
    "CreationDate": "CREATE_DATE",
    "ModDate": "MOD_DATE",
}
_METADATA_OF_PS = ("Title", "Creator")


def _entry(key: str, value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds")
    if not isinstance(value, str):
        raise TypeError(f"the metadata entry {key!r} must be a str or a datetime, not {value!r}")
    return value


def _set_metadata(surface: Any, format: str, metadata: Mapping[str, Any]) -> None:
    """Write what is said about a document into it.

    Raises
    ------
    ValueError
        If the format has no place for an entry.
    """
    keys = tuple(_METADATA_OF_PDF) if format == "pdf" else _METADATA_OF_PS
    if format.startswith("svg"):
        keys = ()
    for key, value in metadata.items():
        if key not in keys:
            known = f"only {', '.join(keys)}" if keys else "none"
            raise ValueError(
                f"Cairo has no place for the metadata entry {key!r} in {format.upper()}, {known}; "
                "the backends drypoint-pdf, drypoint-ps and drypoint-svg have more"
            )
        if value is None:
            continue
        text = _entry(key, value)
        if format == "pdf":
            surface.set_metadata(getattr(cairo, f"PDF_METADATA_{_METADATA_OF_PDF[key]}"), text)
        else:
            surface.dsc_comment(f"%%{key}: {' '.join(text.split())}")


def _with_page_as_box(file: bytes, width: float, height: float) -> bytes:
    """An EPS file whose box is the figure's; Cairo writes that of the ink."""
    whole = f" 0 0 {math.ceil(width)} {math.ceil(height)}".encode()
    exact = f" 0.000000 0.000000 {width:.6f} {height:.6f}".encode()
    file = re.sub(rb"(?m)^(%%(?:Page)?BoundingBox:)[ \d-]+$", rb"\1" + whole, file, count=2)
    return re.sub(rb"(?m)^(%%HiResBoundingBox:)[ \d.-]+$", rb"\1" + exact, file, count=1)


class FigureCanvasDrypointCairoDocument(DocumentCanvas):
    """A canvas that saves documents through Cairo.

    Each ``print_*`` method takes these keywords:

    metadata : dict, optional
        Texts by key: for PDF Title, Author, Subject, Keywords, Creator, CreationDate and ModDate;
        for PostScript Title and Creator.
    orientation : {"portrait", "landscape"}
        Whether the figure is turned to the left.
    bbox_inches_restore, dpi, facecolor, edgecolor : object
        What `print_figure` gives to every format; it has applied all of it.
    """

    filetypes = {  # noqa: RUF012 # as in the base
        "pdf": "Portable Document Format",
        "ps": "Postscript",
        "eps": "Encapsulated Postscript",
        "svg": "Scalable Vector Graphics",
        "svgz": "Scalable Vector Graphics",
    }

    def print_pdf(self, filename: Target, **keywords: Any) -> None:
        """Save as PDF."""
        write(filename, self._written("pdf", **keywords))

    def print_ps(self, filename: Target, **keywords: Any) -> None:
        """Save as PostScript."""
        write(filename, self._written("ps", **keywords))

    def print_eps(self, filename: Target, **keywords: Any) -> None:
        """Save as encapsulated PostScript."""
        write(filename, self._written("eps", **keywords))

    def print_svg(self, filename: Target, **keywords: Any) -> None:
        """Save as SVG."""
        write(filename, self._written("svg", **keywords))

    def print_svgz(self, filename: Target, **keywords: Any) -> None:
        """Save as compressed SVG."""
        write(filename, gzip.compress(self._written("svgz", **keywords), mtime=0))

    def _written(
        self,
        format: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        orientation: str = "portrait",
        bbox_inches_restore: Any = None,
        dpi: object = None,
        facecolor: object = None,
        edgecolor: object = None,
    ) -> bytes:
        compat.check_in_list(["portrait", "landscape"], orientation=orientation)
        image_dpi = self.figure.dpi
        document = self._record(
            _TEXT,
            bbox_inches_restore,
            flipy=True,
            composites_images=bool(mpl.rcParams["image.composite_image"]),
        )
        width, height = self.figure.get_size_inches() * POINTS_PER_INCH
        is_landscape = orientation == "landscape"
        file = io.BytesIO()
        sides = (height, width) if is_landscape else (width, height)
        surface = self._surface(format, file, *sides)
        _set_metadata(surface, format, metadata or {})
        surface.set_fallback_resolution(image_dpi, image_dpi)
        context = cairo.Context(surface)
        if is_landscape:
            context.translate(0, width)
            context.rotate(-math.pi / 2)
        writes_links = format == "pdf" and hasattr(context, "tag_begin")
        player = Player(context, POINTS_PER_INCH, is_raster=False, writes_links=writes_links)
        player.play(document.ops(outlines=not can_show_text()))
        context.show_page()
        surface.finish()
        written = file.getvalue()
        return _with_page_as_box(written, *sides) if format == "eps" else written

    @staticmethod
    def _surface(format: str, file: io.BytesIO, width: float, height: float) -> Any:
        if format == "pdf":
            return cairo.PDFSurface(file, width, height)
        if format.startswith("svg"):
            return cairo.SVGSurface(file, width, height)
        surface = cairo.PSSurface(file, width, height)
        surface.set_eps(format == "eps")
        return surface


FigureCanvas = FigureCanvasDrypointCairoDocument
