"""What differs between outputs, as values, what is drawn on and what leads to addresses: the renderer is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast

from drypoint.adapter import compat, text
from drypoint.record import Record

if TYPE_CHECKING:
    from typing import Protocol

    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

    from drypoint import _core
    from drypoint._core import Document
    from drypoint._core import Renderer as EngineRenderer
    from drypoint.adapter.graphics import StyleMaker
    from drypoint.adapter.link_areas import LinkAreas

    from .renderer import Renderer

    class TextStrategy(Protocol):
        """How an output measures and draws text; parameters as in `RendererBase`."""

        def draw_text(
            self,
            renderer: Renderer,
            gc: GraphicsContextBase,
            x: float,
            y: float,
            s: str,
            prop: FontProperties,
            angle: float,
            ismath: bool | Literal["TeX"] = False,
            mtext: Text | None = None,
        ) -> None:
            """Draw one line of text or mathtext."""

        def draw_tex(
            self,
            renderer: Renderer,
            gc: GraphicsContextBase,
            x: float,
            y: float,
            s: str,
            prop: FontProperties,
            angle: float,
            *,
            mtext: Text | None = None,
        ) -> None:
            """Draw a string set by LaTeX."""

        def text_extents(
            self, renderer: Renderer, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
        ) -> tuple[float, float, float]:
            """Width, height and descent of one line."""


class Output(Record):
    """The record of one output.

    Attributes
    ----------
    text : TextStrategy
        How text is measured and drawn.
    is_document : bool
        Whether a scene is recorded for a document, rather than pixels drawn.
    flipy : bool
        Whether y of text counts from the top.
    image_magnification : float
        Pixels of an image per unit.
    scales_images : bool
        Whether images may come unsampled, with an affine.
    composites_images : bool
        Whether neighbouring images may be joined.
    units_per_inch : float
        Of a document.
    alt_texts : Mapping of str to str
        What artists show, for those who cannot see it, by gid.
    """

    text: TextStrategy
    is_document: bool = False
    flipy: bool = True
    image_magnification: float = 1.0
    scales_images: bool = False
    composites_images: bool = False
    units_per_inch: float = 72.0
    alt_texts: Mapping[str, str] = MappingProxyType({})


RASTER = Output(text)
"""Pixels, the same as Agg's."""


class Surface(Record):
    """What is drawn on, and how."""

    core: _core.Renderer
    styles: StyleMaker
    output: Output
    width: float
    height: float
    dpi: float


class Mixed(Record):
    """What a document needs to draw a part of itself as pixels.

    Attributes
    ----------
    figure : Figure
        Whose dpi follows what is drawn on.
    dpi : float
        Pixels per inch.
    """

    figure: Figure
    dpi: float


class Links:
    """The part of the renderer that is about links; a document's, also for what it draws as pixels."""

    _output: Output
    _core: EngineRenderer

    #: The kind of artist whose group was opened last.
    _kind = ""
    #: What the pixels lead to that a part of a document is drawn as; None where none is.
    _areas: LinkAreas | None = None

    @property
    def document(self) -> Document:
        """What a document is recorded in."""
        return cast("Document", self._core)

    def _link(self, gc: GraphicsContextBase) -> bool:
        """Let what follows in a document lead to the address of *gc*, if it has one."""
        url = gc.get_url()
        if url is None:
            return False
        self.document.begin_link(str(url))
        return True

    def _link_markers(self, gc: GraphicsContextBase) -> bool:
        """Let markers lead to the address of *gc*, or of the collection that draws them."""
        if gc.get_url() is None and self._kind != "line2d":  # which tells its own
            gc.set_url(compat.drawing_artist()[1][0])
        return self._link(gc)

    def _link_items(self, urls: Sequence[Any] | None) -> bool:
        """Let the items of the collection that follows lead to their addresses, if they have any."""
        if urls is None or not any(urls):
            _, urls = compat.drawing_artist()
        if not any(urls):
            return False
        self.document.begin_item_links([url and str(url) for url in urls])
        return True

    def _areas_of_cells(self) -> LinkAreas | None:
        """What is to be told of the cells of a mesh, in documents and in parts of them."""
        return self._new_areas() if self._output.is_document else self._areas

    def _new_areas(self) -> LinkAreas:
        from drypoint.adapter.link_areas import LinkAreas

        return LinkAreas(self)  # type: ignore[arg-type]  # the renderer

    def _place_areas(self, areas: LinkAreas, unit: float = 1.0) -> None:
        """Let areas lead to their addresses, unless they are of pixels that are not in the document yet."""
        if areas is not self._areas:
            for url, area in areas.scaled(unit):
                self.document.draw_link_area(url, area)
