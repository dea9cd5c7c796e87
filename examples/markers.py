"""Every marker, the ways of filling one, and markers along lines."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4.5), layout="constrained")
for k, marker in enumerate(Line2D.markers):
    left.plot(k % 8, -(k // 8), marker=marker, markersize=12, color="tab:blue", mec="k")
left.set(xlim=(-1, 8), ylim=(-5.5, 1), title="all markers")
left.set_axis_off()

x = np.linspace(0, 6, 18)
for k, style in enumerate(Line2D.fillStyles):
    right.plot(
        x,
        np.sin(x) - 1.2 * k,
        "o--",
        fillstyle=style,
        markersize=9,
        label=style,
        markerfacecoloralt="gold",
        markevery=2 if style == "none" else 1,
    )
right.plot(x, np.cos(x) + 2, marker=r"$\sigma$", markersize=12, lw=0.5, label=r"$\sigma$")
right.legend(fontsize=7, loc="lower right")

fig.savefig("markers.png")
