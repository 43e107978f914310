"""Merger trees with one property changed, for asking what that property does to galaxies (tools/mass_noise).

Every function takes a `halo_noise.Trees` and gives what `write` needs: new masses, or new links. Source:
docs/mass_noise.md.
"""
import shutil

import h5py
import numpy as np

from plot_data import Trouble


def branch_order(trees):
    """Rows of all halos, from the last level to the first."""
    return np.argsort(-trees.level, kind="stable")


def noisy_masses(trees, scatter, correlation, seed):
    """Masses with an AR(1) sequence in ln M back along every main branch, of the scatter given halo by halo and the
    correlation from snapshot to snapshot: what eps.mass_noise does (EPS-8), with a scatter that may depend on the
    halo."""
    x = np.random.default_rng(seed).standard_normal(trees.mass.size)
    level_rows = np.split(np.argsort(trees.level, kind="stable"), np.cumsum(np.bincount(trees.level))[:-1])
    for rows in reversed(level_rows):
        rows = rows[trees.main[rows] >= 0]
        before = trees.main[rows]
        x[before] = correlation * x[rows] + np.sqrt(1 - correlation ** 2) * x[before]
    return trees.mass * np.exp(scatter * x)


def smooth_masses(trees, half_width):
    """Masses smoothed along every main branch: at each snapshot the value of a straight line through ln M of as many
    snapshots on either side, as a function of ln age. What is fast goes, noise and real growth alike."""
    log_m, log_t = np.log(trees.mass), np.log(trees.age_myr)[trees.level]
    head = np.arange(trees.mass.size)  # the latest halo of the branch
    for row in branch_order(trees):
        if trees.main[row] >= 0:
            head[trees.main[row]] = head[row]
    order = np.lexsort((trees.level, head))
    smoothed = log_m.copy()
    ends = np.flatnonzero(np.diff(head[order])) + 1
    for branch in np.split(order, ends):
        for i in range(branch.size):
            reach = min(half_width, i, branch.size - 1 - i)  # the same on both sides: a line has no bias for growth
            if reach > 0:
                window = branch[i - reach:i + reach + 1]
                slope, middle = np.polyfit(log_t[window] - log_t[branch[i]], log_m[window], 1)
                smoothed[branch[i]] = middle
    return np.exp(smoothed)


def without_satellites(trees):
    """(kept, descendant): galaxies merge when their halo becomes a satellite for good. The satellites of a branch that
    stays one to its end are left out; the last central before them descends from then on to the central they lay in."""
    for_good = np.zeros(trees.mass.size, bool)
    for row in branch_order(trees):
        after = trees.descendant[row]
        ends_here = after < 0 or trees.main[after] != row
        for_good[row] = not trees.central[row] and (ends_here or for_good[after])
    descendant = trees.descendant.copy()
    falls = (descendant >= 0) & ~for_good & for_good[descendant]
    descendant[falls] = trees.host[descendant[falls]]
    return ~for_good, descendant


def main_branches_only(trees):
    """(kept, descendant): nothing but the main branches of the roots; all growth is accretion of gas."""
    kept = trees.descendant < 0
    for row in branch_order(trees):
        if kept[row] and trees.main[row] >= 0:
            kept[trees.main[row]] = True
    return kept, trees.descendant


def write(source, target, trees, mass=None, kept=None, descendant=None):
    """The set `source` with other masses, fewer halos, or other descendants, as a Galacticus file `target`. A satellite
    whose host is left out becomes a central; a halo with a new descendant is not its main progenitor."""
    kept = np.ones(trees.mass.size, bool) if kept is None else kept
    descendant = trees.descendant if descendant is None else descendant
    if not kept.any():
        raise Trouble(f"{source}: nothing would be left of these trees")
    shutil.copyfile(source, target)
    rows = np.flatnonzero(kept)
    host = np.where(kept[trees.host], trees.host, np.arange(trees.mass.size))
    changed = {"nodeMass": trees.mass if mass is None else mass,
               "isMainProgenitor": (descendant >= 0) & (trees.main[descendant] == np.arange(trees.mass.size)),
               "descendantIndex": np.where(descendant >= 0, trees.id[descendant], -1),
               "hostIndex": trees.id[host]}
    with h5py.File(target, "r+") as file:
        halos = file["forestHalos"]
        for name in list(halos):
            old = halos[name][()]
            notes = dict(halos[name].attrs)
            del halos[name]
            halos[name] = changed.get(name, old)[rows].astype(old.dtype)
            halos[name].attrs.update(notes)
        count = np.bincount(trees.forest[rows], minlength=trees.weight.size)
        filled = count > 0
        index = file["forestIndex"]
        new = {"firstNode": (np.cumsum(count) - count)[filled], "numberOfNodes": count[filled],
               "forestIndex": index["forestIndex"][()][filled], "forestWeight": index["forestWeight"][()][filled]}
        for name, values in new.items():
            kind = index[name].dtype
            del index[name]
            index[name] = values.astype(kind)
        if "provenance" in file:
            del file["provenance"]  # the hash of a content that is no longer this one
