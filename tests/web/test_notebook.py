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


CELLS = [
    "%matplotlib module://drypoint.backends.notebook\nimport matplotlib.pyplot as plt",
    "plt.ioff(); fig = plt.figure(figsize=(2, 1)); None",
    "fig.canvas",
    "fig.canvas",
    "print(len(plt.get_fignums())); plt.ion(); plt.figure(figsize=(3, 1)); None",
    "import ipywidgets; ipywidgets.HBox([fig.canvas, ipywidgets.IntSlider()])",
    "from IPython import get_ipython",
]


def test_who_displays_what_in_a_kernel() -> None:
    for package in ("ipykernel", "nbclient", "ipywidgets"):
        pytest.importorskip(package)
    import nbformat
    from nbclient import NotebookClient

    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    notebook: Any = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120).execute()
    _, hidden, once, twice, new, boxed, end = (cell.outputs for cell in notebook.cells)
    # Nothing without being asked for; then as often as it is asked for.
    assert hidden == []
    models = [output.data[VIEW]["model_id"] for output in (*once, *twice)]
    assert len(models) == 2
    assert models[0] == models[1]
    assert new[0].text == "1\n"
    assert new[1].data[VIEW]["model_id"] != models[0]
    # The box alone, not the figure once more below the next cell.
    assert len(boxed) == 1
    assert "image/png" not in boxed[0].data
    assert end == []


SHOW = """async (script) => {
    const { default: widget } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    window.sent = [];
    let take;
    const model = { send: (content) => sent.push(content), on: (_, callback) => { take = callback }, off: () => {} };
    widget.render({ model, el: document.body });
    window.answer = (message) => take({ view: sent[0].view, message }, []);
}"""


HELLO = {
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


def test_a_view_that_is_not_heard_begins_again() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.clock.install()
        page.evaluate(SHOW, assets.script("widget.js"))
        assert page.evaluate("sent.length") == 1
        page.clock.run_for(3500)
        assert page.evaluate("sent.map(({ text }) => JSON.parse(text).type)") == ["hello"] * 3
        page.evaluate("answer", HELLO)
        page.clock.run_for(60_000)
        assert page.evaluate("sent.length") == 3


def test_a_view_does_not_ask_for_ever() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.clock.install()
        page.evaluate(SHOW, assets.script("widget.js"))
        page.clock.run_for(600_000)
        assert page.evaluate("sent.length") == 6


def test_captions() -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.evaluate(SHOW, assets.script("widget.js"))
        assert json.loads(page.evaluate("sent[0].text"))["type"] == "hello"
        caption = page.locator(".drypoint-caption")
        for title, is_shown in (("Figure 3", False), ("Runs of <today>", True), ("", False)):
            page.evaluate("answer", {**HELLO, "title": title})
            assert page.evaluate("document.querySelector('.drypoint-caption').hidden") != is_shown
        page.evaluate("answer", HELLO)
        page.evaluate("answer", {"type": "title", "text": "Other"})
        assert caption.text_content() == "Other"
