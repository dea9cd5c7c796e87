"""A figure in a window, with a person before it, and the list of what every toolkit's window must do."""

import io
import os
import subprocess
import time
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from PIL import ImageGrab

from tests.windows.display import SIZE
from tests.windows.painted import PAINTED

#: The colour that the canvas is found by on the screen: nothing else has it.
FACE = (18, 52, 86)

#: The X server that is the screen, also that of a Wayland compositor, whose programs know of no X.
SCREEN = os.environ.get("DISPLAY") or os.environ.get("SCREEN", "")

#: Where a window is taken that a compositor has put anywhere, so that it has room to grow: of the canvas, px.
ROOM = (40, 160)

#: A place outside of all windows.
CORNER = (SIZE[0] - 1, SIZE[1] - 1)

CONTRACTS: dict[str, Callable[["Window"], None]] = {}


def contract(function: Callable[["Window"], None]) -> Callable[["Window"], None]:
    CONTRACTS[function.__name__] = function
    return function


def xdotool(*words: object) -> str:
    command = ["xdotool", *map(str, words)]
    environment = {**os.environ, "DISPLAY": SCREEN}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout


def screen() -> np.ndarray:
    """(h, w, 3) of the whole screen."""
    return np.asarray(ImageGrab.grab(xdisplay=SCREEN).convert("RGB"))


class Window:
    """A figure in a window of a toolkit, with a person before it."""

    def __init__(self, toolkit: str) -> None:
        import matplotlib.pyplot as plt

        self.plt = plt
        self.toolkit = toolkit
        #: Where what is on the screen has no picture of the mouse in it, and programs know each other's windows.
        self.on_x11 = "DISPLAY" in os.environ
        plt.rcParams["savefig.directory"] = ""
        self.figure = plt.figure(figsize=(4, 3), facecolor=np.divide(FACE, 255))
        self.canvas: Any = self.figure.canvas
        self.axes = self.figure.add_subplot(xlim=(0, 10), ylim=(0, 10))
        (self.line,) = self.axes.plot([1, 5, 9], [2, 8, 3], "o-")
        self.axes.set_title(toolkit)
        self.events: list[Any] = []
        self.origin = (0, 0)

    def show(self) -> None:
        self.plt.show(block=False)
        self.settle()
        self.find()
        # The mouse at a place of its own: no earlier test has left it where it matters.
        xdotool("mousemove", *CORNER)
        if not self.on_x11:
            self.take_to_room()
            return
        window = xdotool("search", "--onlyvisible", "--name", "Figure 1").split()[-1]
        xdotool("windowfocus", "--sync", window)
        self.run(0.2)

    def run(self, seconds: float) -> None:
        """Let the toolkit work."""
        self.canvas.start_event_loop(seconds)

    def until(self, condition: Callable[[], object], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "nothing happened"
            self.run(0.02)

    def settle(self) -> None:
        """Wait until the canvas is on the screen as it has been drawn."""
        self.until(self.is_shown)

    def find(self) -> tuple[int, int]:
        """Note where on the screen the canvas is."""
        self.until(lambda: (screen() == FACE).all(axis=2).any())
        rows, columns = np.nonzero((screen() == FACE).all(axis=2))
        self.origin = int(columns.min()), int(rows.min())
        return self.origin

    def take_to_room(self) -> None:
        """Take the window where it has room, as Weston lets its users do from anywhere in it."""
        left, top = self.origin
        # Weston adds up how far the mouse has gone; in this corner it is where it is said to be.
        xdotool("mousemove", 0, 0)
        xdotool("mousemove", left + 50, top + 50)
        self.run(0.1)
        self.press_buttons("keydown", "super")
        self.press_buttons("mousedown", 1)
        xdotool("mousemove", ROOM[0] + 50, ROOM[1] + 50)
        self.press_buttons("mouseup", 1)
        self.press_buttons("keyup", "super")
        xdotool("mousemove", *CORNER)
        self.until(lambda: self.find() == ROOM)

    def shown(self) -> np.ndarray:
        """(h, w, 3): what the canvas shows."""
        return self.on_screen() if self.on_x11 else PAINTED[self.toolkit](self.canvas)

    def on_screen(self) -> np.ndarray:
        """(h, w, 3): what is on the screen where the canvas is."""
        picture = screen()
        rows, columns = np.nonzero((picture == FACE).all(axis=2))
        if not len(rows):
            return picture[:0, :0]
        return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]

    def drawn(self) -> np.ndarray:
        return np.array(self.canvas.buffer_rgba())[..., :3]

    def is_shown(self) -> bool:
        """Whether the screen has what the canvas has drawn."""
        return hasattr(self.canvas, "renderer") and np.array_equal(self.shown(), self.drawn())

    def saved(self) -> np.ndarray:
        """What a file at the window's dpi has."""
        file = io.BytesIO()
        self.figure.savefig(file, format="rgba", dpi=self.figure.dpi)
        width, height = self.canvas.get_width_height(physical=True)
        return np.frombuffer(file.getvalue(), np.uint8).reshape(height, width, 4)[..., :3]

    def listen(self, *names: str) -> None:
        """Keep what the figure hears, with whether the toolkit's own event was there then."""

        def hear(event: Any) -> None:
            event.had_gui_event = getattr(event, "guiEvent", None) is not None
            self.events.append(event)

        for name in names:
            self.canvas.mpl_connect(name, hear)

    def heard(self, name: str) -> list[Any]:
        return [event for event in self.events if event.name == name]

    def move(self, x: int, y: int) -> None:
        """Put the mouse on a pixel of the canvas, counted from the bottom."""
        height = self.canvas.get_width_height(physical=True)[1]
        left, top = self.origin
        xdotool("mousemove", left + x, top + height - y)

    def press_buttons(self, *words: object) -> None:
        xdotool(*words)
        self.run(0.1)


def visible_titles() -> list[str]:
    """Titles of the windows there are; xdotool fails if there is none."""
    command = ["xdotool", "search", "--onlyvisible", "--name", ".", "getwindowname", "%@"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.splitlines()


def geometry() -> tuple[int, int, int, int]:
    window = xdotool("search", "--onlyvisible", "--name", "Figure 1").split()[-1]
    values = dict(
        line.split("=") for line in xdotool("getwindowgeometry", "--shell", window).split()
    )
    x, y = max(int(values["X"]), 0), max(int(values["Y"]), 0)
    return x, y, x + int(values["WIDTH"]), y + int(values["HEIGHT"])


def when_show_waits(window: Window, action: Callable[[], object]) -> None:
    """Have something done in the loop of `pyplot.show`.

    GTK 3 asks its timers earlier too, when there is no window yet.
    """
    manager_class = type(window.canvas.manager)
    start = manager_class.start_main_loop
    timer = window.canvas.new_timer(interval=100)
    timer.single_shot = True
    timer.add_callback(action)

    def start_both() -> None:
        timer.start()
        start()

    manager_class.start_main_loop = start_both


def with_tool_manager(window: Window) -> None:
    """Show the figure in a window with the other kind of toolbar."""
    window.plt.close("all")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It is experimental, Matplotlib says.
        mpl.rcParams["toolbar"] = "toolmanager"
        window.__init__(window.toolkit)  # type: ignore[misc]
        window.show()
