"""The pictures of the self-check, and what their pixels must be.

Every artist is told all that its settings would be taken for from rcParams.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

__all__ = ["PICTURES", "pixel_hash"]


def _figure() -> Figure:
    layout: Any = "none"
    return Figure(figsize=(1.6, 1.2), dpi=100, facecolor="white", edgecolor="none", layout=layout)


def _lines() -> Figure:
    figure = _figure()
    x = np.linspace(5, 155, 300)
    styles: list[Any] = ["-", "--", ":", (0, (5, 2, 1, 2))]
    for row, style in enumerate(styles):
        figure.add_artist(
            Line2D(
                x,
                25 + 25 * row + 12 * np.sin(x / (6 + row)),
                linewidth=0.5 + row,
                linestyle=style,
                color=(0.1, 0.3 * row, 0.8, 0.7),
                marker="none",
                antialiased=True,
                dash_capstyle="butt",
                solid_capstyle="projecting",
                dash_joinstyle="round",
                solid_joinstyle="round",
                transform=IdentityTransform(),
            )
        )
    return figure


def _fills() -> Figure:
    figure = _figure()
    look: dict[str, Any] = {"antialiased": True, "joinstyle": "miter", "capstyle": "butt"}
    figure.add_artist(
        Ellipse(
            (60, 60), 90.5, 60.25, angle=20, facecolor=(0.9, 0.4, 0.1, 0.6), edgecolor="black",
            linewidth=1.5, linestyle="-", hatch=None, transform=IdentityTransform(), **look,
        )
    )  # fmt: skip
    figure.add_artist(
        Rectangle(
            (70.3, 20.7), 70, 70, facecolor=(0, 0.5, 0.5, 0.3), edgecolor=(0, 0, 1, 0.5),
            linewidth=3, linestyle="--", hatch=None, transform=IdentityTransform(), **look,
        )
    )  # fmt: skip
    circle = Path.unit_circle()
    at = np.column_stack([np.linspace(8, 150, 12), 60 + 45 * np.cos(np.arange(12))])
    figure.add_artist(
        PathCollection(
            [circle],
            sizes=np.arange(20.0, 80.0, 5.0),
            offsets=at,
            offset_transform=IdentityTransform(),
            transform=IdentityTransform(),
            facecolors=np.linspace([1, 0, 0, 0.4], [0, 0, 1, 0.9], 12),
            edgecolors=["black"],
            linewidths=[0.75],
            antialiaseds=[True],
            hatch=None,
        )
    )
    return figure


def _mesh() -> Figure:
    figure = _figure()
    x, y = np.meshgrid(np.linspace(4, 156, 12), np.linspace(4, 116, 9))
    corners = np.stack([x + 3 * np.sin(y / 9), y + 3 * np.cos(x / 11)], axis=-1)
    colors = np.linspace([0.9, 0.1, 0.2, 1], [0.1, 0.8, 0.9, 0.5], 88)
    figure.add_artist(
        QuadMesh(
            corners, antialiased=True, shading="flat", facecolors=colors, edgecolors="none",
            linewidths=0, transform=IdentityTransform(),
        )
    )  # fmt: skip
    return figure


def _texts() -> Figure:
    figure = _figure()
    folder = os.path.join(mpl.get_data_path(), "fonts", "ttf")
    font = FontProperties(fname=os.path.join(folder, "DejaVuSans.ttf"), size=11)
    for row, (string, angle) in enumerate([("Agjß 0.5", 0), ("Ÿ — AV", 30), (r"$x^2_i$", 0)]):
        figure.add_artist(
            Text(
                10 + 30 * row, 90 - 38 * row, string, color="black", fontproperties=font,
                rotation=angle, usetex=False, parse_math=True, antialiased=True,
                math_fontfamily="dejavusans", horizontalalignment="left",
                verticalalignment="baseline", transform=IdentityTransform(),
            )
        )  # fmt: skip
    return figure


#: What is drawn, and the SHA-256 of its pixels (RGBA, top row first).
PICTURES: dict[str, tuple[Callable[[], Figure], str]] = {
    "lines": (_lines, "ad815a1bec9e667f4122514457f29a9564b1938c9080eb09de35deda3a313a82"),
    "fills": (_fills, "06fc200ec041524aadea43b05545a265037d0b29c45a5502cf47f9d98409b256"),
    "mesh": (_mesh, "8bf050773798cf11f05da7523ed119bb60f8cec1ae2403f04817901c0d2fbd08"),
    "text": (_texts, "5aba3f6b5f20d14d5119c395e351b47ca1c606c93f87b1936508b946afebfc5a"),
}


def pixel_hash(figure: Figure, canvas_class: Any) -> str:
    """SHA-256 of a figure's pixels as a canvas of this class draws them."""
    file = io.BytesIO()
    canvas_class(figure).print_raw(file)
    return hashlib.sha256(file.getvalue()).hexdigest()
