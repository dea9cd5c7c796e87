"""Peak memory of a save, above what the figure itself takes.

`Memory` starts one helper process and asks it figure by figure. The helper makes the figure and
saves it with the backend that draws nothing, so that whatever Matplotlib keeps is there. Then it
forks for each backend, and the fork measures: it saves once more with the backend that draws nothing, since
a fork does not know the pages of libraries that its parent had; loads the backend's code and starts its threads
by saving a small figure; lets go of the canvas that drew nothing, gives free memory back, has all pages of libraries,
resets the kernel's high-water mark of its resident memory, saves, and reads the mark. Pages shared with the helper
count as they would in a process of its own; what differs is what the save has added. Code is not among it: which pages
of it a figure is the first to need says nothing about the figure, and processes share them.
"""

import ctypes
import gc
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

STATUS = Path("/proc/self/status")
RESET = Path("/proc/self/clear_refs")
MAPS = Path("/proc/self/maps")
MADV_POPULATE_READ = 22  # Linux 5.14; older ones refuse, which is as good as not having asked


def supported() -> bool:
    """Whether this system tells a process its peak: Linux does."""
    return STATUS.exists() and RESET.exists()


class Memory:
    """The helper process; a context manager that ends it."""

    def __init__(self, backends: Iterable[str]) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # no threads before a fork
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, *backends],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def peaks(self, set_name: str, figure: str) -> dict[str, float]:
        """Peak in MB (1e6 bytes) by backend; empty if it could not be measured."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(json.dumps([set_name, figure]), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            return {}
        answer: dict[str, float] = json.loads(self._process.stdout.readline() or "{}")
        return answer

    def __enter__(self) -> "Memory":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()


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


def in_fork(action: Callable[[], Any]) -> Any:
    """What an action gives in a fork of this process, by way of JSON; None if it fails there."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(write, json.dumps(action()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with open(read, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(answer) if status == 0 else None


def serve(backends: list[str]) -> None:
    """Measure what standard input asks for, line by line."""
    from .backends import FLOOR, canvas_class
    from .catalogue import SETS
    from .figures import AGG, draw
    from .rows import action

    canvases = {backend: canvas_class(backend) for backend in backends}
    sets = {name: make() for name, make in SETS.items()}
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        set_name, name = json.loads(line)
        figure = draw(sets[set_name][name], AGG)
        action(name, figure.on(canvases[FLOOR]))()
        peaks = {}
        for backend, canvas in canvases.items():

            def measured(canvas: Any = canvas, figure: Any = figure, name: str = name) -> float:
                action(name, figure.on(canvases[FLOOR]))()
                _save_small_figure(canvas)
                drawing = figure.on(canvas)
                for artist, own_canvas in drawing.on_canvases():
                    artist.set_canvas(own_canvas)
                return peak_of(action(name, drawing))

            peak = in_fork(measured)
            if peak is not None:
                peaks[backend] = peak
        del figure
        print(json.dumps(peaks), file=answers, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1:])
