"""The figures of `drypoint bench`: a few that everybody makes, a few that ask much."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

__all__ = ["FIGURES"]


def _random() -> np.random.Generator:
    return np.random.default_rng(20)


def _lines() -> Figure:
    figure = Figure()
    axes = figure.subplots()
    x = np.linspace(0, 10, 200)
    for shift in range(5):
        axes.plot(x, np.sin(x + shift), label=f"shift {shift}")
    axes.set(title="Lines", xlabel="x", ylabel="y")
    axes.grid()
    axes.legend()
    return figure


def _bars() -> Figure:
    figure = Figure()
    axes = figure.subplots()
    axes.bar([f"group {n}" for n in range(8)], _random().uniform(1, 9, 8), yerr=0.5, hatch="/")
    axes.set_title("Bars")
    return figure


def _subplots() -> Figure:
    figure = Figure(figsize=(9, 7))
    for axes in figure.subplots(3, 3).flat:
        axes.plot(_random().normal(size=50).cumsum())
        axes.set(title="walk", xlabel="step", ylabel="place")
    return figure


def _contours() -> Figure:
    figure = Figure()
    axes = figure.subplots()
    x, y = np.meshgrid(*[np.linspace(-3, 3, 120)] * 2)
    axes.clabel(axes.contour(x, y, np.sin(x) * np.cos(y), colors="k"))
    figure.colorbar(axes.contourf(x, y, np.sin(x) * np.cos(y), 20), ax=axes)
    return figure


def _image() -> Figure:
    figure = Figure()
    axes = figure.subplots()
    figure.colorbar(axes.imshow(_random().normal(size=(300, 300)).cumsum(axis=0)), ax=axes)
    return figure


def _text() -> Figure:
    figure = Figure()
    for row in range(20):
        figure.text(0.05, row / 20, f"Row {row}: all the words of a paragraph, $x_{{{row}}}^2$")
    return figure


def _line_of_a_million() -> Figure:
    figure = Figure()
    figure.subplots().plot(_random().normal(size=1_000_000))
    return figure


def _scatter_of_100000() -> Figure:
    figure = Figure()
    x, y = _random().normal(size=(2, 100_000))
    figure.subplots().scatter(x, y, s=np.abs(x) * 20, c=y, alpha=0.4)
    return figure


def _mesh_of_250000() -> Figure:
    figure = Figure()
    figure.subplots().pcolormesh(_random().normal(size=(500, 500)).cumsum(axis=0))
    return figure


def _large_canvas() -> Figure:
    figure = Figure(figsize=(20, 15), dpi=200)
    axes = figure.subplots()
    axes.fill_between(np.arange(500), _random().normal(size=500).cumsum(), alpha=0.5)
    return figure


#: By name, ordinary ones first.
FIGURES: dict[str, Callable[[], Figure]] = {
    "lines": _lines,
    "bars": _bars,
    "subplots-3x3": _subplots,
    "contours": _contours,
    "image": _image,
    "text": _text,
    "line-1m": _line_of_a_million,
    "scatter-100k": _scatter_of_100000,
    "mesh-250k": _mesh_of_250000,
    "canvas-4000x3000": _large_canvas,
}
