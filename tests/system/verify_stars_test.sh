#!/bin/bash
# tools/verify_stars judges what is in the tables: its verdicts follow the tables, and its figures are made.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

CECROPIA_PROGRAM=$program PYTHON=$python tools/verify_stars --out "$folder/standard" >"$folder/said" 2>&1 ||
  fail "the standard tables: $(tail -n 5 "$folder/said")"
for name in yields imf light elements; do
  [ "$(stat -c %s "$folder/standard/stars_$name.png" 2>/dev/null || echo 0)" -gt 20000 ] || fail "no figure of $name"
done
CECROPIA_PROGRAM=$program PYTHON=$python tools/verify_stars --out "$folder/layered" --set stars.f_mix=0 \
  --set stars.x_he_shell_cc=0 --set stars.x_he_shell_pp=0 --set stars.m_ecsn_max_msun=8 >"$folder/said" 2>&1 ||
  fail "layered supernovae: $(tail -n 5 "$folder/said")"
"$python" - "$folder" <<'P' || fail "the verdicts do not follow the tables"
import json
import sys

standard, layered = ({row["statement"]: row for row in json.load(open(f"{sys.argv[1]}/{name}/verdicts.json"))}
                     for name in ("standard", "layered"))
assert len(standard) == len(layered) == 19, len(standard)
metals = next(s for s in standard if s.startswith("M_Z ~ 0.03-0.04"))
assert standard[metals]["verdict"].startswith("partly") and layered[metals]["verdict"] == "not met", layered[metals]
ends = next(s for s in standard if s.startswith("stars above 5 Msun"))
assert standard[ends]["verdict"].startswith("met") and layered[ends]["verdict"] == "not met", layered[ends]
for rows in (standard, layered):
    for row in rows.values():
        assert row["ours"] and row["verdict"].split(":")[0].split(" (")[0] in ("met", "partly", "not met",
                                                                               "cannot be checked"), row
P
# the page is what the tables say
cp docs/stars_verdicts.md "$folder/page.md"
"$python" tools/verify_stars.py "$folder/standard/standard.h5" "$folder/standard/older.h5" --markdown "$folder/page.md" \
  >/dev/null || fail "the page could not be written"
diff docs/stars_verdicts.md "$folder/page.md" || fail "docs/stars_verdicts.md is not what the tables say: tools/verify_stars --docs"
# Bug: tables with other metallicities ended with a traceback, or were judged for metallicities that they do not hold
for name in nomoto2013 kobayashi2006; do
  "$program" tables build --set stars.tables=$name --out "$folder/$name.h5" >/dev/null || fail "tables of $name"
  CECROPIA_PROGRAM=$program PYTHON=$python tools/verify_stars --tables "$folder/$name.h5" --out "$folder/$name" \
    >"$folder/said" 2>&1 || fail "$name: $(tail -n 5 "$folder/said")"
  grep -q "nan\|Warning\|Traceback" "$folder/said" && fail "$name: $(grep "nan\|Warning\|Traceback" "$folder/said")"
done
tools/verify_stars --tables "$folder/none.h5" --out "$folder/none" >"$folder/said" 2>&1
[ $? = 2 ] || fail "a missing file of tables should end with 2"
finish
