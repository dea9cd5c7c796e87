"""Runs a program in a process of its own and draws every figure that it makes with two backends.

``python -m drypoint.cli.recorder FOLDER`` reads its `Job` from ``FOLDER/job.json``. A figure is
looked at when the program saves it, when it shows it, and, if it did neither, when the program ends:
then and there, in that very state, Matplotlib's own backend and drypoint's save it in turns. What
is found goes to ``FOLDER/figures.jsonl``, a line for each figure, and the pictures beside it.

The program itself draws with Matplotlib's Agg and does not notice.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from drypoint import takeover
from drypoint.cli.command import CommandError
from drypoint.cli.measure import in_turns
from drypoint.cli.program import Program
from drypoint.cli.program import execute as execute_program

if TYPE_CHECKING:
    from drypoint.conformance.pixels import Pixels

__all__ = ["FIGURES", "JOB", "Figure", "Job", "Save", "begin", "finish"]

JOB = "job.json"
FIGURES = "figures.jsonl"

_NAMES = {"png": "agg", "svg": "svg", "pdf": "pdf", "ps": "ps", "eps": "ps", "pgf": "pgf"}
#: Who draws: for each side the backends that write formats. The floor draws nothing.
WRITERS = {
    "floor": {"png": "module://drypoint.cli.null_backend"},
    "drypoint": {fmt: f"module://drypoint.backends.{name}" for fmt, name in _NAMES.items()},
    "agg": _NAMES,
}

_COMPARED = ("agg", "drypoint")

# What `savefig` says of how to draw, not of the file.
_KEPT = (
    "dpi",
    "facecolor",
    "edgecolor",
    "orientation",
    "bbox_inches",
    "pad_inches",
    "bbox_extra_artists",
)


class Job(TypedDict):
    """What the recorder has to do."""

    kind: str
    """As `Program` has them, and so the next two."""
    name: str
    arguments: list[str]
    max_figures: int
    rounds: int
    budget_s: float
    """For the times of one file."""
    sides: list[str]
    """Of `WRITERS`; "agg" and "drypoint" among them."""


class Save(TypedDict):
    """What one format took, by side."""

    ms: dict[str, float]
    bytes: dict[str, int]


class Figure(TypedDict, total=False):
    """What was found of one figure."""

    title: str
    """The file that it was saved to, or its number."""
    width_px: int
    height_px: int
    saves: dict[str, Save]
    """By format; "png" always, others if the program saved them."""
    pixels: int
    """How many differ."""
    max: int
    """The largest difference of a channel, of 255."""
    pictures: str
    """What the names of the pictures begin with: ``-agg.png``, ``-drypoint.png``, ``-difference.png``."""
    error: str
    """Why it could not be drawn by both."""


class _Recorder:
    """Watches saves and shows of this process."""

    def __init__(self, folder: Path, job: Job) -> None:
        self.folder = folder
        self.job = job
        self.count = 0
        self.busy = False
        # Figures stay alive, so that no other gets the id of one that is gone.
        self.seen: dict[int, Any] = {}
        self.files: set[tuple[int, str]] = set()

    def watch(self) -> None:
        """Wrap the one method through which all saves go, and `show`."""
        import matplotlib.pyplot as plt
        from matplotlib.backend_bases import FigureCanvasBase

        self.save: Callable[..., object] = FigureCanvasBase.print_figure
        show = plt.show
        recorder = self

        def print_figure(canvas: Any, filename: Any, *args: Any, **kwargs: Any) -> object:
            result = recorder.save(canvas, filename, *args, **kwargs)
            recorder.saved(canvas, filename, kwargs)
            return result

        def shown(*args: Any, **kwargs: Any) -> object:
            recorder.open_figures()
            return show(*args, **kwargs)

        FigureCanvasBase.print_figure = print_figure  # type: ignore[method-assign, assignment]
        plt.show = shown  # type: ignore[assignment]

    def saved(self, canvas: Any, filename: Any, kwargs: dict[str, Any]) -> None:
        """Look at a figure that has just been saved; at frames of an animation, once."""
        if self.busy:
            return
        path = os.fspath(filename) if isinstance(filename, (str, os.PathLike)) else ""
        fmt = kwargs.get("format") or Path(str(path)).suffix[1:] or "png"
        fmt = "png" if fmt.lower() not in _NAMES else fmt.lower()
        key = (id(canvas.figure), str(path))
        if key in self.files:
            return
        self.files.add(key)
        title = Path(str(path)).name if path else ""
        self.look(canvas.figure, title, fmt, {k: v for k, v in kwargs.items() if k in _KEPT})

    def open_figures(self) -> None:
        """Look at the figures that pyplot holds and that nobody has saved."""
        import matplotlib.pyplot as plt

        current = plt.get_fignums() and plt.gcf().number
        for number in plt.get_fignums():
            figure = plt.figure(number)
            if id(figure) not in self.seen:
                self.look(figure, "", "png", {})
        if current:
            plt.figure(current)

    def look(self, figure: Any, title: str, fmt: str, keywords: dict[str, Any]) -> None:
        """Draw a figure with both, as often as is needed for times."""
        from drypoint.conformance import twin

        self.seen[id(figure)] = figure
        self.count += 1
        if self.count > self.job["max_figures"]:
            return
        found = Figure(title=title or f"figure {self.count}", saves={})
        self.busy = True
        try:
            with twin.second_time(figure):
                self._both(found, figure, fmt, keywords)
        except Exception as error:
            found["error"] = f"{type(error).__name__}: {' '.join(str(error).split())}"
        finally:
            self.busy = False
        with (self.folder / FIGURES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")

    def _both(self, found: Figure, figure: Any, fmt: str, keywords: dict[str, Any]) -> None:
        from drypoint.conformance import pixels, twin

        state = twin.RandomState()

        def save(side: str, fmt: str) -> bytes:
            state.set_back()
            backend = WRITERS[side][fmt]
            buffer = BytesIO()
            with takeover.suspended() if side == "agg" else contextlib.nullcontext():
                self.save(figure.canvas, buffer, format=fmt, backend=backend, **keywords)
            return buffer.getvalue()

        for one in dict.fromkeys(("png", fmt)):
            sides = [side for side in self.job["sides"] if one in WRITERS[side]]
            files = {side: save(side, one) for side in sides}
            if one == "png" and not np.array_equal(*_pictures(files)):
                # Some figures change with their first save and then no more. What only drypoint draws otherwise, at its
                # first save or ever, is a difference.
                files["agg"] = save("agg", one)
            ms = in_turns(
                {side: lambda side=side, one=one: save(side, one) for side in sides},  # type: ignore[misc]
                rounds=self.job["rounds"],
                budget_s=self.job["budget_s"],
            )
            size = {side: len(content) for side, content in files.items()}
            found["saves"][one] = Save(ms=ms, bytes=size)
            if one == "png":
                stem = f"{self.count:04d}"
                for side in _COMPARED:
                    content = files[side]
                    (self.folder / f"{stem}-{side}.png").write_bytes(content)
                agg, ours = _pictures(files)
                found["height_px"], found["width_px"] = agg.shape[:2]
                found["pictures"] = stem
                if agg.shape != ours.shape:
                    found["error"] = f"drypoint's is {ours.shape[1]}×{ours.shape[0]} pixels large"
                    continue
                difference = pixels.measure(agg, ours)
                found["pixels"], found["max"] = difference.pixels, difference.max
                if not np.array_equal(agg, ours):
                    picture = pixels.show_difference(agg, ours)
                    pixels.write_png(self.folder / f"{stem}-difference.png", picture)


def _pictures(files: dict[str, bytes]) -> tuple[Pixels, Pixels]:
    """The pixels of the two PNG files that are compared, (h, w, 4)."""
    from drypoint.conformance import pixels

    agg, ours = (pixels.read(files[side], "png", (0, 0))[0] for side in _COMPARED)
    return agg, ours


_recorder: _Recorder | None = None


def begin(folder: str) -> None:
    """Watch this process from now on, as the job in a folder says."""
    global _recorder
    path = Path(folder)
    _recorder = _Recorder(path, json.loads((path / JOB).read_text(encoding="utf-8")))
    _recorder.watch()


def finish() -> None:
    """Look at what is still open."""
    if _recorder is not None:
        _recorder.open_figures()


def main(folder: str) -> int:
    """Carry out a job; the result is the exit status."""
    job: Job = json.loads(Path(folder, JOB).read_text(encoding="utf-8"))
    program = Program(job["kind"], job["name"], tuple(job["arguments"]))
    try:
        if program.kind == "notebook":
            return _notebook(program, folder)
        begin(folder)
        try:
            execute_program(program)
        finally:
            finish()
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.status
    except SystemExit:
        raise
    except BaseException as error:
        # In full, without our own frames: `execute` has seen to that.
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def _notebook(program: Program, folder: str) -> int:
    from drypoint.cli import notebook

    before = f"from drypoint.cli import recorder; recorder.begin({folder!r})"
    after = "from drypoint.cli import recorder; recorder.finish()"
    _, error = notebook.execute(Path(program.name), before, after)
    if error:
        print(error, file=sys.stderr)
    return int(bool(error))


if __name__ == "__main__":
    try:
        status = main(sys.argv[1])
    except (OSError, ValueError):
        traceback.print_exc()
        status = 1
    sys.exit(status)
