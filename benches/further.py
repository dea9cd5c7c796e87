"""Measures that are not a row of a table of figures; `measure` takes all of them."""

import math
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.font_manager import FontProperties

from drypoint.adapter.text import line_heights
from drypoint.cli.null_backend import FigureCanvas, NullRenderer

from . import heavy
from .backends import AGG, FLOOR, MODULES, OURS, available
from .catalogue import sample
from .figures import AGG as AGG_MODULE
from .figures import Drawing, draw
from .measure import geometric_mean, in_turns

THREADS = 8
SECONDS_OF_THREADS = 2.5
ROUNDS_OF_PROCESSES = 7

# The names in the file of numbers, in the order of `measure`.
NAMES = (
    "fresh process, wall / Agg",
    "fresh process, cpu / Agg",
    "redraw after one line changed / floor",
    "8 threads, PNG per s / floor",
    "1 M random segments, ms",
    "walk that knows heights of fonts / floor",
)
Measures = dict[str, dict[str, float]]


def measure(*, quick: bool = False) -> Measures:
    """Take all measures.

    Parameters
    ----------
    quick : bool
        Half the repeats.

    Returns
    -------
    dict
        For each measure a dict by backend. "fresh process" and its processor time are ratios to
        Agg's, "redraw" is one to the floor, "8 threads" PNG per second to the floor's, the
        segments are ms. The last is what the floor would be if it told Matplotlib the heights of
        fonts as drypoint does, in floors.
    """
    share = 2 if quick else 1
    wall, cpu = fresh_processes(max(ROUNDS_OF_PROCESSES // share, 2))
    values = (
        wall,
        cpu,
        redraw(),
        threads(SECONDS_OF_THREADS / share),
        segments(),
        floor_with_heights(),
    )
    return dict(zip(NAMES, values, strict=True))


# --- a whole process

FRESH = """
import sys
import matplotlib.pyplot as plt
plt.plot([1, 3, 2, 4])
plt.title("a simple figure")
plt.savefig(sys.argv[1])
"""


def fresh_processes(rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Save a simple figure in a process of its own; wall and processor time as ratios to Agg's."""
    wall: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    backends = [backend for backend in available() if backend != FLOOR]
    with tempfile.TemporaryDirectory() as folder:
        for round in range(-1, rounds):  # the first fills the caches of the system
            for backend in backends[round % 2 :] + backends[: round % 2]:
                command = [sys.executable, "-c", FRESH, str(Path(folder, f"{backend}.png"))]
                environment = {**os.environ, "MPLBACKEND": f"module://{MODULES[backend]}"}
                start = time.perf_counter()
                process = subprocess.Popen(command, env=environment)
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                if process.returncode:
                    raise RuntimeError(f"a process that saves with {backend} failed")
                if round >= 0:
                    wall.setdefault(backend, []).append(time.perf_counter() - start)
                    cpu.setdefault(backend, []).append(usage.ru_utime + usage.ru_stime)
    return _ratios(wall, AGG), _ratios(cpu, AGG)


def _ratios(values: dict[str, list[float]], other: str) -> dict[str, float]:
    """Medians of the ratios, round by round."""
    return {
        name: statistics.median(a / b for a, b in zip(mine, values[other], strict=True))
        for name, mine in values.items()
    }


# --- an animation without blitting


def moving_line() -> None:
    """Four lines with a legend, of which one moves."""
    _, ax = plt.subplots()
    x = np.linspace(0, 10, 200)
    for k in range(4):
        ax.plot(x, np.sin(x + k), label=f"line {k}")
    ax.set(title="an animation", xlabel="time (s)", ylabel="amplitude")
    ax.legend()


def redraw() -> dict[str, float]:
    """Draw on the canvas again after one line changed; ratios to the floor."""
    drawing = draw(moving_line, AGG_MODULE)
    actions = {}
    phases = iter(np.arange(0, 10_000, 0.05))
    for backend, canvas_class in available().items():
        ((figure, canvas),) = drawing.on(canvas_class).on_canvases()
        line = figure.axes[0].lines[0]

        def frame(figure: Any = figure, canvas: Any = canvas, line: Any = line) -> None:
            figure.set_canvas(canvas)
            line.set_ydata(np.sin(line.get_xdata() + next(phases)))
            canvas.draw()

        actions[backend] = frame
    times = in_turns(actions, budget_ms=4000, least=20, most=60)
    return {backend: times.ratio(backend, FLOOR) for backend in actions}


# --- many threads


def threads(seconds: float) -> dict[str, float]:
    """Eight threads save figures of their own; PNG files per second as ratios to the floor's."""
    drawings = _drawings_for_threads()
    canvases = available()
    rates: dict[str, list[float]] = {backend: [] for backend in canvases}
    for round in range(4):
        for backend in list(canvases)[:: 1 if round % 2 else -1]:
            saves = [drawing.on(canvases[backend]).save_plainly for drawing in drawings]
            rates[backend].append(rate(saves, seconds / 2))
    return {name: value for name, value in _ratios(rates, FLOOR).items() if math.isfinite(value)}


def _drawings_for_threads() -> list[Drawing]:
    """One figure for each thread: the first of the sample, of one figure each."""
    made = []
    for program in sample("ordinary").values():
        drawing = draw(program, AGG_MODULE)
        if len(drawing.figures) == 1:
            made.append(drawing)
        if len(made) == THREADS:
            break
    return made


def rate(actions: list[Callable[[], object]], seconds: float) -> float:
    """How many times a second actions are done by as many threads; nan if one fails."""
    for action in actions:
        try:
            action()
        except Exception:
            return math.nan
    counts = [0] * len(actions)
    failed = threading.Event()
    start = time.perf_counter()

    def work(number: int) -> None:
        try:
            while not failed.is_set():
                actions[number]()
                counts[number] += 1
                if time.perf_counter() - start >= seconds:
                    break
        except Exception:
            failed.set()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(len(actions))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # Up to here, since the last saves end after the time is over.
    return math.nan if failed.is_set() else sum(counts) / (time.perf_counter() - start)


# --- a million segments


def segments(count: int = 1_000_000) -> dict[str, float]:
    """Save a million random segments, which Agg refuses: more than its limit of cells; ms."""
    drawing = draw(partial(heavy.random_segments, count), AGG_MODULE)
    canvases = available()
    actions = {backend: drawing.on(canvases[backend]).save for backend in (FLOOR, OURS)}
    times = in_turns(actions, budget_ms=6000, least=7, most=9, slow_ms=8000)
    return {backend: times.median(backend) for backend in actions}


# --- a floor that does what drypoint does


class KnowingRenderer(NullRenderer):
    """Draws nothing, and spares Matplotlib its look for the font of each text, as drypoint does."""

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[Any, Any, Any]:
        return line_heights(prop)


class KnowingCanvas(FigureCanvas):
    """The floor's canvas with such a renderer."""

    renderer_class = KnowingRenderer


def floor_with_heights() -> dict[str, float]:
    """Geometric mean of the time over the floor's, of a sample of the ordinary figures."""
    ratios = []
    for program in sample("ordinary").values():
        drawing = draw(program, AGG_MODULE)
        canvases = {"knowing": KnowingCanvas, FLOOR: FigureCanvas}
        actions = {name: drawing.on(canvas).save for name, canvas in canvases.items()}
        times = in_turns(actions, budget_ms=1500, least=5, most=40)
        ratios.append(times.ratio("knowing", FLOOR))
    return {FLOOR: geometric_mean(ratios)}
