"""Box plots, violins, error bars and stems."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(21)
samples = [rng.normal(0, width, 120) for width in (1, 2, 3, 4)]

fig, axs = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
drawn = axs[0, 0].boxplot(samples, notch=True, patch_artist=True, tick_labels=list("abcd"))
for box, colour in zip(drawn["boxes"], ["pink", "lightblue", "lightgreen", "wheat"], strict=True):
    box.set_facecolor(colour)
axs[0, 1].violinplot(samples, showmedians=True)
x = np.arange(0.1, 4, 0.4)
axs[1, 0].errorbar(
    x,
    np.exp(-x),
    xerr=0.1,
    yerr=[0.1 * x, 0.05 + 0 * x],
    fmt="o",
    capsize=4,
    uplims=x > 3,
    ecolor="0.4",
)
axs[1, 1].stem(x, np.sin(2 * x), linefmt="C2--", markerfmt="D")

fig.savefig("boxes.png")
