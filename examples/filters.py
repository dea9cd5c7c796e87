"""An Agg filter: soft shadows under lines, and a rasterized group."""

import matplotlib.pyplot as plt
import numpy as np


def soften(image: np.ndarray, dpi: float) -> tuple[np.ndarray, float, float]:
    """A grey shadow of an RGBA image, blurred by a few pixels, a little to the lower right."""
    radius = round(dpi / 25)
    kernel = np.hanning(2 * radius + 3)[1:-1]
    kernel /= kernel.sum()
    alpha = np.pad(image[..., 3], radius)
    for axis in (0, 1):
        alpha = np.apply_along_axis(np.convolve, axis, alpha, kernel, mode="same")
    shadow = np.zeros((*alpha.shape, 4))
    shadow[..., 3] = 0.5 * alpha
    return shadow, -radius + dpi / 30, -radius - dpi / 30


x = np.linspace(0, 10, 200)
fig, ax = plt.subplots()
for k in range(3):
    ax.plot(x, np.sin(x + k) + k, lw=5, color="0.2", agg_filter=soften, zorder=k)
    ax.plot(x, np.sin(x + k) + k, lw=5, zorder=k + 0.5, rasterized=True)
ax.set_title("soft shadows")

fig.savefig("filters.png")
