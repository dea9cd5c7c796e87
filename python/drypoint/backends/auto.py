"""The backend that suits the place: what the name ``drypoint`` alone stands for.

Nothing is decided when this module is imported, but when Matplotlib first asks it for the canvas;
`drypoint.selection` does. `decision()` tells what came out.
"""

from __future__ import annotations

import importlib
import threading
from typing import Any

from drypoint.adapter.manager import backend_version, module_functions
from drypoint.selection import Decision, decide

__all__ = [  # noqa: F822 - most of them come with the decision
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "decision",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]

# As `module_functions` gives them.
_FUNCTIONS = (
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "draw_if_interactive",
    "show",
)

_DECIDED = frozenset(__all__) - {"backend_version", "decision"}

_decision: Decision | None = None


def decision() -> Decision:
    """What has been decided; decides if nothing has."""
    if _decision is None:
        _resolve()
    assert _decision is not None
    return _decision


def __getattr__(name: str) -> Any:
    if name not in _DECIDED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _resolve()
    try:
        return globals()[name]
    except KeyError:
        # A backend may leave some of them to Matplotlib.
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


class _Framework:
    """The framework that a canvas needs; none outside the main thread, where it gets a plain one."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> str | None:
        return self.name if _in_main_thread() else None


def _resolve() -> None:
    global _decision
    decided = decide()
    module: Any = importlib.import_module(f"drypoint.backends.{decided.backend}")
    _decision = decided
    if module.FigureCanvas.required_interactive_framework is None:
        # Without windows it is as good in any thread.
        globals().update({name: vars(module)[name] for name in _DECIDED if name in vars(module)})
        return
    plain: Any = importlib.import_module("drypoint.backends.terminal")
    chosen: Any = module.FigureCanvas

    class FigureCanvas(chosen):
        __doc__ = chosen.__doc__
        required_interactive_framework = _Framework(chosen.required_interactive_framework)

        @classmethod
        def new_manager(cls, figure: Any, num: int | str) -> Any:
            """A window's manager; a plain one in threads that must not make windows."""
            if not _in_main_thread():
                return plain.FigureCanvas.new_manager(figure, num)
            return super().new_manager(figure, num)

    *functions, show_windows = module_functions(FigureCanvas)

    def show(*, block: bool | None = None) -> None:
        """Show all figures; in threads that must not make windows, those that have none."""
        if _in_main_thread():
            show_windows(block=block)
        else:
            plain.FigureManager.pyplot_show()

    globals().update(zip(_FUNCTIONS, (*functions, show), strict=True))
    globals()["FigureManager"] = FigureCanvas.manager_class
    globals()["FigureCanvas"] = FigureCanvas
