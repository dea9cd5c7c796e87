"""Whether this machine has what `text.usetex` needs."""

from __future__ import annotations

import shutil
import subprocess

import pytest

__all__ = ["needs_usetex"]


def _lacks() -> str | None:
    """What is missing."""
    for program in ("latex", "dvipng", "kpsewhich"):
        if shutil.which(program) is None:
            return f"there is no {program}"
    for package in ("type1cm.sty", "type1ec.sty", "underscore.sty"):
        if subprocess.run(["kpsewhich", package], capture_output=True, check=False).returncode:
            return f"LaTeX has no {package}"
    return None


needs_usetex = pytest.mark.skipif(bool(_lacks()), reason=_lacks() or "")
