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
for bad in "-n" "-n 0" "-n 300000 run" "-n two run" "--unknown" ""; do
  code=0 # words are meant to be split
  # shellcheck disable=SC2086
  wrapper $bad || code=$?
  [ $code = 2 ] || fail "tools/run $bad ends with $code, not 2"
done

# Ctrl-C goes to all processes of the terminal at once; the run must get the wish, not the kill of mpirun.
set -m
tools/run -n 2 run params/nbody_64.json --set star_formation.max_step_myr=0.01 --out "$folder/interrupted" \
  >"$folder/out" 2>"$folder/err" &
job=$!
set +m
comes grep -q "halos in" "$folder/interrupted/run.log" && sleep 0.3
kill -INT -- -$job
code=0; wait $job || code=$?
[ $code = 3 ] || fail "Ctrl-C ends with $code, not 3: $(cat "$folder/err")"
[ -s "$folder/interrupted/checkpoint.h5" ] || fail "Ctrl-C leaves no checkpoint: $(cat "$folder/err")"
echo '{ "parameters": { "trees": { "path": "eps" }, "eps": { "trees_per_bin": 1, "resolution_relative": 1e-2 } } }' >"$folder/scan.json"
echo '{"id": 1, "feedback.alpha_out": 0.5}' | wrapper -n 2 scan "$folder/scan.json" --points - --out "$folder/pipe" ||
  fail "questions through a pipe: $(cat "$folder/err")"
grep -q '"id":1.*log10_all' "$folder/out" || fail "the answer is lost: $(cat "$folder/out")"

CECROPIA_PROGRAM=$folder/absent wrapper run x && fail "an absent program is no error"
grep -q "tools/build" "$folder/err" || fail "an absent program: $(cat "$folder/err")"
finish
