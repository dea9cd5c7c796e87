"""Logarithmic, symmetric logarithmic and logit axes with minor grids."""

import matplotlib.pyplot as plt
import numpy as np

x = np.geomspace(1e-3, 1e3, 300)
p = np.linspace(0.001, 0.999, 300)

fig, axs = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
for power in (-1, 0.5, 2):
    axs[0, 0].loglog(x, x**power, label=f"$x^{{{power}}}$")
axs[0, 0].grid(which="both", alpha=0.4)
axs[0, 0].legend()
axs[0, 1].semilogx(x, np.arctan(x), "s-", markevery=20)
axs[0, 1].set_title("semilogx")
axs[1, 0].plot(x - 500, (x - 500) ** 3 / 1e4)
axs[1, 0].set_yscale("symlog", linthresh=10)
axs[1, 0].set_title("symlog")
axs[1, 1].plot(p, p)
axs[1, 1].set_yscale("logit")
axs[1, 1].grid(which="minor", ls=":", lw=0.5)
axs[1, 1].set_title("logit")

fig.savefig("log_axes.png")
