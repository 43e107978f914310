"""Real merger trees as columns, for writing the same trees in every format (tests only).

The trees are trees/nbody_4mpc_64 (consistent-trees ASCII); see README.md there for their origin. Nothing here uses the
program, so that what the program reads is compared with what somebody else understood.
"""

import dataclasses
import gzip
import pathlib
from dataclasses import dataclass

import numpy as np


@dataclass
class Halos:
    """One entry per halo, forests contiguous and rising, inside a forest by rising snapshot, then id."""

    id: np.ndarray
    descendant: np.ndarray  # id; -1 at a root
    host: np.ndarray  # upid: id of the most massive host at the same snapshot; -1 for a central
    parent: np.ndarray  # pid: id of the least massive host
    snapshot: np.ndarray  # index into scales
    mass: np.ndarray  # Mvir, Msun/h
    position: np.ndarray  # (n, 3), comoving Mpc/h
    velocity: np.ndarray  # (n, 3), km/s
    phantom: np.ndarray
    main: np.ndarray  # mmp?: 1 for the main progenitor of its descendant
    progenitors: np.ndarray  # num_prog
    tree: np.ndarray  # id of the root of its tree
    forest: np.ndarray  # id of its forest
    scales: np.ndarray  # rising
    omega_m: float
    omega_l: float
    h: float
    box: float  # Mpc/h

    def rows_of(self, ids):
        """Row of each id; -1 for -1."""
        order = np.argsort(self.id, kind="stable")
        place = np.searchsorted(self.id, ids, sorter=order)
        rows = order[np.minimum(place, len(order) - 1)]
        return np.where(np.asarray(ids) < 0, -1, rows)


def in_units_of(halos, h):
    """The same masses, places and box written with another h: numbers in Msun/h and Mpc/h change."""
    factor = h / halos.h
    return dataclasses.replace(
        halos, h=h, mass=halos.mass * factor, position=halos.position * factor, box=halos.box * factor
    )


def read(folder):
    """The set in `folder`: tree_*.dat.gz with forests.list."""
    folder = pathlib.Path(folder)
    forest_of = dict(np.loadtxt(folder / "forests.list", dtype=np.int64, comments="#"))
    rows, trees, header = [], [], {}
    tree = -1
    for path in sorted(folder.glob("tree_*.dat.gz")):
        with gzip.open(path, "rt") as lines:
            names = None
            for line in lines:
                if line.startswith("#tree"):
                    tree = int(line.split()[1])
                elif line.startswith("#"):
                    if names is None:
                        names = [n.split("(")[0].lower() for n in line[1:].split()]
                    elif "Omega_M" in line:
                        for part in line[1:].split(";"):
                            key, value = part.split("=")
                            header[key.strip()] = float(value)
                    elif "box size" in line:
                        header["box"] = float(line.split("=")[1].split()[0])
                elif tree >= 0:
                    rows.append(line.split())
                    trees.append(tree)
    column = {name: i for i, name in enumerate(names)}

    def take(name, kind):
        return np.array([r[column[name]] for r in rows], dtype=kind)

    trees = np.array(trees, dtype=np.int64)
    forest = np.array([forest_of[t] for t in trees], dtype=np.int64)
    scale = take("scale", float)
    scales = np.unique(scale)
    snapshot = np.searchsorted(scales, scale)
    ids = take("id", np.int64)
    order = np.lexsort((ids, snapshot, forest))
    columns = dict(
        id=ids,
        descendant=take("desc_id", np.int64),
        host=take("upid", np.int64),
        parent=take("pid", np.int64),
        snapshot=snapshot,
        mass=take("mvir", float),
        position=np.stack([take(k, float) for k in "xyz"], axis=1),
        velocity=np.stack([take("v" + k, float) for k in "xyz"], axis=1),
        phantom=take("phantom", np.int64),
        main=take("mmp?", np.int64),
        progenitors=take("num_prog", np.int64),
        tree=trees,
        forest=forest,
    )
    return Halos(
        **{k: v[order] for k, v in columns.items()},
        scales=scales,
        omega_m=header["Omega_M"],
        omega_l=header["Omega_L"],
        h=header["h0"],
        box=header["box"],
    )


def write_consistent_trees(halos, path, order=None):
    """The same halos as text that loses nothing: every number with all its digits, trees in the order of their forests,
    `forests.list` beside it. What a format rounds (single precision) is rounded in `halos` first; then this is the
    reference with which the format is compared. `order`: the rows as they follow in the file, a tree in one piece."""
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    names = "scale id desc_id num_prog pid upid phantom mvir x y z vx vy vz mmp?".split()
    if order is None:
        order = np.lexsort((halos.id, -halos.snapshot, halos.tree, halos.forest))
    with open(path / "tree_0_0_0.dat", "w") as out, open(path / "forests.list", "w") as forests:
        out.write("#" + " ".join(f"{n}({i})" for i, n in enumerate(names)) + "\n")
        out.write(f"#Omega_M = {halos.omega_m}; Omega_L = {halos.omega_l}; h0 = {halos.h}\n")
        out.write(f"#Full box size = {halos.box} Mpc/h\n")
        out.write(f"{len(np.unique(halos.tree))}\n")
        forests.write("#TreeRootID ForestID\n")
        tree = -1
        for i in order:
            if halos.tree[i] != tree:
                tree = halos.tree[i]
                out.write(f"#tree {tree}\n")
                forests.write(f"{tree} {halos.forest[i]}\n")
            scale = repr(float(halos.scales[halos.snapshot[i]]))
            links = f"{halos.id[i]} {halos.descendant[i]} {halos.progenitors[i]} {halos.parent[i]} {halos.host[i]}"
            mass = f"{halos.phantom[i]} {float(halos.mass[i])!r}"
            place = " ".join(repr(float(x)) for x in (*halos.position[i], *halos.velocity[i]))
            out.write(f"{scale} {links} {mass} {place} {halos.main[i]}\n")
    return path
