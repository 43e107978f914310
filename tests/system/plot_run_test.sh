#!/usr/bin/env bash
# The figures of a run: eight from a run with galaxies, eight from a run without any; a clear message for what is no run.
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
  for name in sfrd csmd mzr fmr shmr sfms light populations; do
    [ "$(stat -c %s "$work/$kind/figures/$name.png")" -gt 20000 ] || fail "$kind run: $name.png is missing or blank"
  done
done

# Observations of the index are cited in the legend, not called by the names of their rows.
MPLBACKEND=Agg PYTHONPATH=tools "$CECROPIA_PYTHON" - "$work/full" <<'PYTHON' || fail "a legend cites no paper"
import sys
import plot_run
figure = plot_run.plot_mzr(plot_run.Run(sys.argv[1]))
words = {text.get_text() for axes in figure.axes if axes.get_legend() for text in axes.get_legend().get_texts()}
assert {"Li et al. (2025)", "relations in Li et al. (2025)"} <= words, words
assert not [word for word in words if "2025" in word and "(2025)" not in word], words
PYTHON

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

# A run without what a slice needs is told to write that besides, not instead of, what the other figures need.
status=0
"$CECROPIA_PYTHON" tools/plot_slice.py "$work/full" 2>"$work/log" || status=$?
[ $status = 2 ] || fail "a run without positions ends with $status, not 2"
wanted='output.properties=["default", "position_cmpc", '
grep -qF "$wanted" "$work/log" || fail "message: $(cat "$work/log")"
"$CECROPIA_PYTHON" tools/plot_slice.py --help | grep -qF "$wanted" || fail "plot_slice.py --help"

# A Python without the packages (-S -I: no site-packages) gets a sentence, not a traceback, even for --help.
for script in plot_run plot_scan plot_eps plot_validation; do
  status=0
  "$CECROPIA_PYTHON" -I -S -c '
import runpy, sys
sys.path.insert(0, "tools")
sys.argv = [sys.argv[1], "--help"]
runpy.run_path(sys.argv[0], run_name="__main__")' "tools/$script.py" >"$work/log" 2>&1 || status=$?
  [ $status = 2 ] || fail "$script.py without its packages ends with $status, not 2: $(cat "$work/log")"
  [ "$(wc -l <"$work/log")" = 1 ] || fail "$script.py without its packages says more than a line: $(cat "$work/log")"
  grep -q "apt install python3-" "$work/log" || fail "message: $(cat "$work/log")"
  "$CECROPIA_PYTHON" "tools/$script.py" --help | grep -q "environment variable PYTHON" || fail "$script.py --help"
done

# The grey range of the history is where observations are compared: gaps stay gaps, ends are
# interpolated, a single level counts.
PYTHONPATH=tools "$CECROPIA_PYTHON" - <<'PYTHON'
import numpy as np
from plot_data import intervals_above, line_fit
z = np.array([10.0, 9, 8, 7, 6, 5, 4])
found = intervals_above(z, np.array([0.0, 3, 3, 1, 5, 1, 4]), 3)
expected = [(4, 4 + 1 / 3), (5.5, 6.5), (8, 9)]
assert np.allclose(found, expected), found
assert intervals_above(z, np.full(7, 2.9), 3) == []
assert intervals_above(z, np.full(7, 3.0), 3) == [(4, 10)]
fine = np.linspace(4, 10, 1001)
inside = np.any([(fine >= a - 1e-9) & (fine <= b + 1e-9) for a, b in found], axis=0)
assert (inside == (np.interp(fine, z[::-1], [4, 1, 5, 1, 3, 3, 0]) >= 3 - 1e-9)).all()
x = np.arange(20.0)
assert line_fit(x[:19], 2 * x[:19], np.ones(19)) is None and np.allclose(line_fit(x, 2 * x, np.ones(20)), (2, 0, 0))
PYTHON

# A point of the history is filled if, and only if, the program used it.
MPLBACKEND=Agg PYTHONPATH=tools "$CECROPIA_PYTHON" - "$work/full" <<'PYTHON'
import sys
import plot_run
axes = plot_run.plot_sfrd(plot_run.Run(sys.argv[1])).axes[0]
drawn = [line for line in axes.lines if line.get_marker() in {"^", "s", "D", "o"}]
points = [(z, line.get_markerfacecolor() == "white") for line in drawn for z in line.get_xdata()]
assert len(points) == 12 and all(is_open == (z > 9.5) for z, is_open in points), points
PYTHON

# A legend names what is seen: not what is empty, outside the panel or a lone point, and each label once.
MPLBACKEND=Agg PYTHONPATH=tools "$CECROPIA_PYTHON" - <<'PYTHON'
import numpy as np
from plot_light import legend_of_seen
from plot_style import plt
nan = np.nan
axes, other = plt.subplots(1, 2)[1]
for label, y in (("seen", [1, 2, 3]), ("empty", [nan] * 3), ("below", [-9, -8, -9]), ("point", [nan, 2, nan]),
                 ("twice", [nan] * 3), ("twice", [3, 2, 1]), ("elsewhere", [-9] * 3), ("crosses", [-9, 9, nan])):
    axes.plot([1, 2, 3], y, label=label)
other.plot([1, 2], [1, 2], label="elsewhere")
for panel in (axes, other):
    panel.set_ylim(0, 4)
names = lambda panel: [text.get_text() for text in panel.get_legend().get_texts()]
legend_of_seen(axes)
assert names(axes) == ["seen", "twice", "crosses"], names(axes)
legend_of_seen(axes, other)
assert names(axes) == ["seen", "twice", "elsewhere", "crosses"], names(axes)
PYTHON
echo "figures are drawn, and what cannot be drawn is explained"
