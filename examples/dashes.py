"""Dash patterns, caps, joins, widths and lines without antialiasing."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 10, 60)
zigzag = np.abs((x * 0.8) % 2 - 1)

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4.5), layout="constrained")
patterns = ["-", "--", "-.", ":", (0, (5, 1)), (2, (3, 5, 1, 5, 1, 5)), (0, (0.1, 2))]
for k, pattern in enumerate(patterns):
    left.plot(x, zigzag + 1.5 * k, ls=pattern, lw=1 + 0.7 * k, dash_capstyle="round")
left.plot(x, zigzag - 1.5, "k--", gapcolor="orange", lw=4)
left.set_title("patterns")

for k, join in enumerate(["miter", "round", "bevel"]):
    for j, cap in enumerate(["butt", "projecting", "round"]):
        right.plot(
            [j, j + 0.35, j + 0.7],
            [k, k + 0.7, k],
            lw=12,
            alpha=0.6,
            solid_joinstyle=join,
            solid_capstyle=cap,
        )
for k, width in enumerate([0.1, 0.25, 0.5, 1, 1.5, 2]):
    right.plot([0, 2.7], [3.2 + 0.15 * k, 3.5 + 0.15 * k], "k", lw=width, antialiased=k % 2 == 0)
right.set_title("joins, caps, widths")

fig.savefig("dashes.png")
