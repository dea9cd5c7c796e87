"""The floor of saves as PDF, SVG and EPS: the figure is drawn at 72 dpi by nobody, nothing is written."""

from typing import Any

from drypoint.cli import null_backend


class FigureCanvas(null_backend.FigureCanvas):
    """A canvas whose documents are empty."""

    filetypes = dict.fromkeys(("pdf", "svg", "eps"), "Nothing")
    fixed_dpi = 72

    def print_pdf(self, filename_or_obj: Any, **kwargs: Any) -> None:
        """Draw, and write nothing."""
        self.figure.dpi = 72
        self.draw()

    print_svg = print_eps = print_pdf
