"""One figure drawn by every backend: its row of the table."""

import statistics
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import matplotlib as mpl
from matplotlib.backend_bases import FigureCanvasBase

from .backends import AGG, CAIRO, FLOOR, OURS, TYPE_42, TYPE_42_SETTINGS
from .catalogue import HEAVY_DOCUMENTS, Program
from .figures import AGG as AGG_MODULE
from .figures import Drawing, draw
from .heavy import ACTIONS
from .measure import geometric_mean, in_turns

# Heavy figures of which Matplotlib writes much and no font matters: their size is that of the usual file.
ONE_SIZE = HEAVY_DOCUMENTS

# What is left above the floor cannot be told from noise below this part of it.
NOISE = 0.02

Row = dict[str, Any]
Canvases = Mapping[str, type[FigureCanvasBase]]


def action(
    name: str, drawing: Drawing, format: str = "png", sizes: dict[str, int] | None = None
) -> Callable[[], None]:
    """What is timed of a figure: a save, or what else `heavy.ACTIONS` does with it.

    Given `sizes`, the sizes in bytes of what was saved are noted there under the format.
    """

    def save() -> None:
        files = drawing.save(format)
        if sizes is not None:
            sizes[format] = sum(map(len, files))

    def act() -> None:
        with mpl.rc_context(drawing.settings):
            for figure, canvas in drawing.on_canvases():
                figure.set_canvas(canvas)
                ACTIONS[name](canvas)

    return act if name in ACTIONS else save


def measure(
    name: str, program: Program, canvases: Canvases, format: str = "png", **effort: Any
) -> Row:
    """Make a figure once, draw it with all backends in turns, and sum the times up.

    Parameters
    ----------
    name : str
        The figure's.
    program : callable
        Makes the figure with pyplot.
    canvases : dict of str to type
        Canvas of each backend.
    format : str
        What the figure is saved as.
    **effort
        How long to measure: keywords of `measure.in_turns`.

    Returns
    -------
    dict
        By the name of what was measured, most of them dicts by backend: "ms", "cpu_ms", "raw_ms"
        and "encode_ms" (an rgba save, and what a PNG save takes more), "by_floor", "cpu_by_floor",
        "by_agg", "bytes" (also of `TYPE_42`); and "gain" and "gain_above_floor", how many times sooner drypoint is
        than the others, and the same with the floor taken away on both sides.
    """
    figure = draw(program, AGG_MODULE)
    sizes: dict[str, dict[str, int]] = {backend: {} for backend in canvases}
    actions = {}
    if CAIRO in canvases and not can_draw(name, figure, canvases[CAIRO], format):
        canvases = {backend: canvases[backend] for backend in canvases if backend != CAIRO}
    for backend, canvas in canvases.items():
        drawing = figure.on(canvas)
        actions[backend] = action(name, drawing, format, sizes[backend])
        if format == "png" and backend != FLOOR and name not in ACTIONS:
            actions[f"{backend} raw"] = action(name, drawing, "rgba")
    raw = [name for name in actions if name.endswith(" raw")]
    times = in_turns(actions, seldom=raw, sure_of=(OURS, FLOOR), **effort)
    drawers = [backend for backend in canvases if backend != FLOOR]
    stages = [backend for backend in drawers if f"{backend} raw" in actions]
    row: Row = {
        "figure": name,
        "rounds": times.rounds,
        "ms": {backend: times.median(backend) for backend in canvases},
        "cpu_ms": {backend: times.median_cpu(backend) for backend in canvases},
        "raw_ms": {backend: times.median(f"{backend} raw") for backend in stages},
        "encode_ms": {backend: times.difference(backend, f"{backend} raw") for backend in stages},
        "by_floor": {backend: times.ratio(backend, FLOOR) for backend in drawers},
        "cpu_by_floor": {backend: times.cpu_ratio(backend, FLOOR) for backend in drawers},
        "by_agg": {backend: times.ratio(backend, AGG) for backend in drawers},
        "gain": {b: times.ratio(b, OURS) for b in (AGG, CAIRO) if b in canvases},
        "bytes": {b: sizes[b][format] for b in drawers if sizes[b].get(format)},
        "error": times.error(OURS, FLOOR),
        "floor_wall_by_cpu": times.median(FLOOR) / max(times.median_cpu(FLOOR), 1e-3),
    }
    if format in TYPE_42_SETTINGS and AGG in row["bytes"] and name not in ONE_SIZE:
        settings = {**figure.settings, **TYPE_42_SETTINGS[format]}
        drawing = replace(figure.on(canvases[AGG]), settings=settings)
        row["bytes"][TYPE_42] = sum(map(len, drawing.save(format)))
    row["gain_above_floor"] = {
        backend: above_floor(row["ms"][backend], row["ms"][OURS], row["ms"][FLOOR])
        for backend in row["gain"]
    }
    return row


def can_draw(
    name: str, figure: Drawing, canvas: type[FigureCanvasBase], format: str = "png"
) -> bool:
    """Whether a backend draws a figure at all: mplcairo fails on some with recent Matplotlib."""
    try:
        action(name, figure.on(canvas), format)()
    except Exception as error:
        print(f"{name}: {canvas.__module__}: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    return True


def above_floor(other_ms: float, ours_ms: float, floor_ms: float) -> float:
    """How many times more than ours the other needs above the floor."""
    least = NOISE * floor_ms
    return max(other_ms - floor_ms, least) / max(ours_ms - floor_ms, least)


def column(rows: Iterable[Row], quantity: str, backend: str) -> list[float]:
    """One number of every row that has it."""
    return [row[quantity][backend] for row in rows if backend in row.get(quantity, {})]


def summary(rows: list[Row]) -> dict[str, dict[str, dict[str, float]]]:
    """Geometric mean and 90th percentile of every ratio, and of bytes and memory against Agg."""
    shown: dict[str, dict[str, dict[str, float]]] = {"geometric mean": {}, "90th percentile": {}}
    for quantity in ("by_floor", "cpu_by_floor", "by_agg", "gain", "gain_above_floor"):
        for backend in (OURS, AGG, CAIRO):
            values = column(rows, quantity, backend)
            if values:
                shown["geometric mean"].setdefault(quantity, {})[backend] = geometric_mean(values)
                shown["90th percentile"].setdefault(quantity, {})[backend] = percentile(values, 90)
    for name, quantity, other in (
        ("bytes_by_agg", "bytes", AGG),
        ("bytes_by_type_42", "bytes", TYPE_42),
        ("peak_mb_by_agg", "peak_mb", AGG),
    ):
        for backend in (OURS, CAIRO, TYPE_42):
            values = [
                max(row[quantity][backend], 0.1) / max(row[quantity][other], 0.1)
                for row in rows
                if backend != other and {backend, other} <= row.get(quantity, {}).keys()
            ]
            if values:
                shown["geometric mean"].setdefault(name, {})[backend] = geometric_mean(values)
                shown["90th percentile"].setdefault(name, {})[backend] = percentile(values, 90)
    return shown


def percentile(values: list[float], percent: int) -> float:
    """A percentile, interpolated as NumPy does it by default."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
