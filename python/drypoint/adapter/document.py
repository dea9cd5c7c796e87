"""What the canvases that save documents share: recording a figure, files of several pages."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

from drypoint.adapter import compat
from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.surfaces import Mixed, Output

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from drypoint import _core
    from drypoint.adapter.surfaces import TextStrategy


__all__ = ["POINTS_PER_INCH", "DocumentCanvas", "Pages", "metadata_entries", "text_entry"]

POINTS_PER_INCH = 72
"""The unit of documents."""

# What writes formats, none of which is left to Matplotlib's own backends.
_BACKENDS = {
    **dict.fromkeys(FigureCanvasDrypoint.filetypes, "module://drypoint.backends.agg"),
    **FigureCanvasDrypoint.document_backends,
}


def metadata_entries(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was given as the metadata of a file.

    Raises
    ------
    TypeError
        If it has no keys, or others than names.
    """
    if not isinstance(metadata, Mapping | None):
        raise TypeError(f"metadata must be a dict, as {{'Title': 'A figure'}}, not {metadata!r}")
    entries = dict(metadata or {})
    for key in entries:
        if not isinstance(key, str):
            raise TypeError(f"metadata must have names that are str, as 'Title', not {key!r}")
    return entries


def text_entry(entries: Mapping[str, Any], key: str) -> str | None:
    """An entry of the metadata that is a text, or None.

    Raises
    ------
    TypeError
        If it is anything else.
    """
    value = entries.get(key)
    if not isinstance(value, str | None):
        raise TypeError(f"Invalid type for {key} metadata. Expected str, not {type(value)}.")
    return value


def _has_single_images(figure: Figure) -> bool:
    """Whether an image of a figure or its axes must not be joined with others.

    If it has an alpha for all of it, Matplotlib applies that once more when it joins them; and it forgets addresses.
    """
    parents: list[Any] = [figure]
    while parents:
        parent = parents.pop()
        for image in parent.images:
            alpha = image.get_alpha()
            if image.get_url() is not None or (isinstance(alpha, Real) and alpha != 1):
                return True
        parents += (
            parent.child_axes if isinstance(parent, Axes) else [*parent.axes, *parent.subfigs]
        )
    return False


class DocumentCanvas(FigureCanvasBase):
    """A canvas that saves documents; the first of its file types is the default."""

    fixed_dpi = POINTS_PER_INCH

    #: Backends that write what the canvas does not write itself, by format.
    document_backends: Mapping[str, str] = _BACKENDS

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.document_backends = {
            format: backend
            for format, backend in _BACKENDS.items()
            if not hasattr(cls, f"print_{format}")
        }

    print_figure = FigureCanvasDrypoint.print_figure

    def _record(
        self,
        text: TextStrategy,
        bbox_inches_restore: Any,
        *,
        flipy: bool,
        composites_images: bool,
        alt_texts: Mapping[str, str] | None = None,
        units_per_inch: float = POINTS_PER_INCH,
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
            Whether neighbouring images may be joined, if all of them can be.
        alt_texts : mapping of str to str, optional
            What artists show, for those who cannot see it, by gid.
        units_per_inch : float
            What is a pixel to artists.

        Notes
        -----
        The dpi of the figure, which is that of its images, is *units_per_inch* afterwards, as with Matplotlib's
        backends.
        """
        figure = self.figure
        image_dpi = figure.dpi
        output = Output(
            text,
            is_document=True,
            flipy=flipy,
            image_magnification=image_dpi / units_per_inch,
            scales_images=True,
            composites_images=composites_images and not _has_single_images(figure),
            units_per_inch=units_per_inch,
            alt_texts=alt_texts or {},
        )
        figure.dpi = units_per_inch
        width, height = figure.get_size_inches() * units_per_inch
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


class Pages:
    """A file of several pages, one figure each, in its place when it is closed.

    Derived classes have `close` and `_discard`, and their canvas takes one of them in the place of a file.
    """

    #: Format of the pages, and the module of the backend that draws them.
    _format: str
    _backend: str

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._discard()

    def close(self) -> None:
        """Put the file in its place."""
        raise NotImplementedError

    def _discard(self) -> None:
        """Leave what was there before."""
        raise NotImplementedError

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
        target: Any = self  # it comes back to the canvas
        figure.savefig(target, format=self._format, backend=self._backend, **keywords)
