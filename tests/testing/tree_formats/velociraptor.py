"""Real trees as the forest files of VELOCIraptor and TreeFrog, and as one file with trees and halos (tests only).

Written after the description of the format: per snapshot a group with ID, Head (its own id at a root), Tail (its own id
at a leaf), hostHaloID (-1 for a field halo), halos of a forest side by side; sizes and places of forests in
ForestInfoInFile; how many files and forests there are in the statistics."""

import dataclasses

import h5py
import numpy as np

from by_snapshot import main_progenitors, renumbered


def rounded(halos, comoving):
    """The halos with the ids of the format, and with masses as its units leave them."""
    halos = renumbered(halos)
    return dataclasses.replace(halos, mass=halos.mass / 1e10 * 1e10) if comoving else halos


def header(file, halos, comoving):
    simulation = file.create_group("Header/Simulation")
    simulation.attrs.update(h_val=halos.h, Omega_m=halos.omega_m, Omega_Lambda=halos.omega_l, Period=halos.box)
    units = file.create_group("Header/Units")
    units.attrs["Comoving_or_Physical"] = int(comoving)
    units.attrs["Length_unit_to_kpc"] = 1000.0
    units.attrs["Mass_unit_to_solarmass"] = 1e10 if comoving else "1.000000"  # some versions write text
    units.attrs["Velocity_unit_to_kms"] = 1.0
    file["Header/TreeBuilder/Temporal_halo_id_value"] = 10**12


def snapshot(file, halos, s, rows, comoving):
    """Group of snapshot `s` with these rows, in this order."""
    a = halos.scales[s]
    group = file.create_group(f"Snap_{s:03d}")
    group.attrs["scalefactor"] = a
    group.attrs["NHalos"] = len(rows)
    tail = main_progenitors(halos)[rows]
    ids, head = halos.id[rows], halos.descendant[rows]
    group["ID"] = ids
    group["Head"] = np.where(head < 0, ids, head)
    group["Tail"] = np.where(tail < 0, ids, tail)
    group["hostHaloID"] = halos.host[rows]
    mass = halos.mass[rows] / 1e10 if comoving else halos.mass[rows] / halos.h
    position = halos.position[rows] if comoving else halos.position[rows] / halos.h * a
    group["Mass_200crit"] = mass
    group["Mass_tot"] = mass * 1.5
    for k, name in enumerate(("Xc", "Yc", "Zc")):
        group[name] = position[:, k]
    return group


def write(halos, stem, n_files=1, comoving=False):
    """Forest files STEM.hdf5.N and STEM.foreststats.hdf5."""
    forests = np.unique(halos.forest)
    parts = np.array_split(forests, n_files)
    n_snaps = len(halos.scales)
    for n, part in enumerate(parts):
        with h5py.File(f"{stem}.hdf5.{n}", "w") as file:
            header(file, halos, comoving)
            file["Header"].attrs.update(NSnaps=n_snaps, NFiles=n_files)
            index = np.searchsorted(part, halos.forest)
            here = np.isin(halos.forest, part)
            sizes = np.zeros((len(part), n_snaps), dtype=np.int64)
            np.add.at(sizes, (index[here], halos.snapshot[here]), 1)
            offsets = np.cumsum(sizes, axis=0) - sizes
            for s in range(n_snaps):
                rows = np.flatnonzero(here & (halos.snapshot == s))
                rows = rows[np.argsort(halos.forest[rows], kind="stable")]
                group = snapshot(file, halos, s, rows, comoving)
                group["ForestID"] = halos.forest[rows]
            info = file.create_group("ForestInfoInFile")
            info["ForestSizesInFile"] = sizes.sum(axis=1)
            info["ForestSizesAllSnaps"] = sizes
            info["ForestOffsetsAllSnaps"] = offsets
    with h5py.File(f"{stem}.foreststats.hdf5", "w") as file:
        file.create_group("Header").attrs.update(NFiles=n_files, NSnaps=n_snaps)
        info = file.create_group("ForestInfo")
        sizes = np.array([np.sum(halos.forest == f) for f in forests])
        info.attrs.update(NForests=len(forests), MaxForestSize=sizes.max())
        info["NForestsPerFile"] = [len(part) for part in parts]
        info["ForestSizes"] = sizes
    return f"{stem}.foreststats.hdf5"


def write_walkable(halos, path, comoving=True):
    """One file with trees and halos, halos in no order, forests not named."""
    shuffle = np.random.default_rng(1)
    with h5py.File(path, "w") as file:
        header(file, halos, comoving)
        for s in range(len(halos.scales)):
            snapshot(file, halos, s, shuffle.permutation(np.flatnonzero(halos.snapshot == s)), comoving)
    return path
