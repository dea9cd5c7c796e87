"""`drypoint compare`: every figure of a program, drawn by both."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
CELL = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
SAVES = """\
import sys
import matplotlib.pyplot as plt
print("not for the table")
figure, axes = plt.subplots(figsize=(3, 2))
axes.plot([1, 3, 2])
for name in sys.argv[1:] or ["saved.png"]:
    figure.savefig(name)
"""
SHOWS = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.close('all')\n"
LEAVES = "from pylab import *\nfigure(figsize=(2, 1))\nplot([1, 2])\nfigure(figsize=(1, 2))\n"
# One pixel's worth: the line is drawn for Agg only.
DIFFERS = """\
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
class Odd(Line2D):
    def draw(self, renderer):
        if type(renderer).__name__ == "RendererAgg":
            super().draw(renderer)
plt.figure(figsize=(2, 1)).add_artist(Odd([0, 1], [0.5, 0.5]))
plt.savefig("odd.png")
"""


# Drypoint leaves the line out once.
DIFFERS_ONCE = """\
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
class Odd(Line2D):
    was_left_out = False
    def draw(self, renderer):
        if type(renderer).__name__ == "RendererAgg" or self.was_left_out:
            super().draw(renderer)
        else:
            self.was_left_out = True
plt.figure(figsize=(2, 1)).add_artist(Odd([0, 1], [0.5, 0.5]))
"""

# What comes with the first save stays.
SETTLES = """\
import matplotlib.pyplot as plt
class Shy(plt.Figure):
    def draw(self, renderer):
        super().draw(renderer)
        self.lines = [plt.Line2D([0, 1], [0.5, 0.5], figure=self)]
plt.figure(FigureClass=Shy, figsize=(2, 1))
"""


def compare(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "drypoint", "compare", *arguments, "--rounds", "1"]
        if "--" not in arguments
        else [sys.executable, "-m", "drypoint", "compare", "--rounds", "1", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "MPLBACKEND"},
    )


def page_of(folder: Path) -> str:
    return (folder / "drypoint-compare.html").read_text(encoding="utf-8")


def test_figures_that_are_saved_shown_or_left_open(tmp_path: Path) -> None:
    (tmp_path / "saves.py").write_text(SAVES)
    (tmp_path / "shows.py").write_text(SHOWS)
    (tmp_path / "leaves.py").write_text(LEAVES)
    done = compare("saves.py", "shows.py", "leaves.py", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    programs = json.loads(done.stdout)["programs"]
    assert [program["error"] for program in programs] == [None] * 3
    sizes = [
        [(figure["width_px"], figure["height_px"]) for figure in program["figures"]]
        for program in programs
    ]
    assert sizes == [[(300, 200)], [(640, 480)], [(200, 100), (100, 200)]]
    figures = [figure for program in programs for figure in program["figures"]]
    assert [figure["pixels"] for figure in figures] == [0] * 4
    assert figures[0]["title"] == "saved.png"
    for figure in figures:
        save = figure["saves"]["png"]
        assert min(*save["ms"].values(), *save["bytes"].values()) > 0
    assert done.stderr.endswith("the pictures are in drypoint-compare.html\n")
    page = page_of(tmp_path)
    assert page.count('src="data:image/png;base64,') == 8
    assert page.count("✓") == 4
    assert "4 of 4" in page
    assert not re.search(r"(?:src|href)=.?https?:", page)  # needs nothing from elsewhere


def test_the_table_and_other_formats(tmp_path: Path) -> None:
    (tmp_path / "saves.py").write_text(SAVES)
    done = compare("saves.py", "--", "a.svg", "b.pdf", "c.jpg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = [re.split(r" {2,}", line) for line in done.stdout.splitlines() if "saves.py" in line]
    assert [row[:3] for row in rows] == [
        ["saves.py: a.svg", "PNG", "300×200"],
        ["saves.py: a.svg", "SVG", "300×200"],
        ["saves.py: b.pdf", "PNG", "300×200"],
        ["saves.py: b.pdf", "PDF", "300×200"],
        ["saves.py: c.jpg", "PNG", "300×200"],
    ]
    assert rows[0][-1] == "none"
    assert "3 figures, no pixel differs, drypoint saves PNG" in done.stdout
    assert "not for the table" not in done.stdout
    assert (tmp_path / "a.svg").exists()


def test_a_difference_is_found_and_shown(tmp_path: Path) -> None:
    (tmp_path / "differs.py").write_text(DIFFERS)
    (tmp_path / "saves.py").write_text(SAVES)
    done = compare("saves.py", "differs.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "pixels differ in 1" in done.stdout
    assert re.search(r"odd\.png .* [\d,]+ \(\d+\.\d+%\), at most by 224", done.stdout)
    page = page_of(tmp_path)
    assert page.count('src="data:image/png;base64,') == 5
    assert page.index("odd.png") < page.index("saved.png")  # what differs comes first


def test_a_figure_that_changes_with_its_first_save_is_no_difference(tmp_path: Path) -> None:
    (tmp_path / "settles.py").write_text(SETTLES)
    done = compare("settles.py", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("failed")) == (0, 0)
    assert re.search(r"figure 1 .* none", done.stdout)


def test_a_difference_in_the_first_save_only_is_found(tmp_path: Path) -> None:
    (tmp_path / "once.py").write_text(DIFFERS_ONCE)
    done = compare("once.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "pixels differ in 1" in done.stdout


def test_a_program_that_fails_keeps_its_figures(tmp_path: Path) -> None:
    (tmp_path / "fails.py").write_text(SAVES + "raise ValueError('in the middle')\n")
    done = compare("fails.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "saved.png" in done.stdout
    assert "drypoint compare: fails.py failed: ValueError: in the middle" in done.stderr
    assert "ValueError: in the middle" in page_of(tmp_path)


def test_a_figure_that_cannot_be_drawn_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(
        "import matplotlib.pyplot as plt\nplt.title('$\\\\nonsense$')\n" + LEAVES
    )
    done = compare("bad.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "1 could not be compared" in done.stdout
    assert "ValueError" in page_of(tmp_path)


def test_the_first_frame_of_an_animation_stands_for_all(tmp_path: Path) -> None:
    (tmp_path / "moves.py").write_text(
        "import matplotlib.pyplot as plt\nfrom matplotlib.animation import FuncAnimation\n"
        "figure, axes = plt.subplots()\nline, = axes.plot([1, 2])\n"
        "FuncAnimation(figure, lambda n: line.set_ydata([n, 2]), frames=5).save('a.gif')\n"
    )
    done = compare("moves.py", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["programs"][0]["figures"]) == 1


@pytest.mark.parametrize("how", ["module", "stdin", "notebook", "inline"])
def test_other_programs(tmp_path: Path, how: str) -> None:
    (tmp_path / "saves.py").write_text(SAVES)
    arguments = {"module": ["-m", "saves"], "stdin": ["-"]}.get(how, ["a.ipynb"])
    if arguments == ["a.ipynb"]:
        pytest.importorskip("nbclient")
        pytest.importorskip("ipykernel")
        cells = ["%matplotlib inline"] if how == "inline" else []
        cells += ["import matplotlib.pyplot as plt\nplt.plot([1, 2]);"]
        written = [{**CELL, "id": f"c{n}", "source": cell} for n, cell in enumerate(cells)]
        (tmp_path / "a.ipynb").write_text(json.dumps({**NOTEBOOK, "cells": written}))
    done = compare(*arguments, "--json", cwd=tmp_path, stdin=SAVES)
    assert done.returncode == 0, done.stderr
    (program,) = json.loads(done.stdout)["programs"]
    assert len(program["figures"]) == 1
    assert program["figures"][0]["pixels"] == 0


def test_no_more_figures_than_asked_for(tmp_path: Path) -> None:
    (tmp_path / "leaves.py").write_text(LEAVES)
    done = compare("leaves.py", "--figures", "1", "--json", cwd=tmp_path)
    assert len(json.loads(done.stdout)["programs"][0]["figures"]) == 1


def test_the_program_is_stopped_in_the_end(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("import time\ntime.sleep(60)\n")
    done = compare("endless.py", "--timeout", "0.5", cwd=tmp_path)
    assert done.returncode == 1
    assert "endless.py failed: it was stopped after 0.5 s" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "say which program"),
        (["none.py"], 2, "there is no file none.py"),
        (["empty.py", "--output", "no/where.html"], 2, "there is no folder "),
        (["empty.py", "--figures", "0"], 2, "--rounds and --figures are at least 1"),
        (["empty.py"], 1, "no program saved or showed a figure, or left one open"),
        (["-m", "no_such_module"], 1, "No module named no_such_module"),
    ],
)
def test_mistakes_get_a_sentence(
    tmp_path: Path, arguments: list[str], status: int, message: str
) -> None:
    (tmp_path / "empty.py").touch()
    done = compare(*arguments, cwd=tmp_path)
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "drypoint-compare.html").exists()
