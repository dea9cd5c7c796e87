"""Dates on an axis, a long noisy line, annotations and a second scale."""

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(20)
days = np.datetime64("2019-01-01") + np.arange(6000).astype("timedelta64[h]") * 6
price = 100 * np.exp(rng.normal(0, 0.006, days.size).cumsum())
volume = rng.gamma(2, 50, days.size)

fig, ax = plt.subplots(figsize=(10, 4.5), layout="constrained")
ax.plot(days, price, lw=1)
ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
top = int(price.argmax())
ax.annotate(
    f"highest: {price[top]:.1f}",
    (days[top], price[top]),
    (30, -40),
    textcoords="offset points",
    arrowprops={"arrowstyle": "-|>", "facecolor": "k"},
    bbox={"boxstyle": "round", "fc": "w"},
)
ax.set(ylabel="price (€)", title="Four years, every six hours")
ax.grid(ls="--", lw=0.6)
other = ax.twinx()
other.vlines(days[::20], 0, volume[::20], color="tab:red", alpha=0.3, lw=0.7)
other.set(ylim=(0, 1500), ylabel="volume")

fig.savefig("time_series.png")
