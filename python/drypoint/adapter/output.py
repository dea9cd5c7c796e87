"""What differs between outputs, as values, and what is drawn on: the renderer is the same for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from drypoint.adapter import text
from drypoint.record import Record

if TYPE_CHECKING:
    from typing import Protocol

    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

    from drypoint import _core
    from drypoint.adapter.graphics import StyleMaker

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
