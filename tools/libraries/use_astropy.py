"""Axes of the sky, with two grids."""

import astropy.units as u
import matplotlib.pyplot as plt
import numpy as np
from astropy.visualization import simple_norm
from astropy.visualization.wcsaxes import SphericalCircle
from astropy.wcs import WCS

sky = WCS(naxis=2)
sky.wcs.crpix = [50, 50]
sky.wcs.cdelt = [-0.05, 0.05]
sky.wcs.crval = [120, 30]
sky.wcs.ctype = ["RA---TAN", "DEC--TAN"]
sky.wcs.crota = [20, 20]
ax = plt.subplot(projection=sky)
z = np.random.default_rng(0).random((100, 100))
ax.imshow(z, norm=simple_norm(z, "sqrt"))
ax.coords.grid(color="white", ls="dotted")
ax.get_coords_overlay("galactic").grid(color="y")
transform = ax.get_transform("icrs")
circle = SphericalCircle(
    (120 * u.deg, 30 * u.deg), 1 * u.deg, ec="c", fc="none", transform=transform
)
ax.add_patch(circle)
