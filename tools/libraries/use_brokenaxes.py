"""Axes with parts left out."""

import matplotlib.pyplot as plt
import numpy as np
from brokenaxes import brokenaxes

plt.figure(figsize=(5, 3))
axes = brokenaxes(xlims=((0, 0.1), (0.4, 0.7)), ylims=((-1, 0.7), (0.79, 1)), hspace=0.05)
x = np.linspace(0, 1, 100)
axes.plot(x, np.sin(10 * x), label="sin")
axes.legend(loc=3)
