"""Whom `drypoint.install()` reaches: canvases, formats and modules, early and late ones."""

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.backend_bases import FigureCanvasBase, get_registered_canvas_class, register_backend
from matplotlib.backends import backend_agg
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

import drypoint
from drypoint import takeover
from drypoint.adapter import compat, grafts
from drypoint.adapter.canvas import FigureCanvasDrypoint
from tests.files import saved
from tests.takeover.pictures import RASTER_FORMATS, is_ours, picture, run

pytestmark = pytest.mark.usefixtures("agg")


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
        return saved(figure, "html", dpi=80, bbox_inches=bbox_inches).decode()

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


@pytest.mark.parametrize("name", ["html", "pdf"])
def test_a_canvas_that_a_program_has_registered_stays(name: str) -> None:
    class Own(FigureCanvasAgg):
        pass

    theirs = get_registered_canvas_class(name)
    register_backend(name, Own, "mine")
    try:
        drypoint.install()
        assert get_registered_canvas_class(name) is Own
        drypoint.uninstall()
        assert get_registered_canvas_class(name) is Own
    finally:
        drypoint.uninstall()
        if theirs is None:
            compat.unregister(name)
        else:
            register_backend(name, theirs, "Portable Document Format")


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
