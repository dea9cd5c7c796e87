"""The backends that are compared: ours, Matplotlib's Agg, mplcairo where it is, and the floor."""

import importlib

from matplotlib.backend_bases import FigureCanvasBase

FLOOR = "floor"
OURS = "drypoint"
AGG = "agg"
CAIRO = "mplcairo"

# In the order of the table's columns.
MODULES = {
    FLOOR: "drypoint.cli.null_backend",
    OURS: "drypoint.backends.agg",
    AGG: "matplotlib.backends.backend_agg",
    CAIRO: "mplcairo.base",
}


def canvas_class(backend: str) -> type[FigureCanvasBase]:
    """Import a backend and give its canvas."""
    canvas: type[FigureCanvasBase] = importlib.import_module(MODULES[backend]).FigureCanvas
    return canvas


def available() -> dict[str, type[FigureCanvasBase]]:
    """Canvases by backend. Without mplcairo, or with one that cannot be loaded, there are three."""
    found = {}
    for backend in MODULES:
        try:
            found[backend] = canvas_class(backend)
        except (ImportError, OSError):  # OSError: the library cairo itself is missing
            if backend != CAIRO:
                raise
    return found
