"""Writes consistent-trees in HDF5 as uchuutools does, in both layouts (tests only): docs/tree_formats.md."""

import pathlib

import h5py
import numpy as np

forest_type = np.dtype([(n, "<i8") for n in ("ForestID", "ForestHalosOffset", "ForestNhalos", "ForestNtrees")])
tree_type = np.dtype(
    [
        ("ForestID", "<i8"),
        ("TreeRootID", "<i8"),
        ("TreeHalosOffset", "<i8"),
        ("TreeNhalos", "<i8"),
        ("Input_Filename", "S1024"),
        ("Input_FileDateStamp", "<f8"),
        ("Input_TreeByteOffset", "<i8"),
        ("Input_TreeNbytes", "<i8"),
    ]
)


def columns_of(halos, rows):
    """Names as uchuutools makes them: special characters are underscores, none at the end."""
    position, velocity = halos.position[rows], halos.velocity[rows]
    return {
        "scale": halos.scales[halos.snapshot[rows]],
        "id": halos.id[rows],
        "desc_id": halos.descendant[rows],
        "num_prog": halos.progenitors[rows],
        "pid": halos.parent[rows],
        "upid": halos.host[rows],
        "phantom": halos.phantom[rows],
        "Mvir": halos.mass[rows],
        "M200b": halos.mass[rows] * 1.1,
        "mmp": halos.main[rows],
        "x": position[:, 0],
        "y": position[:, 1],
        "z": position[:, 2],
        "vx": velocity[:, 0],
        "vy": velocity[:, 1],
        "vz": velocity[:, 2],
        "Snap_idx": halos.snapshot[rows].astype("<f8"),  # so did old versions
        "A_x_500c": np.zeros(len(rows)),
    }


def write(halos, path, n_files=1, table=False):
    """Halos as `path`/forest.h5, which links to forest_0.h5 ...; forests are dealt out to the files in turn. With
    `table` the halos are one compound dataset."""
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    order = np.lexsort((halos.id, -halos.snapshot, halos.tree, halos.forest))
    forests = np.unique(halos.forest)
    totals = np.zeros(3, dtype=np.int64)
    for k in range(n_files):
        mine = forests[k::n_files][::-1]
        rows = np.concatenate([order[halos.forest[order] == f] for f in mine])
        forest_info = np.zeros(len(mine), dtype=forest_type)
        forest_info["ForestID"] = mine
        forest_info["ForestNhalos"] = [(halos.forest == f).sum() for f in mine]
        forest_info["ForestHalosOffset"] = np.cumsum(forest_info["ForestNhalos"]) - forest_info["ForestNhalos"]
        forest_info["ForestNtrees"] = [len(np.unique(halos.tree[halos.forest == f])) for f in mine]
        first = np.flatnonzero(np.concatenate([[True], np.diff(halos.tree[rows]) != 0]))
        tree_info = np.zeros(len(first), dtype=tree_type)
        tree_info["ForestID"] = halos.forest[rows[first]]
        tree_info["TreeRootID"] = halos.tree[rows[first]]
        tree_info["TreeHalosOffset"] = first
        tree_info["TreeNhalos"] = np.diff(np.append(first, len(rows)))
        columns = columns_of(halos, rows)
        with h5py.File(path / f"forest_{k}.h5", "w") as out:
            out.attrs.update(Nforests=len(mine), Ntrees=len(first), Nhalos=len(rows))
            out.attrs["contiguous-halo-props"] = not table
            out.attrs["consistent-trees-type"] = np.bytes_("standard")
            out.create_group("simulation_params").attrs.update(
                Omega_M=halos.omega_m, Omega_L=halos.omega_l, hubble=halos.h, Boxsize=halos.box
            )
            packed = dict(chunks=True, compression="gzip", maxshape=(None,))
            out.create_dataset("ForestInfo", data=forest_info, **packed)
            out.create_dataset("TreeInfo", data=tree_info, **packed)
            if table:
                data = np.zeros(len(rows), dtype=[(n, v.dtype) for n, v in columns.items()])
                for name, values in columns.items():
                    data[name] = values
                out.create_dataset("Forests/halos", data=data, **packed)
            else:
                for name, values in columns.items():
                    out.create_dataset("Forests/" + name, data=values, **packed)
        totals += (len(mine), len(first), len(rows))
    with h5py.File(path / "forest.h5", "w") as out:
        out.attrs.update(Nfiles=n_files, TotNforests=totals[0], TotNtrees=totals[1], TotNhalos=totals[2])
        for k in range(n_files):
            out[f"File{k}"] = h5py.ExternalLink(f"forest_{k}.h5", "/")
    return path
