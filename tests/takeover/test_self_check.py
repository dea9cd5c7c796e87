"""The check before the first picture: what it compares, what it says, what it never does."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from drypoint.adapter import self_check, self_check_pictures
from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.self_check_pictures import PICTURES, pixel_hash


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, and a process that has not drawn yet."""
    monkeypatch.setattr(self_check, "_path", lambda: tmp_path / "results.json")
    monkeypatch.setattr(self_check, "_begun", False)
    return tmp_path / "results.json"


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the fills were drawn differently and the text not at all."""

    def broken() -> Any:
        raise RuntimeError("no text today")

    make, _ = PICTURES["fills"]
    pictures = {**PICTURES, "fills": (make, "another"), "text": (broken, "")}
    monkeypatch.setattr(self_check_pictures, "PICTURES", pictures)
    return


@pytest.mark.parametrize("name", PICTURES)
def test_both_draw_what_is_stored(name: str) -> None:
    make, expected = PICTURES[name]
    assert pixel_hash(make(), FigureCanvasDrypoint) == expected
    if mpl.__version__ in self_check.VERIFIED:
        assert pixel_hash(make(), FigureCanvasAgg) == expected


@pytest.mark.parametrize("style", ["classic", "dark_background", "ggplot", "seaborn-v0_8-talk"])
def test_styles_do_not_matter(style: str) -> None:
    import matplotlib.style

    with mpl.rc_context():
        matplotlib.style.use(style)
        if self_check._settings_are_default():
            assert self_check.check(FigureCanvasDrypoint).different == ()
        else:
            assert style == "classic"


def test_all_well_is_noted_and_not_looked_at_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    self_check.check_once(FigureCanvasDrypoint)
    result = self_check.last_result()
    assert result is not None
    assert result.different == ()
    assert mpl.__version__ in result.versions

    monkeypatch.setattr(self_check, "_begun", False)
    monkeypatch.setattr(self_check, "check", lambda canvas: pytest.fail("checked again"))
    self_check.check_once(FigureCanvasDrypoint)
    assert list(cache.parent.iterdir()) == [cache]


@pytest.mark.usefixtures("wrong")
def test_a_difference_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.warns(RuntimeWarning, match=r"test pictures \(fills, text\) differently"):
        self_check.check_once(FigureCanvasDrypoint)
    result = self_check.last_result()
    assert result is not None
    assert result.different == ("fills", "text")
    # Warnings are errors in this suite.
    self_check.check_once(FigureCanvasDrypoint)
    monkeypatch.setattr(self_check, "_begun", False)
    self_check.check_once(FigureCanvasDrypoint)


@pytest.mark.usefixtures("wrong")
def test_warnings_as_errors_do_not_make_it_one(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        self_check.check_once(FigureCanvasDrypoint)
    assert "differently" in caplog.text


def test_another_release_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    self_check.check_once(FigureCanvasDrypoint)
    monkeypatch.setattr(mpl, "__version__", "9.9")
    assert self_check.last_result() is None


@pytest.mark.parametrize("content", ["{", "[1]", "\0"])
def test_a_broken_cache_is_no_error(cache: Path, content: str) -> None:
    cache.write_text(content)
    self_check.check_once(FigureCanvasDrypoint)
    assert self_check.last_result() is not None


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_check, "_path", lambda: Path("/nowhere/at/all"))
    self_check.check_once(FigureCanvasDrypoint)
    assert self_check.last_result() is None


def test_changed_settings_leave_the_check_to_another_process(cache: Path) -> None:
    with mpl.rc_context({"text.hinting": "none"}):
        self_check.check_once(FigureCanvasDrypoint)
    assert not cache.exists()


def test_a_program_checks_before_its_first_picture(tmp_path: Path) -> None:
    code = (
        "import sys, matplotlib.pyplot as plt; plt.figure().canvas.draw();"
        "print('drypoint.adapter.self_check_pictures' in sys.modules)"
    )
    printed = []
    for _ in range(2):
        finished = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "MPLBACKEND": "drypoint-agg", "MPLCONFIGDIR": str(tmp_path)},
        )
        assert finished.returncode == 0, finished.stderr
        printed.append(finished.stdout.strip())
    assert printed == ["True", "False"]


def test_a_release_that_draws_differently_is_named(tmp_path: Path) -> None:
    # As if a later Matplotlib drew every line half as wide again.
    program = tmp_path / "program.py"
    program.write_text("""
import matplotlib
matplotlib.__version__ = "3.99.0"
from matplotlib.backend_bases import GraphicsContextBase
set_linewidth = GraphicsContextBase.set_linewidth
GraphicsContextBase.set_linewidth = lambda self, w: set_linewidth(self, 1.5 * w)
import matplotlib.pyplot as plt
plt.figure().savefig("a.png")
print("saved")
""")
    said = []
    for _ in range(2):
        finished = subprocess.run(
            [sys.executable, str(program)],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            env={**os.environ, "MPLBACKEND": "drypoint-agg", "MPLCONFIGDIR": str(tmp_path)},
        )
        assert finished.stdout == "saved\n", finished.stderr
        said.append(finished.stderr)
    assert "RuntimeWarning: drypoint draws test pictures (" in said[0]
    assert "lines" in said[0].partition("(")[2].partition(")")[0]
    assert "differently with Matplotlib 3.99.0, drypoint " in said[0]
    assert f"than with Matplotlib {self_check.VERIFIED[-1]}" in said[0]
    assert "RuntimeWarning" not in said[1]


def test_a_release_that_draws_the_same_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpl, "__version__", "3.99.0")
    self_check.check_once(FigureCanvasDrypoint)  # A warning is an error in this suite.
    result = self_check.last_result()
    assert result is not None
    assert "Matplotlib 3.99.0" in result.versions
    assert result.different == ()
