"""Does drypoint draw here what it was verified to draw? Looked at once for each Matplotlib.

Before a process draws its first picture, a file in Matplotlib's cache folder tells whether a few
small pictures were drawn with these very versions of Matplotlib, drypoint and FreeType. If not,
they are drawn now (some hundredths of a second), their pixels are compared with stored hashes, and
the result is noted there. A difference gives one warning. Nothing that goes wrong in here is an
error of the program's.

The pictures (`self_check_pictures`) say all that they want of their artists, so that the user's
settings do not matter; where some do all the same and are changed, the check is left to another
process.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import ft2font

from drypoint import _core
from drypoint.record import Record

__all__ = ["VERIFIED", "Result", "check", "check_once", "last_result", "versions"]

#: Releases of Matplotlib whose own Agg draws the pictures with these pixels.
VERIFIED = ("3.11.2",)

_FILE_NAME = "drypoint-self-check.json"
_KEPT = 20  # results in the file; more are of environments long gone

# Settings that are looked up while drawing.
_SETTINGS = (
    "agg.path.chunksize",
    "lines.scale_dashes",
    "mathtext.default",
    "mathtext.fallback",
    "mathtext.fontset",
    "path.effects",
    "path.simplify",
    "path.simplify_threshold",
    "path.sketch",
    "path.snap",
    "text.hinting",
)

_begun = False


class Result(Record):
    """What came of the check."""

    versions: str
    """Of all that the pixels may depend on."""
    different: tuple[str, ...]
    """Names of the pictures that differ or cannot be drawn; empty if all is well."""


# --- the check ----------------------------------------------------------------------------------


def versions() -> str:
    """Everything that the pixels may depend on."""
    return (
        f"Matplotlib {mpl.__version__}, drypoint {_core.__version__}, "
        f"FreeType {ft2font.__freetype_version__}, {platform.machine()}"
    )


def check_once(canvas_class: Any) -> None:
    """Check, unless this process has done so or the cache knows the result.

    Parameters
    ----------
    canvas_class : type
        The canvas to draw with. It may come here again while it does.
    """
    global _begun
    if _begun:
        return
    _begun = True  # Two threads may check, which does no harm; none waits for the other.
    try:
        if last_result() is None and _settings_are_default():
            result = check(canvas_class)
            _store(result)
            _warn(result)
    except Exception:
        logging.getLogger(__name__).debug("the self-check failed", exc_info=True)


def check(canvas_class: Any) -> Result:
    """Draw the pictures and compare them."""
    # Loaded for a check only.
    from drypoint.adapter.self_check_pictures import PICTURES, pixel_hash

    different = []
    for name, (make, expected) in PICTURES.items():
        try:
            same = pixel_hash(make(), canvas_class) == expected
        except Warning:
            # Warnings are errors in this program: that says nothing about pixels.
            raise
        except Exception:
            same = False
        if not same:
            different.append(name)
    return Result(versions(), tuple(different))


def last_result() -> Result | None:
    """What the check came to with these versions; None if it has not been made."""
    different = _load().get(versions())
    return None if different is None else Result(versions(), tuple(different))


def _settings_are_default() -> bool:
    present: Any = mpl.rcParams
    default: Any = mpl.rcParamsDefault
    return all(present[name] == default[name] for name in _SETTINGS)


def _path() -> Path:
    return Path(mpl.get_cachedir(), _FILE_NAME)


def _load() -> dict[str, list[str]]:
    try:
        results = json.loads(_path().read_bytes())
    except (OSError, ValueError):
        return {}
    return results if isinstance(results, dict) else {}


def _store(result: Result) -> None:
    results = {**_load(), result.versions: list(result.different)}
    kept = dict(list(results.items())[-_KEPT:])
    path = _path()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        beside.replace(path)
    except OSError:
        # Then the next process checks again.
        beside.unlink(missing_ok=True)


def _warn(result: Result) -> None:
    if not result.different:
        return
    pictures = ", ".join(result.different)
    message = (
        f"drypoint draws test pictures ({pictures}) differently with {result.versions} "
        f"than with Matplotlib {VERIFIED[-1]}, for which its pixels were verified. Pictures may differ from those of "
        "Agg. This is said once."
    )
    try:
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    except RuntimeWarning:
        # Warnings are errors in this program, and this must not be one.
        logging.getLogger(__name__).warning(message)
