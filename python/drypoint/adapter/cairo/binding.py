"""Which of Python's bindings of Cairo draws, and what it lacks.

Neither binding takes a path as a whole nor a font that FreeType has opened. The library that it
has loaded does, and is called beside it where it can be reached: on CPython, if it is a shared
library. Where it is not, paths go over segment by segment and text as outlines.
"""

from __future__ import annotations

import ctypes
import importlib
import sys
from functools import cache
from typing import Any

__all__ = ["Library", "cairo", "context_address", "library"]

_OLDEST_PYCAIRO = (1, 14, 0)


def _binding() -> Any:
    """The module of a binding; pycairo's if both are there, as with Matplotlib.

    Raises
    ------
    ImportError
        If there is none.
    """
    try:
        module: Any = importlib.import_module("cairo")
        if module.version_info >= _OLDEST_PYCAIRO:
            return module
    except ImportError:
        pass
    try:
        return importlib.import_module("cairocffi")
    except (ImportError, OSError) as error:
        raise ImportError(
            "drawing through Cairo needs pycairo (1.14 or later) or cairocffi: "
            "install one of them, for instance by `pip install pycairo`"
        ) from error


cairo: Any = _binding()
"""pycairo or cairocffi; what is used of them has the same names in both."""

_is_pycairo = cairo.__name__ == "cairo"


class Path(ctypes.Structure):
    """Cairo's record of a path: a status, where the data begins, how many of its records there are."""

    _fields_ = (("status", ctypes.c_int), ("data", ctypes.c_void_p), ("num_data", ctypes.c_int))


_POINTER = ctypes.c_void_p
_DOUBLE = ctypes.c_double

# What is called, with its result and arguments.
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "cairo_append_path": (None, [_POINTER, ctypes.POINTER(Path)]),
    "cairo_set_font_face": (None, [_POINTER, _POINTER]),
    "cairo_set_source": (None, [_POINTER, _POINTER]),
    "cairo_pattern_destroy": (None, [_POINTER]),
    "cairo_pattern_create_mesh": (_POINTER, []),
    "cairo_mesh_pattern_begin_patch": (None, [_POINTER]),
    "cairo_mesh_pattern_end_patch": (None, [_POINTER]),
    "cairo_mesh_pattern_move_to": (None, [_POINTER, _DOUBLE, _DOUBLE]),
    "cairo_mesh_pattern_line_to": (None, [_POINTER, _DOUBLE, _DOUBLE]),
    "cairo_mesh_pattern_set_corner_color_rgba": (
        None,
        [_POINTER, ctypes.c_uint, _DOUBLE, _DOUBLE, _DOUBLE, _DOUBLE],
    ),
}

# What may be missing: Cairo can be built without FreeType.
_FONT_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "FT_Init_FreeType": (ctypes.c_int, [ctypes.POINTER(_POINTER)]),
    "FT_New_Memory_Face": (
        ctypes.c_int,
        [_POINTER, ctypes.c_char_p, ctypes.c_long, ctypes.c_long, ctypes.POINTER(_POINTER)],
    ),
    "cairo_ft_font_face_create_for_ft_face": (_POINTER, [_POINTER, ctypes.c_int]),
}


class Library:
    """Functions of the Cairo that the binding has loaded.

    Attributes
    ----------
    functions : dict of str to callable
        By their names in C.
    has_fonts : bool
        Whether those of fonts are among them.
    """

    def __init__(self, handle: ctypes.CDLL) -> None:
        self.functions = _bound(handle, _FUNCTIONS)
        self.has_fonts = True
        try:
            self.functions.update(_bound(handle, _FONT_FUNCTIONS))
        except AttributeError:
            self.has_fonts = False


def _bound(handle: ctypes.CDLL, signatures: dict[str, tuple[Any, list[Any]]]) -> dict[str, Any]:
    functions = {}
    for name, (result, arguments) in signatures.items():
        function = getattr(handle, name)
        function.restype, function.argtypes = result, arguments
        functions[name] = function
    return functions


@cache
def library() -> Library | None:
    """The library itself; None if it cannot be reached beside the binding."""
    if sys.implementation.name != "cpython":
        return None
    try:
        handle = _handle_of_pycairo() if _is_pycairo else _handle_of_cairocffi()
        return None if handle is None else Library(handle)
    except (AttributeError, OSError):
        return None


def _handle_of_pycairo() -> ctypes.CDLL:
    # What the extension is linked with is found by way of it.
    return ctypes.CDLL(importlib.import_module("cairo._cairo").__file__)


def _handle_of_cairocffi() -> ctypes.CDLL | None:
    names = ("libcairo.so.2", "libcairo.2.dylib", "libcairo-2.dll", "libcairo.so")
    ffi = cairo.ffi
    wanted = int(ffi.cast("uintptr_t", ffi.addressof(cairo.cairo, "cairo_append_path")))
    for name in names:
        try:
            handle = ctypes.CDLL(name)
        except OSError:
            continue
        # Not another copy, whose objects would be strange to the first.
        if ctypes.cast(handle.cairo_append_path, ctypes.c_void_p).value == wanted:
            return handle
    return None


def context_address(context: Any) -> int:
    """Where the library has a context of the binding's."""
    if _is_pycairo:
        # The first field behind the head of the object, as pycairo's header says.
        address = ctypes.c_void_p.from_address(id(context) + object.__basicsize__).value
        return address or 0
    return int(cairo.ffi.cast("uintptr_t", context._pointer))
