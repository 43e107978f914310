"""Writes LHaloTree, binary (tests only): docs/tree_formats.md."""

import dataclasses
import pathlib

import numpy as np
import subhalos

record = np.dtype(
    [
        ("descendant", "<i4"),
        ("first_progenitor", "<i4"),
        ("next_progenitor", "<i4"),
        ("first_in_group", "<i4"),
        ("next_in_group", "<i4"),
        ("particles", "<i4"),
        ("m_mean200", "<f4"),
        ("m_crit200", "<f4"),
        ("m_top_hat", "<f4"),
        ("position", "<f4", 3),
        ("velocity", "<f4", 3),
        ("velocity_dispersion", "<f4"),
        ("v_max", "<f4"),
        ("spin", "<f4", 3),
        ("most_bound_id", "<i8"),
        ("snapshot", "<i4"),
        ("file", "<i4"),
        ("subhalo", "<i4"),
        ("half_mass", "<f4"),
    ]
)
assert record.itemsize == 104

# A particle of the simulation [Msun], the number that the parameter trees.particle_mass_msun gets.
particle_mass_msun = 3.09e7


def rounded(halos):
    """What LHaloTree can say of these halos: masses and positions in single precision, those of satellites in
    particles; rows as ids."""
    halos = subhalos.plain(halos)
    order, _ = subhalos.in_file_order(halos)
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    particles = np.maximum(1, np.rint(halos.mass / (particle_mass_msun * halos.h)))
    halos = subhalos.in_singles(halos)
    mass = np.where(halos.host >= 0, particles * (particle_mass_msun * halos.h), halos.mass)
    halos = dataclasses.replace(halos, mass=mass)
    n_forests = len(np.unique(halos.forest))
    return subhalos.renumbered(halos, row, np.arange(n_forests))


def write(halos, path, n_files=1):
    """Rounded halos as `path`/trees_063.0 ... and `path`/scales.txt."""
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    trees = subhalos.trees(halos)
    data = np.zeros(len(trees.rows), dtype=record)
    for name in ("descendant", "first_progenitor", "next_progenitor", "first_in_group", "next_in_group"):
        data[name] = getattr(trees, name)
    mass = halos.mass[trees.rows]
    central = halos.host[trees.rows] < 0
    data["particles"] = np.rint(mass / (particle_mass_msun * halos.h))
    data["m_crit200"] = np.where(central, mass / 1e10, 0)
    data["m_mean200"] = data["m_crit200"] * np.float32(1.2)
    data["m_top_hat"] = data["m_crit200"] * np.float32(1.1)
    data["position"] = halos.position[trees.rows]
    data["velocity"] = halos.velocity[trees.rows]
    data["snapshot"] = halos.snapshot[trees.rows]
    data["most_bound_id"] = 7  # nobody may take it for an id
    sizes = np.diff(trees.begin)
    edges = subhalos.cut(len(sizes), n_files)
    for k in range(n_files):
        mine = sizes[edges[k] : edges[k + 1]]
        with open(path / f"trees_063.{k}", "wb") as out:
            np.array([len(mine), mine.sum(), *mine], dtype="<i4").tofile(out)
            data[trees.begin[edges[k]] : trees.begin[edges[k + 1]]].tofile(out)
    np.savetxt(path / "scales.txt", halos.scales, fmt="%.17g", header="scale factors of the snapshots")
    return path
