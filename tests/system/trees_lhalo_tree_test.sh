#!/bin/bash
# The real trees written as LHaloTree give the same run as the same trees as consistent-trees text, to the last byte, on one
# and on three ranks, from one file and from several. What LHaloTree cannot say (docs/tree_formats.md) is taken out of both first:
# phantoms, hosts of hosts, ids, double precision; satellites weigh what their particles do.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import halos, lhalo_tree
h = lhalo_tree.rounded(halos.read('trees/nbody_4mpc_64'))
assert (h.host >= 0).sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
lhalo_tree.write(h, '$folder/one', 1)
lhalo_tree.write(h, '$folder/five', 5)
print(h.box / h.h)
END
box=$(tail -1 "$folder/python")
here=(--set trees.mass_column=M_Crit200 --set trees.particle_mass_msun=3.09e7 --set "trees.box_cmpc=$box")

reference_run
same_as_reference 1 "$folder/one/trees_063.0" "${here[@]}" --set trees.scale_factors="$folder/one/scales.txt"
same_as_reference 3 "$folder/five" "${here[@]}" --set trees.scale_factors="$folder/five/scales.txt"

# a folder without one of its files, and a file without its last byte
rm "$folder/five/trees_063.2"
refused 'are missing: trees_063.2' "$folder/five" "${here[@]}" --set trees.scale_factors="$folder/five/scales.txt"
truncate -s -1 "$folder/one/trees_063.0"
refused 'the file was cut' "$folder/one" "${here[@]}" --set trees.scale_factors="$folder/one/scales.txt"
finish
