#!/bin/bash
# The real trees in the HDF5 format of Galacticus, versions 1 and 2, give the same run as the same trees as
# consistent-trees text, to the last byte, on one and on three ranks. Nothing is taken out first: the format can say all.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import galacticus, halos
h = halos.read('trees/nbody_4mpc_64')
assert (h.host >= 0).sum() > 100 and (h.phantom > 0).sum() > 10 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
galacticus.write(h, '$folder/two.hdf5')
galacticus.write(h, '$folder/one.hdf5', version=1)
galacticus.write(h, '$folder/local.hdf5', own_ids=False)
galacticus.write(h, '$folder/no_hosts.hdf5', hosts=False)
END

reference_run
same_as_reference 1 "$folder/two.hdf5"
same_as_reference 3 "$folder/two.hdf5"
same_as_reference 3 "$folder/one.hdf5"

# ids that are unique in a forest only: the same halos under the names of their rows
told=$("$program" trees info params/nbody_64.json --trees "$folder/local.hdf5" --set trees.format=auto) ||
  fail "ids that are unique in a forest only"
grep -q "nodeIndex is not unique" <<<"$told" || fail "nobody is told of ids that are rows: $told"
for line in forests masses satellites inserted levels; do
  [ "$(grep "^$line" <<<"$told")" = "$("$program" trees info params/nbody_64.json --trees "$folder/reference" | grep "^$line")" ] ||
    fail "other $line with ids that are rows"
done
"$program" trees info params/nbody_64.json --trees "$folder/no_hosts.hdf5" --set trees.format=auto | grep -q "do not tell hosts" ||
  fail "nobody is told of trees without hosts"

# a file that was cut, and trees of another universe
truncate -s -1 "$folder/one.hdf5"
refused "cannot be read as HDF5" "$folder/one.hdf5"
refused "Omega_M" "$folder/two.hdf5" --set cosmology.omega_m=0.25
finish
