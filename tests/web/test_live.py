"""What a view does reaches the figure as Matplotlib's events; what the figure does reaches the view."""

import io
import threading
import time
from typing import Any

import matplotlib as mpl
import numpy as np
import PIL.Image
import pytest
from matplotlib.backend_bases import MouseButton
from matplotlib.figure import Figure

from drypoint.adapter.browser_input import key_name
from drypoint.adapter.live import FigureCanvasLive, FigureManagerLive
from drypoint.web.frame import HEAD
from drypoint.web.work import WorkQueue
from tests.web.player import Watcher


class Live:
    def __init__(self) -> None:
        self.figure = Figure(figsize=(4, 3), dpi=100)
        self.ax = self.figure.add_subplot()
        self.ax.plot([0, 1, 2], [0, 1, 0.5])
        self.queue = WorkQueue()
        self.canvas = FigureCanvasLive(self.figure, self.queue)
        self.manager = FigureManagerLive(self.canvas, 1)
        self.watcher = Watcher(self.canvas.session)
        self.settle()

    def settle(self) -> None:
        """Work until there is nothing to do, as a view that answers each frame."""
        answered = len(self.watcher.frames)
        for _ in range(100):
            self.queue.run_pending()
            if len(self.watcher.frames) > answered:
                answered = len(self.watcher.frames)
                self.watcher.answer()

    def png(self) -> Any:
        file = io.BytesIO()
        self.figure.savefig(file, dpi=self.figure.dpi)
        return np.asarray(PIL.Image.open(file).convert("RGBA"))

    def events(self, *names: str) -> list[Any]:
        noted: list[Any] = []
        for name in names:
            self.canvas.mpl_connect(name, noted.append)
        return noted


@pytest.fixture
def live() -> Live:
    return Live()


def test_a_view_is_told_everything_and_shows_the_picture(live: Live) -> None:
    (hello,) = live.watcher.of_type("hello")
    assert (hello["title"], hello["width"], hello["height"]) == ("Figure 1", 400, 300)
    assert ["png", "Portable Network Graphics"] in hello["formats"]
    assert hello["mode"] == ""
    assert "1 line" in hello["alt"]
    assert np.array_equal(live.watcher.picture, live.png())


def test_other_versions_are_told_so(live: Live) -> None:
    live.watcher.send(type="hello", version=99, ratio=1)
    live.settle()
    assert live.watcher.messages[-1] == {"type": "outdated", "version": 1}


def test_pointers(live: Live) -> None:
    noted = live.events("button_press_event", "button_release_event", "motion_notify_event")
    live.watcher.pointer("down", 100.5, 50, button=0, buttons=1, modifiers=["shift", "ctrl"])
    live.watcher.pointer("move", 120, 60, buttons=1)
    live.watcher.pointer("up", 120, 60, button=0)
    live.watcher.pointer("double", 10, 20, button=2, buttons=2)
    live.settle()
    down, move, up, double = noted
    assert (down.name, down.x, down.y, down.button) == ("button_press_event", 100, 250, 1)
    assert down.modifiers == frozenset({"ctrl", "shift"})
    assert not down.dblclick
    assert move.buttons == {MouseButton.LEFT}
    assert up.name == "button_release_event"
    assert double.dblclick
    assert double.button == MouseButton.RIGHT


@pytest.mark.parametrize(("number", "button"), list(enumerate((1, 2, 3, 8, 9))))
def test_button_numbers(live: Live, number: int, button: int) -> None:
    noted = live.events("button_press_event")
    live.watcher.pointer("down", 1, 1, button=number)
    live.settle()
    assert noted[0].button == button


def test_enter_and_leave(live: Live) -> None:
    noted = live.events("figure_enter_event", "figure_leave_event")
    live.watcher.pointer("enter", 5, 5)
    live.watcher.pointer("leave", 5, 5)
    live.settle()
    assert [event.name for event in noted] == ["figure_enter_event", "figure_leave_event"]


def test_keys_come_with_the_place_of_the_pointer(live: Live) -> None:
    noted = live.events("key_press_event", "key_release_event")
    live.watcher.pointer("move", 30, 40)
    live.watcher.input(type="key", action="down", key="ArrowLeft", modifiers=["ctrl"])
    live.watcher.input(type="key", action="up", key="ArrowLeft")
    live.settle()
    assert [(e.name, e.key, e.x, e.y) for e in noted] == [
        ("key_press_event", "ctrl+left", 30, 260),
        ("key_release_event", "left", 30, 260),
    ]


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        ("a", [], "a"),
        ("A", ["shift"], "A"),
        ("a", ["ctrl", "alt"], "ctrl+alt+a"),
        ("F5", ["shift"], "shift+f5"),
        ("Enter", [], "enter"),
        ("Escape", [], "escape"),
        ("PageDown", [], "pagedown"),
        ("Control", ["ctrl"], "control"),
        ("Shift", ["shift", "ctrl"], "ctrl+shift"),
        ("Meta", ["meta"], "super"),
        ("k", ["meta"], "super+k"),
        (" ", [], " "),
        ("Dead", [], None),
    ],
)
def test_key_names(key: str, modifiers: list[str], name: str | None) -> None:
    assert key_name(key, frozenset(modifiers)) == name


def test_stale_moves_are_dropped(live: Live) -> None:
    noted = live.events("motion_notify_event", "button_press_event")
    for x in range(50):
        live.watcher.pointer("move", x, 10)
    live.watcher.pointer("down", 50, 10, button=0, buttons=1)
    for x in range(50, 60):
        live.watcher.pointer("move", x, 10, buttons=1)
    live.settle()
    assert [(event.name[:6], event.x) for event in noted] == [
        ("motion", 49),
        ("button", 50),
        ("motion", 59),
    ]


def test_a_failing_handler_does_not_stop_the_next(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(event: Any) -> None:
        raise ValueError("of the program")

    with mpl.rc_context({}):
        live.canvas.callbacks.exception_handler = None  # as without a toolkit: raised
        live.canvas.mpl_connect("key_press_event", fail)
        live.watcher.input(type="key", action="down", key="z")
        live.watcher.pointer("move", 30, 40)
        noted = live.events("motion_notify_event")
        live.settle()
    assert len(noted) == 1


# --- frames


def test_one_frame_is_in_flight(live: Live) -> None:
    count = len(live.watcher.frames)
    for position in range(5):
        live.ax.set_xlim(position, position + 1)
        live.canvas.draw_idle()
        live.queue.run_pending()
    assert len(live.watcher.frames) == count + 1
    live.watcher.answer()
    live.settle()
    assert len(live.watcher.frames) == count + 2
    assert np.array_equal(live.watcher.picture, live.png())


def test_nothing_is_drawn_that_nobody_can_see() -> None:
    live = Live()
    live.canvas.session.detach(live.watcher.view)
    draws = live.events("draw_event")
    live.canvas.draw_idle()
    live.settle()
    assert draws == []


def test_several_views_show_the_same(live: Live) -> None:
    second = Watcher(live.canvas.session)
    live.settle()
    second.answer()
    live.ax.set_title("both")
    live.canvas.draw_idle()
    live.settle()
    assert np.array_equal(live.watcher.picture, second.picture)
    # One that does not answer misses frames, and gets what it misses later.
    live.ax.set_title("one")
    live.canvas.draw_idle()
    live.settle()
    live.ax.set_title("all")
    live.canvas.draw_idle()
    live.settle()
    assert not np.array_equal(live.watcher.picture, second.picture)
    second.answer()
    live.settle()
    assert np.array_equal(live.watcher.picture, second.picture)


def test_a_frame_says_which_input_it_shows(live: Live) -> None:
    live.canvas.mpl_connect("motion_notify_event", lambda event: live.canvas.draw_idle())
    live.watcher.pointer("move", 30, 40)
    live.ax.set_title("x")
    live.settle()
    assert HEAD.unpack_from(live.watcher.frames[-1])[7] == live.watcher._number


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_panning_travels_as_moves(live: Live, scale: str) -> None:
    live.ax.set(xscale=scale, xlim=(0.5, 20))
    live.canvas.draw_idle()
    live.settle()
    live.watcher.input(type="tool", name="pan")
    live.watcher.pointer("down", 200, 150, button=0, buttons=1)
    live.settle()
    live.watcher.pointer("move", 230, 140, buttons=1)
    live.settle()
    assert HEAD.unpack_from(live.watcher.frames[-1])[2] >= 1
    assert np.array_equal(live.watcher.picture, live.png())


def test_blitting_reaches_the_view(live: Live) -> None:
    canvas = live.canvas
    assert canvas.supports_blit
    background = canvas.copy_from_bbox(live.ax.bbox)
    canvas.restore_region(background)
    (line,) = live.ax.plot([0, 2], [1, 0], animated=True)
    live.ax.draw_artist(line)
    canvas.blit(live.ax.bbox)
    live.settle()
    assert np.array_equal(live.watcher.picture, np.asarray(canvas.buffer_rgba()))


# --- toolbar, size, files


def test_toolbar(live: Live) -> None:
    live.watcher.input(type="tool", name="zoom")
    live.watcher.pointer("down", 150, 100, button=0, buttons=1)
    live.settle()
    live.watcher.pointer("move", 250, 200, buttons=1)
    live.settle()
    assert live.watcher.of_type("mode")[-1]["name"] == "zoom"
    assert live.watcher.of_type("rubberband")[-1]["box"] == [150, 100, 100, 100]
    before = live.ax.get_xlim()
    live.watcher.pointer("up", 250, 200, button=0)
    live.settle()
    assert live.watcher.of_type("rubberband")[-1]["box"] is None
    assert live.ax.get_xlim() != before
    assert live.watcher.of_type("history")[-1] == {
        "type": "history",
        "back": True,
        "forward": False,
    }
    live.watcher.input(type="tool", name="back")
    live.settle()
    assert live.ax.get_xlim() == before
    assert live.watcher.of_type("history")[-1] == {
        "type": "history",
        "back": False,
        "forward": True,
    }


def test_places_and_cursors_are_told(live: Live) -> None:
    live.watcher.input(type="tool", name="pan")
    live.watcher.pointer("move", 200, 150)
    live.settle()
    assert live.watcher.of_type("message")[-1]["text"].startswith("(x, y) = (")
    assert live.watcher.of_type("cursor")[-1]["name"] == "move"


def test_a_drag_is_announced_and_ended(live: Live) -> None:
    live.watcher.input(type="tool", name="pan")
    live.watcher.pointer("down", 200, 150, button=0, buttons=1)
    live.settle()
    (area,) = live.watcher.of_type("drag")[-1]["areas"]
    assert (area["x"], area["width"], area["face"]) == (50.0, 310.0, "#ffffffff")
    live.watcher.pointer("up", 220, 150, button=0)
    live.settle()
    assert live.watcher.of_type("drag")[-1]["areas"] == []


def test_the_wheel_zooms_while_a_tool_is_chosen(live: Live) -> None:
    before = live.ax.get_xlim()
    live.watcher.input(type="wheel", x=200, y=150, steps=1)
    live.settle()
    assert live.ax.get_xlim() == before
    live.watcher.input(type="tool", name="pan")
    live.watcher.input(type="wheel", x=200, y=150, steps=1)
    live.settle()
    low, high = live.ax.get_xlim()
    assert high - low == pytest.approx(0.85 * (before[1] - before[0]))


def test_what_it_shows_in_words_is_kept_up_to_date(live: Live) -> None:
    assert "Rain" not in live.watcher.of_type("hello")[-1]["alt"]
    live.ax.set_title("Rain")
    live.canvas.draw_idle()
    live.settle()
    assert "Rain" in live.watcher.of_type("alt")[-1]["text"]
    count = len(live.watcher.of_type("alt"))
    live.ax.set_xlim(0, 1)
    live.canvas.draw_idle()
    live.settle()
    assert len(live.watcher.of_type("alt")) == count


def test_views_know_what_the_wheel_zooms(live: Live) -> None:
    (area,) = live.watcher.of_type("axes")[-1]["areas"]
    assert (area["x"], area["width"], area["face"]) == (50.0, 310.0, "#ffffffff")
    # Told again when something has changed; the topmost comes first.
    live.ax.inset_axes((0.5, 0.5, 0.4, 0.4), facecolor="red", zorder=6)
    figure = live.ax.figure
    assert isinstance(figure, Figure)
    figure.add_axes((0, 0, 0.1, 0.1), projection="polar")
    figure.add_axes((0.6, 0.6, 0.1, 0.1), visible=False)
    figure.add_axes((0.7, 0.6, 0.1, 0.1), facecolor="lime")
    figure.canvas.draw_idle()
    live.watcher.answer()
    live.settle()
    assert [area["face"] for area in live.watcher.of_type("axes")[-1]["areas"]] == [
        "#00ff00ff",
        "#ffffffff",
    ]
    live.watcher.send(type="hello", version=1, ratio=1)
    live.settle()
    assert len(live.watcher.of_type("hello")[-1]["axes"]) == 2


def test_the_wheel_is_the_programs_if_it_listens(live: Live) -> None:
    assert not live.watcher.of_type("hello")[-1]["takesWheel"]
    noted = live.events("scroll_event")
    live.watcher.send(type="hello", version=1, ratio=1)
    live.watcher.input(type="wheel", x=200, y=150, steps=-2.5)
    live.settle()
    assert live.watcher.of_type("hello")[-1]["takesWheel"]
    assert noted[0].step == -2.5


def test_resizing(live: Live) -> None:
    noted = live.events("resize_event")
    live.watcher.send(type="resize", width=500, height=250)
    live.settle()
    assert len(noted) == 1
    assert live.figure.get_size_inches() == pytest.approx((5, 2.5))
    assert live.watcher.picture is not None
    assert live.watcher.picture.shape == (250, 500, 4)
    assert live.watcher.of_type("size")[-1] == {"type": "size", "width": 500, "height": 250}


def test_a_program_resizes(live: Live) -> None:
    live.figure.set_size_inches(6, 2)
    live.settle()
    assert live.watcher.of_type("size")[-1] == {"type": "size", "width": 600, "height": 200}
    assert live.watcher.picture is not None
    assert live.watcher.picture.shape == (200, 600, 4)


def test_fine_screens_get_finer_pictures(live: Live) -> None:
    watcher = Watcher(live.canvas.session, ratio=2)
    live.settle()
    assert watcher.picture is not None
    assert watcher.picture.shape == (600, 800, 4)
    hello = watcher.of_type("hello")[-1]
    assert (hello["width"], hello["height"]) == (400, 300)
    noted = live.events("motion_notify_event")
    watcher.pointer("move", 10, 20)
    live.settle()
    assert (noted[0].x, noted[0].y) == (20, 560)


@pytest.mark.parametrize("format", ["png", "svg", "pdf", "jpg"])
def test_saving(live: Live, format: str) -> None:
    live.watcher.send(type="save", format=format)
    live.settle()
    (file,) = live.watcher.files
    length = int.from_bytes(file[1:5], "little")
    assert f'"name": "Figure_1.{format}"' in file[5 : 5 + length].decode()
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "jpg": b"\xff\xd8"}
    assert file[5 + length :].startswith(starts[format])


def test_a_save_between_a_draw_and_its_frame_is_not_seen(live: Live) -> None:
    live.ax.set_title("changed")
    live.canvas.draw()
    live.figure.savefig(io.BytesIO(), dpi=30, facecolor="red")
    live.settle()
    assert np.array_equal(live.watcher.picture, live.png())


def test_saving_what_there_is_not(live: Live) -> None:
    live.watcher.send(type="save", format="exe")
    live.settle()
    assert live.watcher.files == []
    assert "there is no format 'exe'" in live.watcher.of_type("failed")[0]["text"]


def test_closing(live: Live) -> None:
    noted = live.events("close_event")
    live.manager.destroy()
    live.manager.destroy()
    assert len(noted) == 1
    assert live.watcher.messages[-1] == {"type": "close"}


# --- the loop


def test_timers(live: Live) -> None:
    calls: list[float] = []
    timer = live.canvas.new_timer(10, [(lambda: calls.append(time.monotonic()), (), {})])
    timer.start()
    live.queue.run(lambda: len(calls) >= 3, 10)
    timer.stop()
    assert len(calls) == 3
    live.queue.run(lambda: False, 0.05)
    assert len(calls) == 3


def test_a_single_shot_fires_once(live: Live) -> None:
    calls: list[int] = []
    timer = live.canvas.new_timer(1, [(lambda: calls.append(1), (), {})])
    timer.single_shot = True
    timer.start()
    live.queue.run(lambda: False, 0.05)
    assert calls == [1]


def test_event_loop_ends_when_told(live: Live) -> None:
    timer = live.canvas.new_timer(1, [(live.canvas.stop_event_loop, (), {})])
    timer.start()
    live.canvas.start_event_loop(30)
    timer.stop()


def test_work_of_other_threads_is_done_in_this_one(live: Live) -> None:
    done: list[int] = []

    def post() -> None:
        live.queue.post(lambda: done.append(threading.get_ident()))

    thread = threading.Thread(target=post)
    thread.start()
    live.queue.run(lambda: bool(done), 10)
    thread.join()
    assert done == [threading.get_ident()]
