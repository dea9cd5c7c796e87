"""A skew-T diagram with wind barbs."""

import matplotlib.pyplot as plt
import numpy as np
from metpy.plots import SkewT
from metpy.units import units

pressure = np.linspace(1000, 200, 30) * units.hPa
temperature = np.linspace(25, -50, 30) * units.degC
diagram = SkewT(plt.figure(figsize=(6, 6)), rotation=30)
diagram.plot(pressure, temperature, "r")
diagram.plot(pressure, temperature - 5 * units.delta_degC, "g")
east, north = np.linspace(0, 50, 30) * units.knots, np.linspace(10, 60, 30) * units.knots
diagram.plot_barbs(pressure, east, north)
diagram.plot_dry_adiabats()
diagram.plot_moist_adiabats()
diagram.plot_mixing_lines()
