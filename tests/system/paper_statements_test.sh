#!/usr/bin/env bash
# The statements of the paper are sound, and the check of them can fail: each kind of fault is put into a copy and must be named.
# shellcheck source=tests/system/lib.sh
. "${CECROPIA_SOURCE_DIR:?}/tests/system/lib.sh"
copy=$folder
"$python" tools/check_paper_statements.py || fail "the statements are not sound"

mkdir -p "$copy/docs" "$copy/params"
cp -r docs/*.md docs/theory docs/paper_statements.json "$copy/docs/"
cp -r params/observations "$copy/params/"

# expect WORDS CODE: with the fault that CODE makes in the statements (by id: `at`) or in the whole file (`all`), the check fails and says WORDS
expect() {
  local words=$1 said code=0
  cp docs/paper_statements.json "$copy/docs/"
  "$python" - "$copy/docs/paper_statements.json" "$2" <<'P'
import json, sys

path, fault = sys.argv[1:]
all = json.load(open(path))
at = {s["id"]: s for s in all["statements"]}
exec(fault)
json.dump(all, open(path, "w"))
P
  said=$("$python" tools/check_paper_statements.py "$copy") || code=$?
  if [ $code != 1 ] || ! grep -qF -- "$words" <<<"$said"; then
    fail "not said: '$words'; exit code $code, $said"
  fi
}

"$python" tools/check_paper_statements.py "$copy" >/dev/null || fail "a sound copy is refused"
expect "BEST-alpha: lacks needs" 'del at["BEST-alpha"]["needs"]'
expect "BEST-alpha: lacks quantity.weights" 'del at["BEST-alpha"]["quantity"]["weights"]'
expect "FMR-slope-z4-8: quantity.definition is empty" 'at["FMR-slope-z4-8"]["quantity"]["definition"] = ""'
expect "BEST-alpha: has the unknown field 'need'" 'at["BEST-alpha"]["need"] = 1'
expect "BEST-alpha: this id occurs 2 times" 'at["BEST-a0-logL"]["id"] = "BEST-alpha"'
expect "BEST-a0-logL: tolerance 0.2, but 'default dex' gives 0.15" 'at["BEST-a0-logL"]["tolerance"] = 0.2'
expect "FMR-slope-z4-8: tolerance 0.1, but 'paper' gives 0.02" 'at["FMR-slope-z4-8"]["tolerance"] = 0.1'
expect "FMR-slope-z4-8: the paper gives an error, 0.02" \
  'at["FMR-slope-z4-8"].update(tolerance=0.1, tolerance_from="default slope")'
expect "SFMS-scatter-factor-2: tolerance 1, but 'printed' gives 0.5" 'at["SFMS-scatter-factor-2"]["tolerance"] = 1'
expect "SHMR-slope: slopes have the tolerance" 'at["SHMR-slope"].update(tolerance=0.15, tolerance_from="default dex")'
expect "FAINT-share-z12: 0.15 dex for a quantity in '-'" \
  'at["FAINT-share-z12"].update(tolerance=0.15, tolerance_from="default dex"); del at["FAINT-share-z12"]["printed_step"]'
expect "BEST-alpha: orderings, and only they" 'at["BEST-alpha"].update(tolerance=0.15, tolerance_from="default dex")'
expect "SHMR-slope: tolerance_from 'taste' is none of" 'at["SHMR-slope"]["tolerance_from"] = "taste"'
expect "FMR-scatter-z4-8: a tolerance of half the scatter or more is 'weak'" 'del at["FMR-scatter-z4-8"]["weak"]'
expect "BEST-alpha: kind 'guess' is none of" 'at["BEST-alpha"]["kind"] = "guess"'
expect "FAINT-share-z5-7: a range is published as" 'at["FAINT-share-z5-7"]["published"] = [0.5, 0.3]'
expect "FAINT-share-z5-7: ends are published as" \
  'at["FAINT-share-z5-7"].update(kind="ends", published=[0.5, None])'
expect "PISN-peak-rate-a0: log10 of what is not positive" 'at["PISN-peak-rate-a0"]["published"] = -1'
expect "BEST-alpha: status 'hoped' is none of" 'at["BEST-alpha"]["status"] = "hoped"'
expect "FMR-scatter-z4-8: calibrated statements, and only they" 'at["FMR-scatter-z4-8"]["status"] = "predicted"'
expect "calibrated_by 'feedback.nothing' is neither" 'at["BEST-a0-logL"]["calibrated_by"] = ["feedback.nothing"]'
expect "'run.h5:/history/sfr_density' is not described" 'at["FAINT-share-z12"]["read_from"] = ["run.h5:/history/sfr_density"]'
expect "'scan.h5:/history/ppisn_rate_yr_cmpc3' is not described" \
  'at["BEST-alpha"]["read_from"] = ["scan.h5:/history/ppisn_rate_yr_cmpc3"]'
expect "'run.json:relations.sfms_z4_6_offset_dex' is not described" \
  'at["SHMR-slope"]["read_from"] = ["run.json:relations.sfms_z4_6_offset_dex"]'
expect "'run.txt:likelihood' is in no file of the output" 'at["SHMR-slope"]["read_from"] = ["run.txt:likelihood"]'
expect "SHMR-slope: is read from nothing" 'at["SHMR-slope"]["read_from"] = []'
expect "BEST-alpha: needs 'another', which is not among the runs" 'at["BEST-alpha"]["needs"] = ["another"]'
expect "run 'spare' is needed by no statement" 'all["runs"]["spare"] = {"what": "", "command": ""}'
expect "sets 'feedback.alpha', which is no parameter" \
  'all["runs"]["best_a1"]["command"] = "cecropia run x.json --set feedback.alpha=1"'
expect "is not what the file says: tools/check_paper_statements.py --write" 'del all["statements"][0]'
cp docs/paper_statements.json "$copy/docs/" && sed -i '/^| `sfrd_metal_poor_msun_yr_cmpc3`/d' "$copy/docs/output.md"
if said=$("$python" tools/check_paper_statements.py "$copy"); then
  fail "an output that is documented no more is not missed"
else
  grep -q "METALPOOR-sfrd-z4.5-8: 'run.h5:/history/sfrd_metal_poor_msun_yr_cmpc3' is not described" <<<"$said" ||
    fail "not named: the output that is documented no more"
fi
finish
