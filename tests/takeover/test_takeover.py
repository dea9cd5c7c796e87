"""`drypoint.install()` by itself: what it grafts, what it leaves, what it gives back."""

import copy
import importlib
import io
import pickle
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backend_bases import FigureCanvasBase, get_registered_canvas_class, register_backend
from matplotlib.backends import backend_agg
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

import drypoint
from drypoint import takeover
from drypoint.adapter import compat, grafts
from drypoint.adapter.canvas import FigureCanvasDrypoint

RASTER_FORMATS = ["png", "jpg", "jpeg", "tif", "tiff", "webp", "gif", "raw", "rgba"]
AGG: dict[type, dict[str, object]] = {
    cls: dict(vars(cls)) for cls in (FigureCanvasAgg, RendererAgg)
}


@pytest.fixture(autouse=True)
def agg() -> Iterator[None]:
    """Each test begins and ends with Matplotlib's own Agg."""
    drypoint.uninstall()
    with mpl.rc_context():
        plt.switch_backend("agg")
        yield
    plt.close("all")
    drypoint.uninstall()


@pytest.fixture
def installed() -> None:
    drypoint.install()


def picture() -> Figure:
    figure = Figure(figsize=(2, 1.5))
    axes = figure.add_subplot()
    axes.plot([0, 1, 2], [1, 3, 2], "o--")
    axes.set_title("ab $x^2$")
    return figure


def pixels(figure: Figure) -> np.ndarray:
    """What a save as raw pixels gives, so that any canvas will do."""
    file = io.BytesIO()
    figure.savefig(file, format="rgba", dpi=100)
    return np.frombuffer(file.getvalue(), np.uint8)


def is_ours(renderer: object) -> bool:
    return "_core" in vars(renderer)


def run(code: str) -> str:
    """What a fresh process prints."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


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
            names = {name for name in vars(takeover._load(donor)) if name.startswith("__")}
            assert names <= descriptive | takeover.SPECIAL_NAMES


# --- who is reached


def test_formats_of_figures_without_pyplot() -> None:
    for name in RASTER_FORMATS:
        figure = picture()
        expected = io.BytesIO()
        figure.savefig(expected, format=name)
        with_ours = io.BytesIO()
        drypoint.install()
        made = grafts.surfaces_made()
        figure.savefig(with_ours, format=name)
        assert grafts.surfaces_made() == made + 1, name
        drypoint.uninstall()
        if name != "png":  # compressed by another
            assert with_ours.getvalue() == expected.getvalue(), name


def test_what_save_dialogs_ask_for() -> None:
    class Canvas(FigureCanvasAgg):
        pass

    before = Canvas.get_supported_filetypes_grouped()
    drypoint.install()
    for asked in (FigureCanvasAgg, Canvas, Canvas(Figure())):
        kinds = asked.get_supported_filetypes_grouped()
        assert kinds == {**before, "Web page with the picture in it": ["html"]}
        assert asked.get_supported_filetypes()["html"] == "Web page with the picture in it"


@pytest.mark.usefixtures("installed")
def test_pyplot_and_names_imported_early() -> None:
    figure = plt.figure()
    assert type(figure.canvas) is FigureCanvasAgg
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    assert type(renderer) is RendererAgg
    assert is_ours(renderer)
    assert is_ours(RendererAgg(10, 10, 72))
    assert is_ours(backend_agg.RendererAgg(10, 10, 72))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("backend", ["agg", "AGG", "module://matplotlib.backends.backend_agg"])
def test_savefig_with_a_backend(backend: str) -> None:
    figure = picture()
    made = grafts.surfaces_made()
    figure.savefig(io.BytesIO(), format="png", backend=backend)
    assert grafts.surfaces_made() == made + 1


def saved(figure: Figure, format: str) -> bytes:
    """The file of a figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=format)
    return buffer.getvalue()


@pytest.mark.parametrize("of_pyplot", [False, True])
@pytest.mark.parametrize("name", ["pdf", "svg", "svgz", "ps", "eps"])
def test_documents_are_ours_and_matplotlibs_again(name: str, of_pyplot: bool) -> None:
    figure = picture()
    if of_pyplot:
        FigureCanvasAgg(figure)
    theirs = get_registered_canvas_class(name)
    drypoint.install()
    try:
        assert get_registered_canvas_class(name).__module__.startswith("drypoint.")
        file = saved(figure, name)
        expected = io.BytesIO()
        with takeover.suspended():
            figure.savefig(
                expected, format=name, backend=f"module://drypoint.backends.{BACKENDS[name]}"
            )
        assert file == expected.getvalue()
        drypoint.install(documents=False)
        assert get_registered_canvas_class(name) is theirs
    finally:
        drypoint.uninstall()
    assert get_registered_canvas_class(name) is theirs


BACKENDS = {"pdf": "pdf", "svg": "svg", "svgz": "svg", "ps": "ps", "eps": "ps"}


@pytest.mark.parametrize("canvas", [FigureCanvasAgg, FigureCanvasBase])
@pytest.mark.parametrize("bbox_inches", [None, "tight"])
def test_pages_of_any_canvas(canvas: type[FigureCanvasBase], bbox_inches: str | None) -> None:
    def page() -> str:
        file = io.BytesIO()
        figure.savefig(file, format="html", dpi=80, bbox_inches=bbox_inches)
        return file.getvalue().decode()

    figure = picture()
    canvas(figure)
    drypoint.install()
    assert figure.canvas.get_supported_filetypes()["html"] == "Web page with the picture in it"
    of_theirs = page()
    assert type(figure.canvas) is canvas
    drypoint.uninstall()
    assert "html" not in figure.canvas.get_supported_filetypes()
    with pytest.raises(ValueError, match="Format 'html' is not supported"):
        page()
    FigureCanvasDrypoint(figure)
    head = of_theirs.split("src=", 1)[0]
    assert page().startswith(head)
    assert "data-axes" in head


def test_a_writer_of_pages_that_a_program_has_registered_stays() -> None:
    class Own(FigureCanvasAgg):
        pass

    register_backend("html", Own, "mine")
    try:
        drypoint.install()
        assert get_registered_canvas_class("html") is Own
        drypoint.uninstall()
        assert get_registered_canvas_class("html") is Own
    finally:
        compat.unregister("html")


def test_a_canvas_that_a_program_has_registered_stays() -> None:
    class Own(FigureCanvasAgg):
        pass

    theirs = get_registered_canvas_class("pdf")
    register_backend("pdf", Own, "mine")
    try:
        drypoint.install()
        assert get_registered_canvas_class("pdf") is Own
        drypoint.uninstall()
        assert get_registered_canvas_class("pdf") is Own
    finally:
        drypoint.uninstall()
        register_backend("pdf", theirs, "Portable Document Format")


def test_documents_of_a_matplotlib_that_loads_later() -> None:
    printed = run("""
        import drypoint, io, sys
        drypoint.install()
        from matplotlib.figure import Figure
        figure = Figure()
        file = io.BytesIO()
        figure.savefig(file, format="pdf")
        print(*(name in sys.modules for name in ("drypoint.backends.pdf", "matplotlib.backends.backend_pdf")))
        """)
    assert printed == "True False\n"


@pytest.mark.parametrize("name", ["pdf", "svg", "ps", "eps"])
def test_documents_of_matplotlib_take_our_pixels(name: str) -> None:
    figure = picture()
    figure.axes[0].set_rasterized(True)
    drypoint.install(documents=False)
    try:
        made = grafts.surfaces_made()
        ours = io.BytesIO()
        with mpl.rc_context({"svg.hashsalt": "a"}):
            figure.savefig(ours, format=name, metadata={"Date": None} if name == "svg" else None)
            assert grafts.surfaces_made() > made
            if name == "svg":
                drypoint.uninstall()
                theirs = io.BytesIO()
                figure.savefig(theirs, format=name, metadata={"Date": None})
                assert ours.getvalue() == theirs.getvalue()
    finally:
        drypoint.uninstall()


def test_an_agg_that_loads_later() -> None:
    printed = run("""
        import drypoint, sys
        drypoint.install()
        assert "matplotlib" not in sys.modules
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        module = sys.modules[FigureCanvasAgg.__module__]
        assert type(module.__loader__).__name__ == "SourceFileLoader", module.__loader__
        assert module.__spec__.loader is module.__loader__
        canvas = FigureCanvasAgg(Figure())
        canvas.draw()
        print("_core" in vars(canvas.renderer), FigureCanvasAgg.draw.__module__)
        """)
    assert printed.split() == ["True", "drypoint.adapter.canvas"]


def test_looking_for_agg_without_loading_it() -> None:
    printed = run("""
        import drypoint, importlib.util
        drypoint.install()
        spec = importlib.util.find_spec("matplotlib.backends.backend_agg")
        print("class RendererAgg" in spec.loader.get_source(spec.name), spec.has_location)
        """)
    assert printed.split() == ["True", "True"]


def test_uninstall_before_agg_loads() -> None:
    printed = run("""
        import drypoint
        drypoint.install()
        drypoint.uninstall()
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        print(FigureCanvasAgg.draw.__module__)
        """)
    assert printed.strip() == "matplotlib.backends.backend_agg"


def test_the_environment_names_agg() -> None:
    printed = run("""
        import os
        os.environ["MPLBACKEND"] = "agg"
        import drypoint; drypoint.install()
        import matplotlib.pyplot as plt
        figure = plt.figure(); figure.canvas.draw()
        print(plt.get_backend(), "_core" in vars(figure.canvas.renderer))
        """)
    assert printed.split() == ["agg", "True"]


def test_threads_that_install_import_and_draw_at_once() -> None:
    printed = run("""
        import sys, threading, drypoint
        barrier = threading.Barrier(8)
        results = []
        def work(number):
            barrier.wait()
            if number % 2:
                drypoint.install()
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure
            if not number % 2:
                drypoint.install()
            canvas = FigureCanvasAgg(Figure(figsize=(1, 1)))
            canvas.draw()
            results.append("_core" in vars(canvas.renderer))
        threads = [threading.Thread(target=work, args=[n], daemon=True) for n in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join(60)
        print(results)
        """)
    assert printed.strip() == str([True] * 8)


def test_a_reloaded_agg() -> None:
    printed = run("""
        import importlib, drypoint; drypoint.install()
        from matplotlib.backends import backend_agg
        old = backend_agg.RendererAgg
        importlib.reload(backend_agg)
        assert backend_agg.RendererAgg is not old
        print(*("_core" in vars(cls(5, 5, 72)) for cls in (old, backend_agg.RendererAgg)))
        """)
    assert printed.split() == ["True", "True"]


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
    from matplotlib.backend_bases import FigureCanvasBase

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
