"""Maps in six projections: contours, meshes, images, lines, circles."""

import cartopy.crs as ccrs
import matplotlib.pyplot as plt
import numpy as np

plate = ccrs.PlateCarree()
projections = [plate, ccrs.Robinson(), ccrs.Orthographic(10, 40), ccrs.LambertConformal()]
projections += [ccrs.InterruptedGoodeHomolosine(), ccrs.NorthPolarStereo()]
lon, lat = np.meshgrid(np.linspace(-180, 180, 60), np.linspace(-85, 85, 40))
z = np.sin(np.radians(lon) * 2) * np.cos(np.radians(lat) * 3)
fig = plt.figure(figsize=(9, 6))
for i, projection in enumerate(projections):
    ax = fig.add_subplot(2, 3, i + 1, projection=projection)
    ax.set_global()
    ax.gridlines(draw_labels=i < 2)
    if i % 3 == 0:
        ax.contourf(lon, lat, z, transform=plate)
    elif i % 3 == 1:
        ax.pcolormesh(lon, lat, z, transform=plate, shading="auto")
    else:
        ax.imshow(z, origin="lower", extent=(-180, 180, -90, 90), transform=plate)
    ax.plot([-80, 20, 130], [30, 60, -20], "r-o", transform=ccrs.Geodetic())
    ax.tissot(facecolor="orange", alpha=0.4, lons=[0, 60], lats=[0, 40])
