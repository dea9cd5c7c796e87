"""`tools.switched_suites`: what it reads and what it calls a difference."""

from pathlib import Path

import pytest

from tools import switched_suites
from tools.switched_suites import Run, Suite, compare, read

RESULTS = """<?xml version="1.0"?>
<testsuites><testsuite>
<testcase classname="a.b" name="one"/>
<testcase classname="a.b" name="two"><failure message="first line&#10;second">...</failure></testcase>
<testcase classname="a.b" name="three"><skipped message="not here"/></testcase>
<testcase classname="a.b" name="four"><error message="broken"/></testcase>
</testsuite></testsuites>
"""


def make_run(canvases: int = 1, **outcomes: str) -> Run:
    return Run(outcomes, {"two": "wrong pixel"}, 1.0, canvases)


@pytest.fixture(autouse=True)
def suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(switched_suites.SUITES, "some", Suite("matplotlib", ()))


def test_outcomes_are_read(tmp_path: Path) -> None:
    (tmp_path / "results.xml").write_text(RESULTS)
    outcomes, messages = read(tmp_path / "results.xml")
    assert outcomes == {
        "a.b::one": "passed",
        "a.b::two": "failed",
        "a.b::three": "skipped",
        "a.b::four": "error",
    }
    assert messages["a.b::two"] == "first line"


def test_the_same_outcomes_are_good(capsys: pytest.CaptureFixture[str]) -> None:
    agg = make_run(one="passed", two="failed")
    assert compare("some", agg, make_run(one="passed", two="failed"))
    assert "->" not in capsys.readouterr().out


def test_what_fails_on_drypoint_only_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    agg = make_run(one="passed", two="passed")
    assert not compare("some", agg, make_run(one="passed", two="failed"))
    printed = capsys.readouterr().out
    assert "passed -> failed: two" in printed
    assert "wrong pixel" in printed


def test_a_test_that_is_gone_is_a_difference() -> None:
    assert not compare("some", make_run(one="passed", two="passed"), make_run(one="passed"))


def test_what_passes_on_drypoint_only_is_named_and_good(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert compare("some", make_run(two="failed"), make_run(two="passed"))
    assert "failed -> passed: two" in capsys.readouterr().out


def test_a_run_that_drew_nothing_proves_nothing() -> None:
    assert not compare("some", make_run(one="passed"), make_run(canvases=0, one="passed"))


def test_a_suite_whose_package_is_missing_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(switched_suites.SUITES, "none", Suite("no_such_package", ()))
    assert switched_suites.main(["none", "--out", str(tmp_path)]) == 0
    assert "none: left out, not installed: no_such_package" in capsys.readouterr().out


def test_an_unknown_suite_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        switched_suites.main(["nonsense"])
    assert "no such suite: nonsense" in capsys.readouterr().err
