"""Arrows, wind barbs and streamlines of a flow."""

import matplotlib.pyplot as plt
import numpy as np

y, x = np.mgrid[-3:3:100j, -3:3:100j]
u, v = -1 - x**2 + y, 1 + x - y**2
speed = np.hypot(u, v)

fig, axs = plt.subplots(1, 3, figsize=(11, 4), layout="constrained")
axs[0].streamplot(x, y, u, v, color=speed, linewidth=3 * speed / speed.max(), density=0.8)
axs[0].set_title("streamlines")
arrows = axs[1].quiver(*(a[::7, ::7] for a in (x, y, u, v, speed)), cmap="autumn")
axs[1].quiverkey(arrows, 0.8, 1.03, 10, "10 m/s", labelpos="E")
axs[1].set_title("arrows", loc="left")
axs[2].barbs(*(a[::14, ::14] for a in (x, y, 4 * u, 4 * v)), length=6, pivot="middle")
axs[2].set_title("barbs")

fig.savefig("vectors.png")
