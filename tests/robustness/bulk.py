"""Compare with Agg in large numbers, by hand.

    python -m tests.robustness.bulk path 20000            # this operation, seeds 0 to 19999
    python -m tests.robustness.bulk all 20000 --start 7   # each operation
    python -m tests.robustness.bulk mixed --seed 4711     # one drawing, in full

Drawings are made in a process of their own: when Agg (or we) crash or hang there, the seed is told
and the next one follows. Exit status: 1 if a drawing differs or drypoint does not survive it.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import sys
import time
from multiprocessing.sharedctypes import Synchronized

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg

from drypoint.adapter.renderer import Renderer
from tests.robustness.choices import Seeded
from tests.robustness.drawings import OPERATIONS, drawing

#: What makes a seed's numbers differ between operations.
NUMBERS = {name: index for index, name in enumerate([*OPERATIONS, "mixed"])}
#: Seconds without progress after which a process counts as hanging.
PATIENCE_S = 10


def difference(
    operation: str, seed: int, drawing_ours: Synchronized[int] | None = None
) -> str | None:
    """How our picture of a random drawing differs from Agg's; None if it does not."""
    made = drawing(Seeded([NUMBERS[operation], seed]), operation)
    outcomes = []
    for is_ours, renderer_class in enumerate((RendererAgg, Renderer)):
        if drawing_ours is not None:
            drawing_ours.value = is_ours
        try:
            outcomes.append(made.pixels(renderer_class))
        except Exception as error:  # compared below
            outcomes.append(error)
    agg, ours = outcomes
    if isinstance(agg, Exception) or isinstance(ours, Exception):
        names = [repr(o) if isinstance(o, Exception) else "drew" for o in outcomes]
        return None if type(agg) is type(ours) else f"Agg: {names[0]}, drypoint: {names[1]}"
    where = np.nonzero((agg != ours).any(-1))
    if not len(where[0]):
        return None
    most = np.abs(agg.astype(int) - ours).max()
    rows, columns = (f"{axis.min()}-{axis.max()}" for axis in where)
    return f"{len(where[0])} px by up to {most}, rows {rows}, columns {columns}"


def work(
    operation: str,
    now: Synchronized[int],
    last: int,
    drawing_ours: Synchronized[int],
    differing: Synchronized[int],
) -> None:
    """Compare from seed `now` on."""
    logging.disable()
    while now.value < last:
        found = difference(operation, now.value, drawing_ours)
        if found:
            print(f"{operation} {now.value}: {found}", flush=True)
            differing.value += 1
        now.value += 1


def run(operation: str, first: int, count: int) -> int:
    """Compare `count` drawings; how many differ or are the end of the process that draws them with drypoint."""
    spawn = multiprocessing.get_context("spawn")
    now = spawn.Value("q", first)
    drawing_ours = spawn.Value("i", 0)
    differing = spawn.Value("q", 0)
    last = first + count
    lost = {"Agg": 0, "drypoint": 0}
    while now.value < last:
        process = spawn.Process(target=work, args=(operation, now, last, drawing_ours, differing))
        process.start()
        seen, since = now.value, time.monotonic()
        while process.is_alive():
            process.join(1)
            if now.value != seen:
                seen, since = now.value, time.monotonic()
            elif time.monotonic() - since > PATIENCE_S:
                process.kill()
                process.join()
        if now.value < last:
            name = "drypoint" if drawing_ours.value else "Agg"
            print(f"{operation} {now.value}: {name} ended with {process.exitcode}", flush=True)
            now.value += 1
            lost[name] += 1
    print(
        f"{operation}: {count} drawings compared from seed {first}, {differing.value} differ, "
        f"{sum(lost.values())} not survived"
    )
    return int(differing.value) + lost["drypoint"]


def main() -> int:
    """Do what the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(
        "python -m tests.robustness.bulk", description=__doc__.split("\n")[0]
    )
    parser.add_argument("operation", choices=[*NUMBERS, "all"])
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    if arguments.seed is not None:
        np.set_printoptions(threshold=sys.maxsize, precision=17)
        operation = arguments.operation
        print(drawing(Seeded([NUMBERS[operation], arguments.seed]), operation))
        found = difference(operation, arguments.seed)
        print(found)
        return int(found is not None)
    operations = NUMBERS if arguments.operation == "all" else [arguments.operation]
    failures = [run(operation, arguments.start, arguments.count) for operation in operations]
    return int(any(failures))


if __name__ == "__main__":
    sys.exit(main())
