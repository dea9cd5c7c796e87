"""What the numbers depend on besides the figures: machine, versions, commit, other work."""

import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

# A load average above this says that somebody else is working here.
BUSY = 0.5


def processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", info.read_text(), re.M) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def commit() -> str:
    """The commit that is checked out, with a plus sign if something has been changed since."""
    command = ["git", "describe", "--always", "--abbrev=10", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def version(package: str) -> str | None:
    """The version of an installed package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def describe() -> dict[str, object]:
    """Everything, by name; what is not installed is left out."""
    about: dict[str, object] = {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "commit": commit(),
        "load": round(os.getloadavg()[0], 2),
    }
    packages = {name: version(name) for name in ("matplotlib", "numpy", "pillow", "mplcairo")}
    return about | {name: found for name, found in packages.items() if found is not None}
