"""Text for Cairo: glyphs of the very faces that Matplotlib has found, with what they stand for."""

from __future__ import annotations

import ctypes
import threading
from math import radians
from typing import TYPE_CHECKING, Any

from drypoint.adapter.document_text import face_of_key
from drypoint.adapter.fonts import read_font_file

from .binding import cairo, context_address, library

if TYPE_CHECKING:
    from drypoint._core import WalkRun, WalkText

__all__ = ["can_show_text", "show_text"]

_NO_HINTING = 1 << 1  # FreeType's FT_LOAD_NO_HINTING

# Cairo keeps faces in caches of its own, so they and the files that they read from stay.
_faces: dict[str, tuple[int, bytes]] = {}
_freetype: list[ctypes.c_void_p] = []
_lock = threading.Lock()


def can_show_text() -> bool:
    """Whether text can be drawn as such rather than as outlines."""
    reached = library()
    return reached is not None and reached.has_fonts


def _face(key: str, functions: dict[str, Any]) -> int:
    """Cairo's face for an engine's key; 0 if FreeType cannot open it."""
    with _lock:
        known = _faces.get(key)
        return _opened_face(key, functions) if known is None else known[0]


def _opened_face(key: str, functions: dict[str, Any]) -> int:
    if not _freetype:
        handle = ctypes.c_void_p()
        if functions["FT_Init_FreeType"](ctypes.byref(handle)):
            return 0
        _freetype.append(handle)
    face = face_of_key(key)
    data = bytes(read_font_file(face.path))
    opened = ctypes.c_void_p()
    error = functions["FT_New_Memory_Face"](
        _freetype[0], data, len(data), face.face_index, ctypes.byref(opened)
    )
    address = 0
    if not error:
        address = functions["cairo_ft_font_face_create_for_ft_face"](opened, _NO_HINTING) or 0
    _faces[key] = address, data
    return address


def _show_run(context: Any, run: WalkRun, functions: dict[str, Any]) -> None:
    key, size, slant, extend, ids, places, texts = run
    face = _face(key, functions)
    if not face or not len(ids):
        return
    functions["cairo_set_font_face"](context_address(context), face)
    context.set_font_matrix(cairo.Matrix(size * extend, 0, -size * extend * slant, size))
    make_glyph = getattr(cairo, "Glyph", _tuple)
    make_cluster = getattr(cairo, "TextCluster", _tuple)
    glyphs = [
        make_glyph(index, x, y) for index, (x, y) in zip(ids.tolist(), places.tolist(), strict=True)
    ]
    # C ends strings at a null.
    texts = [text.replace("\0", "") for text in texts]
    clusters = [make_cluster(len(text.encode()), 1) for text in texts]
    context.show_text_glyphs("".join(texts), glyphs, clusters, 0)


def _tuple(*values: float) -> tuple[float, ...]:
    return values


def show_text(context: Any, text: WalkText) -> None:
    """Draw a line of text; `can_show_text` has said that it can be."""
    reached = library()
    if reached is None:
        return
    _, rgba, (x, y, angle), runs, boxes, _ = text
    options = cairo.FontOptions()
    options.set_hint_style(cairo.HINT_STYLE_NONE)
    options.set_hint_metrics(cairo.HINT_METRICS_OFF)
    context.save()
    context.set_font_options(options)
    context.set_source_rgba(*rgba)
    context.translate(x, y)
    context.rotate(-radians(angle))
    for run in runs:
        _show_run(context, run, reached.functions)
    for box in boxes.tolist():
        context.new_path()
        context.rectangle(*box)
        context.fill()
    context.restore()
