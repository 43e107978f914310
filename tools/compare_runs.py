"""Two runs of the same parameters by two builds or on two machines: equal to the last bit, or where not, by how much?

    python3 tools/compare_runs.py ONE OTHER [--only history] [--most R]

Prints the datasets of run.h5 that differ: how many numbers do, and the largest difference by the larger of both.
Galaxies are compared row by row, so the two runs have to have the same halos. With --most the exit code is 1 where a
number differs by more.
"""
import argparse
import pathlib

import h5py
import numpy as np

from plot_data import Trouble, main_of, reason
from plot_needs import which_python


def datasets(file, only):
    """{name: dataset} below the group `only`, but for the parameters, which are text."""
    found = {}
    file.visititems(lambda name, item: found.update({name: item}) if isinstance(item, h5py.Dataset) else None)
    return {name: item for name, item in found.items() if name.startswith(only) and not name.startswith("provenance")}


def difference(name, one, other):
    """Numbers that differ, and the largest difference by the larger of both; infinite where only one is a number."""
    if one.shape != other.shape:
        raise Trouble(f"{name} has {one.shape} entries in one run and {other.shape} in the other: give two runs of the "
                      "same parameters and trees")
    a, b = one[()], other[()]
    if a.dtype.kind not in "fiu":
        return int(np.sum(a != b)), np.inf if np.any(a != b) else 0.0
    a, b = a.astype(float), b.astype(float)
    differ = ~((a == b) | (np.isnan(a) & np.isnan(b)))
    by = np.abs(a - b)[differ] / np.maximum(np.abs(a), np.abs(b))[differ]
    return int(differ.sum()), float(np.nan_to_num(by, nan=np.inf).max(initial=0.0))


def compare(one, other, only=""):
    """Rows (name, numbers, numbers that differ, by how much), the largest difference first."""
    try:
        with h5py.File(one / "run.h5") as first, h5py.File(other / "run.h5") as second:
            mine, theirs = datasets(first, only), datasets(second, only)
            if set(mine) != set(theirs) or not mine:
                missing = ", ".join(sorted(set(mine) ^ set(theirs))[:3]) or f"anything below '{only}'"
                raise Trouble(f"{one} and {other} do not both hold {missing}: give two runs of the same parameters")
            rows = [(name, mine[name].size, *difference(name, mine[name], theirs[name])) for name in mine]
    except OSError as error:
        raise Trouble(f"{one} or {other} has no run.h5 that can be read ({reason(error)}): give the folders of two runs"
                      ) from error
    return sorted(rows, key=lambda row: -row[3])


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python("numpy", "h5py"),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=pathlib.Path, metavar="ONE", help="folder of a run")
    parser.add_argument("other", type=pathlib.Path, metavar="OTHER", help="folder of the same run by another build")
    parser.add_argument("--only", default="", metavar="GROUP", help="only what is below this group")
    parser.add_argument("--most", type=float, metavar="R", help="the largest difference that is right")
    arguments = parser.parse_args()
    rows = compare(arguments.one, arguments.other, arguments.only)
    different = [row for row in rows if row[2]]
    for name, n, n_differ, by in different:
        print(f"{name:<56} {n_differ:>8} of {n:>8}   {by:.1e}")
    print(f"{len(different)} of {len(rows)} datasets differ; the largest difference is {rows[0][3]:.1e}")
    return arguments.most is not None and rows[0][3] > arguments.most


if __name__ == "__main__":
    main_of(main)
