#!/bin/bash
# kill -9 of one rank or of all, at twenty moments of scans on any number of ranks and groups, and then the same command
# again: the result has the bytes of an undisturbed scan, and no line of the ledger is lost or doubled.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/scan.json" <<'T'
{ "parameters": { "trees": { "path": "eps" }, "output": { "redshifts": [6] }, "star_formation": { "max_step_myr": 0.4 },
                  "eps": { "trees_per_bin": 1, "bins_per_dex": 4, "resolution_relative": 1e-2 } },
  "keep": [3],
  "design": { "axes": { "feedback.alpha_out": [0, 0.5], "feedback.m_out0_msun": [1e9, 3e9, 5e9],
                        "stars.imf2_max_msun": [100, 250] } } }
T
scan=(scan "$folder/scan.json" -q --checkpoint-every 0.1)
start_ms=$(date +%s%3N)
cecropia 2 "${scan[@]}" --out "$folder/whole" >/dev/null 2>"$folder/stderr" || fail "undisturbed: $(cat "$folder/stderr")"
whole_ms=$(($(date +%s%3N) - start_ms))

RANDOM=20251120 # the same moments in every run of this test
kills=0 finished=0 went_on=0
# lines_of NAME: keys of its ledger in order, without a last line that was cut short
lines_of() { [ ! -f "$1/scan.jsonl" ] || "$python" -c '
import json, sys
for line in open(sys.argv[1]):
    if line.endswith("\n"):
        print(json.loads(line)["key"])' "$1/scan.jsonl"; }
while [ $kills -lt 20 ]; do
  out=$folder/killed$finished
  ranks=$((1 + RANDOM % 4)) size=1
  [ $((ranks % 2)) = 1 ] || size=$((1 + RANDOM % 2))
  lines_of "$out" >"$folder/before"
  setsid mpirun -n $ranks "$program" "${scan[@]}" --group-size $size --out "$out" >/dev/null 2>"$folder/stderr" &
  victim=$!
  delay_ms=$((whole_ms / 20 + RANDOM % (whole_ms / 2)))
  sleep "$((delay_ms / 1000)).$(printf %03d $((delay_ms % 1000)))"
  if [ $((RANDOM % 2)) = 0 ]; then
    what="one of $ranks ranks"
    mapfile -t processes < <(pgrep -f -- "^$program .*$out\$")
    [ ${#processes[@]} = 0 ] || kill -9 "${processes[$((RANDOM % ${#processes[@]}))]}" 2>/dev/null
  else
    what="all of $ranks ranks"
    kill -9 -- -$victim 2>/dev/null
    pkill -9 -f -- "^$program .*$out\$"
  fi
  { wait $victim; } 2>/dev/null
  code=$?
  for _ in $(seq 100); do # ranks of a killed launcher end as soon as they notice
    pgrep -f -- "^$program .*$out\$" >/dev/null || break
    sleep 0.1
  done
  pgrep -f -- "^$program .*$out\$" >/dev/null && fail "$what killed after $delay_ms ms: a rank hangs"
  if [ $code = 0 ]; then # it was over before; what was killed before it has gone on
    finished=$((finished + 1))
    cmp "$folder/whole/scan.h5" "$out/scan.h5" || fail "after $what: scan.h5 differs"
    continue
  fi
  kills=$((kills + 1))
  went_on=$((went_on + $(grep -c "goes on after" "$out/scan.log" 2>/dev/null)))
  lines_of "$out" >"$folder/after"
  [ -z "$(sort "$folder/after" | uniq -d)" ] || fail "$what killed after $delay_ms ms: a line is there twice"
  head -n "$(wc -l <"$folder/before")" "$folder/after" | cmp - "$folder/before" ||
    fail "$what killed after $delay_ms ms: a finished line is lost"
done
cecropia 2 "${scan[@]}" --out "$out" >/dev/null 2>"$folder/stderr" || fail "at last: $(cat "$folder/stderr")"
for file in scan.h5 best.json points/0003/run.h5; do
  cmp "$folder/whole/$file" "$out/$file" || fail "at last $file differs"
done
[ "$(lines_of "$out" | wc -l)" = 12 ] || fail "the ledger has $(lines_of "$out" | wc -l) lines"
[ -z "$(find "$out" -name "*.partial*" -o -path "*/checkpoints/*")" ] || fail "left: $(find "$out")"
[ "$went_on" -gt 0 ] || fail "no point has gone on from a checkpoint"
echo "$kills kills in $((finished + 1)) scans of $whole_ms ms; $went_on points went on from a checkpoint"
finish
