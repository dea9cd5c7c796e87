"""X servers and Wayland compositors without a screen, for windows in tests."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


@contextmanager
def wayland_compositor() -> Iterator[dict[str, str]]:
    """Weston without a screen; gives the environment of programs that are to open windows there."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["weston", "--backend=headless-backend.so", "--no-config", "--idle-time=0"]
        command += ["--socket=drypoint", f"--width={SIZE[0]}", f"--height={SIZE[1]}"]
        environment = {"XDG_RUNTIME_DIR": folder}
        compositor = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + 30
            while not (Path(folder) / "drypoint").exists():
                assert compositor.poll() is None, "weston does not start"
                assert time.monotonic() < end, "weston does not answer"
                time.sleep(0.05)
            # Without a graphics card.
            software = {"LIBGL_ALWAYS_SOFTWARE": "1", "GSK_RENDERER": "cairo"}
            yield {**environment, **software, "WAYLAND_DISPLAY": "drypoint"}
        finally:
            compositor.terminate()
            compositor.wait(10)
