"""Sessions by WebSocket, as an ASGI application, and what keeps strangers out of it.

Who may look at a figure may also move it, so every way in is guarded: a token in the address, the
name under which the server was asked for (`Host`, against names of somebody else's that lead
here), the page that a script is from (`Origin`), how large messages are and how many come. No
part of a request is used as a path: files are looked up in a table that was read at the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import ipaddress
import json
import time
from collections.abc import Callable, Collection, Mapping
from html import escape
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from drypoint.web import assets
from drypoint.web.message import MessageError, Save, decode
from drypoint.web.session import Sendable, Session, View

__all__ = ["Figures", "Guard", "TooManyError", "make_app"]

#: Views at the same time, of all figures together.
MAX_VIEWS = 64
# A view sends at most one move per frame of the screen, and some for keys and the wheel.
_MESSAGES_PER_S = 400
_BURST = 800
_SAVES_PER_MINUTE = 60
# Messages that wait because the connection is slow; frames wait for an answer by themselves.
_MAX_WAITING = 1000

_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}

# WebSocket close codes: 1008 is "policy", 4404 ours for "there is no such figure (any more)".
_POLICY, _GONE = 1008, 4404


class Figures(Protocol):
    """The figures that there are, by the name in their address."""

    def titles(self) -> Mapping[str, str]:
        """Names and titles, for the list of all."""

    def open(self, name: str) -> Session | None:
        """The session of a figure; None if there is no such figure."""

    def left(self, name: str) -> None:
        """A view of the figure has gone."""

    def new(self) -> str | None:
        """Make a figure for who comes without naming one; None to list what there is.

        May wait; is not called in the event loop.

        Raises
        ------
        TooManyError
            If there are enough.
        """


class TooManyError(Exception):
    """There are as many figures as there may be."""


class Guard:
    """Decides who gets in.

    Parameters
    ----------
    token : str or None
        What the address must say; None if somebody in front of the application decides.
    hosts : collection of str or None
        Names that the server may be asked for by; None for any. Addresses in numbers and
        "localhost" always may: they lead nowhere else, whoever says them.
    origins : collection of str
        Besides the server itself, pages of these origins (``https://a.example``) may connect.
    """

    def __init__(
        self,
        token: str | None = None,
        hosts: Collection[str] | None = (),
        origins: Collection[str] = (),
    ) -> None:
        self.token = token
        self._hosts = None if hosts is None else {host.lower() for host in hosts}
        self._origins = {origin.lower().rstrip("/") for origin in origins}

    def refusal(self, connection: HTTPConnection) -> str | None:
        """Why a request is refused; None if it is not."""
        if not self._knows_host(connection.headers.get("host", "")):
            return "This server is not known by that name."
        if self.token is not None:
            given = connection.query_params.get("token", "")
            if not hmac.compare_digest(given.encode(), self.token.encode()):
                return "The address lacks the right token: take the one that the program printed."
        return None

    def refusal_of_socket(self, socket: WebSocket) -> str | None:
        """Why a WebSocket is refused; None if it is not."""
        origin = socket.headers.get("origin")
        # Browsers always send it; a program that is none holds the token or does not get in.
        if origin is not None and not self._is_own(origin, socket.headers.get("host", "")):
            return "A page from elsewhere may not connect."
        return self.refusal(socket)

    def _knows_host(self, header: str) -> bool:
        if self._hosts is None:
            return True
        host = header.lower()
        if host.startswith("["):
            host = host[1:].partition("]")[0]
        else:
            host = host.rpartition(":")[0] if host.count(":") == 1 else host
        if host == "localhost" or host.endswith(".localhost") or host in self._hosts:
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True

    def _is_own(self, origin: str, host: str) -> bool:
        origin = origin.lower()
        scheme, separator, place = origin.partition("://")
        is_same = bool(separator) and scheme in ("http", "https") and place == host.lower()
        return is_same or origin in self._origins


class _Rate:
    """So many per second, and a reserve for bursts."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s, self._burst = per_s, burst
        self._left, self._at = burst, time.monotonic()

    def allows(self) -> bool:
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        self._left -= 1
        return self._left >= 0


def make_app(figures: Figures, guard: Guard, *, frame_ancestors: str = "'self'") -> Starlette:
    """The application: a list of figures, a page and a socket for each.

    Parameters
    ----------
    figures : Figures
        What is shown.
    guard : Guard
        To whom.
    frame_ancestors : str
        Which pages may have a figure's page in a frame, as a content security policy says it.
    """
    views = 0

    def guarded(make: Callable[[Request], Response]) -> Callable[[Request], Response]:
        # Not a coroutine: Starlette calls it in a thread, where it may wait.
        def respond(request: Request) -> Response:
            refusal = guard.refusal(request)
            response = make(request) if refusal is None else PlainTextResponse(refusal, 403)
            return _with_headers(response, frame_ancestors)

        return respond

    def index(request: Request) -> Response:
        try:
            name = figures.new()
        except TooManyError:
            return PlainTextResponse("Too many figures are open; try again later.", 503)
        if name is not None:
            address = _path(request, "figure", figure=name) + _query(request)
            return RedirectResponse(address, 303)
        return HTMLResponse(_index_page(request, figures.titles()))

    def page(request: Request) -> Response:
        name = request.path_params["figure"]
        titles = figures.titles()
        if name not in titles:
            return PlainTextResponse("There is no such figure (any more).", 404)
        return HTMLResponse(_figure_page(request, name, titles[name]))

    async def static(request: Request) -> Response:
        name = request.path_params["file"]
        if name not in assets.names():
            return PlainTextResponse("There is no such file.", 404)
        media_type = _MEDIA_TYPES[name[name.rindex(".") :]]
        response = Response(assets.read(name), media_type=media_type)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    async def socket(websocket: WebSocket) -> None:
        nonlocal views
        if guard.refusal_of_socket(websocket) is not None or views >= MAX_VIEWS:
            # Before it is accepted: the answer is 403.
            await websocket.close(_POLICY)
            return
        name = websocket.path_params["figure"]
        session = figures.open(name)
        await websocket.accept()
        if session is None:
            await websocket.close(_GONE, "there is no such figure")
            return
        views += 1
        try:
            await _serve(websocket, session)
        finally:
            views -= 1
            figures.left(name)

    return Starlette(
        routes=[
            Route("/", guarded(index)),
            Route("/figure/{figure}", guarded(page), name="figure"),
            Route("/static/{file}", static, name="static"),
            WebSocketRoute("/figure/{figure}/socket", socket, name="socket"),
        ]
    )


async def _serve(websocket: WebSocket, session: Session) -> None:
    """Carry messages both ways until one side has enough."""
    loop = asyncio.get_running_loop()
    outgoing: asyncio.Queue[Sendable | None] = asyncio.Queue()

    def send(message: Sendable | None) -> None:
        def put() -> None:
            if outgoing.qsize() < _MAX_WAITING:
                outgoing.put_nowait(message)

        with contextlib.suppress(RuntimeError):  # The server has ended meanwhile.
            loop.call_soon_threadsafe(put)

    async def write() -> None:
        while (message := await outgoing.get()) is not None:
            if isinstance(message, bytes):
                await websocket.send_bytes(message)
            else:
                await websocket.send_text(json.dumps(message))

    view = View(send)
    session.attach(view)
    writer = asyncio.create_task(write())
    try:
        await _read(websocket, session, view)
    except (WebSocketDisconnect, RuntimeError):
        pass  # The view has gone, which it may.
    finally:
        session.detach(view)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)


async def _read(websocket: WebSocket, session: Session, view: View) -> None:
    messages = _Rate(_MESSAGES_PER_S, _BURST)
    saves = _Rate(_SAVES_PER_MINUTE / 60, _SAVES_PER_MINUTE)
    while True:
        event = await websocket.receive()
        if event["type"] != "websocket.receive":
            return
        text = event.get("text")
        reason = None
        if text is None:
            reason = "messages are text"
        elif not messages.allows():
            reason = "too many messages"
        else:
            try:
                message = decode(text)
            except MessageError as error:
                reason = str(error)
            else:
                if isinstance(message, Save) and not saves.allows():
                    reason = "too many saves"
        if reason is not None:
            await websocket.close(_POLICY, reason)
            return
        session.receive(view, message)


# --- pages --------------------------------------------------------------------------------------


def _with_headers(response: Response, frame_ancestors: str) -> Response:
    response.headers.update(
        {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
                "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                f"frame-ancestors {frame_ancestors}"
            ),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",  # the address has the token in it
            "Cache-Control": "no-store",
        }
    )
    return response


def _path(request: Request, name: str, **params: str) -> str:
    """An address within the application, wherever it is mounted."""
    root: str = request.scope.get("root_path", "")
    return root.rstrip("/") + str(request.app.url_path_for(name, **params))


def _query(request: Request) -> str:
    token = request.query_params.get("token")
    return f"?token={escape(token)}" if token else ""


def _head(request: Request, title: str) -> str:
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{escape(_path(request, "static", file="view.css"))}">
"""


def _figure_page(request: Request, name: str, title: str) -> str:
    socket = _path(request, "socket", figure=name) + _query(request)
    script = _path(request, "static", file="page.js")
    return f"""{_head(request, title)}<script type="module" src="{escape(script)}"></script>
</head><body class="drypoint-page" data-socket="{socket}">
<noscript>The figure is drawn by a script, and scripts are off.</noscript>
</body></html>
"""


def _index_page(request: Request, titles: Mapping[str, str]) -> str:
    items = "".join(
        f'<li><a href="{escape(_path(request, "figure", figure=name))}{_query(request)}">'
        f"{escape(title)}</a></li>"
        for name, title in titles.items()
    )
    body = f"<ul>{items}</ul>" if items else "<p>No figure is open.</p>"
    return f"""{_head(request, "Figures")}</head><body class="drypoint-index">
<main><h1>Figures</h1>{body}</main></body></html>
"""
