"""Run every script of Matplotlib's gallery with ``drypoint run``; those that fail, with Python alone.

What runs without drypoint has to run with it. Prints the scripts for which that is not so, and
fails if there are any.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from drypoint.conformance.installation import default_cache, source_release
from drypoint.progress import Progress

TIMEOUT_S = 120


def run(script: Path, arguments: Sequence[str]) -> str:
    """Run a script in its folder; "" if all is well, else what it said last."""
    environment = {**os.environ, "MPLBACKEND": "agg", "DRYPOINT_HOOK": "0", "PYTHONWARNINGS": ""}
    # A folder with a collections.py in it must not come before Python's own modules.
    if {path.stem for path in script.parent.glob("*.py")} & sys.stdlib_module_names:
        environment["PYTHONSAFEPATH"] = "1"
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    try:
        done = subprocess.run(
            [sys.executable, *arguments, script.name],
            cwd=script.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        return f"still running after {TIMEOUT_S} s"
    if done.returncode == 0:
        return ""
    return f"status {done.returncode}: {(done.stderr.strip().splitlines() or [''])[-1][:150]}"


def main() -> int:
    """Run the scripts; the result is the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, help="Matplotlib's source release, unpacked")
    parser.add_argument("--jobs", type=int, default=2, help="processes (%(default)s)")
    parser.add_argument("--only", default="", help="scripts with this in their path")
    options = parser.parse_args()
    source = options.source or source_release(default_cache())
    os.nice(19)
    with tempfile.TemporaryDirectory() as folder:
        # Scripts write beside themselves, and read pictures of the documents.
        root = Path(shutil.copytree(source / "galleries", Path(folder, "galleries")))
        Path(folder, "doc").symlink_to(source / "doc")
        scripts = sorted(path for path in root.rglob("*.py") if options.only in str(path))
        progress = Progress("gallery", len(scripts))

        def both(script: Path) -> tuple[str, str]:
            ours = run(script, ["-m", "drypoint", "run"])
            alone = run(script, []) if ours else ""
            progress.advance()
            return ours, alone

        with progress, ThreadPoolExecutor(options.jobs) as pool:
            results = dict(zip(scripts, pool.map(both, scripts), strict=True))
        worse = []
        for script, (ours, alone) in results.items():
            if ours:
                name = script.relative_to(root)
                print(f"{name}: {ours}" + ("" if alone else "; runs without drypoint"), flush=True)
                worse += [] if alone else [name]
    passed = sum(not ours for ours, _ in results.values())
    print(
        f"{len(scripts)} scripts: {passed} run, {len(scripts) - passed - len(worse)} run neither "
        f"with nor without drypoint, {len(worse)} run only without"
    )
    return int(bool(worse) or not passed)


if __name__ == "__main__":
    sys.exit(main())
