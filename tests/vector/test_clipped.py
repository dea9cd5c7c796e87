"""What lies outside of the clip is not written, in any format."""

import io
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drypoint.backends import agg


def points(axes: Axes) -> None:
    axes.plot(np.linspace(-50, 50, 401), np.zeros(401), "o", ms=8)


def scatter(axes: Axes) -> None:
    axes.scatter(np.linspace(-50, 50, 401), np.zeros(401), s=np.linspace(20, 60, 401))


def mesh(axes: Axes) -> None:
    axes.pcolormesh(np.linspace(-50, 50, 101), [-1, 1], np.arange(100.0)[None])


def size(draw: Callable[[Axes], None], format: str, limits: tuple[float, float]) -> int:
    """Bytes of a figure of which a part is shown."""
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0.4, 0.4, 0.2, 0.2), xticks=[], yticks=[])
    draw(axes)
    axes.set_xlim(*limits)
    agg.FigureCanvas(figure)
    buffer = io.BytesIO()
    with mpl.rc_context({"pdf.compression": 0}):
        figure.savefig(buffer, format=format)
    return len(buffer.getvalue())


@pytest.mark.parametrize("format", ["pdf", "svg", "eps", "pgf"])
@pytest.mark.parametrize("draw", [points, scatter, mesh], ids=lambda draw: draw.__name__)
def test_a_part_that_is_shown_takes_bytes_for_that_part(
    draw: Callable[[Axes], None], format: str
) -> None:
    nothing = size(lambda axes: None, format, (0, 10))
    # The axes are a fifth of the page wide: a clip of a tenth of the data leaves half of them on the page.
    part = size(draw, format, (-5, 5)) - nothing
    whole = size(draw, format, (-50, 50)) - nothing
    assert 0 < part < 0.3 * whole
