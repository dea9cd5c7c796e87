"""The script and the style of the view, read once; nothing else is ever served from the disk.

`static/` holds ES modules. A page loads them one by one; where a single text is wanted, as in a
notebook or a file that stands alone, `script` joins them. Joining is simple because the modules
keep to a simple form: imports by name from siblings, each on one line, exports only as the
keyword in front of a declaration, and no two modules declare the same name.
"""

from __future__ import annotations

import functools
import re
from importlib.resources import files

__all__ = ["names", "read", "script", "style"]

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|class|function)\b)", re.MULTILINE)


@functools.cache
def _texts() -> dict[str, bytes]:
    folder = files("drypoint.web") / "static"
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.name.endswith((".js", ".css"))
    }


def names() -> list[str]:
    """Names of the files."""
    return sorted(_texts())


def read(name: str) -> bytes:
    """A file of the view.

    Raises
    ------
    KeyError
        If there is none of this name.
    """
    return _texts()[name]


def style() -> str:
    """The style sheet."""
    return read("view.css").decode()


@functools.cache
def script(entry: str) -> str:
    """A module and all that it imports, as one.

    Parameters
    ----------
    entry : str
        The module; only its ``export default`` remains an export.
    """
    parts: list[str] = []
    done: set[str] = set()

    def add(name: str) -> None:
        if name in done:
            return
        done.add(name)
        text = read(name).decode()
        for imported in _IMPORT.findall(text):
            add(imported)
        parts.append(_EXPORT.sub("", _IMPORT.sub("", text)))

    add(entry)
    return "\n".join(parts)
