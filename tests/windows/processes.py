"""Programs in processes of their own, in an environment where nothing says which backend to take."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: What says where a window can be, and what Matplotlib and Qt are told.
_SAYS = ("QT_", "DISPLAY", "WAYLAND", "MPLBACKEND", "MATPLOTLIBRC", "DRYPOINT_")


def run_program(
    arguments: list[str], folder: Path, **environment: str | None
) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder; a warning for users is an error.

    Parameters
    ----------
    arguments : list of str
        Of Python.
    folder : Path
        Also for temporary files.
    **environment : str or None
        What is set; None has nothing set.
    """
    base = {name: value for name, value in os.environ.items() if not name.startswith(_SAYS)}
    base.pop("VIRTUAL_ENV", None)  # IPython warns of one that is not that of its Python
    given = {"TMPDIR": str(folder), **environment}
    return subprocess.run(
        [sys.executable, "-W", "error::UserWarning", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
        env={**base, **{name: value for name, value in given.items() if value is not None}},
    )


def run_code(code: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout, where windows are on the one display that the environment names."""
    dropped = ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND")
    base = {name: value for name, value in os.environ.items() if name not in dropped}
    return subprocess.run(
        [sys.executable, *code],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={**base, "PYTHONWARNINGS": "error::UserWarning", **environment},
    )
