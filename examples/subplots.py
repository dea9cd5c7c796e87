"""Sixteen Axes with shared axes and an inset."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(15)
t = np.linspace(0, 1, 200)

fig, axs = plt.subplots(4, 4, figsize=(9, 7), sharex=True, sharey=True)
for k, ax in enumerate(axs.flat):
    ax.plot(
        t, np.sin(2 * np.pi * (k % 4 + 1) * t) * np.cos(np.pi * (k // 4) * t), color=f"C{k % 10}"
    )
    ax.fill_between(t, 0, rng.normal(0, 0.05, 200).cumsum(), alpha=0.3)
    ax.set_title(f"mode {k // 4},{k % 4}", fontsize=8)
    ax.tick_params(labelsize=7)
inset = axs[0, 0].inset_axes([0.55, 0.55, 0.4, 0.4])
inset.plot(t[:30], np.sin(2 * np.pi * t[:30]))
inset.set(xticks=[], yticks=[])
axs[0, 0].indicate_inset([0, 0, 0.15, 0.8], inset, edgecolor="k")
fig.supxlabel("time (s)")
fig.supylabel("displacement (mm)")

fig.savefig("subplots.png")
