#!/bin/bash
# `cecropia tables` as a user meets it: built once, kept, looked at; places that do not take them.
set -u
program=${CECROPIA_PROGRAM:?}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
expect() {  # CODE TEXT COMMAND...
  local code=$1 text=$2
  shift 2
  local printed got
  printed=$("$@" 2>&1)
  got=$?
  [ "$got" = "$code" ] || fail "'$*' ended with $got instead of $code: $printed"
  grep -qF -- "$text" <<<"$printed" || fail "'$*' did not say '$text' but: $printed"
}

export CECROPIA_CACHE=$folder/cache
expect 0 "$folder/cache/stellar_tables_" "$program" tables build
[ "$(ls "$folder/cache" | wc -l)" = 1 ] || fail "the cache holds more than the tables: $(ls "$folder/cache")"
expect 0 "masses         260, 2 to 600 Msun" "$program" tables info
expect 0 "$folder/t.h5" "$program" tables build --out "$folder/t.h5"
cmp "$folder/t.h5" "$folder"/cache/*.h5 || fail "the tables differ between cache and --out"
expect 0 "metallicities  13" "$program" tables info --file "$folder/t.h5"

# other parameters, other tables
expect 0 "stellar_tables_" "$program" tables build --set stars.f_mix=0.5
[ "$(ls "$folder/cache" | wc -l)" = 2 ] || fail "tables of other parameters did not get their own file"

# what cannot be used
head -c 5000 "$folder/t.h5" >"$folder/cut.h5"
expect 2 "cut.h5" "$program" tables info --file "$folder/cut.h5"
expect 2 "none.h5" "$program" tables info --file "$folder/none.h5"
CECROPIA_CACHE=/proc expect 2 "no place to keep them" "$program" tables build
expect 2 "/proc" "$program" tables build --out /proc/t.h5
expect 2 "out of range" "$program" tables build --set stars.f_mix=2

# two ranks: one builds, one speaks
printed=$(mpirun -n 2 "$program" tables build --set stars.f_mix=0.25 2>&1) || fail "two ranks: $printed"
[ "$(grep -c "^$folder/cache/stellar_tables_" <<<"$printed")" = 1 ] || fail "two ranks said: $printed"

[ $failures = 0 ] && echo "all right"
exit $((failures > 0))
