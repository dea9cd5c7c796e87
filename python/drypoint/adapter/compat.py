"""What is private in Matplotlib or differs between its releases, and nowhere else.

Every function says which releases it was written against; the oldest supported is 3.11.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

import matplotlib as mpl
import numpy as np

# `from matplotlib.ft2font import …` would ask it for `__path__` first, in vain: as long as half a module takes to load.
from matplotlib import _api, backend_bases, cbook, font_manager, ft2font
from matplotlib._pylab_helpers import Gcf
from matplotlib._tight_bbox import adjust_bbox, process_figure_for_rasterizing
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.font_manager import FontManager, FontPath, fontManager
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from drypoint import _core
from drypoint.record import Record

if TYPE_CHECKING:
    from types import FrameType

    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font, LayoutItem, LoadFlags
    from numpy.typing import NDArray

# --- settings -----------------------------------------------------------------------------------


def rc_values(keys: Iterable[str]) -> tuple[Any, ...]:
    """Values of rcParams, past the checks of `RcParams.__getitem__`, which take most of its time.

    The lists among them are Matplotlib's own and may change; 3.11.
    """
    rc = cast("dict[str, Any]", mpl.rcParams)
    read = dict[str, Any].__getitem__
    return tuple([read(rc, key) for key in keys])


def rc_values_are(keys: tuple[str, ...], values: tuple[Any, ...]) -> bool:
    """Whether these rcParams have these values; 3.11."""
    return _core.has_items(cast("dict[str, Any]", mpl.rcParams), keys, values)


def check_in_list(values: Sequence[Any], **named: Any) -> None:
    """Raise Matplotlib's `ValueError` for a value that is not among `values`; 3.11."""
    _api.check_in_list(values, **named)


# --- artists ------------------------------------------------------------------------------------


def drawing_artist() -> tuple[Artist | None, Sequence[str | None]]:
    """The artist that calls the renderer, and its addresses: one, or those of a collection's items, which go round.

    Matplotlib does not tell renderers the addresses of meshes, nor those that collections have as a whole; 3.11.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        artist = frame.f_locals.get("self")
        if isinstance(artist, Artist):
            urls = artist.get_urls() if isinstance(artist, Collection) else ()
            return artist, urls if any(urls) else [artist.get_url()]
        frame = frame.f_back
    return None, [None]


# --- graphics contexts --------------------------------------------------------------------------


def cap_and_join(gc: backend_bases.GraphicsContextBase) -> tuple[str, str]:
    """How a line ends and turns, in a tenth of the time that names of enumerations take; 3.11."""
    if type(gc) is backend_bases.GraphicsContextBase:
        state: Any = gc
        return state._capstyle, state._joinstyle
    return gc.get_capstyle(), gc.get_joinstyle()


# --- warnings -----------------------------------------------------------------------------------

# What a warning's place in the code is not looked for in.
_MATPLOTLIB = os.path.dirname(mpl.__file__)
_LIBRARY_FOLDERS = (
    os.path.join(_MATPLOTLIB, ""),
    os.path.join(os.path.dirname(_MATPLOTLIB), "mpl_toolkits", ""),
    os.path.join(os.path.dirname(os.path.dirname(__file__)), ""),
)


def warn_external(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn about the innermost line outside of Matplotlib and drypoint.

    Matplotlib's own `_api.warn_external` would stop at drypoint's lines; 3.11.
    """
    level = 2
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_LIBRARY_FOLDERS):
        frame = frame.f_back
        level += 1
    warnings.warn(message, category, stacklevel=level)


# --- fonts --------------------------------------------------------------------------------------

# A 16.16 matrix: xx, xy, yx, yy.
Matrix: TypeAlias = tuple[int, int, int, int]

# Ascent, descent (negative below the baseline), line gap, and the units that these are: so many per em.
FontHeights: TypeAlias = tuple[int, int, int, int]

# What of Matplotlib asks renderers for the heights of fonts.
_LAYOUT_CODE = getattr(getattr(Text, "_get_layout", None), "__code__", None)


class FontFace(Record):
    """A face in a font file; `path` is resolved."""

    path: str
    face_index: int


def font_face(path: str | os.PathLike[str]) -> FontFace:
    """The face that `get_font` of this path opens; 3.11."""
    # To resolve a name asks the system about each folder; Matplotlib remembers what came of it.
    resolved = font_manager._cached_realpath  # type: ignore[attr-defined]
    if isinstance(path, FontPath):
        return FontFace(resolved(path.path), path.face_index)
    return FontFace(resolved(path), 0)


# Matplotlib draws what no font has with this one.
LAST_RESORT = font_face(
    os.path.join(mpl.get_data_path(), "fonts", "ttf", "LastResortHE-Regular.ttf")
)


def freetype_release() -> tuple[int, int]:
    """Major and minor number of the FreeType that Matplotlib was built with; 3.11."""
    major, minor, *_ = ft2font.__freetype_version__.split(".")
    return int(major), int(minor)


def font_properties_key(prop: FontProperties) -> tuple[Any, ...]:
    """All that a `FontProperties` holds, hashable, in a quarter of the time of its hash; 3.11."""
    return tuple(prop.__dict__.values())


def known_font_count() -> int:
    """How many fonts can be found; tells when `fontManager.addfont` was called; 3.11."""
    return len(fontManager.ttflist)


@lru_cache(8)
def _all_sizes(count: int) -> bool:
    """Whether all of the fonts, so many, have every size, so that the size does not matter when one is chosen; 3.11."""
    return all(font.size == "scalable" for font in fontManager.ttflist)


def find_font_faces(prop: FontProperties) -> tuple[tuple[FontFace, ...], bool]:
    """Faces for a text, the first being the main one, the others for what it lacks; 3.11.

    The flag tells whether there is one for each family; if not, Matplotlib has logged so.
    """
    if _all_sizes(known_font_count()):
        # One search for all sizes, at the one that figures have been searched at before.
        prop = prop.copy()
        prop.set_size(mpl.rcParams["font.size"])
    paths = fontManager._find_fonts_by_props(prop)
    return tuple(map(font_face, paths)), len(paths) == len(prop.get_family())


def open_font(
    source: str | BinaryIO, face_index: int, fallbacks: Sequence[FT2Font] = ()
) -> FT2Font:
    """Open a face that takes from `fallbacks`, in this order, what it lacks; 3.11."""
    return ft2font.FT2Font(source, face_index=face_index, _fallback_list=list(fallbacks))


def font_heights(font: FT2Font) -> FontHeights | None:
    """What `Text` makes the heights of lines from; None if the font does not say, and it measures letters; 3.11."""
    head = font.get_sfnt_table("head")
    if head is None:
        return None
    if (os2 := font.get_sfnt_table("OS/2")) is not None:
        heights = os2["sTypoAscender"], os2["sTypoDescender"], os2["sTypoLineGap"]
    elif (hhea := font.get_sfnt_table("hhea")) is not None:
        heights = hhea["ascent"], hhea["descent"], hhea["lineGap"]
    else:
        return None
    return *heights, head["unitsPerEm"]


def table_reader() -> object:
    """What reads tables of fonts; Matplotlib's ``text_placeholders`` puts another one there for image tests; 3.11."""
    return ft2font.FT2Font.get_sfnt_table


def dpi_of_layout() -> float | None:
    """The dpi for which `Text` lays out its lines, if that is who called three calls ago; else None.

    It is its figure's, which need not be the renderer's: `Text.get_window_extent` sets another. Renderers are not told;
    3.11.
    """
    layout = sys._getframe(2).f_back
    if layout is None or layout.f_code is not _LAYOUT_CODE:
        return None
    # Whoever wants the layout is a method of the text, as a rule, and has fewer variables to be copied.
    written = layout.f_back and layout.f_back.f_locals.get("self")
    figure = written.get_figure(root=True) if isinstance(written, Text) else None
    return cast("float | None", layout.f_locals.get("dpi")) if figure is None else figure.dpi


def lay_out(
    font: FT2Font,
    s: str,
    flags: LoadFlags,
    features: tuple[str, ...] | None,
    language: str | tuple[tuple[str, int, int], ...] | None,
) -> list[LayoutItem]:
    """Shape a string: glyphs in visual order, each with its font and place in px; 3.11."""
    return font._layout(s, flags=flags, features=features, language=language)


def set_transform(font: FT2Font, matrix: Matrix, delta: tuple[int, int]) -> None:
    """Have all glyphs transformed by a 16.16 matrix, then moved by 26.6 steps; 3.11."""
    xx, xy, yx, yy = matrix
    font._set_transform([[xx, xy], [yx, yy]], delta)  # type: ignore[attr-defined]


def render_glyph(
    font: FT2Font, glyph: int, flags: LoadFlags, *, antialiased: bool
) -> tuple[int, int, NDArray[np.uint8]]:
    """FreeType's own picture of a glyph: left, top, (H, W) coverage from 0 to 255; 3.11."""
    mode = ft2font.RenderMode.NORMAL if antialiased else ft2font.RenderMode.MONO
    bitmap = font._render_glyph(glyph, flags, mode)  # type: ignore[attr-defined]
    coverage = cast("NDArray[np.uint8]", bitmap.buffer)
    if not antialiased:
        coverage *= 0xFF
    return bitmap.left, bitmap.top, coverage


def face_of(font: FT2Font) -> FontFace:
    """The face that a font from Matplotlib's `get_font` was opened from; 3.11."""
    return FontFace(os.fsdecode(font.fname), font.face_index)


# --- TeX ----------------------------------------------------------------------------------------


def latex_makes_images() -> bool:
    """Whether `text.usetex` goes by way of dvipng; the setting came with 3.11."""
    return bool(dict.get(mpl.rcParams, "text.latex.engine") == "latex+dvipng")


# --- other programs -----------------------------------------------------------------------------


def executable(name: str) -> str:
    """The path of a program that Matplotlib knows how to find; 3.11.

    Raises
    ------
    matplotlib.ExecutableNotFoundError
        If there is none, or only one that is too old.
    """
    return str(mpl._get_executable_info(name).executable)


def run_program(command: Sequence[str]) -> None:
    """Run a program and log what it says; 3.11.

    Raises
    ------
    RuntimeError
        If it fails, with what it said.
    """
    cbook._check_and_log_subprocess(command, logging.getLogger(__name__))  # type: ignore[attr-defined]


# --- figures ------------------------------------------------------------------------------------


def managed_figure(num: int | str | None) -> Figure:
    """The figure that pyplot knows by a number or name, or the active one; 3.11.

    Raises
    ------
    ValueError
        If there is no such figure.
    """
    manager = Gcf.get_active() if num is None else Gcf.get_fig_manager(num)  # type: ignore[arg-type]
    if manager is None:
        raise ValueError(f"No figure {num}")
    figure: Figure = manager.canvas.figure
    return figure


def figure_managers() -> list[Any]:
    """The managers of all figures that pyplot knows; 3.11."""
    return list(Gcf.get_all_fig_managers())


def draw_active_if_interactive() -> None:
    """Have pyplot's active figure drawn soon, if pyplot is interactive; 3.11."""
    if mpl.is_interactive() and (manager := Gcf.get_active()) is not None:
        manager.canvas.draw_idle()


# --- CSS ----------------------------------------------------------------------------------------


def expand_family(family: str) -> list[str]:
    """The families that a generic one stands for, as configured; 3.11."""
    return list(FontManager._expand_aliases(family))  # type: ignore[attr-defined]


# --- saving -------------------------------------------------------------------------------------


def adjust_tight_bbox(
    figure: Figure, bbox_inches_restore: Any, renderer: Any, fixed_dpi: float | None
) -> Any:
    """Let a figure of which a part is saved follow a change of its dpi; 3.11."""
    return process_figure_for_rasterizing(  # type: ignore[no-untyped-call]
        figure, bbox_inches_restore, renderer, fixed_dpi
    )


def is_registered(format: str) -> bool:
    """Whether figures can be saved in a format, whatever their canvas; 3.11."""
    return format in backend_bases._default_backends  # type: ignore[attr-defined]


def unregister(format: str) -> None:
    """Undo `register_backend` for a format that Matplotlib does not have; 3.11."""
    backend_bases._default_backends.pop(format, None)  # type: ignore[attr-defined]
    backend_bases._default_filetypes.pop(format, None)  # type: ignore[attr-defined]


def is_registered_by_matplotlib(format: str) -> bool:
    """Whether the canvas for a format is Matplotlib's own choice, not a user's; 3.11."""
    return _registered_module(format).startswith("matplotlib.backends.")


@contextmanager
def whole_figure(figure: Figure, bbox_inches_restore: Any) -> Iterator[Any]:
    """All of a figure again, of which `print_figure` has chosen a part; gives that part, in inches; 3.11."""
    if bbox_inches_restore is None:
        yield None
        return
    bbox_inches, restore = bbox_inches_restore
    restore()
    try:
        yield bbox_inches
    finally:
        # `print_figure` will restore it once more.
        adjust_bbox(figure, bbox_inches, None)  # type: ignore[no-untyped-call]


def is_registered_by_drypoint(format: str) -> bool:
    """Whether the canvas for a format is one of drypoint's; 3.11."""
    return _registered_module(format).startswith("drypoint.")


def _registered_module(format: str) -> str:
    registered = backend_bases._default_backends.get(format)  # type: ignore[attr-defined]
    if isinstance(registered, type):
        return registered.__module__
    return registered if isinstance(registered, str) else ""


# --- canvas -------------------------------------------------------------------------------------


def wait_cursor(toolbar: Any) -> AbstractContextManager[None]:
    """The toolbar's wait cursor for the time of a draw; nothing if there is no toolbar; 3.11."""
    show = getattr(toolbar, "_wait_cursor_for_draw_cm", None)
    return nullcontext() if show is None else show()


# --- toolbars -----------------------------------------------------------------------------------


def history_position(toolbar: Any) -> tuple[int, int]:
    """Which of how many views the toolbar's back and forward have come to, from 0; 3.11."""
    stack = toolbar._nav_stack
    return stack._pos, len(stack._elements)


def panned_axes(toolbar: Any) -> list[Any]:
    """The axes that are being panned with the left button; 3.11."""
    info = toolbar._pan_info
    return list(info.axes) if info is not None and info.button == 1 else []


# --- toolkits: what Matplotlib has for them, loaded when a window of that kind is made -------------


def tk_plumbing() -> Any:
    """The module with the canvas, the manager and the toolbar of Tk; 3.11."""
    from matplotlib.backends import _backend_tk

    return _backend_tk


def tk_put(
    photo: Any,
    pixels: NDArray[np.uint8],
    offsets: tuple[int, int, int, int],
    boxes: Sequence[tuple[int, int, int, int]],
) -> None:
    """Put parts of a picture into an image of Tk, if that is still there; 3.11.

    Parameters
    ----------
    photo : PhotoImage
        With the size of the picture.
    pixels : (h, w, 4) uint8
        The picture.
    offsets : tuple of int
        Where red, green, blue and alpha are.
    boxes : sequence of tuple of int
        Left, top, right, bottom of each part, in px, y down.
    """
    from matplotlib.backends import _tkagg

    height = len(pixels)

    def put() -> None:
        if not photo.tk.call("info", "commands", photo):
            return
        interpreter, name = photo.tk.interpaddr(), str(photo)
        rule = _tkagg.TK_PHOTO_COMPOSITE_OVERLAY
        for left, top, right, bottom in boxes:
            bounds = (left, right, height - bottom, height - top)
            _tkagg.blit(interpreter, name, pixels, rule, offsets, bounds)

    if boxes:
        # Tcl calls it in its own thread, whoever is here.
        tk, name = photo.tk, f"drypoint_put_{id(put)}"
        tk.createcommand(name, put)
        try:
            tk.call(name)
        finally:
            tk.deletecommand(name)


def wx_canvas_class() -> Any:
    """The canvas of wx, without what draws; 3.11."""
    from matplotlib.backends.backend_wx import _FigureCanvasWxBase

    return _FigureCanvasWxBase


# --- Agg's own renderer -------------------------------------------------------------------------


def take_agg_surfaces(renderer: Any) -> list[NDArray[np.uint8]]:
    """Take the pixels out of a `RendererAgg` that draws with Agg; 3.11.

    Returns
    -------
    list of (h, w, 4) uint8
        Copies, the one that is drawn on last; below it those that wait for the end of a filter.
        Empty if the renderer has none.
    """
    state = vars(renderer)
    if "_renderer" not in state:
        return []
    surfaces = [*state.pop("_filter_renderers", ()), state.pop("_renderer")]
    # The fast ones among the drawing methods are bound methods of the surface.
    for name, value in list(state.items()):
        if any(getattr(value, "__self__", None) is surface for surface in surfaces):
            del state[name]
    return [np.array(surface) for surface in surfaces]


def give_agg_surfaces(renderer: Any, pictures: Sequence[NDArray[np.uint8]]) -> None:
    """The reverse of `take_agg_surfaces`, for a renderer whose class is Agg's again; 3.11."""
    make = sys.modules["matplotlib.backends.backend_agg"]._RendererAgg
    surfaces = []
    for picture in pictures:
        surface = make(int(renderer.width), int(renderer.height), renderer.dpi)
        np.asarray(surface)[...] = picture
        surfaces.append(surface)
    renderer._renderer = surfaces.pop()
    renderer._filter_renderers = surfaces
    renderer._update_methods()
    if "mathtext_parser" not in vars(renderer):
        renderer.mathtext_parser = MathTextParser("path")
