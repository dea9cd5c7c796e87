"""Make `drypoint.install()` permanent for an environment, and take that back.

Two files go into the environment's ``site-packages``: ``drypoint-hook.pth``, which Python reads
when it starts, and a small module that it names. Together they cost a few microseconds at the
start of each program and nothing else until Matplotlib is imported, which is when drypoint is.

``DRYPOINT_HOOK=0`` in the environment leaves them without effect for one run.
"""

from __future__ import annotations

import contextlib
import os
import site
import sysconfig
from pathlib import Path

__all__ = ["hook_files", "install_hook", "uninstall_hook"]

PTH_NAME = "drypoint-hook.pth"
MODULE_NAME = "_drypoint_hook"

# Python runs lines of a .pth file that begin with "import".
_PTH = f"import {MODULE_NAME}\n"

_MODULE = '''\
"""Draws with drypoint what Matplotlib's Agg would draw, in every program of this environment.

Written by `drypoint install-hook`; `drypoint uninstall-hook` removes it.
"""

import os
import sys


class _WaitForMatplotlib:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "matplotlib":
            return None
        try:
            sys.meta_path.remove(cls)
        except ValueError:  # another thread was faster
            return None
        if os.environ.get("DRYPOINT_HOOK", "").strip().lower() in ("0", "false", "no", "off"):
            return None
        try:
            from drypoint import takeover
        except ModuleNotFoundError as error:
            if error.name != "drypoint":  # if so, it was uninstalled without this file
                print(f"drypoint's hook: {error}", file=sys.stderr)
        except Exception as error:
            print(f"drypoint's hook: {error}", file=sys.stderr)
        else:
            takeover.install_or_warn()
        return None


sys.meta_path.insert(0, _WaitForMatplotlib)
'''


def _folders() -> list[Path]:
    """Where Python looks for .pth files, the environment's own first."""
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    folders += site.getsitepackages()
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    return [Path(folder) for folder in dict.fromkeys(folders)]


def hook_files() -> list[Path]:
    """The ``.pth`` files of the hook that act on this interpreter; empty if there is none."""
    return [folder / PTH_NAME for folder in _folders() if (folder / PTH_NAME).is_file()]


def install_hook(folder: str | os.PathLike[str] | None = None) -> Path:
    """Have every program of this environment draw with drypoint from its next start on.

    Parameters
    ----------
    folder : path-like, optional
        Where Python looks for ``.pth`` files; by default the environment's ``site-packages``, or
        the user's, if that cannot be written and the user has one.

    Returns
    -------
    Path
        The ``.pth`` file.

    Raises
    ------
    OSError
        If the files cannot be written.
    """
    if folder is None:
        chosen = Path(sysconfig.get_path("purelib"))
        if not os.access(chosen, os.W_OK) and site.ENABLE_USER_SITE:
            chosen = Path(site.getusersitepackages())
            chosen.mkdir(parents=True, exist_ok=True)
    else:
        chosen = Path(folder)
    # The module first: a program may start in between.
    _write(chosen / f"{MODULE_NAME}.py", _MODULE)
    pth = chosen / PTH_NAME
    _write(pth, _PTH)
    return pth


def uninstall_hook(folder: str | os.PathLike[str] | None = None) -> list[Path]:
    """Undo `install_hook`; programs that run go on as they are.

    Parameters
    ----------
    folder : path-like, optional
        As for `install_hook`; by default wherever there is one.

    Returns
    -------
    list of Path
        The ``.pth`` files that were removed; empty if there was none.

    Raises
    ------
    OSError
        If a file cannot be removed.
    """
    files = hook_files() if folder is None else [Path(folder) / PTH_NAME]
    removed = []
    for pth in files:
        if pth.is_file():
            pth.unlink()
            removed.append(pth)
        module = pth.parent / f"{MODULE_NAME}.py"
        module.unlink(missing_ok=True)
        _remove_compiled(module)
    return removed


def _remove_compiled(module: Path) -> None:
    """Remove what Python has compiled of a module, and the folder it made for that."""
    cache = module.parent / "__pycache__"
    for compiled in cache.glob(f"{module.stem}.*.pyc"):
        compiled.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # others have theirs in it
        cache.rmdir()


def _write(path: Path, text: str) -> None:
    """Write beside the target and rename: a program may start at any time."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
