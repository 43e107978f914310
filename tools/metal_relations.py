"""Mass-metallicity and fundamental relations as observers use them: residuals, fits with errors, environments compared
at equal mass, compactness. Functions of numpy arrays; all logarithms are decimal, oh12 is 12 + log10(O/H).
docs/theory/observers.md gives equations and sources."""
import dataclasses

import numpy as np

from cecropia_files import Trouble
from plot_data import weighted_quantiles

SOLAR_OH12 = 8.69  # 12 + log10(O/H)
FMR_ALPHA, FMR_SLOPE, FMR_ZERO = 0.66, 0.43, 4.58  # Andrews & Martini (2013), as Li et al. (2025) eq. 5
SIZE_SLOPE, SIZE_ZERO = 0.21, 0.75                 # log R [pc] of log M_*: Langeroodi & Hjorth (2023), figure 1
COMPACT_SLOPE, COMPACT_ZERO = -0.35, -0.56         # offset of compactness: their figure 5
MZR_PIVOT = 10.0
FEWEST_REGIONS = 5  # the spread of samples of fewer regions is no error
MANY_REGIONS = 10   # below, an error of an offset is at least that of leaving out one region after the other
FEWEST_OF_LABEL = 5  # points, of which a mean is taken away
TABLE_2_EDGES = (7.0, 7.9, 8.35, 9.0)  # log M_* between the stacks of Li et al. (2025), table 2 (CHOICE: it gives none)


def mu(log_m_star, log_sfr, alpha=FMR_ALPHA):
    return np.asarray(log_m_star) - alpha * np.asarray(log_sfr)


def fmr_oh12(log_m_star, log_sfr, alpha=FMR_ALPHA):
    """The fundamental relation; another alpha moves galaxies along it and keeps its line."""
    return FMR_SLOPE * mu(log_m_star, log_sfr, alpha) + FMR_ZERO


def fmr_residual(oh12, log_m_star, log_sfr, alpha=FMR_ALPHA):
    """Dex above the fundamental relation."""
    return np.asarray(oh12) - fmr_oh12(log_m_star, log_sfr, alpha)


def compactness(log_m_star, log_r_pc):
    """C = 0.21 log M_* - log R: -0.75 for a galaxy on the relation of mass and size."""
    return SIZE_SLOPE * np.asarray(log_m_star) - np.asarray(log_r_pc)


def offset_of_compactness(c):
    """Offset from the fundamental relation that the observed line expects."""
    return COMPACT_SLOPE * np.asarray(c) + COMPACT_ZERO


# --- fits ---------------------------------------------------------------------------------------------------------
@dataclasses.dataclass
class Line:
    """y = slope (x - pivot) + zero, with errors of both and the rms (weighted) about it."""
    slope: float
    slope_err: float
    zero: float
    zero_err: float
    scatter: float
    pivot: float
    n: int

    def at(self, x):
        return self.slope * (np.asarray(x) - self.pivot) + self.zero


def least_squares(x, y, weights):
    total = weights.sum()
    mx, my = weights @ x / total, weights @ y / total
    dx = x - mx
    spread = weights @ dx ** 2
    slope = weights @ (dx * (y - my)) / spread if spread > 0 else np.nan
    return slope, my - slope * mx


def huber(x, y, weights, limit=1.345, rounds=50):
    """Iterated least squares in which a residual beyond `limit` robust standard deviations counts as its root."""
    slope, zero = least_squares(x, y, weights)
    for _ in range(rounds):
        residual = y - slope * x - zero
        middle = weighted_quantiles(np.abs(residual), weights, [0.5])[0]
        size = 1.4826 * middle
        if not size > 0:
            break
        damped = weights / np.maximum(1, np.abs(residual) / (limit * size))
        before, (slope, zero) = slope, least_squares(x, y, damped)
        if abs(slope - before) <= 1e-10 * max(1, abs(slope)):
            break
    return slope, zero


def samples_of(n, regions, resamples, seed):
    """Bootstrap: rows of `resamples` samples of n points, one after the other. Points are drawn one by one, or, if
    `regions` says where each of them belongs (any labels, one per point), all points of a region together: galaxies
    that share a history are not independent."""
    draw = np.random.default_rng(seed)
    if regions is None:
        for _ in range(resamples):
            yield draw.integers(0, n, n)
        return
    _, which = np.unique(regions, return_inverse=True)
    members = np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])
    for _ in range(resamples):
        yield np.concatenate([members[k] for k in draw.integers(0, len(members), len(members))])


def fit_line(x, y, weights=None, sigma=None, pivot=0.0, robust=False, resamples=500, seed=1, regions=None):
    """Line through points, with errors from resampling the points, or the `regions` to which they belong (bootstrap;
    500 draws from `seed`). `sigma`: errors of y, which weight as 1/sigma^2; errors of fewer than 5 points come from
    sigma; of fewer than 5 regions there are none (NaN). Trouble for fewer than 2 points."""
    x, y = np.asarray(x, float) - pivot, np.asarray(y, float)
    weights = np.ones(x.size) if weights is None else np.asarray(weights, float)
    if sigma is not None:
        weights = weights / np.asarray(sigma, float) ** 2
    keep = np.isfinite(x) & np.isfinite(y) & (weights > 0)
    x, y, weights = x[keep], y[keep], weights[keep]
    regions = None if regions is None else np.asarray(regions)[keep]
    if x.size < 2 or not np.ptp(x) > 0:
        raise Trouble(f"a line needs two points at different x; there are {x.size}")
    method = huber if robust else least_squares
    slope, zero = method(x, y, weights)
    scatter = np.sqrt(np.average((y - slope * x - zero) ** 2, weights=weights))
    if x.size < 5:
        if sigma is None:
            slope_err = zero_err = np.nan
        else:
            sums = np.array([[weights.sum(), weights @ x], [weights @ x, weights @ x ** 2]])
            zero_err, slope_err = np.sqrt(np.diag(np.linalg.inv(sums)))
    elif regions is not None and np.unique(regions).size < FEWEST_REGIONS:
        slope_err = zero_err = np.nan
    else:
        fits = [method(x[chosen], y[chosen], weights[chosen]) for chosen in samples_of(x.size, regions, resamples, seed)
                if np.ptp(x[chosen]) > 0]
        slope_err, zero_err = np.std(fits, axis=0, ddof=1)
    return Line(float(slope), float(slope_err), float(zero), float(zero_err), float(scatter), pivot, int(x.size))


def fit_mzr(log_m_star, oh12, **choices):
    """12 + log10(O/H) = slope (log M_* - 10) + zero: eq. 2 of Li et al. (2025)."""
    return fit_line(log_m_star, oh12, pivot=MZR_PIVOT, **choices)


def weighted_variance(values, weights):
    return np.average((values - np.average(values, weights=weights)) ** 2, weights=weights)


# --- environments compared --------------------------------------------------------------------------------------------
def in_bins(x, y, edges, weights=None):
    """Of the points in each bin of x: number, mean x, mean y, standard error of that; NaN in empty bins."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    weights = np.ones(x.size) if weights is None else np.asarray(weights, float)
    rows = []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (x >= low) & (x < high) & (weights > 0) & np.isfinite(y)
        n, w = int(inside.sum()), weights[inside]
        if n == 0:
            rows.append((0, np.nan, np.nan, np.nan))
            continue
        effective = w.sum() ** 2 / (w ** 2).sum()
        error = np.sqrt(weighted_variance(y[inside], w) / (effective - 1)) if effective > 1 else np.nan
        rows.append((n, np.average(x[inside], weights=w), np.average(y[inside], weights=w), error))
    return rows


def mass_matched_weights(log_m_star, weights, is_cluster, width=0.2):
    """Weights that give the field the distribution of masses of the cluster, in bins of `width` dex in which both have
    galaxies; the second result is the part of the cluster's weight that those bins hold, other galaxies get 0."""
    bins = np.floor(np.asarray(log_m_star, float) / width).astype(int)
    matched, total = np.zeros(len(bins)), weights[is_cluster].sum()
    for one in np.unique(bins):
        here, field = (bins == one) & is_cluster, (bins == one) & ~is_cluster
        if weights[here].sum() > 0 and weights[field].sum() > 0:
            matched[here] = weights[here]
            matched[field] = weights[field] * weights[here].sum() / weights[field].sum()
    return matched, matched[is_cluster].sum() / total if total > 0 else 0.0


def regions_of_sides(regions, is_cluster):
    """The lesser number of regions that hold cluster galaxies, or field galaxies."""
    return min(np.unique(np.asarray(regions)[side]).size for side in (is_cluster, ~is_cluster))


def error_by_leaving_out(value_of, regions):
    """Error of a value from leaving out one region after the other (jackknife): value_of(rows) for the rows that are
    left. It does not shrink, as that of resampled regions does, where a few regions decide; NaN if the value does not
    exist without one of them."""
    left = np.array([value_of(np.flatnonzero(regions != one)) for one in np.unique(regions)])
    if left.size < 2 or not np.all(np.isfinite(left)):
        return np.nan
    return float(np.sqrt((left.size - 1) * np.mean((left - left.mean()) ** 2)))


def environment_offset(log_m_star, oh12, is_cluster, weights=None, width=0.2, resamples=500, seed=1, regions=None):
    """Mean of oh12 in clusters minus that of the field at equal masses, its error from resampling galaxies, or the
    `regions` (trees, parts of a box; labels, one per galaxy) that hold them, and the part of the cluster that could be
    matched: (offset, error, part). NaN where one side is empty. Where fewer than 10 regions have cluster galaxies, or
    field galaxies, the error is at least that of leaving out one region after the other, and that of resampled
    galaxies, because a few regions can agree by chance; of fewer than 5 none are resampled, and where the regions left
    have not both sides, NaN."""
    log_m, oh12, is_cluster = np.asarray(log_m_star, float), np.asarray(oh12, float), np.asarray(is_cluster, bool)
    weights = np.ones(log_m.size) if weights is None else np.asarray(weights, float)
    keep = np.isfinite(oh12) & np.isfinite(log_m) & (weights > 0)
    log_m, oh12, is_cluster, weights = log_m[keep], oh12[keep], is_cluster[keep], weights[keep]
    regions = None if regions is None else np.asarray(regions)[keep]

    def offset(chosen):
        matched, part = mass_matched_weights(log_m[chosen], weights[chosen], is_cluster[chosen], width)
        sides = [(oh12[chosen], matched * side) for side in (is_cluster[chosen], ~is_cluster[chosen])]
        if any(w.sum() <= 0 for _, w in sides):
            return np.nan, part
        cluster, field = (np.average(y, weights=w) for y, w in sides)
        return cluster - field, part
    value, part = offset(np.arange(log_m.size))
    def resampled(labels):
        drawn = [offset(chosen)[0] for chosen in samples_of(log_m.size, labels, resamples, seed)] if log_m.size else []
        drawn = np.array(drawn)[np.isfinite(drawn)]
        return float(np.std(drawn, ddof=1)) if drawn.size > 1 else np.nan
    held = np.inf if regions is None else regions_of_sides(regions, is_cluster)
    errors = []
    if held >= FEWEST_REGIONS:
        errors.append(resampled(regions))
    if held < MANY_REGIONS:
        errors += [error_by_leaving_out(lambda rows: offset(rows)[0], regions), resampled(None)]
    return float(value), float(np.max(errors)), float(part)  # NaN if one of them is


# --- correlations -------------------------------------------------------------------------------------------------
def ranks(values, weights=None):
    """Ranks from 0, those of equal values their mean; with weights a value counts as so many."""
    _, inverse = np.unique(values, return_inverse=True)
    counts = np.bincount(inverse, weights)
    return (np.cumsum(counts) - 0.5 * counts - 0.5)[inverse]


def spearman(x, y, weights=None):
    """Rank correlation; NaN if one of both is constant."""
    a, b = ranks(x, weights), ranks(y, weights)
    a, b = a - np.average(a, weights=weights), b - np.average(b, weights=weights)
    w = 1.0 if weights is None else np.asarray(weights, float)
    size = np.sqrt(np.sum(w * a * a) * np.sum(w * b * b))
    return float(np.sum(w * a * b) / size) if size > 0 else np.nan


def shuffled_null(x, y, shuffles=1000, seed=1, within=None, weights=None):
    """Rank correlation and the part of shuffled samples whose own is at least as far from zero (with the sample itself
    counted, so that it is never 0). `within`: labels (bins of mass, say), y is shuffled among points of one label only;
    then distances are from the mean of the shuffled samples, which is what the labels alone make of the correlation."""
    found, draw, x, y = spearman(x, y, weights), np.random.default_rng(seed), np.asarray(x), np.asarray(y)
    if not np.isfinite(found):
        return found, np.nan
    labels = np.zeros(y.size) if within is None else np.asarray(within)
    order = np.argsort(labels, kind="stable")
    null = []
    for _ in range(shuffles):
        shuffled = np.empty_like(y)
        shuffled[order] = y[np.lexsort((draw.random(y.size), labels))]
        null.append(spearman(x, shuffled, weights))
    middle = 0.0 if within is None else np.mean(null)
    far = np.sum(np.abs(np.array(null) - middle) >= abs(found - middle) - 1e-12)
    return found, float(far + 1) / (shuffles + 1)


def rank_correlation_within(x, y, within, regions, weights=None, draws=1000, seed=1):
    """Rank correlation of what is left of x and y once the mean ranks of their label (rows of bins of mass and
    redshift, say) are taken away, and the part of samples, in which the contributions of whole regions get signs at
    random, whose own is at least as far from zero (with the sample itself counted). Galaxies of a region share a
    history and keep together, weights stay with their galaxies. Labels with fewer than 5 points say nothing; NaN for
    fewer than 5 regions."""
    _, cell, counts = np.unique(within, axis=0, return_inverse=True, return_counts=True)
    cell = cell.ravel()
    weights = np.ones(len(cell)) if weights is None else np.asarray(weights, float)
    total, left = np.bincount(cell, weights), []
    for values in (x, y):
        rank = ranks(values, weights)
        left.append((rank - (np.bincount(cell, weights * rank) / total)[cell]) * (counts[cell] >= FEWEST_OF_LABEL))
    size = np.sqrt(np.sum(weights * left[0] ** 2) * np.sum(weights * left[1] ** 2))
    if not size > 0:
        return np.nan, np.nan
    _, region = np.unique(regions, return_inverse=True)
    sums = np.bincount(region, weights * left[0] * left[1]) / size
    found = float(sums.sum())
    if sums.size < FEWEST_REGIONS:
        return found, np.nan
    signs = np.random.default_rng(seed).integers(0, 2, (draws, sums.size)) * 2 - 1
    return found, float(np.sum(np.abs(signs @ sums) >= abs(found) - 1e-12) + 1) / (draws + 1)


# --- several components seen as one ---------------------------------------------------------------------------------
def blended_oh12(oh12, light):
    """12 + log10(O/H) of components whose light cannot be told apart: abundances weighted with the light (for example
    of Hbeta or [OIII])."""
    return float(np.log10(np.average(10 ** np.asarray(oh12, float), weights=np.asarray(light, float))))
