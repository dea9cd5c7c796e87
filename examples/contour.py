"""Filled contours, contour lines and their labels."""

import matplotlib.pyplot as plt
import numpy as np

y, x = np.mgrid[-2:2:120j, -3:3:160j]
z = 2 * (np.exp(-(x**2) - y**2) - np.exp(-((x - 1) ** 2) - (y - 1) ** 2))

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
filled = left.contourf(x, y, z, levels=12, cmap="PuOr")
lines = left.contour(x, y, z, levels=filled.levels[::2], colors="k", linewidths=0.8)
left.clabel(lines, fontsize=8)
fig.colorbar(filled, ax=left)
left.set_title("filled, with labelled lines")
right.contour(x, y, z, levels=9, linewidths=2, linestyles=["solid", "dashed", "dotted"])
right.contourf(x, y, z, levels=4, hatches=["-", "/", "\\", None, "//"], alpha=0.3)
right.set_title("hatched")

fig.savefig("contour.png")
