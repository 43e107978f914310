#!/bin/bash
# The real trees written as SubLink's give the same run as the same trees as consistent-trees text, to the last byte, on one
# and on three ranks, from one file and from several, extended and minimal. What the format cannot say (docs/tree_formats.md) is
# taken out of both first: phantoms, hosts of hosts, ids, double precision. Minimal trees have no positions: their reference
# does not tell its box, and so the model takes the mean of the volume for what lies between halos in both.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import dataclasses, halos, sublink
h = sublink.rounded(halos.read('trees/nbody_4mpc_64'))
assert (h.host >= 0).sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
halos.write_consistent_trees(dataclasses.replace(h, position=0 * h.position), '$folder/nowhere')
sublink.write(h, '$folder/one', 1)
sublink.write(h, '$folder/four', 4)
sublink.write(h, '$folder/minimal', 2, 'minimal')
sublink.write(h, '$folder/table', 2, 'table')
print(h.box / h.h)
END
box=$(tail -1 "$folder/python")
here=(--set "trees.box_cmpc=$box" --set trees.scale_factors="$folder/one/scales.txt")
crit=(--set trees.mass_column=Group_M_Crit200)

reference_run
same_as_reference 1 "$folder/one/tree_extended.0.hdf5" "${here[@]}" "${crit[@]}"
same_as_reference 3 "$folder/four" "${here[@]}" "${crit[@]}"

mv "$folder/nowhere" "$folder/reference.without"
rm -r "$folder/reference" "$folder/of_reference"
mv "$folder/reference.without" "$folder/reference"
sed -i '/Full box size/d' "$folder/reference/tree_0_0_0.dat"
volume=(--set trees.volume_cmpc3=205.9)
reference_run "${volume[@]}"
same_as_reference 1 "$folder/minimal" "${here[@]}" "${volume[@]}"
same_as_reference 3 "$folder/table/tree.0.hdf5" "${here[@]}" "${volume[@]}"

refused 'several masses' "$folder/four" "${here[@]}"
rm "$folder/four/tree_extended.2.hdf5"
refused 'are missing: tree_extended.2.hdf5' "$folder/four" "${here[@]}" "${crit[@]}"
truncate -s -1 "$folder/one/tree_extended.0.hdf5"
refused 'truncated file' "$folder/one/tree_extended.0.hdf5" "${here[@]}" "${crit[@]}"
finish
