#!/usr/bin/env bash
# tools/run starts the program on the ranks asked for, hands over its arguments and its exit code, and explains itself.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
export CECROPIA_PROGRAM="$program"
wrapper() { timeout -k 10 "$patience_s" tools/run "$@" >"$folder/out" 2>"$folder/err"; }

wrapper -n 2 run "${small_eps[@]}" --out "$folder/run with blanks" || fail "a run ends with $?: $(cat "$folder/err")"
grep -q '"ranks": 2' "$folder/run with blanks/run.json" || fail "the run was not on two ranks"
grep -q "likelihood" "$folder/out" || fail "the program's table is lost: $(cat "$folder/out")"

code=0; wrapper -n 1 run no_such_file.json --out "$folder/none" || code=$?
[ $code = 2 ] || fail "a missing parameter file ends with $code, not 2"
grep -q "no_such_file.json" "$folder/err" || fail "the program's message is lost: $(cat "$folder/err")"

wrapper --help || fail "--help ends with $?"
grep -q "tools/run -n 4 run" "$folder/out" || fail "--help shows no example"
for bad in "-n" "-n 0" "-n two run" "--unknown" ""; do
  code=0 # words are meant to be split
  # shellcheck disable=SC2086
  wrapper $bad || code=$?
  [ $code = 2 ] || fail "tools/run $bad ends with $code, not 2"
done
CECROPIA_PROGRAM=$folder/absent wrapper run x && fail "an absent program is no error"
grep -q "tools/build" "$folder/err" || fail "an absent program: $(cat "$folder/err")"
finish
