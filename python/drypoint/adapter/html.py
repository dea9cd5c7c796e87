"""``savefig("figure.html")``: one page with the picture and all that it needs, readable without a network.

The picture is SVG, which stays sharp however far one zooms, or, where that would be much larger, PNG of twice the
resolution. The page's script is drypoint's own and the only one that its content security policy lets run.
"""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np

from drypoint.adapter import compat
from drypoint.adapter.alt_text import AltTexts, alt_text
from drypoint.adapter.document import metadata_entries, text_entry
from drypoint.adapter.saving import Target, write_text
from drypoint.web import assets

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.backend_bases import FigureCanvasBase
    from matplotlib.figure import Figure

__all__ = ["save_html"]

# Without types.
_date_number: Any = mdates.date2num

# An SVG of the same figure may be so much larger than the PNG: it can be zoomed into.
_MAX_SVG_RATIO = 3.0
_MAX_SVG_BYTES_AT_LEAST = 100_000
# Pixels of the PNG per pixel of the page.
_PNG_SCALE = 2
# A scale that is neither linear nor logarithmic is said at so many places.
_SAMPLES = 129

_DATE_FORMATTERS = (
    mdates.AutoDateFormatter,
    mdates.ConciseDateFormatter,
    mdates.DateFormatter,
)


def save_html(
    target: Target,
    canvas: FigureCanvasBase,
    metadata: Mapping[str, Any] | None,
    orientation: str,
    bbox_inches_restore: Any,
) -> None:
    """Write the page; called while `print_figure` has the figure prepared, after it has been drawn.

    Parameters
    ----------
    target : str, path-like or file object
        Where to.
    canvas : FigureCanvasBase
        The figure's; saves PNG and SVG.
    metadata : dict or None
        "Title" of the page, "Alt" for the picture (see `AltTexts.of`); both have defaults.
    orientation : str
        As for `savefig`.
    bbox_inches_restore : object
        What `print_figure` gives when only a part of the figure is saved.

    Raises
    ------
    ValueError
        If there is other metadata.
    TypeError
        If the metadata is no dict, or the title no str.
    """
    texts = metadata_entries(metadata)
    title = text_entry(texts, "Title")
    texts.pop("Title", None)
    alt = AltTexts.of(canvas.figure, texts.pop("Alt", None))
    if texts:
        raise ValueError(f"Unknown metadata key(s) passed to HTML writer: {', '.join(texts)}")
    figure = canvas.figure
    dpi = figure.dpi
    axes = _axes(figure)
    width_in, height_in = figure.bbox_inches.size
    with compat.whole_figure(figure, bbox_inches_restore) as bbox_inches:

        def save(format: str, dpi: float) -> bytes:
            file = io.BytesIO()
            canvas.print_figure(
                file,
                dpi,
                # The figure has them on already.
                facecolor="auto",
                edgecolor="auto",
                orientation=orientation,
                format=format,
                bbox_inches=bbox_inches,
            )
            return file.getvalue()

        png, svg = save("png", dpi * _PNG_SCALE), save("svg", dpi)
    is_svg = len(svg) <= max(_MAX_SVG_RATIO * len(png), _MAX_SVG_BYTES_AT_LEAST)
    write_text(
        target,
        _page(
            title or figure.get_suptitle() or _first_title(figure) or "Figure",
            alt.of_page or alt_text(figure),
            ("svg", "image/svg+xml", svg) if is_svg else ("png", "image/png", png),
            (round(width_in * dpi), round(height_in * dpi)),
            axes,
        ).encode(),
    )


def _first_title(figure: Figure) -> str:
    return next(filter(None, (ax.get_title() for ax in figure.axes)), "")


# --- axes ---------------------------------------------------------------------------------------


def _axes(figure: Figure) -> list[dict[str, Any]]:
    """Where each axes is, in parts of the picture, y up, and what its directions say."""
    (left, bottom), (width, height) = figure.bbox.min, figure.bbox.size
    found = []
    for ax in figure.axes:
        if not ax.get_visible() or ax.name != "rectilinear":
            continue
        x0, y0, x1, y1 = ax.bbox.extents
        across = (x0 - left) / width, (x1 - left) / width
        up = (y0 - bottom) / height, (y1 - bottom) / height
        box = across[0], up[0], across[1], up[1]
        x, y = _scale(ax, ax.xaxis, "x"), _scale(ax, ax.yaxis, "y")
        found.append({"box": [round(float(part), 6) for part in box], "x": x, "y": y})
    return found


def _scale(ax: Axes, axis: Axis, name: str) -> dict[str, Any]:
    """What one direction says: see `Scale` in ``document.js``."""
    low, high = ax.get_xlim() if name == "x" else ax.get_ylim()
    transform = axis.get_transform()
    steps = 2 if axis.get_scale() in ("linear", "log") else _SAMPLES
    first, last = transform.transform(np.array([low, high], float))
    values: Any = transform.inverted().transform(np.linspace(float(first), float(last), steps))
    kind = "linear"
    if axis.get_scale() == "log":
        kind, values = "log", np.log10(values)
    elif isinstance(axis.get_major_formatter(), _DATE_FORMATTERS):
        # Days since Matplotlib's epoch, which can be set.
        days = values - _date_number(np.datetime64("1970-01-01"))
        kind, values = "date", days * 86_400_000
    return {"name": name, "kind": kind, "values": [float(f"{value:.12g}") for value in values]}


# --- the page -----------------------------------------------------------------------------------


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _page(
    title: str,
    alt: str,
    picture: tuple[str, str, bytes],
    size: tuple[int, int],
    axes: list[dict[str, Any]],
) -> str:
    extension, media_type, data = picture
    script, style = assets.read("document.js").decode(), assets.read("document.css").decode()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    address = f"data:{media_type};base64,{b64encode(data).decode()}"
    width, height = size
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style></head>
<body data-axes="{escape(json.dumps(axes))}">
<main tabindex="0" aria-label="Picture: drag to move it, turn the wheel to zoom">
<img width="{width}" height="{height}" alt="{escape(alt)}" draggable="false" src="{address}"></main>
<footer><button type="button" title="Show all of it (0)">Whole picture</button>
<a download="{escape(title)}.{extension}" href="{address}">Download {extension.upper()}</a>
<output aria-live="off"></output></footer>
<script>{script}</script>
</body></html>
"""
