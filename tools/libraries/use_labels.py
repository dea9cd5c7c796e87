"""Labels on lines, a scale bar, text in several colours."""

import matplotlib.pyplot as plt
import numpy as np
from highlight_text import ax_text
from labellines import labelLines
from matplotlib_scalebar.scalebar import ScaleBar

ax = plt.figure().subplots()
ax.imshow(np.eye(50))
ax.add_artist(ScaleBar(0.2))

ax = plt.figure().subplots()
x = np.linspace(0, 1, 100)
for k in range(1, 5):
    ax.plot(x, np.sin(k * x), label=f"k={k}")
labelLines(ax.get_lines(), zorder=2.5)

ax = plt.figure().subplots()
styles = [{"color": "r", "weight": "bold"}, {"bbox": {"facecolor": "y"}}]
ax_text(0.5, 0.5, "The <weather> is <sunny>", highlight_textprops=styles, ax=ax)
