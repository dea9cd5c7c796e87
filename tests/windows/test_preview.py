"""Pictures that are moved and scaled until there is a better one."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from drypoint.adapter.preview import box_px, move_part, moved_axes, views_of
from drypoint.adapter.window import premultiplied_argb
from drypoint.backends.agg import FigureCanvas


def drawn(figure: Figure) -> np.ndarray:
    canvas = FigureCanvas(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())


def squares() -> Figure:
    """Axes at whole pixels, with an image whose cells are 30 px large and nothing beside."""
    figure = Figure(figsize=(3, 3), dpi=100)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.imshow(np.arange(100).reshape(10, 10) % 7, extent=(0, 10, 0, 10), interpolation="nearest")
    ax.set_axis_off()
    return figure


@pytest.mark.parametrize(
    ("xlim", "ylim"),
    [((1, 11), (0, 10)), ((-2, 8), (1, 11)), ((0, 5), (0, 5)), ((-5, 15), (0, 20))],
)
def test_what_moves_is_where_it_will_be(
    xlim: tuple[float, float], ylim: tuple[float, float]
) -> None:
    figure = squares()
    source, before = drawn(figure), views_of(figure)
    figure.axes[0].set(xlim=xlim, ylim=ylim)
    ((old, new),) = moved_axes(before, views_of(figure))
    target = source.copy()
    move_part(target, source, old, new)
    inside = (slice(1, -1), slice(1, -1))
    expected = drawn(figure)
    # What was outside of the frame is not known, nor its outermost pixels.
    different = (target != expected)[inside].any(axis=2).mean()
    assert different < 0.02
    np.testing.assert_array_equal(target[0], source[0])


def test_nothing_has_moved() -> None:
    figure = squares()
    before = views_of(figure)
    assert moved_axes(before, views_of(figure)) == []
    figure.axes[0].set_position((0, 0, 0.5, 1))
    figure.axes[0].set_xlim(0, 5)
    assert moved_axes(before, views_of(figure)) == []


def test_logarithmic_axes_move_evenly() -> None:
    figure = Figure()
    ax = figure.add_subplot(xscale="log", xlim=(1, 100))
    before = views_of(figure)
    ax.set_xlim(10, 1000)
    ((old, new),) = moved_axes(before, views_of(figure))
    shift = new.corners[0] - old.corners[0]
    assert shift == pytest.approx(-ax.bbox.width / 2)
    assert new.corners[2] - old.corners[2] == pytest.approx(shift)


def test_round_axes_stay() -> None:
    figure = Figure()
    figure.add_subplot(projection="polar")
    assert views_of(figure) == {}


def test_boxes_are_cut_at_the_edges() -> None:
    assert box_px(Bbox.from_extents(1.2, 2.5, 3.9, 4.1), 10, 10) == (1, 5, 4, 8)
    assert box_px(Bbox.from_extents(-5, -5, 50, 50), 10, 20) == (0, 0, 10, 20)
    left, top, right, bottom = box_px(Bbox.from_extents(20, 20, 30, 30), 10, 10)
    assert (right - left) * (bottom - top) == 0


def test_pixels_for_cairo() -> None:
    pixels = np.array([[[255, 128, 0, 255], [255, 128, 0, 128], [9, 9, 9, 0]]], np.uint8)
    assert premultiplied_argb(pixels, opaque=False).tolist() == [[0xFFFF8000, 0x80804000, 0]]
    assert premultiplied_argb(pixels, opaque=True)[0, 1] == 0xFFFF8000
