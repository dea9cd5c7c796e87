"""Diagrams of a control system."""

import control as ct
import matplotlib.pyplot as plt

system = ct.tf([1], [1, 2, 3])
for draw in (ct.bode_plot, ct.nyquist_plot, ct.root_locus_plot, ct.pole_zero_plot):
    plt.figure()
    draw(system)
