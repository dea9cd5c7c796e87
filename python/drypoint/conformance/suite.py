"""Run a test suite with a backend in Agg's place, then look again at what differed.

A failure or a difference may have other causes than the backend. After the run, therefore,

1. the tests that failed run again with everything drawn only once: those that now pass
   were disturbed by the second draw, or chance plays a part in them;
2. the tests that still fail, and those in which something differs, run again with Agg in
   its own place: those that fail again do so on this machine anyway, and for what differs
   again see ``verify``.

What is left is the backend's.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from drypoint.conformance import redirect, verify
from drypoint.conformance import results as results_file
from drypoint.conformance.installation import Installation
from drypoint.conformance.results import Results
from drypoint.progress import Progress

AGG = "module://matplotlib.backends.backend_agg"
REQUIRED = {"pytest": "pytest", "xdist": "pytest-xdist"}
RECOMMENDED = {"pytest_timeout": "pytest-timeout", "pytest_rerunfailures": "pytest-rerunfailures"}
SUITES = ("matplotlib", "seaborn", "pandas")


class RunError(Exception):
    """A run came to nothing; the message is for the user."""


@dataclass(frozen=True)
class Request:
    """What to run.

    Attributes
    ----------
    backends : dict of str to (str or None)
        Backend under test for each family of ``redirect.FAMILIES``; missing or None:
        Matplotlib's own.
    suite : str
        One of ``SUITES``.
    modules : tuple of str
        Names of the test modules to run; all when empty.
    formats : str
        Formats of the image tests to run, separated by commas; all when empty.
    only_images : bool
        Leave out tests that are not about images.
    expensive : bool
        Also run Matplotlib's tests that need gigabytes of memory.
    twin : bool
        Draw everything with Agg as well and compare.
    alias : bool
        Let ``FigureCanvasAgg`` and ``RendererAgg`` be the backend's classes.
    verify : bool
        Look again at what failed or differed.
    jobs, niceness, timeout_s : int
        Processes, their niceness, and the longest that a test may take.
    pytest_arguments : tuple of str
        Anything else for pytest.
    """

    backends: dict[str, str | None]
    suite: str = "matplotlib"
    modules: tuple[str, ...] = ()
    formats: str = "png"
    only_images: bool = False
    expensive: bool = False
    twin: bool = True
    alias: bool = True
    verify: bool = True
    jobs: int = 2
    niceness: int = 10
    timeout_s: int = 300
    pytest_arguments: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether the whole suite runs, as far as it is about the formats."""
        return not (self.modules or self.only_images or self.pytest_arguments)


def run(request: Request, installation: Installation, folder: Path) -> Results:
    """Run a suite; leave ``tests.json``, ``tests.log`` and pictures in `folder`.

    Raises
    ------
    RunError
        A package is missing, pytest made no results, or nothing went through the backend.
    """
    missing = [package for module, package in REQUIRED.items() if not _has(module)]
    if missing:
        raise RunError(f"Running the tests needs the packages {', '.join(missing)}.")
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "tests.json"
    pictures = folder / "pictures-tests"
    start = time.time()
    results = _pytest(request, installation, folder / "tests", pictures=pictures)
    if request.verify:
        _verify(request, installation, folder, results, pictures)
    results["meta"].update(
        kind="tests",
        suite=request.suite,
        complete=request.complete,
        formats=request.formats,
        backend=request.backends.get("raster"),
        pictures=pictures.name,
        seconds=round(time.time() - start),
        without=[package for module, package in RECOMMENDED.items() if not _has(module)],
    )
    results_file.save(results, out)
    if results["meta"]["unused"]:
        raise RunError("Nothing went through the backend: " + ", ".join(results["meta"]["unused"]))
    return results


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _verify(
    request: Request, installation: Installation, folder: Path, results: Results, pictures: Path
) -> None:
    """Run again what failed or differed, as the head of this module says."""
    tests = results["tests"]
    failed = [name for name, test in tests.items() if test["outcome"] in results_file.FAILURES]
    if failed and request.twin:
        once = _pytest(request, installation, folder / "tests-once", only=failed, twin=False)
        for name in failed:
            test = once["tests"].get(name)
            if test and test["outcome"] not in results_file.FAILURES:
                tests[name].update(
                    {"outcome": test["outcome"], "error": test["error"], "once": True}
                )
    failed = [name for name, test in tests.items() if test["outcome"] in results_file.FAILURES]
    if failed:
        agg = _pytest(
            request, installation, folder / "tests-agg", only=failed, twin=False, agg=True
        )
        for name in failed:
            outcome = agg["tests"].get(name, {}).get("outcome")
            if outcome:
                tests[name]["with_agg"] = outcome
    open_questions = [name for name, test in tests.items() if verify.is_open(test)]
    if open_questions:
        agg_pictures = folder / "tests-agg-twin-pictures"
        agg = _pytest(
            request,
            installation,
            folder / "tests-agg-twin",
            only=open_questions,
            agg=True,
            pictures=agg_pictures,
        )
        for name in open_questions:
            if name in agg["tests"]:
                verify.settle(tests[name], agg["tests"][name], pictures, agg_pictures)


def _test_paths(request: Request, installation: Installation, only: list[str]) -> list[str]:
    """Choose what to give to pytest: folders, modules, or the modules of `only`."""
    if request.suite == "pandas":
        modules = request.modules or ("",)
        return ["--pyargs", *(f"pandas.tests.plotting.{name}".rstrip(".") for name in modules)]
    site = installation.site
    root = site if request.suite == "matplotlib" else installation.clients[request.suite]
    if only:
        return sorted({str(root / name.split("::")[0]) for name in only})
    folders = [root]
    if request.suite == "matplotlib":
        folders = [site / "matplotlib/tests", *sorted(site.glob("mpl_toolkits/*/tests"))]
    if not request.modules:
        return [str(folder) for folder in folders]
    paths = [
        path
        for folder in folders
        for name in request.modules
        for path in sorted(folder.rglob(f"{name.removesuffix('.py')}.py"))
    ]
    if not paths:
        raise RunError(f"No such test modules: {', '.join(request.modules)}")
    return [str(path) for path in paths]


def _pytest(
    request: Request,
    installation: Installation,
    work: Path,
    *,
    only: Iterable[str] = (),
    twin: bool | None = None,
    agg: bool = False,
    pictures: Path | None = None,
) -> Results:
    """Run pytest once in the folder `work`; its log is beside it.

    Parameters
    ----------
    only : iterable of str
        Ids of tests; all when empty.
    twin : bool, optional
        As in the request, when not given.
    agg : bool
        Agg instead of the raster backend under test.
    pictures : Path, optional
        Where to keep pictures of differences.
    """
    only = list(only)
    for path in (work, pictures):
        if path:
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
    # A file of our own, so that none is looked for further up. Matplotlib's tests
    # write into the current folder.
    (work / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    json_file = work / "results.json"
    root = installation.clients.get(request.suite, installation.site)
    command = [sys.executable, "-m", "pytest", "-q", "-rN", "--tb=short"]
    command += ["-c", str(work / "pytest.ini"), "--rootdir", str(root)]
    command += ["-o", "consider_namespace_packages=true", "-p", "no:cacheprovider"]
    command += ["-p", "drypoint.conformance.plugin", "--conformance-json", str(json_file)]
    # Workers survive a backend that crashes: the test counts as crashed, a new one goes on.
    command += ["-n", str(request.jobs), "--max-worker-restart=1000"]
    if _has("pytest_timeout"):
        command += [f"--timeout={request.timeout_s}", "--timeout-method=thread"]
    for family in redirect.FAMILIES:
        backend = AGG if agg and family == "raster" else request.backends.get(family)
        if backend:
            command += [f"--{family}-backend", backend]
    if request.suite == "pandas":  # its tests ask for the do-nothing backend
        command.append("--template-too")
    if request.twin if twin is None else twin:
        command.append("--twin")
    if not request.alias:
        command.append("--no-alias")
    if request.formats:
        command += ["--formats", request.formats]
    if request.only_images:
        command.append("--only-images")
    if pictures:
        command += ["--pictures", str(pictures)]
    if only:
        list_file = work / "only.txt"
        list_file.write_text("\n".join(only), encoding="utf-8")
        command += ["--only", str(list_file)]
    command += [*request.pytest_arguments, *_test_paths(request, installation, only)]

    environment = installation.environment(hook_subprocesses=True)
    if request.expensive:
        environment["MPL_TEST_EXPENSIVE"] = "1"
    log_file = work.with_suffix(".log")
    with log_file.open("w", encoding="utf-8") as log:
        log.write(" ".join(command) + "\n")
        log.flush()
        process = subprocess.Popen(
            command,
            cwd=work,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=lambda: os.nice(request.niceness),
        )
        with process, Progress(work.name, 100) as progress:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.5)
                progress.done = _percentage(log_file)
                progress.say("%")
    if not json_file.exists():
        raise RunError(f"pytest made no results; see {log_file}")
    results = results_file.load(json_file)
    _drop_passing(work, results)
    return results


def _percentage(log_file: Path) -> int:
    """How far pytest has come, as its log says."""
    with log_file.open("rb") as log:
        log.seek(0, os.SEEK_END)
        log.seek(max(log.tell() - 500, 0))
        found = re.findall(rb"\[ *(\d+)%\]", log.read())
    return int(found[-1]) if found else 0


def _drop_passing(work: Path, results: Results) -> None:
    """Delete the images that tests wrote, but for those that differ from what is expected."""
    keep = {
        Path(comparison["actual"]).with_suffix("").name
        for test in results["tests"].values()
        for comparison in test["comparisons"]
        if comparison["rms"] != 0
    }
    for path in work.glob("result_images/**/*"):
        name = path.stem.removesuffix("-expected").removesuffix("-failed-diff")
        if path.is_file() and name not in keep:
            path.unlink()
