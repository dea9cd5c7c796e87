"""Ten visitors at once, each with a figure of their own: nothing mixed, nothing left behind.

For a minute: ``DRYPOINT_TEST_SECONDS=60 pytest tests/web/test_clients.py``.
"""

import gc
import json
import os
import threading
import time
import urllib.request
import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="needs drypoint[web]")
pytest.importorskip("websockets", reason="needs drypoint[web]")

from matplotlib.figure import Figure
from websockets.sync.client import connect

from drypoint.backends.web import figure_app
from drypoint.web import server
from drypoint.web.frame import HEAD
from tests.web.player import apply

SECONDS = float(os.environ.get("DRYPOINT_TEST_SECONDS", "3"))
VISITORS = 10


class Service:
    """A running server, and weak references to the figures that it has made."""

    def __init__(self) -> None:
        self.figures: list[weakref.ref[Figure]] = []
        listening = server.listen("127.0.0.1", 0, 0)
        self.base = f"http://127.0.0.1:{server.port_of(listening)}"
        self.server = server.Server(figure_app(self.make, keep_s=5), listening)
        self.server.start()

    def make(self) -> Figure:
        # Each has a colour of its own: 0, 10, 20, … of red.
        number = len(self.figures)
        figure = Figure(figsize=(2, 1.5), facecolor=(10 * number / 255, 1, 1))
        figure.add_subplot().plot([0, 1, 2], [number, 0, 1])
        self.figures.append(weakref.ref(figure))
        return figure


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.server.stop()


def visit(service: Service, until: float, results: list[Any]) -> None:
    """Pan a figure of one's own for a while, as fast as frames come."""
    with urllib.request.urlopen(f"{service.base}/") as response:
        address = response.url.replace("http:", "ws:")
    picture, frames, reds = None, 0, set()
    with connect(f"{address}/socket", max_size=None) as socket:

        def send(**fields: Any) -> None:
            socket.send(json.dumps(fields))

        def next_frame() -> None:
            nonlocal picture, frames
            while not isinstance(message := socket.recv(timeout=20), bytes):
                pass
            picture = apply(message, picture)
            frames += 1
            reds.add(int(picture[0, 0, 0]))
            send(type="shown", frame=HEAD.unpack_from(message)[3])

        place = {"button": 0, "buttons": 1, "modifiers": []}
        send(type="hello", version=1, ratio=1)
        next_frame()
        send(type="tool", name="pan", number=1)
        send(type="pointer", action="down", x=100, y=75, number=2, **place)
        number = 2
        while time.monotonic() < until:
            number += 1
            x = 100 + 20 * (number % 2)
            send(type="pointer", action="move", x=x, y=75, number=number, **place)
            next_frame()
    results.append((frames, reds))


def memory_mb() -> float:
    """What this process holds of the machine's memory, on Linux; 0 elsewhere."""
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text().split()[1]) if statm.exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages else 0.0


def test_ten_visitors(service: Service) -> None:
    results: list[tuple[int, set[int]]] = []
    until = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=visit, args=(service, until, results)) for _ in range(VISITORS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 2)
    half_way_mb = memory_mb()
    for thread in threads:
        thread.join()
    # A frame is 0.2 MB, and hundreds have come meanwhile.
    assert memory_mb() - half_way_mb < 10
    assert len(results) == VISITORS
    assert all(frames > 2 for frames, _ in results)
    # Each has seen one figure, and nobody another's.
    seen = [reds for _, reds in results]
    assert all(len(reds) == 1 for reds in seen)
    assert len(set.union(*seen)) == VISITORS
    # All of them end when nobody looks any more.
    for _ in range(600):
        gc.collect()
        if not any(reference() for reference in service.figures):
            break
        time.sleep(0.05)
    assert [reference() for reference in service.figures if reference()] == []


def test_ten_views_of_one_figure_are_equal(service: Service) -> None:
    with urllib.request.urlopen(f"{service.base}/") as response:
        address = response.url.replace("http:", "ws:")
    pictures = []
    with ExitStack() as stack:
        for _ in range(VISITORS):
            socket = stack.enter_context(connect(f"{address}/socket"))
            socket.send(json.dumps({"type": "hello", "version": 1, "ratio": 1}))
            while not isinstance(message := socket.recv(timeout=20), bytes):
                pass
            pictures.append(apply(message, None))
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)
