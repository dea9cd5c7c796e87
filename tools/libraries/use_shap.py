"""What decides about a prediction."""

import matplotlib.pyplot as plt
import numpy as np
import shap

np.random.seed(0)  # noqa: NPY002 # which shap draws from
values = np.random.default_rng(0).normal(size=(100, 6))
explanation = shap.Explanation(values, np.zeros(100), values, feature_names=list("abcdef"))
shap.plots.beeswarm(explanation, show=False)
plt.figure()
shap.plots.waterfall(explanation[0], show=False)
plt.figure()
shap.plots.bar(explanation, show=False)
plt.figure()
shap.plots.heatmap(explanation, show=False)
