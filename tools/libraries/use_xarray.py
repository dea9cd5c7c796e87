"""Arrays with names."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

places = {"lat": np.linspace(-40, 40, 20), "lon": np.linspace(0, 100, 30)}
times = pd.date_range("2020-01-01", periods=6)
values = np.random.default_rng(0).random((6, 20, 30))
array = xr.DataArray(values, coords={"time": times, **places}, name="T", attrs={"units": "K"})
array.plot(col="time", col_wrap=3)
plt.figure()
array[0].plot.contourf(levels=7)
plt.figure()
array.mean(("lat", "lon")).plot()
plt.figure()
array.plot.hist()
