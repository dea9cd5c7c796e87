"""Canvases of toolkits that inherit from Agg's, made before and after the takeover."""

import os
import subprocess
import sys
import textwrap

import pytest

QT = """
import numpy as np
import drypoint
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.backends.qt_compat import QtGui, QtWidgets
from matplotlib.figure import Figure

application = QtWidgets.QApplication([])

def picture():
    canvas = FigureCanvasQTAgg(Figure(figsize=(3, 2)))
    canvas.figure.subplots().plot([1, 3, 2])
    canvas.show()
    return canvas.figure

def shown(figure):
    "What the window shows, and what the canvas says it should."
    application.processEvents()
    image = figure.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    data = image.constBits()
    data.setsize(image.sizeInBytes())
    data = np.frombuffer(data, np.uint8)
    data = data.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, :image.width()]
    return data.copy(), np.array(figure.canvas.buffer_rgba())

class Embedded(FigureCanvasQTAgg):
    painted = 0

    def paintEvent(self, event):
        self.painted += 1
        super().paintEvent(event)

    def draw_idle(self):
        super().draw_idle()

theirs = dict(vars(FigureCanvasQTAgg))
embedded = Embedded(Figure())
QImage = QtGui.QImage
early = picture()
before, expected = shown(early)
assert np.array_equal(before[..., :3], expected[..., :3])
assert "_renderer" in vars(early.canvas.renderer)

drypoint.install()
assert type(early.canvas) is FigureCanvasQTAgg and isinstance(early.canvas, FigureCanvasAgg)
# Windows have what drypoint's have, subclasses made before too.
for canvas in (early.canvas, embedded):
    assert canvas.shown_pixels.__func__.__module__ == "drypoint.adapter.window"
embedded.show()
application.processEvents()
assert embedded.painted > 0
early.canvas.draw()
after, buffer = shown(early)
assert np.array_equal(buffer, expected) and np.array_equal(after, before)
assert "_renderer" not in vars(early.canvas.renderer)

late = picture()
after, buffer = shown(late)
assert np.array_equal(buffer, expected) and np.array_equal(after, before)
assert "_renderer" not in vars(late.canvas.renderer)

# Blitting goes through the regions of the renderer.
background = late.canvas.copy_from_bbox(late.bbox)
late.axes[0].draw_artist(late.axes[0].lines[0])
late.canvas.restore_region(background)
late.canvas.blit(late.bbox)
again, buffer = shown(late)
assert np.array_equal(again, after)

drypoint.uninstall()
assert dict(vars(FigureCanvasQTAgg)) == theirs and not hasattr(late.canvas, "shown_pixels")
assert [cls.__name__ for cls in FigureCanvasQTAgg.__bases__] == ["FigureCanvasAgg", "FigureCanvasQT"]
back, buffer = shown(late)
assert np.array_equal(buffer, expected) and np.array_equal(back, before)
late.canvas.draw()
assert "_renderer" in vars(late.canvas.renderer)
print("all shown")
"""


def test_qt() -> None:
    pytest.importorskip("PyQt6.QtWidgets", reason="needs PyQt6", exc_type=ImportError)
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(QT)],
        capture_output=True,
        text=True,
        timeout=120,
        # Without an X server the offscreen platform stands for a screen.
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":none"},
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip() == "all shown"
