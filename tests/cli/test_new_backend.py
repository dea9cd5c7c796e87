"""`drypoint new-backend`, and what it writes."""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from drypoint.backends import template
from drypoint.cli import main


def made(folder: Path, name: str = "my-etching") -> Path:
    """A new package."""
    assert main(["new-backend", name, "--folder", str(folder)]) == 0
    return folder / name


def passes(package: Path) -> None:
    """Run the package's own tests."""
    environment = {key: os.environ[key] for key in os.environ if key != "MPLBACKEND"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=package,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_written_passes_its_tests_before_and_after_the_first_line(tmp_path: Path) -> None:
    package = made(tmp_path)
    passes(package)
    backend = package / "my_etching" / "backend.py"
    block = re.search(
        r"```python\n( {8}for .*?)```", (package / "README.md").read_text(), re.DOTALL
    )
    assert block
    source = backend.read_text()
    place = source.index('"""', source.index("def draw_path(")) + 3
    place = source.index('"""', place) + 4
    backend.write_text(source[:place] + block[1] + source[place:])
    passes(package)
    code = (
        "import matplotlib.pyplot as plt; plt.plot([1, 3, 2]); plt.savefig('first.myetching');"
        "print(type(plt.gcf().canvas).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=package,
        env={**os.environ, "MPLBACKEND": "module://my_etching.backend"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "FigureCanvasMyEtching\n", done.stderr
    shapes = ET.fromstring((package / "first.myetching").read_text())
    assert len(shapes) > 20


def test_the_package_is_found_by_its_name(tmp_path: Path) -> None:
    package = made(tmp_path)
    project = tomllib.loads((package / "pyproject.toml").read_text())
    assert project["project"]["name"] == "my-etching"
    points = project["project"]["entry-points"]["matplotlib.backend"]
    assert points == {"my-etching": "my_etching.backend"}
    assert (package / "my_etching" / "backend.py").is_file()
    assert project["tool"]["setuptools"]["packages"] == ["my_etching"]


@pytest.mark.skipif(not importlib.util.find_spec("ruff"), reason="needs ruff")
def test_what_is_written_is_clean(tmp_path: Path) -> None:
    package = made(tmp_path)
    subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"], cwd=package, check=True
    )
    text = "".join(path.read_text() for path in package.rglob("*.*"))
    assert "emplate" not in text
    assert "MODULE" not in text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("9lives", "cannot be the name of a backend"),
        ("class", "cannot be the name of a backend"),
        ("a b", "cannot be the name of a backend"),
        ("Agg", "there is already a backend called 'agg'"),
        ("drypoint-svg", "there is already a backend called 'drypoint-svg'"),
    ],
)
def test_names_that_cannot_be(
    name: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new-backend", name, "--folder", str(tmp_path)]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    assert main(["new-backend", "mine", "--folder", str(tmp_path)]) == 1
    assert "there is already something called" in capsys.readouterr().err


def test_the_template_runs_and_draws_nothing(tmp_path: Path) -> None:
    figure = Figure()
    figure.subplots().plot([1, 2])
    template.FigureCanvas(figure)
    figure.savefig(tmp_path / "a.template")
    assert len(ET.fromstring((tmp_path / "a.template").read_text())) == 0
    figure.savefig(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 0
    mpl.use("module://drypoint.backends.template")
