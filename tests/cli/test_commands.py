"""What is common to all commands, and the two that are about the environment and the machine."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drypoint.cli.table import format_table
from drypoint.progress import Progress


def drypoint(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "drypoint", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


# --- the program --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu"], "there is no command 'rnu'; did you mean 'run'?"),
        (["plot.py"], "there is no command 'plot.py'; did you mean 'drypoint run plot.py'?"),
        (["zzz"], "there is no command 'zzz'; there are run, view, compare"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["bench", "--nonsense"], "unrecognized arguments: --nonsense (see drypoint bench --help)"),
        (["bench", "--only", "zzz"], "there is no such figure; there are lines, bars"),
        (["bench", "--rounds", "0"], "--rounds and --figures are at least 1"),
        (["bench", "--rounds", "x"], "invalid int value: 'x'"),
        (["doctor", "now"], "unrecognized arguments: now"),
    ],
)
def test_mistakes_get_a_sentence(arguments: list[str], message: str) -> None:
    done = drypoint(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr


def test_nothing_prints_the_help() -> None:
    done = drypoint()
    assert done.returncode == 2
    assert "commands:" in done.stderr


def test_the_version() -> None:
    from importlib.metadata import version

    assert drypoint("--version").stdout == f"drypoint {version('drypoint')}\n"


def test_a_reader_who_has_enough_is_no_error() -> None:
    code = "import sys; from drypoint.cli import main; sys.exit(main(['doctor', '--json']))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.close()
    errors = process.communicate()[1]
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


# --- bench and doctor ---------------------------------------------------------------------------


def test_bench_measures(tmp_path: Path) -> None:
    done = drypoint("bench", "--only", "bars", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # no terminal, no bar
    assert "Agg / drypoint" in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("bars ")]


def test_bench_as_json() -> None:
    done = drypoint("bench", "--only", "text", "--rounds", "1", "--json")
    measured = json.loads(done.stdout)
    assert [row["figure"] for row in measured["figures"]] == ["text"]
    ms = measured["figures"][0]["ms"]
    assert set(ms) == {"floor", "drypoint", "agg"}
    assert measured["agg_by_drypoint"] == pytest.approx(ms["agg"] / ms["drypoint"])
    assert measured["versions"]["matplotlib"]


def test_bench_of_a_program(tmp_path: Path) -> None:
    (tmp_path / "plot.py").write_text(
        "import sys\nimport matplotlib.pyplot as plt\n"
        "for name in sys.argv[1:]:\n    plt.plot([1, 2])\n    plt.savefig(name)\n"
    )
    done = drypoint(
        "bench", "plot.py", "--rounds", "1", "--json", "--", "a.png", "b.svg", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert [row["figure"] for row in measured["figures"]] == ["plot.py: a.png", "plot.py: b.svg"]
    assert set(measured["figures"][0]["ms"]) == {"floor", "drypoint", "agg"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("pass", "no program saved or showed a figure, or left one open"),
        ("1/0", "plot.py failed: ZeroDivisionError: division by zero"),
    ],
)
def test_bench_of_a_program_without_figures(tmp_path: Path, code: str, message: str) -> None:
    (tmp_path / "plot.py").write_text(code)
    done = drypoint("bench", "plot.py", cwd=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr


def test_bench_is_itself_under_the_hook_of_an_environment() -> None:
    code = (
        "import drypoint; drypoint.install(); import matplotlib.pyplot, drypoint.cli.bench as bench;"
        "from matplotlib.backends.backend_agg import RendererAgg;"
        "seen = []; from drypoint.cli import measure;"
        "bench.in_turns = lambda actions, **_: seen.append(RendererAgg.draw_path.__module__) or"
        " dict.fromkeys(actions, 1.0);"
        "bench.main(['--only', 'bars', '--json']); print(seen, drypoint.installed())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.endswith("['matplotlib.backends.backend_agg'] True\n"), done.stderr


def test_doctor_is_green_here() -> None:
    done = drypoint("doctor", DRYPOINT_THREADS="3")
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("nothing is wrong\n")
    assert "✗" not in done.stdout
    for words in (
        "drypoint-agg",
        "drypoint-svg",
        "self-check",
        "drypoint-qt",
        "stands for",
        "latex",
        "install()",
    ):
        assert words in done.stdout
    assert "3, from DRYPOINT_THREADS" in done.stdout


def test_doctor_does_not_mind_packages_that_nobody_has_asked_for() -> None:
    code = (
        "import sys\n"
        "for n in 'cairo cairocffi IPython anywidget starlette uvicorn websockets'.split(): sys.modules[n] = None\n"
        "from drypoint.cli import main; sys.exit(main(['doctor', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    notes = {
        f["name"]: f["text"] for f in json.loads(done.stdout)["findings"] if f["state"] == "note"
    }
    for backend in ("cairo", "inline", "notebook", "web"):
        assert "needs" in notes[f"drypoint-{backend}"]


def test_doctor_as_json() -> None:
    report = json.loads(drypoint("doctor", "--json").stdout)
    assert report["healthy"] is True
    states = {(finding["section"], finding["name"]): finding for finding in report["findings"]}
    assert states["Versions", "matplotlib"]["state"] == "good"
    assert states["Backends", "drypoint-agg"]["state"] == "good"


@pytest.mark.parametrize(
    ("broken", "section", "words"),
    [
        ("sys.modules['drypoint._core'] = None", "Engine", "drypoint._core"),
        ("sys.modules['drypoint.adapter.svg'] = None", "Backends", "drypoint.adapter.svg"),
        (
            "from drypoint.adapter import self_check as c;"
            "c.last_result = lambda: c.Result(c.versions(), ('text',))",
            "Pictures",
            "text differ with",
        ),
    ],
)
def test_doctor_says_what_does_not_work(broken: str, section: str, words: str) -> None:
    code = (
        f"import sys; {broken}\nfrom drypoint.cli import main; sys.exit(main(['doctor', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert report["healthy"] is False
    bad = {
        finding["section"]: finding["text"]
        for finding in report["findings"]
        if finding["state"] == "bad"
    }
    assert words in bad[section]


def test_doctor_sees_a_hook_whose_module_is_gone(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from drypoint import hook;"
        f"hook._folders = lambda: [Path({str(tmp_path)!r})];"
        f"hook.install_hook({str(tmp_path)!r}); from drypoint.cli import doctor;"
        "print([line[1] for line in doctor._takeover()]);"
        f"Path({str(tmp_path)!r}, hook.MODULE_NAME + '.py').unlink();"
        "print([line[1] for line in doctor._takeover()])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "['good', 'good']\n['bad', 'good']\n", done.stderr


# --- what they share ----------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_shown_after_a_second_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("drypoint.progress.time.monotonic", lambda: now)
    terminal, file = Terminal(), io.StringIO()
    with Progress("counting", 4, terminal) as shown, Progress("counting", 4, file) as unseen:
        shown.advance("early")
        assert terminal.getvalue() == ""
        now += 5
        for progress in (shown, unseen):
            progress.advance("later")
        assert "counting" in terminal.getvalue()
        assert "2/4 later" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")  # and nothing of it is left
    assert file.getvalue() == ""


def test_a_table_is_aligned() -> None:
    assert format_table(["name", "ms"], [["a", "1.0"], ["longer", "10.0"]]) == (
        "name      ms\n------  ----\na        1.0\nlonger  10.0"
    )
