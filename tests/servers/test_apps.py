"""The applications of examples/servers/, asked by many threads at once."""

import importlib.util
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import numpy as np
import PIL.Image
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import drypoint

SERVERS = Path(__file__).parents[2] / "examples" / "servers"

# Status and content of what is at a path.
Get = Callable[[str], tuple[int, bytes]]


def load(name: str) -> ModuleType:
    """The module of an application."""
    spec = importlib.util.spec_from_file_location(name, SERVERS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flask_get() -> Get:
    pytest.importorskip("flask")
    app = load("flask_app").app

    def get(path: str) -> tuple[int, bytes]:
        response = app.test_client().get(path)
        return response.status_code, response.data

    return get


def asgi_get() -> Get:
    testclient = pytest.importorskip("starlette.testclient")
    app = load("asgi_app").app

    def get(path: str) -> tuple[int, bytes]:
        response = testclient.TestClient(app).get(path)
        return response.status_code, response.content

    return get


@pytest.fixture(params=[flask_get, asgi_get], ids=["flask", "asgi"])
def get(request: pytest.FixtureRequest) -> Iterator[Get]:
    """Ask an application."""
    try:
        yield request.param()
    finally:
        drypoint.uninstall()


def expected(frequency: float) -> np.ndarray:
    """The pixels of the same figure, drawn by Agg."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    x = np.linspace(0, 10, 500)
    axes.plot(x, np.sin(frequency * x), label=f"sin {frequency:g}x")
    axes.legend(loc="upper right")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


def test_many_requests_at_once_get_the_right_pixels(get: Get) -> None:
    frequencies = [1 + index / 8 for index in range(24)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda f: get(f"/wave.png?frequency={f}"), frequencies))
    drypoint.uninstall()
    for frequency, (status, content) in zip(frequencies, answers, strict=True):
        assert status == 200
        picture = np.asarray(PIL.Image.open(io.BytesIO(content)))
        assert np.array_equal(picture, expected(frequency))


def test_svg_and_what_is_refused(get: Get) -> None:
    status, content = get("/wave.svg?frequency=2")
    assert status == 200
    assert ET.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg"
    assert get("/wave.exe")[0] == 404
    for frequency in ("0", "1e9", "nan"):
        assert get(f"/wave.png?frequency={frequency}")[0] == 400
