#!/bin/bash
# The real trees written as LHaloTree in HDF5 give the same run as the same trees as consistent-trees text, to the last
# byte, on one and on three ranks, from one file and from several. What the format cannot say (docs/tree_formats.md) is taken out of
# both first: phantoms, hosts of hosts, ids, double precision, scale factors that are not of redshifts.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import halos, lhalo_tree_hdf5
h = lhalo_tree_hdf5.rounded(halos.read('trees/nbody_4mpc_64'))
assert (h.host >= 0).sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
lhalo_tree_hdf5.write(h, '$folder/one', 1)
lhalo_tree_hdf5.write(h, '$folder/four', 4, types=True)
print(h.box / h.h)
END
box=$(tail -1 "$folder/python")
here=(--set "trees.box_cmpc=$box")

reference_run
same_as_reference 1 "$folder/one/trees_sf1_099.0.hdf5" "${here[@]}"
same_as_reference 3 "$folder/four" "${here[@]}"

rm "$folder/four/trees_sf1_099.3.hdf5"
refused '1 of the 4 files of the set are missing: trees_sf1_099.3.hdf5' "$folder/four/trees_sf1_099.0.hdf5" "${here[@]}"
truncate -s -1 "$folder/one/trees_sf1_099.0.hdf5"
refused 'truncated file' "$folder/one/trees_sf1_099.0.hdf5" "${here[@]}"
finish
