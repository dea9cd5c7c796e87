"""A scatter with varying sizes and colours, marginal histograms and a colour bar."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(16)
x, y = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 800).T

fig, axs = plt.subplot_mosaic(
    [["top", "."], ["main", "side"]],
    width_ratios=(4, 1),
    height_ratios=(1, 4),
    figsize=(6.4, 6),
    layout="constrained",
)
points = axs["main"].scatter(x, y, s=rng.uniform(5, 120, 800), c=x * y, alpha=0.6, edgecolors="w")
axs["main"].axhline(0, color="0.5", lw=0.8)
axs["main"].axvline(0, color="0.5", lw=0.8)
axs["top"].hist(x, bins=40, color="slategray")
axs["side"].hist(y, bins=40, orientation="horizontal", histtype="step")
fig.colorbar(points, ax=axs["main"], location="bottom", label="product")

fig.savefig("scatter.png")
