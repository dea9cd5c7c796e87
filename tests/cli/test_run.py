"""`drypoint run`: what a program sees and leaves behind is what it is under `python` itself."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

DRAWS = """\
import sys
import matplotlib.pyplot as plt
from matplotlib.backends.backend_agg import RendererAgg
plt.plot([1, 2])
plt.savefig("out.png")
print(sys.argv, plt.get_backend(), RendererAgg.draw_path.__module__)
"""
STATE = """\
import sys
main = sys.modules["__main__"]
assert main.__dict__ is globals()
known = {"__annotations__", "__cached__", "__conditional_annotations__"}
print(sys.argv, sys.path[0], __name__, __spec__ and __spec__.name, __package__)
print(sorted(name for name in globals() if name not in known and name != "known"))
print(globals().get("__file__"), type(__loader__).__name__, __builtins__)
"""
FAILS = """\
def inner():
    raise ValueError("of the script's own")
try:
    inner()
except ValueError as error:
    raise RuntimeError("on top") from error
"""


def run(
    *arguments: str, cwd: Path, by: tuple[str, ...], stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    return subprocess.run(
        [sys.executable, *by, *arguments],
        cwd=cwd,
        env={**environment, "MPLBACKEND": "agg"},
        input=stdin,
        capture_output=True,
        text=True,
    )


OURS = ("-m", "drypoint", "run")


def both(
    *arguments: str, cwd: Path, stdin: str | None = None
) -> tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
    """A program by itself, and under `drypoint run`."""
    return (
        run(*arguments, cwd=cwd, by=(), stdin=stdin),
        run(*arguments, cwd=cwd, by=OURS, stdin=stdin),
    )


def said(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Scripts in several places, one of them a link."""
    scripts = tmp_path / "scripts"
    package = tmp_path / "package"
    scripts.mkdir()
    package.mkdir()
    (scripts / "draws.py").write_text(DRAWS)
    (scripts / "state.py").write_text(STATE)
    (tmp_path / "link.py").symlink_to(scripts / "state.py")
    (package / "__init__.py").touch()
    for name in ("state.py", "__main__.py"):
        (package / name).write_text(STATE)
    (package / "fails.py").write_text(FAILS)
    (scripts / "fails.py").write_text(FAILS)
    (scripts / "syntax.py").write_text("x = 1\nif x\n    pass\n")
    (scripts / "encoded.py").write_bytes(b"# coding: latin-1\nprint('\xe9')\n")
    (scripts / "broken.py").write_bytes(b"print('\xe9')\n")
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", STATE)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["scripts/state.py", "a", "--help", "-m"],
        ["./scripts/state.py"],
        ["scripts/../scripts/state.py"],
        ["link.py", "--", "x"],
        ["-m", "package.state", "-h"],
        ["-m", "package"],
        ["package"],
        ["archive.zip", "b"],
        ["-", "c"],
    ],
    ids=" ".join,
)
def test_a_program_finds_what_it_finds_under_python(folder: Path, arguments: list[str]) -> None:
    alone, ours = both(*arguments, cwd=folder, stdin=STATE)
    assert alone.returncode == 0, alone.stderr
    assert said(ours) == said(alone)


@pytest.mark.parametrize(
    "arguments",
    [
        ["scripts/fails.py"],
        ["scripts/syntax.py"],
        ["scripts/encoded.py"],
        ["-m", "package.fails"],
        ["-m", "package.nothing"],
        ["-m", "json.tool", "nothing.json"],
        ["-"],
    ],
    ids=" ".join,
)
def test_errors_read_as_under_python(folder: Path, arguments: list[str]) -> None:
    alone, ours = both(*arguments, cwd=folder, stdin=FAILS)
    assert said(ours) == said(alone)
    if "encoded" not in arguments[0]:
        assert alone.returncode != 0


@pytest.mark.parametrize(
    "statement",
    [
        "sys.exit()",
        "sys.exit(7)",
        "sys.exit('a message')",
        "sys.exit(None)",
        "sys.exit(2**40)",
        "raise SystemExit(3)",
        "import os; os._exit(9)",
        "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        "raise KeyboardInterrupt",
        "sys.excepthook = lambda *a: print('mine', len(__import__('traceback').extract_tb(a[2]))); 1/0",
        "import atexit; atexit.register(print, 'end'); 1/0",
        "import threading; threading.Timer(0.1, print, ['late']).start()",
        "import atexit; atexit.register(lambda: print(sys.last_value, sys.last_traceback.tb_lineno)); 1/0",
        "1/0 if len(sys.argv) > 5 else print('done')",
        "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])",
    ],
)
def test_the_end_is_as_under_python(tmp_path: Path, statement: str) -> None:
    (tmp_path / "ends.py").write_text(f"import sys\nprint('begun')\n{statement}\n")
    alone, ours = both("ends.py", cwd=tmp_path)
    assert said(ours) == said(alone)


def test_a_file_in_no_encoding_is_an_error_of_its_own(folder: Path) -> None:
    alone, ours = both("scripts/broken.py", cwd=folder)
    assert ours.returncode == alone.returncode == 1
    assert "SyntaxError" in alone.stderr
    assert "SyntaxError" in ours.stderr
    assert "drypoint" not in ours.stderr.replace(str(folder), "")


def test_an_interrupt_ends_it_by_the_signal(tmp_path: Path) -> None:
    code = "import os, signal\nprint('ready')\nos.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / "interrupted.py").write_text(code)
    alone, ours = both("interrupted.py", cwd=tmp_path)
    assert alone.returncode == -signal.SIGINT
    assert said(ours) == said(alone)


@pytest.mark.parametrize("how", ["script", "module", "stdin"])
def test_pictures_are_drawn_by_drypoint(folder: Path, how: str) -> None:
    arguments = {
        "script": ["scripts/draws.py", "x"],
        "module": ["-m", "scripts.draws", "x"],
        "stdin": ["-", "x"],
    }[how]
    files = []
    for done in both(*arguments, cwd=folder, stdin=DRAWS):
        assert done.returncode == 0, done.stderr
        assert "agg" in done.stdout.lower()
        files.append((folder / "out.png").read_bytes())
        drawn_by_drypoint = "drypoint" in done.stdout
    assert drawn_by_drypoint
    assert all(file.startswith(b"\x89PNG") for file in files)


def test_the_program_finds_little_loaded(tmp_path: Path) -> None:
    (tmp_path / "loaded.py").write_text("import json, sys\nprint(json.dumps(list(sys.modules)))\n")
    done = run("loaded.py", cwd=tmp_path, by=OURS)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"numpy", "matplotlib", "drypoint._core", "drypoint.conformance"}


def test_processes_of_its_own_find_the_program(tmp_path: Path) -> None:
    (tmp_path / "spawns.py").write_text(
        "import multiprocessing\n"
        "def work(n):\n    return n * n\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        print(pool.map(work, [1, 2, 3]))\n"
    )
    alone, ours = both("spawns.py", cwd=tmp_path)
    assert alone.stdout == "[1, 4, 9]\n"
    assert said(ours) == said(alone)


def test_safe_path_is_respected(folder: Path) -> None:
    outputs = [run("scripts/state.py", cwd=folder, by=("-P", *by)).stdout for by in ((), OURS)]
    assert outputs[0] == outputs[1]


def test_the_console_script_is_the_same_program(folder: Path) -> None:
    program = Path(sys.executable).with_name("drypoint")
    if not program.exists():
        pytest.skip("the package was installed without its program")
    done = subprocess.run(
        [program, "run", "scripts/state.py"], cwd=folder, capture_output=True, text=True
    )
    assert said(done) == said(run("scripts/state.py", cwd=folder, by=()))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say which program"),
        (["-m"], "-m wants the name of a module"),
        (["--dpi", "3", "x.py"], "there is no option --dpi"),
        (["none.py"], "cannot open .*none.py: No such file"),
        (["none.ipynb"], "cannot open none.ipynb: No such file"),
        (["--output", "x.ipynb", "scripts/state.py"], "--output is for notebooks"),
        (["--output"], "expected one argument"),
    ],
)
def test_mistakes_get_a_sentence(folder: Path, arguments: list[str], message: str) -> None:
    if "ipynb" in " ".join(arguments):
        pytest.importorskip("nbclient")
    done = run(*arguments, cwd=folder, by=OURS)
    assert done.returncode == 2
    assert re.match(f"drypoint run: .*{message}", done.stderr)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


# --- notebooks


def notebook(*cells: str) -> str:
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "some-other", "display_name": "x"}},
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{number}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": [],
                    "source": textwrap.dedent(cell),
                }
                for number, cell in enumerate(cells)
            ],
        }
    )


def test_a_notebook_is_run(tmp_path: Path) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.ipynb").write_text(
        notebook(
            "import drypoint, os\nprint(drypoint.installed(), os.path.basename(os.getcwd()))",
            "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        )
    )
    environment = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"}
    command = [sys.executable, *OURS, "--output", "done.ipynb", "sub/a.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "True sub\n"
    cells = json.loads((tmp_path / "done.ipynb").read_text())["cells"]
    assert [cell["execution_count"] for cell in cells] == [1, 2]
    assert "image/png" in cells[1]["outputs"][-1]["data"]


def test_a_notebook_that_fails_says_where(tmp_path: Path) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    (tmp_path / "a.ipynb").write_text(notebook("print('first')", "1/0", "print('never')"))
    done = run("a.ipynb", cwd=tmp_path, by=OURS)
    assert done.returncode == 1
    assert done.stdout == "first\n"
    assert "ZeroDivisionError" in done.stderr


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [("no json", [], "is not a notebook"), (notebook(), ["x"], "a notebook takes no arguments")],
)
def test_mistakes_with_notebooks(
    tmp_path: Path, content: str, arguments: list[str], message: str
) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    (tmp_path / "a.ipynb").write_text(content)
    done = run("a.ipynb", *arguments, cwd=tmp_path, by=OURS)
    assert done.returncode == 2
    assert message in done.stderr


def test_without_nbclient_a_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(notebook("1"))
    code = (
        "import sys; sys.modules['nbclient'] = None\n"
        "import importlib.util; find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'nbclient' else find(name)\n"
        "from drypoint.cli import main; sys.exit(main(['run', 'a.ipynb']))"
    )
    done = run("-c", code, cwd=tmp_path, by=())
    assert done.returncode == 1
    assert "pip install nbclient" in done.stderr
