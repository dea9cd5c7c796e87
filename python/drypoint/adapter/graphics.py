"""From Matplotlib's graphics context to the engine's `Style`, and what else a path says of how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import BboxBase

from drypoint import _core
from drypoint.adapter import compat

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from numpy.typing import NDArray

#: A colour as three or four numbers from 0 to 1.
Rgba: TypeAlias = "Sequence[float] | NDArray[np.float64]"


def simplify_threshold(path: Path) -> float | None:
    """The distance (px) within which vertices of *path* may be merged, None if all are to be drawn."""
    return path.simplify_threshold if path.should_simplify else None


def matrix(transform: Any) -> Any:
    """The 3×3 matrix of a transform (y up); arrays and None (the identity) pass."""
    get_matrix = getattr(transform, "get_matrix", None)
    return transform if get_matrix is None else get_matrix()


def face_color(gc: GraphicsContextBase, rgb: Rgba | None) -> Rgba | None:
    """The fill for *rgb*: the gc's alpha replaces its own if it is forced, or if the colour has none."""
    if rgb is None:
        return None
    if gc.get_forced_alpha() or len(rgb) == 3:
        return (*rgb[:3], gc.get_alpha())
    return rgb


class StyleMaker:
    """Reads graphics contexts; one for each renderer.

    It remembers the vertices array of the last clip path. Agg keeps its mask as long as that object and the affine stay
    the same, whatever happens to the numbers in it, and so do we: the engine is told by a number that changes with the
    object, and holding the object here keeps its identity from being used again.
    """

    def __init__(self) -> None:
        self._clip_vertices: object = None
        self._clip_identity = 0
        self._hatch_path: Path | None = None
        self._hatch: _core.Path | None = None

    def style(self, gc: GraphicsContextBase) -> _core.Style:
        """Everything *gc* says, as the engine wants it."""
        rectangle: Any = gc.get_clip_rectangle()
        dashes: Any = gc.get_dashes()
        return _core.Style(
            gc.get_linewidth(),
            gc.get_rgb(),
            bool(gc.get_antialiased()),
            *compat.cap_and_join(gc),
            dashes,
            None if rectangle is None else clip_rectangle(rectangle),
            self._clip_path(gc),
            gc.get_snap(),
            self._hatch_of(gc),
            gc.get_sketch_params(),
        )

    def _clip_path(self, gc: GraphicsContextBase) -> _core.ClipPath | None:
        # Matplotlib's stubs say that this is a TransformedPath, and that a hatch has always a path.
        clip: tuple[Any, Any] = gc.get_clip_path()
        path, transform = clip
        if path is None:
            return None
        vertices = path.vertices
        if vertices is not self._clip_vertices or not _is_float64(vertices):
            self._clip_vertices = vertices
            self._clip_identity += 1
        return _core.ClipPath(
            _core.Path(vertices, path.codes, simplify_threshold(path)),
            matrix(transform),
            self._clip_identity,
        )

    def _hatch_of(self, gc: GraphicsContextBase) -> tuple[_core.Path, Any, float] | None:
        path: Any = gc.get_hatch_path()
        if path is None:
            return None
        if path is not self._hatch_path or self._hatch is None:  # Matplotlib keeps these paths.
            self._hatch_path = path
            self._hatch = _core.Path(path.vertices, path.codes, None)
        # Collections bring colours of their own and leave the gc without one.
        color = gc.get_hatch_color()
        return self._hatch, (0, 0, 0, 0) if color is None else color, gc.get_hatch_linewidth()


def _is_float64(vertices: object) -> bool:
    """Whether Agg takes the array as it is; another one it converts, anew at each call."""
    return isinstance(vertices, np.ndarray) and vertices.dtype == np.float64


def clip_rectangle(rectangle: Any) -> tuple[float, float, float, float]:
    """The corners (x1, y1, x2, y2), px, y up, of a Bbox, a (2, 2) or a (4,) array.

    Raises
    ------
    ValueError
        If it has another shape.
    """
    if isinstance(rectangle, BboxBase):
        (x1, y1), (x2, y2) = rectangle.get_points().tolist()
        return x1, y1, x2, y2
    extents = np.asarray(rectangle, dtype=float)
    if extents.shape not in [(2, 2), (4,)]:
        raise ValueError(
            f"Invalid bounding box: the shape must be (2, 2) or (4,), not {extents.shape}"
        )
    x1, y1, x2, y2 = extents.ravel().tolist()
    return x1, y1, x2, y2


def chunks(path: Path, size: int) -> list[Path]:
    """*path* cut into pieces of about *size* vertices.

    As with Agg, each piece lacks the vertex before the next one begins.
    """
    vertices: Any = path.vertices
    codes: Any = path.codes
    count = len(vertices)
    step = int(np.ceil(count / np.ceil(count / size)))
    starts = np.arange(0, count, step)
    pieces = []
    for start in starts:
        end = count if start == starts[-1] else start + step - 1
        piece_codes = None
        if codes is not None:
            piece_codes = codes[start:end].copy()
            piece_codes[0] = Path.MOVETO
        piece = Path(vertices[start:end], piece_codes)
        piece.simplify_threshold = path.simplify_threshold
        pieces.append(piece)
    return pieces
