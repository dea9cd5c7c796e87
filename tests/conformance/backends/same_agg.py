"""A backend that is Agg under another name: everything it draws is identical to Agg's."""

from matplotlib.backends import backend_agg
from matplotlib.backends.backend_agg import FigureCanvasAgg


class RendererAgg(backend_agg.RendererAgg):
    draw_text = backend_agg.RendererAgg.draw_text  # a test takes it from the class


class FigureCanvas(FigureCanvasAgg):
    def get_renderer(self) -> RendererAgg:
        width, height = self.get_width_height(physical=True)
        key = width, height, self.figure.dpi
        if self._lastKey != key:
            self.renderer = RendererAgg(width, height, self.figure.dpi)
            self._lastKey = key
        return self.renderer
