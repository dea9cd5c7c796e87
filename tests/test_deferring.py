"""Renderers that queue big ops too, for windows."""

import threading

import numpy as np
from matplotlib.figure import Figure

from drypoint.backends.agg import FigureCanvas


def heavy() -> Figure:
    rng = np.random.default_rng(1)
    figure = Figure(figsize=(3, 2))
    ax = figure.add_subplot()
    ax.plot(rng.random(80_000).cumsum(), rng.random(80_000))
    ax.pcolormesh(rng.random((90, 90)))
    return figure


def test_deferred_ops_make_the_same_picture() -> None:
    figure = heavy()
    canvas = FigureCanvas(figure)
    canvas.draw()
    expected = np.array(canvas.buffer_rgba())
    renderer = canvas.get_renderer()
    renderer._core.set_defers(True)
    renderer.clear()
    figure.draw(renderer)
    renderer._core.set_defers(False)
    player = threading.Thread(target=renderer._core.finish)
    player.start()
    player.join(60)
    np.testing.assert_array_equal(np.asarray(canvas.buffer_rgba()), expected)


def test_a_deferred_draw_is_forgotten_by_the_next() -> None:
    figure = heavy()
    canvas = FigureCanvas(figure)
    renderer = canvas.get_renderer()
    renderer._core.set_defers(True)
    for _ in range(5):
        renderer.clear()
        figure.draw(renderer)
    renderer._core.set_defers(False)
    deferred = np.array(canvas.buffer_rgba())
    canvas.draw()
    np.testing.assert_array_equal(deferred, np.asarray(canvas.buffer_rgba()))
