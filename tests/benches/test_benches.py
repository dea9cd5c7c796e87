"""What the benchmarks rest on, apart from the clock."""

import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties

from benches import catalogue, goals, heavy, measure, memory, rows, table
from benches.backends import AGG as BACKEND_AGG
from benches.backends import CAIRO, DOCUMENT_FORMATS, OURS, TYPE_42, available
from benches.backends import FLOOR as BACKEND_FLOOR
from benches.figures import AGG, EXAMPLES, FLOOR, draw, in_gallery
from drypoint.cli import null_backend

ROOT = Path(__file__).parents[2]


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
    durations = {"fast": 10.0, "seldom": 20.0, "slow": 900.0}
    monkeypatch.setattr(measure, "timed", lambda action: action())

    def action(name: str) -> tuple[float, float]:
        calls.append(name)
        return durations[name], 2 * durations[name]

    actions = {name: lambda name=name: action(name) for name in durations}
    times = measure.in_turns(actions, seldom=["seldom"], budget_ms=75, slow_ms=500)
    assert {name: times.median(name) for name in actions} == durations
    assert times.median_cpu("slow") == 1800
    assert calls == ["fast", "seldom", "slow", "fast", "seldom", "fast", "fast", "seldom"]


def test_ratios_are_those_of_the_same_round() -> None:
    times = measure.Times()
    for round, (ours, floor) in enumerate([(2, 1), (40, 20), (9, 3)]):
        times.add("ours", round, ours, ours)
        times.add("floor", round, floor, floor)
    times.add("once", 0, 6, 6)
    assert times.ratio("ours", "floor") == 2
    assert times.difference("ours", "floor") == 6
    assert times.ratio("once", "floor") == 6
    times.add("later", 7, 6, 6)
    assert times.ratio("later", "floor") == 2
    assert measure.Times({"a": {0: 1}, "b": {0: 1}}).error("a", "b") == float("inf")


def test_measuring_ends_when_the_ratio_is_known() -> None:
    times = measure.Times()
    for round in range(4):
        times.add("ours", round, 2, 2)
        times.add("floor", round, 1, 1)
    assert times.error("ours", "floor") == 0


def test_a_row_has_every_backend_and_a_line_in_the_table() -> None:
    row = rows.measure("two", two_figures, available(), budget_ms=0, least=1, most=1)
    row["peak_mb"] = {BACKEND_AGG: 2.0, OURS: 1.0}
    assert {BACKEND_FLOOR, OURS, BACKEND_AGG} <= row["ms"].keys()
    assert row["by_agg"][BACKEND_AGG] == 1
    assert row["bytes"][OURS] > 1000
    means = rows.summary([row, row])["geometric mean"]
    assert means["by_floor"][OURS] == pytest.approx(row["by_floor"][OURS])
    assert means["peak_mb_by_agg"][OURS] == pytest.approx(0.5)
    widths = {len(text) for text in (*table.head().split("\n"), table.row_line(row))}
    assert len(widths) <= 2
    assert "two" in table.row_line(row)
    assert "–" in table.line("nothing", {}, 1)


def test_a_backend_that_cannot_draw_a_figure_leaves_its_columns_empty(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Failing(null_backend.FigureCanvas):
        def print_png(self, *args: object, **kwargs: object) -> None:
            raise RuntimeError("cannot")

    canvases = {**available(), CAIRO: Failing}
    row = rows.measure("two", two_figures, canvases, budget_ms=0, least=1, most=1)
    assert CAIRO not in row["ms"]
    assert "cannot" in capsys.readouterr().err


def test_the_animation_is_blitted() -> None:
    drawing = draw(heavy.animation_200_frames, AGG).on(null_backend.FigureCanvas)
    (line, _) = drawing.figures[0].axes[0].lines
    before = line.get_ydata().copy()
    rows.action("animation_200_frames", drawing)()
    assert not np.array_equal(line.get_ydata(), before)


def test_above_the_floor() -> None:
    assert rows.above_floor(110, 20, 10) == 10
    assert rows.above_floor(20, 9, 10) == pytest.approx(50)  # noise is not below the floor


def test_peak_memory_is_that_of_the_action() -> None:
    if not memory.supported():
        pytest.skip("needs Linux's /proc")
    assert memory.peaks([BACKEND_FLOOR], "heavy", "line_dashed_far", 1)[BACKEND_FLOOR] < 50
    assert memory.peaks([BACKEND_FLOOR], "heavy", "no such figure", 1) == {}
    code = (
        "from benches.memory import peak_of; print(peak_of(lambda: bytearray(b'x' * 100_000_000)))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT
    )
    assert float(printed.stdout) > 99


def test_the_sets_are_large_enough() -> None:
    assert len(set(catalogue.chosen())) >= 60
    assert all(name.endswith(".py") for name in catalogue.chosen())
    assert {path.stem for path in EXAMPLES} == catalogue.examples().keys()
    assert set(heavy.ACTIONS) <= catalogue.heavy_figures().keys()
    assert 3 <= len(catalogue.sample("heavy")) < len(catalogue.heavy_figures())


def test_a_gallery_script_shows_and_prints_nothing_and_may_end_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "beside_it.py").write_text("SIZE = 2\n")
    script = tmp_path / "plot.py"
    script.write_text(
        "import sys, warnings, beside_it, matplotlib.pyplot as plt\n"
        "plt.figure(figsize=(beside_it.SIZE, 1)); plt.show(); print('hello')\n"
        "warnings.warn('careful'); sys.exit(3)\n"
    )
    drawing = draw(in_gallery(script), AGG)
    sys.modules.pop("beside_it")
    assert [figure.get_figwidth() for figure in drawing.figures] == [2]
    assert capsys.readouterr().out == ""
    assert str(tmp_path) not in sys.path


def test_geometric_mean() -> None:
    assert measure.geometric_mean([1, 4, 16]) == pytest.approx(4)


@pytest.mark.parametrize("format", DOCUMENT_FORMATS)
def test_documents_have_rows_like_pictures(format: str) -> None:
    canvases = available(format)
    canvases.pop(CAIRO, None)  # where it is installed, it cannot draw the formula
    row = rows.measure("two figures", two_figures, canvases, format, budget_ms=1, least=2, most=2)
    drawers = canvases.keys() - {BACKEND_FLOOR}
    assert row["by_floor"].keys() == drawers
    sizes = drawers | ({TYPE_42} if format != "svg" else set())
    assert row["bytes"].keys() == sizes
    if TYPE_42 in sizes:
        assert row["bytes"][TYPE_42] > row["bytes"][BACKEND_AGG]
    assert row["raw_ms"] == {}
    report = {
        "rows": [{"set": f"heavy {format}", **row, "figure": goals.SCATTER}],
        "foot": {f"ordinary {format}": rows.summary([row])},
        "conditions": [],
        "further": {},
    }
    shown = "\n".join(goals.lines(report))
    name = format.upper()
    assert f"ordinary figures, {name} save ÷ floor, geometric mean" in shown
    assert f"scatter, mesh, {name} bytes ÷ Matplotlib's, the worse" in shown


def test_all_figures_that_are_heavy_as_documents_exist() -> None:
    assert catalogue.documents("heavy").keys() == set(catalogue.HEAVY_DOCUMENTS)
