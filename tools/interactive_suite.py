"""Run Matplotlib's own tests of windows on its backends and on drypoint, and compare the outcomes.

    python -m tools.interactive_suite [--jobs N] [--out FOLDER] [--only WORDS]

They start programs of their own with ``MPLBACKEND`` set to one backend after the other. In the second run
`drypoint install-hook`'s module is in the path of all of them, so that the same names draw with drypoint. An X
server is started (Xvfb). The exit status is 1 when a test fails that passes without drypoint and is not in
`EXCEPTIONS`, or when one of those passes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from drypoint.conformance import installation
from drypoint.hook import MODULE_NAME, install_hook
from tests.windows.display import x_server
from tools.switched_suites import ROOT, read

#: Modules of `matplotlib.tests`.
MODULES = (
    *("backend_cairo", "backend_gtk3", "backend_qt", "backend_registry", "backend_template"),
    *("backend_tk", "backend_tools", "backends_interactive"),
)

#: Tests that pass without drypoint and not with it, with the reason.
EXCEPTIONS = {
    "test_backend_cairo::test_patch_alpha_coloring[png]": (
        "compares a patch, whose corners are mitred, with a collection, whose corners are round as Agg's: "
        "Matplotlib's Cairo leaves them as Cairo has them"
    ),
}


def set_up(folder: Path) -> None:
    """Copy the tests into a folder, with what they need to be run from there."""
    release = installation.source_release(installation.default_cache())
    for module in MODULES:
        name = f"test_{module}.py"
        shutil.copy(release / "lib" / "matplotlib" / "tests" / name, folder)
    (folder / "conftest.py").write_text("from matplotlib.testing.conftest import *\n")
    # A file of our own, so that none is looked for further up.
    (folder / "pytest.ini").write_text("[pytest]\n")
    hook = folder / "hook"
    hook.mkdir()
    install_hook(hook)
    # Files of the hook's kind are read in site-packages only; this one, wherever it is found.
    (hook / "sitecustomize.py").write_text(f"import {MODULE_NAME}\n")


def run(folder: Path, options: argparse.Namespace, display: str, *, ours: bool) -> dict[str, str]:
    """Run the tests once; their outcomes by name. The log and the results are left in the folder."""
    label = "drypoint" if ours else "matplotlib"
    results = folder / f"{label}.xml"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("WAYLAND_DISPLAY", "MPLBACKEND", "MATPLOTLIBRC", "PYTEST_ADDOPTS")
    }
    path = [ROOT, *([str(folder / "hook")] if ours else [])]
    # Under CI they wait longer for their programs, and try again.
    environment |= {"DISPLAY": display, "PYTHONPATH": os.pathsep.join(path), "CI": "1"}
    # One of them calls IPython by its name.
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    check = f"import matplotlib, sys; assert ('drypoint.takeover' in sys.modules) is {ours}"
    subprocess.run([sys.executable, "-c", check], env=environment, cwd=folder, check=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pytest.ini"]
    command += ["--junitxml", str(results), "-n", str(options.jobs)]
    command += ["-k", options.only] if options.only else []
    start = time.perf_counter()
    with (folder / f"{label}.log").open("w", encoding="utf-8") as log:
        subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=log, check=False)
    if not results.exists():
        raise SystemExit(f"pytest made no results; see {folder / label}.log")
    outcomes, messages = read(results)
    counts = Counter(outcomes.values())
    words = ", ".join(f"{counts[name]} {name}" for name in sorted(counts))
    print(f"{label:<10}  {words} in {time.perf_counter() - start:.0f} s")
    for test, outcome in outcomes.items():
        if outcome in ("failed", "error"):
            print(f"    {outcome}: {test}: {messages[test][:160]}")
    return outcomes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; see the head of this module."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--jobs", type=int, default=4, help="processes of pytest-xdist")
    parser.add_argument("--out", type=Path, default=Path(".cache/interactive-suite"))
    parser.add_argument("--only", default="", help="as -k of pytest")
    options = parser.parse_args(arguments)
    folder = options.out.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    set_up(folder)
    with x_server() as display:
        theirs, ours = (run(folder, options, display, ours=flag) for flag in (False, True))
    good = True
    for test in sorted(theirs.keys() | ours.keys()):
        before, after = theirs.get(test, "missing"), ours.get(test, "missing")
        if before == "passed" and after not in ("passed", "skipped"):
            reason = EXCEPTIONS.get(test)
            print(f"  {before} -> {after}: {test}" + (f" ({reason})" if reason else ""))
            good &= reason is not None
        elif test in EXCEPTIONS:
            print(f"  an exception that is none: {test}")
            good = False
    print("as on Matplotlib's own" if good else f"not as on Matplotlib's own; see {folder}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
