"""Writes GADGET-4's merger trees, HDF5 (tests only): docs/tree_formats.md."""

import pathlib

import h5py
import numpy as np
import subhalos
from halos import Halos


def rounded(halos):
    """What GADGET-4 can say of these halos: single precision; ids of snapshot and number in it."""
    halos = subhalos.in_singles(subhalos.plain(halos))
    return subhalos.renumbered(halos, subhalos.numbered(halos), np.arange(len(np.unique(halos.forest))) * 3)


def write(halos, path, n_files=1):
    """Rounded halos as `path`/trees.hdf5, or `path`/trees.0.hdf5 ...: the halos are cut where it comes, inside trees,
    and the table of trees elsewhere, as GADGET-4 does."""
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    trees = subhalos.trees(halos)
    rows = trees.rows
    central = halos.host[rows] < 0
    mass = (halos.mass[rows] / 1e10).astype("<f4")
    columns = {
        "TreeDescendant": trees.descendant.astype("<i4"),
        # GADGET-4's list of progenitors need not begin with the main one
        **dict(zip(("TreeFirstProgenitor", "TreeNextProgenitor"), subhalos.reversed_lists(trees))),
        "TreeMainProgenitor": trees.first_progenitor.astype("<i4"),
        "TreeFirstHaloInFOFgroup": trees.first_in_group.astype("<i4"),
        "TreeNextHaloInFOFgroup": trees.next_in_group.astype("<i4"),
        "TreeID": halos.forest[rows],
        "TreeIndex": (np.arange(len(rows)) - trees.begin[trees.tree_of()]).astype("<i4"),
        "SnapNum": halos.snapshot[rows].astype("<i4"),
        "SubhaloNr": halos.id[rows] % 10**12,
        "SubhaloMass": np.where(central, mass * np.float32(0.9), mass).astype("<f4"),
        "Group_M_Crit200": np.where(central, mass, 0).astype("<f4"),
        "SubhaloPos": halos.position[rows].astype("<f4"),
        "SubhaloVel": halos.velocity[rows].astype("<f4"),
    }
    # a group without a mass: its central has its own
    poor = np.flatnonzero(central)[::50]
    columns["SubhaloMass"][poor] = columns["Group_M_Crit200"][poor]
    columns["Group_M_Crit200"][poor] = 0
    sizes = np.diff(trees.begin)
    tree_edges = [len(sizes) * k // n_files for k in range(n_files + 1)]
    halo_edges = [len(rows) * k // n_files for k in range(n_files + 1)]
    split = set(halo_edges[1:-1]) - set(trees.begin)
    assert len(split) == n_files - 1, "no tree lies in two files"
    for k in range(n_files):
        a, b = halo_edges[k], halo_edges[k + 1]
        s, t = tree_edges[k], tree_edges[k + 1]
        with h5py.File(path / ("trees.hdf5" if n_files == 1 else f"trees.{k}.hdf5"), "w") as out:
            out.create_group("Header").attrs.update(
                LastSnapShotNr=np.int32(len(halos.scales) - 1),
                Nhalos_ThisFile=np.uint64(b - a),
                Nhalos_Total=np.uint64(len(rows)),
                Ntrees_ThisFile=np.uint64(t - s),
                Ntrees_Total=np.uint64(len(sizes)),
                NumFiles=np.int32(n_files),
            )
            out.create_group("Parameters").attrs.update(
                Omega0=halos.omega_m,
                OmegaLambda=halos.omega_l,
                HubbleParam=halos.h,
                BoxSize=halos.box,
                ComovingIntegrationOn=np.int32(1),
                UnitLength_in_cm=3.085678e24,
                UnitMass_in_g=1.989e43,
                UnitVelocity_in_cm_per_s=1e5,
            )
            out["TreeTimes/Time"] = halos.scales
            out["TreeTimes/Redshift"] = 1 / halos.scales - 1
            out["TreeTable/Length"] = sizes[s:t].astype("<i4")
            out["TreeTable/StartOffset"] = trees.begin[s:t]
            out["TreeTable/TreeID"] = halos.forest[rows][trees.begin[s:t]]
            for name, values in columns.items():
                out["TreeHalos/" + name] = values[a:b]
    return path


def read(path):
    """The halos of GADGET-4's own file, as h5py tells them; a group's mass for its first halo, else SubhaloMass."""
    with h5py.File(path) as file:
        get = {name: item[()] for name, item in file["TreeHalos"].items()}
        length, start = file["TreeTable/Length"][()], file["TreeTable/StartOffset"][()]
        tree_id = file["TreeTable/TreeID"][()]
        said = dict(file["Parameters"].attrs)
        scales = file["TreeTimes/Time"][()]
    base, forest = np.repeat(start, length), np.repeat(tree_id, length)
    assert (forest == get["TreeID"]).all()
    ids = get["SnapNum"].astype(np.int64) * 10**12 + get["SubhaloNr"]
    row = np.arange(len(ids))

    def linked(name):
        return np.where(get[name] >= 0, base + get[name], -1)

    descendant, central = linked("TreeDescendant"), linked("TreeFirstHaloInFOFgroup")
    main = np.zeros(len(ids), dtype=np.int64)
    main[linked("TreeMainProgenitor")[get["TreeMainProgenitor"] >= 0]] = 1
    host = np.where(central == row, -1, ids[central])
    group, own = get["Group_M_Crit200"].astype(float), get["SubhaloMass"].astype(float)
    root = row.copy()
    while (descendant[root] >= 0).any():
        root = np.where(descendant[root] >= 0, descendant[root], root)
    return Halos(
        id=ids,
        descendant=np.where(descendant >= 0, ids[descendant], -1),
        host=host,
        parent=host,
        snapshot=get["SnapNum"].astype(np.int64),
        mass=np.where((host < 0) & (group > 0), group, own) * 1e10,
        position=get["SubhaloPos"].astype(float),
        velocity=get["SubhaloVel"].astype(float),
        phantom=np.zeros_like(row),
        main=main,
        progenitors=np.bincount(descendant[descendant >= 0], minlength=len(ids)),
        tree=ids[root],
        forest=forest,
        scales=scales,
        omega_m=said["Omega0"],
        omega_l=said["OmegaLambda"],
        h=said["HubbleParam"],
        box=said["BoxSize"],
    )
