"""The contracts of windows on Wayland, with mouse and keyboard."""

from collections.abc import Iterator

import pytest

from tests.windows.contracts import CONTRACTS
from tests.windows.display import missing_programs, wayland_compositor, x_server
from tests.windows.processes import run_code

#: Tk and wx (as Debian has it) are programs of X.
TOOLKITS: dict[str, tuple[str, dict[str, str]]] = {
    "PyQt6": ("qt", {"QT_API": "PyQt6", "QT_QPA_PLATFORM": "wayland"}),
    "PySide6": ("qt", {"QT_API": "PySide6", "QT_QPA_PLATFORM": "wayland"}),
    "gtk3": ("gtk3", {"GDK_BACKEND": "wayland"}),
    "gtk4": ("gtk4", {"GDK_BACKEND": "wayland"}),
}

CHOSEN = (
    "shows_the_pixels_that_are_saved",
    "draws_once_for_many_requests",
    "draw_is_done_when_it_returns",
    "a_changed_artist_appears",
    "parts_are_blitted",
    "saving_leaves_the_window_as_it_is",
    "a_slow_draw_lets_the_window_live",
    "another_size",
    "the_figure_decides_its_size",
    "full_screen_and_back",
    "the_mouse_moves",
    "buttons_are_pressed",
    "the_wheel_turns",
    "keys_are_typed",
    "a_drag_pans",
    "a_drag_zooms_and_the_box_is_seen",
    "points_are_asked_for",
    "timers_and_loops",
    "show_waits_until_the_window_is_closed",
    "an_interrupt_ends_the_wait",
    "pyplot_interactive",
    "cursors_are_known",
    "a_tool_manager",
    "the_ratio_changes_while_running",
    "the_save_dialog_offers_every_format",
    "the_user_closes_the_window",
)

#: With the reason.
NOT_KEPT = {
    ("gtk4", "the_figure_decides_its_size"): (
        "GTK 4 takes the title bar, which programs draw there, from the picture; with Matplotlib's own too"
    ),
}


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    missing = missing_programs("weston")
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")
    with x_server() as display, wayland_compositor(display) as environment:
        yield environment


_problems: dict[str, str] = {}


def problem(toolkit: str, environment: dict[str, str]) -> str:
    """Why a toolkit cannot be tried here."""
    if toolkit not in _problems:
        backend, says = TOOLKITS[toolkit]
        code = f"from drypoint.selection import toolkit_problem as p; print(p({backend!r}))"
        done = run_code(["-c", code], **environment, **says)
        _problems[toolkit] = done.stdout.strip() if done.returncode == 0 else done.stderr[-300:]
    return _problems[toolkit]


@pytest.mark.parametrize("name", CHOSEN)
@pytest.mark.parametrize("toolkit", TOOLKITS)
def test_contract_on_wayland(toolkit: str, name: str, environment: dict[str, str]) -> None:
    assert name in CONTRACTS
    backend, says = TOOLKITS[toolkit]
    if reason := NOT_KEPT.get((backend, name)):
        pytest.skip(reason)
    if why := problem(toolkit, environment):
        pytest.skip(why)
    done = run_code(["-m", "tests.windows.contracts", backend, name], **environment, **says)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "kept"


def test_the_display_is_found(environment: dict[str, str]) -> None:
    code = "from drypoint.selection import display_problem as p; print([p(), p(x11=True)])"
    done = run_code(["-c", code], **environment)
    assert done.stdout.strip() == "['', 'no display (DISPLAY is not set)']", done.stderr
