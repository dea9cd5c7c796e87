"""Figures below the cell that draws them: stands in for ``%matplotlib inline``.

Selected as ``%matplotlib drypoint-inline``, ``drypoint-inline`` or
``module://drypoint.backends.inline``. It is configured as IPython's own, by the same object:
``%config InlineBackend.figure_formats = ["retina"]`` and the rest of it. The options
``figure_formats``, ``print_figure_kwargs``, ``close_figures`` and ``rc`` mean what they mean there.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backend_bases import FigureManagerBase

from drypoint import backend_names
from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.compat import figure_managers
from drypoint.adapter.manager import backend_version

try:
    from IPython import get_ipython
    from IPython.core import pylabtools
    from IPython.display import display
    from matplotlib_inline.config import InlineBackend
except ModuleNotFoundError as error:
    raise ImportError(
        f"drypoint-inline needs the package {(error.name or '').partition('.')[0]}: pip install ipython"
    ) from error

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "configure",
    "flush_figures",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "set_matplotlib_close",
    "set_matplotlib_formats",
    "show",
]

# Names under which this is the backend; the last two decide by themselves what they are.
_NAMES = (
    "drypoint-inline",
    "module://drypoint.backends.inline",
    "drypoint",
    "module://drypoint.backends.auto",
)

# Without types.
_tools: Any = pylabtools

# Figures made or activated since the last cell, in the order in which they are to be shown.
_waiting: list[Figure] = []
# rcParams from before `InlineBackend.rc`; None while this is not the backend.
_rc_before: Any = None


def show(close: bool | None = None, *, block: bool | None = None) -> None:
    """Show all figures of pyplot below the cell.

    Parameters
    ----------
    close : bool, optional
        Whether to close them then; by default as ``InlineBackend.close_figures`` says.
    block : bool, optional
        Has no meaning here.
    """
    if close is None:
        close = InlineBackend.instance().close_figures
    try:
        for manager in figure_managers():
            _display(manager.canvas.figure)
    finally:
        _waiting.clear()
        if close and figure_managers():
            import matplotlib.pyplot as plt

            plt.close("all")


def flush_figures() -> None:
    """Show what the cell has drawn; called by IPython after each.

    What is raised while drawing is shown as the cell's own error, as users are used to.
    """
    if _rc_before is None or not _waiting:
        return
    try:
        if InlineBackend.instance().close_figures:
            show(close=True)
            return
        known = [manager.canvas.figure for manager in figure_managers()]
        for figure in [figure for figure in _waiting if figure in known]:
            _display(figure)
    except Exception:
        shell = get_ipython()
        if shell is None:
            raise
        shell.showtraceback()
    finally:
        _waiting.clear()


def _display(figure: Figure) -> None:
    display(figure, metadata=_metadata(figure))  # type: ignore[no-untyped-call,unused-ignore]


def _metadata(figure: Figure) -> dict[str, str] | None:
    """Whether a notebook should put something light or dark below a transparent figure."""
    if mpl.colors.to_rgba(figure.get_facecolor())[3] >= 0.5:
        return None
    lightness = {
        _is_light(label.get_color())
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for label in axis.get_ticklabels()
    }
    if len(lightness) != 1:
        return None
    return {"needs_background": "dark" if lightness.pop() else "light"}


def _is_light(color: Any) -> bool:
    red, green, blue = mpl.colors.to_rgb(color)
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5


# --- what pyplot calls --------------------------------------------------------------------------


class FigureManagerInline(FigureManagerBase):
    """A figure that waits for the end of its cell."""

    def __init__(self, canvas: FigureCanvasInline, num: int | str) -> None:
        super().__init__(canvas, num)
        _expect(canvas.figure)

    def show(self) -> None:
        """Show the figure at once."""
        _display(self.canvas.figure)

    @classmethod
    def pyplot_show(cls, *, close: bool | None = None, block: bool | None = None) -> None:
        """See `show`."""
        show(close, block=block)


def _expect(figure: Figure) -> None:
    """Show a figure at the end of the cell, after those that wait already."""
    # Again: another backend may have been chosen meanwhile, and then this one.
    if (shell := get_ipython()) is not None:
        configure(shell)
    # Who has turned interactive mode off shows figures by hand.
    if mpl.is_interactive():
        if figure in _waiting:
            _waiting.remove(figure)
        _waiting.append(figure)


class FigureCanvasInline(FigureCanvasDrypoint):
    """A canvas whose pictures are shown below a cell."""

    manager_class = FigureManagerInline


FigureCanvas = FigureCanvasInline
FigureManager = FigureManagerInline


def new_figure_manager_given_figure(num: int | str, figure: Figure) -> FigureManagerInline:
    """A manager for a figure, which gets a canvas of this backend."""
    manager = FigureCanvasInline.new_manager(figure, num)
    assert isinstance(manager, FigureManagerInline)
    return manager


def new_figure_manager(
    num: int | str, *args: Any, FigureClass: type[Figure] | None = None, **kwargs: Any
) -> FigureManagerInline:
    """A manager for a new figure, which is made with all other arguments."""
    from matplotlib.figure import Figure as DefaultFigure

    make = DefaultFigure if FigureClass is None else FigureClass
    return new_figure_manager_given_figure(num, make(*args, **kwargs))


# --- IPython ------------------------------------------------------------------------------------


def set_matplotlib_formats(*formats: str, **keywords: Any) -> None:
    """Show figures in these formats: "png", "retina", "jpeg", "svg", "pdf".

    Parameters
    ----------
    *formats : str
        One or more of them.
    **keywords : Any
        Arguments of ``savefig``, beside those that ``InlineBackend.print_figure_kwargs`` has.
    """
    config = InlineBackend.instance()
    _tools.select_figure_formats(
        get_ipython(), formats, **{**config.print_figure_kwargs, **keywords}
    )


def set_matplotlib_close(close: bool = True) -> None:
    """Whether figures are closed at the end of their cell."""
    InlineBackend.instance().close_figures = close


def configure(shell: Any) -> None:
    """Have IPython show figures at the end of each cell, in the configured formats.

    Does nothing if that is so already; ends by itself when another backend is chosen.

    Parameters
    ----------
    shell : InteractiveShell
        IPython's shell.
    """
    global _rc_before
    rc: Any = mpl.rcParams
    config: Any = InlineBackend.instance(parent=shell)
    config.shell = shell
    if config not in shell.configurables:
        shell.configurables.append(config)
    if _rc_before is not None:
        return

    def apply_rc(_change: object = None) -> None:
        global _rc_before
        rc.update(_rc_before or {})
        _rc_before = {key: rc[key] for key in config.rc}
        rc.update(config.rc)

    apply_rc()
    # For the next figure, not only for the next ``%matplotlib``.
    config.observe(apply_rc, "rc")
    _tools.select_figure_formats(shell, config.figure_formats, **config.print_figure_kwargs)

    def flush() -> None:
        global _rc_before
        name = mpl.get_backend().lower()
        if name in _NAMES or backend_names.is_for(name, "inline"):
            flush_figures()
            return
        shell.events.unregister("post_execute", flush)
        config.unobserve(apply_rc, "rc")
        if _rc_before is not None:
            rc.update(_rc_before)
        _rc_before = None

    shell.events.register("post_execute", flush)


if "IPython" in sys.modules and (_shell := get_ipython()) is not None:
    configure(_shell)
