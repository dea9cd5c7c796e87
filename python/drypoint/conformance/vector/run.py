"""Save with both, make pixels, compare: from Matplotlib's suite and gallery to ``vector.json``."""

from __future__ import annotations

import json
import queue
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import numpy as np
from PIL import Image

from drypoint.conformance import gallery, pixels, suite
from drypoint.conformance import results as results_file
from drypoint.conformance.installation import Installation
from drypoint.conformance.results import Kept, Results
from drypoint.conformance.vector import compare, programs
from drypoint.conformance.vector.collect import DPI, FAMILIES, PNG_BACKEND, SUFFIXES
from drypoint.conformance.vector.programs import Picture, ProgramError
from drypoint.progress import Progress

BACKENDS = {family: f"module://drypoint.backends.{family}" for family in ("pdf", "svg", "ps")}

# Our file may be so much further from the PNG than Matplotlib's is, out of focus: rms.
FURTHER_FACTOR = 1.15
FURTHER_RMS = 0.5

PICTURES = "pictures-vector"


class Compared(TypedDict):
    """What one program makes of one figure.

    ``verdict`` compares our file with Matplotlib's: "within" (the tolerance of the test;
    0 in the gallery), "edges" (see ``compare``), "different", "unreadable" (ours),
    "theirs unreadable" or "not saved". ``png_ours`` and ``png_theirs`` are the differences of
    the files from the PNG, out of focus; ``further`` says that ours is further from it.
    """

    id: str
    index: int
    format: str
    program: str
    tolerance: float
    verdict: str
    note: str
    rms: float
    beyond: float
    png_ours: float
    png_theirs: float
    further: bool
    sizes: tuple[int, int]
    pictures: str


class Run(TypedDict):
    """A run: facts about it, and everything compared."""

    meta: dict[str, Any]
    compared: list[Compared]


@dataclass(frozen=True)
class Request:
    """What to run.

    Attributes
    ----------
    formats : tuple of str
        Formats of the suite's image tests and of the gallery's figures.
    modules : tuple of str
        Names of test modules; all when empty.
    tests : bool
        Whether the suite runs.
    part, parts : int
        Part of the gallery, as for ``gallery.Request``; 0 of them: none.
    only : tuple of str
        Patterns of paths of scripts.
    jobs, niceness : int
        As for ``suite.Request``.
    """

    formats: tuple[str, ...] = ("pdf", "svg", "eps")
    modules: tuple[str, ...] = ()
    tests: bool = True
    part: int = 1
    parts: int = 1
    only: tuple[str, ...] = ()
    jobs: int = 2
    niceness: int = 10

    @property
    def complete(self) -> bool:
        """Whether everything runs."""
        everything = self.tests and not self.modules and self.parts == 1 and not self.only
        return everything and set(self.formats) == {"pdf", "svg", "eps"}


def run(request: Request, installation: Installation, folder: Path) -> Run:
    """Save, make pixels and compare; leave ``vector.json`` and pictures in `folder`."""
    start = time.time()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if request.tests:
        _save_tests(request, installation, folder)
    if request.parts:
        _save_gallery(request, installation, folder)
    found = judge(folder, request.jobs)
    found["meta"].update(
        matplotlib=installation.version,
        complete=request.complete,
        gallery=f"{request.part}/{request.parts}" if request.parts else "none",
        seconds=round(time.time() - start),
    )
    save(found, folder)
    return found


def save(found: Run, folder: Path) -> None:
    """Write ``vector.json``."""
    (folder / "vector.json").write_text(json.dumps(found, indent=0), encoding="utf-8")


def load(folder: Path) -> Run:
    """Read ``vector.json``."""
    found: Run = json.loads((folder / "vector.json").read_text(encoding="utf-8"))
    return found


def _save_tests(request: Request, installation: Installation, folder: Path) -> Results:
    return suite.run(
        suite.Request(
            backends={"raster": PNG_BACKEND, **_backends(request)},
            modules=request.modules,
            formats=",".join(request.formats),
            only_images=True,
            twin=False,
            verify=False,
            jobs=request.jobs,
            niceness=request.niceness,
            pytest_arguments=("--documents", str(folder / "documents")),
        ),
        installation,
        folder,
    )


def _save_gallery(request: Request, installation: Installation, folder: Path) -> Results:
    return gallery.run(
        gallery.Request(
            backend=PNG_BACKEND,
            part=request.part,
            parts=request.parts,
            only=request.only,
            verify=False,
            jobs=request.jobs,
            niceness=request.niceness,
            documents=folder / "documents",
            backends=_backends(request),
            formats=request.formats,
        ),
        installation,
        folder,
    )


def _backends(request: Request) -> dict[str, str]:
    families = {FAMILIES[fmt] for fmt in request.formats}
    return {family: backend for family, backend in BACKENDS.items() if family in families}


class Document(NamedTuple):
    """A figure that was saved, the test it is from, and the test's tolerance."""

    id: str
    kept: Kept
    tolerance: float


def documents(folder: Path) -> list[Document]:
    """Return what was kept by the last run in a folder."""
    found = []
    for name in ("tests.json", "gallery.json"):
        if not (folder / name).exists():
            continue
        for test_id, test in results_file.load(folder / name)["tests"].items():
            tolerances = {}
            for comparison in test["comparisons"]:
                tolerances[comparison["actual"]] = comparison["tolerance"]
                tolerances[comparison["expected"]] = comparison["tolerance"]
            for kept in test.get("kept", []):
                tolerance = tolerances.get(kept.get("file", ""), 0.0)
                found.append(Document(test_id, kept, tolerance))
    return found


def judge(folder: Path, jobs: int) -> Run:
    """Make pixels of what was kept in a folder, and compare."""
    pictures = folder / PICTURES
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir()
    available = programs.available()
    waiting: queue.Queue[Document] = queue.Queue()
    wanted = documents(folder)
    for document in wanted:
        waiting.put(document)
    compared: list[Compared] = []
    with Progress("comparing", len(wanted)) as progress:

        def work() -> None:
            with programs.Programs(DPI) as readers:
                while True:
                    try:
                        document = waiting.get_nowait()
                    except queue.Empty:
                        return
                    compared.extend(_judge(document, folder, readers, available))
                    progress.advance("documents")

        with ThreadPoolExecutor(jobs) as pool:
            for running in [pool.submit(work) for _ in range(jobs)]:
                running.result()
    compared.sort(key=lambda one: (one["id"], one["index"], one["format"], one["program"]))
    missing = sorted(program for program in programs.ASKED if not available[program])
    return Run(meta={"missing": missing, "documents": len(wanted)}, compared=compared)


def judge_again(folder: Path, jobs: int) -> Run:
    """Compare once more what the last run in a folder saved.

    Raises
    ------
    FileNotFoundError
        There was none.
    """
    try:
        meta = load(folder)["meta"]
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There are no results in {folder}; first run without --again."
        ) from None
    found = judge(folder, jobs)
    found["meta"] = meta | found["meta"]
    save(found, folder)
    return found


def _judge(
    document: Document, folder: Path, readers: programs.Programs, available: dict[str, bool]
) -> Iterator[Compared]:
    """Compare what each program makes of one figure."""
    kept = document.kept
    fmt = "svg" if kept["format"] == "svgz" else kept["format"]
    suffix = SUFFIXES.get(fmt, fmt)
    stem = folder / "documents" / kept["stem"]
    paths = [stem.with_name(f"{stem.name}-{whose}.{suffix}") for whose in ("ours", "matplotlib")]
    for program in programs.READERS[fmt]:
        if not available[program]:
            continue
        one = Compared(
            id=document.id, index=kept["index"], format=fmt, program=program,
            tolerance=document.tolerance, verdict="", note="", rms=0.0, beyond=0.0,
            png_ours=0.0, png_theirs=0.0, further=False, sizes=(0, 0), pictures="",
        )  # fmt: skip
        if "error" in kept:
            yield {**one, "verdict": "not saved", "note": kept["error"]}
            continue
        one["sizes"] = (paths[0].stat().st_size, paths[1].stat().st_size)
        try:
            ours = readers.picture(program, paths[0])
        except ProgramError as error:
            yield {**one, "verdict": "unreadable", "note": str(error)}
            continue
        try:
            theirs = readers.picture(program, paths[1])
        except ProgramError as error:
            yield {**one, "verdict": "theirs unreadable", "note": str(error)}
            continue
        with Image.open(f"{stem}.png") as image:
            png = programs.on_white(image)
        _measure(one, ours, theirs, png)
        if one["verdict"] == "different" or one["further"]:
            one["pictures"] = f"{stem.name}-{program}"
            _keep_pictures(folder / PICTURES / one["pictures"], ours, theirs, png)
        yield one


def _measure(one: Compared, ours: Picture, theirs: Picture, png: Picture) -> None:
    """Complete a record by what the pictures tell."""
    difference = compare.measure(theirs, ours)
    one["rms"], one["beyond"] = difference["rms"], difference["beyond"]
    if difference["size"]:
        one["verdict"], one["note"] = "different", f"sizes {difference['size']}"
    elif difference["rms"] <= one["tolerance"]:
        one["verdict"] = "within"
    else:
        one["verdict"] = "edges" if difference["edges"] else "different"
    one["png_ours"] = compare.blurred_difference(png, ours)
    one["png_theirs"] = compare.blurred_difference(png, theirs)
    one["further"] = clearly_further(one["png_ours"], one["png_theirs"])


def clearly_further(one: float, other: float) -> bool:
    """Whether one difference from the PNG is clearly more than another."""
    return one > other * FURTHER_FACTOR + FURTHER_RMS


def _keep_pictures(stem: Path, ours: Picture, theirs: Picture, png: Picture) -> None:
    """Write the three pictures and the difference of the first two."""
    a, b = compare.crop(theirs, ours)
    for name, picture in (("ours", ours), ("matplotlib", theirs), ("png", png)):
        pixels.write_png(Path(f"{stem}-{name}.png"), picture)
    opaque = [np.dstack([x, np.full(x.shape[:2], 255, np.uint8)]) for x in (a, b)]
    pixels.write_png(Path(f"{stem}-difference.png"), pixels.show_difference(*opaque))
