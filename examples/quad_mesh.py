"""Quad meshes: flat, with edges, curvilinear, Gouraud shaded."""

import matplotlib.pyplot as plt
import numpy as np

y, x = np.mgrid[-3:3:41j, -3:3:41j]
z = (1 - x / 2 + x**5 + y**3) * np.exp(-(x**2) - y**2)

fig, axs = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
axs[0, 0].pcolormesh(x, y, z[:-1, :-1], cmap="RdBu")
axs[0, 0].set_title("flat")
axs[0, 1].pcolormesh(x[::4, ::4], y[::4, ::4], z[::4, ::4], edgecolors="w", linewidth=1)
axs[0, 1].set_title("with edges")
mesh = axs[1, 0].pcolormesh(x + 0.4 * np.sin(y), y + 0.3 * np.cos(x), z, cmap="plasma", alpha=0.8)
axs[1, 0].set_title("curvilinear, translucent")
fig.colorbar(mesh, ax=axs[1, 0])
axs[1, 1].pcolormesh(x[::4, ::4], y[::4, ::4], z[::4, ::4], shading="gouraud")
axs[1, 1].set_title("Gouraud")

fig.savefig("quad_mesh.png")
