"""Several lines, a scatter, a legend and titles."""

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)
x = np.linspace(0, 10, 400)

fig, ax = plt.subplots()
for k, style in enumerate(["-", "--", "-.", ":"]):
    ax.plot(x, np.exp(-x / 6) * np.sin(x + k), style, label=f"phase {k}")
ax.scatter(rng.uniform(0, 10, 60), rng.normal(0, 0.3, 60), s=25, c="0.3", label="measured")
ax.set(xlabel="time (s)", ylabel="amplitude", title="Damped oscillations")
fig.suptitle("Four lines and a scatter")
ax.grid(alpha=0.4)
ax.legend(ncols=2)

fig.savefig("lines.png")
