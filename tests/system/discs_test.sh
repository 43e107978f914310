#!/bin/bash
# Discs along the mean growth of halos are those of the reference tracks, the same bytes on one and three ranks; grown trees
# are counted with their weights; tools/plot_discs draws every figure, and judges the paper's sentences and galaxies.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

paper=params/toyouchi2025_halos.json
"$python" -B tools/grow_mean.py $paper --out "$folder/halos.hdf5" --masses 1e10:1e14:5 >"$folder/said" 2>&1 ||
  fail "trees of mean growth: $(cat "$folder/said")"
for ranks in 1 3; do
  cecropia $ranks run $paper -q --trees "$folder/halos.hdf5" --out "$folder/halos_$ranks" >/dev/null 2>"$folder/stderr" ||
    fail "five discs on $ranks ranks: $(cat "$folder/stderr")"
done
cecropia 1 run params/toyouchi2025.json -q --set eps.log10_m_root_min=10.5 --set eps.trees_per_bin=3 --set eps.bins_per_dex=5 \
  --set model.max_step_myr=10 --set disc.n_rings=15 --set 'output.redshifts=[5]' --set 'output.properties=["default", "m_uv_ab"]' \
  --set cosmology.omega_m=0.3111 --set cosmology.omega_b=0.0489 --set cosmology.h=0.6766 --set cosmology.sigma_8=0.8102 \
  --set cosmology.n_s=0.9665 --out "$folder/grown" >/dev/null 2>"$folder/stderr" || fail "grown trees: $(cat "$folder/stderr")"
CECROPIA_PROGRAM=$program PYTHON=$python timeout -k 10 $((3 * patience_s)) tools/plot_discs --quick --out "$folder/plots" >"$folder/said" 2>&1 ||
  fail "tools/plot_discs: $(tail -n 3 "$folder/said")"
grep -qi "warning\|traceback" "$folder/said" && fail "tools/plot_discs says: $(grep -i -m 3 "warning\|traceback" "$folder/said")"
CECROPIA_DISCS=$folder "$python" -B tests/system/discs_rows.py >"$folder/said" 2>&1 || fail "$(cat "$folder/said")"

# what cannot be used is said
bad() { # SAID COMMAND...
  local said=$1
  shift
  PYTHON=$python "$@" >"$folder/said" 2>&1
  [ $? = 2 ] && grep -qF -- "$said" "$folder/said" || fail "$*: $(tail -n 2 "$folder/said")"
}
bad "--jobs wants a whole number, not 'x'" tools/plot_discs --jobs x
bad "--out wants a folder" tools/plot_discs --out
export CECROPIA_PROGRAM=$program
bad "the page is not written from a first impression: without --quick" tools/plot_discs --quick --docs --out "$folder/none"
finish
