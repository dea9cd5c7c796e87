"""drypoint: Matplotlib backends on a Rust engine.

Importing this package loads neither Matplotlib, NumPy nor the engine.
"""

from drypoint.options import options as options
from drypoint.takeover import install, installed, uninstall, use

__all__ = ["__version__", "install", "installed", "options", "uninstall", "use"]

__version__: str


def __getattr__(name: str) -> object:
    if name == "__version__":
        # Looking it up takes longer than everything else in this module.
        from importlib.metadata import version

        return version("drypoint")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
