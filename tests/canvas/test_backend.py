"""The module of the backend: its names, the ways to choose it, its end."""

import os
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.figure import Figure

import drypoint
from drypoint.backends import agg
from drypoint.backends.agg import FigureCanvas
from tests.canvas.figures import BACKEND, FORMATS, figure, fresh_pyplot


def test_names_of_the_module() -> None:
    assert agg.backend_version == drypoint.__version__
    assert agg.FigureManager is FigureManagerBase
    manager = agg.new_figure_manager(5, figsize=(3, 2), FigureClass=Figure)
    assert isinstance(manager, FigureManagerBase)
    assert isinstance(manager.canvas, FigureCanvas)
    assert manager.canvas.figure.get_size_inches().tolist() == [3, 2]
    given = Figure()
    assert agg.new_figure_manager_given_figure(6, given).canvas.figure is given
    assert isinstance(given.canvas, FigureCanvas)


def test_nothing_is_shown_and_the_user_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without a display Matplotlib finds this too obvious to tell.
    monkeypatch.setenv("DISPLAY", ":99")
    with fresh_pyplot(), mpl.rc_context({"interactive": True}):
        agg.show()
        made = plt.figure()
        with pytest.warns(UserWarning, match="FigureCanvasDrypoint is non-interactive"):
            plt.show()
        with pytest.warns(UserWarning, match="FigureCanvasDrypoint is non-interactive"):
            agg.show(block=False)
        # Interactive or not, nothing is drawn before somebody wants to see it.
        plt.plot([1, 2])
        agg.draw_if_interactive()
        assert not hasattr(made.canvas, "renderer")


SHOW_CANVAS = """
    import warnings
    warnings.simplefilter("error")
    import matplotlib.pyplot as plt
    figure = plt.figure()
    figure.gca().plot([1, 2])
    figure.savefig("picture.png")
    print(type(figure.canvas).__module__)
    """


def run(code: str, folder: Path, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "MATPLOTLIBRC")}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=folder,
        env={**kept, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


# pyplot.switch_backend and savefig(backend=) of Matplotlib 3.11 do not look for entry points.
WAYS = [
    (way, name)
    for way in ("MPLBACKEND", "matplotlibrc", "use", "switch_backend")
    for name in ("drypoint-agg", "DRYPOINT-AGG", BACKEND)
    if way != "switch_backend" or name == BACKEND
]


@pytest.mark.parametrize(("way", "name"), WAYS)
def test_ways_to_choose_the_backend(way: str, name: str, tmp_path: Path) -> None:
    first, environment = "", {}
    if way == "MPLBACKEND":
        environment = {"MPLBACKEND": name}
    elif way == "matplotlibrc":
        (tmp_path / "matplotlibrc").write_text(f"backend: {name}\n", encoding="utf-8")
    elif way == "use":
        first = f"import matplotlib; matplotlib.use({name!r})"
    else:
        first = f"import matplotlib.pyplot; matplotlib.pyplot.switch_backend({name!r})"
    said = run(first + "\n" + textwrap.dedent(SHOW_CANVAS), tmp_path, **environment)
    assert said == "drypoint.adapter.canvas\n"
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_a_program_may_end_with_a_figure_drawn_or_half_drawn(tmp_path: Path) -> None:
    code = """
        import numpy, warnings
        warnings.simplefilter("error")
        import matplotlib; matplotlib.use("drypoint-agg")
        import matplotlib.pyplot as plt
        figure, ax = plt.subplots()
        ax.plot(numpy.random.default_rng(1).random(200_000))
        view = None
        figure.canvas.draw()
        view = figure.canvas.buffer_rgba()
        figure.draw(figure.canvas.get_renderer())
        """
    run(code, tmp_path)


def test_warnings_are_not_ours(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format in FORMATS:
            figure().savefig(tmp_path / f"picture.{format}")
