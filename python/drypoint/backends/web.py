"""Figures in the browser: stands in for Matplotlib's ``webagg``.

Selected as ``drypoint-web`` or ``module://drypoint.backends.web``. ``plt.show()`` serves the
figures of pyplot to this machine and opens them. Settings are Matplotlib's ``webagg.*``.
"""

from __future__ import annotations

import atexit
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl

from drypoint.adapter import interactive
from drypoint.adapter.compat import figure_managers
from drypoint.adapter.live import FigureCanvasLive, FigureManagerLive, figure_queue
from drypoint.adapter.manager import backend_version

try:
    import websockets  # noqa: F401 # what uvicorn speaks them with

    from drypoint.web import server
    from drypoint.web.app import Guard, make_app
    from drypoint.web.server import Server
    from drypoint.web.visitors import Visitors
    from drypoint.web.work import WorkQueue
except ModuleNotFoundError as error:
    raise ImportError(
        f"drypoint-web needs the package {(error.name or '').partition('.')[0]}: pip install 'drypoint[web]'"
    ) from error

if TYPE_CHECKING:
    from types import FrameType

    from matplotlib.figure import Figure
    from starlette.applications import Starlette

    from drypoint.web.session import Session

__all__ = ["FigureCanvas", "FigureManager", "backend_version", "figure_app", "reserve", "serve"]


class _PyplotFigures:
    """The figures that pyplot knows, by number."""

    def titles(self) -> Mapping[str, str]:
        return {
            str(manager.num): manager.get_window_title()
            for manager in figure_managers()
            if isinstance(manager, FigureManagerWeb)
        }

    def open(self, name: str) -> Session | None:
        for manager in figure_managers():
            if isinstance(manager, FigureManagerWeb) and str(manager.num) == name:
                return manager.canvas.session
        return None

    def left(self, name: str) -> None:
        pass

    def new(self) -> None:
        return None


class _Service:
    """The server of this process, and what belongs to its address."""

    def __init__(self) -> None:
        address = mpl.rcParams["webagg.address"]
        retries = mpl.rcParams["webagg.port_retries"]
        if _reserved is None:
            port, token = mpl.rcParams["webagg.port"], server.new_token()
        else:
            (port, token), retries = _reserved, 0
        listening = server.listen(address, port, retries)
        self.token = token
        self.port = server.port_of(listening)
        self._base = server.address_to_open(address, self.port)
        hosts = [address] if address not in ("0.0.0.0", "::") else [*server.own_names()]
        self._server = Server(make_app(_PyplotFigures(), Guard(self.token, hosts)), listening)
        self._server.start()
        atexit.register(self._server.stop)

    def url(self, name: str | None) -> str:
        return server.figure_url(self._base, name, self.token)


_reserved: tuple[int, str] | None = None
_service: _Service | None = None
_lock = threading.Lock()


def reserve(port: int, token: str) -> None:
    """Serve at this port with this token, so that pages of a process before find this one."""
    global _reserved
    _reserved = port, token


def serve() -> str:
    """Serve the figures of pyplot, if that is not so yet.

    Returns
    -------
    str
        The address of the list of them, with its token.
    """
    return _running().url(None)


def _running() -> _Service:
    global _service
    with _lock:
        if _service is None:
            _service = _Service()
        return _service


@contextlib.contextmanager
def _interruption() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C has been pressed; the program goes on then, as when a window is closed.

    Not an exception: it could come while something is drawn or called back, where somebody
    drops it. Pressed once more, it is one.
    """
    pressed: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    # None: it is not Python's, as in a program that has Python inside.
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield lambda: False
        return

    def note(number: int, frame: FrameType | None) -> None:
        if pressed and callable(before):
            before(number, frame)
        pressed.append(number)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            print(file=sys.stderr)


class FigureManagerWeb(FigureManagerLive):
    """A figure in the browser."""

    canvas: FigureCanvasWeb
    _was_shown = False

    def show(self) -> None:
        """Serve the figure; the first time, open it or print where it is."""
        service = _running()
        self.canvas.draw_idle()
        if self._was_shown:
            return
        self._was_shown = True
        url = service.url(str(self.num))
        is_open = mpl.rcParams["webagg.open_in_browser"] and server.open_browser(url)
        title = self.get_window_title()
        print(f"{title}: {url}{' (opened in the browser)' if is_open else ''}", file=sys.stderr)
        hint = None if is_open else server.ssh_hint(service.port)
        if hint is not None:
            print(hint, file=sys.stderr)
        interactive.attach(figure_queue)

    @classmethod
    def start_main_loop(cls) -> None:
        """Work on what the browsers send until all figures are closed, or Ctrl-C is pressed."""
        print("Ctrl-C ends the figures in the browser.", file=sys.stderr)
        with _interruption() as is_interrupted:
            figure_queue.run(
                lambda: (
                    is_interrupted()
                    or not any(isinstance(m, FigureManagerWeb) for m in figure_managers())
                )
            )


class FigureCanvasWeb(FigureCanvasLive):
    """A canvas that browsers show."""

    manager_class = FigureManagerWeb


FigureCanvas = FigureCanvasWeb
FigureManager = FigureManagerWeb


# --- in somebody else's application -------------------------------------------------------------


class _VisitorsFigure(NamedTuple):
    """A figure of one visitor."""

    manager: FigureManagerLive

    @property
    def session(self) -> Session:
        return self.manager.canvas.session

    @property
    def title(self) -> str:
        return self.manager.get_window_title()

    def close(self) -> None:
        self.manager.destroy()


def figure_app(
    make: Callable[[], Figure],
    *,
    title: str = "Figure",
    hosts: Collection[str] | None = None,
    origins: Collection[str] = (),
    frame_ancestors: str = "'self'",
    keep_s: float = 60.0,
    most: int = 100,
) -> Starlette:
    """An ASGI application in which every visitor has a figure of their own.

    It is mounted where the figures are to be: ``app.mount("/plot", figure_app(make))`` in FastAPI
    and Starlette. Who may come there is the affair of the application around it.

    Parameters
    ----------
    make : callable
        Makes a `matplotlib.figure.Figure` for a new visitor, not by pyplot, which would keep it.
        All figures are made and drawn in one thread.
    title : str
        Title of the page.
    hosts : collection of str, optional
        Names that the server may be asked for by; by default any, since the application around
        it has said so.
    origins : collection of str
        Besides the server's own, pages of these origins may connect.
    frame_ancestors : str
        Which pages may show the figure in a frame, as in a content security policy.
    keep_s : float
        How long a figure lives that nobody looks at: who reloads the page meanwhile finds it as
        it was.
    most : int
        How many figures there may be at once.
    """
    queue = WorkQueue()

    def make_for_visitor() -> _VisitorsFigure:
        manager = FigureManagerLive(FigureCanvasLive(make(), queue), 1)
        manager.set_window_title(title)
        return _VisitorsFigure(manager)

    visitors = Visitors(make_for_visitor, queue, keep_s, most)
    return make_app(visitors, Guard(None, hosts, origins), frame_ancestors=frame_ancestors)
