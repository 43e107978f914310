#!/bin/bash
# What `cecropia run` says to its user: the answers on standard output, how far it is on standard error, the reasons of
# what is not there; and what a run leaves that was stopped where no run had been. What the files hold is run_test.sh.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

run=$folder/run
neutral=(--set surroundings.ionisation=uniform)
timeout -k 10 "$patience_s" "$program" run "${small_eps[@]}" "${neutral[@]}" --out "$run" >"$folder/stdout" 2>"$folder/stderr" ||
  fail "run: $(cat "$folder/stderr")"
grep -q "^likelihood .*log10 L .*points" "$folder/stdout" || fail "no table of likelihoods: $(cat "$folder/stdout")"
grep -Eq "^all +[-.0-9]+ +- " "$folder/stdout" || fail "what is put together has a number of points"
grep -Eq "^    mass-metallicity +[-.0-9]+ +[0-9]+ " "$folder/stdout" || fail "an observable has no number of points"
grep -q "100 %" "$folder/stderr" || fail "no progress: $(cat "$folder/stderr")"
grep -q "100 %" "$run/run.log" && fail "progress fills the log"

# nothing is ionised here, so there is no optical depth; and the trees end between two of the redshifts asked for
"$python" - "$run" <<'P' || fail "a run without ionised regions or with trees that end early"
import json
import sys
import h5py

run = json.load(open(sys.argv[1] + "/run.json"))
assert run["tau_e"] is None and run["tau_e_reason"].startswith("nothing is ionised")
file = h5py.File(sys.argv[1] + "/run.h5")
assert len(file["provenance"].attrs["observations_hash"]) == 16
P
timeout -k 10 "$patience_s" "$program" run "${small_eps[@]}" --set "output.redshifts=[4,6]" --out "$run" \
  >"$folder/stdout" 2>"$folder/stderr" || fail "run: $(cat "$folder/stderr")"
"$python" -c 'import h5py, sys
levels = h5py.File(sys.argv[1])["galaxies"]
z = sorted(float(levels[name].attrs["redshift"]) for name in levels)
assert len(z) == 2 and abs(z[0] - 4.5) < 1e-6 and abs(z[1] - 6) < 0.2, z' "$run/run.h5" ||
  fail "the last level of the trees is not written"
grep -q "no catalogue of galaxies at z = 4: the trees end earlier, at z = 4.50" "$folder/stderr" ||
  fail "a redshift after the end of the trees is not told: $(cat "$folder/stderr")"
grep -q "the trees begin later" "$folder/stderr" && fail "z = 6 is called earlier than the trees"

# other observational data are another provenance
cp -r params/observations "$folder/observations"
sed -i 's/^4.9,-1.387,/4.9,-1.388,/' "$folder/observations/liu2025_table2_sfrd.csv"
cmp -s params/observations/liu2025_table2_sfrd.csv "$folder/observations/liu2025_table2_sfrd.csv" &&
  fail "the table of the test was not changed"
for data in "$source_dir/params" "$folder"; do
  timeout -k 10 "$patience_s" "$program" run -q "${small_eps[@]}" --set observe.observations_path="$data/observations" \
    --out "$folder/with.${data##*/}" || fail "run with $data/observations"
done
"$python" -c 'import h5py, sys
a, b = (h5py.File(name)["provenance"] for name in sys.argv[1:])
assert a.attrs["observations_hash"] != b.attrs["observations_hash"]
assert a["parameters"][()] == b["parameters"][()]' \
  "$folder/with.params/run.h5" "$folder/with.${folder##*/}/run.h5" ||
  fail "the provenance does not know the observational data, or it knows their path"

# asked to stop where no run has been: nothing half-written
timeout -k $((10 * ${CECROPIA_TEST_PATIENCE:-1})) "$patience_s" "$program" run params/eps_reference.json --out "$folder/stopped" \
  >/dev/null 2>"$folder/stderr" &
pid=$!
comes grep -q "halos in" "$folder/stopped/run.log"
kill -TERM $pid  # timeout hands it on
wait $pid
got=$?
[ $got = 3 ] || fail "a run asked to stop ended with $got: $(cat "$folder/stderr")"
[ "$(ls "$folder/stopped")" = run.log ] || fail "a stopped run left: $(ls "$folder/stopped")"
finish
