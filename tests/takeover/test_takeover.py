"""`drypoint.install()` by itself: what it grafts, what it leaves, what it gives back."""

import copy
import importlib
import io
import pickle
import sys
import threading
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends import backend_agg
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

import drypoint
from drypoint import takeover
from drypoint.adapter.renderer import Renderer
from tests.takeover.pictures import AGG, is_ours, picture, pixels, run

pytestmark = pytest.mark.usefixtures("agg")


# --- install and uninstall


def test_all_is_as_before_after_uninstall() -> None:
    drypoint.install()
    for cls, before in AGG.items():
        assert dict(vars(cls)) != before
    drypoint.uninstall()
    for cls, before in AGG.items():
        after = dict(vars(cls))
        assert after.keys() == before.keys()
        assert all(after[name] is before[name] for name in before)
    assert takeover._finder not in sys.meta_path


def test_install_and_uninstall_may_be_repeated() -> None:
    for _ in range(2):
        drypoint.install()
        grafted = {cls: dict(vars(cls)) for cls in AGG}
        drypoint.install()
        assert {cls: dict(vars(cls)) for cls in AGG} == grafted
        assert sys.meta_path.count(takeover._finder) == 1
        assert drypoint.installed()
        drypoint.uninstall()
        drypoint.uninstall()
        assert not drypoint.installed()
    assert all(dict(vars(cls)) == before for cls, before in AGG.items())


def test_install_from_many_threads() -> None:
    def work() -> None:
        for _ in range(50):
            drypoint.install()
            drypoint.uninstall()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(dict(vars(cls)) == before for cls, before in AGG.items())


@pytest.mark.usefixtures("installed")
def test_threads_draw_the_same() -> None:
    expected = pixels(picture())
    results: list[bool] = []

    def work() -> None:
        results.extend(np.array_equal(pixels(picture()), expected) for _ in range(3))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 12


def test_what_others_changed_meanwhile_stays_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    drypoint.install()

    def theirs(self: object) -> None: ...

    monkeypatch.setattr(FigureCanvasAgg, "print_raw", theirs)
    drypoint.uninstall()
    assert FigureCanvasAgg.print_raw is theirs
    # Undone by hand: the fixture knows the attribute of the time before only.
    monkeypatch.undo()
    FigureCanvasAgg.print_raw = AGG[FigureCanvasAgg]["print_raw"]  # type: ignore[method-assign]


def test_suspended() -> None:
    drypoint.install()
    with takeover.suspended():
        assert all(dict(vars(cls)) == before for cls, before in AGG.items())
    assert drypoint.installed()
    drypoint.uninstall()
    with takeover.suspended():
        pass
    assert not drypoint.installed()


def test_every_special_name_of_a_donor_is_known() -> None:
    # What describes a class, in Python 3.11 to 3.14.
    descriptive = {
        "__annotate_func__", "__annotations__", "__annotations_cache__", "__dict__", "__doc__",
        "__firstlineno__", "__module__", "__static_attributes__", "__weakref__",
    }  # fmt: skip
    for graft in takeover.GRAFTS["matplotlib.backends.backend_agg"]:
        for donor in graft.donors:
            for cls in takeover._with_bases(takeover._load(donor)):
                names = {name for name in vars(cls) if name.startswith("__")}
                assert names <= descriptive | takeover.SPECIAL_NAMES


def test_what_the_bases_of_donors_have_is_given_as_well() -> None:
    drypoint.install()
    for name in ("start_filter", "_new_areas"):  # of `Surfaces` and `Links`
        assert name not in vars(Renderer)
        assert vars(RendererAgg)[name] is getattr(Renderer, name)


# --- subclasses


class EarlyRenderer(RendererAgg):
    """A user's renderer, made before anything is installed."""

    lock = None
    paths = 0

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self.texts: list[str] = []

    def draw_path(self, *args: Any, **kwargs: Any) -> None:
        type(self).paths += 1
        super().draw_path(*args, **kwargs)

    def draw_text(self, gc: Any, x: Any, y: Any, s: Any, *args: Any, **kwargs: Any) -> None:
        self.texts.append(s)
        RendererAgg.draw_text(self, gc, x, y, s, *args, **kwargs)


class EarlyCanvas(FigureCanvasAgg):
    """A user's canvas, with an attribute, an own renderer and overridden methods."""

    supports = "everything"
    draws = 0

    def get_renderer(self) -> Any:
        if not isinstance(getattr(self, "renderer", None), EarlyRenderer):
            width, height = self.get_width_height(physical=True)
            self.renderer = EarlyRenderer(width, height, self.figure.dpi)
        return self.renderer

    def draw(self) -> None:
        self.draws += 1
        super().draw()

    def print_png(self, *args: Any, **kwargs: Any) -> None:
        self.printed = True
        FigureCanvasAgg.print_png(self, *args, **kwargs)


def make_toolkit_canvas() -> Any:
    """A canvas that is Agg's and a toolkit's, which wants to hear of each draw."""

    class ToolkitBase(FigureCanvasBase):
        def __init__(self, figure: Figure) -> None:
            super().__init__(figure)
            self.shown = 0

        def draw(self) -> None:
            self.shown += 1
            super().draw()

    class ToolkitCanvas(FigureCanvasAgg, ToolkitBase):
        pass

    return ToolkitCanvas


EarlyToolkitCanvas = make_toolkit_canvas()


@pytest.mark.parametrize("when", ["before", "after"])
def test_subclasses_made_before_and_after(when: str) -> None:
    figure = picture()
    expected = pixels(figure)
    drypoint.install()
    if when == "before":
        canvas_class: Any = EarlyCanvas
    else:
        canvas_class = type("LateCanvas", (EarlyCanvas,), {})
    canvas = canvas_class(figure)
    figure.set_dpi(100)
    canvas.draw()
    assert canvas.draws == 1
    assert canvas.supports == "everything"
    assert type(canvas.renderer) is EarlyRenderer
    assert is_ours(canvas.renderer)
    assert canvas.renderer.texts
    assert EarlyRenderer.paths
    assert np.array_equal(np.frombuffer(canvas.buffer_rgba(), np.uint8), expected)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    assert canvas.printed
    image = plt.imread(io.BytesIO(file.getvalue()))
    assert np.array_equal((image * 255).round().astype(np.uint8).ravel(), expected)


@pytest.mark.parametrize("late", [False, True])
def test_the_toolkit_hears_of_a_draw(late: bool) -> None:
    drypoint.install()
    canvas = (make_toolkit_canvas() if late else EarlyToolkitCanvas)(picture())
    canvas.draw()
    assert canvas.shown == 1
    assert is_ours(canvas.renderer)
    assert isinstance(canvas, FigureCanvasAgg)


def test_a_renderer_class_put_into_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    drypoint.install()
    monkeypatch.setattr(backend_agg, "RendererAgg", EarlyRenderer)
    canvas = FigureCanvasAgg(picture())
    canvas.draw()
    assert type(canvas.renderer) is EarlyRenderer


# --- canvases and renderers that are in use


def test_live_canvases_keep_their_pictures() -> None:
    canvas = FigureCanvasAgg(picture())
    canvas.draw()
    renderer = canvas.renderer
    expected = bytes(canvas.buffer_rgba())
    drypoint.install()
    assert canvas.get_renderer() is renderer
    assert bytes(canvas.buffer_rgba()) == expected
    assert is_ours(renderer)
    canvas.draw()
    assert canvas.renderer is renderer
    assert bytes(canvas.buffer_rgba()) == expected
    drypoint.uninstall()
    assert canvas.get_renderer() is renderer
    assert not is_ours(renderer)
    assert bytes(canvas.buffer_rgba()) == expected
    canvas.draw()
    assert bytes(canvas.buffer_rgba()) == expected


def test_a_picture_begun_on_agg_and_ended_on_ours_and_back() -> None:
    def begin(renderer: Any) -> None:
        figure.patch.draw(renderer)
        renderer.start_filter()
        figure.axes[0].patch.draw(renderer)

    def end(renderer: Any) -> bytes:
        figure.axes[0].lines[0].draw(renderer)
        renderer.stop_filter(lambda image, dpi: (image * 0.5, 1, 2))
        figure.axes[0].title.draw(renderer)
        return bytes(renderer.buffer_rgba())

    figure = picture()
    figure.draw_without_rendering()
    width, height = figure.canvas.get_width_height()
    renderers = [RendererAgg(width, height, figure.dpi) for _ in range(2)]
    for renderer in renderers:
        begin(renderer)
    expected = end(renderers[0])
    drypoint.install()
    assert end(renderers[1]) == expected
    third = RendererAgg(width, height, figure.dpi)
    begin(third)
    drypoint.uninstall()
    assert end(third) == expected


def test_a_renderer_that_could_not_be_made_does_not_keep_uninstall_from_working() -> None:
    drypoint.install()
    with pytest.raises(ValueError, match=r"too large|2\*\*23|8388608") as kept:
        RendererAgg(2**24, 10, 72)
    drypoint.uninstall()
    assert kept.value is not None
    assert all(dict(vars(cls)) == before for cls, before in AGG.items())


@pytest.mark.parametrize("first", ["agg", "drypoint"])
def test_pickles_both_ways(first: str) -> None:
    figure = plt.figure(figsize=(2, 1.5))
    figure.add_subplot().plot([1, 3, 2])
    expected = pixels(figure)
    if first == "drypoint":
        drypoint.install()
    figure.canvas.draw()
    data = pickle.dumps((figure, figure.canvas.get_renderer()))
    drypoint.uninstall() if first == "drypoint" else drypoint.install()
    loaded, renderer = pickle.loads(data)
    assert np.array_equal(pixels(loaded), expected)
    assert type(renderer) is RendererAgg
    assert is_ours(renderer) == (first == "agg")


def test_copies() -> None:
    for taken in (False, True):
        if taken:
            drypoint.install()
        figure = picture()
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        assert np.array_equal(pixels(copy.deepcopy(figure)), pixels(figure))
        renderer = copy.deepcopy(canvas.renderer)
        assert renderer is not canvas.renderer
        assert renderer.width == canvas.renderer.width
        assert is_ours(renderer) == taken


@pytest.mark.usefixtures("installed")
def test_what_agg_s_renderer_has_besides() -> None:
    renderer: Any = RendererAgg(20, 10, 72)
    assert memoryview(renderer._renderer).shape == (10, 20, 4)
    assert renderer.mathtext_parser is renderer.mathtext_parser
    renderer._update_methods()
    assert not hasattr(renderer, "nothing")
    with pytest.raises(AttributeError, match="'RendererAgg' object has no attribute 'nothing'"):
        renderer.nothing  # noqa: B018


# --- releases that drypoint does not know


def test_an_unknown_method_takes_the_way_of_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw_blob(self: Any) -> str:
        return "Agg's engine"

    def slow_blob(self: Any) -> str:
        return "every renderer's way"

    def draw_fog(self: Any) -> None: ...

    base: Any = RendererAgg.__bases__[0]
    monkeypatch.setattr(base, "draw_blob", slow_blob, raising=False)
    monkeypatch.setattr(RendererAgg, "draw_blob", draw_blob, raising=False)
    monkeypatch.setattr(RendererAgg, "draw_fog", draw_fog, raising=False)
    drypoint.install()
    renderer: Any = RendererAgg(5, 5, 72)
    assert renderer.draw_blob() == "every renderer's way"
    with pytest.raises(NotImplementedError, match="does not know the method draw_fog"):
        renderer.draw_fog()
    drypoint.uninstall()
    assert renderer.draw_blob() == "Agg's engine"


def test_every_public_method_of_this_release_is_known() -> None:
    for cls, before in AGG.items():
        public = {name for name in before if not name.startswith("_")}
        drypoint.install()
        strange = [name for name in public if getattr(vars(cls)[name], "__name__", "") == "refuse"]
        assert not strange
        assert all(vars(cls)[name].__module__.startswith("drypoint.") for name in public)


def test_a_class_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(backend_agg, "RendererAgg")
    with pytest.warns(UserWarning, match="has no classes RendererAgg and FigureCanvasAgg"):
        drypoint.install()
    assert takeover.grafted_classes() == []


def test_an_engine_that_does_not_load() -> None:
    printed = run("""
        import sys, matplotlib.backends.backend_agg as agg, drypoint
        before = dict(vars(agg.RendererAgg))
        sys.modules["drypoint._core"] = None
        try:
            drypoint.install()
        except ImportError as error:
            print(error)
        assert not drypoint.installed()
        assert dict(vars(agg.RendererAgg)) == before
        """)
    assert "drypoint._core" in printed


# --- use


def test_use() -> None:
    drypoint.use("agg")
    assert plt.get_backend() == "drypoint-agg"
    plt.switch_backend("agg")
    drypoint.use("drypoint-agg")
    assert plt.get_backend() == "drypoint-agg"


def test_use_of_an_unknown_name() -> None:
    with pytest.raises(ValueError, match=r"drypoint has no backend 'nope'.*agg"):
        drypoint.use("nope")


def test_grafted_classes() -> None:
    assert takeover.grafted_classes() == []
    drypoint.install()
    assert set(takeover.grafted_classes()) == set(AGG)
    importlib.import_module("matplotlib.backends.backend_agg")
