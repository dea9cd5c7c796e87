"""The compiled engine: what the adapter calls."""

__version__: str
