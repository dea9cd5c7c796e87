"""Plots of statistics."""

import numpy as np
import statsmodels.api as sm

random = np.random.default_rng(0)
sm.qqplot(random.normal(size=200), line="45")
sm.graphics.tsa.plot_acf(random.normal(size=200))
fit = sm.OLS(random.random(50), sm.add_constant(random.random((50, 2)))).fit()
sm.graphics.plot_partregress_grid(fit)
sm.graphics.influence_plot(fit)
