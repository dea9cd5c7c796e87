"""Canvases of windows and of Cairo that Matplotlib's own names give have what drypoint's have, while it is installed.

Matplotlib's canvases of windows inherit from Agg's, so that the engine draws for them by itself once
`drypoint.takeover` has grafted that. What brings the pixels to the screen, drawing beside the window's own
work and pictures that are moved while a person drags, is in one class for each toolkit, which becomes the first base
class of Matplotlib's: programs that embed a canvas, subclasses and windows that are open have it at once. Where Cairo
or the toolkit draws, what draws is put before Matplotlib's in the same way.

Nothing of Matplotlib is imported here.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any, NamedTuple

__all__ = ["LAYERS", "load_base", "put_on", "take_off"]


class Layer(NamedTuple):
    """A class of Matplotlib's and the one of ours that becomes its first base class."""

    target: str
    base: str
    """As ``module:class``. What it has, the target itself has no longer."""


_TOOLKITS = (
    ("GTK3", "Gtk3"),
    ("GTK4", "Gtk4"),
    ("QT", "Qt"),
    ("Tk", "Tk"),
    ("Wx", "Wx"),
)

#: By the module that has the target. That of macOS is left as it is, since nobody has tried it.
LAYERS: dict[str, Layer] = {
    f"matplotlib.backends.backend_{theirs.lower()}{drawn_by.lower()}": Layer(
        f"FigureCanvas{theirs}{drawn_by}", f"drypoint.backends.{ours.lower()}:{ours}WindowCanvas"
    )
    for theirs, ours in _TOOLKITS
    for drawn_by in ("Agg", "Cairo")
} | {
    "matplotlib.backends.backend_cairo": Layer(
        "FigureCanvasCairo", "drypoint.backends.cairo:FigureCanvas"
    ),
    "matplotlib.backends.backend_wx": Layer("FigureCanvasWx", "drypoint.backends.wx:FigureCanvas"),
}


class _Worn(NamedTuple):
    target: Any
    base: type
    """Ours."""
    own: dict[str, object]
    """What the target itself had."""


_worn: list[_Worn] = []


def load_base(module: str) -> type:
    """The class of ours for a module of Matplotlib's, loaded."""
    name, _, cls = LAYERS[module].base.partition(":")
    base: type = getattr(importlib.import_module(name), cls)
    return base


def put_on(module: ModuleType, base: type) -> None:
    """Make a class of ours the first base class of the canvas in a module; once."""
    target: Any = getattr(module, LAYERS[module.__name__].target, None)
    if not isinstance(target, type) or base in target.__mro__:
        return
    ours = {name for cls in base.__mro__[:-1] for name in vars(cls) if not name.startswith("__")}
    own = {name: value for name, value in vars(target).items() if name in ours}
    target.__bases__ = (base, *target.__bases__)
    for name in own:
        delattr(target, name)
    _worn.append(_Worn(target, base, own))


def take_off() -> None:
    """Undo every `put_on`."""
    while _worn:
        target, base, own = _worn.pop()
        target.__bases__ = tuple(cls for cls in target.__bases__ if cls is not base)
        for name, value in own.items():
            # What somebody else has put there since is theirs.
            if name not in vars(target):
                setattr(target, name, value)
