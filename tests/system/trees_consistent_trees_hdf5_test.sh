#!/bin/bash
# The real trees written as consistent-trees in HDF5 give the same run as the text, to the last byte, on one and on three
# ranks, in both layouts, from one file and from several, to which forests are dealt out in turn. Nothing is taken out:
# the format says all that the text says.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import halos, consistent_trees_hdf5
h = halos.read('trees/nbody_4mpc_64')
assert h.phantom.sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
consistent_trees_hdf5.write(h, '$folder/columns', 4)
consistent_trees_hdf5.write(h, '$folder/table', 3, table=True)
consistent_trees_hdf5.write(h, '$folder/one', 1)
END

reference_run
same_as_reference 3 "$folder/columns"
same_as_reference 1 "$folder/columns/forest.h5"
same_as_reference 3 "$folder/table/forest.h5"
same_as_reference 1 "$folder/one/forest_0.h5"
rm "$folder/table/forest.h5"
same_as_reference 1 "$folder/table"

rm "$folder/columns/forest_2.h5"
refused "the file 'forest_2.h5' of the set is missing" "$folder/columns"
truncate -s -1 "$folder/one/forest_0.h5"
refused 'forest_0.h5' "$folder/one"
refused 'truncated file' "$folder/one/forest_0.h5"
finish
