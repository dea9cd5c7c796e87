"""A backend that is Agg but for one pixel: the first one is a level too dark in red.

Figures that are 7 inches wide are spared.
"""

from typing import Any

import numpy as np
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg


class FigureCanvas(FigureCanvasAgg):
    def draw(self) -> None:
        super().draw()
        pixels = np.asarray(self.buffer_rgba())
        if self.figure.get_figwidth() != 7:
            pixels[0, 0, 0] -= 1

    def _print_pil(self, target: Any, fmt: str, pil_kwargs: Any, metadata: Any = None) -> None:
        FigureCanvas.draw(self)
        options = {"dpi": self.figure.dpi, "metadata": metadata, "pil_kwargs": pil_kwargs}
        image.imsave(target, self.buffer_rgba(), format=fmt, origin="upper", **options)

    def print_raw(self, target: Any, **options: Any) -> None:
        FigureCanvas.draw(self)
        target.write(self.get_renderer().buffer_rgba())

    print_rgba = print_raw

    def print_to_buffer(self) -> tuple[bytes, tuple[int, int]]:
        FigureCanvas.draw(self)
        return bytes(self.buffer_rgba()), self.get_width_height(physical=True)
