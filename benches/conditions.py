"""Saves that are not warm, or not alone with all cores: three more rows for each set.

- The *first save in a process*: importing the backend and saving. The process has imported pyplot
  and made the figure, and has nothing of a backend.
- *New strings at each save*: every text of the figure, tick labels too, is another one each time,
  so that nothing that was remembered of a text is of use. The glyphs are the same.
- *One core*: a process pinned to one, with ``DRYPOINT_THREADS=1``.

All are measured with a sample of the set (`catalogue.sample`). New strings have no floor; that of a
first save is the first of the backend that draws nothing, which has to measure the texts.
"""

import contextlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import unittest.mock
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from . import rows
from .backends import AGG, CAIRO, FLOOR, MODULES, OURS, available, canvas_class
from .catalogue import Program, sample
from .figures import AGG as AGG_MODULE
from .figures import Drawing, draw
from .heavy import ACTIONS
from .measure import geometric_mean, in_turns, timed

FIRST = "first save in a process"
NEW_STRINGS = "new strings at each save"
ONE_CORE = "everything on one core"
ROUNDS_OF_FIRST = 5


def measure(set_name: str, effort: dict[str, Any]) -> list[rows.Row]:
    """The three rows of a set: geometric means over the sample, "figures" says of how many."""
    return [
        mean(FIRST, first_saves(set_name)),
        mean(NEW_STRINGS, new_strings(sample(set_name), effort)),
        mean(ONE_CORE, _in_process("one-core", set_name, json.dumps(effort))),
    ]


def mean(name: str, measured: list[rows.Row]) -> rows.Row:
    """One row of the geometric means of several."""
    row: rows.Row = {"figure": name, "figures": len(measured)}
    for quantity in ("ms", "cpu_ms", "by_floor", "cpu_by_floor", "by_agg", "gain"):
        columns = {
            backend: rows.column(measured, quantity, backend)
            for backend in MODULES
            # A mean over some of the figures only cannot stand beside one over all of them.
            if len(rows.column(measured, quantity, backend)) == len(measured) > 0
        }
        row[quantity] = {backend: geometric_mean(values) for backend, values in columns.items()}
    return row


def _in_process(*arguments: str, quiet: bool = False) -> Any:
    """Have another process measure."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as in what it is measured beside
    if arguments[0] == "one-core":
        environment["DRYPOINT_THREADS"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", __name__, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        text=True,
        check=True,
        env=environment,
    )
    return json.loads(done.stdout)


# --- the first save


def first_saves(set_name: str) -> list[rows.Row]:
    """Import a backend and save a figure, each time in a process of its own."""
    measured = []
    for name in sample(set_name):
        if name in ACTIONS:
            continue
        times: dict[str, list[tuple[float, float]]] = {}
        for round in range(ROUNDS_OF_FIRST):
            drawers = list(MODULES)
            for backend in drawers[round:] + drawers[:round]:
                # Without mplcairo its processes fail.
                with contextlib.suppress(subprocess.CalledProcessError):
                    result = _in_process("first", set_name, name, backend, quiet=backend == CAIRO)
                    times.setdefault(backend, []).append(result)
        measured.append(_unpaired(name, times))
    return measured


def first_save(program: Program, backend: str) -> tuple[float, float]:
    """What importing a backend and saving takes, in ms of time and of processor time.

    The figure is there before, and pyplot, but no other renderer.
    """
    plt.switch_backend("template")  # imports none
    # A script's own save would be the first one, and Agg's.
    with unittest.mock.patch.object(Figure, "savefig"):
        drawing = draw(program, "template")
    return timed(lambda: drawing.on(canvas_class(backend)).save())


def _unpaired(name: str, times: dict[str, list[tuple[float, float]]]) -> rows.Row:
    """A row of (wall, cpu) times; the least, since what disturbs a process only adds to it."""
    ms = {backend: min(wall for wall, _ in pairs) for backend, pairs in times.items()}
    return {
        "figure": name,
        "ms": ms,
        "cpu_ms": {b: statistics.median(cpu for _, cpu in pairs) for b, pairs in times.items()},
        "by_floor": {backend: time / ms[FLOOR] for backend, time in ms.items()},
        "by_agg": {backend: time / ms[AGG] for backend, time in ms.items()},
        "gain": {backend: time / ms[OURS] for backend, time in ms.items() if backend != OURS},
    }


# --- new strings


def renewed(figure: Figure, suffixes: Iterator[str]) -> Callable[[], None]:
    """Make a function that gives every text of a figure another string at each call.

    Texts that somebody set get a suffix, tick labels get one from their formatters.
    """
    suffix = ""
    texts = [(text, text.get_text()) for text in figure.findobj(Text) if text.get_text().strip()]
    for axes in figure.axes:
        for axis in axes._axis_map.values():  # type: ignore[attr-defined] # x, y, perhaps z
            formatter = axis.get_major_formatter()

            def labels(values: Any, given: Any = formatter.format_ticks) -> list[str]:
                return [text + suffix if text else text for text in given(values)]

            formatter.format_ticks = labels

    def renew() -> None:
        nonlocal suffix
        suffix = next(suffixes)
        for text, string in texts:
            text.set_text(string + suffix)

    return renew


def new_strings(figures: dict[str, Program], effort: dict[str, Any]) -> list[rows.Row]:
    """Save figures in turns whose strings nobody has seen before."""
    measured = []
    canvases = {backend: canvas for backend, canvas in available().items() if backend != FLOOR}
    for name, program in figures.items():
        if name in ACTIONS:
            continue
        figure = draw(program, AGG_MODULE)
        suffixes = (f" {k:04d}" for k in itertools.count())
        renewals = [renewed(one, suffixes) for one in figure.figures]
        actions = {}
        for backend, canvas in canvases.items():
            if backend == CAIRO and not rows.can_draw(name, figure, canvas):
                continue

            drawing = figure.on(canvas)

            def save(drawing: Drawing = drawing, renewals: Any = renewals) -> None:
                for renew in renewals:
                    renew()
                drawing.save()

            actions[backend] = save
        times = in_turns(actions, **effort)
        measured.append(
            {
                "figure": name,
                "ms": {backend: times.median(backend) for backend in actions},
                "cpu_ms": {backend: times.median_cpu(backend) for backend in actions},
                "by_agg": {backend: times.ratio(backend, AGG) for backend in actions},
                "gain": {b: times.ratio(b, OURS) for b in actions if b != OURS},
            }
        )
    return measured


# --- one core


def on_one_core(figures: dict[str, Program], effort: dict[str, Any]) -> list[rows.Row]:
    """Pin this process to one core and measure as usual."""
    os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])
    canvases = available()
    return [rows.measure(name, program, canvases, **effort) for name, program in figures.items()]


def main() -> None:
    """Measure in this process; what was found to standard output as JSON."""
    what, set_name, *rest = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr
    measured: Any
    if what == "first":
        name, backend = rest
        measured = first_save(sample(set_name)[name], backend)
    else:
        measured = on_one_core(sample(set_name), json.loads(rest[0]))
    print(json.dumps(measured), file=answers)


if __name__ == "__main__":
    main()
