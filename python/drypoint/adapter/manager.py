"""What a backend's module has beside its canvas.

pyplot makes do with the canvas alone; these names are for programs that take them from the
module of a backend, as they could from all of Matplotlib's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from drypoint._core import __version__ as backend_version
from drypoint.adapter.compat import draw_active_if_interactive

if TYPE_CHECKING:
    from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
    from matplotlib.figure import Figure

__all__ = ["ModuleFunctions", "backend_version", "module_functions"]


#: `new_figure_manager`, `new_figure_manager_given_figure`, `draw_if_interactive` and `show`.
ModuleFunctions: TypeAlias = (
    "tuple[Callable[..., FigureManagerBase], Callable[[int | str, Figure], FigureManagerBase],"
    " Callable[[], None], Callable[..., None]]"
)


def module_functions(canvas_class: type[FigureCanvasBase]) -> ModuleFunctions:
    """The functions of a backend.

    Parameters
    ----------
    canvas_class : type
        The backend's canvas.
    """

    def new_figure_manager_given_figure(num: int | str, figure: Figure) -> FigureManagerBase:
        """A manager for a figure, which gets a canvas of this backend."""
        return canvas_class.new_manager(figure, num)

    def new_figure_manager(
        num: int | str, *args: Any, FigureClass: type[Figure] | None = None, **kwargs: Any
    ) -> FigureManagerBase:
        """A manager for a new figure, which is made with all other arguments."""
        # Not at the top: a canvas alone does without this module, which loads all kinds of axes.
        from matplotlib.figure import Figure as DefaultFigure

        make = DefaultFigure if FigureClass is None else FigureClass
        return new_figure_manager_given_figure(num, make(*args, **kwargs))

    def draw_if_interactive() -> None:
        """Draw the active figure soon if somebody sees it; otherwise nothing is to be done."""
        if canvas_class.required_interactive_framework is not None:
            draw_active_if_interactive()

    def show(*, block: bool | None = None) -> None:
        """Show all figures in their windows; warn if there are figures and no windows."""
        canvas_class.manager_class.pyplot_show(block=block)

    return new_figure_manager, new_figure_manager_given_figure, draw_if_interactive, show
