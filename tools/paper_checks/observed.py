"""Observations and the paper's constants as the checks use them."""
import math

import numpy as np

from cecropia_run import comoving_distance
from plot_observations import CSMD_FIT, SFRD_FIT, SFRD_TABLE, coefficients

BARYON_SHARE = 0.0486 / 0.3089  # Liu et al. (2025), table 1
SQUARE_DEGREE = (math.pi / 180) ** 2


def log10_gaussian(residual, sigma):
    """OBS-1."""
    return -0.5 * np.log10(2 * np.pi * sigma**2) - residual**2 / (2 * sigma**2 * np.log(10))


def csmd_fit(run, z):
    """OBS-5: log10 of the observed stellar mass density [Msun cMpc^-3]."""
    fit = coefficients(run.observation(CSMD_FIT))
    return fit["a0"] + fit["a1"] * z + fit["a2"] * z * z


def sfrd_fit(run, z):
    """OBS-4."""
    fit = coefficients(run.observation(SFRD_FIT))
    return fit["slope"] * z + fit["intercept"]


def sfrd_points(run, z_min, z_max):
    """[(z, log10 SFRD)] of table 2 in a redshift range."""
    return [(p["z"], p["log10_sfrd_Msun_per_yr_per_cMpc3"]) for p in run.observation(SFRD_TABLE)
            if z_min <= p["z"] <= z_max]


def volume_per_z(cosmology, z):
    """dV_c/dz of one square degree [cMpc^3], flat universe of matter and Lambda; z ascending or not."""
    fine, distance, per_z = comoving_distance(cosmology, np.max(z))
    return np.interp(z, fine, distance) ** 2 * np.interp(z, fine, per_z) * SQUARE_DEGREE


def on_the_sky(cosmology, z, rate):
    """Events per year of the observer, square degree and unit redshift from a comoving rate [yr^-1 cMpc^-3]."""
    return rate / (1 + z) * volume_per_z(cosmology, z)
