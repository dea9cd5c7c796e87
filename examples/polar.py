"""Polar axes: a spiral, a rose of bars and a scatter."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(8)
theta = np.linspace(0, 6 * np.pi, 500)

fig, axs = plt.subplots(1, 3, figsize=(10, 3.8), subplot_kw={"projection": "polar"})
axs[0].plot(theta, theta, lw=2)
axs[0].set_rlabel_position(-22.5)
axs[0].set_title("spiral")
angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
heights = rng.uniform(2, 10, 16)
axs[1].bar(angles, heights, width=0.35, color=plt.cm.viridis(heights / 10), alpha=0.7)
axs[1].set_title("rose")
points = rng.uniform(0, 1, (2, 150))
axs[2].scatter(2 * np.pi * points[0], points[1], c=points[0], s=300 * points[1] ** 2, alpha=0.6)
axs[2].set_title("scatter")
fig.tight_layout()

fig.savefig("polar.png")
