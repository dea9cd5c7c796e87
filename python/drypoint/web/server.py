"""The server of a program's own figures: an application on a port, in a thread of its own."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import secrets
import socket
import sys
import threading
import time
import webbrowser
from typing import TYPE_CHECKING
from urllib.parse import quote

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["Server", "browser_is_likely", "listen", "new_token"]


def new_token() -> str:
    """What nobody can guess."""
    return secrets.token_urlsafe(24)


def listen(address: str, port: int, retries: int) -> socket.socket:
    """A listening socket on the port, or on one near it.

    Parameters
    ----------
    address : str
        Which of the machine's addresses; "127.0.0.1" is reachable from this machine only.
    port : int
        The first to be tried; 0 for any free one.
    retries : int
        How many others are tried: neighbours first, then some further away.

    Raises
    ------
    OSError
        If none of them is free.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    candidates = [port]
    if port:
        near = [port + step for step in range(1, min(retries, 5) + 1)]
        far = [port + random.randint(-2 * retries, 2 * retries) for _ in range(retries - len(near))]
        candidates += [candidate for candidate in near + far if 1024 <= candidate < 65536]
    for candidate in candidates:
        found = socket.socket(family, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":
                found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind((address, candidate))
            found.listen(64)
        except OSError as error:
            found.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise OSError(
                    error.errno,
                    f"figures cannot be served at {address} ({error.strerror}): "
                    "set rcParams['webagg.address'] to an address of this machine",
                ) from None
        else:
            return found
    raise OSError(
        errno.EADDRINUSE,
        f"figures cannot be served: port {port} and {len(candidates) - 1} others are taken; "
        "set rcParams['webagg.port'] to a free one",
    )


def port_of(listening: socket.socket) -> int:
    """The port of a socket."""
    port: int = listening.getsockname()[1]
    return port


class Server:
    """Serves an application until it is told to stop.

    Parameters
    ----------
    app : ASGI application
        What is served.
    listening : socket
        Where; see `listen`.
    """

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        self._socket = listening
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=2**16,
            ws_per_message_deflate=False,  # frames are compressed already
            limit_concurrency=256,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="drypoint-web", daemon=True
        )

    def start(self) -> None:
        """Begin to serve; returns when the first request can come.

        Raises
        ------
        RuntimeError
            If the server does not come up.
        """
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError(
                    "the server of figures ended as it began; see the log of uvicorn"
                )
            time.sleep(0.005)

    def stop(self) -> None:
        """End all connections and let go of the port."""
        self._server.should_exit = True
        self._thread.join(5)
        with contextlib.suppress(OSError):
            self._socket.close()

    @property
    def is_running(self) -> bool:
        """Whether it serves."""
        return self._thread.is_alive()


def address_to_open(address: str, port: int) -> str:
    """The first part of an address by which a browser on this machine gets here."""
    host = "127.0.0.1" if address in ("0.0.0.0", "::", "") else address
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def figure_url(base: str, name: str | None, token: str) -> str:
    """The address of a figure, or of the list of all."""
    path = f"/figure/{quote(name)}" if name is not None else "/"
    return f"{base}{path}?token={token}"


def browser_is_likely() -> bool:
    """Whether a browser that is opened here can be seen by who started the program."""
    if os.environ.get("BROWSER"):
        return True
    if "SSH_CONNECTION" in os.environ:
        return False
    has_screen = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return has_screen or not sys.platform.startswith("linux")


def open_browser(url: str) -> bool:
    """Open an address in the user's browser, or the one that ``BROWSER`` names; whether it went."""
    if not browser_is_likely():
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def own_names() -> set[str]:
    """Names by which other machines may ask for this one."""
    return {socket.gethostname(), socket.getfqdn()}


def ssh_hint(port: int) -> str | None:
    """How to reach the port from the machine that the user sits at; None if it is this one."""
    connection = os.environ.get("SSH_CONNECTION", "").split()
    if not connection:
        return None
    host = connection[2] if len(connection) > 2 else socket.gethostname()
    return f"from the other machine: ssh -L {port}:localhost:{port} {host}"
