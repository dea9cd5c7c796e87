"""The applications of examples/servers/ with live figures: FastAPI and Django, asked over a real port."""

import importlib.util
import io
import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

pytest.importorskip("uvicorn", reason="needs drypoint[web]")
pytest.importorskip("websockets", reason="needs drypoint[web]")

from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from drypoint.backends.agg import FigureCanvas
from drypoint.web import server
from tests.web.browser import chromium, eventually, pixels, wait_until
from tests.web.player import HEAD, apply

SERVERS = Path(__file__).parents[2] / "examples" / "servers"
PACKAGES = {"fastapi_app": "fastapi", "django_app": "django"}

# Modules by name: settings of Django can be made once in a process.
_modules: dict[str, Any] = {}


def load(name: str) -> Any:
    """The module of an application."""
    if name not in _modules:
        spec = importlib.util.spec_from_file_location(name, SERVERS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # Django looks up the addresses in it.
        spec.loader.exec_module(module)
        _modules[name] = module
    return _modules[name]


@pytest.fixture(params=sorted(PACKAGES))
def site(request: pytest.FixtureRequest) -> Iterator[tuple[str, Any]]:
    """The address of a running application, and its module."""
    pytest.importorskip(PACKAGES[request.param])
    module = load(request.param)
    listening = server.listen("127.0.0.1", 0, 0)
    running = server.Server(getattr(module, "app", None) or module.application, listening)
    running.start()
    yield f"http://127.0.0.1:{server.port_of(listening)}", module
    running.stop()


class Visitor:
    """Somebody with a figure of their own, as long as `stack` is open."""

    def __init__(self, base: str, stack: ExitStack) -> None:
        with urllib.request.urlopen(f"{base}/plot/") as response:
            self.address = response.url
        self.picture: Any = None
        connection = connect(f"{self.address.replace('http:', 'ws:')}/socket", max_size=None)
        self.socket = stack.enter_context(connection)
        self.hello()

    def hello(self) -> None:
        self.send(type="hello", version=1, ratio=1)
        self.next_frame()

    def send(self, **fields: Any) -> None:
        self.socket.send(json.dumps(fields))

    def next_frame(self) -> None:
        while not isinstance(message := self.socket.recv(timeout=20), bytes):
            pass
        self.picture = apply(message, self.picture)
        self.send(type="shown", frame=HEAD.unpack_from(message)[3])


def expected(module: Any) -> Any:
    figure = module.make()
    file = io.BytesIO()
    FigureCanvas(figure).print_figure(file, dpi=figure.dpi)
    return np.asarray(PIL.Image.open(file).convert("RGBA"))


def test_every_visitor_has_a_figure(site: tuple[str, Any]) -> None:
    base, module = site
    with urllib.request.urlopen(base) as response:
        assert b'<iframe src="/plot/"' in response.read()
    with ExitStack() as stack:
        first, second = Visitor(base, stack), Visitor(base, stack)
        assert first.address != second.address
        assert first.address.startswith(f"{base}/plot/figure/")
        before = expected(module)
        assert np.array_equal(first.picture, before)
        first.send(type="wheel", x=300, y=200, steps=2, modifiers=["ctrl"], number=1)
        first.next_frame()
        assert not np.array_equal(first.picture, before)
        # Begun again, the other's is as it was.
        second.hello()
        assert np.array_equal(second.picture, before)


def test_pages_of_others_may_not_connect(site: tuple[str, Any]) -> None:
    base, _ = site
    with urllib.request.urlopen(f"{base}/plot/") as response:
        address = response.url.replace("http:", "ws:")
    stranger: Any = "https://evil.example"
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(f"{address}/socket", origin=stranger),
    ):
        pass


def test_in_a_frame_of_the_page(site: tuple[str, Any]) -> None:
    base, module = site
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 700})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(base)
        frame = page.frame_locator("iframe").locator("canvas.drypoint-frame")
        frame.wait_for()
        inner = page.frames[1]
        wait_until(inner, "drypoint._frame.number > 0")
        eventually(inner, lambda: np.array_equal(pixels(inner), expected(module)))
        assert errors == []
