"""Writes LHaloTree in HDF5, as IllustrisTNG gives it (tests only): docs/tree_formats.md."""

import dataclasses
import pathlib

import h5py
import numpy as np
import subhalos

first_snapshot, step = 5, 2  # snapshots are numbered 5, 7, 9, ...


def rounded(halos):
    """What the format can say of these halos: single precision, kpc/h, redshifts; ids of snapshot and number in it."""
    halos = subhalos.plain(halos)
    numbers = subhalos.numbered(halos)
    ids = (first_snapshot + step * (numbers // 10**12)) * 10**12 + numbers % 10**12
    halos = subhalos.in_singles(halos, lengths_per_mpc=1000)
    halos = dataclasses.replace(halos, scales=1 / (1 + (1 / halos.scales - 1)))
    return subhalos.renumbered(halos, ids, np.arange(len(np.unique(halos.forest))))


def write(halos, path, n_files=1, types=False):
    """Rounded halos as `path`/trees_sf1_099.0.hdf5 ...; with `types` the mass of a subhalo by type of particle."""
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    trees = subhalos.trees(halos)
    rows = trees.rows
    central = halos.host[rows] < 0
    mass = (halos.mass[rows] / 1e10).astype("<f4")
    own = np.where(central, mass * np.float32(0.9), mass).astype("<f4")
    columns = {
        "Descendant": trees.descendant.astype("<i4"),
        "FirstProgenitor": trees.first_progenitor.astype("<i4"),
        "NextProgenitor": trees.next_progenitor.astype("<i4"),
        "FirstHaloInFOFGroup": trees.first_in_group.astype("<i4"),
        "NextHaloInFOFGroup": trees.next_in_group.astype("<i4"),
        "SnapNum": (first_snapshot + step * halos.snapshot[rows]).astype("<i4"),
        "SubhaloNumber": (halos.id[rows] % 10**12).astype("<i4"),
        "SubhaloLen": np.full(len(rows), 20, dtype="<i4"),
        "Group_M_Crit200": np.where(central, mass, 0).astype("<f4"),
        "SubhaloPos": (halos.position[rows] * 1000).astype("<f4"),
        "SubhaloVel": halos.velocity[rows].astype("<f4"),
    }
    if types:
        columns["SubhaloMassType"] = np.zeros((len(rows), 6), dtype="<f4")
        columns["SubhaloMassType"][:, 1] = own
    else:
        columns["SubhaloMass"] = own
    sizes = np.diff(trees.begin)
    edges = subhalos.cut(len(sizes), n_files)
    for k in range(n_files):
        mine = sizes[edges[k] : edges[k + 1]]
        with h5py.File(path / f"trees_sf1_099.{k}.hdf5", "w") as out:
            header = out.create_group("Header")
            header.attrs.update(
                FirstSnapshotNr=np.int32(first_snapshot),
                LastSnapshotNr=np.int32(first_snapshot + step * (len(halos.scales) - 1)),
                SnapSkipFac=np.int32(step),
                NtreesPerFile=np.int32(len(mine)),
                NhalosPerFile=np.int32(mine.sum()),
                NumberOfOutputFiles=np.int32(n_files),
                ParticleMass=2.09e-3,
            )
            header["Redshifts"] = 1 / halos.scales - 1
            header["TreeNHalos"] = mine.astype("<i4")
            for t in range(len(mine)):
                a, b = trees.begin[edges[k] + t], trees.begin[edges[k] + t + 1]
                for name, values in columns.items():
                    out[f"Tree{t}/{name}"] = values[a:b]
    return path
