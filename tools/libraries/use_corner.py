"""A corner plot: rasterized, partly transparent points under contours."""

import corner
import numpy as np

samples = np.random.default_rng(0).normal(size=(5000, 3))
labels = [r"$\alpha$", "b", r"$\Gamma$"]
corner.corner(samples, quantiles=[0.16, 0.5, 0.84], show_titles=True, labels=labels)
