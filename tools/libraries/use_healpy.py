"""Maps of the sphere in pixels of equal area."""

import healpy as hp
import numpy as np

pixels = np.arange(hp.nside2npix(16))
hp.mollview(pixels)
hp.graticule()
hp.gnomview(pixels)
hp.orthview(pixels)
hp.cartview(pixels)
