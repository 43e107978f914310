"""Merger trees as a ytree arbor, as the Python package ytree saves one of consistent-trees, and the judgement of an
arbor that the program wrote (tests only). Run as a program: ytree.py HEADER [FOLDER of consistent-trees] judges.

ytree itself is not needed; the layout is that of its save_arbor: NAME.h5 with the roots and the index of files, data
files NAME_0000.h5 with trees one behind the other, the root of each first.
"""

import copy
import json
import pathlib
import sys

import h5py
import numpy as np

import halos as reader


def connected(halos):
    """The same halos in forests of trees that touch, named by their smallest root: an arbor has no list of forests."""
    h = copy.copy(halos)
    parent = {t: t for t in np.unique(h.tree)}

    def top(t):
        while parent[t] != t:
            t = parent[t]
        return t

    for links in (h.host, h.parent):
        rows = h.rows_of(links)
        for i in np.flatnonzero(rows >= 0):
            a, b = top(h.tree[i]), top(h.tree[rows[i]])
            parent[max(a, b)] = min(a, b)
    h.forest = np.array([top(t) for t in h.tree])
    return h


def write(halos, path, n_files=1, hosts=True):
    """`path`: the header, NAME.h5. Masses in Msun/h, positions in comoving Mpc/h, single trees in the order of their
    roots' positions (no order at all), shared out over the data files."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = {
        "uid": (halos.id, ""),
        "desc_uid": (halos.descendant, ""),
        "mass": (halos.mass, "Msun/h"),
        "scale_factor": (halos.scales[halos.snapshot], ""),
        "phantom": (halos.phantom, ""),
        "mmp?": (halos.main.astype(float), ""),
        **{"position_" + x: (halos.position[:, k], "Mpccm/h") for k, x in enumerate("xyz")},
    }
    if hosts:
        fields |= {"upid": (halos.host, ""), "pid": (halos.parent, "")}
    roots = halos.rows_of(np.unique(halos.tree))
    roots = roots[np.argsort(halos.position[roots, 0])]
    place = dict(zip(halos.id[roots], range(len(roots))))
    tree = np.array([place[t] for t in halos.tree])
    order = np.lexsort((halos.id, -halos.snapshot, tree))
    size = np.bincount(tree)
    end = np.cumsum(size)

    def put(group, name, values, units):
        group.create_dataset(name, data=values).attrs["units"] = units

    def put_index(f, size):
        put(f, "index/tree_start_index", np.cumsum(size) - size, "")
        put(f, "index/tree_end_index", np.cumsum(size), "")
        put(f, "index/tree_size", size, "")

    shares = np.array_split(np.arange(len(roots)), n_files)
    for number, share in enumerate(shares):
        rows = order[end[share[0]] - size[share[0]] : end[share[-1]]]
        with h5py.File(path.with_name(f"{path.stem}_{number:04d}.h5"), "w") as f:
            for name, (values, units) in fields.items():
                put(f, "data/" + name, values[rows], units)
            put_index(f, size[share])
    with h5py.File(path, "w") as f:
        for key, value in dict(hubble_constant=halos.h, omega_matter=halos.omega_m, omega_lambda=halos.omega_l).items():
            f.attrs[key] = value
        f.attrs["arbor_type"] = "YTreeArbor"
        f.attrs["box_size"], f.attrs["box_size_units"] = halos.box, "Mpc/h"
        f.attrs["unit_system_name"] = "mks"
        f.attrs["field_info"] = json.dumps({name: {"units": units} for name, (_, units) in fields.items()})
        f.attrs["total_files"], f.attrs["total_trees"], f.attrs["total_nodes"] = n_files, len(roots), len(halos.id)
        for name, (values, units) in fields.items():
            put(f, "data/" + name, values[roots], units)
        put_index(f, np.array([len(s) for s in shares]))
    return path


def judge(path, h=None):
    """What ytree relies on when it loads an arbor, and the values if `h` is there."""
    path = pathlib.Path(path)
    with h5py.File(path) as f:
        a = f.attrs
        assert a["arbor_type"] == "YTreeArbor"
        info = json.loads(a["field_info"])
        assert {"uid", "desc_uid", "mass", "redshift", "upid"} <= set(info) and set(info) == set(f["data"])
        assert 0 < a["hubble_constant"] < 2 and 0 < a["omega_matter"] < 1
        assert "omega_lambda" in a and "unit_system_name" in a
        first, last = f["index/tree_start_index"][:], f["index/tree_end_index"][:]
        assert first[0] == 0 and (first[1:] == last[:-1]).all()
        assert last[-1] == a["total_trees"] and len(first) == a["total_files"]
        assert (f["index/tree_size"][:] == last - first).all() and (f["data/desc_uid"][:] == -1).all()
        nodes = {name: [] for name in info}
        for number in range(a["total_files"]):
            with h5py.File(path.with_name(f"{path.stem}_{number:04d}.h5")) as d:
                begin, end = d["index/tree_start_index"][:], d["index/tree_end_index"][:]
                assert len(begin) == last[number] - first[number] and begin[0] == 0 and (begin[1:] == end[:-1]).all()
                assert (d["index/tree_size"][:] == end - begin).all() and set(d["data"]) == set(info)
                for name in info:
                    item = d["data"][name]
                    assert item.shape == (end[-1],) and item.attrs["units"] == info[name]["units"]
                    assert f["data"][name].attrs["units"] == info[name]["units"]
                    assert (item[:][begin] == f["data"][name][first[number] : last[number]]).all(), name
                    nodes[name].append(item[:])
                uid, desc, z = (d["data"][k][:] for k in ("uid", "desc_uid", "redshift"))
                for b, e in zip(begin, end):  # links stay in the tree, forward in time
                    assert desc[b] == -1 and (desc[b + 1 : e] >= 0).all()
                    row = {u: i for i, u in enumerate(uid[b:e])}
                    to = [row[x] for x in desc[b + 1 : e]]
                    assert (z[b:e][to] < z[b + 1 : e]).all()
        nodes = {name: np.concatenate(parts) for name, parts in nodes.items()}
        assert len(nodes["uid"]) == a["total_nodes"] == len(np.unique(nodes["uid"]))
        if h is None:
            return
        row = h.rows_of(nodes["uid"])
        assert len(row) == len(h.id)
        assert a["hubble_constant"] == h.h and a["box_size_units"] == "Mpc" and np.isclose(a["box_size"], h.box / h.h)
        assert info["mass"]["units"] == "Msun" and np.allclose(nodes["mass"], h.mass[row] / h.h, rtol=1e-14)
        assert np.allclose(1 / (1 + nodes["redshift"]), h.scales[h.snapshot[row]], rtol=1e-12)
        for k, axis in enumerate("xyz"):
            assert info["position_" + axis]["units"] == "Mpc"
            away = np.abs(nodes["position_" + axis] - h.position[row, k] / h.h)
            assert (np.minimum(away, h.box / h.h - away) < 1e-6).all()
        assert (nodes["desc_uid"] == h.descendant[row]).all() and (nodes["upid"] == h.host[row]).all()
        assert (nodes["mmp?"] == h.main[row]).all() and (nodes["phantom"] == (h.phantom[row] != 0)).all()
        assert (nodes["forest_id"] == h.forest[row]).all()


if __name__ == "__main__":
    judge(sys.argv[1], reader.read(sys.argv[2]) if len(sys.argv) > 2 else None)
