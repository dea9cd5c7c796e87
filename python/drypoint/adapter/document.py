"""What the canvases that save documents share: recording a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.backend_bases import FigureCanvasBase

from drypoint.adapter.output import Mixed, Output
from drypoint.adapter.renderer import Renderer

if TYPE_CHECKING:
    from drypoint import _core
    from drypoint.adapter.output import TextStrategy


__all__ = ["POINTS_PER_INCH", "DocumentCanvas"]

POINTS_PER_INCH = 72
"""The unit of documents."""


class DocumentCanvas(FigureCanvasBase):
    """A canvas that saves documents; the first of its file types is the default."""

    fixed_dpi = POINTS_PER_INCH

    def _record(
        self,
        text: TextStrategy,
        bbox_inches_restore: Any,
        *,
        flipy: bool,
        composites_images: bool,
    ) -> _core.Document:
        """What the figure draws.

        Parameters
        ----------
        text : TextStrategy
            How text is measured and recorded.
        bbox_inches_restore : object
            What `print_figure` gives when only a part of the figure is saved.
        flipy : bool
            Whether y of text counts from the top.
        composites_images : bool
            Whether neighbouring images may be joined.

        Notes
        -----
        The dpi of the figure, which is that of its images, is 72 afterwards, as with Matplotlib's backends.
        """
        figure = self.figure
        image_dpi = figure.dpi
        output = Output(
            text,
            is_document=True,
            flipy=flipy,
            image_magnification=image_dpi / POINTS_PER_INCH,
            scales_images=True,
            composites_images=composites_images,
        )
        figure.dpi = POINTS_PER_INCH
        width, height = figure.get_size_inches() * POINTS_PER_INCH
        mixed = Mixed(figure, image_dpi)
        renderer = Renderer(width, height, image_dpi, output, mixed, bbox_inches_restore)
        figure.draw(renderer)
        return renderer.document

    @classmethod
    def get_default_filetype(cls) -> str:
        """What is saved when nothing else is said."""
        return next(iter(cls.filetypes))

    def draw(self) -> None:
        """Walk the artists, for what that changes in them."""
        self.figure.draw_without_rendering()
        super().draw()
