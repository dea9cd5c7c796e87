"""What Agg refuses, takes minutes for or never ends: here it ends, with something sensible drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from drypoint.adapter.renderer import Renderer

WIDTH, HEIGHT = 200, 150
HERE = IdentityTransform()


def draw(call: Callable[[Any, Any], None], renderer_class: Any = Renderer) -> np.ndarray:
    renderer = renderer_class(WIDTH, HEIGHT, 100)
    gc = renderer.new_gc()
    gc.set_foreground((0, 0, 1, 1), isRGBA=True)
    call(renderer, gc)
    return np.asarray(renderer.buffer_rgba()).copy()


def ink(picture: np.ndarray) -> int:
    return int((picture[..., 3] > 0).sum())


def test_a_million_random_segments_are_drawn() -> None:
    vertices = np.random.default_rng(0).uniform(-20, 220, (1_000_000, 2))
    path = Path(vertices)
    path.should_simplify = False
    picture = draw(lambda renderer, gc: renderer.draw_path(gc, path, HERE))
    assert ink(picture) == WIDTH * HEIGHT


@pytest.mark.parametrize("face", [None, (1, 1, 0, 0.5)])
@pytest.mark.parametrize("reach", [1e4, 1e7, 1e9, 1e15, 1e100])
def test_dashes_far_outside_the_view_are_skipped(reach: float, face: Any) -> None:
    def line(renderer: Any, gc: Any) -> None:
        gc.set_dashes(0, [5, 3])
        gc.set_linewidth(2)
        renderer.draw_path(gc, Path([[-reach, 75], [reach, 75], [reach, 2 * reach]]), HERE, face)

    row = draw(line)[HEIGHT - 75]
    # Dashes are blue; gaps show what is below.
    dashed = (row[:, 3] > 200) & (row[:, 0] < 128)
    assert 0.4 < dashed.mean() < 0.8


def test_dashes_that_agg_walks_exactly_are_the_same() -> None:
    def line(renderer: Any, gc: Any) -> None:
        # 9 px a pattern at 72 points per inch and 100 dpi would not be exact; these lengths are.
        gc.set_dashes(0, [4 * 0.72, 4 * 0.72])
        gc.set_capstyle("butt")
        renderer.draw_path(gc, Path([[-65536, 75.5], [65536, 75.5]]), HERE, (1, 0, 0, 0.5))

    ours, agg = draw(line), draw(line, RendererAgg)
    np.testing.assert_array_equal(ours, agg)


@pytest.mark.parametrize("size", [1e5, 1e8, 1e300])
def test_huge_markers_cover_the_canvas(size: float) -> None:
    square = Path([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]], [1, 2, 2, 2, 79])
    picture = draw(
        lambda renderer, gc: renderer.draw_markers(
            gc,
            square,
            Affine2D().scale(size),
            Path([[50.0, 50.0], [60.0, 70.0]]),
            HERE,
            (0, 1, 0, 1),
        )
    )
    assert ink(picture) == WIDTH * HEIGHT


@pytest.mark.parametrize("width", [1e6, 1e10, 1e300, math.inf, math.nan, 5e-324, -3.0])
@pytest.mark.parametrize("cap", ["butt", "round", "projecting"])
def test_absurd_widths_end(width: float, cap: str) -> None:
    def line(renderer: Any, gc: Any) -> None:
        gc.set_linewidth(width)
        gc.set_capstyle(cap)
        gc.set_joinstyle("round")
        renderer.draw_path(gc, Path([[20, 20], [90, 60], [30, 120]]), HERE)

    assert draw(line).shape == (HEIGHT, WIDTH, 4)


@pytest.mark.parametrize(
    "dashes",
    [
        (0, [1e-300, 1e-300]),
        (1e300, [3, 1]),
        (-1e300, [3, 1]),
        (math.inf, [3, 1]),
        (0, [1e300, 1]),
        (0, [0, 5]),
    ],
)
def test_absurd_dashes_end(dashes: Any) -> None:
    def line(renderer: Any, gc: Any) -> None:
        gc.set_dashes(*dashes)
        renderer.draw_path(gc, Path([[20, 20], [90, 60], [30, 120]]), HERE, (1, 0, 0))

    assert ink(draw(line)) > 0


@pytest.mark.parametrize("value", [1e300, -1e300, 1e308, 5e-324, math.nan, math.inf])
def test_absurd_coordinates_end(value: float) -> None:
    curve = Path([[0, 0], [value, 50], [100, -value], [150, 100], [0, 0]], [1, 4, 4, 4, 79])
    line = Path([[0, 0], [value, 20], [100, value], [50, 50]])

    def everything(renderer: Any, gc: Any) -> None:
        for path in (curve, line):
            renderer.draw_path(gc, path, HERE, (1, 0, 0, 0.5))
            renderer.draw_path(gc, path, HERE)
            renderer.draw_markers(
                gc, path, HERE, Path([[10.0, 10.0], [value, value]]), HERE, (0, 1, 0)
            )
            renderer.draw_path_collection(
                gc, HERE, [path], np.empty((0, 3, 3)), [[value, 1], [3, 4]], HERE, [[1, 0, 0, 1]], [[0, 0, 1, 1]],
                [1.0], [(0, [3, 2])], [True], [None], "screen",
            )  # fmt: skip
        gc.set_sketch_params(2, 50, 3)
        renderer.draw_path(gc, line, HERE)
        triangle = np.array([[[0, 0], [value, 40], [60, value]]])
        renderer.draw_gouraud_triangles(gc, triangle, np.ones((1, 3, 4)), HERE)
        renderer.draw_image(gc, value, 3, np.full((4, 5, 4), 200, np.uint8))

    assert draw(everything).shape == (HEIGHT, WIDTH, 4)


@pytest.mark.parametrize("code", [0, 5, 14, 15, 16, 66, 80, 127, 128, 200, 255])
def test_unknown_path_codes_end(code: int) -> None:
    vertices = np.random.default_rng(code).uniform(0, 150, (12, 2))
    path = Path(vertices)
    path.codes = np.array([1, 2, code, 2, code, code, 3, 3, code, 4, 4, code], np.uint8)

    def both(renderer: Any, gc: Any) -> None:
        renderer.draw_path(gc, path, HERE, (1, 0, 0))
        renderer.draw_markers(gc, path, HERE, path, HERE)

    assert draw(both).shape == (HEIGHT, WIDTH, 4)


@pytest.mark.parametrize(
    "order", ["F", "strided", "big-endian", "unaligned", "read-only", "list", "float32", "masked"]
)
def test_arrays_of_any_kind_are_read(order: str) -> None:
    vertices = np.array([[10.0, 10.0], [60.0, 10.0], [60.0, 40.0], [10.0, 40.0]])
    kinds: dict[str, Callable[[], Any]] = {
        "F": lambda: np.asfortranarray(vertices),
        "strided": lambda: np.repeat(vertices, 2, axis=0)[::2],
        "big-endian": lambda: vertices.astype(">f8"),
        "unaligned": lambda: (
            np.frombuffer(b"x" + vertices.tobytes(), np.uint8)[1:].view(np.float64).reshape(4, 2)
        ),
        "read-only": lambda: np.frombuffer(vertices.tobytes()).reshape(4, 2),
        "list": lambda: vertices.tolist(),
        "float32": lambda: vertices.astype(np.float32),
        "masked": lambda: np.ma.array(vertices),
    }
    path = Path(vertices)
    expected = draw(lambda renderer, gc: renderer.draw_path(gc, path, HERE, (1, 0, 0)))
    path._vertices = kinds[order]()
    got = draw(lambda renderer, gc: renderer._core.draw_path(
        renderer._styles.style(gc), path._vertices, None, None, np.eye(3), (1, 0, 0)))  # fmt: skip
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("size", [(0, 0), (0, 50), (50, 0), (1, 1)])
def test_tiny_canvases(size: tuple[int, int]) -> None:
    renderer = Renderer(*size, 100)
    gc = renderer.new_gc()
    renderer.draw_path(gc, Path.unit_circle(), Affine2D().scale(20), (1, 0, 0))
    renderer.draw_markers(gc, Path.unit_circle(), HERE, Path([[0, 0]]), HERE)
    assert np.asarray(renderer.buffer_rgba()).shape == (size[1], size[0], 4)


@pytest.mark.parametrize("dpi", [1e-3, 0.5, 30.0])
def test_hatches_at_low_resolution(dpi: float) -> None:
    renderer = Renderer(50, 50, dpi)
    gc = renderer.new_gc()
    gc.set_hatch("/")
    gc.set_hatch_color((0, 0, 0, 1))
    renderer.draw_path(gc, Path.unit_rectangle(), Affine2D().scale(40), (1, 0, 0))
    assert ink(np.asarray(renderer.buffer_rgba())) > 0
