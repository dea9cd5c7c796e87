"""Who gets in, and who does not."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs drypoint[web]")
pytest.importorskip("httpx2", reason="needs httpx2")

from matplotlib.figure import Figure
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from drypoint.adapter.live import FigureCanvasLive, FigureManagerLive
from drypoint.backends.web import figure_app
from drypoint.web import app as app_module
from drypoint.web import assets
from drypoint.web.app import Guard, make_app
from drypoint.web.session import Session
from drypoint.web.work import WorkQueue

TOKEN = "right"
HELLO = json.dumps({"type": "hello", "version": 1, "ratio": 1})


class OneFigure:
    """A figure whose work nobody does: what is sent stays where it is."""

    def __init__(self) -> None:
        self.queue = WorkQueue()
        manager = FigureManagerLive(FigureCanvasLive(Figure(), self.queue), 1)
        self.session = manager.canvas.session
        self.gone = 0

    def titles(self) -> dict[str, str]:
        return {"1": "<Figure> & 1"}

    def open(self, name: str) -> Session | None:
        return self.session if name == "1" else None

    def left(self, name: str) -> None:
        self.gone += 1

    def new(self) -> str | None:
        return None


def client(guard: Guard | None = None) -> TestClient:
    app = make_app(OneFigure(), guard or Guard(TOKEN))
    return TestClient(app, headers={"host": "127.0.0.1:8988"})


def is_refused(test: TestClient, path: str, **keywords: Any) -> bool:
    """Whether a socket is not even accepted."""
    try:
        with test.websocket_connect(path, **keywords):
            return False
    except WebSocketDisconnect as error:
        return error.code == 1008


# --- the token


@pytest.mark.parametrize("path", ["/", "/figure/1"])
@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=right1", "?token=%ff"])
def test_pages_want_the_token(path: str, query: str) -> None:
    assert client().get(path + query).status_code == 403
    assert client().get(f"{path}?token={TOKEN}").status_code == 200


@pytest.mark.parametrize("query", ["", "?token=wrong"])
def test_sockets_want_the_token(query: str) -> None:
    assert is_refused(client(), f"/figure/1/socket{query}")
    assert not is_refused(client(), f"/figure/1/socket?token={TOKEN}")


# --- host and origin


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8988", 200),
        ("localhost:9999", 200),
        ("[::1]:8988", 200),
        ("192.168.1.5", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example:8988", 403),
        ("", 403),
    ],
)
def test_hosts(host: str, status: int) -> None:
    test = client()
    assert test.get(f"/?token={TOKEN}", headers={"host": host}).status_code == status
    path = f"/figure/1/socket?token={TOKEN}"
    assert is_refused(test, path, headers={"host": host}) == (status == 403)


def test_hosts_that_are_allowed() -> None:
    test = client(Guard(TOKEN, hosts=["Plots.Example"]))
    assert test.get(f"/?token={TOKEN}", headers={"host": "plots.example:80"}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        ("http://127.0.0.1:8988", False),
        ("http://127.0.0.1:8989", True),
        ("http://evil.example", True),
        ("null", True),
        ("", True),
        ("https://friend.example", False),
    ],
)
def test_origins(origin: str, refused: bool) -> None:
    test = client(Guard(TOKEN, origins=["https://friend.example/"]))
    headers = {"origin": origin, "host": "127.0.0.1:8988"}
    assert is_refused(test, f"/figure/1/socket?token={TOKEN}", headers=headers) == refused


# --- paths


@pytest.mark.parametrize(
    "path",
    [
        "/static/../message.py",
        "/static/..%2fmessage.py",
        "/static/%2e%2e/message.py",
        "/static//etc/passwd",
        "/static/view.css/../../app.py",
        "/static/__init__.py",
        "/static/view.css%00",
        "/figure/..%2f..%2fetc",
    ],
)
def test_no_path_reaches_the_disk(path: str) -> None:
    response = client().get(f"{path}?token={TOKEN}")
    assert response.status_code == 404
    assert "import" not in response.text


def test_static_files_are_those_of_the_view() -> None:
    test = client()
    for name in assets.names():
        response = test.get(f"/static/{name}")
        assert response.status_code == 200
        assert response.content == assets.read(name)
        assert response.headers["x-content-type-options"] == "nosniff"


def test_pages_say_what_they_may_load() -> None:
    response = client().get(f"/figure/1?token={TOKEN}")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "&lt;Figure&gt; &amp; 1" in response.text
    assert "<Figure>" not in response.text
    assert not re.search(r"<script(?![^>]* src=)", response.text)


def test_there_are_no_other_figures() -> None:
    assert client().get(f"/figure/2?token={TOKEN}").status_code == 404
    with (
        client().websocket_connect(f"/figure/2/socket?token={TOKEN}") as socket,
        pytest.raises(WebSocketDisconnect) as raised,
    ):
        socket.receive_json()
    assert raised.value.code == 4404


# --- sizes and rates


def closing_reason(texts: Iterator[str | bytes]) -> str:
    """Why the server hangs up on who sends this."""
    with client().websocket_connect(f"/figure/1/socket?token={TOKEN}") as socket:
        for text in texts:
            if isinstance(text, bytes):
                socket.send_bytes(text)
            else:
                socket.send_text(text)
        with pytest.raises(WebSocketDisconnect) as raised:
            socket.receive_json()
    assert raised.value.code == 1008
    return raised.value.reason


def test_large_messages_end_the_connection() -> None:
    assert "at most 4096 bytes" in closing_reason(iter(["x" * 5000]))


def test_nonsense_ends_the_connection() -> None:
    assert "JSON" in closing_reason(iter(["{"]))
    assert closing_reason(iter([b"\x00"])) == "messages are text"


def test_floods_end_the_connection() -> None:
    shown = json.dumps({"type": "shown", "frame": 0})
    assert closing_reason(iter([shown] * 5000)) == "too many messages"


def test_saving_without_end_ends_the_connection() -> None:
    save = json.dumps({"type": "save", "format": "png"})
    assert closing_reason(iter([save] * 100)) == "too many saves"


def test_views_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "MAX_VIEWS", 1)
    test, path = client(), f"/figure/1/socket?token={TOKEN}"
    with test.websocket_connect(path):
        assert is_refused(test, path)
    assert not is_refused(test, path)


# --- a figure for each visitor


def make_figure() -> Figure:
    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot([1, 2])
    return figure


def visit(test: TestClient) -> str:
    response = test.get("/", follow_redirects=False)
    assert response.status_code == 303
    return str(response.headers["location"])


def next_of(socket: Any, kind: str) -> Any:
    """The next message of a type; None for a frame."""
    while True:
        event = socket.receive()
        if event.get("bytes") is not None:
            if kind == "frame":
                return None
        elif (message := json.loads(event["text"]))["type"] == kind:
            return message


def test_visitors_have_figures_of_their_own() -> None:
    test = TestClient(figure_app(make_figure, title="Mine"))
    first, second = visit(test), visit(test)
    assert first != second
    assert "<title>Mine</title>" in test.get(first).text
    with (
        test.websocket_connect(f"{first}/socket") as a,
        test.websocket_connect(f"{second}/socket") as b,
    ):
        for socket in (a, b):
            socket.send_text(HELLO)
        for socket, name in ((a, "pan"), (b, "zoom")):
            socket.send_text(json.dumps({"type": "tool", "name": name, "number": 1}))
        for socket, name in ((a, "pan"), (b, "zoom")):
            # The other's toolbar is as it was: what each is told first is its own.
            assert next_of(socket, "mode")["name"] == name


def test_nobody_can_list_figures() -> None:
    test = TestClient(figure_app(make_figure))
    address = visit(test)
    assert len(address.rpartition("/")[2]) >= 24
    assert test.get("/figure/1").status_code == 404


def test_old_figures_make_room_and_watched_ones_stay() -> None:
    test = TestClient(figure_app(make_figure, most=2))
    first, second = visit(test), visit(test)
    third = visit(test)
    assert test.get(first).status_code == 404
    with test.websocket_connect(f"{second}/socket"), test.websocket_connect(f"{third}/socket"):
        assert test.get("/", follow_redirects=False).status_code == 503


def test_figures_end_when_nobody_looks() -> None:
    test = TestClient(figure_app(make_figure, keep_s=0))
    address = visit(test)
    for _ in range(500):
        if test.get(address).status_code == 404:
            return
    raise AssertionError("the figure is still there")


def test_mounted_under_a_path() -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    test = TestClient(Starlette(routes=[Mount("/plots", figure_app(make_figure))]))
    response = test.get("/plots/")
    assert response.status_code == 200
    assert 'href="/plots/static/view.css"' in response.text
    assert 'data-socket="/plots/figure/' in response.text
    assert test.get("/plots/static/page.js").status_code == 200


def test_modules_join_into_one() -> None:
    script = assets.script("page.js")
    assert "\nimport " not in script
    assert "\nexport " not in script
    assert script.index("class FrameCanvas") < script.index("class View")
    declared = re.findall(r"^(?:async )?(?:const|let|class|function) (\w+)", script, re.MULTILINE)
    assert len(declared) == len(set(declared))
