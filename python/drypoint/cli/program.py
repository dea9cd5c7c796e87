"""A program of the user's: a script, a module, a notebook or standard input.

`execute` runs one in this process as Python would run it by itself: the same ``sys.argv``,
``sys.path[0]`` and ``__main__``, the same exit status, the same traceback.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
import zipfile
from collections.abc import Callable, Sequence
from importlib.machinery import BuiltinImporter, SourceFileLoader
from types import ModuleType, TracebackType
from typing import Any, NamedTuple

from drypoint.cli.command import USAGE, CommandError

__all__ = ["Program", "execute", "parse"]

# Keeps alive what the frames that we run in have as their globals.
_own_main: list[ModuleType] = []


class Program(NamedTuple):
    """What to run."""

    kind: str
    """"script", "module", "notebook" or "stdin"."""
    name: str
    """The path, the module's name, or "-"."""
    arguments: tuple[str, ...] = ()
    """What the program sees behind its own name."""

    @property
    def title(self) -> str:
        """How a table calls it."""
        return {"module": f"-m {self.name}", "stdin": "<stdin>"}.get(self.kind, self.name)


def parse(words: Sequence[str]) -> Program:
    """Read ``script.py args…``, ``-m module args…``, ``notebook.ipynb`` or ``- args…``.

    Raises
    ------
    CommandError
        If there is no program.
    """
    if not words:
        raise CommandError("say which program: a script, a notebook, -m MODULE, or -", USAGE)
    name, *rest = words
    if name == "-m":
        if not rest:
            raise CommandError("-m wants the name of a module", USAGE)
        return Program("module", rest[0], tuple(rest[1:]))
    if name == "-":
        return Program("stdin", name, tuple(rest))
    if name.startswith("-"):
        raise CommandError(
            f"there is no option {name}; options of the program's own go behind its name", USAGE
        )
    return Program("notebook" if name.endswith(".ipynb") else "script", name, tuple(rest))


def execute(program: Program) -> None:
    """Run a script, a module or standard input in this process, as its ``__main__``.

    What the program raises comes out of this function, `SystemExit` and `KeyboardInterrupt` too.
    If nobody catches it, Python reports it with the traceback that the program would have alone.

    Raises
    ------
    CommandError
        If the program cannot be read.
    """
    work = _prepared(program)
    try:
        work()
    except BaseException as error:
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
            traceback = traceback.tb_next
        _report_with(error, traceback)
        raise


# --- becoming __main__ --------------------------------------------------------------------------


def _prepared(program: Program) -> Callable[[], None]:
    """Make this process look as at the start of the program; what then runs it."""
    sys.argv = [program.name, *program.arguments]
    if program.kind == "module":
        # As Python has it while it looks for the module.
        sys.argv[0] = "-m"
        _set_path(os.getcwd())
        _new_main()
        return lambda: _run_module(program.name, alter_argv=True)
    if program.kind == "stdin":
        source = sys.stdin.buffer.read()
        _set_path("")
        namespace = _new_main(__file__="<stdin>", __loader__=BuiltinImporter)
        return lambda: exec(compile(source, "<stdin>", "exec", dont_inherit=True), namespace)
    path = os.path.join(os.getcwd(), program.name)
    if os.path.isdir(path) or (os.path.isfile(path) and zipfile.is_zipfile(path)):
        # A folder or an archive with a __main__.py; Python puts it there whatever the flags are.
        sys.path[: 0 if sys.flags.safe_path else 1] = [path]
        _new_main()
        return lambda: _run_module("__main__", alter_argv=False)
    try:
        with io.open_code(path) as file:
            source = file.read()
    except OSError as error:
        raise CommandError(f"cannot open {path}: {error.strerror}", USAGE) from error
    _set_path(os.path.dirname(os.path.realpath(path)))
    namespace = _new_main(__file__=path, __loader__=SourceFileLoader("__main__", path))
    if sys.version_info < (3, 15):
        namespace["__cached__"] = None
    return lambda: exec(compile(source, path, "exec", dont_inherit=True), namespace)


def _set_path(entry: str) -> None:
    """Replace the folder that Python put first for us, unless it was told not to (``-P``)."""
    if not sys.flags.safe_path:
        sys.path[0] = entry


def _new_main(**attributes: object) -> dict[str, Any]:
    """Make an empty module ``__main__``; its namespace."""
    _own_main.append(sys.modules["__main__"])
    main = ModuleType("__main__")
    main.__dict__.update(attributes, __builtins__=builtins)
    sys.modules["__main__"] = main
    return main.__dict__


def _run_module(name: str, *, alter_argv: bool) -> None:
    import runpy

    # What `python -m` itself calls: its messages and, in tracebacks, its frames.
    run: Callable[[str, bool], object] = runpy._run_module_as_main  # type: ignore[attr-defined]
    run(name, alter_argv)


# --- tracebacks ---------------------------------------------------------------------------------


def _report_with(error: BaseException, traceback: TracebackType | None) -> None:
    """Have Python report an exception, should it get that far, with this traceback."""
    # What runs last decides: a program may have put its own there.
    hook = sys.excepthook

    def excepthook(
        cls: type[BaseException], value: BaseException, whole: TracebackType | None
    ) -> None:
        if value is not error:
            hook(cls, value, whole)
            return
        sys.last_traceback = traceback
        hook(cls, value.with_traceback(traceback), traceback)

    sys.excepthook = excepthook
