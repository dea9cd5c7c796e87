"""Images: interpolations, colour bars, alpha and a rotated one."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.transforms import Affine2D

rng = np.random.default_rng(4)
noise = rng.normal(size=(12, 16)).cumsum(axis=0).cumsum(axis=1)

fig, axs = plt.subplots(2, 3, figsize=(9, 5), layout="constrained")
kinds = ["nearest", "bilinear", "bicubic", "lanczos"]
for ax, kind in zip(axs.flat, kinds, strict=False):
    shown = ax.imshow(noise, interpolation=kind, cmap="viridis")
    ax.set_title(kind)
fig.colorbar(shown, ax=axs[:, :2], label="height")

axs[1, 1].imshow(rng.uniform(size=(200, 260, 4)), alpha=0.6)
axs[1, 1].set_title("RGBA noise")
rotated = axs[1, 2].imshow(noise, cmap="magma", extent=(-2, 2, -1.5, 1.5))
rotated.set_transform(Affine2D().rotate_deg(30) + axs[1, 2].transData)
axs[1, 2].set(xlim=(-3, 3), ylim=(-3, 3), title="rotated")

fig.savefig("image.png")
