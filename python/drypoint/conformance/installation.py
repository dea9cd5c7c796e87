"""Make a look-alike of the installed Matplotlib that has its tests and baseline images.

Wheels carry neither tests nor baseline images nor the gallery, so the source release of
the very version that is installed is fetched from PyPI and unpacked into a cache folder.
Next to it goes a folder that looks like an installation with tests: every entry links to
the installed package, except the folders ``tests``, which are copies of the release's.
With that folder first on ``PYTHONPATH``, the tests run against the installed code, and
the environment itself is not touched.

Everything here can be called again at any time: what is there is kept, and a folder
becomes visible under its name only when it is complete.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

HERE = Path(__file__).resolve().parent
CACHE_VARIABLE = "CONFORMANCE_CACHE"
CI_VARIABLES = (  # those that matplotlib.testing.is_ci_environment looks at
    "CI",
    "CONTINUOUS_INTEGRATION",
    "TRAVIS",
    "CIRCLECI",
    "JENKINS",
    "GITLAB_CI",
    "GITHUB_ACTIONS",
    "TEAMCITY_VERSION",
    "TF_BUILD",
)
TOOLKITS = ("axes_grid1", "axisartist", "mplot3d")


class SetupError(Exception):
    """The set-up cannot be made; the message is a sentence for the user."""


@dataclass(frozen=True)
class Installation:
    """What was set up, and where.

    Attributes
    ----------
    version : str
        Version of the installed Matplotlib.
    cache : Path
        The folder that holds everything that follows.
    source : Path
        The unpacked source release.
    site : Path
        The look-alike installation; goes to the front of ``PYTHONPATH``.
    config : Path
        ``MPLCONFIGDIR`` of all runs: font cache, cache of conversions.
    clients : dict of str to Path
        For each client package, the folder of its tests.
    """

    version: str
    cache: Path
    source: Path
    site: Path
    config: Path
    clients: dict[str, Path]

    def environment(self, *, hook_subprocesses: bool = False) -> dict[str, str]:
        """Environment variables for a process that shall use the look-alike.

        Parameters
        ----------
        hook_subprocesses : bool
            Whether processes started by that process are redirected as well, according
            to the plan it has installed (see ``redirect``).
        """
        path = [str(self.site)]
        if hook_subprocesses:
            path.insert(0, str(HERE / "subprocess_hook"))
        if os.environ.get("PYTHONPATH"):
            path.append(os.environ["PYTHONPATH"])
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path),
            "MPLCONFIGDIR": str(self.config),
            "PYTHONHASHSEED": "0",
        }
        # Nobody's own settings take part; a window would need somebody to close it. Some
        # tests run only where they see a continuous integration, or when they are told to.
        for name in (
            *CI_VARIABLES,
            "MPL_TEST_EXPENSIVE",
            "MPLBACKEND",
            "MATPLOTLIBRC",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "CONFORMANCE_PLAN",
            "PYTEST_ADDOPTS",
        ):
            environment.pop(name, None)
        return environment


def default_cache() -> Path:
    """``$CONFORMANCE_CACHE``, or else a folder in the checkout's or the user's own cache."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    checkout = HERE.parents[2]
    if (checkout / "Cargo.toml").is_file():
        return checkout / ".cache" / "conformance"
    users = os.environ.get("XDG_CACHE_HOME")
    return (Path(users) if users else Path.home() / ".cache") / "drypoint" / "conformance"


def set_up(cache: Path, sdist: Path | None = None, clients: tuple[str, ...] = ()) -> Installation:
    """Make, or find, everything that runs need.

    Parameters
    ----------
    cache : Path
        Folder to work in; made when it is missing.
    sdist : Path, optional
        Source release of Matplotlib at hand (``matplotlib-X.Y.Z.tar.gz``); without it,
        it is fetched from PyPI unless the cache has it.
    clients : tuple of str
        Packages whose tests are wanted too (their source release holds ``tests/``).

    Raises
    ------
    SetupError
        Matplotlib is not installed, the release cannot be fetched, or it is another one.
    """
    version, package = _installed("matplotlib")
    cache = cache.resolve()
    sources = cache / "src"
    sources.mkdir(parents=True, exist_ok=True)
    config = cache / "config"
    config.mkdir(exist_ok=True)
    source = _source_release("matplotlib", version, sources, sdist)
    # Several environments may share the cache: their look-alikes link to different files.
    label = f"{crc32(str(package).encode()):08x}"
    site = cache / f"site-{version}-{label}"
    if not site.exists():
        _publish(site, lambda folder: _make_site(package, source, folder))
    test_folders = {}
    for name in clients:
        client_version, _ = _installed(name)
        tree = _source_release(name, client_version, sources, None)
        folder = cache / "clients" / f"{name}-{client_version}"
        if not folder.exists():
            folder.parent.mkdir(exist_ok=True)
            _publish(folder, lambda to, tree=tree: _copy(tree / "tests", to / "tests"))
        test_folders[name] = folder / "tests"
    return Installation(version, cache, source, site, config, test_folders)


def source_release(cache: Path) -> Path:
    """Folder of the unpacked source release of the installed Matplotlib, fetched if need be.

    Raises
    ------
    SetupError
        Matplotlib is not installed, or the release cannot be fetched.
    """
    version, _ = _installed("matplotlib")
    sources = cache.resolve() / "src"
    sources.mkdir(parents=True, exist_ok=True)
    return _source_release("matplotlib", version, sources, None)


def _installed(name: str) -> tuple[str, Path]:
    """Version and folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SetupError(f"{name} is not installed in {sys.prefix}.")
    return importlib.metadata.version(name), Path(next(iter(spec.submodule_search_locations)))


def _source_release(name: str, version: str, sources: Path, sdist: Path | None) -> Path:
    """Folder of the unpacked source release of `name`, fetched if need be."""
    folder = sources / f"{name}-{version}"
    if folder.exists():
        return folder
    if sdist is None:
        sdist = _download(name, version, sources)
    try:
        with tempfile.TemporaryDirectory(dir=sources) as temporary:
            with tarfile.open(sdist) as archive:
                if hasattr(tarfile, "data_filter"):
                    archive.extractall(temporary, filter="data")
                else:  # before Python 3.11.4
                    archive.extractall(temporary)
            unpacked = Path(temporary, folder.name)
            if not unpacked.exists():
                raise SetupError(f"{sdist} is not the source release of {name} {version}.")
            _rename(unpacked, folder)
    except (OSError, tarfile.TarError) as error:
        raise SetupError(f"{sdist} cannot be unpacked ({error}).") from error
    return folder


def _download(name: str, version: str, sources: Path) -> Path:
    """Fetch the source release of `name` from PyPI; return the file."""
    advice = f"Give the file with --sdist, or put it unpacked into {sources}."
    try:
        import requests
        from pypi_simple import PyPISimple
    except ImportError as error:
        raise SetupError(
            f"Fetching the source release of {name} {version} needs the packages pypi-simple "
            f"and requests ({error}). {advice}"
        ) from error
    try:
        with requests.Session() as session, PyPISimple(session=session) as client:
            for package in client.get_project_page(name, timeout=30).packages:
                if package.package_type == "sdist" and package.version == version:
                    target = sources / package.filename
                    if not target.exists():
                        partial = target.with_suffix(".part")
                        client.download_package(package, partial, verify=True, timeout=60)
                        partial.rename(target)
                    return target
    except (OSError, ValueError) as error:  # requests' errors are OSErrors
        reason = type(error).__name__
        raise SetupError(
            f"The source release of {name} {version} cannot be fetched from PyPI ({reason}). "
            f"{advice}"
        ) from error
    raise SetupError(f"PyPI has no source release of {name} {version}. {advice}")


def _publish(folder: Path, make) -> None:  # type: ignore[no-untyped-def]
    """Let `make` fill a temporary folder, then give it its name."""
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        make(temporary)
        _rename(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _rename(source: Path, target: Path) -> None:
    """Rename a folder, unless somebody else was faster."""
    try:
        source.rename(target)
    except OSError:
        if not target.exists():
            raise


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target)


def _link_entries(source: Path, target: Path) -> None:
    """Make the folder `target` with a link to every entry of `source` but its tests."""
    target.mkdir(parents=True)
    for entry in source.iterdir():
        if entry.name != "tests":
            (target / entry.name).symlink_to(entry.resolve())


def _make_site(package: Path, source: Path, site: Path) -> None:
    """Fill the folder `site` with the look-alike of the installed `package`."""
    library = source / "lib"
    _link_entries(package, site / "matplotlib")
    # The tests are copied: Python looks for their data next to their own file.
    shutil.copytree(library / "matplotlib/tests", site / "matplotlib/tests")
    for name in TOOLKITS:
        _link_entries(package.parent / "mpl_toolkits" / name, site / "mpl_toolkits" / name)
        shutil.copytree(
            library / "mpl_toolkits" / name / "tests", site / "mpl_toolkits" / name / "tests"
        )
    bundled = package.parent / "matplotlib.libs"  # shared libraries of a repaired wheel
    if bundled.exists():
        (site / bundled.name).symlink_to(bundled)
