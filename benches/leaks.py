"""Resident memory while figures are made, saved and closed over and over.

    python -m benches.leaks [--cycles 10000] [--titles one distinct]

Caches fill at first: of strings, formulas, glyphs, hatches. After that memory must stay where it
is. The last line says how much it has grown per cycle over the second half, by a straight line
through the measurements; a leak of one small object per save would show as some hundred.
"""

import argparse
import gc
import io
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

# Measurements in a run.
STEPS = 20


def resident_bytes() -> int:
    """Memory of this process that is in RAM."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10
    raise OSError("/proc/self/status has no VmRSS")


def cycle(title: str) -> None:
    """Make, save and close a figure with lines, marks, a hatch, an image, text and a legend."""
    figure, axs = plt.subplots(1, 2, figsize=(4, 2))
    axs[0].plot([1, 3, 2], "o--", label="$x^2$")
    axs[0].bar([0, 1], [1, 2], hatch="/")
    axs[0].legend()
    axs[0].set_title(title)
    axs[1].imshow(np.eye(4))
    figure.savefig(io.BytesIO())
    plt.close(figure)


def measure(name: str, cycles: int) -> float:
    """Run the cycles and print memory on the way; the growth in bytes per cycle."""
    print(f"titles: {name}")
    done, memory = [], []
    for step in range(STEPS):
        for index in range(cycles // STEPS):
            cycle("a title" if name == "one" else f"title {step}.{index}")
        gc.collect()
        done.append((step + 1) * (cycles // STEPS))
        memory.append(resident_bytes())
        print(f"{done[-1]:8} cycles {memory[-1] / 2**20:8.1f} MiB", flush=True)
    half = STEPS // 2
    growth = float(np.polyfit(done[half:], memory[half:], 1)[0])
    print(f"second half: {growth:.0f} bytes per cycle")
    return growth


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser("python -m benches.leaks", description=__doc__.split("\n")[0])
    parser.add_argument("--cycles", type=int, default=10_000, help="figures (default: %(default)s)")
    parser.add_argument("--titles", nargs="+", choices=["one", "distinct"])
    parser.add_argument("--backend", default="module://drypoint.backends.agg")
    arguments = parser.parse_args()
    if arguments.cycles < STEPS:
        parser.error(f"there must be at least {STEPS} cycles")
    mpl.use(arguments.backend)
    for name in arguments.titles or ["one", "distinct"]:
        measure(name, arguments.cycles)


if __name__ == "__main__":
    main()
