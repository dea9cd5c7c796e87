"""Hand-drawn lines, as in xkcd."""

import logging

import matplotlib.pyplot as plt
import numpy as np

# The comic's fonts are seldom installed: the next in the list is meant to be taken silently.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
plt.xkcd()

hours = np.linspace(0, 24, 100)
energy = np.exp(-((hours - 10) ** 2) / 20) - 0.4 * np.exp(-((hours - 14) ** 2) / 2)

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
left.plot(hours, energy)
left.spines[["right", "top"]].set_visible(False)
left.set(xticks=[], yticks=[], xlabel="hour of the day", ylabel="energy")
left.annotate(
    "LUNCH", (13.5, 0.15), (17, 0.7), arrowprops={"arrowstyle": "->"}, bbox={"boxstyle": "round"}
)
right.bar([0, 1], [15, 100], 0.25, color=["C0", "C1"], hatch="/")
right.set(xlim=(-0.5, 1.5), ylim=(0, 110), yticks=[], title="TIME SPENT")
right.set_xticks([0, 1], ["ON THE\nDATA", "ON THE\nLABELS"])

fig.savefig("sketch.png")
