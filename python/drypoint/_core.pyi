"""The compiled engine: what the adapter calls."""

__all__ = ["__version__"]

__version__: str
