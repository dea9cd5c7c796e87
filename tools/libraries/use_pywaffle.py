"""Counts as squares."""

import matplotlib.pyplot as plt
from pywaffle import Waffle

legend = {"loc": "upper left", "bbox_to_anchor": (1, 1)}
plt.figure(FigureClass=Waffle, rows=5, columns=10, values=[30, 16, 4], legend=legend)
