#!/bin/bash
# `cecropia trees info|check` as a user meets them: same answer on any number of ranks, one message, exit codes.
set -u
program=${CECROPIA_PROGRAM:?}
cd "${CECROPIA_SOURCE_DIR:?}" || exit 1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# the same forest on any number of ranks
for what in "params/nbody_64.json" "--set eps.trees_per_bin=1 --set eps.bins_per_dex=4"; do
  "$program" trees info $what >"$folder/1" || fail "trees info $what"
  for n in 2 3; do
    mpirun -n $n "$program" trees info $what >"$folder/$n" || fail "trees info $what on $n ranks"
    cmp "$folder/1" "$folder/$n" || fail "trees info $what differs on $n ranks"
  done
done
grep -q "warning      a run will refuse them: the trees were made with h = 0.6774" \
  <("$program" trees info params/nbody_64.json --set cosmology.h=0.7) || fail "trees info is silent about another h"
grep -q "halos 7667" <("$program" trees info params/nbody_64.json) || fail "the shipped trees do not have 7667 halos"

# shipped data are found from any folder
(cd "$folder" && "$program" trees check "$CECROPIA_SOURCE_DIR/params/nbody_64.json") | grep -q ": right" ||
  fail "the shipped trees are not found from another folder"

# mistakes: exit code 2, one message
once() {
  local text=$1
  shift
  local printed got count
  printed=$(mpirun -n 2 "$@" 2>&1)
  got=$?
  [ $got = 2 ] || fail "'$*' ended with $got: $printed"
  count=$(grep -cF -- "$text" <<<"$printed")
  [ "$count" = 1 ] || fail "'$*' said '$text' $count times: $printed"
}
once "cannot be read" "$program" trees check --trees "$folder/none" --set trees.format=consistent_trees
once "there are no trees at" "$program" trees check --trees "$folder/none"
once "did you mean 'trees_per_bin'?" "$program" trees info --set eps.trees_per_bim=2
once "Omega_M" "$program" trees check params/nbody_64.json --set cosmology.omega_m=0.25
printf 'x' >"$folder/x.dat"
once "format of the trees" "$program" trees check --trees "$folder/x.dat"

[ $failures = 0 ] && echo "all right"
exit $((failures > 0))
