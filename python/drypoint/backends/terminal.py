"""Figures without a window: in the terminal, in a notebook, or in a file with a line that says where.

Selected as ``drypoint-terminal`` or ``module://drypoint.backends.terminal``; also what ``drypoint``
stands for where no window can be shown. Terminals that draw pictures are those that know kitty's
graphics, iTerm2's images or sixels.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.backend_bases import FigureManagerBase

from drypoint.adapter.canvas import FigureCanvasDrypoint
from drypoint.adapter.compat import figure_managers
from drypoint.adapter.manager import backend_version, module_functions
from drypoint.selection import in_notebook, why_no_window
from drypoint.terminal.detection import Terminal, detect

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "FigureCanvas",
    "FigureManager",
    "backend_version",
    "draw_if_interactive",
    "new_figure_manager",
    "new_figure_manager_given_figure",
    "show",
]

# Rows of text that stay in sight above and below a picture, as a part of the window's height.
_TEXT_ROWS = 0.1


class FigureManagerTerminal(FigureManagerBase):
    """Shows its figure without a window, at once and again when it has changed."""

    _shown = False

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """Show all figures that have not been shown as they are now; nothing is waited for."""
        for manager in figure_managers():
            # Windows, if there are any, have their own way.
            if isinstance(manager, cls) and (not manager._shown or manager.canvas.figure.stale):
                manager.show()

    def show(self) -> None:
        """Show the figure in the notebook or the terminal, or save it and say where."""
        figure = self.canvas.figure
        self._shown = True
        if in_notebook():
            _show_in_notebook(figure)
            return
        terminal = _terminal()
        if terminal is not None:
            _show_in_terminal(figure, terminal)
        else:
            path = _save(figure, self.get_window_title() or f"Figure {self.num}")
            print(f"drypoint: {why_no_window()}, so the figure is in {path}", file=sys.stderr)


class FigureCanvasTerminal(FigureCanvasDrypoint):
    """Pixels that are shown in a terminal, or as a file."""

    manager_class = FigureManagerTerminal


def fitting_dpi(figure: Figure, width_px: int, height_px: int) -> float:
    """The figure's dpi, or less if it would not fit."""
    width, height = figure.get_size_inches()
    return float(min(figure.dpi, width_px / width, height_px * (1 - _TEXT_ROWS) / height))


def _png(figure: Figure, dpi: float) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    figure.stale = False
    return buffer.getvalue()


def _terminal() -> Terminal | None:
    """The terminal that standard output goes to, if it draws pictures."""
    try:
        if not sys.stdout.isatty():
            return None
        descriptor = os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY)
    except (AttributeError, OSError, ValueError):
        return None
    try:
        return detect(descriptor, os.environ)
    finally:
        os.close(descriptor)


def _show_in_terminal(figure: Figure, terminal: Terminal) -> None:
    from drypoint.terminal.protocols import PROTOCOLS, through_tmux

    png = _png(figure, fitting_dpi(figure, terminal.width_px, terminal.height_px))
    commands = PROTOCOLS[terminal.protocol](png)
    # tmux knows sixels itself, or has not said that there are any.
    if terminal.in_tmux and terminal.protocol != "sixel":
        commands = through_tmux(commands)
    sys.stdout.flush()
    sys.stdout.buffer.write(commands + b"\n")
    sys.stdout.flush()


def _show_in_notebook(figure: Figure) -> None:
    display: Any = __import__("IPython.display", fromlist=["display"])
    display.display(display.Image(_png(figure, figure.dpi), format="png"))


_folder: Path | None = None


def _save(figure: Figure, title: str) -> Path:
    global _folder
    if _folder is None or not _folder.is_dir():
        # It stays: who shows a figure wants to look at it after the program has ended.
        _folder = Path(tempfile.mkdtemp(prefix="drypoint-"))
    stem = re.sub(r"[^\w-]+", "-", title).strip("-") or "Figure"
    path = _folder / f"{stem}.png"
    path.write_bytes(_png(figure, figure.dpi))
    return path


FigureCanvas = FigureCanvasTerminal
FigureManager = FigureManagerTerminal

(
    new_figure_manager,
    new_figure_manager_given_figure,
    draw_if_interactive,
    show,
) = module_functions(FigureCanvas)
