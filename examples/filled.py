"""Stacked and filled areas, translucent histograms and a step line."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(17)
years = np.arange(1980, 2021)
parts = rng.normal(0.2, 1, (5, years.size)).cumsum(axis=1)

fig, axs = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
axs[0, 0].stackplot(years, parts - parts.min() + 1, baseline="wiggle", labels="abcde")
axs[0, 0].legend(loc="upper left", ncols=5, fontsize=7)
walk = rng.normal(size=(40, 250)).cumsum(axis=1)
axs[0, 1].plot(walk.T, color="C0", alpha=0.15, lw=0.8)
for width, alpha in ((2, 0.15), (1, 0.3)):
    low, high = walk.mean(0) - width * walk.std(0), walk.mean(0) + width * walk.std(0)
    axs[0, 1].fill_between(range(250), low, high, alpha=alpha, color="C1", lw=0)
axs[1, 0].hist([rng.normal(m, 1, 1000) for m in (0, 2)], bins=40, histtype="stepfilled", alpha=0.5)
axs[1, 0].hist(rng.normal(1, 1, 1000), bins=40, histtype="step", color="k", lw=2)
axs[1, 1].step(years, parts[0], where="mid")
axs[1, 1].fill_between(years, parts[0], parts[1], where=parts[0] > parts[1], step="mid", hatch="//")
axs[1, 1].axvspan(1995, 2003, color="tab:green", alpha=0.2)

fig.savefig("filled.png")
