"""What the tests of saving ask of folders, rights and children."""

import contextlib
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import drypoint

NEW = b"new contents" * 1000
posix = pytest.mark.skipif(os.name != "posix", reason="about POSIX file systems")
linux = pytest.mark.skipif(sys.platform != "linux", reason="about Linux")


def only(folder: Path, *names: str) -> bool:
    """Whether nothing else is in the folder, hidden files included."""
    return sorted(os.listdir(folder)) == sorted(names)


@contextlib.contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def in_child(code: str, *arguments: object, user: int | None = None) -> str:
    """What a script prints that has `write`, `os` and `errno` and runs as another user if asked.

    Privileges are dropped after the imports, since the user might not be able to read them.
    """
    drop = f"os.setgroups([]); os.setgid({user}); os.setuid({user})" if user else ""
    head = (
        "import errno, os, resource, sys\nfrom drypoint.adapter.saving import write\n"
        f"import drypoint\ndrypoint.options.atomic_saves = {drypoint.options.atomic_saves}\n"
        f"{drop}\n"
    )
    command = [sys.executable, "-c", head + textwrap.dedent(code), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="only root can become somebody who may not write",
)
NOBODY = 65534
