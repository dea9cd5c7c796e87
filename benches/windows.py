"""Frames per second in windows: dragging heavy figures in Qt, blitted animations in Qt and Tk.

    python -m benches.windows            # needs a display: Xvfb -noreset will do
    python -m benches.windows --seconds 10

Each figure with Matplotlib's own backend and with drypoint's, in turns and in processes of their own.
*Shown* are paintings of the window, *full* are draws of the whole figure. An Xvfb that resets itself after each
process (`xvfb-run` starts such a one) may refuse the next.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import Any

import numpy as np

BACKENDS = {
    "qt": ("qtagg", "module://drypoint.backends.qt"),
    "tk": ("tkagg", "module://drypoint.backends.tk"),
}

TASKS = [
    ("pan", "line", "qt"),
    ("pan", "scatter", "qt"),
    ("pan", "mesh", "qt"),
    ("blit", "line", "qt"),
    ("blit", "line", "tk"),
]


def plot(ax: Any, what: str) -> None:
    """Fill the axes with a heavy artist."""
    rng = np.random.default_rng(1)
    if what == "line":
        x = np.linspace(0, 10, 1_000_000)
        ax.plot(x, rng.standard_normal(x.size).cumsum() / 300, linewidth=1)
    elif what == "scatter":
        x, y, color, size = rng.random((4, 100_000))
        ax.scatter(10 * x, y, c=color, s=30 * size)
    else:
        x = np.linspace(0, 10, 501)
        ax.pcolormesh(x, x, rng.random((500, 500)))


def pan(plt: Any, what: str, seconds: float) -> dict[str, float]:
    """Drag the axes to and fro, 250 movements of the mouse a second if the window follows."""
    from matplotlib.backend_bases import MouseEvent

    figure, ax = plt.subplots(figsize=(8, 6))
    plot(ax, what)
    canvas = figure.canvas
    count = {"shown": 0, "full": 0}
    paint = type(canvas).paintEvent

    def counted(self: Any, event: Any) -> None:
        count["shown"] += 1
        paint(self, event)

    type(canvas).paintEvent = counted
    canvas.mpl_connect("draw_event", lambda event: count.update(full=count["full"] + 1))
    plt.show(block=False)
    plt.pause(0.5)
    canvas.draw()
    canvas.toolbar.pan()
    MouseEvent("button_press_event", canvas, 300, 300, 1)._process()
    count.update(shown=0, full=0)
    begin = time.perf_counter()
    moves = 0
    while (spent := time.perf_counter() - begin) < seconds:
        moves += 1
        x = 300 + abs(moves % 100 - 50)
        MouseEvent("motion_notify_event", canvas, x, 300, buttons={1})._process()
        canvas.start_event_loop(0.004)
    return {name: number / spent for name, number in count.items()}


def blit(plt: Any, what: str, seconds: float) -> dict[str, float]:
    """Move one line over a still figure."""
    figure, ax = plt.subplots(figsize=(8, 6))
    x = np.linspace(0, 10, 1000)
    (line,) = ax.plot(x, np.sin(x), animated=True)
    canvas = figure.canvas
    plt.show(block=False)
    plt.pause(0.5)
    background = canvas.copy_from_bbox(ax.bbox)
    begin = time.perf_counter()
    frames = 0
    while (spent := time.perf_counter() - begin) < seconds:
        frames += 1
        line.set_ydata(np.sin(x + frames / 20))
        canvas.restore_region(background)
        ax.draw_artist(line)
        canvas.blit(ax.bbox)
        canvas.flush_events()
    return {"shown": frames / spent}


def measure(task: str, what: str, backend: str, seconds: float) -> dict[str, float]:
    """Frames per second of a task in a process of its own."""
    command = [sys.executable, "-m", "benches.windows", "--one", task, what, backend]
    command += ["--seconds", str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Measure, and print a row for each task."""
    parser = argparse.ArgumentParser(
        "python -m benches.windows", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=3, metavar=("TASK", "WHAT", "BACKEND"))
    options = parser.parse_args()
    if options.one:
        import matplotlib as mpl
        import matplotlib.pyplot as plt

        task, what, backend = options.one
        mpl.use(backend)
        function = {"pan": pan, "blit": blit}[task]
        # PySide6 gives up a reference to None with every paint; Python before 3.12 ends when there are none left.
        ballast = [None] * 10_000_000
        print(json.dumps(function(plt, what, options.seconds)), flush=True)
        del ballast
        os._exit(0)
    for task, what, toolkit in TASKS:
        rounds = [
            [measure(task, what, name, options.seconds) for name in BACKENDS[toolkit]]
            for _ in range(options.rounds)
        ]
        for kind in rounds[0][0]:
            theirs = median(pair[0][kind] for pair in rounds)
            ours = median(pair[1][kind] for pair in rounds)
            ratio = median(pair[1][kind] / pair[0][kind] for pair in rounds)
            print(
                f"{toolkit} {task} {what:8} {kind:6} {theirs:8.1f}/s -> {ours:8.1f}/s  {ratio:5.1f}x"
            )


if __name__ == "__main__":
    main()
