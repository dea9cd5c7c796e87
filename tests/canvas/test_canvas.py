"""The canvas: what programs call on Agg's, with the same pixels, bytes and errors."""

import copy
import gc
import os
import pickle
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageSequence

from drypoint.adapter.renderer import Renderer
from drypoint.backends.agg import FigureCanvas
from tests.canvas.figures import (
    FORMATS,
    draw_something,
    figure,
    fresh_pyplot,
    pixels,
)
from tests.files import saved

# --- the picture


def test_draw_and_look_at_the_pixels() -> None:
    ours, theirs = figure().canvas, figure(FigureCanvasAgg).canvas
    ours.draw()
    theirs.draw()
    view = ours.buffer_rgba()
    assert isinstance(view, memoryview)
    assert (view.shape, view.format) == ((200, 300, 4), "B")
    np.testing.assert_array_equal(np.asarray(view), np.asarray(theirs.buffer_rgba()))
    assert ours.tostring_argb() == theirs.tostring_argb()
    rgb = np.asarray(theirs.buffer_rgba())[..., :3].tobytes()
    assert ours.tostring_rgb() == rgb
    assert ours.print_to_buffer() == theirs.print_to_buffer()


def test_the_view_is_the_picture() -> None:
    canvas = figure().canvas
    canvas.draw()
    view = np.asarray(canvas.buffer_rgba())
    view[5, 7] = 1, 2, 3, 4
    assert np.asarray(canvas.buffer_rgba())[5, 7].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("look", ["buffer_rgba", "tostring_argb", "tostring_rgb"])
def test_there_is_no_picture_before_it_is_drawn(look: str) -> None:
    canvas = figure().canvas
    assert not hasattr(canvas, "renderer")
    with pytest.raises(AttributeError, match=r"call canvas\.draw"):
        getattr(canvas, look)()


def test_the_renderer_lasts_as_long_as_size_and_dpi() -> None:
    made = figure()
    canvas = made.canvas
    renderer = canvas.get_renderer()
    assert isinstance(renderer, Renderer)
    assert (renderer.width, renderer.height, renderer.dpi) == (300, 200, 100)
    canvas.draw()
    assert canvas.renderer is canvas.get_renderer() is renderer
    made.set_size_inches(4, 2)
    assert canvas.get_renderer() is not renderer
    assert canvas.renderer.width == 400
    made.dpi = 50
    canvas.draw()
    assert np.asarray(canvas.buffer_rgba()).shape == (100, 200, 4)


def test_a_canvas_whose_key_is_emptied_gets_a_new_renderer() -> None:
    canvas = figure().canvas
    renderer = canvas.get_renderer()
    canvas._lastKey = None  # as programs do
    new = canvas.get_renderer()
    assert new is not renderer
    assert canvas.get_renderer() is canvas.renderer is new


def test_a_figure_that_comes_back_to_its_size_keeps_its_renderer() -> None:
    made = figure()
    renderer = made.canvas.get_renderer()
    made.dpi = 50
    made.dpi = 100
    made.set_size_inches(*made.get_size_inches())
    assert made.canvas.get_renderer() is renderer


def test_sizes_are_cut_to_whole_pixels_with_a_tolerance() -> None:
    # 3.3 * 200 is 659.9999999999999 in doubles.
    made = Figure(figsize=(3.3, 1.999), dpi=200)
    FigureCanvas(made).draw()
    assert made.canvas.buffer_rgba().shape == (399, 660, 4)


def test_high_dpi_screens_draw_physical_pixels() -> None:
    made = figure()
    assert made.canvas._set_device_pixel_ratio(2)
    made.canvas.draw()
    assert made.canvas.buffer_rgba().shape == (400, 600, 4)
    assert pixels(saved(made)).shape == (200, 300, 4)


def test_drawing_tells_who_listens() -> None:
    made = figure()
    seen = []
    made.canvas.mpl_connect("draw_event", lambda event: seen.append(event.renderer))
    made.canvas.draw()
    made.canvas.draw_idle()
    assert seen == [made.canvas.renderer] * 2


def test_drawing_asks_the_next_class() -> None:
    class Toolkit(FigureCanvasBase):
        drawn = 0

        def draw(self) -> None:  # type: ignore[override]
            self.drawn += 1
            super().draw()

    class Canvas(FigureCanvas, Toolkit):
        pass

    made = figure(Canvas)
    made.canvas.draw()
    assert made.canvas.drawn == 1
    # A picture for a file is none of the window's business.
    saved(made)
    assert made.canvas.drawn == 1


def test_the_toolbar_shows_that_one_must_wait() -> None:
    states = []

    class Toolbar:
        @contextmanager
        def _wait_cursor_for_draw_cm(self) -> Iterator[None]:
            states.append("wait")
            yield
            states.append("ready")

    made = figure()
    made.canvas.toolbar = Toolbar()
    made.canvas.mpl_connect("draw_event", lambda event: states.append("drawn"))
    made.canvas.draw()
    assert states == ["wait", "drawn", "ready"]


def test_regions_come_back() -> None:
    made = figure()
    canvas, ax = made.canvas, made.axes[0]
    assert canvas.supports_blit
    canvas.draw()
    before = np.asarray(canvas.buffer_rgba()).copy()
    region = canvas.copy_from_bbox(ax.bbox)
    ax.draw_artist(ax.text(1, 1, "moving", size=20))
    assert (np.asarray(canvas.buffer_rgba()) != before).any()
    canvas.restore_region(region)
    np.testing.assert_array_equal(np.asarray(canvas.buffer_rgba()), before)
    # Elsewhere, as Agg does it.
    theirs = figure(FigureCanvasAgg).canvas
    theirs.draw()
    for one in (canvas, theirs):
        one.restore_region(one.copy_from_bbox(ax.bbox), bbox=(60, 60, 120, 90), xy=(20, 30))
    np.testing.assert_array_equal(canvas.buffer_rgba(), theirs.buffer_rgba())


# --- sizes that cannot be


def sized(width: float, height: float) -> Figure:
    made = figure()
    made.bbox_inches.p1 = width, height
    return made


@pytest.mark.parametrize("format", [format for format in FORMATS if format not in ("raw", "rgba")])
@pytest.mark.parametrize("size", [(0, 0), (0, 2), (3, 0.001), (np.nan, 2)])
def test_a_figure_without_pixels_is_no_picture(size: tuple[float, float], format: str) -> None:
    with pytest.raises(ValueError, match=r"empty image: \d+ x \d+ pixels"):
        saved(sized(*size), format)


def test_a_figure_without_pixels_can_be_drawn_all_the_same() -> None:
    made = sized(0, 2)
    made.canvas.draw()
    assert made.canvas.buffer_rgba().nbytes == 0
    assert saved(made, "raw") == b""


@pytest.mark.parametrize(
    ("size", "error", "message"),
    [
        ((1e5, 0.01), ValueError, "10000000x1 pixels is too large"),
        ((0.01, 1e5), ValueError, "1x10000000 pixels is too large"),
        ((1e12, 1e12), ValueError, "is too large"),
        ((8e4, 8e4), MemoryError, "not enough memory"),
        ((3, np.inf), ValueError, "300.0 x inf pixels .* must be finite"),
    ],
)
def test_sizes_that_cannot_be(
    size: tuple[float, float], error: type[Exception], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")
    made = sized(*size)
    with pytest.raises(error, match=message):
        made.canvas.draw()
    with pytest.raises(error, match=message):
        made.canvas.print_png(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["picture.png"]
    # The canvas goes on.
    made.bbox_inches.p1 = 3, 2
    np.testing.assert_array_equal(pixels(saved(made)), pixels(saved(figure())))


# --- figures go elsewhere


def test_figures_can_be_pickled_and_copied() -> None:
    made = figure()
    expected = saved(made)
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        FigureCanvas(again)
        np.testing.assert_array_equal(pixels(saved(again)), pixels(expected))


def test_pyplot_figures_come_back_with_a_manager() -> None:
    with fresh_pyplot():
        made = draw_something(plt.figure(figsize=(3, 2)))
        made.canvas.draw()
        data = pickle.dumps(made)
        plt.close("all")
        again = pickle.loads(data)
        assert isinstance(again.canvas, FigureCanvas)
        assert again.number in plt.get_fignums()


def test_canvases_die_with_their_figures() -> None:
    made = figure()
    made.canvas.draw()
    saved(made)
    canvas, renderer = weakref.ref(made.canvas), weakref.ref(made.canvas.renderer)
    del made
    gc.collect()
    assert canvas() is None
    assert renderer() is None


def test_closing_gives_the_figure_a_plain_canvas() -> None:
    with fresh_pyplot():
        made = plt.figure()
        assert isinstance(made.canvas, FigureCanvas)
        plt.close(made)
        assert not isinstance(made.canvas, FigureCanvas)
        plt.figure(made)
        assert isinstance(made.canvas, FigureCanvas)


def test_figures_in_different_threads() -> None:
    def one(number: int) -> tuple[bytes, bytes]:
        made = Figure(figsize=(3, 2), dpi=50 + number)
        FigureCanvas(made)
        ax = made.add_subplot()
        x = np.linspace(0, 7, 5000)
        for shift in range(3):
            ax.plot(x, np.sin(x * number + shift), alpha=0.5, label=f"line {shift} of {number}")
        ax.set_title(f"Figure {number}")
        ax.legend()
        return saved(made), saved(made, "jpg", pil_kwargs={"quality": 90})

    alone = [one(number) for number in range(24)]
    before = dict(mpl.rcParams)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(one, range(24)))
    assert together == alone
    assert dict(mpl.rcParams) == before


def test_many_saves_leave_nothing_behind() -> None:
    def cycle() -> None:
        made = figure(figsize=(1, 1), dpi=20)
        saved(made)
        references.append(weakref.ref(made.canvas.renderer))

    references: list[weakref.ref[Any]] = []
    files = Path("/proc/self/fd")
    cycle()
    opened = len(os.listdir(files)) if files.exists() else 0
    threads = threading.active_count()
    for _ in range(50):
        cycle()
    gc.collect()
    assert [reference() for reference in references] == [None] * 51
    assert threading.active_count() == threads
    if files.exists():
        assert len(os.listdir(files)) == opened


def test_movies_are_made_of_pictures(tmp_path: Path) -> None:
    def frames(canvas: type[FigureCanvasBase], blit: bool) -> list[np.ndarray[Any, Any]]:
        made = figure(canvas)
        (line,) = made.axes[0].plot([0, 1])

        def step(number: int) -> list[Artist]:
            line.set_ydata([0, number])
            return [line]

        path = tmp_path / "movie.gif"
        FuncAnimation(made, step, frames=3, blit=blit).save(path, PillowWriter())
        with Image.open(path) as image:
            return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]

    for blit in (False, True):
        ours, theirs = frames(FigureCanvas, blit), frames(FigureCanvasAgg, blit)
        assert len(ours) == 3
        np.testing.assert_array_equal(ours, theirs)
