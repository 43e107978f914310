#!/bin/bash
# tools/verify_paper judges what is in the runs: every kind of verdict, every module of checks on made-up runs with known
# answers; it makes the runs it needs once; and a page, a file or an explanation that does not fit is named.
# shellcheck source=tests/system/lib.sh
. "${CECROPIA_SOURCE_DIR:?}/tests/system/lib.sh"

"$python" tests/system/paper_answers.py "$folder/made_up" || fail "a check or a rule gives something else than it should"

# the table of made-up runs by the command itself, with statements of one run and one grid
use=(--use best_a0 "$folder/made_up/best_a0" --use paper_grid "$folder/made_up/paper_grid")
"$python" - "$folder" <<'P'
import json, sys

all = json.load(open("docs/paper_statements.json"))
wanted = ("FMR-slope-z4-8", "FMR-scatter-z4-8", "IN-eq15-fmr", "BEST-alpha", "SHMR-mmax-200", "SHMR-above-others",
          "SFMS-scatter-factor-2", "STARS-energy-grows-to-250", "STARS-fates")
all["statements"] = [s for s in all["statements"] if s["id"] in wanted]
json.dump(all, open(f"{sys.argv[1]}/few.json", "w"))
at = {s["id"]: s for s in all["statements"]}
all["runs"]["best_a0"]["command"] = ("cecropia run params/quickstart.json --set eps.trees_per_bin=2 --set eps.bins_per_dex=4 "
                                     "--set eps.resolution_relative=1e-2")
all["statements"] = [at["FMR-slope-z4-8"], at["IN-eq15-fmr"]]
json.dump(all, open(f"{sys.argv[1]}/one_run.json", "w"))
P
mkdir -p "$folder/stars"
"$program" tables build --out "$folder/stars/standard.h5" >/dev/null || fail "no stellar tables"
"$python" -c '
import json
rows = [{"ours": str(i), "verdict": "met"} for i in range(19)]
rows[1] = {"ours": "WD only", "verdict": "partly: Z = 0.001"}
print(json.dumps(rows))' >"$folder/stars/verdicts.json"
# verify NAME ARGUMENTS...: tools/verify_paper.py into $folder/NAME, its words in $folder/said
verify() {
  local name=$1
  shift
  "$python" tools/verify_paper.py --program "$program" --out "$folder/$name" --stars "$folder/stars" "$@" >"$folder/said" 2>&1
}
verify few --statements "$folder/few.json" "${use[@]}" --skip best_a05 best_a1 old_radius ||
  fail "made-up runs: $(tail -n 5 "$folder/said")"
"$python" - "$folder/few/verdicts.json" <<'P' || fail "the verdicts of made-up runs are wrong: $(cat "$folder/said")"
import json, sys

found = {row["id"]: row for row in json.load(open(sys.argv[1]))["verdicts"]}
wanted = {"FMR-slope-z4-8": "met", "FMR-scatter-z4-8": "met", "IN-eq15-fmr": "met", "BEST-alpha": "met",
          "SHMR-mmax-200": "met", "SHMR-above-others": "not judged", "SFMS-scatter-factor-2": "not run",
          "STARS-energy-grows-to-250": "met", "STARS-fates": "partly met"}
assert {name: row["verdict"] for name, row in found.items()} == wanted, found
assert found["FMR-slope-z4-8"]["ours"] == 0.36 and found["FMR-scatter-z4-8"]["group"] == "weak"
assert found["FMR-slope-z4-8"]["published"] == 0.35 and found["FMR-slope-z4-8"]["tolerance"] == 0.02
P
grep -q "Of 5 judged statements that are not the paper's input, 0 are not met" "$folder/said" ||
  fail "not counted: $(tail -n 3 "$folder/said")"

# runs are made once, and again when their command changes; forests give a scatter
small=(--statements "$folder/one_run.json" --forests 2)
verify made "${small[@]}" || fail "a run could not be made: $(tail -n 5 "$folder/said")"
grep -q "best_a0-1 .* of 2" "$folder/said" || fail "no word of the runs: $(cat "$folder/said")"
"$python" -c '
import json, sys
row = next(r for r in json.load(open(sys.argv[1]))["verdicts"] if r["id"] == "FMR-slope-z4-8")
own = json.load(open(sys.argv[2]))["relations"]["fmr_z4_8_slope"]
assert row["ours"] == own and row["error"] > 0 and row["same_verdict"][1] == 2, row' \
  "$folder/made/verdicts.json" "$folder/made/runs/best_a0-0/run.json" || fail "the value is not that of the run"
verify made "${small[@]}" || fail "the second time: $(tail -n 5 "$folder/said")"
grep -q "CPU s" "$folder/said" && fail "what was there has been made again: $(cat "$folder/said")"
sed -i 's/eps.trees_per_bin=2/eps.trees_per_bin=1/' "$folder/one_run.json"
verify made "${small[@]}" || fail "with another command: $(tail -n 5 "$folder/said")"
grep -q "CPU s" "$folder/said" || fail "another command, and the old run is judged"

# bad input
refused() { # WORDS ARGUMENTS...
  local words=$1 code=0
  shift
  verify refused "$@" || code=$?
  { [ $code = 2 ] && grep -qF -- "$words" "$folder/said"; } || fail "not refused with '$words' ($code): $(cat "$folder/said")"
}
refused "no statement BEST" --only BEST
refused "no run best" --skip best
refused "give the folder of a finished run" --only FMR-slope-z4-8 --use best_a0 "$folder/nothing"
refused "is no grid in" --only BEST-alpha --use paper_grid "$folder/made_up/no_grid"
tools/verify_paper --docs --only BEST-alpha >"$folder/said" 2>&1
[ $? = 2 ] || fail "--docs with --only should be refused"

# the page, its file and the explanations
"$python" tools/check_paper_verdicts.py || fail "the verdicts in docs/ do not fit"
mkdir -p "$folder/copy/docs"
expect() { # WORDS CODE: with the fault that CODE makes in the rows of the file (`at`) or the texts, the check says WORDS
  local words=$1 said code=0
  cp docs/paper_*.json docs/paper_*.md "$folder/copy/docs/"
  "$python" - "$folder/copy/docs" "$2" <<'P'
import json, pathlib, sys

docs, fault = pathlib.Path(sys.argv[1]), sys.argv[2]
file, why = docs / "paper_verdicts.json", docs / "paper_explanations.md"
all = json.loads(file.read_text())
at = {row["id"]: row for row in all["verdicts"]}
exec(fault)
file.write_text(json.dumps(all))
P
  said=$("$python" tools/check_paper_verdicts.py "$folder/copy") || code=$?
  if [ $code != 1 ] || ! grep -qF -- "$words" <<<"$said"; then fail "not said: '$words'; exit code $code, $said"; fi
}
expect "BEST-alpha: no verdict" 'all["verdicts"].remove(at["BEST-alpha"])'
expect "FMR-slope-z4-8: 'met', but by the statement's tolerance it is 'not met'" \
  'at["FMR-slope-z4-8"].update(ours=0.9, verdict="met")'
expect "FMR-scatter-z4-8: counted as input" 'at["FMR-scatter-z4-8"]["group"] = "input"'
expect "is not what docs/paper_verdicts.json says" 'at["FMR-slope-z4-8"]["ours"] = 0.9; at["FMR-slope-z4-8"]["verdict"] = "not met"'
expect "STARS-factor-over-old: not met, and no explanation" 'why.write_text(why.read_text().replace("`STARS-factor-over-old`", ""))'
expect "STARS-of-all-kinds: explained" \
  'why.write_text(why.read_text().replace("`STARS-factor-over-old`", "`STARS-factor-over-old`, `STARS-of-all-kinds`"))'
finish
