"""SVG: rcParams and metadata of Matplotlib's names, and the canvas that saves."""

from __future__ import annotations

import datetime
import gzip
import logging
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from drypoint import _core
from drypoint.adapter import compat
from drypoint.adapter.alt_text import AltTexts
from drypoint.adapter.document import (
    POINTS_PER_INCH,
    DocumentCanvas,
    metadata_entries,
    text_entry,
)
from drypoint.adapter.document_text import DocumentText, face_of_key
from drypoint.adapter.fonts import open_face
from drypoint.adapter.saving import Target, is_path, print_method, write, write_text
from drypoint.options import options

__all__ = ["FigureCanvasDrypointSvg", "svg_metadata"]

_log = logging.getLogger(__name__)

# Text is laid out at this size and scaled, as Matplotlib's TextToPath does.
_LAYOUT_SIZE_PT = 100.0

# --- metadata -----------------------------------------------------------------------------------

_SINGLE = (
    *("Title", "Coverage", "Date", "Description", "Format"),
    *("Identifier", "Language", "Relation", "Source"),
)
_AGENTS = ("Creator", "Contributor", "Publisher", "Rights")


def svg_metadata(metadata: Mapping[str, Any] | None) -> list[tuple[str, list[str]]]:
    """The entries of an SVG document: Matplotlib's keys with checked values, in lower case.

    Parameters
    ----------
    metadata : dict or None
        Title, Coverage, Date, Description, Format, Identifier, Language, Relation, Source, Type: a
        str; Date also a date, a datetime or several. Creator, Contributor, Publisher, Rights,
        Keywords: a str or several. Creator, Format and Type have defaults, which None takes out.

    Raises
    ------
    ValueError
        If there are other keys.
    TypeError
        If a value is of another type.
    """
    values: dict[str, Any] = {
        "Format": "image/svg+xml",
        "Type": "http://purl.org/dc/dcmitype/StillImage",
        "Creator": f"Matplotlib v{mpl.__version__}, https://matplotlib.org/",
        **metadata_entries(metadata),
    }
    if "Date" not in values and "SOURCE_DATE_EPOCH" in os.environ:
        moment = int(os.environ["SOURCE_DATE_EPOCH"])
        values["Date"] = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    unknown = values.keys() - {*_SINGLE, *_AGENTS, "Type", "Keywords"}
    if unknown:
        names = ",".join(key for key in values if key in unknown)
        raise ValueError(f"Unknown metadata key(s) passed to SVG writer: {names}")
    if values.get("Date") is not None:
        values["Date"] = _date(values["Date"])
    entries = []
    for key in ("Type", *_SINGLE):
        value = text_entry(values, key)
        if value is not None:
            entries.append((key.lower(), [value]))
    for key in (*_AGENTS, "Keywords"):
        if values.get(key) is not None:
            entries.append((key.lower(), _strings(key, values[key])))
    return entries


def _strings(key: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise TypeError(
            f"Invalid type for {key} metadata. Expected str or iterable of str, not {type(value)}."
        )
    found = list(value)
    for item in found:
        if not isinstance(item, str):
            raise TypeError(
                f"Invalid type for {key} metadata. Expected iterable of str, not {type(item)}."
            )
    return found


def _date(value: Any) -> str:
    def text(date: Any, expected: str) -> str:
        if isinstance(date, str):
            return date
        if isinstance(date, datetime.date):  # a datetime is one
            return date.isoformat()
        raise TypeError(f"Invalid type for Date metadata. Expected {expected}, not {type(date)}.")

    if isinstance(value, str | datetime.date) or not isinstance(value, Iterable):
        return text(value, "str, date, datetime, or iterable of the same")
    return "/".join(text(date, "iterable of str, date, or datetime") for date in value)


# --- fonts by name ------------------------------------------------------------------------------


def _number(value: float) -> str:
    return f"{value:f}".rstrip("0").rstrip(".")


def _css(prop: FontProperties, families: str | None = None) -> str:
    """What CSS says of a text's font, for readers that choose it by name; or, with *families*, for want of its font."""
    declarations: dict[str, str] = {}
    if prop.get_style() != "normal":
        declarations["font-style"] = prop.get_style()
    if prop.get_variant() != "normal":
        declarations["font-variant"] = prop.get_variant()
    weight: Any = prop.get_weight()
    weight = font_manager.weight_dict.get(weight, weight)
    if weight != 400:
        declarations["font-weight"] = str(weight)
    declarations["font-size"] = f"{_number(prop.get_size_in_points())}px"
    declarations["font-family"] = families or _families(prop)
    stretch: Any = prop.get_stretch()
    if stretch != "normal":
        declarations["font-stretch"] = str(stretch)
    return "; ".join(f"{key}: {value}" for key, value in declarations.items())


def _families(prop: FontProperties) -> str:
    """Names of fonts that may be at hand."""
    families: dict[str, None] = {}
    for family in prop.get_family():
        family = _sans(family)
        if family in font_manager.font_family_aliases:
            families.update(dict.fromkeys(map(_sans, compat.expand_family(family))))
        families[family] = None
    return ", ".join(
        name if name in font_manager.font_family_aliases else repr(name) for name in families
    )


def _sans(family: str) -> str:
    return "sans-serif" if family in ("sans", "sans serif") else family


@lru_cache(256)
def _face_css(face: compat.FontFace) -> str:
    """What CSS says of a face, but for its size."""
    entry = font_manager.ttfFontProperty(open_face(face))
    declarations = {"font-family": repr(entry.name)}
    if entry.style != "normal":
        declarations["font-style"] = entry.style
    if entry.variant != "normal":
        declarations["font-variant"] = entry.variant
    if entry.weight != 400:
        declarations["font-weight"] = str(entry.weight)
    if entry.stretch != "normal":
        declarations["font-stretch"] = str(entry.stretch)
    return "; ".join(f"{key}: {value}" for key, value in declarations.items())


def _fonts(document: _core.Document) -> list[tuple[str, str, bytes, dict[int, str]]]:
    """The fonts that a document's text needs; none for faces that browsers cannot read."""
    from drypoint.adapter.web_fonts import web_font

    fonts = []
    for key, plain, formulas in document.texts():
        font = web_font(face_of_key(key), plain, formulas)
        if font is not None:
            fonts.append((key, options.svg_id_prefix + font.family, *font[1:]))
    return fonts


_AS_PATH = DocumentText(_LAYOUT_SIZE_PT)
_AS_TEXT = DocumentText(_LAYOUT_SIZE_PT, _css, _face_css)


def _no_face_css(face: compat.FontFace) -> str:
    return "font-family: sans-serif"


_EMBEDDED = DocumentText(_LAYOUT_SIZE_PT, partial(_css, families="sans-serif"), _no_face_css)

# --- the canvas ---------------------------------------------------------------------------------


class FigureCanvasDrypointSvg(DocumentCanvas):
    """A canvas that saves SVG."""

    filetypes = {"svg": "Scalable Vector Graphics", "svgz": "Scalable Vector Graphics"}  # noqa: RUF012 # as in the base

    @print_method
    def print_svg(
        self,
        filename: Target,
        *,
        metadata: Mapping[str, Any] | None = None,
        bbox_inches_restore: Any = None,
    ) -> None:
        """Save as SVG.

        Parameters
        ----------
        filename : str, path-like or file object
            Where to.
        metadata : dict, optional
            See `svg_metadata`; also "Alt", what the picture shows, for those who cannot see it: see `AltTexts.of`.
        bbox_inches_restore : object
            From `print_figure`.
        """
        name = os.fsdecode(filename) if is_path(filename) else getattr(filename, "name", None)
        folder, stem = os.path.split(name if isinstance(name, str) else "")
        inline = mpl.rcParams["svg.image_inline"]
        text, files = self._svg(metadata, bbox_inches_restore, None if inline else stem)
        if files and not stem:
            raise ValueError(
                "Cannot save image data to filesystem when writing SVG to an in-memory buffer"
            )
        for file, content in files:
            _log.info("Writing image file for inclusion: %s", file)
            write(os.path.join(folder, file), content)
        write_text(filename, text)

    @print_method
    def print_svgz(
        self,
        filename: Target,
        *,
        metadata: Mapping[str, Any] | None = None,
        bbox_inches_restore: Any = None,
    ) -> None:
        """Save as compressed SVG; parameters as for `print_svg`."""
        text, _ = self._svg(metadata, bbox_inches_restore, None)
        write(filename, gzip.compress(text, mtime=0))

    def _svg(
        self, metadata: Mapping[str, Any] | None, bbox_inches_restore: Any, stem: str | None
    ) -> tuple[bytes, list[tuple[str, bytes]]]:
        """The document and the files beside it."""
        metadata = metadata_entries(metadata)
        alt = AltTexts.of(self.figure, metadata.pop("Alt", None))
        entries = svg_metadata(metadata)
        image_dpi = self.figure.dpi
        embeds = options.svg_embed_fonts
        as_path = not embeds and mpl.rcParams["svg.fonttype"] == "path"
        text = _EMBEDDED if embeds else _AS_PATH if as_path else _AS_TEXT
        document = self._record(
            text,
            bbox_inches_restore,
            flipy=True,
            composites_images=bool(mpl.rcParams["image.composite_image"]),
            alt_texts=alt.of_artists,
        )
        return document.write_svg(
            id=mpl.rcParams["svg.id"],
            salt=mpl.rcParams["svg.hashsalt"] or "",
            prefix=options.svg_id_prefix,
            text_as_path=as_path,
            fonts=_fonts(document) if embeds else [],
            title=metadata.get("Title"),
            alt=alt.of_page,
            metadata=entries,
            image_files=stem,
            # Triangles with shades are drawn as pixels; never coarser than a screen.
            resolution=max(image_dpi, 144) / POINTS_PER_INCH,
        )
