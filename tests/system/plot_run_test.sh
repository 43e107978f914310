#!/usr/bin/env bash
# The figures of a run: six from a run with galaxies, six from a run without any; a clear message for what is no run.
set -euo pipefail
cd "$CECROPIA_SOURCE_DIR"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

for kind in full empty; do
  option=()
  if [ $kind = empty ]; then option=(--empty); fi
  "$CECROPIA_PYTHON" tests/testing/synthetic_run.py "$work/$kind" "${option[@]}"
  "$CECROPIA_PYTHON" tools/plot_run.py "$work/$kind" --out "$work/$kind/figures" >"$work/log" 2>&1 ||
    fail "$kind run: $(cat "$work/log")"
  grep -qi warning "$work/log" && fail "$kind run draws with warnings: $(cat "$work/log")"
  for name in sfrd csmd mzr fmr shmr sfms; do
    [ "$(stat -c %s "$work/$kind/figures/$name.png")" -gt 20000 ] || fail "$kind run: $name.png is missing or blank"
  done
done

mkdir "$work/nothing"
status=0
"$CECROPIA_PYTHON" tools/plot_run.py "$work/nothing" 2>"$work/log" || status=$?
[ $status = 2 ] || fail "a folder without a run ends with $status, not 2"
grep -q "nothing/run.json cannot be read" "$work/log" || fail "message: $(cat "$work/log")"

"$CECROPIA_PYTHON" - "$work/full/run.h5" <<'PYTHON'
import sys
import h5py
with h5py.File(sys.argv[1], "a") as file:
    for level in file["galaxies"].values():
        del level["oh_young"]
PYTHON
status=0
"$CECROPIA_PYTHON" tools/plot_run.py "$work/full" --only mzr 2>"$work/log" || status=$?
[ $status = 2 ] || fail "galaxies without metallicities end with $status, not 2"
grep -q "has no oh_young" "$work/log" || fail "message: $(cat "$work/log")"
echo "figures are drawn, and what cannot be drawn is explained"
