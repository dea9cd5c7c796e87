"""Path effects: outlined text, shadows and ticked lines."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patheffects

rng = np.random.default_rng(11)
x = np.linspace(0, 8, 200)

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
left.imshow(rng.uniform(size=(10, 14)), cmap="summer", aspect="auto")
outline = [patheffects.withStroke(linewidth=4, foreground="w")]
left.text(6.5, 4.5, "outlined", size=32, ha="center", path_effects=outline)
left.text(
    6.5,
    8,
    "shadow",
    size=28,
    ha="center",
    color="navy",
    path_effects=[patheffects.withSimplePatchShadow(offset=(2, -2))],
)
right.plot(x, np.sin(x), lw=4, path_effects=[patheffects.SimpleLineShadow(), patheffects.Normal()])
right.plot(x, np.sin(x) - 1, path_effects=[patheffects.withTickedStroke(angle=60, length=1.2)])
right.plot(
    x,
    np.cos(x) + 2,
    lw=5,
    color="gold",
    path_effects=[patheffects.Stroke(linewidth=8, foreground="k"), patheffects.Normal()],
)
right.set_title("lines", path_effects=outline)

fig.savefig("path_effects.png")
