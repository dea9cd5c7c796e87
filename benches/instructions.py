"""Instructions of a save, counted by valgrind's callgrind: `make bench-instructions`.

Times need a quiet machine; these numbers come out the same, to a few in ten thousand, on a busy
one. A process runs under callgrind with counting off, warms each figure up, and counts one save
with each backend. It tells callgrind so through a few lines of C, compiled here, since callgrind
listens to special instructions.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from ctypes import CDLL
from pathlib import Path

from .backends import AGG, FLOOR, OURS

FIGURES = ("lines", "scatter", "hatches", "mathtext", "pie")

CLIENT = """
#include <valgrind/callgrind.h>
void count(void) { CALLGRIND_START_INSTRUMENTATION; CALLGRIND_ZERO_STATS; }
void done(const char *name) { CALLGRIND_DUMP_STATS_AT(name); CALLGRIND_STOP_INSTRUMENTATION; }
"""


def missing() -> str | None:
    """What is not there that counting needs, as a sentence."""
    for program, advice in (("valgrind", "valgrind"), ("cc", "gcc")):
        if shutil.which(program) is None:
            return f"Counting instructions needs {program} (Debian, Ubuntu: apt install {advice})."
    return None


def parse(text: str) -> tuple[str, int] | None:
    """Name and number of instructions of one of callgrind's dumps; None for its last one."""
    name = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.MULTILINE)
    total = re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)
    return (name[1], int(total[1])) if name and total else None


def count(figures: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Instructions of a save by figure and backend."""
    counted: dict[str, dict[str, int]] = {figure: {} for figure in figures}
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "client.c"), Path(folder, "client.so")
        source.write_text(CLIENT)
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
        command = [
            "valgrind",
            "--tool=callgrind",
            "--instr-atstart=no",
            f"--callgrind-out-file={folder}/out",
            "--quiet",
            *(sys.executable, "-m", __name__, str(library), *figures),
        ]
        environment = {**os.environ, "DRYPOINT_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment |= {"PYTHONHASHSEED": "0"}
        subprocess.run(command, check=True, env=environment)
        for dump in sorted(Path(folder).glob("out*")):
            found = parse(dump.read_text(encoding="utf-8"))
            if found is not None:
                figure, backend = found[0].split()
                counted[figure][backend] = found[1]
    return counted


def line(figure: str, counts: dict[str, int]) -> str:
    """A row: millions of instructions, and ratios to the floor."""
    floor, ours, agg = (counts[backend] for backend in (FLOOR, OURS, AGG))
    millions = "".join(f"{number / 1e6:10.2f}" for number in (floor, ours, agg))
    return f"{figure:16}{millions}{ours / floor:10.3f}{agg / floor:10.3f}"


def main(figures: tuple[str, ...] = FIGURES) -> int:
    """Count and print; 1 if something is missing."""
    sentence = missing()
    if sentence is not None:
        print(sentence, file=sys.stderr)
        return 1
    titles = ("floor", "ours", "Agg", "ours÷fl.", "Agg÷fl.")
    print(f"{'M instructions':16}" + "".join(f"{title:>10}" for title in titles), flush=True)
    for figure, counts in count(figures).items():
        print(line(figure, counts))
    return 0


def serve(library: str, figures: list[str]) -> None:
    """Save under callgrind, which counts between the two calls into the library."""
    from .backends import canvas_class
    from .catalogue import examples
    from .figures import AGG as AGG_MODULE
    from .figures import draw

    client = CDLL(library)

    def counted(name: str, action: Callable[[], object]) -> None:
        client.count()
        action()
        client.done(name.encode())

    programs = examples()
    for name in figures:
        figure = draw(programs[name], AGG_MODULE)
        for backend in (FLOOR, OURS, AGG):
            drawing = figure.on(canvas_class(backend))
            drawing.save()
            drawing.save()
            counted(f"{name} {backend}", drawing.save)


if __name__ == "__main__":
    sys.stdout = io.StringIO()
    serve(sys.argv[1], sys.argv[2:])
