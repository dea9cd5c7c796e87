"""Renderers that queue big ops too, for windows."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from matplotlib.figure import Figure

from drypoint import _core
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


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_started_is_finished_beside(threads: int) -> None:
    _core.set_threads(threads)
    try:
        figure = heavy()
        canvas = FigureCanvas(figure)
        core = canvas.get_renderer()._core
        assert core.is_finished
        core.set_defers(True)
        figure.draw(canvas.get_renderer())
        core.set_defers(False)
        core.start()
        end_s = time.monotonic() + 60
        while not core.is_finished and time.monotonic() < end_s:
            time.sleep(0.001)
        assert core.is_finished
        started = np.array(canvas.buffer_rgba())
        canvas.draw()
        np.testing.assert_array_equal(started, np.asarray(canvas.buffer_rgba()))
    finally:
        _core.set_threads(0)


def test_it_is_known_who_looks() -> None:
    core = FigureCanvas(Figure()).get_renderer()._core
    assert not core.has_views
    view = memoryview(core)
    assert core.has_views
    view.release()
    assert not core.has_views


def test_a_program_may_end_while_something_is_drawn() -> None:
    code = """
import numpy as np
from matplotlib.figure import Figure
from drypoint.backends.agg import FigureCanvas
figure = Figure()
figure.add_subplot().plot(np.random.default_rng(1).random(400_000))
renderer = FigureCanvas(figure).get_renderer()
renderer._core.set_defers(True)
figure.draw(renderer)
renderer._core.start()
print("end")
"""
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "DRYPOINT_THREADS": threads},
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")
