"""What Agg and drypoint hand to their engines for the same text, in the same form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg

from drypoint.adapter import text

# A call: what kind, then numbers and arrays.
Call = tuple[Any, ...]


class AggCalls(RendererAgg):
    """Matplotlib's renderer, whose engine only notes what it is to draw."""

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self.calls: list[Call] = []
        self._renderer = _AggEngine(self.calls)


class _AggEngine:
    def __init__(self, calls: list[Call]) -> None:
        self.calls = calls

    def draw_text_image(self, image: Any, x: int, y: int, angle: float, gc: Any) -> None:
        clip = gc.get_clip_rectangle()
        extents = None if clip is None else tuple(clip.extents)
        self.calls.append(("image", np.array(image), x, y, angle, gc.get_rgb(), extents))

    def draw_path(self, gc: Any, path: Any, transform: Any, rgba: Any) -> None:
        self.calls.append(box_call(gc, path, transform, rgba))


def box_call(gc: Any, path: Any, transform: Any, rgba: Any) -> Call:
    style = gc.get_linewidth(), gc.get_snap(), gc.get_antialiased(), gc.get_clip_rectangle()
    matrix = np.asarray(transform.get_matrix())
    return ("box", np.array(path.vertices), np.array(path.codes), matrix, rgba, style)


class OurCalls(RendererBase):
    """A renderer that leaves text to `drypoint.adapter.text`."""

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi
        self.calls: list[Call] = []
        self.runs = 0
        self._core = self

    # The engine's part.

    def draw_glyphs(
        self, run: Any, x: float, y: float, height: float, rgba: Any, clip: Any
    ) -> None:
        self.runs += 1
        for left, top, coverage in run.bitmaps(x, y, height):
            bottom = int(height) - top + coverage.shape[0]
            self.calls.append(("image", coverage, left, bottom, 0, rgba, clip))

    def draw_text_image(
        self, image: Any, x: int, y: int, angle: float, rgba: Any, clip: Any
    ) -> None:
        self.calls.append(("image", np.array(image), x, y, angle, rgba, clip))

    # The renderer's part.

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        self.calls.append(box_call(gc, path, transform, rgbFace))

    def points_to_pixels(self, points: Any) -> Any:
        return points * self.dpi / 72

    def draw_text(self, *args: Any, **kwargs: Any) -> None:
        text.draw_text(self, *args, **kwargs)

    def draw_tex(self, *args: Any, **kwargs: Any) -> None:
        text.draw_tex(self, *args, **kwargs)

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        return text.text_extents(self, s, prop, ismath)


def same(ours: Iterable[Call], theirs: Iterable[Call]) -> bool:
    """Whether two lists of calls agree in every number."""
    ours, theirs = list(ours), list(theirs)
    return len(ours) == len(theirs) and all(
        len(a) == len(b) and all(map(_same_item, a, b)) for a, b in zip(ours, theirs, strict=True)
    )


def _same_item(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return np.array_equal(a, b)
    return bool(a == b)


def graphics_context(**properties: Any) -> GraphicsContextBase:
    gc = GraphicsContextBase()
    for name, value in properties.items():
        getattr(gc, f"set_{name}")(value)
    return gc


def assert_same(
    s: str,
    prop: Any,
    *,
    ismath: bool = False,
    tex: bool = False,
    x: float = 100.3,
    y: float = 200.7,
    angle: float = 0,
    size: tuple[float, float] = (640, 480),
    dpi: float = 100,
    gc: GraphicsContextBase | None = None,
    mtext: Any = None,
) -> OurCalls:
    """Draw and measure with both, ours from memory too, and compare everything."""
    gc = gc or graphics_context()
    agg = AggCalls(*size, dpi)
    kind = "TeX" if tex else ismath
    expected = agg.get_text_width_height_descent(s, prop, kind)

    def draw(renderer: Any) -> None:
        if tex:
            renderer.draw_tex(gc, x, y, s, prop, angle, mtext=mtext)
        else:
            renderer.draw_text(gc, x, y, s, prop, angle, ismath, mtext)

    draw(agg)
    for _ in range(2):
        ours = OurCalls(*size, dpi)
        assert ours.get_text_width_height_descent(s, prop, kind) == tuple(expected)
        draw(ours)
        assert same(ours.calls, agg.calls), (s, prop, angle, dpi, mpl.rcParams["text.hinting"])
    return ours
