"""PDF: rcParams and metadata of Matplotlib's names, the canvas that saves, files of several pages."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from drypoint import _core
from drypoint.adapter import compat
from drypoint.adapter.document import DocumentCanvas
from drypoint.adapter.document_text import DocumentText
from drypoint.adapter.saving import Target, write

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
    info.update(metadata or {})
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


def _new_file() -> _core.PdfFile:
    return _core.PdfFile(mpl.rcParams["pdf.compression"], mpl.rcParams["pdf.inheritcolor"])


class PdfPages:
    """A PDF file of several pages, used like Matplotlib's class of this name.

    Parameters
    ----------
    filename : str, path-like or binary file object
        Where the file is written when it is closed.
    metadata : dict, optional
        Title, Author, Subject, Keywords, Creator, Producer: str; CreationDate, ModDate: datetime;
        Trapped: "True", "False" or "Unknown". None takes a default out.

    Notes
    -----
    Nothing is written if there was no page, note or question for the metadata.
    """

    def __init__(self, filename: Target, metadata: Mapping[str, Any] | None = None) -> None:
        self._filename = filename
        self._metadata = metadata
        self._file: _core.PdfFile | None = None
        self._info: dict[str, Any] = {}

    def __enter__(self) -> PdfPages:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _ensure_file(self) -> _core.PdfFile:
        if self._file is None:
            self._file = _new_file()
            self._info = default_info(self._metadata)
        return self._file

    def add_page(self, document: _core.Document, alt: str | None = None) -> None:
        """Add a recorded page; *alt* says what it shows to those who cannot see it."""
        self._ensure_file().add_page(document, alt)

    def close(self) -> None:
        """Write the file."""
        if self._file is not None:
            file, self._file = self._file, None
            write(self._filename, file.finish(info_texts(self._info)))

    def infodict(self) -> dict[str, Any]:
        """The metadata; it may be changed until the file is closed."""
        self._ensure_file()
        return self._info

    def savefig(self, figure: Figure | int | str | None = None, **keywords: Any) -> None:
        """Add a figure as a page.

        Parameters
        ----------
        figure : Figure, int or str, optional
            The figure, or what pyplot calls it; the active one by default.
        **keywords
            For `Figure.savefig`.
        """
        if not isinstance(figure, Figure):
            figure = compat.managed_figure(figure)
        target: Any = self  # it comes back to `print_pdf`
        backend = "module://drypoint.backends.pdf"
        figure.savefig(target, format="pdf", backend=backend, **keywords)

    def get_pagecount(self) -> int:
        """Number of pages so far."""
        return self._ensure_file().page_count()

    def attach_note(self, text: str, positionRect: Sequence[float] = (-100, -100, 0, 0)) -> None:
        """Put a note on the page that is saved next.

        Parameters
        ----------
        text : str
        positionRect : (left, bottom, right, top), default: outside of the page
            Points.
        """
        left, bottom, right, top = (float(v) for v in positionRect)
        self._ensure_file().add_note(text, (left, bottom, right, top))


# --- the canvas ---------------------------------------------------------------------------------


class FigureCanvasDrypointPdf(DocumentCanvas):
    """A canvas that saves PDF."""

    filetypes = {"pdf": "Portable Document Format"}  # noqa: RUF012 # as in the base

    def print_pdf(
        self,
        filename: Target | PdfPages,
        *,
        metadata: Mapping[str, Any] | None = None,
        bbox_inches_restore: Any = None,
        dpi: object = None,
        facecolor: object = None,
        edgecolor: object = None,
        orientation: object = None,
    ) -> None:
        """Save as PDF.

        Parameters
        ----------
        filename : str, path-like, binary file object or PdfPages
            Where to.
        metadata : dict, optional
            See `PdfPages`, whose own metadata counts when the figure becomes a page of it; also "Alt",
            what the picture shows, for those who cannot see it.
        bbox_inches_restore, dpi, facecolor, edgecolor, orientation : object
            What `print_figure` gives to every format; it has applied all of it.
        """
        metadata = dict(metadata or {})
        alt = metadata.pop("Alt", None)
        joins = bool(mpl.rcParams["image.composite_image"])
        if isinstance(filename, PdfPages):
            document = self._record(
                _TEXT, bbox_inches_restore, flipy=False, composites_images=joins
            )
            filename.add_page(document, alt)
            return
        info = default_info(metadata)
        file = _new_file()
        document = self._record(_TEXT, bbox_inches_restore, flipy=False, composites_images=joins)
        file.add_page(document, alt)
        write(filename, file.finish(info_texts(info)))
