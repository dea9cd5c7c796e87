"""The canvas of pixels: what Matplotlib, toolkits and users call on Agg's, drawn by the engine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.transforms import BboxBase

from drypoint.adapter import self_check
from drypoint.adapter.compat import is_registered_by_matplotlib, wait_cursor
from drypoint.adapter.formats import require_avif, save_pillow, save_png, save_raw
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.saving import Target, print_method

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FigureCanvasDrypoint"]

# Backends that write documents.
_DOCUMENT_BACKENDS = {
    "eps": "module://drypoint.backends.ps",
    "pdf": "module://drypoint.backends.pdf",
    "pgf": "module://drypoint.backends.pgf",
    "ps": "module://drypoint.backends.ps",
    "svg": "module://drypoint.backends.svg",
    "svgz": "module://drypoint.backends.svg",
}


_PAGE = "Web page with the picture in it"


def _format(filename: object, format: str | None, canvas: FigureCanvasBase) -> str:
    """The format asked for, by itself or as the extension of a name."""
    if format is None and isinstance(filename, str | os.PathLike):
        format = os.path.splitext(os.fspath(filename))[1][1:]
    return (format or canvas.get_default_filetype()).lower()


def _document_backend(
    filename: object, format: str | None, canvas: FigureCanvasBase, backends: Mapping[str, str]
) -> str | None:
    """Which backend of ours writes the format asked for; None for pixels and what others do."""
    format = _format(filename, format, canvas)
    backend = backends.get(format)
    if backend is None or not is_registered_by_matplotlib(format):
        return None
    if format == "pdf" and not _writes_pdf(filename):
        return None
    # Fonts without a file are Matplotlib's affair.
    if format in ("eps", "ps") and mpl.rcParams["ps.useafm"]:
        return None
    return backend


def _writes_pdf(target: object) -> bool:
    """Whether our PDF is meant: not a page of Matplotlib's own class, nor fonts without a file."""
    if mpl.rcParams["pdf.use14corefonts"]:
        from drypoint.adapter.pdf_standards import Standards  # pixels do without

        Standards.wanted().check_fonts()
        return False
    return not type(target).__module__.startswith("matplotlib.")


class FigureCanvasDrypoint(FigureCanvasBase):
    """A canvas whose picture is an array of pixels, the same as Agg's.

    Attributes
    ----------
    renderer : Renderer
        What has been drawn last, on the screen or for a file. There is none before that.
    """

    renderer: Renderer

    #: Backends that write documents, by format.
    document_backends: Mapping[str, str] = _DOCUMENT_BACKENDS

    # Size in pixels and dpi that `renderer` has been made for. The name is Agg's: a canvas of
    # Agg's that is taken over keeps its renderer, and programs empty it to be given a new one.
    _lastKey: tuple[int, int, float] | None = None
    # The corners of the figure for which that was found to hold.
    _known_points: NDArray[np.float64] | None = None
    _known_key: tuple[int, int, float] | None = None

    # --- drawing

    def get_renderer(self) -> Renderer:
        """The renderer for the present size and dpi of the figure; the same one while they last.

        Raises
        ------
        ValueError
            If the figure has no finite size in pixels, or one that is too large.
        """
        # A figure keeps these points until its size or its dpi changes: an animation asks twice for each frame.
        points = self.figure.bbox.get_points()
        if points is self._known_points and self._lastKey is self._known_key is not None:
            return self.renderer
        try:
            width, height = self.get_width_height(physical=True)
        except (OverflowError, ValueError):
            width_px, height_px = self.figure.bbox.max
            raise ValueError(
                f"the figure cannot be {width_px} x {height_px} pixels large: "
                "its size must be finite"
            ) from None
        key = width, height, self.figure.dpi
        if self._lastKey != key:
            self_check.check_once(FigureCanvasDrypoint)
            self.renderer = self._new_renderer(width, height, self.figure.dpi)
            self._lastKey = key
        self._known_points, self._known_key = points, self._lastKey
        return self.renderer

    def _new_renderer(self, width_px: int, height_px: int, dpi: float) -> Renderer:
        return Renderer(width_px, height_px, dpi)

    def draw(self) -> None:
        """Draw the figure; its pixels are finished on return."""
        self._draw_picture()
        # A toolkit's class may have something to do with the picture.
        super().draw()

    def _draw_picture(self, *, wait: bool = True) -> Renderer:
        """Draw, without telling a toolkit: what is drawn for a file is not to be shown.

        Who looks at the pixels next need not wait here: it would give up the interpreter lock twice, and take it
        from other threads that draw as often.
        """
        renderer = self.get_renderer()
        renderer.clear()
        with wait_cursor(self.toolbar):
            self.figure.draw(renderer)
            if wait:
                renderer.finish()
        return renderer

    def copy_from_bbox(self, bbox: BboxBase) -> Any:
        """The pixels inside a box, to be given to `restore_region`."""
        return self.get_renderer().copy_from_bbox(bbox)

    def restore_region(
        self,
        region: Any,
        bbox: BboxBase | tuple[float, float, float, float] | None = None,
        xy: tuple[float, float] | None = None,
    ) -> None:
        """Put pixels back that `copy_from_bbox` gave, or the part in `bbox`, or elsewhere."""
        self.get_renderer().restore_region(region, bbox, xy)

    # --- the picture

    def _renderer_of_picture(self) -> Renderer:
        try:
            return self.renderer
        except AttributeError:
            raise AttributeError(
                "the figure has no picture yet: call canvas.draw() first"
            ) from None

    def buffer_rgba(self) -> memoryview:
        """The pixels of the last picture.

        Returns
        -------
        (h, w, 4) memoryview of uint8
            Red, green, blue and straight alpha, top row first. Not a copy: later draws change
            it, and what is written into it is in the picture.

        Raises
        ------
        AttributeError
            If nothing has been drawn yet.
        """
        return self._renderer_of_picture().buffer_rgba()

    def tostring_argb(self) -> bytes:
        """A copy of the pixels of the last picture as alpha, red, green, blue."""
        return self._renderer_of_picture().tostring_argb()

    def tostring_rgb(self) -> bytes:
        """A copy of the pixels of the last picture as red, green, blue.

        Matplotlib dropped this method in its release 3.10; programs still call it.
        """
        return np.asarray(self.buffer_rgba())[..., :3].tobytes()

    def print_to_buffer(self) -> tuple[bytes, tuple[int, int]]:
        """Draw, then a copy of the pixels (RGBA) and (width, height)."""
        renderer = self._draw_picture()
        return bytes(renderer.buffer_rgba()), (int(renderer.width), int(renderer.height))

    # --- files

    def print_figure(
        self,
        filename: Any,
        dpi: Any = None,
        facecolor: Any = None,
        edgecolor: Any = None,
        orientation: str = "portrait",
        format: str | None = None,
        *,
        backend: str | None = None,
        **keywords: Any,
    ) -> Any:
        """Save the figure, as in `FigureCanvasBase`.

        Documents are written by the engine as well, unless a backend is named or the program has
        registered a canvas of its own for the format.
        """
        if backend is None:
            backend = _document_backend(filename, format, self, self.document_backends)
        return FigureCanvasBase.print_figure(
            self,
            filename,
            dpi,
            facecolor,
            edgecolor,
            orientation,
            format,
            backend=backend,
            **keywords,
        )

    @classmethod
    def get_supported_filetypes(cls) -> dict[str, str]:
        """What can be saved: extensions, and what they are called."""
        return {**cls.filetypes, "html": _PAGE}

    @classmethod
    def get_supported_filetypes_grouped(cls) -> dict[str, list[str]]:
        """What can be saved: what formats are called, and their extensions."""
        return {**super().get_supported_filetypes_grouped(), _PAGE: ["html"]}

    #
    # Usually called by way of `Figure.savefig`, which has set the figure's dpi. Each needs no more
    # than a file, and lets through what drawing raises: Matplotlib gets hold of a renderer for
    # its layout that way.

    @print_method
    def print_png(
        self,
        filename_or_obj: Target,
        *,
        metadata: Mapping[str | bytes, Any] | None = None,
        pil_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Save as PNG.

        Parameters
        ----------
        filename_or_obj : str, path-like or binary file object
            Where to.
        metadata : dict, optional
            Texts by key. Keys are latin-1 of less than 80 characters; some have a meaning, such as
            Title, Author, Description, Copyright, Creation Time, Software. Texts are str, or
            bytes in latin-1. Without a "Software", Matplotlib is named; None takes it out.
        pil_kwargs : dict, optional
            Keywords of `PIL.Image.Image.save`. With any of them Pillow writes the file, and
            "pnginfo" takes the place of the metadata.
        """
        save_png(filename_or_obj, self._draw_picture(wait=False), metadata, pil_kwargs)

    @print_method
    def print_raw(self, filename_or_obj: Target, *, metadata: None = None) -> None:
        """Save the pixels and nothing else: RGBA, top row first; there is no metadata."""
        if metadata is not None:
            raise ValueError("metadata not supported for raw/rgba")
        save_raw(filename_or_obj, self._draw_picture())

    print_rgba = print_raw

    @print_method
    def print_html(
        self,
        filename_or_obj: Target,
        *,
        metadata: Mapping[str, Any] | None = None,
        orientation: str = "portrait",
        bbox_inches_restore: Any = None,
    ) -> None:
        """Save as a page with the picture in it, to be read without a network.

        Parameters
        ----------
        filename_or_obj : str, path-like or file object
            Where to.
        metadata : dict, optional
            "Title" of the page, "Alt" for the picture; both have defaults.
        orientation, bbox_inches_restore
            From `print_figure`.

        Raises
        ------
        ValueError
            If there is other metadata.
        """
        from drypoint.adapter.html import save_html  # seldom needed

        # Before anything else, at the figure's dpi: Matplotlib takes the first draw's renderer to measure with.
        self._draw_picture()
        save_html(filename_or_obj, self, metadata, orientation, bbox_inches_restore)

    @print_method
    def print_gif(
        self,
        filename_or_obj: Target,
        *,
        metadata: None = None,
        pil_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Save as GIF, by Pillow with the keywords in *pil_kwargs*; there is no metadata."""
        save_pillow(filename_or_obj, self._draw_picture(), "gif", metadata, pil_kwargs)

    @print_method
    def print_jpg(
        self,
        filename_or_obj: Target,
        *,
        metadata: None = None,
        pil_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Save as JPEG, by Pillow with the keywords in *pil_kwargs*; there is no metadata.

        What is transparent is blended on white.
        """
        save_pillow(filename_or_obj, self._draw_picture(), "jpeg", metadata, pil_kwargs)

    print_jpeg = print_jpg

    @print_method
    def print_tif(
        self,
        filename_or_obj: Target,
        *,
        metadata: None = None,
        pil_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Save as TIFF, by Pillow with the keywords in *pil_kwargs*; there is no metadata."""
        save_pillow(filename_or_obj, self._draw_picture(), "tiff", metadata, pil_kwargs)

    print_tiff = print_tif

    @print_method
    def print_webp(
        self,
        filename_or_obj: Target,
        *,
        metadata: None = None,
        pil_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Save as WebP, by Pillow with the keywords in *pil_kwargs*; there is no metadata."""
        save_pillow(filename_or_obj, self._draw_picture(), "webp", metadata, pil_kwargs)

    @print_method
    def print_avif(
        self,
        filename_or_obj: Target,
        *,
        metadata: None = None,
        pil_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Save as AVIF, by Pillow with the keywords in *pil_kwargs*; there is no metadata."""
        require_avif()
        save_pillow(filename_or_obj, self._draw_picture(), "avif", metadata, pil_kwargs)
