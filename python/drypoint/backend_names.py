"""Matplotlib's names of backends for browsers and notebooks, which mean drypoint's while it is installed.

``%matplotlib widget`` and its like name no toolkit whose windows inherit from Agg's canvas and so would be
reached by `drypoint.takeover`: they bring a view and a script of their own. The registry of backends is
asked under these names by `matplotlib.use`, pyplot and IPython; its public methods answer differently on
the one object that there is of it. What it knows by itself is left alone, so that nothing but these
methods is to be given back.

Nothing of Matplotlib is imported here: the registry is handed over while Matplotlib is loading.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import sys
from typing import Any

__all__ = ["REGISTRY", "give_back", "is_for", "take_over"]

#: The module that has the registry.
REGISTRY = "matplotlib.backends.registry"

# The long names are those that Matplotlib takes for the short ones; kernels set them in MPLBACKEND.
_BACKENDS = {
    "inline": "inline",
    "ipympl": "notebook",
    "module://ipympl.backend_nbagg": "notebook",
    "module://matplotlib_inline.backend_inline": "inline",
    "nbagg": "notebook",
    "notebook": "notebook",
    "webagg": "web",
    "widget": "notebook",
}

# What our backends need besides. If it is not there, the names mean what they meant.
_PACKAGES = {
    "inline": ("IPython", "matplotlib_inline"),
    "notebook": ("IPython", "anywidget"),
    "web": ("starlette", "uvicorn", "websockets"),
}

# A name nobody else answers to is ours in any case: our error says what is to be installed.
_OTHERS = {"ipympl": "ipympl", "widget": "ipympl"}

_METHODS = ("is_valid_backend", "list_all", "load_backend_module", "resolve_backend")


def _is_there(package: str) -> bool:
    if sys.modules.get(package) is not None:
        return True
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # it has been replaced by something without a specification
        return False


@functools.cache
def _ours(name: str) -> str | None:
    """Our backend (without "drypoint-") of that name; None if the name means another's."""
    backend = _BACKENDS.get(name)
    if backend is None or all(map(_is_there, _PACKAGES[backend])):
        return backend
    other = _OTHERS.get(name)
    return None if other is None or _is_there(other) else backend


def is_for(name: str, backend: str) -> bool:
    """Whether one of Matplotlib's names means this backend of ours at present."""
    registry: Any = getattr(sys.modules.get(REGISTRY), "backend_registry", None)
    return registry is not None and _is_ours(registry) and _ours(_normalized(name)) == backend


def _is_ours(registry: Any, method: str = "load_backend_module") -> bool:
    return getattr(vars(registry).get(method), "__module__", None) == __name__


def _normalized(name: object) -> str:
    if not isinstance(name, str):
        return ""
    return name if name.startswith("module://") else name.lower()


def take_over(registry: Any) -> None:
    """Let the names mean our backends.

    Parameters
    ----------
    registry : matplotlib.backends.registry.BackendRegistry
        The one that Matplotlib asks.
    """
    if _is_ours(registry):
        return
    theirs = {name: getattr(registry, name) for name in _METHODS}
    _ours.cache_clear()  # packages may have been installed since

    def is_valid_backend(backend: str) -> bool:
        return _ours(_normalized(backend)) is not None or theirs["is_valid_backend"](backend)

    def list_all() -> list[str]:
        known: list[str] = theirs["list_all"]()
        short = [name for name in _BACKENDS if not name.startswith("module://") and _ours(name)]
        return [*known, *(name for name in short if name not in known)]

    def load_backend_module(backend: str) -> Any:
        ours = _ours(_normalized(backend))
        if ours is None:
            return theirs["load_backend_module"](backend)
        return importlib.import_module(f"drypoint.backends.{ours}")

    def resolve_backend(backend: str | None) -> tuple[str, str | None]:
        if not isinstance(backend, str):
            backend = str(sys.modules["matplotlib"].get_backend())
        name = _normalized(backend)
        # None of these needs the main loop of a toolkit.
        return (name, None) if _ours(name) is not None else theirs["resolve_backend"](backend)

    for method in (is_valid_backend, list_all, load_backend_module, resolve_backend):
        setattr(registry, method.__name__, method)


def give_back(registry: Any) -> None:
    """Let the names mean what they meant before `take_over`."""
    for name in _METHODS:
        if _is_ours(registry, name):
            delattr(registry, name)
