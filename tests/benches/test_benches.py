"""What the benchmarks rest on, apart from the clock."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties

from benches import measure, null_backend
from benches.figures import AGG, FLOOR, draw


def two_figures() -> None:
    for size in (2, 3):
        _, ax = plt.subplots(figsize=(size, 2))
        ax.set_title("title $x^2$")
        ax.plot([1, 2], "o--")
        ax.imshow(np.eye(3))
        ax.scatter([1, 2], [1, 2], s=[3, 4])


def test_a_drawing_keeps_its_figures_on_the_chosen_backend() -> None:
    drawing = draw(two_figures, AGG)
    assert [type(figure.canvas) for figure in drawing.figures] == [FigureCanvasAgg] * 2
    assert plt.get_fignums() == []
    assert all(file.startswith(b"\x89PNG") for file in drawing.save())


def test_a_program_sees_default_settings_and_its_own_are_there_when_it_is_saved() -> None:
    seen = []

    def program() -> None:
        seen.append(plt.rcParams["savefig.dpi"])
        plt.rcParams["savefig.dpi"] = 50
        plt.figure(figsize=(1, 1))

    small = draw(program, AGG).save()[0]
    draw(program, AGG)
    assert seen == ["figure", "figure"]
    assert int.from_bytes(small[16:20], "big") == 50


def test_the_floor_walks_over_the_artists_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called = []
    for name in ("draw_path", "draw_markers", "draw_path_collection", "draw_image", "draw_text"):
        monkeypatch.setattr(
            null_backend.NullRenderer,
            name,
            lambda *args, name=name, hatchcolors=None, **kwargs: called.append(name),
        )
    assert draw(two_figures, FLOOR).save() == [b"", b""]
    assert {"draw_path", "draw_markers", "draw_path_collection", "draw_image", "draw_text"} == set(
        called
    )


def test_the_floor_has_aggs_layout() -> None:
    agg = plt.matplotlib.backends.backend_agg.RendererAgg(10, 10, 123)
    floor = null_backend.NullRenderer(10, 10, 123)
    prop = FontProperties(size=13)
    for text, ismath in (("Ägypten", False), (r"$\frac{a}{b}$", True)):
        for _ in range(2):
            extents = floor.get_text_width_height_descent(text, prop, ismath)
            assert extents == agg.get_text_width_height_descent(text, prop, ismath)
    assert floor.points_to_pixels(10) == agg.points_to_pixels(10)


def test_actions_take_turns_and_slow_ones_are_called_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    durations = {"fast": 10.0, "slow": 900.0}
    monkeypatch.setattr(measure, "milliseconds", lambda action: action())

    def action(name: str) -> float:
        calls.append(name)
        return durations[name]

    actions = {name: lambda name=name: action(name) for name in durations}
    times = measure.medians(actions, budget_ms=40, slow_ms=500)
    assert times == durations
    assert calls == ["fast", "slow", "fast", "fast", "fast", "fast"]


def test_geometric_mean() -> None:
    assert measure.geometric_mean([1, 4, 16]) == pytest.approx(4)
