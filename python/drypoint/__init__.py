"""drypoint: Matplotlib backends on a Rust engine.

Importing this package loads neither Matplotlib, NumPy nor the engine.
"""

from typing import TYPE_CHECKING

from drypoint.options import options as options

if TYPE_CHECKING:
    from drypoint.takeover import install, installed, uninstall, use

__all__ = ["__version__", "install", "installed", "options", "uninstall", "use"]

__version__: str


_OF_TAKEOVER = frozenset({"install", "installed", "uninstall", "use"})


def __getattr__(name: str) -> object:
    if name in _OF_TAKEOVER:
        # Not at the top: a program that names a backend does without it.
        from drypoint import takeover

        value = globals()[name] = getattr(takeover, name)
        return value
    if name == "__version__":
        # Looking it up takes longer than everything else in this module.
        from importlib.metadata import version

        return version("drypoint")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
