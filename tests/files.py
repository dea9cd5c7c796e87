"""What figures become as files."""

import io
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure


def saved(
    figure: Figure,
    format: str | None = "png",
    canvas: type[FigureCanvasBase] | None = None,
    **keywords: Any,
) -> bytes:
    """The file of a figure, by a canvas of this class if one is named, else by its own; None is the default format."""
    if canvas is not None:
        canvas(figure)
    file = io.BytesIO()
    figure.savefig(file, format=format, **keywords)
    return file.getvalue()
