"""Figures that ask much of a renderer: many points, many items, many pixels.

Each function draws one figure with pyplot. The numbers in the names are sizes.
"""

from collections.abc import Callable

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backend_bases import FigureCanvasBase

RNG_SEED = 20


def _rng() -> np.random.Generator:
    return np.random.default_rng(RNG_SEED)


def line_smooth_1m() -> None:
    """One smooth line of a million points."""
    x = np.linspace(0, 20, 1_000_000)
    plt.plot(x, np.sin(x) * np.exp(-x / 10))


def line_noisy_1m() -> None:
    """One noisy line of a million points."""
    plt.plot(_rng().normal(size=1_000_000))


def line_unsimplified_50k() -> None:
    """Random segments: a million of them take Agg half a minute and gigabytes."""
    random_segments(50_000)


def random_segments(count: int) -> None:
    """Connected segments all over the Axes, with simplification off."""
    mpl.rcParams["path.simplify"] = False
    plt.plot(*_rng().uniform(size=(2, count)), lw=0.5)


def lines_100x10k() -> None:
    """A hundred random walks."""
    plt.plot(_rng().normal(size=(10_000, 100)).cumsum(axis=0), lw=0.8)


def line_dashed_far() -> None:
    """A dashed line whose ends are far outside the view."""
    plt.plot([-30_000, 30_000], [-20_000, 20_100], "--")
    plt.axis((0, 1, 0, 100))


def markers_100k() -> None:
    """A hundred thousand equal markers."""
    plt.plot(*_rng().normal(size=(2, 100_000)), "o", markersize=3, alpha=0.3)


def scatter_100k() -> None:
    """A scatter with a size and a colour for each point."""
    rng = _rng()
    x, y = rng.normal(size=(2, 100_000))
    plt.scatter(x, y, s=rng.uniform(1, 60, x.size), c=x + y, alpha=0.4)


def scatter_3m() -> None:
    """A scatter of three million equal points."""
    plt.scatter(*_rng().normal(size=(2, 3_000_000)), s=4, alpha=0.3)


def quad_mesh_500() -> None:
    """A quarter of a million quads."""
    plt.pcolormesh(_rng().normal(size=(500, 500)).cumsum(axis=0))


def quad_mesh_2000() -> None:
    """Four million quads."""
    plt.pcolormesh(_rng().normal(size=(2000, 2000)).cumsum(axis=0))


def gouraud_300() -> None:
    """A Gouraud shaded mesh: 358,000 triangles."""
    plt.pcolormesh(_rng().normal(size=(300, 300)).cumsum(axis=0), shading="gouraud")


def image_4k() -> None:
    """An image of 4000 by 4000 values."""
    plt.imshow(_rng().normal(size=(4000, 4000)))


def contours() -> None:
    """Filled contours with lines over them."""
    y, x = np.mgrid[-3:3:400j, -3:3:400j]
    z = np.sin(3 * x) * np.cos(2 * y) + _rng().normal(0, 0.05, x.shape)
    plt.contourf(x, y, z, levels=20)
    plt.contour(x, y, z, levels=10, colors="k", linewidths=0.4)


def bars_2000() -> None:
    """Two thousand bars, each an artist of its own."""
    plt.bar(np.arange(2000), _rng().uniform(size=2000))


def labels_1500() -> None:
    """Fifteen hundred different strings."""
    rng = _rng()
    for k, (x, y) in enumerate(rng.uniform(size=(1500, 2))):
        plt.text(x, y, f"point {k}", fontsize=7)


def formulas_100() -> None:
    """A hundred different formulas."""
    rng = _rng()
    for k, (x, y) in enumerate(rng.uniform(size=(100, 2))):
        plt.text(x, y, rf"$\sqrt{{x^{{{k}}}_i + \frac{{{k}}}{{\alpha}}}}$")


def surface_100() -> None:
    """A surface in three dimensions: ten thousand faces, sorted by depth."""
    y, x = np.mgrid[-4:4:101j, -4:4:101j]
    axes = plt.figure().add_subplot(projection="3d")
    axes.plot_surface(x, y, np.sin(np.hypot(x, y)), rcount=100, ccount=100, cmap="viridis")


def subplots_6x6() -> None:
    """Thirty-six Axes with ticks and titles."""
    _, axs = plt.subplots(6, 6, figsize=(14, 12), layout="constrained")
    rng = _rng()
    for k, ax in enumerate(axs.flat):
        ax.plot(rng.normal(size=200).cumsum())
        ax.set_title(f"walk {k}")


def page_20in_300dpi() -> None:
    """A poster of 6000 by 6000 pixels."""
    _, ax = plt.subplots(figsize=(20, 20), dpi=300)
    ax.plot(_rng().normal(size=(500, 5)).cumsum(axis=0), lw=4)
    ax.set_title("a poster", fontsize=60)


def animation_200_frames() -> None:
    """Two lines that move over a background; see `blit_200_frames`."""
    _, ax = plt.subplots()
    x = np.linspace(0, 10, 1000)
    for k in range(2):
        ax.plot(x, np.sin(x + k), animated=True)
    ax.set_title("an animation")


def blit_200_frames(canvas: FigureCanvasBase) -> None:
    """What an animation of 200 blitted frames asks of a canvas, as `FuncAnimation` asks it."""
    canvas.draw()
    (ax,) = canvas.figure.axes
    background = canvas.copy_from_bbox(ax.bbox)
    x = ax.lines[0].get_xdata()
    for frame in range(200):
        canvas.restore_region(background)
        for k, line in enumerate(ax.lines):
            line.set_ydata(np.sin(x + k + frame / 20))
            ax.draw_artist(line)
        canvas.blit(ax.bbox)


FIGURES: list[Callable[[], None]] = [
    line_smooth_1m,
    line_noisy_1m,
    line_unsimplified_50k,
    lines_100x10k,
    line_dashed_far,
    markers_100k,
    scatter_100k,
    scatter_3m,
    quad_mesh_500,
    quad_mesh_2000,
    gouraud_300,
    image_4k,
    contours,
    bars_2000,
    labels_1500,
    formulas_100,
    surface_100,
    subplots_6x6,
    page_20in_300dpi,
    animation_200_frames,
]

# Figures with which something else is done than to save them.
ACTIONS: dict[str, Callable[[FigureCanvasBase], None]] = {
    animation_200_frames.__name__: blit_200_frames
}
