"""Formulas in titles, labels, legends and annotations."""

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0.01, 4, 300)
formulas = [
    r"$W^{3\beta}_{\delta_1 \rho_1 \sigma_2} = U^{3\beta}_{\delta_1 \rho_1}$",
    r"$\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}$",
    r"$\sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6}$",
    r"$\left(\frac{\partial \mathcal{L}}{\partial \dot{q}}\right)^{\!2} \geq \mathbb{R}$",
    r"$\sqrt[3]{\alpha + \overline{\beta\gamma}} \neq \hat{\imath} \times \vec{\jmath}$",
]

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
left.plot(x, np.sin(x**2) / x, label=r"$\sin(x^2)\,/\,x$")
left.plot(x, np.exp(-x) * np.log(x), label=r"$e^{-x}\,\ln x$")
left.set(
    xlabel=r"$x$ in $\mu\mathrm{m}$", ylabel=r"$f_i(x)$", title=r"$f_i : \mathbb{R} \to \mathbb{R}$"
)
left.annotate(r"$\max\ f_1$", (1.1, 0.85), (1.8, -1.5), arrowprops={"arrowstyle": "->"})
left.legend()
for k, formula in enumerate(formulas):
    right.text(0.02, 0.9 - 0.19 * k, formula, fontsize=15)
right.set_axis_off()
fig.tight_layout()

fig.savefig("mathtext.png")
