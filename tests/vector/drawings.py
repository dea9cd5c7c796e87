"""Small figures that together use the whole vocabulary of drawing."""

from collections.abc import Callable

import numpy as np
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.path import Path
from matplotlib.tri import Triangulation


def empty() -> Figure:
    """A figure of an inch, without anything."""
    figure = Figure(figsize=(1, 1), frameon=False)
    figure.add_axes((0, 0, 1, 1)).set_axis_off()
    figure.axes[0].set(xlim=(0, 72), ylim=(0, 72))
    return figure


def lines() -> Figure:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([0, 36, 72], [0, 72, 0], lw=2, color="red", solid_joinstyle="miter")
    ax.plot([5, 60], [10, 10], "--", lw=1, color=(0, 0, 1, 0.5), dash_capstyle="round")
    ax.plot([5, np.nan, 50, 60], [20, 20, 20, 30], lw=0.5, color="k", url="https://a.b/?c&d")
    return figure


def patches() -> Figure:
    figure = empty()
    ax = figure.axes[0]
    ax.add_patch(Rectangle((10, 10), 20, 30, facecolor="#12345678", edgecolor="none"))
    ax.add_patch(Rectangle((40, 10), 20, 30, facecolor="w", edgecolor="g", hatch="x/", gid="mine"))
    circle = Circle((36, 36), 20, facecolor="y", edgecolor="k")
    ax.add_patch(Rectangle((0, 50), 72, 10, color="b", clip_path=ax.add_patch(circle)))
    return figure


def markers() -> Figure:
    figure = empty()
    ax = figure.axes[0]
    ax.plot([10, 30, 50, 65], [10, 30, 10, 40], "o", ms=6, mfc="c", mec="k")
    ax.plot([20], [50], "s", ms=8, color="m")
    return figure


def collections() -> Figure:
    figure = empty()
    ax = figure.axes[0]
    x = np.linspace(5, 65, 12)
    urls = [f"https://a.b/{i}" for i in range(3)]
    ax.scatter(x, x, s=x, c=x, alpha=0.5, urls=urls, linewidths=[0, 1])
    segments = [[(0, k), (72, k + 10)] for k in (5, 15, 25)]
    ax.add_collection(LineCollection(segments, colors=["r", "g"], linestyles=["-", ":"]))
    square = Path([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)], closed=True)
    offsets = np.column_stack([x, 70 - x])
    ax.add_collection(
        PathCollection([square], offsets=offsets, transOffset=ax.transData, facecolors=["r", "b"])
    )
    return figure


def meshes() -> Figure:
    figure = empty()
    ax = figure.axes[0]
    edges = np.linspace(5, 30, 4)
    ax.pcolormesh(edges, edges, np.arange(9).reshape(3, 3))
    ax.pcolormesh(edges + 35, edges, np.eye(3), edgecolors="k", lw=0.5)
    triangles = Triangulation([5, 30, 15], [40, 45, 65])
    ax.tripcolor(triangles, [0.0, 0.5, 1.0], shading="gouraud")
    return figure


def images() -> Figure:
    figure = empty()
    ax = figure.axes[0]
    data = np.arange(12).reshape(3, 4)
    ax.imshow(data, extent=(5, 30, 5, 30), interpolation="none", alpha=0.5)
    ax.imshow(data, extent=(35, 65, 5, 30), interpolation="bilinear")
    ax.set(xlim=(0, 72), ylim=(0, 72), aspect="auto")
    ax.plot([5, 60], [40, 60], lw=4, rasterized=True)
    ax.plot([5, 60], [60, 40], lw=4, agg_filter=lambda pixels, dpi: (1 - pixels, 0, 0))
    return figure


def texts() -> Figure:
    figure = empty()
    figure.text(0.1, 0.1, "Office <&> ü", fontsize=8)
    figure.text(0.2, 0.3, r"$\frac{1}{\sqrt{x}}$", fontsize=10, color="r", alpha=0.5)
    figure.text(
        0.5,
        0.5,
        "turned",
        rotation=40,
        ha="center",
        rotation_mode="anchor",
        url="https://a.b",
        size=7,
    )
    return figure


def sketches() -> Figure:
    figure = empty()
    line = figure.axes[0].plot([5, 60], [10, 60])[0]
    line.set_sketch_params(2, 20, 3)
    return figure


DRAWINGS: dict[str, Callable[[], Figure]] = {
    drawing.__name__: drawing
    for drawing in (
        lines,
        patches,
        markers,
        collections,
        meshes,
        images,
        texts,
        sketches,
    )
}
