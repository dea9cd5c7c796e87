"""Three dimensions: a surface, a wireframe, a scatter and bars."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(7)
y, x = np.mgrid[-4:4:40j, -4:4:40j]
z = np.sin(np.hypot(x, y))

fig = plt.figure(figsize=(8, 7))
ax = fig.add_subplot(2, 2, 1, projection="3d")
ax.plot_surface(x, y, z, cmap="coolwarm", linewidth=0)
ax.set_title("surface")
ax = fig.add_subplot(2, 2, 2, projection="3d")
ax.plot_wireframe(x, y, z, rstride=3, cstride=3)
ax.set_title("wireframe")
ax = fig.add_subplot(2, 2, 3, projection="3d")
ax.scatter(*rng.normal(size=(3, 200)), c=rng.uniform(size=200), depthshade=True)
ax.set(title="scatter", xlabel="x", ylabel="y", zlabel="z")
ax = fig.add_subplot(2, 2, 4, projection="3d")
ax.bar3d(*np.mgrid[0:5, 0:5].reshape(2, -1), 0, 0.7, 0.7, rng.uniform(1, 4, 25), color="teal")
ax.set_title("bars")

fig.savefig("surface.png")
