"""Making the look-alike of the installed Matplotlib."""

import subprocess
import sys
import tarfile
from pathlib import Path

import matplotlib
import pypi_simple
import pytest
import requests

from drypoint.conformance.installation import SetupError, default_cache, set_up


def test_the_look_alike_is_the_installed_package_with_tests(
    tmp_path: Path, small_release: Path
) -> None:
    made = set_up(tmp_path / "cache", small_release)
    code = (
        "import matplotlib, matplotlib.ft2font, matplotlib.tests.test_small as tests;"
        "import drypoint.conformance;"
        "print(matplotlib.__file__, tests.__file__, matplotlib.ft2font.__file__, sep='\\n')"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=made.environment(),
        cwd=tmp_path,
    ).stdout.split()
    assert printed[0] == str(made.site / "matplotlib/__init__.py")
    assert printed[1] == str(made.site / "matplotlib/tests/test_small.py")
    installed = Path(matplotlib.__file__).parent
    assert Path(printed[0]).resolve() == installed / "__init__.py"
    assert Path(printed[2]).resolve().parent == installed


def test_setting_up_again_changes_nothing(tmp_path: Path, small_release: Path) -> None:
    made = set_up(tmp_path, small_release)
    mark = made.site / "matplotlib/tests/mark"
    mark.touch()
    assert set_up(tmp_path) == made  # the release is there, too
    assert mark.exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_release_is_unpacked_by_python_without_filters(
    tmp_path: Path, small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tarfile.TarFile.extractall

    def extractall(archive: tarfile.TarFile, path: str) -> None:  # as before Python 3.11.4
        real(archive, path)

    monkeypatch.delattr(tarfile, "data_filter")
    monkeypatch.setattr(tarfile.TarFile, "extractall", extractall)
    assert (set_up(tmp_path, small_release).site / "matplotlib/tests/test_small.py").exists()


def test_the_release_of_another_version_is_refused(
    tmp_path: Path, small_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0.1")
    with pytest.raises(SetupError, match=r"is not the source release of matplotlib 0\.0\.1\."):
        set_up(tmp_path, small_release)
    assert list((tmp_path / "src").iterdir()) == []


def test_a_broken_release_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "broken.tar.gz"
    file.write_bytes(b"no archive")
    with pytest.raises(SetupError, match="cannot be unpacked"):
        set_up(tmp_path, file)


def test_without_a_network_one_sentence_tells_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise requests.ConnectionError("no network")

    monkeypatch.setattr(pypi_simple.PyPISimple, "get_project_page", fail)
    message = r"cannot be fetched from PyPI \(ConnectionError\)\. Give the file with --sdist"
    with pytest.raises(SetupError, match=message):
        set_up(tmp_path)


def test_the_cache_may_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path))
    assert default_cache() == tmp_path
    monkeypatch.delenv("CONFORMANCE_CACHE")
    assert default_cache().parts[-2:] == (".cache", "conformance")  # of this checkout
    installed = tmp_path / "lib/site-packages/drypoint/conformance"
    monkeypatch.setattr("drypoint.conformance.installation.HERE", installed)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "users"))
    assert default_cache() == tmp_path / "users/drypoint/conformance"
