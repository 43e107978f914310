#!/bin/bash
# The real trees written as catalogues of AHF with links of its MergerTree give the same run as the same trees as
# consistent-trees text, to the last byte, on one and on three ranks: with shared particles, without, with one file of links for
# all snapshots, with numbers that begin anew in each snapshot, plain and packed. What the format cannot say (docs/tree_formats.md) is
# taken out of both first: phantoms, hosts between a satellite and its top host, digits that its text does not hold; ids are
# those of the format.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"

in_python <<END
import ahf, halos
h = ahf.rounded(halos.read('trees/nbody_4mpc_64'))
assert (h.host >= 0).sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
ahf.write(h, '$folder/croco', claim=True)
ahf.write(h, '$folder/mtree', local_ids=True, particles=False, side_files=False, packed=True)
ahf.write_links_of_all(h, ahf.write(h, '$folder/all'))
print(h.box / h.h)
END
box=$(tail -1 "$folder/python")
listed=(--set "trees.box_cmpc=$box" --set trees.scale_factors="$folder/mtree/scales.txt")

reference_run
same_as_reference 1 "$folder/croco"
grep -q 'are progenitors of several halos' "$folder/other/run.log" || fail 'nothing is said of halos with two descendants'
same_as_reference 3 "$folder/croco"
same_as_reference 1 "$folder/mtree" "${listed[@]}"
same_as_reference 3 "$folder/mtree" "${listed[@]}"
same_as_reference 1 "$folder/all/MergerTree_box.txt-CRMratio2"
same_as_reference 3 "$folder/all"

# without times and box nothing is guessed
rm "$folder"/croco/*.parameter
run_on 1 "$folder/croco" names || fail "times of names: $(cat "$folder/stderr")"
grep -q 'taken from the names of the files' "$folder/names/run.log" || fail 'times are taken from names in silence'
rm "$folder"/croco/*.log
refused 'do not tell the volume' "$folder/croco"
head -36 "$folder/mtree/scales.txt" >"$folder/few"
refused '37 halo catalogues and 36 scale factors' "$folder/mtree" --set "trees.box_cmpc=$box" --set trees.scale_factors="$folder/few"
# a catalogue without links, links without their end
rm "$folder"/mtree/box_020*.AHF_mtree
refused 'the links of' "$folder/mtree" "${listed[@]}"
truncate -s -4 "$folder/all/MergerTree_box.txt-CRMratio2"
refused 'ends without a line END' "$folder/all"
finish
