"""Labels that get out of each other's way."""

import matplotlib.pyplot as plt
import numpy as np
from adjustText import adjust_text

x, y = np.random.default_rng(0).random((2, 25))
ax = plt.figure().subplots()
ax.scatter(x, y)
labels = [ax.text(a, b, f"label {i}") for i, (a, b) in enumerate(zip(x, y, strict=True))]
adjust_text(labels, arrowprops={"arrowstyle": "->", "color": "r"})
