"""`drypoint-notebook` without a notebook: the widget and its script."""

import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("anywidget", reason="needs anywidget")

import matplotlib.pyplot as plt

from drypoint.backends import notebook
from drypoint.web import assets
from tests.web.browser import chromium


@pytest.fixture(autouse=True)
def backend() -> Iterator[None]:
    plt.switch_backend("module://drypoint.backends.notebook")
    yield
    plt.close("all")
    plt.switch_backend("agg")


VIEW = "application/vnd.jupyter.widget-view+json"


def test_what_is_displayed() -> None:
    canvas = plt.figure(figsize=(2, 1)).canvas
    data, *_ = canvas._repr_mimebundle_()  # type: ignore[attr-defined]
    assert data[VIEW]["model_id"] == canvas.model_id  # type: ignore[attr-defined]
    assert data["image/png"]
    assert data["text/plain"].startswith("Figure 1")


def test_in_boxes() -> None:
    widgets = pytest.importorskip("ipywidgets")
    canvas: Any = plt.figure(figsize=(2, 1)).canvas
    box = widgets.HBox([canvas, widgets.IntSlider()])
    assert box.children[0] is canvas
    assert box.get_state()["children"][0] == f"IPY_MODEL_{canvas.model_id}"


def test_colabs_widget_manager_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("anywidget._util").enable_custom_widget_manager_once.cache_clear()
    calls: list[str] = []
    stand_in: Any = ModuleType("google.colab.output")
    stand_in.enable_custom_widget_manager = lambda: calls.append("enabled")
    stand_in._widgets = type("Widgets", (), {"_installed_url": "https://manager.example"})
    monkeypatch.setitem(sys.modules, "google.colab.output", stand_in)
    canvas = notebook.FigureCanvas(plt.figure(figsize=(2, 1)))
    data, metadata = canvas._repr_mimebundle_()
    assert calls == ["enabled"]
    assert data["image/png"]
    url = {"url": "https://manager.example"}
    assert metadata == {VIEW: {"colab": {"custom_widget_manager": url}}}


def test_marimo_closes_no_figure_that_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    stand_in: Any = ModuleType("marimo")
    stand_in.running_in_notebook = lambda: True
    stand_in.output = type("Output", (), {"append": staticmethod(shown.append)})
    monkeypatch.setitem(sys.modules, "marimo", stand_in)
    canvas: Any = plt.figure(figsize=(2, 1)).canvas
    assert canvas.queue is not notebook.figure_queue
    plt.show()
    assert shown == [canvas]
    plt.close("all")
    assert not canvas.session.is_closed
    assert canvas.figure.canvas is canvas


SHOW = """async (script) => {
    const { default: widget } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    window.sent = [];
    let take;
    const model = { send: (content) => sent.push(content), on: (_, callback) => { take = callback }, off: () => {} };
    widget.render({ model, el: document.body });
    window.answer = (message) => take({ view: sent[0].view, message }, []);
}"""


def test_captions() -> None:
    hello = {
        "type": "hello",
        "version": 1,
        "title": "Figure 3",
        "width": 200,
        "height": 100,
        "alt": "",
        "formats": [],
        "format": "png",
        "hasToolbar": True,
        "takesWheel": False,
    }
    with chromium() as browser:
        page = browser.new_page()
        page.evaluate(SHOW, assets.script("widget.js"))
        assert json.loads(page.evaluate("sent[0].text"))["type"] == "hello"
        caption = page.locator(".drypoint-caption")
        for title, is_shown in (("Figure 3", False), ("Runs of <today>", True), ("", False)):
            page.evaluate("answer", {**hello, "title": title})
            assert page.evaluate("document.querySelector('.drypoint-caption').hidden") != is_shown
        page.evaluate("answer", hello)
        page.evaluate("answer", {"type": "title", "text": "Other"})
        assert caption.text_content() == "Other"
