"""The floor of the benchmarks: a backend that draws nothing.

What a save costs here is Matplotlib's own work: the walk over the artists, layout, ticks, and
the scaling of images. The drawing methods do nothing, nothing is written, and the extents of a
text, which are Agg's, are asked for once and remembered, so that every figure has the layout that
it has with Agg. A backend can only be faster by sparing Matplotlib work: drypoint tells it the
heights of fonts, which the floor, like Agg, leaves to Matplotlib.
"""

from typing import Any

from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase, RendererBase
from matplotlib.font_manager import FontProperties

from drypoint.adapter.renderer import Renderer

_extents: dict[tuple[Any, ...], tuple[float, float, float]] = {}


class NullRenderer(RendererBase):
    """A renderer with Agg's measures (pixels, dpi) and no drawing."""

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width = width
        self.height = height
        self.dpi = dpi
        self._measuring: Renderer | None = None

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Width and height in pixels."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """Lengths in points as pixels."""
        return points * self.dpi / 72

    def option_image_nocomposite(self) -> bool:
        """Images are drawn one by one, as with Agg."""
        return True

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Width, height and descent in pixels, as Agg gives them, remembered for ever."""
        key = (s, prop, ismath, self.dpi)
        extents = _extents.get(key)
        if extents is None:
            if self._measuring is None:
                self._measuring = Renderer(1, 1, self.dpi)
            extents = self._measuring.get_text_width_height_descent(s, prop, ismath)
            _extents[(s, prop.copy(), ismath, self.dpi)] = extents
        return extents

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        """Do nothing."""

    def draw_markers(
        self,
        gc: Any,
        marker_path: Any,
        marker_trans: Any,
        path: Any,
        trans: Any,
        rgbFace: Any = None,
    ) -> None:
        """Do nothing."""

    def draw_path_collection(self, *args: Any, hatchcolors: Any = None) -> None:
        """Do nothing."""

    def draw_quad_mesh(self, *args: Any) -> None:
        """Do nothing."""

    def draw_gouraud_triangles(self, *args: Any) -> None:
        """Do nothing."""

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Do nothing."""

    def draw_text(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""

    def draw_tex(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""


class FigureCanvas(FigureCanvasBase):
    """A canvas whose PNG files are empty."""

    renderer_class = NullRenderer
    filetypes = {"png": "Nothing", "rgba": "Nothing"}  # noqa: RUF012 (Matplotlib declares it so)

    def get_renderer(self) -> NullRenderer:
        """Give the renderer of the present size and dpi, kept between draws as Agg's is."""
        key = (*self.figure.bbox.size, self.figure.dpi)
        if getattr(self, "_key", None) != key:
            self._renderer = self.renderer_class(*key)
            self._key = key
        return self._renderer

    def draw(self) -> None:
        """Walk over the artists."""
        self.figure.draw(self.get_renderer())
        super().draw()

    def print_png(self, filename_or_obj: Any, **kwargs: Any) -> None:
        """Draw, and write nothing."""
        self.draw()

    print_rgba = print_png

    def copy_from_bbox(self, bbox: Any) -> None:
        """Do nothing."""

    def restore_region(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing."""


FigureManager = FigureManagerBase
