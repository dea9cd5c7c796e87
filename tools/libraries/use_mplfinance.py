"""Charts of prices."""

import mplfinance as mpf
import numpy as np
import pandas as pd

random = np.random.default_rng(1)
close = 100 + random.normal(size=80).cumsum()
prices = pd.DataFrame(
    {"Open": close + random.normal(size=80), "Close": close},
    index=pd.date_range("2021-01-01", periods=80),
)
prices["High"] = prices.max(axis=1) + 1
prices["Low"] = prices.min(axis=1) - 1
for kind in ("candle", "ohlc", "line", "hollow_and_filled", "renko"):
    mpf.plot(prices, type=kind, returnfig=True, style="yahoo")
