"""Two runs of the program that tell the same of every halo, whatever their order in the files (tests only):
same_galaxies.py BOUND ONE/run.h5 OTHER/run.h5. BOUND is the largest relative difference of a number. Where it is not
0, a mass below 1e-12 of its halo is nothing: what is left of gas that has drained is rounding. Prints what differs; the
exit code tells."""

import sys

import h5py
import numpy as np
from same_run import datasets


def in_order_of_ids(level):
    """Datasets of one level of a catalogue, rows by rising halo_id; without what tells of rows."""
    columns = {name: item[()] for name, item in level.items()}
    columns.pop("main_progenitor_index")
    order = np.argsort(columns["halo_id"], kind="stable")
    return {name: values[order] for name, values in columns.items()}


def compare(name, x, y, bound, nothing=0.0):
    """What differs between two arrays, if anything; below `nothing` all is the same."""
    x, y = np.asarray(x), np.asarray(y)
    if x.dtype.kind not in "iuf":
        return
    if x.shape != y.shape:
        yield f"{name}: {x.shape} and {y.shape}"
        return
    x, y = x.astype(float), y.astype(float)
    size = np.maximum(np.abs(x), np.abs(y))
    same = (x == y) | (np.isnan(x) & np.isnan(y)) | (np.abs(x - y) <= np.maximum(bound * size, nothing))
    if not same.all():
        worst = np.nanmax(np.where(same, 0, np.abs(x - y) / np.where(size > 0, size, 1)))
        yield f"{name}: {np.sum(~same)} of {same.size} differ, by up to {worst:.1e}"


def differences(bound, one, other):
    with h5py.File(one) as a, h5py.File(other) as b:
        n = 0
        left, right = datasets(a, "history"), datasets(b, "history")
        if sorted(left) != sorted(right):
            yield "history: other datasets"
        for name in sorted(set(left) & set(right)):
            yield from compare("history/" + name, left[name][()], right[name][()], bound)
        if sorted(a["galaxies"]) != sorted(b["galaxies"]):
            yield f"levels {sorted(a['galaxies'])} and {sorted(b['galaxies'])}"
            return
        for level in a["galaxies"]:
            x, y = in_order_of_ids(a["galaxies"][level]), in_order_of_ids(b["galaxies"][level])
            n += len(x["halo_id"])
            if not np.array_equal(x["halo_id"], y["halo_id"]):
                yield f"{level}: other halos"
                continue
            for name in x:
                little = 1e-12 * x["m_vir_msun"] if bound > 0 and name.endswith("_msun") else 0.0
                if np.ndim(x[name]) == 2 and np.ndim(little) == 1:
                    little = little[:, None]
                yield from compare(f"{level}/{name}", x[name], y[name], bound, little)
        if n < 100:
            yield f"only {n} galaxies were compared"


if __name__ == "__main__":
    found = list(differences(float(sys.argv[1]), *sys.argv[2:4]))
    print("\n".join(found))
    sys.exit(bool(found))
