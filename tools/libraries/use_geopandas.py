"""Shapes with holes and hatches, lines, points."""

import geopandas as gpd
import numpy as np
from shapely.geometry import LineString, Point

places = [Point(i % 5, i // 5) for i in range(20)]
rings = [p.buffer(0.45, quad_segs=4 + i).difference(p.buffer(0.2)) for i, p in enumerate(places)]
frame = gpd.GeoDataFrame({"v": np.arange(20)}, geometry=rings)
ax = frame.plot("v", legend=True, edgecolor="k", hatch="//")
gpd.GeoSeries([LineString([(0, 0), (4, 3)])]).plot(ax=ax, color="r", linestyle="--")
gpd.GeoSeries([Point(i, i / 2) for i in range(5)]).plot(ax=ax, marker="*", markersize=100)
