"""The hook of an environment: files in a folder that Python reads at its start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drypoint import hook

DRAW = """
import matplotlib.pyplot as plt
figure = plt.figure()
figure.canvas.draw()
print("_core" in vars(figure.canvas.renderer))
"""


def run(folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program in an environment whose site-packages has the hook that `folder` has.

    The .pth files of `folder` are read by ``site.addsitedir``, as those of site-packages are.
    """
    return subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            f"import site; site.addsitedir({str(folder)!r})\n{code}",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "MPLBACKEND": "agg", **environment},
    )


def test_the_hook_acts_until_it_is_removed(tmp_path: Path) -> None:
    pth = hook.install_hook(tmp_path)
    assert pth.parent == tmp_path
    finished = run(tmp_path, DRAW)
    assert finished.stdout.split() == ["True"], finished.stderr
    assert hook.uninstall_hook(tmp_path) == [pth]
    assert list(tmp_path.iterdir()) == []
    finished = run(tmp_path, DRAW)
    assert finished.stdout.split() == ["False"], finished.stderr
    assert hook.uninstall_hook(tmp_path) == []


def test_installing_twice_is_the_same(tmp_path: Path) -> None:
    hook.install_hook(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    hook.install_hook(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_nothing_is_loaded_before_matplotlib_is(tmp_path: Path) -> None:
    hook.install_hook(tmp_path)
    finished = run(tmp_path, "import sys, json; print([m for m in sys.modules if 'drypoint' in m])")
    assert finished.stdout.strip() == "['_drypoint_hook']", finished.stderr


@pytest.mark.parametrize("word", ["0", "off", "False"])
def test_the_environment_leaves_the_hook_without_effect(tmp_path: Path, word: str) -> None:
    hook.install_hook(tmp_path)
    finished = run(tmp_path, DRAW, DRYPOINT_HOOK=word)
    assert finished.stdout.split() == ["False"], finished.stderr


def test_a_hook_without_drypoint_says_nothing(tmp_path: Path) -> None:
    hook.install_hook(tmp_path)
    finished = run(tmp_path, "import sys; sys.modules['drypoint'] = None\n" + DRAW)
    assert (finished.stdout.split(), finished.stderr) == (["False"], "")


def test_an_engine_that_does_not_load_leaves_matplotlib_to_itself(tmp_path: Path) -> None:
    hook.install_hook(tmp_path)
    finished = run(tmp_path, "import sys; sys.modules['drypoint._core'] = None\n" + DRAW)
    assert finished.stdout.split() == ["False"], finished.stderr
    assert "drypoint cannot take over" in finished.stderr


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        hook.install_hook(tmp_path / "nowhere")


def test_hooks_are_found_where_python_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "_folders", lambda: [tmp_path])
    assert hook.hook_files() == []
    pth = hook.install_hook(tmp_path)
    assert hook.hook_files() == [pth]
    assert hook.uninstall_hook() == [pth]
    assert hook.hook_files() == []


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from drypoint.cli import main

    monkeypatch.setattr(hook.sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(hook, "_folders", lambda: [tmp_path])
    pth = tmp_path / hook.PTH_NAME
    assert main(["install-hook"]) == 0
    assert capsys.readouterr().out == f"installed {pth}\n"
    assert pth.exists()
    assert main(["uninstall-hook"]) == 0
    assert capsys.readouterr().out == f"removed {pth}\n"
    assert main(["uninstall-hook"]) == 0
    assert capsys.readouterr().out == "there is no hook\n"


def test_a_command_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from drypoint.cli import main

    monkeypatch.setattr(hook.sysconfig, "get_path", lambda name: str(tmp_path / "nowhere"))
    monkeypatch.setattr(hook.site, "ENABLE_USER_SITE", False)
    assert main(["install-hook"]) == 1
    assert "nowhere" in capsys.readouterr().err
