"""PDF: rcParams and metadata of Matplotlib's names, the canvas that saves, files of several pages."""

from __future__ import annotations

import datetime
import mimetypes
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

from drypoint import _core
from drypoint.adapter import compat
from drypoint.adapter.alt_text import AltTexts
from drypoint.adapter.document import POINTS_PER_INCH, DocumentCanvas, Pages, metadata_entries
from drypoint.adapter.document_text import DocumentText
from drypoint.adapter.pdf_standards import Standards
from drypoint.adapter.saving import Draft, Target, print_method, write
from drypoint.options import options

__all__ = ["FigureCanvasDrypointPdf", "PdfPages"]

_TEXT = DocumentText()

# --- metadata -----------------------------------------------------------------------------------

_TEXTS = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer")
_DATES = ("CreationDate", "ModDate")


def default_info(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """Matplotlib's entries, and those given; no date unless SOURCE_DATE_EPOCH is set."""
    info: dict[str, Any] = {
        "Creator": f"Matplotlib v{mpl.__version__}, https://matplotlib.org",
        "Producer": f"drypoint v{_core.__version__}",
    }
    if "SOURCE_DATE_EPOCH" in os.environ:
        moment = int(os.environ["SOURCE_DATE_EPOCH"])
        info["CreationDate"] = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    info.update(metadata_entries(metadata))
    info = {key: value for key, value in info.items() if value is not None}
    for key, value in info.items():
        if key in _TEXTS:
            good, wanted = isinstance(value, str), "an instance of str"
        elif key in _DATES:
            good, wanted = isinstance(value, datetime.datetime), "an instance of datetime.datetime"
        elif key == "Trapped":
            good, wanted = _name(value) in _TRAPPED, 'one of {"True", "False", "Unknown"}'
        else:
            known = {*_TEXTS, *_DATES, "Trapped"}
            compat.warn_external(f"Unknown infodict keyword: {key!r}. Must be one of {known!r}.")
            continue
        if not good:
            compat.warn_external(
                f"Bad value for infodict keyword {key}. Got {value!r} which is not {wanted}."
            )
    return info


_TRAPPED = ("True", "False", "Unknown")


def _name(value: Any) -> str:
    """A name, which may be an object of Matplotlib's."""
    name = getattr(value, "name", value)
    return name.decode() if isinstance(name, bytes) else str(name)


def info_texts(info: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The entries as PDF has them."""
    texts = []
    for key, value in info.items():
        if isinstance(value, datetime.datetime):
            texts.append((key, _date(value)))
        elif key == "Trapped":
            if _name(value) in _TRAPPED:
                texts.append((key, _name(value)))
        elif key.isalnum():
            texts.append((key, str(value)))
    return texts


def _date(date: datetime.datetime) -> str:
    """A date as PDF has it."""
    offset = date.utcoffset()
    text = date.strftime("D:%Y%m%d%H%M%S")
    if offset is None:
        return text
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return text + "Z"
    hours, minutes = divmod(abs(minutes), 60)
    return f"{text}{'+' if offset > datetime.timedelta(0) else '-'}{hours:02d}'{minutes:02d}'"


# --- pages --------------------------------------------------------------------------------------


Attachments = Mapping[str, bytes | str | os.PathLike[str]]
"""Files within a PDF file: their content, or where it is, by name."""

# The system's table differs from one computer to another.
_MEDIA_TYPES = mimetypes.MimeTypes(filenames=())


def _attached(attachments: Attachments) -> list[tuple[str, str, bytes]]:
    """Names, media types and contents, sorted by name."""
    if not isinstance(attachments, Mapping):
        raise TypeError(f"attachments must be a dict of names, not {attachments!r}")
    for name, source in attachments.items():
        if not isinstance(name, str) or not isinstance(source, bytes | str | os.PathLike):
            raise TypeError(
                f"the attachment {name!r} must be bytes or the path of a file under a name that is a "
                f"str, not {source!r}"
            )
    files = []
    for name, source in sorted(attachments.items()):
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
        files.append((name, _MEDIA_TYPES.guess_type(name)[0] or "application/octet-stream", data))
    return files


class _File:
    """A file in the making, with what stands beside its pages."""

    def __init__(
        self, metadata: Mapping[str, Any] | None, attachments: Attachments | None = None
    ) -> None:
        metadata = metadata_entries(metadata)
        self._language: str | None = metadata.pop("Lang", None)
        self._attachments = _attached(attachments or {})
        self._standards = Standards.wanted()
        self.info = default_info(metadata)
        self.core = _core.PdfFile(
            mpl.rcParams["pdf.compression"],
            mpl.rcParams["pdf.inheritcolor"],
            archival=self._standards.pdfa != "",
            unicode=self._standards.pdfa == "2u" or self._standards.is_accessible,
            accessible=self._standards.is_accessible,
            type3=options.pdf_type3_fonts,
        )

    def attach(self, attachments: Attachments) -> None:
        """Add files."""
        self._attachments = sorted(self._attachments + _attached(attachments))

    def check_page(self, width_pt: float, height_pt: float, alt: str | None) -> None:
        """Raise `ValueError` if the file cannot have such a page."""
        self._standards.check_page(width_pt, height_pt, alt)

    def finish(self) -> bytes:
        """The whole file."""
        self._standards.check_file(self.info, self._language, len(self._attachments))
        return self.core.finish(
            info_texts(self.info),
            language=self._language,
            xmp=self._standards.xmp(self.info),
            shows_title=self._standards.is_accessible,
            attachments=self._attachments,
        )


class PdfPages(Pages):
    """A PDF file of several pages, used like Matplotlib's class of this name.

    Parameters
    ----------
    filename : str, path-like or binary file object
        Where the file is written when it is closed.
    metadata : dict, optional
        Title, Author, Subject, Keywords, Creator, Producer: str; CreationDate, ModDate: datetime;
        Trapped: "True", "False" or "Unknown". None takes a default out. Also "Lang", the language as
        web pages name it ("en", "pt-BR").
    attachments : dict, optional
        Files within the file: bytes, or the path of a file, by name.
    keep_empty : object, optional
        Without effect, as in Matplotlib's class, which has deprecated it.

    Notes
    -----
    Each page is written into a temporary file beside the target and not kept in memory; fonts come last.
    The temporary file becomes the target when it is closed. An exception within a ``with`` block removes it
    and leaves what was there, as does an object that is never closed. Nothing is written if there was no
    page, note or question for the metadata.
    """

    _format = "pdf"
    _backend = "module://drypoint.backends.pdf"

    def __init__(
        self,
        filename: Target,
        metadata: Mapping[str, Any] | None = None,
        *,
        attachments: Attachments | None = None,
        keep_empty: object = None,
    ) -> None:
        self._filename = filename
        self._metadata = metadata
        self._attachments = attachments
        self._parts: tuple[_File, Draft] | None = None

    def _ensure_parts(self) -> tuple[_File, Draft]:
        """What is in memory and what is on disk."""
        if self._parts is None:
            self._parts = (_File(self._metadata, self._attachments), Draft(self._filename))
        return self._parts

    def _ensure_file(self) -> _File:
        return self._ensure_parts()[0]

    def _write_page(self) -> None:
        """Write what was added last."""
        file, draft = self._ensure_parts()
        draft.write(file.core.take())

    def close(self) -> None:
        """Write what all pages share, and put the file in its place."""
        if self._parts is not None:
            file, draft = self._parts
            try:
                draft.write(file.finish())
                draft.commit()
            finally:
                self._discard()

    def _discard(self) -> None:
        if self._parts is not None:
            self._parts[1].discard()
            self._parts = None

    def infodict(self) -> dict[str, Any]:
        """The metadata; it may be changed until the file is closed."""
        return self._ensure_file().info

    def get_pagecount(self) -> int:
        """Number of pages so far."""
        return self._ensure_file().core.page_count()

    def attach_note(self, text: str, positionRect: Sequence[float] = (-100, -100, 0, 0)) -> None:
        """Put a note on the page that is saved next.

        Parameters
        ----------
        text : str
        positionRect : (left, bottom, right, top), default: outside of the page
            Points.
        """
        left, bottom, right, top = (float(v) for v in positionRect)
        self._ensure_file().core.add_note(text, (left, bottom, right, top))


# --- the canvas ---------------------------------------------------------------------------------


class FigureCanvasDrypointPdf(DocumentCanvas):
    """A canvas that saves PDF."""

    filetypes = {"pdf": "Portable Document Format"}  # noqa: RUF012 # as in the base

    @print_method
    def print_pdf(
        self,
        filename: Target | PdfPages,
        *,
        metadata: Mapping[str, Any] | None = None,
        attachments: Attachments | None = None,
        bbox_inches_restore: Any = None,
    ) -> None:
        """Save as PDF.

        Parameters
        ----------
        filename : str, path-like, binary file object or PdfPages
            Where to.
        metadata : dict, optional
            See `PdfPages`, whose own metadata counts when the figure becomes a page of it; also "Alt",
            what the picture shows, for those who cannot see it: see `AltTexts.of`.
        attachments : dict, optional
            Files within the file: bytes, or the path of a file, by name.
        bbox_inches_restore : object
            From `print_figure`.
        """
        metadata = metadata_entries(metadata)
        alt = AltTexts.of(self.figure, metadata.pop("Alt", None))
        joins = bool(mpl.rcParams["image.composite_image"])
        pages = filename if isinstance(filename, PdfPages) else None
        file = _File(metadata, attachments) if pages is None else pages._ensure_file()
        width, height = self.figure.get_size_inches() * POINTS_PER_INCH
        file.check_page(width, height, alt.given)
        document = self._record(
            _TEXT,
            bbox_inches_restore,
            flipy=False,
            composites_images=joins,
            alt_texts=alt.of_artists,
        )
        file.core.add_page(document, alt.of_page)
        if not isinstance(filename, PdfPages):
            write(filename, file.finish())
            return
        filename._write_page()
        if attachments:
            file.attach(attachments)
