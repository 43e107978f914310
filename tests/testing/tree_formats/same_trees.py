"""Two files that `cecropia trees convert` made hold the same trees (tests only): same_trees.py ONE.hdf5 OTHER.hdf5.
Links, times and flags are equal, masses to the rounding of a few operations in double precision, places in single
precision. Prints what differs; the exit code tells."""

import sys

import h5py
import numpy as np

mass_bound, place_bound = 1e-15, 2e-7  # relative; of places, to the box


def halos(path):
    """Columns by rising nodeIndex, and the size of the box."""
    with h5py.File(path) as file:
        columns = {name: item[()] for name, item in file["forestHalos"].items()}
        box = float(np.ravel(file["simulation"].attrs["boxSize"])[0])
    order = np.argsort(columns["nodeIndex"], kind="stable")
    return {name: values[order] for name, values in columns.items()}, box


def differences(one, other):
    (a, box), (b, other_box) = halos(one), halos(other)
    if sorted(a) != sorted(b) or len(a["nodeIndex"]) != len(b["nodeIndex"]):
        yield "other columns or another number of halos"
        return
    if len(a["nodeIndex"]) < 1000:
        yield f"only {len(a['nodeIndex'])} halos were compared"
    if abs(other_box / box - 1) > mass_bound:
        yield f"boxes of {box} and {other_box}"
    for name, x in a.items():
        y = b[name]
        if name == "nodeMass":
            far = np.abs(x - y) > mass_bound * x
        elif name == "position":
            way = np.abs(x - y)
            far = np.minimum(way, box - way) > place_bound * box
        else:
            far = x != y
        if np.any(far):
            yield f"{name}: {np.sum(far)} of {far.size} differ"


if __name__ == "__main__":
    found = list(differences(*sys.argv[1:3]))
    print("\n".join(found))
    sys.exit(bool(found))
