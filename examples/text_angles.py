"""Text at many angles, aligned, multi-line, boxed and in several fonts."""

import matplotlib.pyplot as plt
import numpy as np

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4.5), layout="constrained")
for angle in range(0, 360, 15):
    x, y = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    left.text(
        0.3 * x, 0.3 * y, f"angle {angle}°", rotation=angle, rotation_mode="anchor", va="center"
    )
left.set(xlim=(-1, 1), ylim=(-1, 1), aspect="equal", title="rotated about the centre")

right.text(0.05, 0.9, "serif, italic", family="serif", style="italic", size=16)
right.text(0.05, 0.78, "monospace, bold: 0O1lI", family="monospace", weight="bold")
right.text(0.05, 0.66, "Zażółć gęślą jaźń, Ελληνικά, кириллица", size=11)
right.text(
    0.05,
    0.4,
    "three lines\nset right\nin a box",
    ha="left",
    ma="right",
    bbox={"boxstyle": "round,pad=0.5", "fc": "lightyellow", "ec": "orange"},
)
right.text(0.7, 0.3, "upward", rotation=90, color="tab:red", size=20, alpha=0.6)
right.text(0.72, 0.85, "slanted", rotation=-37, bbox={"boxstyle": "rarrow", "fc": "lightblue"})
right.annotate(
    "an arrow",
    (0.9, 0.1),
    (0.35, 0.12),
    ha="center",
    arrowprops={"arrowstyle": "fancy", "connectionstyle": "arc3,rad=-0.3"},
)
right.set_title("styles and boxes")

fig.savefig("text_angles.png")
