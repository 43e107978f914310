#!/bin/bash
# The real trees written as forest files of VELOCIraptor and TreeFrog, and as one file with trees and halos, give the same run
# as the same trees as consistent-trees text, to the last byte, on one and on three ranks, from one file and from several. What
# the format cannot say (docs/tree_formats.md) is taken out of both first: phantoms, hosts between a satellite and its top host; ids
# are those of the format.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import os
import halos, velociraptor
h = halos.read('trees/nbody_4mpc_64')
for name in 'one', 'four', 'walkable':
    os.makedirs('$folder/' + name)
physical = velociraptor.rounded(h, False)
assert (physical.host >= 0).sum() > 100 and len(physical.id) == 7667
halos.write_consistent_trees(physical, '$folder/reference')
velociraptor.write(physical, '$folder/one/trees')
comoving = velociraptor.rounded(h, True)
halos.write_consistent_trees(comoving, '$folder/reference_comoving')
velociraptor.write(comoving, '$folder/four/trees', 4, comoving=True)
velociraptor.write_walkable(comoving, '$folder/walkable/trees.hdf5')
END
here=(--set trees.mass_column=Mass_200crit)

reference_run
same_as_reference 1 "$folder/one/trees.foreststats.hdf5" "${here[@]}"
same_as_reference 3 "$folder/one/trees.hdf5.0" "${here[@]}"
mv "$folder/reference" "$folder/reference_physical"
mv "$folder/reference_comoving" "$folder/reference"
rm -r "$folder/of_reference"
reference_run
same_as_reference 1 "$folder/four" "${here[@]}"
same_as_reference 3 "$folder/four" "${here[@]}"
same_as_reference 1 "$folder/walkable" "${here[@]}"
same_as_reference 3 "$folder/walkable/trees.hdf5" "${here[@]}"

# another mass is another run; without a choice there is none
refused 'the trees offer several masses of a halo' "$folder/four"
run_on 1 "$folder/four" heavier --set trees.mass_column=Mass_tot || fail "Mass_tot: $(cat "$folder/stderr")"
"$python" tests/testing/tree_formats/same_run.py "$folder/of_reference/run.h5" "$folder/heavier/run.h5" >/dev/null &&
  fail 'another mass makes no difference'
# a folder without one of its files, and a file without its end
rm "$folder/four/trees.hdf5.2"
refused 'trees.hdf5.2' "$folder/four" "${here[@]}"
truncate -s -1000 "$folder/walkable/trees.hdf5"
refused 'trees.hdf5' "$folder/walkable" "${here[@]}" --set trees.format=velociraptor
finish
