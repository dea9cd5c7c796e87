"""Figures whose panels share axes, letters and legends."""

import numpy as np
import ultraplot as uplt

random = np.random.default_rng(0)
fig, axs = uplt.subplots(ncols=2, nrows=2, proj=(None, "polar", None, None))
axs[0].contourf(random.random((20, 20)), colorbar="b", cmap="viridis")
axs[1].plot(np.linspace(0, 6, 50), np.linspace(0, 1, 50))
axs[2].bar(np.arange(5), np.arange(5))
axs[3].plot(random.random((20, 4)).cumsum(0), legend="r", labels=list("abcd"))
axs.format(abc="A.", suptitle="Title", xlabel="x")
