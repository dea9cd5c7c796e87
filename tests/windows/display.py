"""An X server without a screen, for windows in tests."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

#: Of the screen, px. As wide as it is, 96 pixels an inch make a whole number of mm, of which toolkits make the ratio.
SIZE = (960, 900)


def missing_programs() -> list[str]:
    return [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]


@contextmanager
def x_server(dpi: int = 96) -> Iterator[str]:
    """A server of one's own, on a number that is free; gives the value of ``DISPLAY``."""
    read, write = os.pipe()
    width, height = SIZE
    command = [
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        f"{width}x{height}x24",
        "-dpi",
        str(dpi),
    ]
    # -noreset: otherwise it starts anew, and answers nobody meanwhile, when a window's program ends.
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp", "-noreset"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)
