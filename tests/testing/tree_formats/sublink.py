"""Writes SubLink, minimal and extended (tests only): docs/tree_formats.md."""

import pathlib

import h5py
import numpy as np
import subhalos


def rounded(halos, positions=True):
    """What SubLink can say of these halos: single precision, kpc/h; ids of snapshot and number in it."""
    halos = subhalos.in_singles(subhalos.plain(halos), lengths_per_mpc=1000)
    forests = np.arange(len(np.unique(halos.forest))) * 10**9 + 10**16
    return subhalos.renumbered(halos, subhalos.numbered(halos), forests)


def depth_first(trees):
    """A number for each halo of every tree: a halo, then all of its main progenitor's, then those of the others."""
    number = np.full(len(trees.rows), -1)
    start = np.repeat(trees.begin[:-1], np.diff(trees.begin))
    for t in range(len(trees.begin) - 1):
        following, own = 0, np.arange(trees.begin[t], trees.begin[t + 1])
        for root in own[trees.descendant[own] < 0]:
            waiting = [root]
            while waiting:
                i = waiting.pop()
                number[i] = following
                following += 1
                progenitors, at = [], trees.first_progenitor[i]
                while at >= 0:
                    progenitors.append(start[i] + at)
                    at = trees.next_progenitor[start[i] + at]
                waiting.extend(reversed(progenitors))
    assert (number >= 0).all()
    return number


def write(halos, path, n_files=1, layout="extended"):
    """Rounded halos as `path`/tree_extended.0.hdf5 ... (layout extended), tree.0.hdf5 ... (minimal), or with one table
    Tree in each file."""
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    trees = subhalos.trees(halos)
    start = np.repeat(trees.begin[:-1], np.diff(trees.begin))
    number = depth_first(trees)
    ids = halos.forest[trees.rows] + number  # unique in the set, not a row: the ids of trees are far apart

    def linked(places):
        return np.where(places >= 0, ids[start + places], -1)

    rows = trees.rows
    central = halos.host[rows] < 0
    mass = (halos.mass[rows] / 1e10).astype("<f4")
    raw = halos.id[rows]
    columns = {
        "SubhaloID": ids,
        "SubhaloIDRaw": raw,
        "RootDescendantID": ids,  # not read
        "TreeID": halos.forest[rows],
        "SnapNum": halos.snapshot[rows].astype("<i2"),
        "FirstProgenitorID": linked(trees.first_progenitor),
        "NextProgenitorID": linked(trees.next_progenitor),
        "DescendantID": linked(trees.descendant),
        "FirstSubhaloInFOFGroupID": linked(trees.first_in_group),
        "NextSubhaloInFOFGroupID": linked(trees.next_in_group),
        "NumParticles": np.full(len(rows), 20, dtype="<i4"),
        "Mass": mass,
        "SubfindID": (raw % 10**12).astype("<i4"),
    }
    if layout == "extended":
        group = np.where(central, mass, mass[start + trees.first_in_group])  # a satellite has that of its group, too
        columns["Mass"] = mass * np.float32(0.3)
        columns["SubhaloMass"] = np.where(central, mass * np.float32(0.9), mass).astype("<f4")
        columns["Group_M_Crit200"] = group.astype("<f4")
        columns["Group_M_Mean200"] = (group * np.float32(1.2)).astype("<f4")
        columns["SubhaloPos"] = (halos.position[rows] * 1000).astype("<f4")
        columns["SubhaloVel"] = halos.velocity[rows].astype("<f4")
    # in a tree rows are in the order of the ids
    order = np.lexsort((number, start))
    sizes = np.diff(trees.begin)
    edges = trees.begin[subhalos.cut(len(sizes), n_files)]
    for k in range(n_files):
        mine = order[edges[k] : edges[k + 1]]
        name = f"tree_extended.{k}.hdf5" if layout == "extended" else f"tree.{k}.hdf5"
        with h5py.File(path / name, "w") as out:
            if layout == "table":
                table = np.zeros(len(mine), dtype=[(n, v.dtype) for n, v in columns.items()])
                for n, values in columns.items():
                    table[n] = values[mine]
                out.create_dataset("Tree", data=table, chunks=True, compression="gzip")
            else:
                for n, values in columns.items():
                    out[n] = values[mine]
    np.savetxt(path / "scales.txt", halos.scales, fmt="%.17g")
    return path
