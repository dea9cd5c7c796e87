"""`drypoint.install()` and the names of backends that are no windows: widget, notebook, webagg, inline."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.registry import BackendFilter, backend_registry

import drypoint
from drypoint import backend_names, window_layers

NAMES = {
    "widget": "notebook",
    "ipympl": "notebook",
    "notebook": "notebook",
    "nbagg": "notebook",
    "webagg": "web",
    "WebAgg": "web",
    "inline": "inline",
    "module://matplotlib_inline.backend_inline": "inline",
}


@pytest.fixture(autouse=True)
def uninstalled() -> Iterator[None]:
    drypoint.uninstall()
    yield
    drypoint.uninstall()


def run(code: str, **environment: str) -> str:
    """What a fresh process prints."""
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": "", "MPLCONFIGDIR": mpl.get_configdir(), **environment},
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


@pytest.mark.parametrize("name", NAMES)
def test_names_mean_ours_while_installed(name: str) -> None:
    pytest.importorskip("anywidget")
    pytest.importorskip("matplotlib_inline")
    before = dict(vars(backend_registry))
    drypoint.install()
    module = backend_registry.load_backend_module(name)
    assert module.__name__ == f"drypoint.backends.{NAMES[name]}"
    assert backend_registry.is_valid_backend(name)
    plain = name if ":" in name else name.lower()
    # As `%matplotlib` asks; no main loop is to be started for any of them.
    assert backend_registry.resolve_gui_or_backend(name) == (plain, None)
    assert {"widget", "ipympl", "notebook", "webagg"} <= set(backend_registry.list_all())
    drypoint.uninstall()
    assert vars(backend_registry).keys() == before.keys()
    assert backend_registry._backend_module_name("nbagg") == "matplotlib.backends.backend_nbagg"


def test_a_picture_by_cairo() -> None:
    pytest.importorskip("drypoint.adapter.cairo.binding", exc_type=ImportError)
    code = """
        import io, re
        from matplotlib.backends.backend_cairo import FigureCanvasCairo
        from matplotlib.figure import Figure
        import drypoint

        def save(canvas, format):
            file = io.BytesIO()
            canvas.figure.savefig(file, format=format)
            # Surfaces are counted.
            return re.sub(b'id="surface[0-9]+"', b"", file.getvalue())

        canvas = FigureCanvasCairo(Figure(figsize=(3, 2)))
        canvas.figure.add_subplot(title="a title").plot([1, 3, 2])
        theirs = dict(vars(FigureCanvasCairo))
        pictures = {format: save(canvas, format) for format in ("png", "svg", "rgba")}
        drypoint.install()
        canvas.draw()
        assert type(canvas.get_renderer()).__name__ == "CairoRenderer"
        from drypoint.backends.cairo import FigureCanvas
        ours = FigureCanvas(Figure(figsize=(3, 2)))
        ours.figure.add_subplot(title="a title").plot([1, 3, 2])
        for format in pictures:
            assert save(canvas, format) == save(ours, format) != pictures[format]
        drypoint.uninstall()
        assert dict(vars(FigureCanvasCairo)) == theirs
        assert FigureCanvasCairo.__mro__[1].__name__ == "FigureCanvasBase"
        assert save(canvas, "png") == pictures["png"]
        print("as ours")
        """
    assert run(code) == "as ours"


def test_every_name_of_a_window_is_reached() -> None:
    by_other_means = {
        "macosx",  # inherits from Agg's; nobody has tried more
        "qt5agg",  # takes the canvas of qtagg
        "qt5cairo",  # takes the canvas of qtcairo
    }
    for name in backend_registry.list_builtin(BackendFilter.INTERACTIVE):
        has_layer = f"matplotlib.backends.backend_{name}" in window_layers.LAYERS
        assert has_layer + (name in backend_names._BACKENDS) + (name in by_other_means) == 1, name
    assert "matplotlib.backends.backend_cairo" in window_layers.LAYERS


def test_other_names_are_left_alone() -> None:
    drypoint.install()
    for name in ("agg", "qtagg", "TkAgg", "module://matplotlib.backends.backend_nbagg"):
        assert backend_names._ours(name) is None
    assert backend_registry.resolve_gui_or_backend("qt") == ("qtagg", "qt")
    with pytest.raises(RuntimeError, match="'widgets' is not a recognised"):
        backend_registry.resolve_gui_or_backend("widgets")


def test_names_may_be_left_as_they_are() -> None:
    drypoint.install(names=False)
    assert backend_registry.resolve_backend("nbagg") == ("nbagg", "nbagg")
    drypoint.install()
    assert backend_registry.resolve_backend("nbagg") == ("nbagg", None)
    drypoint.install(names=False)
    assert backend_registry.resolve_backend("nbagg") == ("nbagg", "nbagg")


def test_missing_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend_names, "_is_there", lambda package: False)
    drypoint.install()
    try:
        # Matplotlib's own, which may have what it needs.
        assert not any(map(backend_names._ours, ("notebook", "nbagg", "webagg", "inline")))
        # Nobody else's: the error of ours says what to install.
        assert backend_names._ours("widget") == "notebook"
        monkeypatch.setattr(backend_names, "_is_there", lambda package: package == "ipympl")
        backend_names._ours.cache_clear()
        assert backend_names._ours("widget") is None
    finally:
        backend_names._ours.cache_clear()


def test_a_matplotlib_that_loads_later() -> None:
    printed = run("""
        import drypoint, sys
        drypoint.install()
        import matplotlib
        from matplotlib.backends.registry import BackendFilter, backend_registry
        print(backend_registry.resolve_backend("webagg"), "drypoint.adapter.compat" in sys.modules)
        import matplotlib.pyplot as plt
        plt.switch_backend("webagg")
        print(plt.figure().canvas.__class__.__module__, matplotlib.get_backend())
        """)
    assert printed.splitlines() == ["('webagg', None) False", "drypoint.backends.web webagg"]


def test_the_environment_may_name_one() -> None:
    code = """
        import drypoint
        drypoint.install()
        import matplotlib.pyplot as plt
        print(type(plt.figure().canvas).__module__)
        """
    assert run(code, MPLBACKEND="webagg") == "drypoint.backends.web"


@pytest.fixture
def ipympl(tmp_path: Path) -> Path:
    """A folder with another package that has published the names."""
    package = tmp_path / "ipympl"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "backend_nbagg.py").write_text(
        "from matplotlib.backends.backend_template import *\nFigureCanvas = FigureCanvasTemplate\n"
    )
    info = tmp_path / "ipympl-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ipympl\nVersion: 1.0\n")
    lines = ["[matplotlib.backend]", *(f"{n} = ipympl.backend_nbagg" for n in ("ipympl", "widget"))]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.mark.parametrize("known_before", [False, True])
def test_with_ipympl_installed(ipympl: Path, known_before: bool) -> None:
    pytest.importorskip("anywidget")
    printed = run(
        f"""
        import drypoint
        from matplotlib.backends.registry import BackendFilter, backend_registry
        if {known_before}:
            backend_registry.list_all()
        drypoint.install()
        print(backend_registry.load_backend_module("widget").__name__)
        print(backend_registry.list_all().count("widget"), backend_registry.resolve_backend("widget"))
        drypoint.uninstall()
        print(backend_registry.resolve_backend("widget"))
        print(backend_registry.load_backend_module("widget").__name__)
        """,
        PYTHONPATH=str(ipympl),
    )
    assert printed.splitlines() == [
        "drypoint.backends.notebook",
        "1 ('widget', None)",
        "('widget', None)",
        "ipympl.backend_nbagg",
    ]


KERNEL_CELLS = [
    "import drypoint; drypoint.install()\n%matplotlib {name}\nimport matplotlib.pyplot as plt",
    "fig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 2])\n"
    "print(type(fig.canvas).__module__, plt.get_backend())",
]


@pytest.mark.parametrize("name", ["widget", "notebook", "ipympl", "nbagg", "inline"])
def test_in_a_kernel(name: str) -> None:
    for package in ("ipykernel", "nbclient", "anywidget"):
        pytest.importorskip(package)
    import nbformat
    from nbclient import NotebookClient

    cells = [nbformat.v4.new_code_cell(text.format(name=name)) for text in KERNEL_CELLS]
    notebook: Any = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120).execute()
    printed, shown = notebook.cells[1].outputs
    assert printed.text == f"drypoint.backends.{NAMES[name]} {name}\n"
    assert "image/png" in shown.data
    is_live = "application/vnd.jupyter.widget-view+json" in shown.data
    assert is_live == (name != "inline")
