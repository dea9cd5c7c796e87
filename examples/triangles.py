"""Triangulations: flat, Gouraud shaded, contoured."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.tri import Triangulation

rng = np.random.default_rng(23)
x, y = rng.uniform(-2, 2, (2, 260))
z = np.cos(2 * x) * np.sin(1.5 * y)
mesh = Triangulation(x, y)

fig, axs = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained")
axs[0].tripcolor(mesh, z, edgecolors="k", lw=0.4)
axs[0].set_title("flat")
axs[1].tripcolor(mesh, z, shading="gouraud", cmap="twilight")
axs[1].set_title("Gouraud")
axs[2].tricontourf(mesh, z, levels=10, cmap="bone")
axs[2].triplot(mesh, "r.-", lw=0.4, ms=3)
axs[2].set_title("contours and edges")

fig.savefig("triangles.png")
