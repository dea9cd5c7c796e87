"""Run Matplotlib's gallery with a backend in Agg's place, everything drawn by both.

The scripts run in workers, a batch in each. A crash or a hang costs one script: the rest
of its batch goes on in a new worker. Scripts that fail, and scripts in which something
differs, run again with Agg in its own place: those that fail again are not runnable on
this machine (a package, LaTeX or a window is missing), and for what differs again see
``verify``.
"""

from __future__ import annotations

import fnmatch
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from drypoint.conformance import gallery_worker, redirect, verify
from drypoint.conformance import results as results_file
from drypoint.conformance.gallery_worker import Job
from drypoint.conformance.installation import Installation
from drypoint.conformance.results import Observed, Results, new_test
from drypoint.conformance.suite import AGG, RunError
from drypoint.progress import Progress

PREFIX = "gallery/"  # of the ids of scripts


@dataclass(frozen=True)
class Request:
    """What to run.

    Attributes
    ----------
    backend : str
        The raster backend under test.
    part, parts : int
        Run part number `part` (from 1) of `parts` equal ones, spread over all folders.
    only : tuple of str
        Patterns of paths of scripts; all when empty.
    limit : int
        Run so many at most, spread over all folders; 0: no limit.
    alias, verify, jobs, niceness, timeout_s
        As for ``suite.Request``.
    batch : int
        Scripts for one worker process.
    dpi : float
        Resolution at which the figures are saved.
    documents : Path, optional
        A folder to keep the figures in, as `vector.collect` does, instead of comparing them.
    backends : dict of str to str
        Backends of other families of formats.
    formats : tuple of str
        Formats in which the figures are saved.
    """

    backend: str
    part: int = 1
    parts: int = 1
    only: tuple[str, ...] = ()
    limit: int = 0
    alias: bool = True
    verify: bool = True
    jobs: int = 2
    niceness: int = 10
    timeout_s: int = 300
    batch: int = 20
    dpi: float = 100
    documents: Path | None = None
    backends: dict[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ("png",)

    @property
    def complete(self) -> bool:
        """Whether all scripts run."""
        return self.parts == 1 and not self.only and not self.limit


def find_scripts(root: Path, request: Request) -> list[str]:
    """Paths, in the folder `root`, of the scripts that are asked for."""
    scripts = sorted(str(path.relative_to(root)) for path in root.rglob("*.py"))
    if request.only:
        scripts = [
            script
            for script in scripts
            if any(fnmatch.fnmatch(script, f"*{pattern}*") for pattern in request.only)
        ]
    scripts = scripts[request.part - 1 :: request.parts]
    if request.limit and request.limit < len(scripts):
        step = len(scripts) / request.limit
        scripts = [scripts[int(i * step)] for i in range(request.limit)]
    return scripts


def run(request: Request, installation: Installation, folder: Path) -> Results:
    """Run the gallery; leave ``gallery.json`` and pictures in `folder`.

    Raises
    ------
    RunError
        A worker did not start, or nothing went through the backend.
    """
    root = installation.source / "galleries"
    scripts = find_scripts(root, request)
    if not scripts:
        raise RunError("No such scripts in the gallery.")
    folder.mkdir(parents=True, exist_ok=True)
    pictures = folder / "pictures-gallery"
    agg_pictures = folder / "gallery-agg-pictures"
    for path in (pictures, agg_pictures):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    start = time.time()
    tests = _run_scripts(scripts, request, installation, pictures=pictures)
    again = [
        script
        for script, test in tests.items()
        if test["outcome"] in results_file.FAILURES or verify.is_open(test)
    ]
    if again and request.verify:
        with_agg = _run_scripts(again, request, installation, agg=True, pictures=agg_pictures)
        for script in again:
            if tests[script]["outcome"] in results_file.FAILURES:
                tests[script]["with_agg"] = str(with_agg[script]["outcome"])
            verify.settle(tests[script], with_agg[script], pictures, agg_pictures)
    canvas = redirect.class_name(redirect.canvas_class(request.backend))
    used = any(by == canvas for _, by in results_file.saves(tests.values()))
    results = Results(
        meta={
            "kind": "gallery",
            "backend": request.backend,
            "matplotlib": installation.version,
            "complete": request.complete,
            "alias": request.alias,
            "dpi": request.dpi,
            "unused": [] if used else [f"raster ({canvas})"],
            "pictures": pictures.name,
            "seconds": round(time.time() - start),
        },
        tests={PREFIX + script: tests[script] for script in scripts},
    )
    results_file.save(results, folder / "gallery.json")
    if not used:
        raise RunError(f"Nothing went through the backend: raster ({canvas})")
    return results


def _run_scripts(
    scripts: list[str],
    request: Request,
    installation: Installation,
    *,
    agg: bool = False,
    pictures: Path | None = None,
) -> dict[str, Observed]:
    """Run scripts in batches, several at a time; return what came of each."""
    batches: queue.Queue[list[str]] = queue.Queue()
    for start in range(0, len(scripts), request.batch):
        batches.put(scripts[start : start + request.batch])
    tests: dict[str, Observed] = {}
    lock = threading.Lock()
    progress = Progress("gallery, with Agg" if agg else "gallery", len(scripts))

    def work() -> None:
        while True:
            try:
                batch = batches.get_nowait()
            except queue.Empty:
                return
            while batch:
                done = _run_batch(batch, request, installation, agg=agg, pictures=pictures)
                with lock:
                    tests.update(done)
                    progress.done = len(tests)
                    progress.say("scripts")
                batch = [script for script in batch if script not in done]

    with progress, ThreadPoolExecutor(request.jobs) as pool:
        for running in [pool.submit(work) for _ in range(request.jobs)]:
            running.result()
    return {script: tests[script] for script in scripts}


def _run_batch(
    batch: list[str],
    request: Request,
    installation: Installation,
    *,
    agg: bool,
    pictures: Path | None,
) -> dict[str, Observed]:
    """Run scripts in one worker, until the last one or one that takes the worker with it."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        base = Path(name)
        results, log = base / "results", base / "log"
        job = Job(
            root=str(_copy_of_galleries(installation, base)),
            scripts=batch,
            backend=AGG if agg else request.backend,
            alias=request.alias and not agg,
            dpi=request.dpi,
            timeout_s=request.timeout_s,
            results=str(results),
            pictures=str(pictures or ""),
            max_pictures=500,
            documents=str(request.documents or ""),
            backends=request.backends,
            formats=list(request.formats),
        )
        (base / "job").write_text(json.dumps(job), encoding="utf-8")
        with log.open("w", encoding="utf-8") as output:
            status = subprocess.run(
                [sys.executable, "-m", gallery_worker.__name__, str(base / "job")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=installation.environment(),
                cwd=base,
                preexec_fn=lambda: os.nice(request.niceness),
                check=False,
            ).returncode
        lines = []
        if results.exists():
            lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
        tail = log.read_text("utf-8", errors="replace")[-3000:]
    started = [line["started"] for line in lines if "started" in line]
    done: dict[str, Observed] = {line["script"]: line["test"] for line in lines if "script" in line}
    if not started:
        raise RunError(f"A worker did not even start:\n{tail}")
    for script in set(started) - set(done):
        done[script] = new_test()
        outcome = "timeout" if "Timeout (" in tail else "crashed"
        done[script].update({"outcome": outcome, "error": f"exit status {status}: …{tail[-300:]}"})
    return done


def _copy_of_galleries(installation: Installation, folder: Path) -> Path:
    """Copy the galleries into `folder`: scripts may write beside themselves."""
    target = folder / "galleries"
    shutil.copytree(installation.source / "galleries", target)
    (folder / "doc").symlink_to(installation.source / "doc")  # with pictures that they read
    return target
