"""X servers without a screen, and Wayland compositors in them, for windows in tests."""

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


def missing_programs(*others: str) -> list[str]:
    return [name for name in ("Xvfb", "xdotool", *others) if shutil.which(name) is None]


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
def wayland_compositor(display: str) -> Iterator[dict[str, str]]:
    """Weston on a whole X server, whose mouse and keyboard are its own.

    Gives the environment of programs that are to open windows there; ``SCREEN`` is the X server.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "weston.ini").write_text(
            "[shell]\npanel-position=none\nstartup-animation=none\n"
        )
        command = ["weston", "--backend=x11-backend.so", "--use-pixman", "--idle-time=0"]
        command += [f"--config={folder}/weston.ini", "--socket=drypoint"]
        command += [f"--width={SIZE[0]}", f"--height={SIZE[1]}"]
        environment = {"XDG_RUNTIME_DIR": folder}
        compositor = subprocess.Popen(
            command,
            env={**os.environ, **environment, "DISPLAY": display},
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
            yield {**environment, **software, "WAYLAND_DISPLAY": "drypoint", "SCREEN": display}
        finally:
            compositor.terminate()
            compositor.wait(10)
