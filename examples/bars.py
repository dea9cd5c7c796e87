"""Grouped bars with labels and error bars, and stacked horizontal ones."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(9)
kinds = ["Adelie", "Chinstrap", "Gentoo", "Emperor"]
measures = ["bill", "flipper", "body"]
heights = rng.uniform(10, 45, (3, 4)).round(1)

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
for k, name in enumerate(measures):
    where = np.arange(4) + 0.27 * (k - 1)
    bars = left.bar(where, heights[k], 0.25, label=name, yerr=heights[k] / 12, capsize=3)
    left.bar_label(bars, padding=3, fontsize=7)
left.set_xticks(range(4), kinds, rotation=20)
left.set(ylabel="length (mm)", title="grouped", ylim=(0, 60))
left.legend(ncols=3, loc="upper left")

ends = np.zeros(4)
for k, name in enumerate(measures):
    bars = right.barh(kinds, heights[k], left=ends, label=name, edgecolor="white")
    right.bar_label(bars, label_type="center", color="white")
    ends += heights[k]
right.set_title("stacked")

fig.savefig("bars.png")
