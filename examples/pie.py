"""A pie with a shadow and a ring of wedges."""

import matplotlib.pyplot as plt

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4.2))
left.pie(
    [15, 30, 45, 10],
    labels=["rye", "wheat", "barley", "oats"],
    explode=[0, 0.1, 0, 0],
    autopct="%1.1f%%",
    shadow=True,
    startangle=90,
)
left.set_title("pie")
right.pie([60, 37, 32, 29, 10], radius=1, wedgeprops={"width": 0.3, "edgecolor": "w"})
right.pie(
    [30, 30, 20, 17, 12, 20, 29, 10],
    radius=0.68,
    colors=plt.cm.Set3.colors,
    wedgeprops={"width": 0.3, "edgecolor": "k", "linewidth": 0.5},
)
right.set_title("rings")

fig.savefig("pie.png")
