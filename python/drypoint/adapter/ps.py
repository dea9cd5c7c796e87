"""PostScript: rcParams and keywords of Matplotlib's names, and the canvas that saves."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl

from drypoint.adapter import compat
from drypoint.adapter.distill import distilled
from drypoint.adapter.document import POINTS_PER_INCH, DocumentCanvas, metadata_entries
from drypoint.adapter.document_text import DocumentText
from drypoint.adapter.saving import Target, is_path, print_method, write_text
from drypoint.options import options

__all__ = ["PAPER_SIZES", "FigureCanvasDrypointPs"]

_TEXT = DocumentText()

# Most pixels per inch where pixels stand in for what is partly transparent.
_FINEST_DPI = 600

PAPER_SIZES = {
    "letter": (8.5, 11),
    "legal": (8.5, 14),
    "ledger": (11, 17),
    **{
        f"a{k}": size
        for k, size in enumerate(
            (
                *((33.11, 46.81), (23.39, 33.11), (16.54, 23.39), (11.69, 16.54)),
                *((8.27, 11.69), (5.83, 8.27), (4.13, 5.83), (2.91, 4.13)),
                *((2.05, 2.91), (1.46, 2.05), (1.02, 1.46)),
            )
        )
    },
    **{
        f"b{k}": size
        for k, size in enumerate(
            (
                *((40.55, 57.32), (28.66, 40.55), (20.27, 28.66), (14.33, 20.27)),
                *((10.11, 14.33), (7.16, 10.11), (5.04, 7.16), (3.58, 5.04)),
                *((2.51, 3.58), (1.76, 2.51), (1.26, 1.76)),
            )
        )
    },
}
"""Widths and heights of papers in inches, as Matplotlib has them."""


def _comments(filename: Target, metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The comments of the header that say where the file comes from."""
    values: dict[str, Any] = {"Creator": f"Matplotlib v{mpl.__version__}, https://matplotlib.org/"}
    if is_path(filename):
        values["Title"] = os.path.basename(os.fsdecode(filename))
    if "SOURCE_DATE_EPOCH" in os.environ:
        moment = int(os.environ["SOURCE_DATE_EPOCH"])
        values["CreationDate"] = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    values.update({key: metadata[key] for key in _KEYS if key in metadata})
    texts = []
    for key in _KEYS:
        value = values.get(key)
        if isinstance(value, datetime.datetime):
            value = value.strftime("%a %b %d %H:%M:%S %Y")
        if value is not None:
            texts.append((key, str(value)))
    return texts


_KEYS = ("Title", "Creator", "CreationDate")


class FigureCanvasDrypointPs(DocumentCanvas):
    """A canvas that saves PostScript."""

    filetypes = {"ps": "Postscript", "eps": "Encapsulated Postscript"}  # noqa: RUF012 # as in the base

    def print_ps(self, filename: Target, **keywords: Any) -> None:
        """Save as PostScript for printers; parameters as for `print_eps`."""
        self._print("ps", filename, **keywords)

    def print_eps(self, filename: Target, **keywords: Any) -> None:
        """Save as encapsulated PostScript.

        Parameters
        ----------
        filename : str, path-like or file object for bytes or text
            Where to.
        metadata : dict, optional
            Title, Creator: str; CreationDate: datetime or str. None takes a default out.
        papertype : str, optional
            "figure" or a name in `PAPER_SIZES`, in any case; only for PostScript for printers, where the figure is in
            the middle of the paper. :rc:`ps.papersize` by default.
        orientation : {"portrait", "landscape"}
            Whether the figure is turned to the left.
        bbox_inches_restore : object
            From `print_figure`.

        Raises
        ------
        ValueError
            If the paper or the orientation is not known.
        """
        self._print("eps", filename, **keywords)

    @print_method
    def _print(
        self,
        format: str,
        filename: Target,
        *,
        metadata: Mapping[str, Any] | None = None,
        papertype: str | None = None,
        orientation: str = "portrait",
        bbox_inches_restore: Any = None,
    ) -> None:
        if not (is_path(filename) or hasattr(filename, "write")):
            raise ValueError("outfile must be a path or a file-like object")
        papertype = (papertype or mpl.rcParams["ps.papersize"]).lower()
        compat.check_in_list(["figure", *PAPER_SIZES], papertype=papertype)
        orientation = orientation.lower()
        compat.check_in_list(["portrait", "landscape"], orientation=orientation)
        comments = _comments(filename, metadata_entries(metadata))
        # Joining images would apply the alpha of their artists twice.
        document = self._record(_TEXT, bbox_inches_restore, flipy=False, composites_images=False)
        width, height = self.figure.get_size_inches() * POINTS_PER_INCH
        is_landscape = orientation == "landscape"
        name = None if format == "eps" or papertype == "figure" else papertype
        if name is None:
            sides = (height, width) if is_landscape else (width, height)
        else:
            sides = (POINTS_PER_INCH * PAPER_SIZES[name][0], POINTS_PER_INCH * PAPER_SIZES[name][1])
        file = document.write_ps(
            encapsulated=format == "eps",
            paper=(name, *sides),
            landscape=is_landscape,
            comments=comments,
            compression=options.ps_compression,
            type3=options.ps_type3_fonts,
            resolution=min(mpl.rcParams["ps.distiller.res"], _FINEST_DPI) / POINTS_PER_INCH,
        )
        distiller = mpl.rcParams["ps.usedistiller"]
        if distiller:
            file = distilled(file, distiller, is_eps=format == "eps", paper=sides)
        write_text(filename, file)
