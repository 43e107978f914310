#!/bin/bash
# The distributions of the sizes of bubbles and ionised regions that a run writes are those of the galaxies in its
# catalogues, counted again: trees without places, each with its own weight, and real trees, on one rank and on three.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/recount.py" <<'P'
"""recount.py FOLDER EXPECTED_WEIGHTS: sizes in run.json and run.h5 against the catalogues of all levels."""
import json
import sys
import h5py
import numpy

history = json.load(open(sys.argv[1] + "/run.json"))["history"]
file = h5py.File(sys.argv[1] + "/run.h5")
levels = len(history["z"])
groups = [file["galaxies"].get(f"level_{i:03d}") for i in range(levels)]
found, empty, weights = 0, 0, set()
cuts = {"bubbles": ("bubble_radius_ckpc", 1, numpy.arange(0, 3.5, 0.5)),
        "ionised_regions": ("region_radius_cmpc", 1e3, numpy.arange(1, 4.5, 0.5))}
columns = [name for name in history if "log10_radius" in name]
assert len(columns) == 14, columns
for what, (dataset, to_ckpc, edges) in cuts.items():
    for edge in edges:
        name = f"{what}_log10_radius_above_{edge:g}_cmpc3"
        assert file["history"][name][:].tolist() == history[name], name
        for level, group in enumerate(groups):
            written = history[name][level]
            if group is None:
                assert written == 0, (name, level)
                continue
            size = to_ckpc * group[dataset][:].astype(float)
            weight = group["weight_per_cmpc3"][:]
            weights |= set(weight)
            # single precision in the catalogue: what lies on a cut may be counted or not
            least, most = (weight[size > 10**edge * (1 + x)].sum() for x in (1e-6, -1e-6))
            assert least * (1 - 1e-12) <= written <= most * (1 + 1e-12), (name, level, least, written, most)
            found += written > 0
            empty += written == 0
print(f"{found} numbers above zero, {empty} empty, {len(weights)} weights")
assert found > 100 and empty > 20 and len(weights) >= int(sys.argv[2])
P
# agrees NAME WEIGHTS ARGUMENTS...: a run with every galaxy of every level in its catalogue, on one rank and on three
agrees() {
  local name=$1 weights=$2 ranks
  shift 2
  for ranks in 1 3; do
    cecropia $ranks run -q "$@" --set output.levels=all \
      --set 'output.properties=["weight_per_cmpc3","bubble_radius_ckpc","region_radius_cmpc"]' \
      --out "$folder/$name-$ranks" || fail "$name on $ranks rank(s) did not run"
    "$python" "$folder/recount.py" "$folder/$name-$ranks" "$weights" || fail "$name on $ranks rank(s)"
  done
}
agrees eps 8 "${small_eps[@]}"
agrees nbody 1 params/nbody_64.json
finish
