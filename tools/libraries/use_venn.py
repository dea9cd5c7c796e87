"""Sets that overlap."""

import matplotlib.pyplot as plt
from matplotlib_venn import venn2, venn3, venn3_circles

fig, axs = plt.subplots(1, 2)
venn2((3, 2, 1), ax=axs[0])
venn3((1, 2, 3, 4, 5, 6, 7), ax=axs[1])
venn3_circles((1, 2, 3, 4, 5, 6, 7), linestyle="dashed", ax=axs[1])
