"""Run a batch of gallery scripts in this process, and save and compare their figures.

Started by `gallery` with the name of a job file. Each script runs in its own folder with
the generators of random numbers seeded; whatever it saves or draws on the way is compared
with Agg by ``twin``, and each figure that is open at its end is saved and compared too.

Results go to a file, a line of JSON at a time, so that the reader knows how far a worker
came that crashed.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import random
import runpy
import sys
import time
import traceback
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any, TypedDict

from drypoint.conformance import redirect, twin
from drypoint.conformance.results import Observed, new_test
from drypoint.conformance.vector import collect


class Job(TypedDict):
    """What a worker has to do.

    ``root`` is the folder of the galleries, ``scripts`` are paths in it; ``backend`` is
    the raster backend that goes into Agg's place. ``results`` is the file to write to.
    ``documents`` is "", or a folder: then ``backends``, by family of formats, are in place as
    well, and each figure is saved in ``formats`` and kept there instead of being compared.
    """

    root: str
    scripts: list[str]
    backend: str
    alias: bool
    dpi: float
    timeout_s: int
    results: str
    pictures: str
    max_pictures: int
    documents: str
    backends: dict[str, str]
    formats: list[str]


def main(job: Job) -> None:
    """Run the scripts of a job."""
    plan = redirect.make_plan(raster=job["backend"], **job["backends"])
    redirect.install(plan, paused=twin.busy)
    import matplotlib as mpl
    import matplotlib.backend_bases

    mpl.use("agg")
    if job["documents"]:
        collect.watch(Path(job["documents"]), tuple(job["formats"]))
    else:
        twin.watch(redirect.canvas_class(job["backend"]), redirect.FAMILIES["raster"])
    twin.picture_folder = Path(job["pictures"]) if job["pictures"] else None
    twin.pictures_left = job["max_pictures"]
    if job["alias"]:
        redirect.alias_agg(redirect.module_name(job["backend"]))
    mpl.backend_bases.FigureCanvasBase.start_event_loop = _wait_for_nobody  # type: ignore[assignment, method-assign]
    with open(job["results"], "a", encoding="utf-8") as results:

        def tell(**what: Any) -> None:
            results.write(json.dumps(what) + "\n")
            results.flush()

        for script in job["scripts"]:
            tell(started=script)
            # Exits even when stuck in native code; the reader of the results sees that.
            faulthandler.dump_traceback_later(job["timeout_s"], exit=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                test = run_script(script, job)
            faulthandler.cancel_dump_traceback_later()
            tell(script=script, test=test)


def _wait_for_nobody(canvas: object, timeout: float = 0) -> None:
    """Replace ``start_event_loop``: there is no user to click or to watch a pause."""
    if timeout <= 0:
        raise RuntimeError("The script waits for a user.")


def run_script(script: str, job: Job) -> Observed:
    """Run one script, save its figures, and clean up after it."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    import matplotlib.units
    import numpy as np

    test = new_test()
    test["outcome"] = "passed"
    path = Path(job["root"], script)
    mpl.rcdefaults()
    plt.switch_backend("agg")  # which now stands for the backend of the job
    show, plt.show = plt.show, lambda *args, **kwargs: None
    np.random.seed(0)  # noqa: NPY002
    random.seed(0)
    units = mpl.units.registry.copy()
    colormaps, modules = set(mpl.colormaps), set(sys.modules)
    saves, draws = redirect.SAVES.copy(), redirect.DRAWS.copy()
    twin.begin(f"gallery/{script}")
    collect.begin()
    start = time.perf_counter()
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    kept = None
    try:
        with contextlib.suppress(SystemExit):
            kept = runpy.run_path(str(path), run_name="__main__")  # keeps what it made alive
        for number in plt.get_fignums():
            for fmt in job["formats"]:
                options = collect.save_options(fmt)
                plt.figure(number).savefig(BytesIO(), dpi=job["dpi"], **options)
    except Exception as error:
        test.update({"outcome": "failed", "error": describe(error)})
    finally:
        sys.path.pop(0)
        plt.show = show
    del kept
    test.update(
        {
            "seconds": round(time.perf_counter() - start, 3),
            "saves": [(*key, number) for key, number in (redirect.SAVES - saves).items()],
            "draws": dict(redirect.DRAWS - draws),
            "drawn": list(twin.records),
            "counts": dict(twin.counts),
            "kept": list(collect.kept),
        }
    )
    plt.close("all")
    mpl.units.registry.clear()
    mpl.units.registry.update(units)
    for extra in set(mpl.colormaps) - colormaps:
        mpl.colormaps.unregister(extra)
    for extra in set(sys.modules) - modules:  # the next script may have one of that name
        origin = getattr(sys.modules[extra], "__file__", None) or ""
        if origin.startswith(job["root"]):
            del sys.modules[extra]
    return test


def describe(error: Exception) -> str:
    """One line about an exception and where it came from."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{type(error).__name__}: {str(error)[:300]} "
        f"[{Path(place.filename).name}:{place.lineno} {place.name}]"
    )


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
