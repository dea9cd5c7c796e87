"""Live figures in notebooks: stands in for ``%matplotlib widget``, ``ipympl`` and ``nbagg``.

Selected as ``%matplotlib drypoint-notebook`` or ``module://drypoint.backends.notebook``, in
JupyterLab, Notebook 7, VS Code, Colab and marimo. The script of the view comes with the Python
object, through anywidget: there is nothing to be installed into the notebook's server, so nothing
can be of another version. Beside the view, the output has a PNG of the figure, which is what is
left when the notebook is converted, looked at on a page, or has lost its kernel.
"""

from __future__ import annotations

import atexit
import io
import sys
import threading
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from drypoint.adapter import interactive
from drypoint.adapter.alt_text import alt_text
from drypoint.adapter.compat import figure_managers
from drypoint.adapter.live import FigureCanvasLive, FigureManagerLive, figure_queue
from drypoint.adapter.manager import backend_version
from drypoint.web import assets
from drypoint.web.message import MessageError, decode
from drypoint.web.session import Sendable, View
from drypoint.web.work import WorkQueue

try:
    from anywidget import AnyWidget
    from IPython import get_ipython
    from IPython.display import display
except ModuleNotFoundError as error:
    raise ImportError(
        f"drypoint-notebook needs the package {(error.name or '').partition('.')[0]}: pip install 'drypoint[notebook]'"
    ) from error

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from drypoint.web.work import Timer

__all__ = ["FigureCanvas", "FigureManager", "backend_version"]

# How long after the pointer has left the output's PNG follows.
_REFRESH_AFTER_S = 1.0


class FigureManagerNotebook(FigureManagerLive):
    """A figure in the output of a cell."""

    canvas: FigureCanvasNotebook

    def __init__(self, canvas: FigureCanvasNotebook, num: int | str) -> None:
        super().__init__(canvas, num)
        interactive.attach(canvas.queue)
        _watch_cells()
        self.is_waiting = mpl.is_interactive()

    def show(self) -> None:
        """Display the figure, if that has not been done."""
        self.is_waiting = False
        if not self.canvas.is_displayed:
            self.canvas.show_output()
        else:
            self.canvas.draw_idle()

    def destroy(self) -> None:
        """Close the figure: the output keeps its last picture."""
        if _marimo() is not None:
            # It closes all figures of pyplot at the end of each cell; those that it shows stay live.
            return
        if not self.canvas.session.is_closed:
            self.canvas.leave_picture()
        super().destroy()


class FigureCanvasNotebook(FigureCanvasLive, AnyWidget):
    """A canvas that is a widget as well: it can be displayed and put into boxes of ipywidgets."""

    manager_class = FigureManagerNotebook

    # Names here must be none of a widget's: close, send, comm, layout, focus, …
    _esm = assets.script("widget.js")
    _css = assets.style()

    def __init__(
        self, figure: Figure | None = None, queue: WorkQueue | None = None, **traits: Any
    ) -> None:
        self._views_by_name: dict[str, View] = {}
        self._displays: list[Any] = []
        self._static_state: tuple[int, tuple[float, float]] | None = None
        self._static_png = ""
        self._draw_count = 0
        self._refresh_timer: Timer | None = None
        AnyWidget.__init__(self, **traits)
        FigureCanvasLive.__init__(self, figure, _queue_here() if queue is None else queue)
        self.on_msg(self._take)
        self.mpl_connect("figure_leave_event", lambda event: self._refresh_soon())

    # --- messages

    def _take(self, _widget: Any, content: Any, _buffers: Any) -> None:
        name, text = content.get("view"), content.get("text")
        if not isinstance(name, str):
            return
        view = self._views_by_name.get(name)
        if text is None:
            if view is not None:
                self.session.detach(self._views_by_name.pop(name))
            return
        if view is None:
            view = self._views_by_name[name] = View(lambda message: self._answer(name, message))
            self.session.attach(view)
        try:
            self.session.receive(view, decode(text))
        except MessageError:
            return  # A view's script sends none of these.

    def _answer(self, name: str, message: Sendable) -> None:
        if isinstance(message, bytes):
            self.send({"view": name}, [message])
        else:
            self.send({"view": name, "message": dict(message)})

    # --- the picture in the output

    def draw(self) -> None:
        """Draw the figure, and have the views show it."""
        self._draw_count += 1
        super().draw()

    def static_bundle(self) -> dict[str, str]:
        """The picture as it is now, and in words, for who cannot show the view."""
        file = io.BytesIO()
        # At the dots per inch of the figure, whatever the screen is.
        self.figure.savefig(file, format="png", dpi="figure")
        title = self.manager.get_window_title() if self.manager is not None else "Figure"
        self._static_png = b64encode(file.getvalue()).decode("ascii")
        return {
            "image/png": self._static_png,
            "text/plain": alt_text(self.figure, title),
        }

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        """What is displayed: the view, and the picture for later."""
        bundle = super()._repr_mimebundle_(**keywords)
        if isinstance(self.manager, FigureManagerNotebook):
            self.manager.is_waiting = False  # Once is enough.
        data, *metadata = bundle if isinstance(bundle, tuple) else (bundle,)
        return ({**(data or {}), **self.static_bundle()}, *metadata)

    def show_output(self) -> None:
        """Display the figure; its output is kept up to date from now on."""
        marimo = _marimo()
        if marimo is not None:
            # Its outputs are no messages of IPython's, and a notebook of its has no pictures in the file.
            marimo.output.append(self)
            return
        self._displays.append(display(self, display_id=True))  # type: ignore[no-untyped-call,unused-ignore]
        self._static_state = self._state()

    def _state(self) -> tuple[int, tuple[float, float]]:
        return self._draw_count, self.size()

    @property
    def is_displayed(self) -> bool:
        """Whether it has been displayed by itself, not as part of something else."""
        return bool(self._displays)

    def _refresh_soon(self) -> None:
        """Have the output's picture follow when the figure has been left alone for a while."""
        if self._refresh_timer is not None:
            self._refresh_timer.cancel()
        self._refresh_timer = self.queue.call_later(_REFRESH_AFTER_S, self.refresh_output)

    def refresh_output(self) -> None:
        """Put the present picture into the output, if it is another."""
        if not self.is_displayed or self._static_state == self._state():
            return
        self._static_state = self._state()
        # A draw may have changed nothing, and whoever puts an output in place of another makes
        # its view anew.
        before = self._static_png
        if self.static_bundle()["image/png"] != before:
            for handle in self._displays:
                handle.update(self)

    def leave_picture(self) -> None:
        """Put the present picture into the output, and no view."""
        if self.is_displayed:
            bundle = self.static_bundle()
            for handle in self._displays:
                handle.update(bundle, raw=True)
            self._displays.clear()


FigureCanvas = FigureCanvasNotebook
FigureManager = FigureManagerNotebook

# --- where this is ------------------------------------------------------------------------------


def _marimo() -> Any:
    """The module marimo, if a notebook of its is what is running; otherwise None."""
    marimo: Any = sys.modules.get("marimo")
    return marimo if marimo is not None and marimo.running_in_notebook() else None


_of_thread = threading.local()


def _queue_here() -> WorkQueue:
    """Where figures are worked on: marimo has a thread with a loop of its own for each visitor."""
    if _marimo() is None:
        return figure_queue
    if not hasattr(_of_thread, "queue"):
        _of_thread.queue = WorkQueue()
    queue: WorkQueue = _of_thread.queue
    return queue


# --- cells --------------------------------------------------------------------------------------

_is_watching = False


def _managers() -> list[FigureManagerNotebook]:
    return [manager for manager in figure_managers() if isinstance(manager, FigureManagerNotebook)]


def _watch_cells() -> None:
    """At the end of each cell, display what it has made; at the end of the kernel, leave pictures."""
    global _is_watching
    shell = get_ipython() if "IPython" in sys.modules else None
    if shell is None or _is_watching:
        return
    _is_watching = True
    # Not "post_execute": that comes after every message of a view as well.
    shell.events.register("post_run_cell", _after_cell)
    atexit.register(_at_end)


def _after_cell(_result: object = None) -> None:
    for manager in _managers():
        if manager.is_waiting:
            manager.show()
        else:
            manager.canvas.refresh_output()


def _at_end() -> None:
    for manager in _managers():
        manager.canvas.leave_picture()
