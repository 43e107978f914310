#!/bin/bash
# tools/plot_bathtub runs the five models of Li et al. (2025) alone: galaxies are those of the reference, and what the paper says
# of its models is judged; the same bytes on one and three ranks.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

CECROPIA_PROGRAM=$program PYTHON=$python timeout -k 10 $((3 * patience_s)) tools/plot_bathtub --jobs 2 --out "$folder/alone" >"$folder/said" 2>&1 ||
  fail "tools/plot_bathtub: $(tail -n 3 "$folder/said")"
grep -qi "warning\|traceback" "$folder/said" && fail "tools/plot_bathtub says: $(grep -i -m 3 "warning\|traceback" "$folder/said")"
cecropia 3 run params/li2025_models.json -q --trees "$folder/alone/inflows.hdf5" --out "$folder/three" >/dev/null 2>"$folder/stderr" ||
  fail "model 5 on 3 ranks: $(cat "$folder/stderr")"
cmp "$folder/alone/runs/model_5/run.h5" "$folder/three/run.h5" || fail "3 ranks give other bytes than one"
CECROPIA_BATHTUBS=$folder "$python" -B tests/system/bathtub_rows.py >"$folder/rows" 2>&1 || fail "$(cat "$folder/rows")"
CECROPIA_PROGRAM=$program PYTHON=$python tools/plot_bathtub --out "$folder/alone" >"$folder/again" 2>&1 || fail "again: $(tail -n 3 "$folder/again")"
grep -q "CPU s" "$folder/again" && fail "what was run before is repeated: $(grep -m 1 "CPU s" "$folder/again")"

bad() { # SAID COMMAND...
  local said=$1
  shift
  PYTHON=$python "$@" >"$folder/said" 2>&1
  [ $? = 2 ] && grep -qF -- "$said" "$folder/said" || fail "$*: $(tail -n 2 "$folder/said")"
}
bad "--jobs wants a whole number, not 'x'" tools/plot_bathtub --jobs x
bad "--out wants a folder" tools/plot_bathtub --out
finish
