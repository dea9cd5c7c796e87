"""What every toolkit's window must do: one function each, run in a process of its own.

python -m tests.windows.contracts qt shows_the_pixels_that_are_saved
python -m tests.windows.contracts qt shows_the_pixels_that_are_saved qtagg
python -m tests.windows.contracts qt shows_the_pixels_that_are_saved qtagg installed
"""

import faulthandler
import io
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.transforms import Bbox
from PIL import Image

from tests.windows import contracts_of_desktops as contracts_of_desktops
from tests.windows.window import (
    CONTRACTS,
    CORNER,
    FACE,
    Window,
    contract,
    geometry,
    screen,
    visible_titles,
    when_show_waits,
    with_tool_manager,
    xdotool,
)

__all__ = ["CONTRACTS"]

# --- drawing


@contract
def shows_the_pixels_that_are_saved(window: Window) -> None:
    window.show()
    np.testing.assert_array_equal(window.shown(), window.saved())
    window.until(lambda: np.array_equal(window.on_screen(), window.saved()))


@contract
def draws_once_for_many_requests(window: Window) -> None:
    window.show()
    window.listen("draw_event")
    for _ in range(5):
        window.canvas.draw_idle()
    assert not window.events
    window.until(lambda: window.events)
    window.run(0.2)
    assert len(window.events) == 1


@contract
def draw_is_done_when_it_returns(window: Window) -> None:
    window.show()
    window.line.set_ydata([9, 1, 9])
    window.canvas.draw()
    drawn = window.drawn()
    np.testing.assert_array_equal(drawn, window.saved())
    window.until(lambda: np.array_equal(window.shown(), drawn))


@contract
def a_changed_artist_appears(window: Window) -> None:
    window.show()
    before = window.shown()
    window.line.set_color("red")
    window.canvas.draw_idle()
    expected = window.saved()
    assert not np.array_equal(expected, before)
    window.until(lambda: np.array_equal(window.shown(), expected))


@contract
def a_figure_that_is_seen_through(window: Window) -> None:
    window.show()
    window.figure.set_facecolor("none")
    window.axes.set_facecolor("red")
    window.canvas.draw()
    box = window.axes.bbox
    left, top = window.origin
    height = window.canvas.get_width_height(physical=True)[1]
    place = top + height - int(box.y0) - 4, left + int(box.x1) - 6

    window.until(lambda: tuple(screen()[place]) == (255, 0, 0))
    # The toolkit's own background, not the last picture.
    window.until(lambda: tuple(screen()[top + 2, left + 2]) != FACE)


@contract
def parts_are_blitted(window: Window) -> None:
    window.line.set_animated(True)
    window.show()
    canvas = window.canvas
    assert canvas.supports_blit
    background = canvas.copy_from_bbox(window.axes.bbox)
    for value in (1, 4, 7):
        canvas.restore_region(background)
        window.line.set_ydata([value, 9, value])
        window.axes.draw_artist(window.line)
        canvas.blit(window.axes.bbox)
        canvas.flush_events()
        if value == 4:
            canvas.blit(window.figure.bbox)
    window.until(window.is_shown)
    # Two parts in turns, the second of them inside the first.
    inner = Bbox(np.add(window.axes.bbox.get_points(), [[30, 20], [-40, -50]]))
    for value in (2, 5, 8):
        canvas.restore_region(background)
        window.line.set_ydata([9, value, 1])
        window.axes.draw_artist(window.line)
        canvas.blit(inner)
        canvas.flush_events()
        canvas.blit(window.axes.bbox)
    window.until(window.is_shown)
    # What programs write by themselves.
    pixels = np.asarray(canvas.buffer_rgba())
    pixels[120:140, 150:180, :3] = 50, 100, 150
    expected = window.drawn()
    canvas.blit(window.axes.bbox)
    window.until(lambda: np.array_equal(window.shown(), expected))
    del pixels
    canvas.draw()
    window.axes.draw_artist(window.line)
    expected = window.drawn()
    canvas.blit()
    window.until(lambda: np.array_equal(window.shown(), expected))


@contract
def saving_leaves_the_window_as_it_is(window: Window) -> None:
    window.show()
    shown = window.shown()
    window.figure.savefig(io.BytesIO(), dpi=37)
    window.figure.savefig(io.BytesIO(), format="svg")
    window.figure.savefig(io.BytesIO(), dpi=window.figure.dpi, facecolor="red")
    np.testing.assert_array_equal(window.drawn(), shown)
    # Painted again, for all that the toolkit knows.
    window.canvas.blit()
    window.run(0.2)
    np.testing.assert_array_equal(window.shown(), shown)


@contract
def every_format_can_be_saved(window: Window) -> None:
    window.show()
    for name in window.canvas.get_supported_filetypes():
        file = io.BytesIO()
        if name == "pgf":
            continue  # Needs LaTeX.
        window.figure.savefig(file, format=name)
        assert file.getvalue(), name
    assert {"png", "svg", "pdf", "eps"} <= set(window.canvas.get_supported_filetypes())


@contract
def a_slow_draw_lets_the_window_live(window: Window) -> None:
    from drypoint.adapter import window as adapter

    window.show()
    canvas = window.canvas
    canvas._draw_s = 1.0  # As if it had taken long.
    background: list[bool] = []
    window.canvas.mpl_connect(
        "draw_event", lambda event: background.append(canvas._instead is not None)
    )
    before = window.drawn()
    window.axes.set_xlim(-2, 8)
    canvas.draw_idle()
    # Moved at once: the same picture, but for the inside of the axes.
    preview = canvas.shown_pixels()[..., :3]
    assert preview.shape == before.shape
    assert not np.array_equal(preview, before)
    np.testing.assert_array_equal(preview[:, :20], before[:, :20])
    window.until(lambda: background and canvas._instead is None)
    assert background == [True]
    assert canvas._draw_s < 1.0
    window.until(window.is_shown)
    np.testing.assert_array_equal(window.drawn(), window.saved())
    # Many requests while one is under way: a second one comes last.
    adapter._LOOK_MS, canvas._looks = 100, None
    canvas._draw_s = 1.0
    canvas.draw_idle()
    window.until(lambda: canvas._background is not None)
    for limit in (7, 6, 5):
        canvas._draw_s = 1.0
        window.axes.set_xlim(0, limit)
        canvas.draw_idle()
        window.run(0.01)
    window.until(lambda: len(background) >= 3 and canvas._background is None)
    window.until(lambda: np.array_equal(window.drawn(), window.saved()))
    window.until(window.is_shown)
    # Who wants pixels has them.
    canvas._draw_s = 1.0
    window.line.set_color("red")
    canvas.draw_idle()
    canvas.draw()
    np.testing.assert_array_equal(window.drawn(), window.saved())
    window.until(window.is_shown)


# --- size


@contract
def another_size(window: Window) -> None:
    window.show()
    window.listen("resize_event")
    window.canvas.manager.resize(520, 430)
    window.until(lambda: window.heard("resize_event"))
    window.until(lambda: tuple(window.canvas.get_width_height(physical=True)) != (400, 300))
    # The size may come in steps.
    window.until(lambda: window.is_shown() and np.array_equal(window.drawn(), window.saved()))


@contract
def the_figure_decides_its_size(window: Window) -> None:
    window.show()
    window.figure.set_size_inches(5, 3.5)
    window.until(lambda: window.shown().shape[:2] == (350, 500) and window.is_shown())


@contract
def full_screen_and_back(window: Window) -> None:
    window.show()
    window.canvas.manager.full_screen_toggle()
    window.run(0.2)
    window.canvas.manager.full_screen_toggle()
    window.until(window.is_shown)


# --- input


@contract
def the_mouse_moves(window: Window) -> None:
    window.show()
    window.listen("motion_notify_event", "figure_enter_event", "figure_leave_event")
    window.move(200, 100)
    window.until(lambda: window.heard("motion_notify_event") or window.heard("figure_enter_event"))
    window.move(210, 120)
    there = [(210, 120)]
    window.until(
        lambda: (
            [(round(e.x), round(e.y)) for e in window.heard("motion_notify_event")[-1:]] == there
        )
    )
    event = window.heard("motion_notify_event")[-1]
    assert event.inaxes is window.axes
    assert event.had_gui_event or window.toolkit == "gtk4"  # Matplotlib's has none there.
    assert len(window.heard("figure_enter_event")) == 1
    xdotool("mousemove", *CORNER)
    window.until(lambda: window.heard("figure_leave_event"))


@contract
def buttons_are_pressed(window: Window) -> None:
    window.show()
    window.listen("button_press_event", "button_release_event")
    window.move(150, 90)
    for number in (1, 2, 3):
        window.press_buttons("click", number)
        window.run(0.5)  # Not a double click.
    window.until(lambda: len(window.heard("button_release_event")) == 3)
    pressed = window.heard("button_press_event")
    assert not any(event.dblclick for event in pressed)
    assert [int(event.button) for event in pressed] == [1, 2, 3]
    assert {(round(event.x), round(event.y)) for event in pressed} == {(150, 90)}
    assert all(event.had_gui_event for event in window.events) or window.toolkit == "gtk4"


@contract
def the_wheel_turns(window: Window) -> None:
    window.show()
    window.listen("scroll_event")
    window.move(150, 90)
    window.press_buttons("click", 4)
    window.until(lambda: window.heard("scroll_event"))
    window.press_buttons("click", 5)
    window.until(lambda: len(window.heard("scroll_event")) >= 2)
    steps = [event.step for event in window.heard("scroll_event")]
    # GTK 4 counts the other way, in Matplotlib's own canvas; wx counts lines.
    signs = [-1, 1] if window.toolkit == "gtk4" else [1, -1]
    assert np.sign(steps).tolist() == signs, steps


@contract
def keys_are_typed(window: Window) -> None:
    window.show()
    window.listen("key_press_event", "key_release_event")
    window.move(150, 90)
    for key in ("a", "Left", "F5", "ctrl+b", "alt+x", "Escape", "shift+k"):
        window.press_buttons("key", key)
    window.until(lambda: len(window.heard("key_release_event")) >= 7)
    pressed = [event.key for event in window.heard("key_press_event")]
    keys = [key for key in pressed if key not in ("control", "alt", "shift")]
    assert [key for key in keys if not key.endswith(("+control", "+alt", "+shift"))] == [
        *("a", "left", "f5", "ctrl+b", "alt+x", "escape", "K")
    ]


@contract
def a_drag_pans(window: Window) -> None:
    window.show()
    toolbar = window.canvas.toolbar
    toolbar.pan()
    window.listen("button_release_event")
    window.move(150, 100)
    window.press_buttons("mousedown", 1)
    for step in range(1, 6):
        window.move(150 + 10 * step, 100)
        window.run(0.05)
    window.press_buttons("mouseup", 1)
    window.until(lambda: window.heard("button_release_event"))
    toolbar.pan()
    pixels_per_unit = window.axes.bbox.width / 10
    np.testing.assert_allclose(window.axes.get_xlim()[0], -50 / pixels_per_unit)
    window.until(window.is_shown)
    np.testing.assert_array_equal(window.drawn(), window.saved())
    toolbar.home()
    assert window.axes.get_xlim() == (0, 10)


@contract
def a_drag_zooms_and_the_box_is_seen(window: Window) -> None:
    window.show()
    toolbar = window.canvas.toolbar
    toolbar.zoom()
    window.listen("button_release_event")
    window.move(150, 100)
    window.press_buttons("mousedown", 1)
    window.move(200, 150)
    window.run(0.1)
    window.move(250, 200)
    window.run(0.1)
    # A dashed box over the picture.
    window.until(lambda: not window.is_shown())
    window.press_buttons("mouseup", 1)
    window.until(lambda: window.heard("button_release_event"))
    toolbar.zoom()
    low, high = window.axes.get_xlim()
    assert 0 < low < high < 10, (low, high)
    window.until(window.is_shown)
    np.testing.assert_array_equal(window.drawn(), window.saved())


@contract
def points_are_asked_for(window: Window) -> None:
    window.show()
    window.move(150, 90)
    # Again and again, since it is not known when it is listened to.
    answered = threading.Event()

    def click() -> None:
        while not answered.wait(0.5):
            xdotool("click", 1)

    person = threading.Thread(target=click)
    person.start()
    try:
        ((x, y),) = window.plt.ginput(1, timeout=30)
    finally:
        answered.set()
        person.join()
    expected = window.axes.transData.inverted().transform((150, 90))
    np.testing.assert_allclose((x, y), expected, atol=0.05)


# --- loops


@contract
def timers_and_loops(window: Window) -> None:
    window.show()
    calls: list[float] = []
    timer = window.canvas.new_timer(interval=20)
    timer.add_callback(lambda: calls.append(time.monotonic()))
    timer.start()
    window.until(lambda: len(calls) >= 3)
    timer.stop()
    stopper = window.canvas.new_timer(interval=100)
    stopper.single_shot = True
    stopper.add_callback(window.canvas.stop_event_loop)
    stopper.start()
    begin = time.monotonic()
    window.canvas.start_event_loop(30)
    assert time.monotonic() - begin < 20
    window.plt.pause(0.05)
    window.canvas.flush_events()


@contract
def several_figures_and_their_titles(window: Window) -> None:
    window.show()
    other = window.plt.figure(figsize=(2, 2))
    other.canvas.manager.set_window_title("another one")
    window.plt.show(block=False)
    window.until(lambda: "another one" in visible_titles())
    assert other.canvas.manager.get_window_title() == "another one"
    closed: list[Any] = []
    other.canvas.mpl_connect("close_event", closed.append)
    window.plt.close(other)
    window.until(lambda: closed)
    assert window.plt.get_fignums() == [1]
    window.until(window.is_shown)


@contract
def show_waits_until_the_window_is_closed(window: Window) -> None:
    closed: list[Any] = []
    window.canvas.mpl_connect("close_event", closed.append)
    when_show_waits(window, lambda: window.plt.close("all"))
    window.plt.show()
    assert len(closed) == 1
    assert window.plt.get_fignums() == []


@contract
def an_interrupt_ends_the_wait(window: Window) -> None:
    when_show_waits(window, interrupt_soon)
    try:
        window.plt.show()
    except KeyboardInterrupt:
        pass
    else:
        raise AssertionError("show() returned as if the window had been closed")


@contract
def an_interrupt_ends_a_pause(window: Window) -> None:
    window.show()
    interrupt_soon()
    try:
        window.plt.pause(60)
    except KeyboardInterrupt:
        pass
    else:
        raise AssertionError("the pause was not interrupted")
    window.until(window.is_shown)


def interrupt_soon() -> None:
    threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()


@contract
def pyplot_interactive(window: Window) -> None:
    window.plt.ion()
    window.show()
    before = window.shown()
    window.plt.plot([0, 10], [10, 0])
    window.until(lambda: not np.array_equal(window.shown(), before))
    window.until(window.is_shown)


# --- the rest of the window


@contract
def cursors_are_known(window: Window) -> None:
    from matplotlib.backend_tools import Cursors

    window.show()
    for cursor in Cursors:
        window.canvas.set_cursor(cursor)
    window.run(0.05)


@contract
def a_tool_manager(window: Window) -> None:
    with_tool_manager(window)
    manager = window.canvas.manager.toolmanager
    manager.trigger_tool("pan")
    window.run(0.1)
    assert manager.active_toggle["default"] == "pan"
    manager.trigger_tool("pan")
    window.until(window.is_shown)


@contract
def the_picture_is_kept_for_looking_at(window: Window) -> None:
    """Not a promise: writes the whole window for the documents."""
    folder = os.environ.get("DRYPOINT_SCREENSHOTS")
    window.show()
    if folder:
        left, top, right, bottom = geometry()
        picture = Image.fromarray(screen()[top:bottom, left:right])
        picture.save(Path(folder) / f"{window.toolkit}.png", optimize=True)


def main(toolkit: str, name: str, backend: str = "", installed: str = "") -> None:
    """Run a contract; with a backend of Matplotlib's to see whether that keeps it, by itself or "installed"."""
    if installed:
        import drypoint

        drypoint.install()
    mpl.use(backend or f"module://drypoint.backends.{toolkit}")
    # Whoever waits for this gives up a little later, without a word.
    faulthandler.dump_traceback_later(100, exit=True)
    CONTRACTS[name](Window(toolkit))
    print("kept", flush=True)
    if toolkit == "qt" and "WAYLAND_DISPLAY" in os.environ:
        # Once in some hundred times the thread by which Qt hears the compositor does not end with the process.
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
