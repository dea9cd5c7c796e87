"""Hatched bars and patches."""

import matplotlib.pyplot as plt
from matplotlib.patches import Circle, Ellipse, Polygon, Wedge

fig, (left, right) = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
patterns = ["/", "\\", "|", "-", "+", "x", "o", "O", ".", "*"]
bars = left.bar(range(len(patterns)), range(3, 3 + len(patterns)), color="wheat", edgecolor="k")
for bar, pattern in zip(bars, patterns, strict=True):
    bar.set_hatch(pattern)
left.set_xticks(range(len(patterns)), patterns)
left.set_title("One pattern each")

right.add_patch(Ellipse((2, 3), 3.6, 1.8, angle=25, hatch="xx", fc="lightblue", ec="navy"))
right.add_patch(Polygon([(4, 0.5), (6, 3), (3, 2)], hatch="\\\\..", fill=False, ec="crimson"))
right.add_patch(Circle((5, 4.2), 0.9, hatch="*", fc="khaki", ec="olive", ls="--", lw=2))
right.add_patch(Wedge((1.4, 1), 1, 20, 290, hatch="OO", fc="pink", ec="purple", alpha=0.7))
right.set(xlim=(0, 6.5), ylim=(0, 5.5), title="Patches", aspect="equal")

fig.savefig("hatches.png")
