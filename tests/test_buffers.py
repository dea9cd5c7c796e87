"""Pixels as Python buffers: what consumers ask for, and that views outlive everything.

`make sanitize` runs this file under AddressSanitizer, which sees any byte that is touched outside of what it should be.
"""

from __future__ import annotations

import ctypes
import gc as garbage
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import PIL.Image
import pytest
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from drypoint.adapter.renderer import Renderer

SANITIZED = bool(os.environ.get("DRYPOINT_SANITIZED"))

SQUARE = Path([[5, 5], [25, 5], [25, 25], [5, 25], [5, 5]], closed=True)


def gc() -> GraphicsContextBase:
    context = GraphicsContextBase()
    context.set_linewidth(0)
    return context


def draw(renderer: Renderer, color: tuple[float, float, float]) -> None:
    renderer.draw_path(gc(), SQUARE, Affine2D(), color)


def drawn() -> Renderer:
    renderer = Renderer(40, 30, 100)
    draw(renderer, (1, 0, 0))
    return renderer


def region() -> Any:
    return drawn().copy_from_bbox(Bbox([[0, 0], [40, 30]]))


class Buffer(ctypes.Structure):
    """`Py_buffer`."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    )


SIMPLE, WRITABLE, FORMAT, ND, STRIDES = 0, 1, 4, 8, 0x18
C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS, INDIRECT = 0x38, 0x58, 0x98, 0x118


@pytest.mark.parametrize("make", [lambda: drawn()._core, region], ids=["canvas", "region"])
@pytest.mark.parametrize(
    "flags",
    [
        *(SIMPLE, WRITABLE, FORMAT, ND, ND | WRITABLE, STRIDES, C_CONTIGUOUS, ANY_CONTIGUOUS),
        *(INDIRECT | FORMAT, INDIRECT | FORMAT | WRITABLE, C_CONTIGUOUS | F_CONTIGUOUS),
    ],
)
def test_a_buffer_says_what_it_was_asked_for(make: Callable[[], Any], flags: int) -> None:
    view = Buffer()
    owner = make()
    count = sys.getrefcount(owner)
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(owner), ctypes.byref(view), flags)
    assert view.obj == id(owner)
    assert (view.len, view.itemsize, view.readonly) == (40 * 30 * 4, 1, 0)
    assert view.format == (b"B" if flags & FORMAT else None)
    if flags & ND:
        assert (view.ndim, view.shape[:3]) == (3, [30, 40, 4])
    else:
        assert not view.shape
    if flags & STRIDES == STRIDES:
        assert view.strides[:3] == [160, 4, 1]
    else:
        assert not view.strides
    assert not view.suboffsets
    pixels = ctypes.string_at(view.buf, view.len)
    assert np.frombuffer(pixels, np.uint8).reshape(30, 40, 4)[15, 15].tolist() == [255, 0, 0, 255]
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
    assert sys.getrefcount(owner) == count
    assert view.obj is None


@pytest.mark.parametrize("make", [lambda: drawn()._core, region], ids=["canvas", "region"])
def test_columns_first_is_refused(make: Callable[[], Any]) -> None:
    view = Buffer(obj=1)
    owner = make()
    with pytest.raises(BufferError, match="row by row"):
        ctypes.pythonapi.PyObject_GetBuffer(
            ctypes.py_object(owner), ctypes.byref(view), F_CONTIGUOUS
        )
    assert view.obj is None
    # Nothing is counted as exported: what is drawn is still beside Python, and all right.
    memoryview(owner).release()


CONSUMERS: dict[str, Callable[[Any], Any]] = {
    "memoryview": memoryview,
    "numpy": np.asarray,
    "pillow": lambda owner: PIL.Image.frombuffer("RGBA", (40, 30), memoryview(owner).cast("B")),
    "ctypes": lambda owner: (ctypes.c_ubyte * 4800).from_buffer(owner),
}


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize("make", [lambda: drawn()._core, region], ids=["canvas", "region"])
def test_a_view_outlives_its_owner(make: Callable[[], Any], consumer: str) -> None:
    view = CONSUMERS[consumer](make())
    garbage.collect()
    others = [Renderer(40, 30, 100) for _ in range(20)]  # would take the memory if it were free
    pixels = np.asarray(view, np.uint8).reshape(30, 40, 4)
    assert pixels[15, 15].tolist() == [255, 0, 0, 255]
    assert len(others) == 20


def test_what_is_drawn_while_a_view_is_out_is_in_it() -> None:
    renderer = drawn()
    pixels = np.asarray(renderer.buffer_rgba())
    for blue in range(50):
        draw(renderer, (0, 0, blue / 255))
        assert pixels[15, 15].tolist() == [0, 0, blue, 255]
    renderer.clear()
    assert pixels[15, 15].tolist() == [255, 255, 255, 0]
    pixels[15, 15] = 7
    assert np.asarray(renderer.buffer_rgba())[15, 15].tolist() == [7, 7, 7, 7]


def test_a_region_may_be_moved_and_restored_while_a_view_is_out() -> None:
    renderer, saved = Renderer(40, 30, 100), region()
    pixels = np.asarray(saved)
    pixels[15, 15] = [1, 2, 3, 255]
    saved.set_x(3)
    saved.set_y(-2)
    renderer.restore_region(saved)
    assert np.asarray(renderer.buffer_rgba())[13, 18].tolist() == [1, 2, 3, 255]
    del saved
    garbage.collect()
    assert pixels[15, 15].tolist() == [1, 2, 3, 255]


def test_views_come_and_go_in_threads() -> None:
    renderer = drawn()

    def look(turn: int) -> bool:
        if turn % 3 == 0:
            draw(renderer, (0, 0, 1))
        pixel = np.array(renderer.buffer_rgba())[15, 15].tolist()
        return pixel in ([255, 0, 0, 255], [0, 0, 255, 255])

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(look, range(300)))


@pytest.mark.skipif(not SANITIZED, reason="only a sanitizer sees it: make sanitize")
def test_the_sanitizer_is_awake() -> None:
    overrun = """
        import ctypes
        import numpy as np
        from drypoint.adapter.renderer import Renderer
        pixels = np.asarray(Renderer(40, 30, 100).buffer_rgba())
        ctypes.memset(pixels.ctypes.data + pixels.nbytes, 1, 1)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(overrun)], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "heap-buffer-overflow" in done.stderr
