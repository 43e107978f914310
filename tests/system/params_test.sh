#!/bin/bash
# `cecropia params`, help and version as a user meets them: exit codes, one message, files and pages that are right.
set -u
program=${CECROPIA_PROGRAM:?}
source_dir=${CECROPIA_SOURCE_DIR:?}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# expect CODE TEXT COMMAND...: the exit code, and TEXT in what was printed (both streams)
expect() {
  local code=$1 text=$2
  shift 2
  local printed got
  printed=$("$@" 2>&1)
  got=$?
  [ "$got" = "$code" ] || fail "'$*' ended with $got instead of $code: $printed"
  grep -qF -- "$text" <<<"$printed" || fail "'$*' did not say '$text' but: $printed"
}

cd "$source_dir" || exit 1

# every parameter file of the project is right
shopt -s nullglob
for file in params/*.json; do expect 0 "$file: right" "$program" params check "$file"; done

# the reference page is the program's own output
"$program" params list --markdown >"$folder/parameters.md" || fail "params list --markdown"
cmp "$folder/parameters.md" docs/parameters.md ||
  fail "docs/parameters.md is out of date: run 'cecropia params list --markdown > docs/parameters.md'"
"$program" params list --json | python3 -m json.tool >/dev/null || fail "params list --json is no JSON"

# help and version
expect 0 "params" "$program" --help
expect 0 "--markdown" "$program" params list --help
expect 0 "cecropia " "$program" --version

# mistakes end with 2 and say what to do
expect 2 "did you mean 'params'?" "$program" parmas
expect 2 "subcommand is required" "$program"
expect 2 "does not exist" "$program" params check "$folder/none.json"
expect 2 "is a folder" "$program" params check "$folder"
: >"$folder/empty.json"
expect 2 "is empty" "$program" params check "$folder/empty.json"
echo '{ "cosmology": { "omgea_m": 0.3 } }' >"$folder/misspelt.json"
expect 2 "did you mean 'omega_m'?" "$program" params check "$folder/misspelt.json"
echo '{ "cosmology": { "omega_m": "0.3" } }' >"$folder/type.json"
expect 2 "is text, not a number" "$program" params check "$folder/type.json"
echo '{ "cosmology": { "omega_m": NaN } }' >"$folder/nan.json"
expect 2 "is not a finite number" "$program" params check "$folder/nan.json"
echo '{ "cosmology": { "omega_m": 7 } }' >"$folder/range.json"
expect 2 "is out of range" "$program" params check "$folder/range.json"
printf '{\n "cosmology": { "omega_m": 0.3,\n "omega_m": 0.3 } }' >"$folder/twice.json"
expect 2 "line 3" "$program" params check "$folder/twice.json"
echo '{ "cosmology": { "omega_m": 0.3, } }' >"$folder/malformed.json"
expect 2 "not valid JSON" "$program" params check "$folder/malformed.json"
echo '{ }' >"$folder/defaults.json"
expect 0 "cosmology.h = 0.7" "$program" params check -v "$folder/defaults.json" --set cosmology.h=0.7
expect 2 "stars.imf3_min_msun, stars.imf3_max_msun" "$program" params check "$folder/defaults.json" --set stars.imf3_min_msun=400
expect 2 "--set cosmology.h=nan" "$program" params check "$folder/defaults.json" --set cosmology.h=nan

# standard output that is full is no success
if [ -w /dev/full ]; then
  "$program" params list >/dev/full 2>/dev/null
  [ $? = 2 ] || fail "a full standard output went unnoticed"
fi

# with two ranks everything is said once
once() {
  local code=$1 text=$2
  shift 2
  local printed got count
  printed=$(mpirun -n 2 "$@" 2>&1)
  got=$?
  [ "$got" = "$code" ] || fail "mpirun -n 2 '$*' ended with $got instead of $code"
  count=$(grep -cF -- "$text" <<<"$printed")
  [ "$count" = 1 ] || fail "mpirun -n 2 '$*' said '$text' $count times: $printed"
}
once 0 "cecropia " "$program" --version
once 0 "## cosmology" "$program" params list --markdown
once 0 "defaults.json: right" "$program" params check "$folder/defaults.json"
once 2 "did you mean 'omega_m'?" "$program" params check "$folder/misspelt.json"
once 2 "did you mean 'params'?" "$program" parmas

[ $failures = 0 ] && echo "all right"
exit $((failures > 0))
