"""The canvas whose picture Cairo draws."""

from __future__ import annotations

from typing import Any

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.saving import Target

from .document import FigureCanvasDrypointCairoDocument
from .renderer import CairoRenderer

__all__ = ["FigureCanvasDrypointCairo"]

_DOCUMENTS = "module://drypoint.adapter.cairo.document"


class FigureCanvasDrypointCairo(FigureCanvasDrypoint):
    """A canvas whose pixels and documents are written by Cairo.

    A canvas of a toolkit's that has this one as its first base class shows Cairo's pixels.
    """

    document_backends = {  # noqa: RUF012 # as in the base
        **FigureCanvasDrypoint.document_backends,
        **dict.fromkeys(FigureCanvasDrypointCairoDocument.filetypes, _DOCUMENTS),
    }

    def _new_renderer(self, width_px: int, height_px: int, dpi: float) -> CairoRenderer:
        return CairoRenderer(self.figure, width_px, height_px, dpi)

    def _print_document(self, format: str, target: Target, keywords: dict[str, Any]) -> None:
        with_canvas = self.figure.canvas
        try:
            canvas = FigureCanvasDrypointCairoDocument(self.figure)
            getattr(canvas, f"print_{format}")(target, **keywords)
        finally:
            self.figure.set_canvas(with_canvas)

    def print_pdf(self, filename: Target, **keywords: Any) -> None:
        """Save as PDF; keywords as for `FigureCanvasDrypointCairoDocument`."""
        self._print_document("pdf", filename, keywords)

    def print_ps(self, filename: Target, **keywords: Any) -> None:
        """Save as PostScript; keywords as for `FigureCanvasDrypointCairoDocument`."""
        self._print_document("ps", filename, keywords)

    def print_eps(self, filename: Target, **keywords: Any) -> None:
        """Save as encapsulated PostScript; keywords as for `FigureCanvasDrypointCairoDocument`."""
        self._print_document("eps", filename, keywords)

    def print_svg(self, filename: Target, **keywords: Any) -> None:
        """Save as SVG; keywords as for `FigureCanvasDrypointCairoDocument`."""
        self._print_document("svg", filename, keywords)

    def print_svgz(self, filename: Target, **keywords: Any) -> None:
        """Save as compressed SVG; keywords as for `FigureCanvasDrypointCairoDocument`."""
        self._print_document("svgz", filename, keywords)
