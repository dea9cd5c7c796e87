"""Windows of Tk: stands in for Matplotlib's ``tkagg``.

Selected as ``drypoint-tk`` or ``module://drypoint.backends.tk``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from tkinter import TclError
from typing import Any

from matplotlib.transforms import BboxBase

from drypoint.adapter.animation import Animation
from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.compat import figure_managers, tk_plumbing, tk_put
from drypoint.adapter.interrupt import TICK_MS, interruptible
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.adapter.window import WindowCanvas

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]

_plumbing = tk_plumbing()

# Where the bytes of red, green, blue and alpha are in a pixel. One that is beyond its four says that
# there is no alpha, which saves Tk from finding out where it is less than full.
_OFFSETS = (0, 1, 2, 3)
_OPAQUE_OFFSETS = (0, 1, 2, 4)

# To put another box takes as long as to put so many pixels more in one.
_BOX_PX = 500


@contextmanager
def _hearing_ctrl_c(windows: list[Any], leave: Callable[[], object]) -> Iterator[None]:
    ticks: dict[Any, str] = {}

    def tick(window: Any) -> None:
        # That Python is asked is enough for it to look for signals.
        ticks[window] = window.after(TICK_MS, tick, window)

    for window in windows:
        tick(window)
    try:
        with interruptible(leave):
            yield
    finally:
        for window, name in ticks.items():
            with suppress(TclError):  # It may be gone.
                window.after_cancel(name)


class FigureManagerDrypointTk(_plumbing.FigureManagerTk):
    """A window of Tk; Ctrl-C ends its loop."""

    @classmethod
    def start_main_loop(cls) -> None:
        """Wait until all windows are closed, or for Ctrl-C."""
        windows = [manager.window for manager in figure_managers()]
        if windows:
            with _hearing_ctrl_c(windows, windows[0].quit):
                super().start_main_loop()


class TkWindowCanvas(WindowCanvas):
    """A canvas of Tk that shows a figure; see `WindowCanvas`."""

    manager_class = FigureManagerDrypointTk

    _idle_draw_id: Any
    # Once parts have been blitted, until something else is shown; and the image of Tk that shows it.
    _animation: tuple[Any, Animation] | None = None

    def draw(self) -> None:
        """Draw the figure and show it."""
        super().draw()
        self.present()

    def request_draw(self) -> None:
        """Draw when Tk has time; what is slow is played beside."""
        if not self._idle_draw_id:
            self._idle_draw_id = self._tkcanvas.after_idle(self._draw_when_idle)

    def _draw_when_idle(self) -> None:
        try:
            if self.draw_from_idle():
                self.present()
        finally:
            self._idle_draw_id = None

    def present(self) -> None:
        """Show what is to be shown."""
        self._animation = None
        pixels = self.shown_pixels()
        if pixels is not None:
            offsets = _OPAQUE_OFFSETS if self.is_opaque() else _OFFSETS
            _plumbing.blit(self._tkphoto, pixels, offsets)

    def start_event_loop(self, timeout: float = 0) -> None:
        """Answer the user for so many seconds, without end for zero, or until Ctrl-C."""
        with _hearing_ctrl_c([self._tkcanvas], self.stop_event_loop):
            super().start_event_loop(timeout)

    def blit(self, bbox: BboxBase | None = None) -> None:
        """Show the picture, or the part of it in a box (in px, the origin at the bottom)."""
        self.wait_for_picture()
        pixels, core = self.shown_pixels(), self.shown_core()
        if pixels is None or bbox is None:
            self.present()
            return
        if core is None or not self.is_opaque():
            # Blended with what is there, changed or not.
            self._animation = None
            _plumbing.blit(self._tkphoto, pixels, _OFFSETS, bbox=bbox)
            return
        photo, animation = self._animation or (None, None)
        if animation is None or photo is not self._tkphoto or animation.core is not core:
            animation = Animation(core, _BOX_PX)
            self._animation = self._tkphoto, animation
        tk_put(self._tkphoto, pixels, _OPAQUE_OFFSETS, animation.changed(bbox))


class FigureCanvasDrypointTk(TkWindowCanvas, FigureCanvasDrypoint, _plumbing.FigureCanvasTk):
    """A canvas of Tk that shows a figure as the engine draws it."""


FigureCanvas = FigureCanvasDrypointTk
FigureManager = FigureManagerDrypointTk

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
