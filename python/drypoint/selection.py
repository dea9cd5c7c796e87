"""Which backend the name ``drypoint`` stands for here: the one place that decides.

In this order: the toolkit whose main loop or application is there already; in a notebook's kernel, pictures in
the notebook; MacOSX, Qt, GTK 4, GTK 3, Tk and wx, the first that is installed and can reach a display; a page in
the browser, if one can be opened; at last pictures in the terminal, or files. Threads other than the main one are
no matter of this: figures that they make get a plain canvas, whatever has been decided
(`drypoint.backends.auto`).

Nothing here can end the process: whether Qt starts, which aborts if it cannot, is tried in another one.
Nothing of Matplotlib, NumPy or the engine is imported before a toolkit's module is.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = [
    "QT_BINDINGS",
    "TOOLKITS",
    "Attempt",
    "Decision",
    "browser_problem",
    "decide",
    "display_problem",
    "in_notebook",
    "qt_binding",
    "require_qt_binding",
    "running_toolkit",
    "toolkit_problem",
    "why_no_window",
]

#: In the order in which they are tried: the backend's name, what Matplotlib calls the framework.
TOOLKITS = ("macosx", "qt", "gtk4", "gtk3", "tk", "wx")

#: In the order in which they are tried.
QT_BINDINGS = ("PyQt6", "PySide6", "PyQt5", "PySide2")

#: How to get a toolkit, for the sentence that says it is missing.
HOW_TO_GET = {
    "qt": "pip install PyQt6",
    "gtk4": "pip install PyGObject pycairo; the library is called libgtk-4-1 or gtk4",
    "gtk3": "pip install PyGObject pycairo; the library is called libgtk-3-0 or gtk3",
    "tk": "install the package python3-tk (or tk) of your system",
    "wx": "pip install wxPython",
    "macosx": "it is part of Matplotlib on macOS",
}

# Seconds; a display on another machine may not answer.
_DISPLAY_TIMEOUT_S = 2
_START_TIMEOUT_S = 20


class Attempt(NamedTuple):
    """A backend that came into question."""

    backend: str
    """Without "drypoint-"."""
    problem: str
    """Why it was not taken; empty if it was."""


class Decision(NamedTuple):
    """What ``drypoint`` stands for here."""

    backend: str
    """Without "drypoint-"."""
    reason: str
    attempts: tuple[Attempt, ...]
    """Everything that was tried, the last one being the one that was taken."""

    @property
    def problems(self) -> dict[str, str]:
        """Why the others were not taken, by the name of the backend."""
        return {attempt.backend: attempt.problem for attempt in self.attempts if attempt.problem}


def decide() -> Decision:
    """Decide; each call looks again.

    Returns
    -------
    Decision
        Its backend's module can be imported.
    """
    running = running_toolkit()
    if running is not None:
        problem = toolkit_problem(running, is_running=True)
        reason = f"{running} is running"
        if not problem:
            return Decision(running, reason, (Attempt(running, ""),))
        tried = Attempt(running, problem)
        return Decision("terminal", f"{reason}, but {problem}", (tried, Attempt("terminal", "")))
    if in_notebook():
        # Without matplotlib-inline, the terminal's backend shows pictures below cells, when asked to.
        chosen = "inline" if _is_there("matplotlib_inline") else "terminal"
        reason = "this is the kernel of a notebook"
        return Decision(chosen, reason, (Attempt(chosen, ""),))
    attempts = []
    for name in TOOLKITS:
        problem = toolkit_problem(name)
        attempts.append(Attempt(name, problem))
        if not problem:
            return Decision(name, "the first toolkit that works here", tuple(attempts))
    problem = browser_problem()
    attempts.append(Attempt("web", problem))
    if not problem:
        return Decision("web", "no toolkit works here, but a browser does", tuple(attempts))
    attempts.append(Attempt("terminal", ""))
    return Decision("terminal", "no toolkit can show a window here", tuple(attempts))


def why_no_window() -> str:
    """Why there is no window here, and what to do about it, as half a sentence."""
    display = display_problem()
    if display:
        return f"there is {display}" if display.startswith("no ") else display
    return _why_no_toolkit({name: toolkit_problem(name) for name in TOOLKITS})


def _why_no_toolkit(problems: dict[str, str]) -> str:
    working = [name for name, problem in problems.items() if not problem]
    if working:
        return f"drypoint-terminal opens no windows (drypoint-{working[0]} does)"
    broken = [text for text in problems.values() if _is_broken(text)]
    return "; ".join(broken) or f"no toolkit is installed ({HOW_TO_GET['qt']})"


_NOT_INSTALLED = "is not installed"


def _is_broken(problem: str) -> bool:
    return bool(problem) and _NOT_INSTALLED not in problem and "only on macOS" not in problem


def browser_problem() -> str:
    """Why no page can be opened in a browser; empty if one can."""
    if not all(map(_is_there, ("starlette", "uvicorn", "websockets"))):
        return "its packages are not installed (pip install 'drypoint[web]')"
    if not os.environ.get("BROWSER"):
        if "SSH_CONNECTION" in os.environ:
            return (
                "a browser would open on the other machine (drypoint-web by name prints an address)"
            )
        if problem := display_problem():
            return problem
    import webbrowser

    try:
        webbrowser.get()
    except webbrowser.Error:
        return "there is no browser"
    return ""


# --- what is running ----------------------------------------------------------------------------


def running_toolkit() -> str | None:
    """The toolkit whose application or main loop is there in this process; None if there is none."""
    for binding in QT_BINDINGS:
        widgets: Any = sys.modules.get(f"{binding}.QtWidgets")
        if widgets is not None and widgets.QApplication.instance() is not None:
            return "qt"
    gtk: Any = sys.modules.get("gi.repository.Gtk")
    if gtk is not None:
        if gtk.MAJOR_VERSION == 4:
            if importlib.import_module("gi.repository.GLib").main_depth():
                return "gtk4"
        elif gtk.main_level():
            return "gtk3"
    wx: Any = sys.modules.get("wx")
    if wx is not None and wx.GetApp() is not None:
        return "wx"
    if _tk_is_running():
        return "tk"
    macosx: Any = sys.modules.get("matplotlib.backends._macosx")
    if macosx is not None and macosx.event_loop_is_running():
        return "macosx"
    return None


def _tk_is_running() -> bool:
    tkinter: Any = sys.modules.get("tkinter")
    if tkinter is None:
        return False
    loops = {tkinter.mainloop.__code__, tkinter.Misc.mainloop.__code__}
    for innermost in sys._current_frames().values():
        frame = innermost
        while frame is not None:
            if frame.f_code in loops:
                return True
            frame = frame.f_back  # type: ignore[assignment]
    return False


def in_notebook() -> bool:
    """Whether this is a kernel that shows pictures by itself, as notebooks have."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


# --- displays -----------------------------------------------------------------------------------


def display_problem(*, x11: bool = False) -> str:
    """Why no window can be shown here; empty if one can.

    Parameters
    ----------
    x11 : bool
        Whether only an X display will do, as for Tk.
    """
    if sys.platform in ("darwin", "win32", "cygwin", "emscripten"):
        return ""
    problems = []
    display = os.environ.get("DISPLAY", "")
    if display:
        problem = _x11_problem(display)
        if not problem:
            return ""
        problems.append(problem)
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    if wayland and not x11:
        problem = _wayland_problem(wayland)
        if not problem:
            return ""
        problems.append(problem)
    if not problems:
        names = "DISPLAY is not" if x11 else "neither DISPLAY nor WAYLAND_DISPLAY is"
        return f"no display ({names} set)"
    return "; ".join(problems)


def _x11_problem(display: str) -> str:
    """Why an X server cannot be reached; empty if somebody answers there."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return f"DISPLAY={display!r} is not the name of an X display"
    if host.startswith("/"):
        return ""  # A socket of macOS's launch daemon; Xlib knows.
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        addresses: list[str] = [f"\0{path}", path]
        if any(_answers(socket.AF_UNIX, address) for address in addresses):
            return ""
        host = "localhost"
    elif "/" in host:
        host = host.partition("/")[2]
    if _answers(socket.AF_INET, (host.strip("[]"), 6000 + int(number))):
        return ""
    return f"the X display {display!r} does not answer"


def _wayland_problem(name: str) -> str:
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not folder and not os.path.isabs(name):
        return f"WAYLAND_DISPLAY is {name!r}, but XDG_RUNTIME_DIR is not set"
    if _answers(socket.AF_UNIX, os.path.join(folder, name)):
        return ""
    return f"the Wayland display {name!r} does not answer"


def _answers(family: int, address: str | tuple[str, int]) -> bool:
    if family == socket.AF_INET:
        try:
            socket.create_connection(address, _DISPLAY_TIMEOUT_S).close()  # type: ignore[arg-type]
        except (OSError, OverflowError):
            return False
        return True
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(_DISPLAY_TIMEOUT_S)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True


# --- toolkits -----------------------------------------------------------------------------------


def toolkit_problem(name: str, *, is_running: bool = False) -> str:
    """Why a toolkit cannot show a window here; empty if it can.

    Parameters
    ----------
    name : str
        One of `TOOLKITS`.
    is_running : bool
        Whether it is known to run here, so that neither display nor start need to be tried.
    """
    if name == "macosx":
        if sys.platform != "darwin":
            return "there only on macOS"
    else:
        missing = _MISSING[name]()
        if missing:
            return missing
    if not is_running:
        problem = display_problem(x11=name == "tk")
        if problem:
            return problem
        if name == "qt":
            problem = _qt_start_problem(_qt_environment())
            if problem:
                return problem
    try:
        importlib.import_module(f"drypoint.backends.{name}")
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ""


def _is_there(module: str) -> bool:
    """Whether a module is loaded or could be, without loading it (but the packages it is in)."""
    try:
        return sys.modules.get(module) is not None or importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        # ValueError: the module has been replaced by something without a specification.
        return False


def _qt_missing() -> str:
    try:
        qt_binding()
    except ImportError as error:
        return str(error)
    return ""


def _gtk_missing(version: int) -> str:
    if not (_is_there("gi") and (_is_there("cairo") or _is_there("cairocffi"))):
        return f"PyGObject with Cairo {_NOT_INSTALLED} ({HOW_TO_GET[f'gtk{version}']})"
    loaded: Any = sys.modules.get("gi.repository.Gtk")
    if loaded is not None:
        other = version != loaded.MAJOR_VERSION
        return f"GTK {loaded.MAJOR_VERSION} is loaded in this process" if other else ""
    gi = importlib.import_module("gi")
    try:
        # Does not load it, which would shut out the other version.
        known = gi.Repository.get_default().enumerate_versions("Gtk")
    except AttributeError:
        return ""
    if f"{version}.0" not in known:
        return f"GTK {version} {_NOT_INSTALLED} ({HOW_TO_GET[f'gtk{version}']})"
    return ""


def _tk_missing() -> str:
    if not (_is_there("tkinter") and _is_there("_tkinter")):
        return f"tkinter {_NOT_INSTALLED} ({HOW_TO_GET['tk']})"
    return ""


def _wx_missing() -> str:
    return "" if _is_there("wx") else f"wxPython {_NOT_INSTALLED} ({HOW_TO_GET['wx']})"


_MISSING: dict[str, Callable[[], str]] = {
    "qt": _qt_missing,
    "gtk4": functools.partial(_gtk_missing, 4),
    "gtk3": functools.partial(_gtk_missing, 3),
    "tk": _tk_missing,
    "wx": _wx_missing,
}


# --- Qt -----------------------------------------------------------------------------------------


def qt_binding() -> str:
    """The binding of Qt to use: the one that is loaded, that ``QT_API`` names, or the first there is.

    Raises
    ------
    ImportError
        If ``QT_API`` names none or one that is not installed, or if none is.
    """
    for binding in QT_BINDINGS:
        if sys.modules.get(f"{binding}.QtCore") is not None:
            return binding
    wanted = os.environ.get("QT_API", "").strip()
    if wanted:
        by_name = {binding.lower(): binding for binding in QT_BINDINGS}
        chosen = by_name.get(wanted.lower())
        if chosen is None:
            raise ImportError(
                f"QT_API={wanted!r} names no binding of Qt; there are {', '.join(QT_BINDINGS)}"
            )
        if not _is_there(f"{chosen}.QtCore"):
            raise ImportError(
                f"the Qt binding that QT_API asks for, {chosen}, {_NOT_INSTALLED} (pip install {chosen})"
            )
        return chosen
    for binding in QT_BINDINGS:
        if _is_there(f"{binding}.QtCore"):
            return binding
    raise ImportError(f"a binding of Qt {_NOT_INSTALLED} ({HOW_TO_GET['qt']})")


def require_qt_binding() -> None:
    """Raise the `ImportError` of `qt_binding` rather than Matplotlib's, which names less."""
    qt_binding()


def _qt_environment() -> tuple[str, tuple[tuple[str, str], ...]]:
    """What decides whether Qt starts: the binding and the environment."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH")
    chosen = {
        name: value
        for name, value in os.environ.items()
        if name in names or name.startswith(("QT_", "XDG_SESSION"))
    }
    return qt_binding(), tuple(sorted(chosen.items()))


_START_QT = (
    "import sys; from {0} import QtWidgets; QtWidgets.QApplication(['drypoint']); print('up')"
)


@functools.cache
def _qt_start_problem(environment: tuple[str, tuple[tuple[str, str], ...]]) -> str:
    """Why Qt would abort at its start, tried in another process; empty if it starts."""
    binding, _ = environment
    if sys.platform in ("darwin", "win32", "cygwin"):
        return ""
    command = [sys.executable or "python3", "-c", _START_QT.format(binding)]
    # What a program changed in its own search path counts as well.
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_START_TIMEOUT_S,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        return f"{binding} does not start within {_START_TIMEOUT_S} s"
    except OSError as error:
        return f"whether {binding} starts cannot be tried ({error})"
    if done.returncode == 0 and done.stdout.strip() == "up":
        return ""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    said = next((line for line in lines if "plugin" in line or "Error" in line), "")
    said = said or (lines[0] if lines else f"exit status {done.returncode}")
    return f"{binding} does not start: {said[:300]}"
