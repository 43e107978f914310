#!/bin/bash
# Trees that were converted or grown into a file: it is what the description of the format says, the same bytes on any
# number of ranks, and a run on it is the run on the original, to the last byte. A file is there whole or not at all.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/tree_formats.sh
. "$(dirname "$0")/tree_formats.sh"
original=trees/nbody_4mpc_64
ln -s "$source_dir/$original" "$folder/reference"

# convert RANKS FROM TO ARGUMENTS...
convert() {
  local ranks=$1 from=$2 to=$3
  shift 3
  cecropia "$ranks" trees convert params/nbody_64.json -q --trees "$from" --out "$to" "$@" >"$folder/stdout" 2>"$folder/stderr"
}
# same_bytes ONE OTHER
same_bytes() { cmp "$1" "$2" || fail "$2 is not $1"; }

for ranks in 1 2 3 4; do
  convert $ranks $original "$folder/trees.$ranks.hdf5" || fail "on $ranks ranks: $(cat "$folder/stderr")"
  [ "$(cat "$folder/stdout")" = "$folder/trees.$ranks.hdf5" ] || fail "it said '$(cat "$folder/stdout")'"
  same_bytes "$folder/trees.1.hdf5" "$folder/trees.$ranks.hdf5"
done
"$python" tests/testing/tree_formats/galacticus_conformance.py "$folder/trees.1.hdf5" $original || fail "conformance"

reference_run
for ranks in 1 2 3 4; do same_as_reference $ranks "$folder/trees.1.hdf5"; done

# converted again nothing changes but where it comes from
cp "$folder/trees.1.hdf5" "$folder/again.hdf5"
convert 3 "$folder/trees.1.hdf5" "$folder/again.hdf5" --set trees.format=auto || fail "again: $(cat "$folder/stderr")"
"$python" - "$folder/trees.1.hdf5" "$folder/again.hdf5" <<END || fail "a file that was converted again has other content"
import sys, h5py
a, b = map(h5py.File, sys.argv[1:])
assert a["provenance"].attrs["contentHash"] == b["provenance"].attrs["contentHash"]
assert b["provenance"].attrs["source"] == "trees.1.hdf5" and "/" not in b["provenance"].attrs["source"]
END

# repaired on the way: the file gives the run that repairs the same trees itself, and keeps nothing to repair
mkdir "$folder/faulty"
zcat $original/tree_0_0_0.dat.gz | awk '
  !/^#/ && NF > 10 && $7 >= 0 && ++satellite % 50 == 1 { $6 = $7 = 999999999 }  # pid and upid lead nowhere
  !/^#/ && NF > 10 && $5 == 0 && $4 >= 0 && ++leaf % 300 == 1 { $4 = 999999998 }  # desc_id
  { print }' >"$folder/faulty/tree_0_0_0.dat"
repairs='trees.repair=["promote_orphans","flatten_hosts","smooth_mass_dips"]'
convert 1 "$folder/faulty" "$folder/repaired.hdf5" --set trees.check_progenitors=false &&
  fail "faulty trees are converted without repair"
grep -q "99999999[89], does not exist" "$folder/stderr" || fail "faulty trees are refused for $(cat "$folder/stderr")"
run_on 1 "$folder/faulty" repairs_itself --set "$repairs" --set trees.check_progenitors=false ||
  fail "a run that repairs: $(cat "$folder/stderr")"
for ranks in 1 3; do
  convert $ranks "$folder/faulty" "$folder/repaired.$ranks.hdf5" --set "$repairs" --set trees.check_progenitors=false ||
    fail "repaired on $ranks ranks: $(cat "$folder/stderr")"
  for repair in promote_orphans smooth_mass_dips; do
    grep -q "trees.repair, $repair: [1-9]" "$folder/stderr" || fail "it does not say what $repair did: $(cat "$folder/stderr")"
  done
done
same_bytes "$folder/repaired.1.hdf5" "$folder/repaired.3.hdf5"
run_on 2 "$folder/repaired.1.hdf5" of_repaired || fail "a run on repaired trees: $(cat "$folder/stderr")"
"$python" tests/testing/tree_formats/same_run.py "$folder/repairs_itself/run.h5" "$folder/of_repaired/run.h5" ||
  fail "a run on trees that were repaired differs from the run that repairs them"
"$python" tests/testing/tree_formats/same_run.py "$folder/of_reference/run.h5" "$folder/of_repaired/run.h5" >"$folder/stdout" &&
  fail "the repairs changed nothing"

# grown: several chunks of halos, the same bytes, and the same run as when the run grows them
for ranks in 1 2 3; do
  cecropia $ranks trees grow params/quickstart.json -q --out "$folder/grown.$ranks.hdf5" >/dev/null 2>"$folder/stderr" ||
    fail "grow on $ranks ranks: $(cat "$folder/stderr")"
  same_bytes "$folder/grown.1.hdf5" "$folder/grown.$ranks.hdf5"
done
"$python" tests/testing/tree_formats/galacticus_conformance.py "$folder/grown.1.hdf5" || fail "conformance of grown trees"
"$program" trees grow -q "${small_eps[@]}" "${everything[@]}" --out "$folder/small.hdf5" >/dev/null 2>&1 || fail "a small grown set"
small_run grown "${everything[@]}"
small_run read "${everything[@]}" --trees "$folder/small.hdf5"
"$python" tests/testing/tree_formats/same_run.py "$folder/grown/run.h5" "$folder/read/run.h5" ||
  fail "a run that reads what was grown differs from the run that grows it"
"$program" trees info "${small_eps[@]}" --trees "$folder/small.hdf5" 2>&1 | grep -q "not periodic" &&
  fail "trees without positions are said not to be periodic"

# what is in the way, and what is refused, leaves the old file and nothing else
keep() {
  local before
  before=$(ls -A "$folder/keep")
  "$@" >"$folder/stdout" 2>"$folder/stderr"
  local code=$?
  [ $code = 2 ] || fail "'$*' ended with $code: $(cat "$folder/stderr")"
  [ "$(cat "$folder/keep/old.hdf5")" = old ] || fail "'$*' touched the old file"
  [ "$(ls -A "$folder/keep")" = "$before" ] || fail "'$*' left $(ls -A "$folder/keep")"
}
mkdir "$folder/keep"
echo old >"$folder/keep/old.hdf5"
for ranks in 1 3; do
  # inside mpirun, which writes larger files of its own; the grown file has 5 MB
  OMPI_MCA_btl=self,tcp keep timeout -k 10 "$patience_s" mpirun -n $ranks bash -c 'ulimit -f 3000; exec "$@"' limited \
    "$program" trees grow params/quickstart.json -q --out "$folder/keep/old.hdf5"
  grep -q "ulimit -f" "$folder/stderr" || fail "a limit of the file size: $(cat "$folder/stderr")"
done
keep "$program" trees convert params/nbody_64.json -q --out "$folder/keep/none/new.hdf5"
keep "$program" trees convert params/nbody_64.json -q --set cosmology.omega_m=0.25 --out "$folder/keep/old.hdf5"
keep "$program" trees grow params/quickstart.json --trees $original --out "$folder/keep/old.hdf5"
"$python" - "$folder/trees.1.hdf5" "$folder/broken.hdf5" <<END
import shutil, sys, h5py
shutil.copy(*sys.argv[1:])
with h5py.File(sys.argv[2], "r+") as f:
    f["forestHalos/descendantIndex"][4321] = 999999999
END
keep cecropia 2 trees convert params/nbody_64.json -q --trees "$folder/broken.hdf5" --set trees.format=auto --out "$folder/keep/old.hdf5"
grep -q 999999999 "$folder/stderr" || fail "a broken link is not named: $(cat "$folder/stderr")"

# trees of other programs, the source among them, are not replaced
mkdir "$folder/theirs"
zcat $original/tree_0_0_0.dat.gz >"$folder/theirs/tree_0_0_0.dat"
before=$(cksum "$folder/theirs"/*)
for ranks in 1 2; do
  convert $ranks "$folder/theirs" "$folder/theirs/tree_0_0_0.dat" && fail "text of consistent-trees is replaced"
  grep -q "trees of another program" "$folder/stderr" || fail "it said $(cat "$folder/stderr")"
  convert $ranks "$folder/theirs/tree_0_0_0.dat" "$folder/theirs/tree_0_0_0.dat" && fail "the source is replaced"
  grep -q "that the trees are read from" "$folder/stderr" || fail "it said $(cat "$folder/stderr")"
  [ "$(cksum "$folder/theirs"/*)" = "$before" ] || fail "the trees were changed, or files were left: $(ls -A "$folder/theirs")"
done

# a list of scale factors means the same to a run on text and to its conversion
{ echo 0.05; echo 0.06; "$program" trees info --read params/nbody_64.json --trees $original |
  awk '/^ +[0-9]+ / {printf "%.9f\n", 1 / (1 + $2)}'; echo 0.19; } >"$folder/scales"
convert 2 $original "$folder/listed.hdf5" --set trees.scale_factors="$folder/scales" || fail "a list: $(cat "$folder/stderr")"
content() { "$program" trees info --read params/nbody_64.json "$@" | grep "^content"; }
[ "$(content --trees $original --set trees.scale_factors="$folder/scales")" = "$(content --trees "$folder/listed.hdf5" --set trees.format=auto)" ] ||
  fail "with a list of scale factors a run on text has other trees than one on the converted file"
"$program" trees draw params/nbody_64.json --trees "$folder/listed.hdf5" --set trees.format=auto --out "$folder/late.svg" 2>"$folder/stderr" ||
  fail "a list that goes on after the last halo: $(cat "$folder/stderr")"
grep -q "Halo 9841 at" "$folder/late.svg" || fail "another tree is drawn: $(grep -o 'Halo [0-9]* at' "$folder/late.svg")"

convert 2 $original "$folder/keep/old.hdf5" || fail "the old file is not replaced: $(cat "$folder/stderr")"
same_bytes "$folder/trees.1.hdf5" "$folder/keep/old.hdf5"
finish
