"""What the name ``drypoint`` stands for, in fresh processes; `plt.show()` where there is no window."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import drypoint
from drypoint import selection
from tests.windows.processes import run_program

AUTO = "module://drypoint.backends.auto"

SHOW = """
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show(block=False)
from drypoint.backends import auto
print(auto.decision().backend)
"""


def run(code: str, tmp_path: Path, **environment: str | None) -> subprocess.CompletedProcess[str]:
    return run_program(["-c", code], tmp_path, **{"MPLBACKEND": AUTO, **environment})


def saved(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.glob("drypoint-*/*"))


WITHOUT_TOOLKITS = (
    "import sys\n"
    "for n in 'PyQt6 PySide6 PyQt5 PySide2 gi tkinter wx uvicorn'.split(): sys.modules[n] = None\n"
)

#: Where there is no window: code before, environment, what the line says.
SITUATIONS: dict[str, tuple[str, dict[str, str | None], str]] = {
    "no display": ("", {}, "there is no display"),
    "a display that nobody answers": ("", {"DISPLAY": ":987"}, "':987' does not answer"),
    "a display that makes no sense": ("", {"DISPLAY": "nonsense"}, "not the name of an X display"),
    "ssh without forwarding": ("", {"SSH_CONNECTION": "1 2 3 4", "TERM": "xterm"}, "no display"),
    "Wayland that is gone": (
        "",
        {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/nonexistent"},
        "'wayland-9' does not answer",
    ),
    "Wayland without a folder": ("", {"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": ""}, "not set"),
    "no toolkit": (WITHOUT_TOOLKITS, {}, "there is no display"),
    "no terminal at all": ("", {"TERM": "dumb"}, "no display"),
    "a container": (
        "",
        {"HOME": "/nonexistent", "USER": None, "TERM": None},
        "no display",
    ),
    "an event loop that runs": (
        "import asyncio; loop = asyncio.new_event_loop(); asyncio.set_event_loop(loop)\n"
        "loop.call_soon(loop.stop); loop.run_forever()\n",
        {},
        "no display",
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_figure_that_cannot_be_shown_is_saved(situation: str, tmp_path: Path) -> None:
    before, environment, said = SITUATIONS[situation]
    done = run(before + SHOW, tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["terminal"]
    (line,) = done.stderr.splitlines()
    assert said in line
    assert "so the figure is in " in line
    assert saved(tmp_path) == ["Figure-1.png"]


#: Where more is peculiar than what comes before: whole programs, with what they write besides.
FIGURE = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()\n"
PROGRAMS: dict[str, tuple[list[str], str]] = {
    "a thread": (
        [
            "-c",
            f"import threading\ndef work():\n    {FIGURE}"
            "thread = threading.Thread(target=work); thread.start(); thread.join()",
        ],
        "",
    ),
    "a request in a server's thread": (
        [
            "-c",
            f"import http.server, threading, urllib.request\nprogram = {FIGURE!r}\n"
            "class Handler(http.server.BaseHTTPRequestHandler):\n"
            "    def do_GET(self): exec(program, {}); self.send_response(204); self.end_headers()\n"
            "    def log_message(self, *words): pass\n"
            "server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)\n"
            "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
            "print(urllib.request.urlopen(f'http://127.0.0.1:{server.server_port}').status)",
        ],
        "204",
    ),
    "a process of a pool": (
        [
            "-c",
            f"import concurrent.futures as f, multiprocessing as m\nprogram = {FIGURE!r}\n"
            "with f.ProcessPoolExecutor(1, m.get_context('fork')) as pool:\n"
            "    print(pool.submit(exec, program, {}).result())",
        ],
        "None",
    ),
    "at the end of a program": (
        ["-c", f"import atexit\natexit.register(exec, {FIGURE!r}, {{}})"],
        "",
    ),
    "a prompt": (["-i", "-c", FIGURE], ""),
    "IPython": (["-m", "IPython", "--no-banner", "--quick", "-c", FIGURE], ""),
}


@pytest.mark.parametrize("situation", PROGRAMS)
def test_programs_that_cannot_show_a_figure_save_it(situation: str, tmp_path: Path) -> None:
    arguments, written = PROGRAMS[situation]
    if "IPython" in arguments:
        pytest.importorskip("IPython")
    done = run_program(
        arguments, tmp_path, MPLBACKEND=AUTO, IPYTHONDIR=str(tmp_path / "ipython"), PYTHONSTARTUP=""
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == written
    assert done.stderr.count("so the figure is in ") == 1
    assert saved(tmp_path) == ["Figure-1.png"]


def test_nobody_listens(tmp_path: Path) -> None:
    # As a service has it: no standard streams at all.
    command = f'exec "{sys.executable}" -c "$CODE" <&- >&- 2>&-'
    base = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "MPLBACKEND": AUTO, "CODE": FIGURE}
    done = subprocess.run(["sh", "-c", command], env=base, cwd=tmp_path, timeout=120)
    assert done.returncode == 0
    assert saved(tmp_path) == ["Figure-1.png"]


def test_qt_that_would_abort_and_nothing_else(tmp_path: Path, display: str) -> None:
    pytest.importorskip("PyQt6.QtCore", reason="needs PyQt6", exc_type=ImportError)
    others = WITHOUT_TOOLKITS.replace("PyQt6 ", "")
    environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "nonsense"}
    done = run(others + SHOW, tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["terminal"]
    assert "PyQt6 does not start: " in done.stderr
    assert saved(tmp_path) == ["Figure-1.png"]


def test_no_toolkit_on_a_display_says_how_to_get_one(tmp_path: Path, display: str) -> None:
    done = run(WITHOUT_TOOLKITS + SHOW, tmp_path, DISPLAY=display)
    assert done.stdout.split() == ["terminal"], done.stderr
    assert "no toolkit is installed (pip install PyQt6), so the figure is in" in done.stderr


def test_without_a_toolkit_a_browser_will_do(tmp_path: Path) -> None:
    for name in ("starlette", "uvicorn", "websockets"):
        pytest.importorskip(name)
    code = (
        "from drypoint.selection import decide; d = decide()\n"
        "print(d.backend, *(a.problem for a in d.attempts if a.backend == 'web'))"
    )
    done = run(code, tmp_path, BROWSER="true")
    assert done.stdout.split() == ["web"], done.stderr
    for environment, said in (
        ({}, "no display"),
        ({"DISPLAY": ":987", "SSH_CONNECTION": "1 2 3 4"}, "on the other machine"),
    ):
        done = run(code, tmp_path, **environment)
        backend, _, problem = done.stdout.partition(" ")
        assert backend == "terminal", done.stderr
        assert said in problem


def test_qt_that_would_abort_is_passed_over(tmp_path: Path, display: str) -> None:
    code = "from drypoint.selection import decide; d = decide(); print(d.backend, d.problems['qt'])"
    pytest.importorskip("PyQt6.QtCore", reason="needs PyQt6", exc_type=ImportError)
    done = run(code, tmp_path, DISPLAY=display, QT_QPA_PLATFORM="nonsense")
    assert done.returncode == 0, done.stderr
    backend, _, problem = done.stdout.partition(" ")
    assert backend != "qt"
    assert "PyQt6 does not start: " in problem
    assert "nonsense" in problem


def test_a_thread_gets_a_plain_canvas(tmp_path: Path, display: str) -> None:
    code = (
        "import threading, warnings; warnings.simplefilter('error')\n"
        "import matplotlib.pyplot as plt; from matplotlib.backend_bases import FigureCanvasBase\n"
        "made = []\n"
        "def work():\n"
        "    figure = plt.figure(); figure.savefig('a.png'); plt.show()\n"
        "    made.append(type(figure.canvas).__name__)\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
        "print(made)"
    )
    done = run(code, tmp_path, DISPLAY=display)
    assert done.stdout.strip() == "['FigureCanvasTerminal']", done.stderr
    assert done.stderr.count("so the figure is in") == 1


def test_figures_are_shown_again_only_when_they_have_changed(tmp_path: Path) -> None:
    code = (
        "import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2]); plt.show(); plt.show()\n"
        "plt.plot([2, 1]); plt.show()\n"
        "plt.figure('a/b c'); plt.show()\n"
    )
    done = run(code, tmp_path)
    assert done.stderr.count("so the figure is in") == 3
    assert saved(tmp_path) == ["Figure-1.png", "a-b-c.png"]


def test_what_runs_decides(tmp_path: Path, display: str) -> None:
    pytest.importorskip("tkinter", reason="needs tkinter")
    code = (
        "import tkinter; root = tkinter.Tk()\n"
        "from drypoint import selection\n"
        "def look(): print(selection.decide().backend); root.destroy()\n"
        "root.after(10, look); root.mainloop()"
    )
    done = run(code, tmp_path, DISPLAY=display)
    assert done.stdout.strip() == "tk", done.stderr


def test_nothing_is_decided_by_importing(tmp_path: Path) -> None:
    code = "from drypoint.backends import auto; print(auto._decision)"
    assert run(code, tmp_path).stdout.strip() == "None"


# --- Qt's binding


@pytest.fixture
def bindings(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The bindings that seem to be installed; none is loaded."""
    for binding in selection.QT_BINDINGS:
        monkeypatch.delitem(sys.modules, f"{binding}.QtCore", raising=False)
    there: set[str] = set()
    monkeypatch.setattr(selection, "_is_there", lambda name: name.partition(".")[0] in there)
    monkeypatch.delenv("QT_API", raising=False)
    return there


def test_the_first_binding_there_is(bindings: set[str]) -> None:
    bindings |= {"PyQt5", "PySide6"}
    assert selection.qt_binding() == "PySide6"
    bindings.add("PyQt6")
    assert selection.qt_binding() == "PyQt6"


def test_the_loaded_binding_wins(bindings: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bindings |= {"PyQt6", "PySide2"}
    monkeypatch.setenv("QT_API", "pyqt6")
    monkeypatch.setitem(sys.modules, "PySide2.QtCore", sys)
    assert selection.qt_binding() == "PySide2"


@pytest.mark.parametrize("word", ["PySide6", "pyside6", "PYSIDE6"])
def test_the_environment_names_the_binding(
    bindings: set[str], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    bindings |= {"PyQt6", "PySide6"}
    monkeypatch.setenv("QT_API", word)
    assert selection.qt_binding() == "PySide6"


def test_a_binding_that_is_asked_for_and_missing(
    bindings: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bindings.add("PyQt6")
    monkeypatch.setenv("QT_API", "PyQt5")
    with pytest.raises(ImportError, match="QT_API asks for, PyQt5, is not installed"):
        selection.qt_binding()
    monkeypatch.setenv("QT_API", "qt7")
    with pytest.raises(ImportError, match="QT_API='qt7' names no binding of Qt; there are PyQt6"):
        selection.qt_binding()


def test_no_binding(bindings: set[str]) -> None:
    with pytest.raises(ImportError, match="a binding of Qt is not installed"):
        selection.require_qt_binding()


# --- use


@pytest.mark.parametrize(
    ("word", "meant"), [("qtagg", "qt"), ("Qt5Agg", "qt"), ("tkagg", "tk"), ("termnal", "terminal")]
)
def test_a_misspelt_name(word: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"no backend '{word}'; did you mean '{meant}'"):
        drypoint.use(word)
