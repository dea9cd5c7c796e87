"""Run other people's test suites on Agg and on drypoint, unchanged, and compare the outcomes.

    python -m tools.switched_suites [SUITE ...] [--jobs N] [--out FOLDER]

The second run differs from the first in ``-p drypoint.pytest`` only. Prints one line for each suite
and every test whose outcome differs; the exit status is 1 when one does that passed on Agg, or when
drypoint drew nothing. Suites whose package is missing are left out, and said to be. Source releases
(for tests that are not installed) come from PyPI, as for `drypoint conformance`.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drypoint.conformance import installation


@dataclass(frozen=True)
class Suite:
    """Tests of one project.

    Attributes
    ----------
    package : str
        The module that must be importable; a part of its source release if `source` is given.
    tests : tuple of str
        Modules for ``--pyargs``, or, with `source`, paths below the folder of tests.
    source : bool
        Whether the tests are in the source release only.
    arguments : tuple of str
        For pytest.
    needs : tuple of str
        Other modules that must be importable.
    """

    package: str
    tests: tuple[str, ...]
    source: bool = False
    arguments: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


SUITES = {
    "pandas": Suite(
        "pandas",
        ("pandas.tests.plotting",),
        # The tests ask for a backend that draws nothing. Some want files that no wheel has.
        arguments=("-p", "tools.template_is_agg"),
        needs=("hypothesis",),
    ),
    "seaborn": Suite("seaborn", ("",), source=True, needs=("scipy",)),
    "networkx": Suite(
        "networkx", ("networkx.drawing.tests",), arguments=("--mpl",), needs=("pytest_mpl",)
    ),
    "pytest-mpl": Suite("pytest_mpl", ("",), source=True),
    "scikit-learn": Suite(
        "sklearn",
        (
            "sklearn.inspection._plot.tests",
            "sklearn.metrics._plot.tests",
            "sklearn.model_selection.tests.test_plot",
            "sklearn.tree.tests.test_export",
            "sklearn.tests.test_calibration",
            "sklearn.utils.tests.test_plotting",
        ),
        arguments=("-k", "plot or display or Display"),
    ),
    "matplotlib": Suite("matplotlib", ("matplotlib", "mpl_toolkits"), source=True),
}

# With --pyargs, a whole project's tests are not looked through for image tests of Matplotlib's.
_NOT_IMAGES = ("-p", "tools.not_image_tests")

#: The folder that has `tools`, for plugins.
ROOT = str(Path(__file__).resolve().parents[1])


@dataclass
class Run:
    """What came of running a suite once."""

    outcomes: dict[str, str]
    """By the name of the test: passed, skipped, failed or error."""
    messages: dict[str, str]
    seconds: float
    canvases: int
    """On how many drypoint says it has drawn."""

    def count(self) -> str:
        """Outcomes in words."""
        counts = Counter(self.outcomes.values())
        return ", ".join(f"{counts[name]} {name}" for name in sorted(counts)) or "nothing"


def missing(suite: Suite) -> list[str]:
    """Modules that a suite needs and that cannot be found."""
    return [
        name for name in (suite.package, *suite.needs) if importlib.util.find_spec(name) is None
    ]


def run(name: str, suite: Suite, folder: Path, jobs: int, *, ours: bool) -> Run:
    """Run a suite once; its log and results are left in `folder`."""
    label = f"{name}-{'drypoint' if ours else 'agg'}"
    work = folder / label
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    # A file of our own, so that none is looked for further up.
    (work / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    results = folder / f"{label}.xml"
    results.unlink(missing_ok=True)
    clients = () if not suite.source or name == "matplotlib" else (suite.package,)
    setup = installation.set_up(installation.default_cache(), clients=clients)
    environment = {**setup.environment(), "MPLBACKEND": "agg"}
    command = [sys.executable, "-m", "pytest", "-q", "-rN", "--tb=short", "-p", "no:cacheprovider"]
    command += ["-c", str(work / "pytest.ini"), "--junitxml", str(results)]
    command += ["-o", "junit_family=xunit1", "-o", "consider_namespace_packages=true"]
    if jobs > 1:
        command += ["-n", str(jobs), "--max-worker-restart=100"]
    if ours:
        command += ["-p", "drypoint.pytest"]
        environment["PYTEST_PLUGINS"] = "drypoint.pytest"  # for pytest within pytest
    command += suite.arguments
    if name == "matplotlib":
        # The look-alike has the tests; by path, since a folder of tests is no package.
        site = setup.site
        folders = [site / "matplotlib/tests", *sorted(site.glob("mpl_toolkits/*/tests"))]
        command += [*_NOT_IMAGES, "--rootdir", str(site), *map(str, folders)]
        del environment["MPLBACKEND"]
        path = [environment["PYTHONPATH"], ROOT]
        environment["PYTHONPATH"] = os.pathsep.join(path)
    elif suite.source:
        root = setup.clients[suite.package]
        command += ["--rootdir", str(root), *(str(root / test) for test in suite.tests)]
        del environment["PYTHONPATH"]  # the look-alike of Matplotlib
    else:
        command += ["--pyargs", *suite.tests]
        environment["PYTHONPATH"] = ROOT
    start = time.perf_counter()
    with (folder / f"{label}.log").open("w+", encoding="utf-8") as log:
        subprocess.run(
            command, cwd=work, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False
        )
        seconds = time.perf_counter() - start
        log.seek(0)
        text = log.read()
    if not results.exists():
        raise SystemExit(f"pytest made no results; see {folder / label}.log")
    drawn = re.search(r"^drypoint: (\d+) canvases", text, re.MULTILINE)
    outcomes, messages = read(results)
    shutil.rmtree(work, ignore_errors=True)
    return Run(outcomes, messages, seconds, int(drawn[1]) if drawn else 0)


def read(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Outcomes and messages by test, from a file that pytest wrote."""
    outcomes, messages = {}, {}
    for case in ET.parse(path).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        outcomes[name] = "passed"
        for tag, outcome in [("skipped", "skipped"), ("failure", "failed"), ("error", "error")]:
            element = case.find(tag)
            if element is not None:
                outcomes[name] = outcome
                messages[name] = (element.get("message") or "").strip().split("\n")[0]
    return outcomes, messages


def compare(name: str, agg: Run, ours: Run) -> bool:
    """Print what two runs came to; whether all that passed on Agg passed on drypoint."""
    package = SUITES[name].package.replace("sklearn", "scikit-learn")
    version = importlib.metadata.version(package.replace("_", "-"))
    print(f"{name} {version}")
    print(f"  Agg       {agg.count()} in {agg.seconds:.0f} s")
    print(f"  drypoint  {ours.count()} in {ours.seconds:.0f} s; {ours.canvases} canvases")
    good = ours.canvases > 0
    if not good:
        print("  drypoint drew nothing")
    for test in sorted({*agg.outcomes, *ours.outcomes}):
        before, after = (r.outcomes.get(test, "missing") for r in (agg, ours))
        if before != after:
            print(f"  {before} -> {after}: {test}")
            if message := ours.messages.get(test) or agg.messages.get(test):
                print(f"      {message[:160]}")
            good &= before != "passed"
    return good


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; see the head of this module."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    parser.add_argument("--jobs", type=int, default=1, help="processes of pytest-xdist")
    parser.add_argument("--out", type=Path, default=Path(".cache/switched-suites"))
    parser.add_argument("--reuse-agg", action="store_true", help="take the last run on Agg")
    options = parser.parse_args(arguments)
    unknown = set(options.suites) - set(SUITES)
    if unknown:
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    folder = options.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    good = True
    for name in options.suites or SUITES:
        suite = SUITES[name]
        if modules := missing(suite):
            print(f"{name}: left out, not installed: {', '.join(modules)}")
            continue
        last = folder / f"{name}-agg.xml"
        if options.reuse_agg and last.exists():
            agg = Run(*read(last), 0, 0)
        else:
            agg = run(name, suite, folder, options.jobs, ours=False)
        ours = run(name, suite, folder, options.jobs, ours=True)
        good &= compare(name, agg, ours)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
