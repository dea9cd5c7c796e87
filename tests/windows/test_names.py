"""Every way to name a backend, and which of them counts, in fresh processes."""

from pathlib import Path

import pytest

import drypoint
from tests.windows.processes import run_program


@pytest.fixture(scope="module", autouse=True)
def names_are_published() -> None:
    from matplotlib.backends import backend_registry

    if "drypoint-agg" not in backend_registry.list_all():
        pytest.skip("drypoint is not installed, only found: its names are not published")


def print_lines(
    code: str, tmp_path: Path, settings: str = "", **environment: str | None
) -> list[str]:
    """What a program writes, with these lines in its folder's matplotlibrc."""
    (tmp_path / "matplotlibrc").write_text(settings)
    done = run_program(["-c", code], tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


#: Prints the canvas that new figures get.
FIGURE = """
import matplotlib, matplotlib.pyplot as plt
def tell():
    print(type(plt.figure().canvas).__name__.removeprefix("FigureCanvas"), matplotlib.get_backend())
tell()
"""

NAMES = {
    "drypoint-agg": "Drypoint",
    "DRYPOINT-Agg": "Drypoint",
    "Drypoint-SVG": "DrypointSvg",
    "drypoint-template": "Template",
    "module://drypoint.backends.pdf": "DrypointPdf",
    "Drypoint": "Terminal",
}


@pytest.mark.parametrize("way", ["matplotlibrc", "MPLBACKEND", "use", "rcParams"])
@pytest.mark.parametrize("name", ["Drypoint-SVG", "module://drypoint.backends.pdf"])
def test_every_way(name: str, way: str, tmp_path: Path) -> None:
    settings, before, environment = "", "", {}
    if way == "matplotlibrc":
        settings = f"backend: {name}"
    elif way == "MPLBACKEND":
        environment["MPLBACKEND"] = name
    elif way == "rcParams":
        before = f"import matplotlib; matplotlib.rcParams['backend'] = {name!r}"
    else:
        before = f"import matplotlib; matplotlib.use({name!r})"
    (line,) = print_lines(f"{before}\n{FIGURE}", tmp_path, settings, **environment)
    canvas, known_as = line.split()
    assert canvas == NAMES[name]
    assert known_as.lower() == name.lower()


def test_every_name(tmp_path: Path) -> None:
    code = FIGURE + "".join(f"matplotlib.use({name!r}); tell()\n" for name in NAMES)
    lines = print_lines(code, tmp_path)[1:]
    assert [line.split()[0] for line in lines] == list(NAMES.values())
    assert [line.split()[1].lower() for line in lines] == [name.lower() for name in NAMES]


def test_the_nearer_word_counts(tmp_path: Path) -> None:
    settings = "backend: drypoint-pdf"
    assert print_lines(FIGURE, tmp_path, settings) == ["DrypointPdf drypoint-pdf"]
    lines = print_lines(FIGURE, tmp_path, settings, MPLBACKEND="drypoint-svg")
    assert lines == ["DrypointSvg drypoint-svg"]
    code = (
        f"import matplotlib; matplotlib.use('drypoint-ps')\n{FIGURE}\n"
        "plt.switch_backend('drypoint-agg'); tell()\n"
        "import drypoint; drypoint.use('pdf'); tell()"
    )
    lines = print_lines(code, tmp_path, settings, MPLBACKEND="drypoint-svg")
    expected = ["DrypointPs drypoint-ps", "Drypoint drypoint-agg", "DrypointPdf drypoint-pdf"]
    assert lines == expected


def test_pyplot_alone_looks_for_no_names(tmp_path: Path) -> None:
    """Why docs/troubleshooting.md says to write `matplotlib.use`; for Matplotlib to mend."""
    code = "import matplotlib.pyplot as plt; plt.switch_backend('drypoint-agg')"
    done = run_program(["-c", code], tmp_path)
    said = "ModuleNotFoundError: No module named 'matplotlib.backends.backend_drypoint-agg'"
    assert done.stderr.splitlines()[-1] == said
    code = code.replace("plt.switch", "plt.matplotlib.use('drypoint-svg'); plt.switch")
    assert print_lines(f"{code}; print(plt.get_backend())", tmp_path) == ["drypoint-agg"]


def test_an_unknown_name_is_an_error(tmp_path: Path) -> None:
    done = run_program(["-c", FIGURE], tmp_path, MPLBACKEND="drypoint-qtt")
    assert done.returncode == 1
    assert "'drypoint-qtt' is not a valid value for backend" in done.stderr
    assert "drypoint-qt" in done.stderr.partition("supported values are")[2]


SWITCH = """
import io, matplotlib.pyplot as plt
def save(figure, format="png"):
    file = io.BytesIO(); figure.savefig(file, format=format); return file.getvalue()
first = plt.figure(); first.add_subplot().plot([1, 3, 2]); before = save(first)
plt.switch_backend("drypoint-svg")
assert plt.get_fignums() == [1] and plt.gcf() is first
assert type(first.canvas).__module__ == "drypoint.adapter.canvas", type(first.canvas)
second = plt.figure()
assert type(second.canvas).__module__ == "drypoint.adapter.svg", type(second.canvas)
assert save(first) == before
assert save(first, "svg").startswith(b"<?xml") and save(second, "png").startswith(b"\\x89PNG")
plt.switch_backend("agg")
assert save(first) == before and type(plt.figure().canvas).__module__.endswith("backend_agg")
plt.switch_backend("drypoint-agg")
plt.figure(first); plt.title("on"); assert save(first) != before
print(plt.get_fignums())
"""


def test_switching_with_figures(tmp_path: Path) -> None:
    assert print_lines(SWITCH, tmp_path, MPLBACKEND="drypoint-agg") == ["[1, 2, 3]"]


WINDOWS_SWITCHED = """
import matplotlib, matplotlib.pyplot as plt
window = plt.figure(); canvas = window.canvas
assert canvas.manager.window.isVisible() is False
plt.show(block=False); plt.pause(0.1)
assert canvas.manager.window.isVisible()
plt.switch_backend("drypoint-agg")
plain = plt.figure()
assert type(plain.canvas).__module__ == "drypoint.adapter.canvas"
assert canvas.manager.window.isVisible() and window.canvas is canvas
# Another toolkit cannot come in while Qt's application is there.
for select in (plt.switch_backend, matplotlib.use):
    try:
        select("drypoint-tk")
    except ImportError as error:
        assert "'tk' interactive framework, as 'qt' is currently running" in str(error), error
    else:
        raise AssertionError
    assert matplotlib.get_backend() == "drypoint-agg"
matplotlib.use("drypoint-tk", force=False)
assert type(plt.figure().canvas).__module__ == "drypoint.adapter.canvas"
plt.switch_backend("drypoint-qt")
again = plt.figure()
assert type(again.canvas) is type(canvas)
plt.close("all"); plt.pause(0.1)
print("switched")
"""


def test_switching_with_windows(tmp_path: Path, display: str) -> None:
    pytest.importorskip("PyQt6.QtWidgets", reason="needs PyQt6", exc_type=ImportError)
    environment = {"DISPLAY": display, "MPLBACKEND": "drypoint-qt"}
    assert print_lines(WINDOWS_SWITCHED, tmp_path, **environment) == ["switched"]


@pytest.mark.parametrize("name", ["drypoint-tk", "drypoint-qt", "drypoint-gtk3", "drypoint-wx"])
def test_a_window_asked_for_by_name_where_there_is_no_display(name: str, tmp_path: Path) -> None:
    modules = {"qt": "PyQt6.QtWidgets", "tk": "tkinter", "gtk3": "gi", "wx": "wx"}
    toolkit = name.removeprefix("drypoint-")
    pytest.importorskip(modules[toolkit], exc_type=ImportError)
    done = run_program(["-c", FIGURE], tmp_path, MPLBACKEND=name)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ImportError: "), done.stderr
    assert "'headless' is currently running" in done.stderr
    # That it does not work is found out, and then nothing else is wrong.
    code = f"import matplotlib; matplotlib.use({name!r}, force=False)\n{FIGURE}"
    assert run_program(["-c", code], tmp_path).returncode == 1


#: A loop of Tk's runs while pyplot is imported.
WHILE_TK_RUNS = """
import sys, tkinter
root = tkinter.Tk()
def work():
    try:
        exec(program, {})
    finally:
        root.quit()
root.after(1, work); root.mainloop()
"""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        # Matplotlib's own names stand for what suits the loop that runs, unless that is switched off.
        ("backend: qtagg", "FigureCanvasTkAgg"),
        ("backend: qtagg\nbackend_fallback: False", "ImportError"),
        # A name of drypoint's is meant; the one that decides for itself does so.
        ("backend: drypoint-qt", "ImportError"),
        ("backend: drypoint", "FigureCanvas of tk"),
    ],
)
def test_the_fallback_of_backends(settings: str, said: str, tmp_path: Path, display: str) -> None:
    pytest.importorskip("tkinter", reason="needs tkinter")
    pytest.importorskip("PyQt6.QtWidgets", reason="needs PyQt6", exc_type=ImportError)
    program = (
        "import drypoint; drypoint.install()\n"
        "import matplotlib.pyplot as plt\n"
        "try: canvas = plt.figure().canvas\n"
        "except ImportError as error: print(f'ImportError: {error}'.partition(':')[0])\n"
        "else:\n"
        "    name = type(canvas).__name__\n"
        "    own = ' of ' + canvas.required_interactive_framework if name == 'FigureCanvas' else ''\n"
        "    print(name + own, hasattr(canvas.get_renderer(), '_core'))\n"
    )
    code = f"program = {program!r}\n{WHILE_TK_RUNS}"
    (line,) = print_lines(code, tmp_path, settings, DISPLAY=display)
    assert line == (said if said == "ImportError" else f"{said} True")


# --- IPython


def ipython(lines: str, tmp_path: Path, display: str) -> list[str]:
    """What lines typed into IPython write."""
    pytest.importorskip("IPython", reason="needs IPython")
    pytest.importorskip("PyQt6.QtWidgets", reason="needs PyQt6", exc_type=ImportError)
    script = tmp_path / "lines.ipy"
    script.write_text(lines)
    arguments = ["-m", "IPython", "--no-banner", "--quick", "--colors=NoColor", str(script)]
    environment = {"DISPLAY": display, "IPYTHONDIR": str(tmp_path / "ipython")}
    done = run_program(arguments, tmp_path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


#: Which loop IPython is asked to run; with lines from a file it would not.
RECORD = "loops = []; get_ipython().enable_gui = loops.append\n"

TELL = """
import matplotlib, matplotlib.pyplot as plt
plt.plot([1, 2])
canvas = plt.gcf().canvas
print(type(canvas).__module__, matplotlib.get_backend(), {loop.rstrip("56") for loop in loops})
print(hasattr(canvas.get_renderer(), "_core"), plt.isinteractive(), canvas.manager.window.isVisible())
plt.close("all")
"""


@pytest.mark.parametrize("name", ["drypoint-qt", "Drypoint-Qt"])
def test_ipython_by_name(name: str, tmp_path: Path, display: str) -> None:
    lines = ipython(f"{RECORD}%matplotlib {name}\n{TELL}", tmp_path, display)
    assert lines[-2:] == ["drypoint.backends.qt drypoint-qt {'qt'}", "True True True"]


def test_ipython_decides_by_itself(tmp_path: Path, display: str) -> None:
    lines = ipython(f"{RECORD}%matplotlib drypoint\n{TELL}", tmp_path, display)
    assert lines[-2:] == ["drypoint.backends.auto drypoint {'qt'}", "True True True"]


@pytest.mark.parametrize("name", ["qt", "qt6", "qtagg"])
def test_ipython_installed(name: str, tmp_path: Path, display: str) -> None:
    code = f"{RECORD}import drypoint; drypoint.install()\n%matplotlib {name}\n{TELL}"
    lines = ipython(code, tmp_path, display)
    assert lines[-2:] == ["matplotlib.backends.backend_qtagg qtagg {'qt'}", "True True True"]


# --- drypoint.use


def test_use_takes_names_with_and_without_the_front(tmp_path: Path) -> None:
    words = ("agg", "SVG", "drypoint-agg", "Drypoint-Svg", "auto", "drypoint", "drypoint-auto")
    uses = "".join(f"drypoint.use({word!r}); tell()\n" for word in words)
    lines = print_lines(f"import drypoint\n{FIGURE}\n{uses}", tmp_path)[1:]
    agg, svg, auto = "Drypoint drypoint-agg", "DrypointSvg drypoint-svg", "Terminal drypoint"
    assert lines == [agg, svg, agg, svg, auto, auto, auto]


def test_use_says_what_there_is() -> None:
    with pytest.raises(
        ValueError, match=r"no backend 'xyzzy'; its backends are: agg, auto, .*, wx"
    ):
        drypoint.use("xyzzy")


def test_use_of_a_window_that_cannot_be(tmp_path: Path) -> None:
    pytest.importorskip("tkinter", reason="needs tkinter")
    code = "import matplotlib.pyplot, drypoint; drypoint.use('tk')"
    done = run_program(["-c", code], tmp_path)
    assert "'headless' is currently running" in done.stderr
    code = (
        f"import drypoint; drypoint.use('agg')\n{FIGURE}\ndrypoint.use('tk', force=False); tell()"
    )
    assert print_lines(code, tmp_path)[-1] == "Drypoint drypoint-agg"
