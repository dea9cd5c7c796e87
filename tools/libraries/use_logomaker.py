"""Letters as tall as they are frequent."""

import logomaker
import numpy as np
import pandas as pd

shares = np.random.default_rng(0).dirichlet((1, 1, 1, 1), 20)
logomaker.Logo(pd.DataFrame(shares, columns=list("ACGT")), shade_below=0.5, fade_below=0.5)
