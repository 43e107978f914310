"""Where galaxies are: friends-of-friends groups of projected catalogues, regions, overdensities, of numpy arrays.

Li et al. (2025) link galaxies closer than 500 kpc on the sky and 500 km/s along the line of sight and call groups
of four or more "cluster", the others "field". kpc are proper (CHOICE: as in the catalogues that they follow), and
dv = c dz/(1+z). Morishita et al. (2025) count a region of 60 proper kpc. docs/theory/observers.md.
"""
import numpy as np

from cecropia_files import Trouble
from cecropia_run import LIGHT_KM_S, comoving_distance

LINK_KPC, LINK_KM_S, MIN_MEMBERS = 500.0, 500.0, 4
PLANCK_OF_LI2025 = {"omega_m": 0.3, "h": 0.7}
PAIRS_AT_ONCE = 2_000_000  # memory: about 100 MB


def pairs_near(key, reach):
    """All pairs (i, j) whose keys differ by at most `reach`, in portions: yields two arrays of indices."""
    order = np.argsort(key, kind="stable")
    sorted_key = np.asarray(key, float)[order]
    last = np.searchsorted(sorted_key, sorted_key + reach, side="right")
    counts = last - np.arange(order.size) - 1
    begin = 0
    while begin < order.size:
        end = max(begin + 1, begin + int(np.searchsorted(np.cumsum(counts[begin:]), PAIRS_AT_ONCE, side="right")))
        n = counts[begin:end]
        first = np.repeat(np.arange(begin, end), n)
        second = first + 1 + np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        yield order[first], order[second]
        begin = end


def groups_of(n, pairs):
    """Connected components: the number of its group for each of n galaxies, groups counted by first appearance."""
    label = np.arange(n)
    pairs = [(i, j) for i, j in pairs if i.size]
    changed = True
    while changed:
        before = label.copy()
        for i, j in pairs:
            lowest = np.minimum(label[i], label[j])
            np.minimum.at(label, i, lowest)
            np.minimum.at(label, j, lowest)
        label = label[label]
        changed = not np.array_equal(before, label)
    return np.unique(label, return_inverse=True)[1]


def friends_of_friends_sky(ra_deg, dec_deg, z, cosmology=None, link_kpc=LINK_KPC, link_km_s=LINK_KM_S):
    """Group of every galaxy of a catalogue on the sky: angles in degrees, redshifts; `cosmology` with h and omega_m."""
    ra, dec, z = (np.asarray(x, float) for x in (ra_deg, dec_deg, z))
    if not np.all(np.isfinite(ra) & np.isfinite(dec) & (np.abs(dec) <= 90) & (z > 0)):
        raise Trouble("a catalogue for friends of friends needs finite angles, |dec| <= 90 degrees and redshifts > 0")
    fine, distance, _ = comoving_distance(cosmology or PLANCK_OF_LI2025, z.max(initial=1) * 1.01)
    ra, dec = np.radians(ra), np.radians(dec)
    place = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], 1)

    def linked():
        reach = link_km_s / LIGHT_KM_S * (1 + z.max(initial=0)) * 1.01
        for i, j in pairs_near(z, reach):
            middle = 0.5 * (z[i] + z[j])
            near = LIGHT_KM_S * np.abs(z[i] - z[j]) / (1 + middle) < link_km_s
            i, j, middle = i[near], j[near], middle[near]
            angle = 2 * np.arcsin(np.clip(0.5 * np.linalg.norm(place[i] - place[j], axis=1), 0, 1))
            near = angle * np.interp(middle, fine, distance) / (1 + middle) * 1e3 < link_kpc
            yield i[near], j[near]
    return groups_of(z.size, linked())


def friends_of_friends_plane(x_kpc, y_kpc, v_km_s, link_kpc=LINK_KPC, link_km_s=LINK_KM_S, side_kpc=None):
    """The same for galaxies of one redshift in a plane: proper kpc and km/s; `side_kpc`: x and y are periodic. The line
    of sight is not, as for an observer: a box has a near and a far end, and groups across them are seen as two."""
    x, y, v = (np.asarray(a, float) for a in (x_kpc, y_kpc, v_km_s))

    def apart(a):
        return np.abs(a) if side_kpc is None else np.minimum(np.abs(a), side_kpc - np.abs(a))

    def linked():
        for i, j in pairs_near(v, link_km_s):
            near = (apart(x[i] - x[j]) ** 2 + apart(y[i] - y[j]) ** 2 < link_kpc ** 2) & (
                np.abs(v[i] - v[j]) < link_km_s)
            yield i[near], j[near]
    return groups_of(x.size, linked())


def in_cluster(groups, min_members=MIN_MEMBERS):
    """Whether each galaxy belongs to a group of at least so many."""
    return np.bincount(groups)[groups] >= min_members if groups.size else np.zeros(0, bool)


def hubble_km_s_mpc(cosmology, z):
    om = cosmology["omega_m"]
    return 100 * cosmology["h"] * np.sqrt(om * (1 + z) ** 3 + 1 - om)


def seen_along(axis, position_cmpc, z, cosmology):
    """A box of one redshift as an observer sees it along axis 0, 1 or 2: x, y [proper kpc] and the velocity of the
    expansion [km/s]. Galaxies' own velocities are not part of the trees."""
    others = [k for k in range(3) if k != axis]
    x, y = (position_cmpc[:, k] / (1 + z) * 1e3 for k in others)
    return x, y, hubble_km_s_mpc(cosmology, z) * position_cmpc[:, axis] / (1 + z)


def sphere_overdensity(position_cmpc, side_cmpc, radius_cmpc, mass=None):
    """Overdensity delta = n/mean - 1 (number, or of `mass`) in the sphere around each galaxy of a periodic box, itself
    included, and the index of the heaviest galaxy (or halo) in the sphere: of the largest mass, else of the galaxy."""
    place = np.asarray(position_cmpc, float) % side_cmpc
    weight = np.ones(len(place)) if mass is None else np.asarray(mass, float)
    total, heaviest = weight.copy(), np.arange(len(place))
    if not 0 < radius_cmpc < side_cmpc / 2:
        raise Trouble(f"spheres of {radius_cmpc:g} cMpc do not fit into a box of {side_cmpc:g} cMpc")
    edge = place[:, 0] < radius_cmpc  # these are seen from the other side of the box, too
    key = np.concatenate([place[:, 0], place[edge, 0] + side_cmpc])
    who = np.concatenate([np.arange(len(place)), np.flatnonzero(edge)])
    for a, b in pairs_near(key, radius_cmpc):
        i, j = who[a], who[b]
        apart = np.abs(place[i] - place[j])
        apart = np.minimum(apart, side_cmpc - apart)
        # a pair of two images is the pair of the two originals
        near = (np.sum(apart ** 2, axis=1) < radius_cmpc ** 2) & (np.minimum(a, b) < len(place))
        i, j = i[near], j[near]
        np.add.at(total, i, weight[j])
        np.add.at(total, j, weight[i])
        for one, other in ((i, j), (j, i)):
            order = np.argsort(weight[other], kind="stable")
            better = weight[other[order]] > weight[heaviest[one[order]]]
            heaviest[one[order][better]] = other[order][better]  # the last, the heaviest, stays
    mean = weight.sum() / side_cmpc ** 3 * 4 * np.pi / 3 * radius_cmpc ** 3
    return total / mean - 1, heaviest


def part_of_box(position_cmpc, side_cmpc, at_least_cmpc):
    """Regions of a periodic box for the resampling of errors: the number of the cube in which each galaxy lies, of the
    equal cubes with sides of at least `at_least_cmpc` into which the box can be cut (one, if none fits twice)."""
    n = max(1, int(side_cmpc / at_least_cmpc))
    cell = np.minimum((np.asarray(position_cmpc, float) % side_cmpc / side_cmpc * n).astype(int), n - 1)
    return (cell[:, 0] * n + cell[:, 1]) * n + cell[:, 2]


def members_of_tree(tree, counted):
    """For trees without places: how many `counted` galaxies of its level belong to the tree of each galaxy."""
    _, inverse = np.unique(tree, return_inverse=True)
    return np.bincount(inverse, weights=np.asarray(counted, float))[inverse]


def region(centre, x_kpc, y_kpc, z, radius_kpc, dz, mean_number, m_halo_msun=None):
    """A region around centre = (x, y, z): members within radius_kpc on the sky and |z - z_centre| <= dz/2, their
    overdensity (n - mean)/mean, the sum of their halo masses and their velocity dispersion [km/s] (sample standard
    deviation of c (z - mean z)/(1 + mean z); NaN for fewer than two)."""
    x, y, z = (np.asarray(a, float) for a in (x_kpc, y_kpc, z))
    if not mean_number > 0:
        raise Trouble("an overdensity needs a positive mean number")
    inside = np.flatnonzero((np.hypot(x - centre[0], y - centre[1]) <= radius_kpc) & (
        np.abs(z - centre[2]) <= 0.5 * dz))
    mean = z[inside].mean() if inside.size else np.nan
    speeds = LIGHT_KM_S * (z[inside] - mean) / (1 + mean)
    return {"members": inside, "delta": (inside.size - mean_number) / mean_number,
            "m_halo_msun": float(np.asarray(m_halo_msun)[inside].sum()) if m_halo_msun is not None else np.nan,
            "sigma_km_s": float(speeds.std(ddof=1)) if inside.size > 1 else np.nan}
