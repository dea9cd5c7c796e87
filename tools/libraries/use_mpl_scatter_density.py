"""Points counted for each pixel of the axes."""

import matplotlib.pyplot as plt
import mpl_scatter_density  # noqa: F401 # makes the projection known
import numpy as np

random = np.random.default_rng(0)
ax = plt.figure().add_subplot(1, 1, 1, projection="scatter_density")
ax.scatter_density(random.normal(4, 2, 200_000), random.normal(3, 1, 200_000))
ax.set(xlim=(-5, 10), ylim=(-5, 10))
