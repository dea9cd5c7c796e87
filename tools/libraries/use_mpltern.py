"""Axes in a triangle."""

import matplotlib.pyplot as plt
import mpltern  # noqa: F401 # makes the projection known
import numpy as np

ax = plt.subplot(projection="ternary")
shares = np.random.default_rng(0).dirichlet((2, 2, 2), 200).T
ax.tripcolor(*shares, shares[0], shading="gouraud")
ax.scatter(*shares, s=5)
ax.grid()
