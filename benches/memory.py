"""Peak memory of a save, above what the figure itself takes.

Each figure has a process of its own, since what others have left in the heap would be there to be used again, by one
backend more than by the other; it has several, since each has another heap. It makes the figure and saves it with the
backend that draws nothing, so that whatever Matplotlib keeps is there. Then it forks for each backend, and the fork
measures: it saves once more with the backend that draws nothing, since a fork does not know the pages of libraries
that its parent had; loads the backend's code and starts its threads by saving a small figure; lets go of the canvas
that drew nothing, gives free memory back, has all pages of libraries, resets the kernel's high-water mark of its
resident memory, saves, and reads the mark. The system gives no huge pages then: numpy asks for them where its arrays
are, and they stay allowed there after them, so that the next byte written may count for 2 MB or for 4 kB, as
addresses happen to be chosen. Pages shared with the parent count as they would in a process of its own; what differs
is what the save has added. Code is not among it: which pages of it a figure is the first to need says nothing about
the figure, and processes share them.
"""

import ctypes
import gc
import io
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
RESET = Path("/proc/self/clear_refs")
MAPS = Path("/proc/self/maps")
# Peaks differ from process to process, by as much as a tenth for one backend while another's stays: what is free in
# a heap, and where, decides what of it is used again.
PROCESSES = 5
PR_SET_THP_DISABLE = 41
MADV_POPULATE_READ = 22  # Linux 5.14; older ones refuse, which is as good as not having asked


def supported() -> bool:
    """Whether this system tells a process its peak: Linux does."""
    return STATUS.exists() and RESET.exists()


def peaks(
    backends: Collection[str], set_name: str, figure: str, processes: int = PROCESSES
) -> dict[str, float]:
    """Peak in MB (1e6 bytes) by backend, the median of so many processes; empty if it could not be measured."""
    command = [sys.executable, "-m", __name__, set_name, figure, *backends]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # no threads before a fork

    def one(_: int) -> dict[str, float]:
        found = subprocess.run(command, capture_output=True, text=True, env=environment)
        answer: dict[str, float] = json.loads(found.stdout or "{}")
        return answer

    # Some at once: it is not their time that is measured.
    with ThreadPoolExecutor(min(processes, os.cpu_count() or 1)) as threads:
        answers = list(threads.map(one, range(processes)))
    found = {
        backend: [answer[backend] for answer in answers if backend in answer]
        for backend in backends
    }
    return {backend: statistics.median(each) for backend, each in found.items() if each}


def resident_mb(line: str) -> float:
    """A line of the process's status, such as VmRSS or VmHWM, in MB."""
    found = re.search(rf"^{line}:\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def touch_libraries() -> None:
    """Have all pages of what libraries only read and run in resident memory."""
    advise = ctypes.CDLL(None).madvise
    for line in MAPS.read_text().splitlines():
        # Addresses, permissions, offset, device, inode, and the path of a file.
        addresses, permissions, *_, path = line.split(maxsplit=5)
        if ".so" in path and "w" not in permissions and "r" in permissions:
            start, end = (int(address, 16) for address in addresses.split("-"))
            advise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_POPULATE_READ)


def peak_of(action: Callable[[], object]) -> float:
    """Call an action; the peak of resident memory above what it was before, in MB."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    touch_libraries()
    RESET.write_text("5")
    before = resident_mb("VmRSS")
    action()
    return max(resident_mb("VmHWM") - before, 0.0)


def _save_small_figure(canvas_class: Any) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1, 1))
    # Letters that are joined or kerned are laid out by Matplotlib's library, whichever backend draws them: its code is
    # in memory before, and counts for none.
    figure.add_subplot().set_title("affine AV")
    canvas_class(figure)
    figure.savefig(io.BytesIO(), format="png")


class Fork:
    """A fork of this process that does something; its answer comes by way of JSON."""

    def __init__(self, action: Callable[[], Any]) -> None:
        self._read, write = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            code = 1
            try:
                os.write(write, json.dumps(action()).encode())
                code = 0
            finally:
                os._exit(code)
        os.close(write)

    def answer(self) -> Any:
        """What the action has given; None if it failed."""
        with open(self._read, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(self._child, 0)
        return json.loads(answer) if status == 0 else None


def measure(set_name: str, name: str, backends: list[str]) -> dict[str, float]:
    """Measure a figure in forks of this process: a peak for each backend that does not fail."""
    from .backends import FLOOR, canvas_class
    from .catalogue import SETS
    from .figures import AGG, draw
    from .rows import action

    ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)
    canvases = {backend: canvas_class(backend) for backend in backends}
    floor = canvas_class(FLOOR)
    figure = draw(SETS[set_name]()[name], AGG)
    action(name, figure.on(floor))()

    def measured(canvas: Any) -> float:
        action(name, figure.on(floor))()
        _save_small_figure(canvas)
        drawing = figure.on(canvas)
        for artist, own_canvas in drawing.on_canvases():
            artist.set_canvas(own_canvas)
        return peak_of(action(name, drawing))

    # All backends at once: it is not their time that is measured.
    forks = {backend: Fork(partial(measured, canvas)) for backend, canvas in canvases.items()}
    found = {backend: fork.answer() for backend, fork in forks.items()}
    return {backend: peak for backend, peak in found.items() if peak is not None}


if __name__ == "__main__":
    own_output, sys.stdout = sys.stdout, sys.stderr
    print(
        json.dumps(measure(sys.argv[1], sys.argv[2], sys.argv[3:])),
        file=own_output,
    )
