#!/bin/bash
# tools/verify_models judges by what tests wrote down: a row passes only if all of its checks were made and hold, and the
# command ends with 0 only if every row passes.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

# Records of every check of the bathtub's table, one of them failing where asked for, or left out.
records() { # FAILING LEFT_OUT
  "$python" - "$1" "$2" <<'P'
import json
import sys

failing, left_out = sys.argv[1:]
for table in json.load(open("docs/feature_rows.json"))["tables"]:
    for row in table["rows"]:
        for check in row["checks"]:
            if row["row"] != left_out:
                print(json.dumps({"row": row["row"], "check": check, "value": 1.0, "expected": "1",
                                  "holds": row["row"] != failing}))
P
}
verify() { PYTHON=$python tools/verify_models --records "$folder/rows" --json "$folder/verdicts.json" >"$folder/said" 2>&1; }
verdict() { "$python" -c "import json, sys; v = json.load(open('$folder/verdicts.json')); print({k: r for t in v.values() for k, r in t.items()}['$1'])"; }

# The same with a list of rows in which row 1.4 is what is asked for; ends as the command does.
with_row() { # "passed", "partly" or "not built"
  PYTHONPATH=tools "$python" - "$1" "$folder" >"$folder/said" 2>&1 <<'P'
import json
import pathlib
import sys

import verify_models

state, folder = sys.argv[1], pathlib.Path(sys.argv[2])
known = json.loads(verify_models.ROWS.read_text())
for table in known["tables"]:
    for row in table["rows"]:
        row.pop("missing", None)
        if row["row"] == "1.4" and state == "partly":
            row["missing"] = "a part"
        if row["row"] == "1.4" and state == "not built":
            row["checks"] = []
records = (folder / "rows").read_text().splitlines()
if state == "not built":
    records = [line for line in records if json.loads(line)["row"] != "1.4"]
(folder / "rows_of_state").write_text("".join(line + "\n" for line in records))
verify_models.ROWS = folder / "known.json"
verify_models.ROWS.write_text(json.dumps(known))
sys.argv = ["verify_models.py", "--records", str(folder / "rows_of_state"), "--json", str(folder / "verdicts.json")]
sys.exit(verify_models.main())
P
}

records none none >"$folder/rows"
verify
code=$?
lacking=$("$python" -c 'import json; print(sum("missing" in row or not row["checks"] for table in json.load(open("docs/feature_rows.json"))["tables"] for row in table["rows"]))')
[ $code = $((lacking > 0)) ] || fail "all checks hold and $lacking rows lack something: ends with $code: $(tail -n 3 "$folder/said")"
[ "$(verdict 1.4)" = passed ] || fail "row 1.4 is $(verdict 1.4), not passed"
with_row passed || fail "every row is passed: ends with $?: $(tail -n 3 "$folder/said")"
grep -q "^not passed" "$folder/said" && fail "every row is passed: $(grep "^not passed" "$folder/said")"
for state in partly "not built"; do
  with_row "$state"
  code=$?
  [ $code = 1 ] || fail "a row that is $state ends with $code"
  [ "$(verdict 1.4)" = "$state" ] || fail "a row that is $state: $(verdict 1.4)"
  grep -qxF "not passed: 1.4 ($state)" "$folder/said" || fail "a row that is $state: $(tail -n 3 "$folder/said")"
done
verify
grep -q "^disc: 25 rows" "$folder/said" && grep -q "^bathtub: 12 rows" "$folder/said" &&
  grep -q "^compactness: 9 rows" "$folder/said" && grep -q "^protocluster: 9 rows" "$folder/said" ||
  fail "not all rows are shown: $(tail -n 5 "$folder/said")"

for which in failing "left out"; do
  if [ "$which" = failing ]; then records 1.4 none >"$folder/rows"; else records none 1.4 >"$folder/rows"; fi
  verify
  code=$?
  [ $code = 1 ] || fail "a check that is $which ends with $code"
  [ "$(verdict 1.4)" = FAILED ] || fail "row 1.4 with a check that is $which: $(verdict 1.4)"
  [ "$(verdict 1.3)" = passed ] || fail "row 1.3 is $(verdict 1.3) because of another row"
done
# a check that nobody listed, a row that does not exist, a file that holds no records
{
  records none none
  echo '{"row": "1.4", "check": "unheard of", "value": 1, "expected": "1", "holds": true}'
} >"$folder/rows"
verify
code=$?
[ $code = 1 ] || fail "a check that is not listed ends with $code"
echo '{"row": "9.9", "check": "x", "value": 1, "expected": "1", "holds": true}' >"$folder/rows"
verify
[ $? = 2 ] && grep -qF "a test writes down row 9.9, which docs/feature_rows.json does not have" "$folder/said" || fail "a row that does not exist: $(cat "$folder/said")"
echo 'no record' >"$folder/rows"
verify
[ $? = 2 ] && grep -q "rows:1 is no record of a check (.*): remove the file and run the tests again" "$folder/said" || fail "a line that is no record: $(cat "$folder/said")"
rm "$folder/rows"
verify
code=$?
[ $code = 2 ] || fail "no records ends with $code"
PYTHON=$python tools/verify_models --build "$folder" >"$folder/said" 2>&1
[ $? = 2 ] && grep -q "build the tests first" "$folder/said" || fail "no programs: $(cat "$folder/said")"
PYTHON=$python tools/verify_models --table nonsense --records /dev/null >"$folder/said" 2>&1
[ $? = 2 ] && grep -qF "there is no table 'nonsense', only disc, " "$folder/said" || fail "a table that does not exist: $(cat "$folder/said")"
for said in "--build wants a folder" "--table wants a name" "--records wants a file" "--json wants a file"; do
  PYTHON=$python tools/verify_models "${said%% *}" >"$folder/said" 2>&1
  code=$?
  [ $code = 2 ] && grep -qF -- "$said" "$folder/said" || fail "${said%% *} without a word ends with $code: $(cat "$folder/said")"
done
PYTHON=$python tools/verify_models --table disc --docs --records /dev/null >"$folder/said" 2>&1
grep -qF -- "--docs writes all tables: without --table" "$folder/said" || fail "a part of the page: $(cat "$folder/said")"
PYTHON=$python tools/verify_models --docs --records /dev/null >"$folder/said" 2>&1
grep -q "docs/model_rows.md is not written while a check fails" "$folder/said" || fail "a page without checks: $(tail -n 2 "$folder/said")"
finish
