"""Images, lines and patches cut out by paths."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

rng = np.random.default_rng(22)

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
picture = left.imshow(rng.normal(size=(40, 60)).cumsum(1), extent=(0, 6, 0, 4), cmap="cividis")
picture.set_clip_path(Circle((3, 2), 1.8, transform=left.transData))
left.set_title("an image in a circle")

star = Path.unit_regular_star(7, 0.55).transformed(plt.matplotlib.transforms.Affine2D().scale(2))
shape = right.add_patch(PathPatch(star, facecolor="none", edgecolor="k"))
for line in right.plot(np.linspace(-2, 2, 50), rng.normal(0, 1.2, (50, 12)), lw=2):
    line.set_clip_path(shape)
letters = TextPath((-1.9, -2.6), "clipped", size=1.1)
right.add_patch(PathPatch(letters, hatch="....", fc="gold", ec="crimson"))
right.set(xlim=(-2.5, 2.5), ylim=(-3, 2.5), aspect="equal")

fig.savefig("clip_paths.png")
