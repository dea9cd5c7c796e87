"""Paths for Cairo: handed over as whole buffers where the library can be reached."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from .binding import Path, context_address, library

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["PathSet", "append"]

_MOVE, _LINE, _CURVE, _CLOSE = 1, 2, 4, 79

# Vertices up to which calls for single segments cost less than making a buffer.
_FEW = 12

# By code: type and length of a segment's header, and whether a header stands there at all.
_TYPES = np.zeros(256, np.int32)
_TYPES[[_MOVE, _LINE, _CURVE, _CLOSE]] = 0, 1, 2, 3
_LENGTHS = np.zeros(256, np.int32)
_LENGTHS[[_MOVE, _LINE, _CURVE, _CLOSE]] = 2, 2, 4, 1


def _records(
    vertices: NDArray[np.float64], codes: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """A path as Cairo's records, each a header or a point.

    Parameters
    ----------
    vertices : (N, 2) float64
    codes : (N,) uint8
        1 move, 2 line, 4 cubic (three times), 79 close.

    Returns
    -------
    records : (K, 2) float64
        Headers are two int32 at the beginning of a record.
    ends : (N,) int
        How many records there are up to the end of each vertex.
    """
    is_curve = codes == _CURVE
    begins = ~is_curve | (np.cumsum(is_curve) % 3 == 1)
    has_point = codes != _CLOSE
    counts = begins.astype(np.intp) + has_point
    ends = np.cumsum(counts)
    records = np.zeros((int(ends[-1]) if len(ends) else 0, 2))
    records[ends[has_point] - 1] = vertices[has_point]
    headers = records.view(np.int32)
    places, kinds = (ends - counts)[begins], codes[begins]
    headers[places, 0] = _TYPES[kinds]
    headers[places, 1] = _LENGTHS[kinds]
    return records, ends


def _append_by_segment(
    context: Any, vertices: NDArray[np.float64], codes: NDArray[np.uint8]
) -> None:
    points = vertices.tolist()
    i = 0
    for code in (kinds := codes.tolist()):
        if i >= len(kinds):
            break
        code = kinds[i]
        if code == _LINE:
            context.line_to(*points[i])
        elif code == _MOVE:
            context.move_to(*points[i])
        elif code == _CLOSE:
            context.close_path()
        else:
            context.curve_to(*points[i], *points[i + 1], *points[i + 2])
            i += 2
        i += 1


def append(context: Any, vertices: NDArray[np.float64], codes: NDArray[np.uint8]) -> None:
    """Add a path to that of a context; arrays as in `PathSet`."""
    if len(codes) <= _FEW or library() is None:
        _append_by_segment(context, vertices, codes)
    else:
        PathSet(vertices, codes, None).appender(context)(0)


class PathSet:
    """Paths in one pair of arrays.

    Parameters
    ----------
    vertices : (N, 2) float64
    codes : (N,) uint8
        1 move, 2 line, 4 cubic (three times), 79 close.
    ends : (P,) int or None
        Where each path ends; None for a single one.
    """

    def __init__(
        self,
        vertices: NDArray[np.float64],
        codes: NDArray[np.uint8],
        ends: NDArray[np.int64] | None,
    ) -> None:
        self._vertices = vertices
        self._codes = codes
        self._ends = np.array([len(codes)]) if ends is None else ends

    def appender(self, context: Any) -> Callable[[int], None]:
        """A function that adds the path of an index to that of the context."""
        reached = library()
        if reached is None or not len(self._codes):
            return self._appender_by_segment(context)
        records, counts = _records(self._vertices, self._codes)
        ends = np.concatenate(([0], counts))[self._ends].tolist()
        append_path = reached.functions["cairo_append_path"]
        address = context_address(context)
        first = records.ctypes.data
        path = Path(0, first, 0)
        reference = ctypes.byref(path)
        size = records.itemsize * 2

        def append_one(index: int, records: object = records) -> None:
            start = ends[index - 1] if index else 0
            path.num_data = ends[index] - start
            if path.num_data:
                path.data = first + size * start
                append_path(address, reference)

        return append_one

    def _appender_by_segment(self, context: Any) -> Callable[[int], None]:
        ends = self._ends.tolist()

        def append_one(index: int) -> None:
            part = slice(ends[index - 1] if index else 0, ends[index])
            _append_by_segment(context, self._vertices[part], self._codes[part])

        return append_one
