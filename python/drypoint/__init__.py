"""drypoint: Matplotlib backends on a Rust engine.

Importing this package loads neither Matplotlib, NumPy nor the engine.
"""

from drypoint.options import options as options

__all__ = ["__version__", "options"]

__version__: str


def __getattr__(name: str) -> object:
    if name == "__version__":
        # Looking it up takes longer than everything else in this module.
        from importlib.metadata import version

        return version("drypoint")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
