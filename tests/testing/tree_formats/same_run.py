"""Two runs of the program in which /history, /galaxies and the content of the trees must be the same bytes (tests
only): same_run.py ONE/run.h5 OTHER/run.h5. Prints what differs; the exit code tells."""

import sys

import h5py
import numpy as np


def datasets(file, group):
    found = {}
    file[group].visititems(lambda name, item: found.update({name: item}) if isinstance(item, h5py.Dataset) else None)
    return found


def trees_hash(file):
    """The forest's content hash, wherever in /provenance it stands."""
    found = []

    def look(name, item):
        found.extend((name + "@" + key, str(value)) for key, value in item.attrs.items() if key == "forest_hash")
        if isinstance(item, h5py.Dataset) and name.endswith("forest_hash"):
            found.append((name, str(item[()])))

    file["provenance"].visititems(look)
    look("provenance", file["provenance"])
    return sorted(found)


def differences(one, other):
    with h5py.File(one) as a, h5py.File(other) as b:
        n = 0
        for group in ("history", "galaxies"):
            left, right = datasets(a, group), datasets(b, group)
            if sorted(left) != sorted(right):
                yield f"{group}: other datasets"
            for name in sorted(set(left) & set(right)):
                n += 1
                x, y = left[name][()], right[name][()]
                if np.asarray(x).dtype != np.asarray(y).dtype or np.shape(x) != np.shape(y):
                    yield f"{group}/{name}: {np.shape(x)} and {np.shape(y)}"
                elif np.asarray(x).tobytes() != np.asarray(y).tobytes():
                    yield f"{group}/{name}: {np.sum(np.asarray(x) != np.asarray(y))} values differ"
        if n < 20 or len(a["galaxies"]) == 0:
            yield f"only {n} datasets were compared"
        if trees_hash(a) != trees_hash(b) or not trees_hash(a):
            yield f"the trees: {trees_hash(a)} and {trees_hash(b)}"


if __name__ == "__main__":
    found = list(differences(*sys.argv[1:3]))
    print("\n".join(found))
    sys.exit(bool(found))
