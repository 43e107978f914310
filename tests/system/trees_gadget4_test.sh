#!/bin/bash
# The real trees written as GADGET-4's give the same run as the same trees as consistent-trees text, to the last byte, on
# one and on three ranks, from one file and from four, between which trees are cut. What the format cannot say
# (docs/trees.md) is taken out of both first: phantoms, hosts of hosts, ids, double precision.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import gadget4, halos
h = gadget4.rounded(halos.read('trees/nbody_4mpc_64'))
assert (h.host >= 0).sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
gadget4.write(h, '$folder/one', 1)
gadget4.write(h, '$folder/four', 4)
END

reference_run
same_as_reference 1 "$folder/one/trees.hdf5"
same_as_reference 3 "$folder/four"
same_as_reference 1 "$folder/four/trees.2.hdf5"

mv "$folder/four/trees.1.hdf5" "$folder/elsewhere"
refused '1 of the 4 files of the set are missing: trees.1.hdf5' "$folder/four"
mv "$folder/elsewhere" "$folder/four/trees.1.hdf5"
truncate -s -1 "$folder/four/trees.1.hdf5"
refused 'trees.1.hdf5' "$folder/four"
truncate -s -1 "$folder/one/trees.hdf5"
refused 'truncated file' "$folder/one/trees.hdf5"
finish
