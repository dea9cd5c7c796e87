"""What the renderer draws on: outputs, parts of documents that are drawn as pixels, what filters are given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from matplotlib.backend_bases import RendererBase

from drypoint import _core
from drypoint.adapter import compat, text
from drypoint.adapter.graphics import StyleMaker
from drypoint.adapter.links import Links
from drypoint.record import Record

if TYPE_CHECKING:
    from typing import Protocol

    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text
    from numpy.typing import NDArray

    from drypoint.adapter.filters import Filter

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


__all__ = ["RASTER", "Mixed", "Output", "Surface", "Surfaces"]


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


class Surfaces(Links, RendererBase):
    """The part of the renderer that changes what is drawn on."""

    # What is drawn on now, with what `Links` has; as in `Surface`.
    _styles: StyleMaker
    width: float
    height: float
    dpi: float
    #: What was drawn on before, the outermost first.
    _surfaces_below: list[Surface]

    # As classes that take over these methods have them, without having been made here.
    _output: Output = RASTER
    _mixed: Mixed | None = None
    _bbox_inches_restore: Any = None
    #: How many of the filters under way draw a part of a document as pixels: the first or none.
    _filters_of_document = 0
    #: Rasterized groups that began where pixels were drawn anyway.
    _groups_on_pixels = 0

    def _new_core(self) -> _core.Renderer:
        if self._output.is_document:
            # It has the methods of the other that draw paths; the renderer sees to the others.
            return cast(
                _core.Renderer, _core.Document(self.width, self.height, self._output.units_per_inch)
            )
        return _core.Renderer(int(self.width), int(self.height), self.dpi)

    # Parts of documents that are drawn as pixels

    def start_rasterizing(self) -> None:
        """Draw pixels from now on, until `stop_rasterizing`, which places them in the document."""
        if not self._output.is_document or self._mixed is None:
            self._groups_on_pixels += 1
            return
        self._surfaces_below.append(self._surface())
        units = self._output.units_per_inch
        inches = self.width / units, self.height / units
        self._output = RASTER
        self.dpi = self._mixed.dpi
        self.width, self.height = inches[0] * self.dpi, inches[1] * self.dpi
        self._core, self._styles = self._new_core(), StyleMaker()
        self._areas = self._new_areas()
        self._adjust_figure(None)

    def stop_rasterizing(self) -> None:
        """Place what was drawn since `start_rasterizing`, cropped to what is not transparent."""
        if self._groups_on_pixels:
            self._groups_on_pixels -= 1
            return
        if self._output.is_document or not self._surfaces_below:
            return
        drawn, rows_of_canvas, dpi = np.asarray(self._core), int(self.height), self.dpi
        areas, self._areas = self._areas, None
        self._restore(self._surfaces_below.pop())
        self._adjust_figure(self._output.units_per_inch)
        from drypoint.adapter.filters import inked

        rows, columns = inked(drawn[..., 3])
        cropped = drawn[rows, columns]
        if not cropped.size:
            return
        unit = self._output.units_per_inch / dpi
        x, y = columns.start * unit, (rows_of_canvas - rows.stop) * unit
        height, width = cropped.shape[:2]
        affine = np.array([[width * unit, 0, x], [0, height * unit, y], [0, 0, 1]])
        style = self._styles.style(self.new_gc())
        self.document.draw_picture(style, affine, cropped[::-1], 1.0, False, None)
        if areas is not None:
            self._place_areas(areas, unit)

    def _surface(self) -> Surface:
        return Surface(self._core, self._styles, self._output, self.width, self.height, self.dpi)

    def _restore(self, surface: Surface) -> None:
        self._core, self._styles, self._output, self.width, self.height, self.dpi = surface

    def _adjust_figure(self, fixed_dpi: float | None) -> None:
        """Let the figure follow the dpi of what is drawn on."""
        if self._mixed is None:
            return
        figure = self._mixed.figure
        figure.dpi = self.dpi if fixed_dpi is None else fixed_dpi
        if self._bbox_inches_restore:
            self._bbox_inches_restore = compat.adjust_tight_bbox(
                figure, self._bbox_inches_restore, self, fixed_dpi
            )

    # Filters

    def start_filter(self) -> None:
        """Draw on an empty canvas from now on, until `stop_filter`."""
        if self._output.is_document:
            self.start_rasterizing()
            self._filters_of_document = 1
        elif self._filters_of_document:
            self._filters_of_document += 1
        self._surfaces_below.append(self._surface())
        self._core, self._styles = self._new_core(), StyleMaker()

    def stop_filter(self, filter_func: Filter) -> None:
        """Filter what was drawn since `start_filter`, and draw the result where that began."""
        drawn = np.asarray(self._core)
        self._restore(self._surfaces_below.pop())
        self._draw_filtered(drawn, filter_func)
        if self._filters_of_document:
            self._filters_of_document -= 1
            if not self._filters_of_document:
                self._groups_on_pixels = 0
                self.stop_rasterizing()

    def _draw_filtered(self, drawn: NDArray[np.uint8], filter_func: Filter) -> None:
        from drypoint.adapter.filters import filtered, inked

        rows, columns = inked(drawn[..., 3])
        cropped = drawn[rows, columns]
        if not cropped.size:
            return
        image, dx, dy = filtered(cropped, filter_func, self.dpi)
        x, y = columns.start + dx, int(self.height) - rows.stop + dy
        self._core.draw_image(self._styles.style(self.new_gc()), x, y, image[::-1])
