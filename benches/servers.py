"""A server's day in a minute: threads and processes that draw different figures at once.

    python -m benches.servers [--seconds 60] [--set ordinary|heavy|both]

Eight threads, then a pool of as many processes as there are cores, each drawing figures of its own, first with the
null backend (the floor), then with Matplotlib's Agg, then with drypoint, in turns. Prints pictures per second with
their ratios, what memory of the process grew by in the second half, in bytes per picture, and how many pictures were
not the same, pixel by pixel, as the one drawn alone by Agg.
"""

import argparse
import io
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import PIL.Image
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

from .backends import AGG, FLOOR, OURS, canvas_class
from .leaks import resident_bytes

THREADS = 8
BACKENDS = (FLOOR, AGG, OURS)


def ordinary(seed: int) -> Figure:
    """A figure as servers draw it: lines, a legend, bars, text."""
    figure = Figure(figsize=(6, 4))
    left, right = figure.subplots(1, 2)
    x = np.linspace(0, 10, 200)
    for phase in range(3):
        left.plot(x, np.sin(x * (1 + seed / 5) + phase), label=f"line {phase}")
    left.legend(loc="upper right")
    left.set(title=f"figure {seed}", xlabel="time (s)", ylabel="amplitude")
    right.bar(range(6), np.arange(6) % (seed + 2) + 1, color=f"C{seed % 10}")
    return figure


def heavy(seed: int) -> Figure:
    """A figure with much to draw: long lines and many marks."""
    figure = Figure(figsize=(6, 4))
    left, right = figure.subplots(1, 2)
    random = np.random.default_rng(seed)
    left.plot(random.normal(size=100_000).cumsum(), lw=0.8)
    right.scatter(*random.normal(size=(2, 20_000)), s=random.uniform(2, 40, 20_000), alpha=0.5)
    return figure


FIGURES: dict[str, Callable[[int], Figure]] = {"ordinary": ordinary, "heavy": heavy}


def picture(figure: Figure, canvas: FigureCanvasBase) -> bytes:
    """Save a figure through a canvas."""
    figure.set_canvas(canvas)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def pixels(file: bytes) -> bytes:
    """What is in a PNG file."""
    return PIL.Image.open(io.BytesIO(file)).tobytes()


def run(make: Callable[[int], Figure], backend: str, seed: int, seconds: float) -> tuple[int, int]:
    """Draw one figure over and over; how many pictures, and how many were wrong."""
    figure, reference = make(seed), make(seed)
    right = pixels(picture(reference, canvas_class(AGG)(reference)))
    canvas = canvas_class(backend)(figure)
    count = wrong = 0
    looked_at, is_wrong = b"", False
    picture(figure, canvas)  # As everywhere, a first one that is not counted.
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        file = picture(figure, canvas)
        count += 1
        # The same bytes are the same pixels: looking must not be what is measured.
        if backend != FLOOR and file != looked_at:
            looked_at, is_wrong = file, pixels(file) != right
        wrong += is_wrong
    return count, wrong


def by_threads(name: str, backend: str, seconds: float) -> tuple[float, int, float]:
    """Pictures per second of eight threads, wrong ones, growth in bytes per picture in the second half."""
    results: list[tuple[int, int]] = []
    memory: list[int] = []

    def work(seed: int) -> None:
        results.append(run(FIGURES[name], backend, seed, seconds))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(seconds / 2 * 0.95)
        memory.append(resident_bytes())
    for thread in threads:
        thread.join()
    count = sum(done for done, _ in results)
    wrong = sum(bad for _, bad in results)
    return count / seconds, wrong, (memory[1] - memory[0]) / max(count / 2, 1)


def _in_process(name: str, backend: str, seed: int, seconds: float) -> tuple[int, int]:
    return run(FIGURES[name], backend, seed, seconds)


def by_processes(name: str, backend: str, seconds: float) -> tuple[float, int]:
    """Pictures per second of a pool of processes, and wrong ones."""
    count = os.cpu_count() or 1
    environment = os.environ.copy()
    os.environ["DRYPOINT_THREADS"] = "1"  # as docs/servers.md has it
    try:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(count, mp_context=context) as pool:
            jobs = [pool.submit(_in_process, name, backend, seed, seconds) for seed in range(count)]
            results = [job.result() for job in jobs]
    finally:
        os.environ.clear()
        os.environ.update(environment)
    return sum(done for done, _ in results) / seconds, sum(bad for _, bad in results)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "python -m benches.servers", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seconds", type=float, default=60, help="for each row (%(default)s)")
    parser.add_argument("--set", choices=[*FIGURES, "both"], default="both")
    options = parser.parse_args()
    names = list(FIGURES) if options.set == "both" else [options.set]
    print(f"{'':34} {'PNG/s':>8} {'/ floor':>8} {'/ Agg':>8} {'wrong':>6} {'growth, B':>10}")
    for name in names:
        for way in (f"{THREADS} threads", "processes"):
            rates: dict[str, float] = {}
            for backend in BACKENDS:
                growth = ""
                if way == "processes":
                    rates[backend], wrong = by_processes(name, backend, options.seconds)
                else:
                    rates[backend], wrong, bytes_each = by_threads(name, backend, options.seconds)
                    growth = f"{bytes_each:.0f}"
                ratios = [
                    f"{rates[backend] / rates[other]:.2f}" if other in rates else ""
                    for other in (FLOOR, AGG)
                ]
                print(
                    f"{name + ', ' + way + ', ' + backend:34} {rates[backend]:8.1f} "
                    f"{ratios[0]:>8} {ratios[1]:>8} {wrong:6} {growth:>10}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
