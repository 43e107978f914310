#!/bin/bash
# The real trees as an arbor of ytree, in one data file and in several, give the same run as consistent-trees text, to the
# last byte, on one and on three ranks. An arbor does not tell forests: the text is read without forests.list too, so that
# both find them from the links. An arbor that the program wrote is what ytree relies on, the same bytes on any number of
# ranks, and gives the run of the original.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"
original=trees/nbody_4mpc_64

in_python <<END
import halos, os, ytree
h = ytree.connected(halos.read('$original'))
assert (h.host >= 0).sum() > 100 and len(h.id) == 7667
halos.write_consistent_trees(h, '$folder/reference')
os.remove('$folder/reference/forests.list')
ytree.write(h, '$folder/one/one.h5')
ytree.write(h, '$folder/five/arbor.h5', n_files=5)
ytree.write(h, '$folder/no_hosts.h5', hosts=False)
END

reference_run
same_as_reference 1 "$folder/one/one.h5"
same_as_reference 3 "$folder/five"
same_as_reference 2 "$folder/five/arbor_0000.h5"
"$program" trees info params/nbody_64.json --trees "$folder/no_hosts.h5" --set trees.format=auto | grep -q "does not tell hosts" ||
  fail "nobody is told of an arbor without hosts"

# a data file that is missing, and one that was cut
mv "$folder/five/arbor_0002.h5" "$folder/five/kept"
refused "are missing: arbor_0002.h5" "$folder/five"
head -c -1 "$folder/five/kept" >"$folder/five/arbor_0002.h5"
refused "cannot be read as HDF5" "$folder/five"

# written by the program
convert() {
  local ranks=$1 to=$2
  shift 2
  cecropia "$ranks" trees convert params/nbody_64.json -q --to ytree --out "$to" "$@" 2>"$folder/stderr" >/dev/null
}
for ranks in 1 2 3; do
  mkdir "$folder/by$ranks"
  convert $ranks "$folder/by$ranks/trees.h5" || fail "on $ranks ranks: $(cat "$folder/stderr")"
  diff -r "$folder/by1" "$folder/by$ranks" || fail "other bytes on $ranks ranks"
done
[ "$(ls -A "$folder/by1" | tr '\n' ' ')" = "trees.h5 trees_0000.h5 " ] || fail "there is $(ls -A "$folder/by1")"
"$python" tests/testing/tree_formats/ytree.py "$folder/by1/trees.h5" $original || fail "the arbor is not what ytree relies on"
rm -rf "$folder/reference"
ln -s "$source_dir/$original" "$folder/reference"
rm -rf "$folder/of_reference"
reference_run
same_as_reference 2 "$folder/by1"

# EPS trees in several data files, and the run on them
several=(params/quickstart.json)
for ranks in 1 3; do
  mkdir "$folder/grown$ranks"
  cecropia $ranks trees grow "${several[@]}" -q --to ytree --out "$folder/grown$ranks/eps.h5" >/dev/null 2>"$folder/stderr" ||
    fail "grow on $ranks ranks: $(cat "$folder/stderr")"
done
diff -r "$folder/grown1" "$folder/grown3" || fail "grown trees have other bytes on 3 ranks"
[ "$(ls "$folder/grown1" | wc -l)" -gt 2 ] || fail "there is one data file only: $(ls -l "$folder/grown1")"
"$python" tests/testing/tree_formats/ytree.py "$folder/grown1/eps.h5" || fail "the grown arbor is not what ytree relies on"
[ "$("$program" trees info --read "${several[@]}" | grep content)" = "$("$program" trees info --read "${several[@]}" --trees "$folder/grown1" | grep content)" ] ||
  fail "the grown arbor is another forest"

# an arbor that somebody has edited
edited() { # WORDS FILE DATASET VALUE: with the first entry of the dataset changed, the arbor is refused with WORDS
  rm -rf "$folder/edited"
  cp -r "$folder/grown1" "$folder/edited"
  "$python" -c 'import h5py, sys; h5py.File(sys.argv[1], "r+")[sys.argv[2]][0] = float(sys.argv[3])' "$folder/edited/$2" "$3" "$4"
  "$program" trees info --read "${several[@]}" --trees "$folder/edited" >"$folder/stdout" 2>"$folder/stderr"
  [ $? = 2 ] && grep -q -- "$1" "$folder/stderr" || fail "$3 = $4: not refused with '$1': $(cat "$folder/stderr")"
}
edited "the weight of forest 0 is -3" eps.h5 data/forest_weight -3
edited "the redshift of level 0 is -3" eps.h5 cecropia/redshift -3
edited "the time of a halo, 4.123, is that of no level" eps_0000.h5 data/redshift 4.123

# what is refused leaves what is there
convert 2 "$folder/by1/trees.txt" && fail "a header that does not end in .h5"
grep -q "ends in .h5" "$folder/stderr" || fail "its name: $(cat "$folder/stderr")"
mkdir "$folder/by1/folder.h5"
convert 2 "$folder/by1/folder.h5" && fail "a folder is replaced"
grep -q "the name of a folder" "$folder/stderr" || fail "a folder: $(cat "$folder/stderr")"
rmdir "$folder/by1/folder.h5"
convert 2 "$folder/none/trees.h5" && fail "a folder is made"
grep -q "mkdir -p" "$folder/stderr" || fail "a missing folder: $(cat "$folder/stderr")"
before=$(ls -A "$folder/by1"; cat "$folder/by1"/* | cksum)
convert 2 "$folder/by1/trees.h5" --set cosmology.omega_m=0.25 && fail "trees of another universe"
[ "$(ls -A "$folder/by1"; cat "$folder/by1"/* | cksum)" = "$before" ] || fail "a failure changed the arbor"
convert 2 "$folder/by1/trees.h5" || fail "an arbor is not replaced: $(cat "$folder/stderr")"
[ "$(ls -A "$folder/by1"; cat "$folder/by1"/* | cksum)" = "$before" ] || fail "the arbor that replaced it differs"
finish
