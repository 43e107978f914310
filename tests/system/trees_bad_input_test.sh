#!/bin/bash
# Faulty trees as a user meets them: exit code 2, the message once on any number of ranks, and what was in the output folder
# before is still there.
set -u
program=${CECROPIA_PROGRAM:?}
source=${CECROPIA_SOURCE_DIR:?}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

good=$source/tests/data/trees/tiny/tree_0_0_0.dat
out=$folder/out
mkdir "$out"
echo 'results of an earlier run' >"$out/run.json"

# refused TEXT FILE: a run on FILE ends with 2, says TEXT once, and leaves the output folder as it was
refused() {
  local text=$1 trees=$2 n printed got count launcher
  for n in 1 3; do
    launcher=
    [ $n = 1 ] || launcher="mpirun -n $n"
    printed=$($launcher "$program" run "$source/params/nbody_64.json" --trees "$trees" --out "$out" 2>&1)
    got=$?
    [ $got = 2 ] || fail "$trees on $n ranks ended with $got: $printed"
    count=$(grep -cF -- "$text" <<<"$printed")
    [ "$count" = 1 ] || fail "$trees on $n ranks said '$text' $count times: $printed"
    [ "$(cat "$out/run.json")" = 'results of an earlier run' ] || fail "$trees: the earlier results are gone"
  done
}

# damaged NAME SED-EXPRESSION: a copy of the good trees with one fault
damaged() {
  sed "$2" "$good" >"$folder/$1"
  cmp -s "$good" "$folder/$1" && fail "the fault '$1' changed nothing"
}

"$program" trees check --trees "$good" | grep -q ': right' || fail 'the good trees are refused'

damaged column 's/desc_id(3)/nothing(3)/'
refused "column 'desc_id' is missing" "$folder/column"
damaged number 's/6.000e+09/heavy/'
refused "column 'Mvir' holds 'heavy'" "$folder/number"
damaged negative 's/6.000e+09/-6.0e+09/'
refused "the mass of a halo is '-6.0e+09'" "$folder/negative"
damaged zero 's/6.000e+09/0/'
refused "the mass of a halo is '0'" "$folder/zero"
damaged twice 's/ 420 0.00000 -1/ 130 0.00000 -1/'
refused 'halo id 130 occurs twice' "$folder/twice"
damaged nowhere 's/ 130 0.16000 120 / 130 0.16000 125 /'
refused 'the descendant of halo 130, halo 125, does not exist' "$folder/nowhere"
damaged past 's/ 111 0.20000 100 / 111 0.20000 130 /'
refused 'is in its past' "$folder/past"
damaged circle 's/ 110 0.20000 100 / 110 0.20000 130 /'
refused 'run in a circle' "$folder/circle"
damaged host 's/ 220 0.18000 210 0 120 120/ 220 0.18000 210 0 120 129/'
refused 'the host of halo 220, halo 129, does not exist' "$folder/host"
damaged cosmology 's/Omega_M = 0.308900/Omega_M = 0.250000/'
refused 'the trees were made with Omega_M = 0.25' "$folder/cosmology"
head -c 900 "$good" >"$folder/cut"
refused 'the file was cut' "$folder/cut"
gzip -c "$good" | head -c 300 >"$folder/cut.gz"
refused 'is cut off' "$folder/cut.gz"
: >"$folder/empty"
refused 'is empty' "$folder/empty"
refused 'No such file or directory' "$folder/missing"

[ $failures = 0 ] && echo 'all right'
exit $((failures > 0))
