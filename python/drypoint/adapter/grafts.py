"""What Agg's own classes need beside the attributes of ours, when drypoint takes over.

The classes here are never instantiated: `drypoint.takeover` gives their attributes to Matplotlib's
``RendererAgg`` and ``FigureCanvasAgg``. So `self` is one of those, with the attributes of
`Renderer` or `FigureCanvasDrypoint`.

A renderer made before moves to the engine, with its picture, when it is first asked for something,
and back at the end: programs that hold one draw on.
"""

from __future__ import annotations

import sys
from typing import Any
from weakref import WeakSet

import numpy as np
from matplotlib.mathtext import MathTextParser

from drypoint import _core
from drypoint.adapter import compat
from drypoint.adapter.graphics import StyleMaker
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.surfaces import RASTER, Surface

__all__ = ["FigureCanvasAggGraft", "RendererAggGraft", "give_back_renderers", "surfaces_made"]

# Renderers that draw with the engine.
_renderers: WeakSet[Any] = WeakSet()
_surfaces_made = 0


def surfaces_made() -> int:
    """How many surfaces of the engine Agg's classes have asked for; a filter asks for one too."""
    return _surfaces_made


def give_back_renderers() -> None:
    """Let all renderers that draw with the engine draw with Agg again."""
    for renderer in list(_renderers):
        state = vars(renderer)
        if "_core" not in state:
            continue  # It could not be made, and somebody keeps the error.
        current = state.pop("_core")
        below = state.pop("_surfaces_below")
        state.pop("_styles")
        surfaces = [*(surface.core for surface in below), current]
        compat.give_agg_surfaces(renderer, [np.asarray(surface) for surface in surfaces])
    _renderers.clear()


class RendererAggGraft:
    """For ``RendererAgg``; the rest is from `Renderer` and its base."""

    def _new_core(self: Any) -> _core.Renderer:
        global _surfaces_made
        _surfaces_made += 1
        _renderers.add(self)
        return _core.Renderer(int(self.width), int(self.height), self.dpi)

    def __getattr__(self: Any, name: str) -> Any:
        # Only reached for what is not there.
        if name in ("_core", "_styles", "_surfaces_below"):
            pictures = compat.take_agg_surfaces(self)
            if pictures:
                surfaces = [self._new_core() for _ in pictures]
                for surface, picture in zip(surfaces, pictures, strict=True):
                    np.asarray(surface)[...] = picture
                self._surfaces_below = [
                    Surface(surface, StyleMaker(), RASTER, self.width, self.height, self.dpi)
                    for surface in surfaces[:-1]
                ]
                self._styles = StyleMaker()
                self._core = surfaces[-1]
                return vars(self)[name]
        elif name == "mathtext_parser":
            # Programs take it from Agg's; ours parses elsewhere.
            self.mathtext_parser = MathTextParser("path")
            return self.mathtext_parser
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _update_methods(self) -> None:
        """Nothing: our methods are those of the class."""


class FigureCanvasAggGraft:
    """For ``FigureCanvasAgg``; the rest is from `FigureCanvasDrypoint`."""

    def _new_renderer(self, width_px: int, height_px: int, dpi: float) -> Renderer:
        # Looked up each time, as Agg does: some programs put a class of theirs there.
        renderer: Renderer = sys.modules["matplotlib.backends.backend_agg"].RendererAgg(
            width_px, height_px, dpi
        )
        return renderer
