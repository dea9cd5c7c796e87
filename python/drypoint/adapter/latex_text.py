"""Text that LaTeX sets: the preamble that stands for rcParams, the source of a string, the strategy of PGF."""

from __future__ import annotations

import logging
import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from . import compat, latex

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.text import Text

    from .renderer import Renderer

__all__ = ["DOCUMENT_CLASS", "LatexText", "preamble"]

_log = logging.getLogger(__name__)

DOCUMENT_CLASS = r"\documentclass{article}"

# --- the preamble -------------------------------------------------------------------------------


def preamble() -> str:
    r"""What stands before a document so that LaTeX sets text as rcParams say; a few lines.

    Formulas are large everywhere; `\mathdefault`, which Matplotlib's formatters use, is nothing; the fonts are those of
    rcParams, if `pgf.rcfonts` is set and the program can use any font.
    """
    families = ("serif", "sans\\-serif", "monospace") if mpl.rcParams["pgf.rcfonts"] else ()
    faces = tuple(compat.font_face(font_manager.findfont(family)) for family in families)
    size = FontProperties(size=mpl.rcParams["font.size"]).get_size_in_points()
    return _preamble(size, mpl.rcParams["pgf.preamble"], faces)


@lru_cache(16)
def _preamble(size_pt: float, own: str, faces: tuple[compat.FontFace, ...]) -> str:
    lines = [
        r"\def\mathdefault#1{#1}",
        r"\everymath=\expandafter{\the\everymath\displaystyle}",
        # KOMA-Script's package sets all sizes after the one of the text.
        rf"\IfFileExists{{scrextend.sty}}{{\usepackage[fontsize={size_pt:f}pt]{{scrextend}}}}"
        rf"{{\renewcommand{{\normalsize}}{{\fontsize{{{size_pt:f}}}{{{1.2 * size_pt:f}}}\selectfont}}\normalsize}}",
        own,
    ]
    if faces:
        lines += [r"\ifdefined\pdftexversion\else", r"  \usepackage{fontspec}"]
        for command, face in zip(("main", "sans", "mono"), faces, strict=True):
            folder, name = os.path.split(face.path)
            index = f",FontIndex={face.face_index}" if name.endswith(".ttc") else ""
            place = folder.replace(os.sep, "/")
            lines.append(rf"  \set{command}font{{{name}}}[Path=\detokenize{{{place}/}}{index}]")
        lines.append(r"\fi")
    # Underscores are letters in text; this package wants to be the last.
    lines.append(
        r"\makeatletter\@ifpackageloaded{underscore}{}{\usepackage[strings]{underscore}}\makeatother"
    )
    return "\n".join(lines)


def _header(program: str) -> str:
    return "\n".join(
        # A change of the program is a change of the header.
        (
            *(DOCUMENT_CLASS, rf"\def\drypointprogram{{{program}}}", r"\usepackage{graphicx}"),
            *(preamble(), r"\begin{document}"),
        )
    )


# --- the source of a string ---------------------------------------------------------------------

_FAMILIES = {
    "serif": r"\rmfamily",
    "sans": r"\sffamily",
    "sans-serif": r"\sffamily",
    "monospace": r"\ttfamily",
}
_STYLES = {"normal": "", "italic": r"\itshape", "oblique": r"\slshape"}
_LEAST_BOLD = 600
_LITERALS = str.maketrans(
    {
        "#": r"\#",
        "&": r"\&",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)


def _escaped(s: str, ismath: bool | Literal["TeX"]) -> str:
    """The string with what only Matplotlib means by it said in TeX."""
    if not ismath:
        # There is no formula: a dollar is a dollar.
        s = re.sub(r"(?<!\\)\$", r"\\$", s)
    # What would join what comes behind the string is no command.
    s = re.sub(r"(?<!\\)((?:\\\\)*)\\$", r"\1\\textbackslash{}", s)
    if "\\" not in s.replace(r"\$", "").replace(r"\textbackslash", ""):
        # Whoever writes no TeX means these, which are others in TeX's oldest encoding or mean something else.
        parts = re.split(r"(?<!\\)(\$)", s) if ismath else [s]
        s = "".join(
            part if i % 4 == 2 else part.translate(_LITERALS) for i, part in enumerate(parts)
        )
    return s.replace("\N{MINUS SIGN}", r"\ensuremath{-}")


def _font(prop: FontProperties) -> str:
    family = prop.get_family()[0]
    if family in _FAMILIES:
        commands = _FAMILIES[family]
    elif not mpl.rcParams["pgf.rcfonts"]:
        commands = r"\fontfamily{\familydefault}"
    elif any(entry.name == family for entry in font_manager.fontManager.ttflist):
        commands = rf"\ifdefined\pdftexversion\else\setmainfont{{{family}}}\rmfamily\fi"
    else:
        _log.warning("Ignoring unknown font: %s", family)
        commands = ""
    size = prop.get_size_in_points()
    commands += rf"\fontsize{{{size:f}}}{{{size * 1.2:f}}}" + _STYLES[prop.get_style()]
    weight: Any = prop.get_weight()
    if font_manager.weight_dict.get(weight, weight) >= _LEAST_BOLD:
        commands += r"\bfseries"
    return commands + r"\selectfont"


def source(s: str, prop: FontProperties, ismath: bool | Literal["TeX"]) -> str:
    """A group that sets a string in a font; carets and percent signs mean themselves outside of formulas."""
    meanings = r"\catcode`\^=\active\def^{\ifmmode\sp\else\^{}\fi}\catcode`\%=\active\def%{\%}"
    return "{" + _font(prop) + meanings + _escaped(s, ismath) + "}"


# --- the strategy -------------------------------------------------------------------------------

_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
_RISES = {"baseline": "baseline", "bottom": "bottom", "center": "middle", "top": "top"}


class LatexText(NamedTuple):
    """The text strategy of PGF: LaTeX measures, the document holds the source.

    Attributes
    ----------
    program : str
        As in `rcParams["pgf.texsystem"]`.
    """

    program: str

    def text_extents(
        self, renderer: Renderer, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        """Width, height and descent of one line in units of the document.

        As with Matplotlib, a point of TeX's counts as one of the document's, which is a bit longer.
        """
        header = _header(self.program)
        points = latex.measure(self.program, header, source(s, prop, ismath), s)
        width, height, descent = map(renderer.points_to_pixels, points)
        return width, height, descent

    def draw_text(
        self,
        renderer: Renderer,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: Text | None = None,
    ) -> None:
        """Draw one line of text."""
        share, rise = 0.0, "baseline"
        if (
            mtext is not None
            and (angle == 0 or mtext.get_rotation_mode() == "anchor")
            and mtext.get_verticalalignment() in _RISES
        ):
            # Held where the user put it, whatever the fonts of the document that includes the picture.
            x, y = mtext.get_transform().transform(mtext.get_unitless_position())
            share = _SHARES[mtext.get_horizontalalignment()]
            rise = _RISES[mtext.get_verticalalignment()]
        extents = self.text_extents(renderer, s, prop, ismath)
        renderer.record_source(gc, source(s, prop, ismath), x, y, angle, share, rise, extents)

    def draw_tex(
        self,
        renderer: Renderer,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        *,
        mtext: Text | None = None,
    ) -> None:
        """Draw a string of LaTeX."""
        self.draw_text(renderer, gc, x, y, s, prop, angle, "TeX", mtext)
