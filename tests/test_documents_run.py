"""The programs in the documents do what the pages say, copied word by word."""

import io
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

DOCS = Path(__file__).parents[1] / "docs"


def blocks(page: str) -> list[str]:
    """The indented blocks of a page, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(r"^    .*\n(?:    .*\n|\n)*", text, re.MULTILINE)
    return [textwrap.dedent(block).strip("\n") + "\n" for block in found]


def block(page: str, begins: str) -> str:
    (found,) = [block for block in blocks(page) if block.startswith(begins)]
    return found


def shell(command: str, folder: Path, **variables: str) -> str:
    """What the command line prints; `python` and `drypoint` are those of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    finished = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


pytestmark = pytest.mark.skipif(os.name != "posix", reason="the pages show a POSIX shell")


def test_one_minute(tmp_path: Path) -> None:
    page = "getting-started.md"
    (tmp_path / "first.py").write_text(block(page, "import matplotlib.pyplot"))
    with_agg, copy, with_drypoint = block(page, "MPLBACKEND=agg").splitlines()
    text = " ".join((DOCS / page).read_text(encoding="utf-8").split())
    for command in (with_agg, with_drypoint):
        said = shell(command, tmp_path).strip()
        assert said.startswith("drawn by")
        assert f"`{said}`" in text
        if command == with_agg:
            shell(copy, tmp_path)
    assert shell(block(page, "python -c"), tmp_path) == "None\n"
    assert {path.name for path in tmp_path.iterdir()} >= {"first.png", "first.svg", "first.pdf"}


MODULE = "drypoint.adapter.canvas"
SHOW = "print(plt.figure().canvas.get_renderer.__module__)"


@pytest.mark.parametrize(
    ("shown", "program"),
    [
        ("MPLBACKEND=drypoint-agg python script.py", ""),
        ("drypoint run script.py", "matplotlib.use('agg')"),
        ("backend: drypoint-agg", ""),
        ('matplotlib.use("drypoint-agg")', 'matplotlib.use("drypoint-agg")'),
        ('drypoint.use("agg")', 'drypoint.use("agg")'),
        (
            'matplotlib.use("module://drypoint.backends.agg")',
            'matplotlib.use("module://drypoint.backends.agg")',
        ),
    ],
)
def test_ways_to_choose(
    shown: str, program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)
    assert f"`{shown}`" in (DOCS / "getting-started.md").read_text(encoding="utf-8")
    if shown.startswith("backend:"):
        (tmp_path / "matplotlibrc").write_text(shown)
    imports = "import matplotlib, drypoint"
    script = f"{imports}\n{program}\nimport matplotlib.pyplot as plt\n{SHOW}\n"
    (tmp_path / "script.py").write_text(script)
    command = shown if shown.endswith("script.py") else "python script.py"
    assert shell(command, tmp_path).strip() == MODULE


def test_a_server_with_threads(tmp_path: Path) -> None:
    program = block("servers.md", "import io\nfrom concurrent")
    program += (
        "print(all(a == picture(seed) for seed, a in enumerate(pictures)), len(set(pictures)))"
    )
    (tmp_path / "server.py").write_text(program)
    assert shell("python -W error server.py", tmp_path) == "True 100\n"


def test_comparing_one_figure(tmp_path: Path) -> None:
    program = block("exactness.md", "import io\n")
    start = "from matplotlib.figure import Figure\nfig = Figure()\nfig.subplots().plot([1, 3])\n"
    (tmp_path / "compare.py").write_text(start + program)
    assert shell("python -W error compare.py", tmp_path) == "None\n"


def test_the_least_backend_is_wrong_by_a_pixel(tmp_path: Path) -> None:
    (tmp_path / "wrong_backend.py").write_text(block("own-backend.md", "# wrong_backend.py"))
    (tmp_path / "script.py").write_text(
        "import matplotlib.pyplot as plt\n"
        "fig = plt.figure(figsize=(1, 1), dpi=100, frameon=False)\n"
        "fig.add_artist(plt.Rectangle((0.2, 0.2), 0.5, 0.5))\n"
        "fig.savefig('a.png')\n"
    )
    pictures = []
    for backend in ("agg", "module://wrong_backend"):
        shell("python script.py", tmp_path, MPLBACKEND=backend, PYTHONPATH=str(tmp_path))
        with Image.open(io.BytesIO((tmp_path / "a.png").read_bytes())) as image:
            pictures.append(np.asarray(image))
    assert (np.roll(pictures[0], -1, axis=0) == pictures[1]).all()
    assert (pictures[0] != pictures[1]).any()


def test_what_tells_who_draws(tmp_path: Path) -> None:
    assert shell(block("troubleshooting.md", "python -c"), tmp_path).strip() == MODULE
