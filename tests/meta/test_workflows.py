"""What the workflows of GitHub call is there; they cannot be run here."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_there_are_workflows() -> None:
    assert [path.stem for path in WORKFLOWS] == ["ci", "nightly", "release"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_they_call_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"\bmake ([a-z-]+)$", text, re.MULTILINE)) <= set(
        re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    )
    called = set(re.findall(r"(?:tools|tests|\.ci)/[\w/.]*\w", text))
    called |= {f"{name.replace('.', '/')}.py" for name in re.findall(r"-m (tests[\w.]+)", text)}
    assert called
    assert {name for name in called if not (ROOT / name).exists()} == set()
    groups = set(re.findall(r"--group (\w+)", text))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(re.search(rf"^{group} = \[", project, re.MULTILINE) for group in groups)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_they_may_do_little(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = text.partition("\njobs:\n")[0]
    assert "\npermissions:\n  contents: read\n" in head
    # The one right beyond that is of the job that publishes.
    assert text.count(": write") == (1 if path.stem == "release" else 0)
    # A job that hangs is ended.
    jobs = len(re.findall(r"^    runs-on:", text, re.MULTILINE))
    assert len(re.findall(r"^    timeout-minutes:", text, re.MULTILINE)) == jobs
