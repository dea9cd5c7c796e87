"""`savefig("figure.html")`: one page that needs nothing else, and says where the pointer is."""

import base64
import datetime
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from matplotlib.figure import Figure

from drypoint.backends.agg import FigureCanvas
from tests.web.browser import Fingers, chromium, eventually


def make(**settings: Any) -> Figure:
    figure = Figure(figsize=(5, 3), dpi=100)
    FigureCanvas(figure)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    ax.set(**settings)
    return figure


def page(figure: Figure, **keywords: Any) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="html", **keywords)
    return file.getvalue().decode()


def test_nothing_is_from_elsewhere() -> None:
    text = page(make(title='"A" <title> & more'))
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "<title>&quot;A&quot; &lt;title&gt; &amp; more</title>" in text
    assert not re.search(r'(?:src|href)="(?!data:)', text)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert "import" not in re.sub(r"import\(", "", script.split("\n", 4)[3])
    assert "https:" not in script


def test_light_figures_are_svg_and_dense_ones_png() -> None:
    assert "data:image/svg+xml" in page(make())
    dense = make()
    dense.axes[0].scatter(*np.random.default_rng(0).random((2, 50_000)), s=1)
    text = page(dense)
    assert "data:image/svg+xml" not in text
    png = base64.b64decode(re.search(r'src="data:image/png;base64,([^"]*)"', text)[1])  # type: ignore[index]
    assert PIL.Image.open(io.BytesIO(png)).size == (1000, 600)
    assert 'width="500" height="300"' in text


def test_dpi_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "figure.html"
    make().savefig(path, dpi=50, metadata={"Title": "T", "Alt": "what is seen"})
    text = path.read_text(encoding="utf-8")
    assert 'width="250" height="150"' in text
    assert "<title>T</title>" in text
    assert 'alt="what is seen"' in text
    with pytest.raises(ValueError, match="Unknown metadata key"):
        page(make(), metadata={"Colour": "red"})
    with pytest.raises(TypeError, match="Invalid type for Title metadata"):
        page(make(), metadata={"Title": 3.5})


def test_the_figure_is_as_it_was() -> None:
    figure = make()
    before = figure.dpi, figure.canvas, tuple(figure.get_size_inches())
    page(figure, bbox_inches="tight")
    assert (figure.dpi, figure.canvas, tuple(figure.get_size_inches())) == before


# --- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def opened(browser: Any, figure: Figure, path: Path, **keywords: Any) -> Any:
    figure.savefig(path, **keywords)
    view = browser.new_page(viewport={"width": 900, "height": 600})
    view.errors = []
    view.on("pageerror", lambda error: view.errors.append(str(error)))
    view.on("console", lambda message: view.errors.append(message.text))
    view.on(
        "request",
        lambda request: (
            request.url.startswith(("file:", "data:")) or view.errors.append(request.url)
        ),
    )
    view.goto(path.as_uri())
    return view


def said_at(view: Any, x: float, y: float) -> str:
    """What stands below when the pointer is at a part of the picture, y up."""
    box = view.locator("img").bounding_box()
    view.mouse.move(box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"])
    return str(view.locator("output").text_content())


def numbers(text: str) -> list[float]:
    return [float(word) for word in re.findall(r"= (\S+?)(?:,|$)", text)]


@pytest.mark.parametrize("bbox_inches", [None, "tight"])
def test_coordinates(browser: Any, tmp_path: Path, bbox_inches: str | None) -> None:
    figure = make(xlim=(0, 10), ylim=(5, -5))
    if bbox_inches:
        figure.axes[0].set_position((0.3, 0.3, 0.4, 0.4))
    view = opened(browser, figure, tmp_path / "a.html", bbox_inches=bbox_inches)
    if bbox_inches is None:
        assert numbers(said_at(view, 0.5, 0.5)) == pytest.approx([5, 0], abs=0.03)
        assert numbers(said_at(view, 0.1 + 0.2, 0.1 + 0.6)) == pytest.approx([2.5, -2.5], abs=0.03)
        assert said_at(view, 0.05, 0.05) == ""
    else:
        # The axes have moved within the picture; its right end is near the picture's.
        assert numbers(said_at(view, 0.9, 0.5))[0] > 8
    assert view.errors == []
    view.close()


def test_coordinates_of_other_scales(browser: Any, tmp_path: Path) -> None:
    log = make(xscale="log", xlim=(1, 10_000), yscale="symlog", ylim=(-100, 100))
    view = opened(browser, log, tmp_path / "log.html")
    x, y = numbers(said_at(view, 0.5, 0.5))
    assert x == pytest.approx(100, rel=0.02)
    assert abs(y) < 0.05
    view.close()
    dates = make()
    first = datetime.datetime(2024, 3, 1)
    dates.axes[0].plot([first, first + datetime.timedelta(days=10)], [0, 1])
    dates.axes[0].set_xlim(first, first + datetime.timedelta(days=10))
    view = opened(browser, dates, tmp_path / "dates.html")
    assert re.match(r"x = 2024-03-0(5 23|6 00):\d\d", said_at(view, 0.5, 0.5))
    view.close()


def test_zoom_and_pan(browser: Any, tmp_path: Path) -> None:
    view = opened(browser, make(xlim=(0, 10), ylim=(0, 1)), tmp_path / "a.html")
    before = view.locator("img").bounding_box()
    there = said_at(view, 0.5, 0.5)
    view.mouse.wheel(0, -500)
    eventually(view, lambda: view.locator("img").bounding_box()["width"] > 2 * before["width"])
    after = view.locator("img").bounding_box()
    view.mouse.move(450, 300)
    # Zooming keeps what is below the pointer there.
    assert numbers(said_at(view, 0.5, 0.5)) == pytest.approx(numbers(there), abs=0.02)
    view.mouse.down()
    view.mouse.move(500, 320)
    view.mouse.up()
    moved = view.locator("img").bounding_box()
    assert moved["x"] - after["x"] != 0
    view.click("button")
    assert view.locator("img").bounding_box() == before
    with view.expect_download() as download:
        view.click("a")
    assert download.value.suggested_filename == "Figure.svg"
    assert view.errors == []
    view.close()


def test_two_fingers_zoom(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    make(xlim=(0, 10)).savefig(path)
    view = browser.new_page(viewport={"width": 900, "height": 600}, has_touch=True)
    view.goto(path.as_uri())
    before = view.locator("img").bounding_box()
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    fingers = Fingers(view)
    fingers.down((x - 40, y), (x + 40, y))
    for step in range(1, 9):
        fingers.move((x - 40 - 10 * step, y), (x + 40 + 10 * step, y))
    fingers.up()
    after = view.locator("img").bounding_box()
    assert after["width"] == pytest.approx(before["width"] * 240 / 80)
    # What was between the fingers is there still.
    assert after["x"] + after["width"] / 2 == pytest.approx(x, abs=0.1)
    view.close()
