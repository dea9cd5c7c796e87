"""Conditions, further measures, goals, records, the plot and counted instructions: that they work."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from benches import catalogue, conditions, further, goals, history, instructions, plot, rows, table
from benches.backends import AGG, CAIRO, DOCUMENT_FORMATS, FLOOR, OURS, TYPE_42
from benches.figures import AGG as AGG_MODULE
from benches.figures import draw

ROOT = Path(__file__).parents[2]
EFFORT = {"budget_ms": 0, "least": 1, "most": 1}


def small() -> None:
    _, ax = plt.subplots(figsize=(1, 1))
    ax.plot([1, 2])
    ax.set_title("title")


def report(**by_floor: float) -> dict[str, Any]:
    """A report of one figure in each set, as the command makes it."""
    row = {
        "ms": {FLOOR: 10.0, OURS: 11.0, AGG: 30.0},
        "cpu_ms": {FLOOR: 10.0, OURS: 11.0, AGG: 30.0},
        "by_floor": {OURS: 1.1, AGG: 3.0, **by_floor},
        "cpu_by_floor": {OURS: 1.1, AGG: 3.0, **by_floor},
        "by_agg": {OURS: 1.1 / 3, AGG: 1.0},
        "gain": {AGG: 3 / 1.1},
        "gain_above_floor": {AGG: 20.0},
        "bytes": {OURS: 80, AGG: 100},
        "peak_mb": {OURS: 2.0, AGG: 4.0},
        "error": 0.001,
        "floor_wall_by_cpu": 1.0,
        "rounds": 3,
    }
    measured = [
        {**row, "set": "ordinary", "figure": "pie"},
        {**row, "set": "heavy", "figure": "scatter_3m"},
    ]
    return {
        "machine": {"processor": "P", "cores": 2, "commit": "c", "matplotlib": "3", "load": 0.1},
        "rows": measured,
        "foot": {one["set"]: rows.summary([one]) for one in measured},
        "conditions": [{"set": "ordinary", "figure": conditions.ONE_CORE, "by_agg": {OURS: 0.7}}],
        "further": {"1 M random segments, ms": {FLOOR: 9.0, OURS: 400.0}},
    }


def documents() -> dict[str, Any]:
    """A report of the same figures as PDF, SVG and EPS."""
    measured = [
        {**row, "set": f"{row['set']} {format}", "bytes": {OURS: 80, AGG: 100, TYPE_42: 160}}
        for format in DOCUMENT_FORMATS
        for row in report()["rows"]
    ]
    foot = {one["set"]: rows.summary([one]) for one in measured}
    return {**report(), "rows": measured, "foot": foot, "conditions": [], "further": {}}


def test_sizes_are_held_against_both_kinds_of_fonts() -> None:
    lines = list(goals.lines(documents()))
    usual = next(line for line in lines if "ordinary figures, PDF bytes ÷ Matplotlib's" in line)
    type_42 = next(line for line in lines if "PDF bytes ÷ those of Matplotlib's Type 42" in line)
    assert "0.800" in usual
    assert "0.500" in type_42


def test_every_goal_has_its_measure() -> None:
    lines = list(goals.lines(report()))
    assert sum("NOT reached" in line for line in lines) == 1
    assert next(line for line in lines if "one core" in line).endswith("NOT reached")
    names = [goal.name for goal in goals.GOALS]
    documents = [
        name for name in names if any(f" {ending} " in name for ending in ("PDF", "SVG", "EPS"))
    ]
    assert len(documents) > 10
    missing = 7 + len(documents)  # mplcairo, two conditions, four further ones
    assert len(lines) == len(names) - missing
    everything = report()
    everything["further"] = {name: {OURS: 1.0} for name in further.NAMES}
    assert len(list(goals.lines(everything))) == len(names) - 3 - len(documents)


def test_strings_are_new_at_each_save() -> None:
    figure = draw(small, AGG_MODULE).figures[0]
    renew = conditions.renewed(figure, iter(["-1", "-2"]))
    seen = []
    for _ in range(2):
        renew()
        figure.canvas.draw()
        ax = figure.axes[0]
        seen.append((ax.get_title(), ax.get_xticklabels()[1].get_text()))
    assert seen[0][0] == "title-1"
    assert seen[1][0] == "title-2"
    assert seen[0][1].removesuffix("-1") == seen[1][1].removesuffix("-2") != seen[1][1]


def test_conditions_measure_ours_against_aggs() -> None:
    figures = {"small": small}
    for row in conditions.new_strings(figures, EFFORT):
        assert {OURS, AGG} <= row["by_agg"].keys()
        assert FLOOR not in row["ms"]
    row = conditions.mean("name", [{"by_agg": {OURS: 0.5, CAIRO: 1.0}}, {"by_agg": {OURS: 2.0}}])
    assert row["by_agg"] == {OURS: pytest.approx(1.0)}
    assert row["figures"] == 2
    assert "name" in table.condition_line(row)


def test_first_saves_happen_in_processes_that_have_no_backend_yet() -> None:
    code = (
        "import json, sys\n"
        "from benches import conditions, heavy\n"
        "def program():\n"
        "    figure = heavy.line_dashed_far()\n"
        "    seen.extend(name for name in sys.modules if name.endswith('_backend_agg'))\n"
        "    seen.extend(name for name in sys.modules if name == 'drypoint._core')\n"
        "    return figure\n"
        "seen = []\n"
        "found = conditions.first_save(program, sys.argv[1])\n"
        "print(json.dumps([found, seen]))\n"
    )
    for backend in (FLOOR, OURS, AGG):
        printed = subprocess.run(
            [sys.executable, "-c", code, backend], check=True, capture_output=True, cwd=ROOT
        )
        found, seen = json.loads(printed.stdout)
        assert min(found) > 0
        assert not seen


def test_first_saves_go_without_a_backend_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def in_process(*arguments: str, quiet: bool = False) -> list[float]:
        asked.append(arguments)
        if arguments[-1] == CAIRO:
            raise subprocess.CalledProcessError(1, "python")
        return [1.0, 2.0]

    monkeypatch.setattr(conditions, "_in_process", in_process)
    monkeypatch.setattr(conditions, "sample", lambda set_name: {"a": small})
    (row,) = conditions.first_saves("ordinary")
    assert row["by_agg"] == {FLOOR: 1.0, OURS: 1.0, AGG: 1.0}
    assert ("first", "ordinary", "a", CAIRO) in asked


def test_one_core_is_one_core() -> None:
    code = (
        "import os; from benches import conditions; conditions.on_one_core({}, {}); "
        "print(len(os.sched_getaffinity(0)))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT
    )
    assert int(printed.stdout) == 1


def test_further_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, cpu = further.fresh_processes(1)
    assert wall[AGG] == cpu[AGG] == 1
    assert {FLOOR, OURS} == further.segments(100).keys()
    assert further.rate([lambda: None], 0.01) > 0

    def fail() -> None:
        raise ValueError

    assert math.isnan(further.rate([fail], 0.01))
    monkeypatch.setattr(further, "sample", lambda name: {"small": small})
    assert further.threads(0.05)[FLOOR] == 1
    assert "further" in table.measures({"a": {OURS: 1.0}})


def test_records_are_appended_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "history.jsonl"
    monkeypatch.setattr(history, "HISTORY", path)
    history.append(report())
    assert history.compare(None) == 1
    history.append(report(drypoint=1.3))
    assert history.compare(None) == 0
    printed = capsys.readouterr().out
    assert "pie" in printed
    assert "slower" in printed
    assert "1.182" in printed


def test_machines_that_differ_are_not_compared(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history.append(report(), path)
    known = history.records(path)
    assert history.last_like(report(), known) == known[0]
    assert history.last_like({**report(), "machine": {"processor": "P", "cores": 4}}, known) is None
    assert history.last_like(report(), history.records(tmp_path / "none")) is None


def test_a_record_of_other_figures_is_not_compared_with(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history.append(report(), path)
    history.append(documents(), path)
    pictures, vector = history.records(path)
    assert history.last_like(report(), [pictures, vector]) == pictures
    assert history.last_like(documents(), [pictures, vector]) == vector
    assert history.last_with("heavy eps", path) == vector
    assert history.last_with("nothing", path) is None


def test_numbers_are_kept_to_four_digits() -> None:
    assert history.rounded({"a": [1.23456, math.inf, 3, "b"]}) == {"a": [1.235, None, 3, "b"]}


def test_the_repositorys_own_records_can_be_read() -> None:
    known = history.records()
    assert all({"machine", "rows", "foot"} <= record.keys() for record in known)


def test_the_plots_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "HISTORY", tmp_path / "history.jsonl")
    assert plot.main(None, tmp_path) == 1
    history.append(report())
    history.append(documents())
    assert plot.main(None, tmp_path) == 0
    for name, size in (("speed.png", (990, 825)), ("vector-speed.png", (1210, 825))):
        with Image.open(tmp_path / name) as picture:
            assert picture.size == size
    (tmp_path / "numbers.json").write_text(json.dumps(documents()))
    assert plot.main(tmp_path / "numbers.json", tmp_path / "other") == 0
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["vector-speed.png"]


def test_instructions_are_read_from_callgrinds_dumps(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dump = "desc: Trigger: Client Request: pie floor\nevents: Ir\nsummary: 1200\n\ntotals: 1200\n"
    assert instructions.parse(dump) == ("pie floor", 1200)
    assert instructions.parse("desc: Trigger: Program termination\ntotals: 5\n") is None
    assert "2.000" in instructions.line("pie", {FLOOR: 10, OURS: 20, AGG: 30})
    assert set(instructions.FIGURES) <= catalogue.examples().keys()
    monkeypatch.setattr(instructions.shutil, "which", lambda name: None)
    assert instructions.main() == 1
    assert "valgrind" in capsys.readouterr().err
