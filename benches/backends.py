"""The backends that are compared: ours, Matplotlib's Agg, mplcairo where it is, and the floor."""

import importlib

from matplotlib.backend_bases import FigureCanvasBase

FLOOR = "floor"
OURS = "drypoint"
AGG = "agg"
CAIRO = "mplcairo"
TYPE_42 = "agg, Type 42"  # Matplotlib's PDF and EPS files with fonts as ours have them: sizes only

# In the order of the table's columns.
MODULES = {
    FLOOR: "drypoint.cli.null_backend",
    OURS: "drypoint.backends.agg",
    AGG: "matplotlib.backends.backend_agg",
    CAIRO: "mplcairo.base",
}

# What stands in their places for PDF, SVG and EPS; Matplotlib's own backends in that of Agg.
DOCUMENT_MODULES = {
    FLOOR: "benches.null_documents",
    OURS: "drypoint.backends.{}",
    AGG: "matplotlib.backends.backend_{}",
    CAIRO: "mplcairo.base",
}
TYPE_42_SETTINGS = {"pdf": {"pdf.fonttype": 42}, "eps": {"ps.fonttype": 42}}
DOCUMENT_FORMATS = {"pdf": "pdf", "svg": "svg", "eps": "ps"}  # and the names of their backends


def canvas_class(backend: str, format: str = "png") -> type[FigureCanvasBase]:
    """Import a backend and give its canvas."""
    modules = DOCUMENT_MODULES if format in DOCUMENT_FORMATS else MODULES
    module = importlib.import_module(modules[backend].format(DOCUMENT_FORMATS.get(format)))
    canvas: type[FigureCanvasBase] = module.FigureCanvas
    return canvas


def available(format: str = "png") -> dict[str, type[FigureCanvasBase]]:
    """Canvases by backend. Without mplcairo, or with one that cannot be loaded, there are three."""
    found = {}
    for backend in MODULES:
        try:
            found[backend] = canvas_class(backend, format)
        except (ImportError, OSError):  # OSError: the library cairo itself is missing
            if backend != CAIRO:
                raise
    return found
