"""Frames of a window that are walked while others are played; without a toolkit."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.window import WindowCanvas
from drypoint.backends.agg import FigureCanvas


class Timer:
    """One that runs when the test says so."""

    def __init__(self) -> None:
        self.callback: Any = None
        self.is_running = False

    def add_callback(self, callback: Any) -> None:
        self.callback = callback

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False


class Canvas(WindowCanvas, FigureCanvasDrypoint):
    """A window that nobody sees."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure)
        self.timers: list[Timer] = []
        self.requests = 0
        self.presented: list[np.ndarray] = []

    def new_timer(self, *arguments: Any, **keywords: Any) -> Any:
        self.timers.append(Timer())
        return self.timers[-1]

    def request_draw(self) -> None:
        self.requests += 1

    def present(self) -> None:
        pixels = self.shown_pixels()
        assert pixels is not None
        self.presented.append(pixels.copy())

    def look(self) -> bool:
        """Look once whether a frame is done, if the window would; whether it would again."""
        (timer,) = self.timers
        if timer.is_running:
            timer.callback()
        return timer.is_running

    def finish(self) -> None:
        while self.look():
            pass


class Plot:
    """A figure with much to draw in a window, which has been shown once."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self.figure = Figure(figsize=(3, 2))
        self.axes = self.figure.add_subplot()
        self.axes.plot(np.linspace(0, 10, 200_000), rng.random(200_000))
        self.canvas = Canvas(self.figure)
        self.canvas.draw()
        self.walks = 0
        self.canvas.mpl_connect("draw_event", self.on_draw)
        self.be_slow()

    def on_draw(self, event: Any) -> None:
        self.walks += 1

    def be_slow(self) -> None:
        """As if the last draw had taken long, nearly all of it for the artists: the next need not wait."""
        self.canvas._draw_s = self.canvas._walk_s = 1.0

    def draw(self, limit: float) -> bool:
        self.axes.set_xlim(0, limit)
        return self.canvas.draw_from_idle()

    def picture(self, limit: float) -> np.ndarray:
        """What a canvas without a window makes."""
        left, right = self.axes.get_xlim()
        self.axes.set_xlim(0, limit)
        canvas = FigureCanvas(self.figure)
        canvas.draw()
        self.figure.set_canvas(self.canvas)
        self.axes.set_xlim(left, right)
        return np.array(canvas.buffer_rgba())


@pytest.fixture
def plot() -> Plot:
    return Plot()


def test_one_is_walked_while_another_is_played(plot: Plot) -> None:
    canvas, pictures = plot.canvas, {limit: plot.picture(limit) for limit in (8, 6)}
    plot.walks = 0
    assert not plot.draw(8)
    plot.be_slow()
    assert not plot.draw(6)
    assert plot.walks == 2
    # Two are under way: the third has to wait.
    assert not plot.draw(4)
    assert plot.walks == 2
    # As it was: no preview is shown, however long that takes.
    plot.axes.set_xlim(0, 6)
    canvas.finish()
    # It is asked for again when there is room.
    assert canvas.requests >= 1
    np.testing.assert_array_equal(canvas.shown_pixels(), pictures[6])
    assert (canvas._background, canvas._next, canvas._instead) == (None, None, None)


def test_what_somebody_has_waited_for_is_shown_and_what_was_asked_for_is_drawn(plot: Plot) -> None:
    canvas, picture = plot.canvas, plot.picture(8)
    assert not plot.draw(8)
    plot.be_slow()
    plot.draw(6)
    canvas._drawn_again = True
    canvas.wait_for_picture()
    requests = canvas.requests
    assert not canvas.look()
    np.testing.assert_array_equal(canvas.presented[-1], plot.picture(6))
    assert canvas.requests == requests + 1
    assert not np.array_equal(canvas.presented[-1], picture)


def test_each_is_shown_when_it_is_whole(plot: Plot) -> None:
    canvas, pictures = plot.canvas, {limit: plot.picture(limit) for limit in (8, 6)}
    plot.draw(8)
    canvas.renderer.finish()
    first = canvas._background
    plot.be_slow()
    plot.draw(6)
    following = canvas._next
    assert first is not None
    assert following is not None
    assert first.core is not following.core
    if not following.core.is_finished:
        canvas.look()
        if canvas._whole is not None:
            np.testing.assert_array_equal(canvas._whole, pictures[8])
    canvas.finish()
    np.testing.assert_array_equal(canvas.presented[-1], pictures[6])


def test_there_are_no_more_than_two_canvases_of_pixels(plot: Plot) -> None:
    canvas = plot.canvas
    canvases = set()
    for limit in (9, 8, 7, 6, 5):
        plot.be_slow()
        plot.draw(limit)
        canvases |= {frame.core for frame in (canvas._background, canvas._next) if frame}
        if canvas._next is not None:
            canvas._next.core.finish()
            canvas._background.core.finish()
            # As if the one behind had not been ready yet.
            behind, canvas._next = canvas._next, None
            canvas._shown, canvas._background = canvas._background, behind
    canvas.finish()
    assert len(canvases) == 2
    np.testing.assert_array_equal(canvas.shown_pixels(), plot.picture(5))


def test_who_wants_pixels_has_those_of_the_last_walk(plot: Plot) -> None:
    plot.draw(8)
    plot.be_slow()
    plot.draw(6)
    np.testing.assert_array_equal(np.asarray(plot.canvas.buffer_rgba()), plot.picture(6))
    plot.canvas.wait_for_picture()
    np.testing.assert_array_equal(plot.canvas.shown_pixels(), plot.picture(6))
    plot.canvas.finish()


def test_a_view_of_the_pixels_sees_later_draws(plot: Plot) -> None:
    plot.draw(8)
    view = np.asarray(plot.canvas.buffer_rgba())
    plot.be_slow()
    # Nothing is drawn elsewhere then.
    assert plot.draw(6)
    np.testing.assert_array_equal(view, plot.picture(6))


def test_who_draws_while_walking_ends_what_is_under_way(plot: Plot) -> None:
    canvas = plot.canvas
    plot.draw(8)
    plot.be_slow()
    cid = canvas.mpl_connect("draw_event", lambda event: canvas.wait_for_picture())
    plot.draw(6)
    canvas.mpl_disconnect(cid)
    assert canvas._next is None
    canvas.finish()
    np.testing.assert_array_equal(canvas.shown_pixels(), plot.picture(6))


def test_another_size_ends_what_is_under_way(plot: Plot) -> None:
    plot.draw(8)
    plot.be_slow()
    plot.figure.set_size_inches(4, 2)
    assert plot.draw(6)
    assert plot.canvas._background is None
    np.testing.assert_array_equal(plot.canvas.shown_pixels(), plot.picture(6))


def test_saving_keeps_what_is_under_way(plot: Plot, tmp_path: Any) -> None:
    plot.draw(8)
    plot.be_slow()
    plot.draw(6)
    background = plot.canvas._background
    plot.figure.savefig(tmp_path / "figure.png", dpi=50)
    assert plot.canvas._background is background
    plot.canvas.finish()
    np.testing.assert_array_equal(plot.canvas.shown_pixels(), plot.picture(6))


def test_an_error_while_walking_is_told(plot: Plot) -> None:
    plot.draw(8)
    plot.be_slow()

    def fail(renderer: Any) -> None:
        raise ValueError("no")

    plot.axes.lines[0].draw = fail
    with pytest.raises(ValueError, match="no"):
        plot.draw(6)
    assert plot.canvas._background is None
    del plot.axes.lines[0].draw
    plot.canvas.draw()
    np.testing.assert_array_equal(plot.canvas.shown_pixels(), plot.picture(6))
