"""What a canvas paints, read from the toolkit: for Wayland, whose screen has the mouse in it."""

from collections.abc import Callable
from typing import Any

import numpy as np


def painted_by_qt(canvas: Any) -> np.ndarray:
    from matplotlib.backends.qt_compat import QT_API, QtGui

    image = canvas.grab().toImage().convertToFormat(QtGui.QImage.Format.Format_RGBA8888)
    data = image.constBits()
    if QT_API.startswith("PyQt"):
        data.setsize(image.bytesPerLine() * image.height())
    pixels = np.frombuffer(data, np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), :3].copy()


def painted_by_gtk(canvas: Any) -> np.ndarray:
    import cairo

    area = canvas.get_allocation()
    width, height = area.width, area.height
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
    context = cairo.Context(surface)
    canvas.on_draw_event(canvas, context)
    canvas._post_draw(canvas, context)
    surface.flush()
    pixels = np.ndarray((height, surface.get_stride() // 4, 4), np.uint8, surface.get_data())
    return pixels[:, :width, 2::-1].copy()


PAINTED: dict[str, Callable[[Any], np.ndarray]] = {
    "gtk3": painted_by_gtk,
    "gtk4": painted_by_gtk,
    "qt": painted_by_qt,
}
