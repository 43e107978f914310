#!/bin/bash
# `cecropia run` as a user meets it: what it leaves, what it says, how it ends.
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
small="params/quickstart.json --set eps.trees_per_bin=1 --set eps.bins_per_dex=4 --set eps.resolution_relative=1e-2"

# a complete run: answers on standard output, the rest on standard error
"$program" run $small --out "$folder/a" >"$folder/stdout" 2>"$folder/stderr" || fail "run: $(cat "$folder/stderr")"
for file in run.json run.h5 run.log; do
  grep -q "$folder/a/$file" "$folder/stdout" || fail "the place of $file is not said"
  [ -s "$folder/a/$file" ] || fail "there is no $file"
done
grep -q "log10 L" "$folder/stdout" || fail "no table of likelihoods"
grep -q "100 %" "$folder/stderr" || fail "no progress"
grep -q "halo-levels" "$folder/a/run.log" || fail "run.log is empty"
python3 - "$folder/a/run.json" <<'P' || fail "run.json is not what the contract says"
import json, sys
run = json.load(open(sys.argv[1]))
assert run["schema"] == 1
def has(group, keys):
    missing = [k for k in keys.split() if k not in run[group]]
    assert not missing, (group, missing)
has("program", "version git")
has("trees", "source format forests halos levels z_max z_min volume_cmpc3")
has("likelihood", "log10_all log10_csfh log10_sfrd log10_csmd log10_mzsfr log10_fmr log10_mzr log10_shmr")
has("history", "z sfrd_msun_yr_cmpc3 sfrd_detectable_msun_yr_cmpc3 csmd_msun_cmpc3 csmd_detectable_msun_cmpc3 q_hii "
               "q_metal ccsn_rate_yr_cmpc3 pisn_rate_yr_cmpc3")
has("points_used", "sfrd csmd fmr mzr shmr")
has("budget", "mass_relative_error metal_relative_error")
has("timing", "wall_s cpu_s halo_levels sub_steps halo_levels_per_core_s sub_steps_per_core_s peak_rss_mib "
              "peak_pss_mib ranks")
assert "tau_e" in run
assert run["parameters"]["eps"]["trees_per_bin"] == 1
assert len(run["history"]["z"]) == run["trees"]["levels"]
assert run["budget"]["mass_relative_error"] < 1e-12 and run["budget"]["metal_relative_error"] < 1e-12
for name, value in run["likelihood"].items():
    if name != "reason":
        assert (value is None) == (name in run["likelihood"].get("reason", {})), name
assert run["history"]["csmd_msun_cmpc3"][-1] > 0, "no stars"
P

# -q is silent
[ -z "$("$program" run -q $small --out "$folder/q" 2>&1)" ] || fail "-q is not silent"

# the resolved values of a run are a parameter file: the same run again, and the same science on two ranks
python3 - "$folder/a/run.json" "$folder/again.json" <<'P'
import json, sys
json.dump(json.load(open(sys.argv[1]))["parameters"], open(sys.argv[2], "w"))
P
mpirun -n 2 "$program" run "$folder/again.json" -q --out "$folder/b" || fail "two ranks"
python3 - "$folder/a/run.json" "$folder/b/run.json" <<'P' || fail "run.json depends on the number of ranks"
import json, sys
a, b = (json.load(open(name)) for name in sys.argv[1:])
assert a.pop("timing")["ranks"] == 1 and b.pop("timing")["ranks"] == 2
del a["phases"], b["phases"]
assert a == b, [key for key in a if a[key] != b[key]]
P
cmp "$folder/a/run.h5" "$folder/b/run.h5" || fail "run.h5 differs between a run and its repetition on two ranks"

# places that cannot take the output: exit code 2, one message, nothing begun
refused() {  # TEXT ARGUMENTS...
  local text=$1
  shift
  local printed got
  printed=$(mpirun -n 2 "$program" run "$@" 2>&1)
  got=$?
  [ $got = 2 ] || fail "'run $*' ended with $got: $printed"
  [ "$(grep -cF -- "$text" <<<"$printed")" = 1 ] || fail "'run $*' did not say '$text' once: $printed"
}
echo "mine" >"$folder/file"
refused "has the name of a file" $small --out "$folder/file"
[ "$(cat "$folder/file")" = mine ] || fail "a file was overwritten"
refused "/proc/out" $small --out /proc/out
refused "does not exist" "$folder/none.json"
refused "did you mean 'alpha_out'?" $small --set feedback.alpha_uot=1 --out "$folder/never"
[ -e "$folder/never" ] && fail "a folder was made for a run that cannot be"

# a run that fails leaves the results that were there
before=$(cksum "$folder/a/run.json" "$folder/a/run.h5")
refused "there are no trees at" $small --out "$folder/a" --trees "$folder/none"
[ "$(cksum "$folder/a/run.json" "$folder/a/run.h5")" = "$before" ] || fail "a failed run touched the results of another"

# asked to stop: exit code 3, nothing half-written
"$program" run params/eps_reference.json --out "$folder/stopped" 2>"$folder/stderr" >/dev/null &
pid=$!
for _ in $(seq 200); do
  grep -q "halos in" "$folder/stopped/run.log" 2>/dev/null && break
  sleep 0.1
done
kill -TERM $pid
wait $pid
got=$?
[ $got = 3 ] || fail "a run asked to stop ended with $got: $(cat "$folder/stderr")"
grep -q "stopped on request" "$folder/stderr" || fail "a stopped run does not say so"
[ "$(ls "$folder/stopped")" = run.log ] || fail "a stopped run left: $(ls "$folder/stopped")"

[ $failures = 0 ] && echo "all right"
exit $((failures > 0))
