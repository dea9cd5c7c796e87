"""Winds by direction."""

import numpy as np
from windrose import WindroseAxes

random = np.random.default_rng(0)
ax = WindroseAxes.from_ax()
ax.bar(360 * random.random(500), 6 * random.random(500), normed=True, opening=0.8, edgecolor="w")
ax.set_legend()
