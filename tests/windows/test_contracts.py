"""The contracts of windows (`contracts.py`), each with each toolkit in a process of its own."""

import shutil
from contextlib import nullcontext
from itertools import product

import pytest

from drypoint import backends, selection
from tests.windows.contracts import CONTRACTS
from tests.windows.display import x_server
from tests.windows.processes import run_code

#: What the contracts are run with: a name, the backend, what the environment says.
TOOLKITS: dict[str, tuple[str, dict[str, str]]] = {
    "PyQt6": ("qt", {"QT_API": "pyqt6"}),
    "PySide6": ("qt", {"QT_API": "PySide6"}),
    "PyQt5": ("qt", {"QT_API": "PyQt5"}),
    "gtk3": ("gtk3", {"GDK_BACKEND": "x11"}),
    "gtk4": ("gtk4", {"GDK_BACKEND": "x11"}),
    "tk": ("tk", {}),
    "wx": ("wx", {"GDK_BACKEND": "x11"}),
}

#: Backends without a window that a test could look at, with the reason.
WITHOUT = {
    "agg": "makes files",
    "auto": "is one of the others (test_selection.py)",
    "cairo": "makes files",
    "inline": "has a notebook (tests/web)",
    "macosx": "there is no macOS here",
    "notebook": "has a notebook (tests/web)",
    "pdf": "makes files",
    "pgf": "makes files",
    "ps": "makes files",
    "svg": "makes files",
    "template": "draws nothing",
    "terminal": "has a terminal (test_terminal.py)",
    "web": "has a browser (tests/web)",
}

#: Contracts that a toolkit does not keep, with the reason.
_MATPLOTLIBS = "Matplotlib's own canvas does not keep it here either (docs/backends.md)"
NOT_KEPT = {
    ("gtk4", "the_window_has_an_icon"): "GTK 4 knows icons by name, from what is installed",
    ("tk", "the_picture_is_copied_to_the_clipboard"): "Tk's clipboard takes text only",
    ("wx", "a_figure_that_is_seen_through"): _MATPLOTLIBS,
}


#: Programs that a contract needs.
NEEDS = {
    "the_picture_is_copied_to_the_clipboard": "xclip",
    "the_window_has_an_icon": "xprop",
}

#: What makes two pixels of one.
DOUBLED = {
    "PyQt6": {"QT_SCALE_FACTOR": "2"},
    "PySide6": {"QT_SCALE_FACTOR": "2"},
    "PyQt5": {"QT_SCALE_FACTOR": "2"},
    "gtk3": {"GDK_SCALE": "2"},
    "gtk4": {"GDK_SCALE": "2"},
    "tk": {},  # the screen itself
    "wx": {"GDK_SCALE": "2"},
}


_problems: dict[str, str] = {}


def problem(toolkit: str, display: str) -> str:
    """Why a toolkit cannot be tried here."""
    if toolkit not in _problems:
        backend, environment = TOOLKITS[toolkit]
        code = f"from drypoint.selection import toolkit_problem as p; print(p({backend!r}))"
        done = run_code(["-c", code], DISPLAY=display, **environment)
        _problems[toolkit] = done.stdout.strip() if done.returncode == 0 else done.stderr[-300:]
    return _problems[toolkit]


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("toolkit", TOOLKITS)
def test_contract(toolkit: str, name: str, display: str) -> None:
    if why := problem(toolkit, display):
        pytest.skip(why)
    backend, environment = TOOLKITS[toolkit]
    if reason := NOT_KEPT.get((backend, name)):
        pytest.skip(reason)
    if (program := NEEDS.get(name)) and shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    done = run_code(
        ["-m", "tests.windows.contracts", backend, name], DISPLAY=display, **environment
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "kept"


@pytest.mark.parametrize("toolkit", DOUBLED)
def test_contract_on_a_screen_of_more_pixels(toolkit: str, display: str) -> None:
    if why := problem(toolkit, display):
        pytest.skip(why)
    backend, environment = TOOLKITS[toolkit]
    code = ["-m", "tests.windows.contracts", backend, "a_screen_of_more_pixels"]
    with x_server(dpi=192) if toolkit == "tk" else nullcontext(display) as name:
        says = {**environment, **DOUBLED[toolkit], "DRYPOINT_TEST_RATIO": "2"}
        done = run_code(code, DISPLAY=name, **says)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "kept"


#: What is in a window is Cairo's affair there; all else is that of the window without Cairo.
OF_CAIRO = (
    "shows_the_pixels_that_are_saved",
    "draw_is_done_when_it_returns",
    "a_changed_artist_appears",
    "parts_are_blitted",
    "saving_leaves_the_window_as_it_is",
    "every_format_can_be_saved",
    "another_size",
    "the_picture_is_kept_for_looking_at",
)


@pytest.mark.parametrize("name", OF_CAIRO)
@pytest.mark.parametrize("toolkit", [name for name in TOOLKITS if name not in ("PySide6", "PyQt5")])
def test_contract_with_cairo(toolkit: str, name: str, display: str) -> None:
    pytest.importorskip("drypoint.adapter.cairo.binding", exc_type=ImportError)
    if why := problem(toolkit, display):
        pytest.skip(why)
    backend, environment = TOOLKITS[toolkit]
    code = ["-m", "tests.windows.contracts", f"{backend}cairo", name]
    done = run_code(code, DISPLAY=display, **environment)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "kept"


#: What windows have that Matplotlib's own names open.
OF_INSTALLED = (
    "shows_the_pixels_that_are_saved",
    "draws_once_for_many_requests",
    "draw_is_done_when_it_returns",
    "a_figure_that_is_seen_through",
    "parts_are_blitted",
    "saving_leaves_the_window_as_it_is",
    "a_slow_draw_lets_the_window_live",
    "another_size",
    "a_drag_pans",
)
OF_INSTALLED_CAIRO = ("draw_is_done_when_it_returns", "parts_are_blitted", "another_size")


@pytest.mark.parametrize(
    ("suffix", "name"),
    [*product(["agg"], OF_INSTALLED), *product(["cairo"], OF_INSTALLED_CAIRO)],
)
@pytest.mark.parametrize("toolkit", [name for name in TOOLKITS if name not in ("PySide6", "PyQt5")])
def test_contract_with_ours_installed(toolkit: str, suffix: str, name: str, display: str) -> None:
    if suffix == "cairo":
        pytest.importorskip("drypoint.adapter.cairo.binding", exc_type=ImportError)
    if why := problem(toolkit, display):
        pytest.skip(why)
    backend, environment = TOOLKITS[toolkit]
    if reason := NOT_KEPT.get((backend, name)):
        pytest.skip(reason)
    code = ["-m", "tests.windows.contracts", backend, name, f"{backend}{suffix}", "installed"]
    done = run_code(code, DISPLAY=display, **environment)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "kept"


def test_every_backend_is_on_the_list() -> None:
    tested = {backend for backend, _ in TOOLKITS.values()}
    with_cairo = {f"{backend}cairo" for backend in tested}
    assert tested | with_cairo | set(WITHOUT) == set(backends.names())
    assert tested | {"macosx"} == set(selection.TOOLKITS)
