#!/bin/bash
# What `cecropia plan` foretells is what a run then does, as far as it can be counted; machines of any size are answered.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

plan() { timeout -k 10 "$patience_s" "$program" plan "$@" 2>"$folder/stderr" || fail "plan $*: $(cat "$folder/stderr")"; }
neutral=(--set surroundings.metals=uniform --set surroundings.ionisation=uniform)
"$program" run -q "${small_eps[@]}" "${neutral[@]}" --out "$folder/run" 2>"$folder/stderr" || fail "run: $(cat "$folder/stderr")"
plan "${small_eps[@]}" "${neutral[@]}" --ranks-per-node 4 >"$folder/plan"
"$python" - "$folder" <<'P' || fail "what is foretold: $(cat "$folder/plan")"
import json, re, sys
text, run = open(f"{sys.argv[1]}/plan").read(), json.load(open(f"{sys.argv[1]}/run/run.json"))
halos, galaxies = map(float, re.match(r"([\d.e+]+) halos, ([\d.e+]+) galaxies", text).groups())
assert abs(halos / run["timing"]["halo_levels"] - 1) < 1e-3, halos
assert abs(galaxies / run["timing"]["galaxy_levels"] - 1) < 0.05, (galaxies, run["timing"]["galaxy_levels"])
assert re.search(r"sbatch --nodes=1 --ntasks-per-node=4 --time=\d+:\d\d:00 --mem=\d+M", text), text
P
plan params/paper_grid.json --set eps.resolution_relative=1e-2 --ranks-per-node 16 --memory 32 --curve >"$folder/curve"
grep -q "165 points" "$folder/curve" || fail "points of a design are not counted"
grep -Eq "^ *16384 +1024 " "$folder/curve" || fail "no answer for 16384 ranks: $(cat "$folder/curve")"
# refused WORDS ARGUMENTS...: ends with 2, and says so with a remedy
refused() {
  local words=$1 code
  shift
  timeout -k 10 "$patience_s" "$program" plan "$@" >"$folder/stdout" 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] || fail "plan $*: ended with $code"
  grep -qF -- "$words" "$folder/stderr" || fail "plan $*: said $(cat "$folder/stderr")"
  grep -q "  to fix   : " "$folder/stderr" || fail "plan $*: no remedy: $(cat "$folder/stderr")"
}
refused "no division fits into 1 GiB per node" params/nbody_64.json --scale 1e6 --memory 1 --nodes 2
grep -q "memory / node" "$folder/stdout" || fail "what a machine that is too small would need is not shown"
refused "1 to 1000000" params/nbody_64.json --nodes 0
[ "$(wc -c <"$folder/stderr")" -lt 600 ] || fail "the range of nodes cannot be read: $(cat "$folder/stderr")"
finish
