#!/usr/bin/env bash
# tools/bench compares with another day: what changed by more than noise is named, a slower machine alone changes nothing,
# and aims are judged from what was measured and not from what was left out.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
report() { "$python" tools/lib/bench_report.py "$@" >"$folder/out" 2>"$folder/err"; }

# measured DIR FACTOR_OF_MACHINE FACTOR_OF_POISSON: three repetitions of each with a scatter of one per cent
measured() {
  mkdir -p "$1/run-reference-1" "$1/run-reference-2" "$1/grid"
  "$python" - "$@" <<'P'
import json, pathlib, sys
folder, machine, poisson = pathlib.Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
def repeated(name, ns, **more):
    return [{"name": f"{name}", "run_type": "iteration", "repetition_index": i, "cpu_time": ns * machine * (1 + 0.01 * (i - 1)),
             "real_time": 3 * ns, "time_unit": "ns", **more} for i in range(3)]
some = (repeated("yardstick", 5000) + repeated("draw_poisson/1000", 20 * poisson) + repeated("nearest_m", 2) +
        repeated("sample_stars/100", 100) + repeated("grow_eps_forest/4", 1e6, items_per_second=3.5e6) +
        [{"name": "walk_in_a_box/3/iterations:1/manual_time", "run_type": "iteration", "cpu_time": 1.0, "real_time": 7.0 * machine,
          "time_unit": "s", "halo_levels/s": 120e3, "sub_steps/s": 1.5e6, "forest_bytes_per_halo": 50}])
(folder / "some_benchmark.json").write_text(json.dumps({"benchmarks": some}))
for ranks, wall in ((1, 20.0), (2, 10.4)):
    timing = {"wall_s": wall, "cpu_s": 20.0, "sub_steps_per_core_s": 1e6, "halo_levels_per_core_s": 5e4, "peak_rss_mib": 200}
    (folder / f"run-reference-{ranks}" / "run.json").write_text(json.dumps({"timing": timing}))
(folder / "grid" / "facts.json").write_text('{ "points": 11, "of": 165, "ranks": 2, "wall_s": 30.0 }')
P
}
measured "$folder/then" 1 1
measured "$folder/now" 1.3 1
measured "$folder/worse" 0.8 1.2
report "$folder/then" --save "$folder/kept/then.json" || fail "a measurement: $(cat "$folder/err")"
grep -q "halo-levels per core-second, box .* 150 k .* 120 k .* missed" "$folder/out" || fail "an aim that is missed: $(cat "$folder/out")"
grep -q "halos of EPS trees .* 2 M .* 3.5 M .* reached" "$folder/out" || fail "an aim that is reached: $(cat "$folder/out")"
grep -q "165 points of the paper's grid .* 360 s .* 450 s .* missed" "$folder/out" || fail "the grid: $(cat "$folder/out")"
grep -q "gain of two ranks .* 1.92 .* reached" "$folder/out" || fail "two ranks: $(cat "$folder/out")"
grep -q "consistent-trees text.* not measured" "$folder/out" || fail "what was not measured: $(cat "$folder/out")"
grep -q "walk_in_a_box/3  *7 s" "$folder/out" || fail "a time by hand: $(cat "$folder/out")"

report "$folder/now" --against "$folder/kept/then.json" --markdown "$folder/now.md" || fail "a comparison: $(cat "$folder/err")"
grep -q "0.77 times as fast" "$folder/out" || fail "the machine's speed: $(cat "$folder/out")"
grep -q "Nothing changed by more than noise" "$folder/out" || fail "a slower machine is taken for a slower program: $(cat "$folder/out")"
grep -q "^| question | aim | reached |" "$folder/now.md" || fail "no table: $(cat "$folder/now.md")"
report "$folder/worse" --against "$folder/kept/then.json" || fail "a comparison: $(cat "$folder/err")"
grep -q "draw_poisson/1000 .*1.20 .*slower" "$folder/out" || fail "what became slower is not named: $(cat "$folder/out")"
[ "$(grep -c -e slower -e faster "$folder/out")" = 1 ] || fail "more than that is named: $(cat "$folder/out")"

# refused WORDS ARGUMENTS...
refused() {
  local words=$1 code=0
  shift
  report "$@" || code=$?
  [ $code = 2 ] || fail "$words: ended with $code"
  grep -q -- "$words" "$folder/err" || fail "$words: said $(cat "$folder/err")"
}
refused "is no measurement" "$folder/now" --against "$folder/absent.json"
echo '[1, 2]' >"$folder/other.json"
refused "is no measurement" "$folder/now" --against "$folder/other.json"
sed 's/yardstick/stick/' "$folder/kept/then.json" >"$folder/bare.json"
refused "without a yardstick" "$folder/now" --against "$folder/bare.json"
echo '{"benchmarks": [{"name": "neighbours", "run_type": "iteration", "error_occurred": true, "error_message": "not that of the walk"}]}' \
  >"$folder/now/bad_benchmark.json"
refused "neighbours: not that of the walk" "$folder/now"
finish
