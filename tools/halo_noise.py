"""Noise of halo masses along the main branches of merger trees: reading trees, and measuring what is noise in them.

ln M along a main branch is smooth growth, fluctuations of growth, and noise of the halo finder. They add up in time in
different ways. Of the second difference of lag k,

    d_k = ln M(i + k) - 2 ln M(i) + ln M(i - k),  i counting snapshots,

steady growth leaves nothing; a growth rate that wanders leaves a variance g k^3; noise that forgets, an AR(1) sequence
of scatter s and correlation r from snapshot to snapshot, leaves s^2 (6 - 8 r^k + 2 r^2k), which stops growing with k.
`measure` takes s, r and g from the widths of d_k; tests on made-up histories (`made_up`). Method: docs/mass_noise.md.
"""
import h5py
import numpy as np

from plot_data import Trouble, reason, weighted_quantiles

LAGS = np.arange(1, 7)
# A step of a branch is left out if this share of the halo's mass, or more, came in or went with another halo at once.
LARGEST_MERGER = 0.03
FEWEST = 40  # second differences for one width
CORRELATIONS = np.arange(0, 0.951, 0.01)


class Trees:
    """A set as `cecropia trees convert` or `trees grow` writes it (Galacticus file). Arrays have one row per halo: id,
    descendant, host (of satellites: the top-most central; of centrals: themselves), main (main progenitor), all three
    as rows, -1: none; level (0: earliest), mass [Msun], position [cMpc] (None: no places), forest (row of the forest),
    found (False: set in by a tree code), central. z and age_myr have one row per level, weight [cMpc^-3] one per
    forest; box_cmpc (0: none); h of the trees' cosmology. Trouble if the file is none, or hosts lead nowhere."""

    def __init__(self, path):
        try:
            with h5py.File(path) as file:
                halos = {name: data[()] for name, data in file["forestHalos"].items()}
                count = file["forestIndex/numberOfNodes"][()]
                self.weight = file["forestIndex/forestWeight"][()]
                omega_m, self.h = (float(file["cosmology"].attrs[name]) for name in ("OmegaMatter", "HubbleParam"))
                self.box_cmpc = float(file["simulation"].attrs["boxSize"]) if "simulation" in file else 0.0
        except OSError as error:
            raise Trouble(f"{path} cannot be read ({reason(error)}): give a file of cecropia trees convert") from error
        except KeyError as error:
            raise Trouble(f"{path} is no file of cecropia trees convert: {error}") from error
        self.id, self.mass, self.position = halos["nodeIndex"], halos["nodeMass"], halos.get("position")
        order, rows = np.argsort(self.id), np.arange(self.id.size)

        def row_of(ids):
            found = order[np.minimum(np.searchsorted(self.id, ids, sorter=order), ids.size - 1)]
            return np.where(self.id[found] == ids, found, -1)

        self.forest = np.repeat(np.arange(count.size), count)
        self.descendant = row_of(halos["descendantIndex"])
        self.host = top_hosts(row_of(halos["hostIndex"]), self.id, path)
        z, self.level = np.unique(-halos["redshift"], return_inverse=True)
        self.z, self.age_myr = -z, age_myr(-z, omega_m, self.h)
        self.main = np.full(rows.size, -1)
        leads = (halos["isMainProgenitor"] > 0) & (self.descendant >= 0)
        self.main[self.descendant[leads]] = rows[leads]
        self.found = (halos["isPhantom"] == 0) & (halos["isInterpolated"] == 0)
        self.central = self.host == rows
        self.mean_matter_msun_cmpc3 = 2.7754e11 * omega_m * self.h ** 2

    def back(self, rows, steps):
        """Rows of the main progenitors so many steps back; -1 where there is none, or where rows is -1."""
        for _ in range(steps):
            rows = np.where(rows >= 0, self.main[rows], -1)
        return rows


def top_hosts(host, ids, path):
    """Row of the top-most host of every halo, from the row of its own host (of centrals: themselves). Trouble, with the
    id of a halo, where a host is not there (-1) or hosts go round in a circle."""
    remedy = "cecropia trees check says what is wrong with trees"
    if (host < 0).any():
        raise Trouble(f"{path}: the host of halo {ids[np.argmin(host)]} is not in the file; {remedy}")
    top = host
    for _ in range(int(host.size).bit_length()):  # each time twice as far up
        top = top[top]
    if (host[top] != top).any():
        raise Trouble(f"{path}: the hosts of halo {ids[np.argmax(host[top] != top)]} go round in a circle; {remedy}")
    return top


def age_myr(z, omega_m, h):
    """Age of a flat universe of matter and cosmological constant at redshift z [Myr] (COS-2)."""
    x = np.sqrt((1 - omega_m) / omega_m) * (1 + np.asarray(z, float)) ** -1.5
    return 2 / 3 * np.arcsinh(x) / np.sqrt(1 - omega_m) / (h * 1.0227122e-4)


def quiet_steps(trees, largest_merger=LARGEST_MERGER):
    """Number of quiet steps in a row that lead to each halo along its main branch: centrals that the halo finder found,
    one level apart, without a merger. A halo merges or moves where it has another top-most central than the line of its
    old one leads to; its mass counts for the halo that it enters and for the one that it leaves."""
    rows = np.flatnonzero(trees.descendant >= 0)
    after, before = trees.descendant[rows], trees.host[rows]
    enters = trees.host[after]
    onward = np.where(trees.descendant[before] >= 0, trees.host[trees.descendant[before]], -1)
    is_line = trees.central[rows] & (trees.main[after] == rows) & trees.central[after]
    merges = trees.central[rows] & ~is_line
    changes = ~trees.central[rows] & (enters != onward)
    moved = np.zeros((2, trees.mass.size))
    np.add.at(moved[0], enters[merges | changes], trees.mass[rows[merges | changes]])
    leaves = changes & (onward >= 0)
    np.add.at(moved[1], onward[leaves], trees.mass[rows[leaves]])
    steps, usable = np.zeros(trees.mass.size, int), trees.central & trees.found
    for level in range(1, trees.z.size):
        here = np.flatnonzero((trees.level == level) & usable & (trees.main >= 0))
        last = trees.main[here]
        quiet = usable[last] & (trees.level[last] == level - 1)
        quiet &= moved[:, here].max(axis=0) < largest_merger * trees.mass[last]
        steps[here[quiet]] = steps[last[quiet]] + 1
    return steps


def second_differences(trees, values, usable, lag):
    """(d_lag of the values, row of the middle halo): for every halo with `usable` >= 2 lag steps behind it."""
    last = np.flatnonzero(usable >= 2 * lag)
    middle, first = trees.back(last, lag), trees.back(last, 2 * lag)
    d = values[last] - 2 * values[middle] + values[first]
    finite = np.isfinite(d)
    return d[finite], middle[finite]


def half_width(values, weights=None):
    """Half of the distance between the 16th and the 84th percentile: the scatter of a Gaussian, whatever its tails."""
    low, high = weighted_quantiles(values, np.ones(values.size) if weights is None else weights,
                                   [0.15865525, 0.84134475])
    return 0.5 * (high - low)


def noise_part(lag, r):
    """Variance of d_lag of an AR(1) sequence of unit variance and correlation r."""
    return 6 - 8 * r ** lag + 2 * r ** (2 * lag)


def fit(widths, counts, lags=LAGS, correlation=None):
    """(s, r, g, misfit) of the widths of d_k: least squares of s^2 noise_part(k, r) + g k^3 to their squares, weighted
    with the errors of Gaussian widths from `counts` values; s and g are not negative, r is searched in CORRELATIONS or
    given. NaN if fewer than two widths (without `correlation`: four) are known."""
    widths, counts = np.asarray(widths, float), np.asarray(counts, float)
    known = np.isfinite(widths) & (widths > 0) & (counts >= FEWEST)
    if known.sum() < (4 if correlation is None else 2):
        return np.full(4, np.nan)
    k, y = np.asarray(lags, float)[known], widths[known] ** 2
    w, best = np.sqrt(counts[known]) / y, np.full(4, np.inf)
    for r in CORRELATIONS if correlation is None else [correlation]:
        parts = np.stack([noise_part(k, r), k ** 3]) * w
        candidates = [np.linalg.lstsq(parts.T, y * w, rcond=None)[0]]
        for one in (0, 1):
            alone = np.zeros(2)
            alone[one] = parts[one] @ (y * w) / (parts[one] @ parts[one])
            candidates.append(alone)
        for s2, g in candidates:
            misfit = ((s2 * parts[0] + g * parts[1] - y * w) ** 2).sum()
            if s2 >= 0 and g >= 0 and misfit < best[3] * (1 - 1e-9):
                best = np.array([np.sqrt(s2), r, g, misfit])
    return best


class Sample:
    """Second differences of all lags in bins, with the forest of each, so that forests can be drawn again."""

    def __init__(self, trees, values, usable, bins):
        """`bins`: {name: bool of each halo, asked of the middle one}"""
        self.parts, self.forests = {name: [] for name in bins}, trees.weight.size
        for lag in LAGS:
            d, middle = second_differences(trees, values, usable, lag)
            for name, inside in bins.items():
                keep = inside[middle]
                self.parts[name].append((d[keep], trees.forest[middle[keep]]))

    def widths(self, name, times=None):
        """Widths and numbers of d_k in a bin; `times`: how often each forest was drawn."""
        rows = []
        for d, forest in self.parts[name]:
            weights = np.ones(d.size) if times is None else times[forest].astype(float)
            enough = (weights > 0).sum() >= FEWEST
            rows.append((half_width(d[weights > 0], weights[weights > 0]) if enough else np.nan, d.size))
        return np.array(rows).T


def common_correlation(widths):
    """The r that fits all bins together best; `widths`: list of (widths, counts). NaN if no bin can be fitted."""
    total = [np.nansum([fit(*both, correlation=r)[3] for both in widths]) for r in CORRELATIONS]
    return CORRELATIONS[np.argmin(total)] if np.max(total) > 0 else np.nan


def power_law(n, s, error):
    """(s at 1000 particles, exponent) of s = s_1000 (N / 1000)^p: least squares in ln, weights of relative errors."""
    good = np.isfinite(s) & (s > 0) & (error > 0)
    if good.sum() < 2:
        return np.full(2, np.nan)
    p, level = np.polyfit(np.log(n[good] / 1000), np.log(s[good]), 1, w=s[good] / error[good])
    return np.array([np.exp(level), p])


def twins(coarse, fine, fewest_msun):
    """Row in `fine` of the same object for each central of `coarse` above a mass, -1: none. The same: a central at the
    same redshift whose centre lies inside the halo's radius (200 times the mean density) and whose mass is within a
    factor of three; the nearest of them. Both sets need places in one periodic box and initial conditions in common."""
    match = np.full(coarse.mass.size, -1)
    for level, z in enumerate(coarse.z):
        other = np.argmin(np.abs(fine.z - z))
        if abs(fine.z[other] - z) > 1e-3 * (1 + z):
            continue
        there = np.flatnonzero((fine.level == other) & fine.central & fine.found & (fine.mass > fewest_msun / 3))
        here = np.flatnonzero((coarse.level == level) & coarse.central & coarse.found & (coarse.mass > fewest_msun))
        for row in here if there.size else ():
            d = fine.position[there] - coarse.position[row]
            d -= coarse.box_cmpc * np.round(d / coarse.box_cmpc)
            d = np.sqrt((d ** 2).sum(axis=1))
            radius = (coarse.mass[row] / (800 / 3 * np.pi * coarse.mean_matter_msun_cmpc3)) ** (1 / 3)
            same = (d < radius) & (np.abs(np.log(fine.mass[there] / coarse.mass[row])) < np.log(3))
            if same.any():
                match[row] = there[same][np.argmin(d[same])]
    return match


def twin_values(coarse, fine, match):
    """(ln M of a halo over that of its twin, quiet steps of both); where the branches of twins part a run ends."""
    values = np.where(match >= 0, np.log(coarse.mass / fine.mass[match]), np.nan)
    both = np.minimum(quiet_steps(coarse), np.where(match >= 0, quiet_steps(fine)[match], 0))
    steps = np.zeros(match.size, int)
    for level in range(1, coarse.z.size):
        here = np.flatnonzero((coarse.level == level) & (both > 0))
        before = coarse.main[here]
        follows = (match[before] >= 0) & (fine.main[match[here]] == match[before])
        steps[here[follows]] = steps[before[follows]] + 1
    return values, steps


def made_up(scatter, correlation, wander, branches, levels, seed):
    """ln M of made-up branches, (branches, levels): growth of 0.08 per level whose rate does a random walk of steps
    `wander`, and AR(1) noise."""
    draw = np.random.default_rng(seed)
    growth = 0.08 + np.cumsum(wander * draw.standard_normal((branches, levels)), axis=1)
    noise = draw.standard_normal((branches, levels))
    for i in range(1, levels):
        noise[:, i] = correlation * noise[:, i - 1] + np.sqrt(1 - correlation ** 2) * noise[:, i]
    return np.cumsum(growth, axis=1) + scatter * noise


def measure_made_up(log_m):
    """(s, r, g, misfit) that the estimator finds in such branches."""
    d = [(log_m[:, 2 * k:] - 2 * log_m[:, k:-k] + log_m[:, :-2 * k]).ravel() for k in LAGS]
    return fit([half_width(x) for x in d], [x.size for x in d])


def particle_mass(trees):
    """Mass of a particle [Msun]: the spacing of the lowest masses that the halo finder gave."""
    mass = np.sort(trees.mass[trees.found])
    mass = mass[mass < 15 * mass[0]]
    groups = np.split(mass, np.flatnonzero(np.diff(mass) > 2e-3 * mass[:-1]) + 1)
    if len(groups) < 5:
        raise Trouble("the mass of a particle cannot be told from the masses of the halos: give --particle-mass")
    return float(np.median(np.diff([np.median(group) for group in groups])))
