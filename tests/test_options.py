"""The table of options: values, where they come from, and what is refused."""

import importlib.metadata
import os
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import drypoint
from drypoint.options import Options, options

DOCUMENT = Path(__file__).parents[1] / "docs" / "options.md"


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Options as a program finds them, and as they were afterwards."""
    before = dict(options._set)
    options._set.clear()
    for setting in options:
        monkeypatch.delenv(setting.option.variable, raising=False)
    yield
    options._set.clear()
    options._set.update(before)


def run(code: str, script: Path | None = None, cwd: Path | None = None, **variables: str) -> str:
    """What a program prints: a script, if there is a path for one, else as typed in a console."""
    code = "import drypoint\n" + textwrap.dedent(code)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DRYPOINT_")}
    command = [sys.executable, "-W", "error", "-c", code]
    if script is not None:
        script.write_text(code, encoding="utf-8")
        command = [sys.executable, "-W", "error", str(script)]
    result = subprocess.run(
        command, cwd=cwd, env={**environment, **variables}, capture_output=True, text=True
    )
    return result.stdout + result.stderr


def test_the_table_hangs_on_the_package() -> None:
    assert drypoint.options is options
    assert isinstance(options, Options)
    assert [setting.option.name for setting in options] == [
        "threads",
        "png_compression",
        "atomic_saves",
        "svg_id_prefix",
        "svg_embed_fonts",
        "pdfa",
        "pdf_ua",
        "pdf_type3_fonts",
        "ps_compression",
        "ps_type3_fonts",
        "pgf_max_points",
    ]
    assert {"threads", "png_compression", "atomic_saves", "context"} <= set(dir(options))


def test_defaults_come_first() -> None:
    for setting in options:
        assert setting.value == setting.option.default
        assert setting.origin == "default"
        # The check would take the default, too.
        assert setting.option.checked(setting.option.default, "") == setting.option.default


def test_assigning_checks_and_deleting_goes_back() -> None:
    options.threads = 3
    assert options.threads == 3
    assert options.setting("threads").origin == "program"
    with pytest.raises(
        ValueError, match=r"^option threads must be a whole number from 0 on, not -1$"
    ):
        options.threads = -1
    assert options.threads == 3
    del options.threads
    assert options.threads == 0
    del options.threads


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("threads", [0, 1, 1000], [-1, 1.0, "2", True, None]),
        ("png_compression", ["auto", 0, 9], [-1, 10, "9", "best", False, None, 1.5]),
        ("atomic_saves", [True, False], [0, 1, "yes", None]),
        ("svg_id_prefix", ["", "a-1_b"], ["1a", "a b", "-a", "é", None, 1]),
        ("pdfa", ["", "2b", "2u"], ["1a", None, 2]),
        ("pdf_ua", [True, False], [0, "yes", None]),
        ("ps_compression", [0, 9], [-1, 10, "9", False, None]),
        ("pdf_type3_fonts", [True, False], [0, "yes", None]),
        ("ps_type3_fonts", [True, False], [0, "yes", None]),
        ("pgf_max_points", [0, 10**9], [-1, "9", True, None, 1.5]),
    ],
)
def test_what_options_accept(name: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        setattr(options, name, value)
        assert getattr(options, name) is value or getattr(options, name) == value
    for value in bad:
        with pytest.raises(ValueError, match=f"option {name} must be .*, not "):
            setattr(options, name, value)
        with pytest.raises(ValueError, match=f"option {name}"), options.context(**{name: value}):
            pass
    assert getattr(options, name) == good[-1]


def test_numbers_may_be_of_any_whole_type() -> None:
    np = pytest.importorskip("numpy")
    options.threads = np.int64(4)
    assert type(options.threads) is int


def test_names_that_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="no option 'thread'; did you mean 'threads'"):
        options.thread = 1  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="no option 'speed'; there are threads, png_"):
        _ = options.speed
    with pytest.raises(AttributeError, match="no option 'speed'"):
        del options.speed
    with pytest.raises(AttributeError, match="no option 'speed'"), options.context(speed=3):
        pass


def test_contexts_nest_and_end() -> None:
    options.threads = 2
    with options.context(threads=3, png_compression=1):
        assert (options.threads, options.png_compression) == (3, 1)
        with options.context(threads=4):
            assert (options.threads, options.png_compression) == (4, 1)
        assert options.threads == 3
    assert (options.threads, options.png_compression) == (2, "auto")
    with pytest.raises(RuntimeError), options.context(threads=5):
        raise RuntimeError
    assert options.threads == 2


def test_contexts_are_of_one_thread() -> None:
    seen = []
    with options.context(threads=7):
        thread = threading.Thread(target=lambda: seen.append(options.threads))
        # A thread may be told to start with a copy of the context, which is then its own.
        thread.start()
        thread.join()
    assert seen in ([0], [7])
    inside, done = threading.Event(), threading.Event()

    def other() -> None:
        with options.context(threads=9):
            inside.set()
            done.wait()

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait()
    assert options.threads == 0
    done.set()
    thread.join()


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("DRYPOINT_THREADS", "2", 2),
        ("DRYPOINT_THREADS", " 12 ", 12),
        ("DRYPOINT_THREADS", "", 0),
        ("DRYPOINT_PNG_COMPRESSION", "Auto", "auto"),
        ("DRYPOINT_PNG_COMPRESSION", "6", 6),
        ("DRYPOINT_ATOMIC_SAVES", "off", False),
        ("DRYPOINT_ATOMIC_SAVES", "No", False),
        ("DRYPOINT_ATOMIC_SAVES", "0", False),
        ("DRYPOINT_ATOMIC_SAVES", "TRUE", True),
    ],
)
def test_environment_variables(
    variable: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    name = variable.removeprefix("DRYPOINT_").lower()
    assert getattr(options, name) == value
    assert options.setting(name).origin == (variable if text else "default")
    setattr(options, name, options.setting(name).option.default)
    assert options.setting(name).origin == "program"


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("DRYPOINT_THREADS", "many", "a whole number from 0 on, not 'many'"),
        ("DRYPOINT_THREADS", "-2", "a whole number from 0 on, not -2"),
        ("DRYPOINT_PNG_COMPRESSION", "11", "from 0 to 9, not 11"),
        ("DRYPOINT_ATOMIC_SAVES", "maybe", "true or false, not 'maybe'"),
    ],
)
def test_environment_variables_that_make_no_sense(
    variable: str, text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    name = variable.removeprefix("DRYPOINT_").lower()
    with pytest.raises(ValueError, match=rf"{message} \(from {variable}\)"):
        getattr(options, name)
    # The table can be looked at all the same.
    assert message in repr(options)


PRINT = "print(drypoint.options.threads, drypoint.options.setting('threads').origin)"


def test_a_project_file_beside_the_script(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.drypoint]\nthreads = 3\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    script = tmp_path / "script.py"
    assert run(PRINT, script, cwd=tmp_path / "elsewhere") == f"3 {project}\n"
    assert run(PRINT, cwd=tmp_path) == f"3 {project}\n"
    assert run(PRINT, cwd=tmp_path / "elsewhere") == "0 default\n"
    assert run(PRINT, script, DRYPOINT_THREADS="2") == "2 DRYPOINT_THREADS\n"
    assert run("drypoint.options.threads = 1\n" + PRINT, script) == "1 program\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 default\n"),
        ("[tool.other]\nthreads = 3\n", "0 default\n"),
        ("[tool.drypoint]\natomic_saves = false\n", "0 default\n"),
        ("[tool.drypoint]\nthreads = '3'\n", "ValueError: option threads must be .* not '3' "),
        ("[tool.drypoint]\nthread = 3\n", "has no option 'thread'; did you mean 'threads'"),
        ("[tool.drypoint\n", "UserWarning: drypoint cannot read .*pyproject.toml"),
        ("[tool]\ndrypoint = 3\n", r"ValueError: \[tool.drypoint\] .* must be a table"),
    ],
)
def test_project_files_of_all_kinds(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert re.search(said, run(PRINT, tmp_path / "script.py"))


def test_the_table_shows_values_and_where_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYPOINT_PNG_COMPRESSION", "7")
    options.atomic_saves = False
    assert repr(options) == (
        "drypoint.options\n"
        "  threads         = 0      (default)\n"
        "  png_compression = 7      (DRYPOINT_PNG_COMPRESSION)\n"
        "  atomic_saves    = False  (program)\n"
        "  svg_id_prefix   = ''     (default)\n"
        "  svg_embed_fonts = False  (default)\n"
        "  pdfa            = ''     (default)\n"
        "  pdf_ua          = False  (default)\n"
        "  pdf_type3_fonts = False  (default)\n"
        "  ps_compression  = 6      (default)\n"
        "  ps_type3_fonts  = False  (default)\n"
        "  pgf_max_points  = 30000  (default)"
    )


def test_the_version_is_looked_up_when_asked_for() -> None:
    assert drypoint.__version__ == importlib.metadata.version("drypoint")
    assert run("import sys; print('importlib.metadata' in sys.modules)") == "False\n"
    with pytest.raises(AttributeError, match="'drypoint' has no attribute 'versions'"):
        _ = drypoint.versions  # type: ignore[attr-defined]


def test_the_document_has_a_row_for_each_option() -> None:
    table = [setting.option for setting in options]
    wanted = [
        f"| `{option.name}` | {option.accepts} | `{option.default}` | `{option.variable}` "
        f"| {option.summary} |"
        for option in table
    ]
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("| `")] == wanted
