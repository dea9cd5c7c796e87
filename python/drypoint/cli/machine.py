"""The machine and what is installed on it, as far as pictures and times depend on it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path

__all__ = ["cores", "processor", "versions"]


def processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", info.read_text(), re.M) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that matter, of those that are installed."""
    found = {"python": platform.python_version()}
    for package in ("drypoint", "matplotlib", "numpy", "pillow"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
