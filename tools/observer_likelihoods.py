"""Likelihoods of a model's galaxies against observers' tables and lines: chi^2 or log10, of numpy arrays.
docs/theory/observers.md gives the equations."""
import math

import numpy as np

from metal_relations import SIZE_ZERO, TABLE_2_EDGES, compactness, offset_of_compactness, weighted_variance

INTRINSIC_DEX = 0.2      # scatter of the calibration, added to the errors of stacks (CHOICE: the paper's fits do not)
FEWEST_FOR_A_LINE, LEAST_SPREAD_DEX = 5, 0.05  # fewer galaxies, or less different ones, have no line of their own
LOG_M_MAX = 9.0          # the stacks hold galaxies on the lower branch of R3
SIZE_SCATTER_DEX = 0.27  # about the relation of mass and size (CHOICE: 0.25 to 0.3; the paper does not quote it)


def selected(log_m_star, sfr, sfr_min=10 ** -0.5):
    """Galaxies that would be in the stacks: bright enough in Hbeta and below 1e9 Msun."""
    return (np.asarray(log_m_star) < LOG_M_MAX) & (np.asarray(sfr) > sfr_min)


def chi2_of_stacks(stacks, log_m_star, oh12, sfr, weights=None, sfr_min=10 ** -0.5, edges=TABLE_2_EDGES):
    """chi^2 of stacks by mass, one per bin of `edges`: dictionaries with log10_m_star_msun, oh12 and oh12_err_lo_dex. A
    stack's galaxy is the mean oh12 of the selected galaxies of its bin, moved to the stack's mass along their own line
    (not moved, if the bin holds fewer than five).
    Returns chi^2, the number of stacks that found galaxies, and the difference model - stack of each (NaN: none)."""
    log_m, oh12 = np.asarray(log_m_star, float), np.asarray(oh12, float)
    weights = np.ones(log_m.size) if weights is None else np.asarray(weights, float)
    good = selected(log_m, sfr, sfr_min) & np.isfinite(oh12) & (weights > 0)
    differences = []
    for stack in stacks:
        mass, value = float(stack["log10_m_star_msun"]), float(stack["oh12"])
        k = int(np.clip(np.searchsorted(edges, mass, side="right") - 1, 0, len(edges) - 2))
        inside = good & (log_m >= edges[k]) & (log_m < edges[k + 1])
        if not inside.any():
            differences.append(np.nan)
            continue
        m, y, w = log_m[inside], oh12[inside], weights[inside]
        slope = 0.0
        if m.size >= FEWEST_FOR_A_LINE and weighted_variance(m, w) > LEAST_SPREAD_DEX ** 2:
            centred = m - np.average(m, weights=w)
            slope = np.average(centred * y, weights=w) / np.average(centred ** 2, weights=w)
        differences.append(np.average(y, weights=w) + slope * (mass - np.average(m, weights=w)) - value)
    differences = np.array(differences)
    sigma = np.hypot([float(stack["oh12_err_lo_dex"]) for stack in stacks], INTRINSIC_DEX)
    found = np.isfinite(differences)
    return float(np.sum((differences[found] / sigma[found]) ** 2)), int(found.sum()), differences


def log10_mean_gaussian(residual, sigma, weights=None):
    """log10 of Gaussians, averaged over galaxies: one galaxy's worth, whatever their number."""
    residual = np.asarray(residual, float)
    terms = -0.5 * (residual / sigma) ** 2 / math.log(10) - math.log10(sigma * math.sqrt(2 * math.pi))
    return float(np.average(terms, weights=weights))


def log10_mass_size(log_m_star, log_r_pc, weights=None, scatter=SIZE_SCATTER_DEX):
    """Galaxies about the observed relation of mass and size."""
    return log10_mean_gaussian(compactness(log_m_star, log_r_pc) + SIZE_ZERO, scatter, weights)


def log10_compactness_line(c, offset, scatter, weights=None):
    """Offsets from the fundamental relation about the observed line in compactness; its scatter is not quoted and is a
    free number: the likelihood is highest where `scatter` is that of the galaxies."""
    return log10_mean_gaussian(np.asarray(offset) - offset_of_compactness(c), scatter, weights)


def log10_size_redshift(z, log_r_pc, weights=None, scatter=SIZE_SCATTER_DEX):
    """Sizes about the observed line in redshift, log R [pc] = 3.17 - 0.090 z."""
    return log10_mean_gaussian(np.asarray(log_r_pc) - (3.17 - 0.090 * np.asarray(z)), scatter, weights)


def chi2_of_scatter(sigma_model, sigma_observed, n):
    """chi^2 of a standard deviation measured with n galaxies: its sampling variance is sigma^2/(2 (n - 1)), that of the
    model's value."""
    return (sigma_observed - sigma_model) ** 2 / (sigma_model ** 2 / (2 * (n - 1)))


def log10_scatter(sigma_model, sigma_observed, n):
    """log10 of the probability of a sample standard deviation (n >= 2 normal values): (n-1) s^2/sigma^2 is chi^2
    distributed. Exact for small n, where chi2_of_scatter is not."""
    k = n - 1
    x = k * sigma_observed ** 2 / sigma_model ** 2
    ln_density = (k / 2 - 1) * math.log(x) - x / 2 - k / 2 * math.log(2) - math.lgamma(k / 2)
    return (ln_density + math.log(2 * k * sigma_observed / sigma_model ** 2)) / math.log(10)
