#!/bin/bash
# Three models of galaxies on the same trees, chosen by one word: each gives the same bytes on 1 to 4 ranks, goes through a
# scan, and stands in one figure with the others.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

small=(--set eps.trees_per_bin=2 --set eps.bins_per_dex=2 --set eps.log10_m_root_min=9.5 --set eps.resolution_relative=2e-3
  --set model.m_halo_min_msun=3e9 --set model.max_step_myr=5 --set disc.n_rings=15 --set 'output.redshifts=[5,7]')
for model in asloth disc bathtub; do
  for ranks in 1 2 3 4; do
    cecropia $ranks run params/quickstart.json -q "${small[@]}" --set "model=$model" --set 'output.properties=["all"]' --set output.levels=all \
      --out "$folder/${model}_$ranks" >/dev/null 2>"$folder/stderr" || fail "$model on $ranks ranks: $(cat "$folder/stderr")"
  done
  for ranks in 2 3 4; do
    cmp "$folder/${model}_1/run.h5" "$folder/${model}_$ranks/run.h5" || fail "$model: $ranks ranks give other bytes than one"
  done
done
h5dump -H "$folder/disc_1/run.h5" | grep -q m_dust_msun || fail "discs have no dust"
h5dump -H "$folder/asloth_1/run.h5" | grep -q m_dust_msun && fail "galaxies star by star have a column of dust"

# What observers derive from galaxies of the three; sizes of discs that draw their spins; bursts of compact galaxies.
cecropia 2 run params/toyouchi2025.json -q --set disc.spin_scatter=0.5 --set disc.n_rings=15 --set model.max_step_myr=10 \
  --set model.m_halo_min_msun=1e9 --set eps.trees_per_bin=4 --set 'output.redshifts=[10,8,6,4.6]' \
  --set 'output.properties=["all"]' --out "$folder/sizes" >/dev/null 2>"$folder/stderr" || fail "drawn spins: $(cat "$folder/stderr")"
for coefficient in 0.05 0.025; do
  cecropia 2 run params/quickstart.json -q --set star_formation.radius_coefficient=$coefficient --out "$folder/radius_$coefficient" \
    >/dev/null 2>"$folder/stderr" || fail "a radius of $coefficient: $(cat "$folder/stderr")"
done
CECROPIA_MODELS=$folder "$python" -B tests/system/models_rows.py >"$folder/said" 2>&1 || fail "$(cat "$folder/said")"

cat >"$folder/scan.json" <<J
{ "base": "$PWD/params/quickstart.json", "parameters": { "model": "disc" },
  "design": { "axes": { "disc.mass_loading": [1, 5], "disc.accretion_myr": [5, 50] } } }
J
cecropia 2 scan "$folder/scan.json" -q "${small[@]}" --out "$folder/scan" >/dev/null 2>"$folder/stderr" ||
  fail "a scan of discs: $(cat "$folder/stderr")"
[ "$(wc -l <"$folder/scan/scan.jsonl")" = 4 ] || fail "a scan of four discs has $(wc -l <"$folder/scan/scan.jsonl") points"

# The bug: other yields in the same file went unnoticed, and points of both stood in one scan.
sed '1s/^/# of my own\n/' params/yields/nomoto2013_elements.csv >"$folder/yields.csv"
own=("$folder/scan.json" -q "${small[@]}" --set "disc.yields_file=$folder/yields.csv" --out "$folder/own")
cecropia 1 scan "${own[@]}" >/dev/null 2>"$folder/stderr" || fail "yields of one's own: $(cat "$folder/stderr")"
cecropia 1 scan "${own[@]}" >/dev/null 2>"$folder/stderr" || fail "the same yields again: $(cat "$folder/stderr")"
sed -i '1s/my own/somebody else/' "$folder/yields.csv"
cecropia 1 scan "${own[@]}" >/dev/null 2>"$folder/stderr"
[ $? = 2 ] && grep -q "the content of stellar tables, observations, yields of discs or tabulated IMFs was" "$folder/stderr" ||
  fail "other yields in the same place: $(cat "$folder/stderr")"

# In a box galaxies of every model stand where their halos are. Where a step is longer than a level, what came in waits for
# the next one: nothing is lost, and as many stars form to 20 %.
for model in asloth bathtub; do
  cecropia 2 run params/nbody_64.json -q --set "model=$model" --set 'output.properties=["all"]' --set 'output.redshifts=[6]' \
    --out "$folder/box_$model" >/dev/null 2>"$folder/stderr" || fail "$model in a box: $(cat "$folder/stderr")"
done
for step in 5 40; do
  cecropia 2 run params/quickstart.json -q "${small[@]}" --set model=bathtub --set model.max_step_myr=$step --out "$folder/step_$step" \
    >/dev/null 2>"$folder/stderr" || fail "steps of $step Myr: $(cat "$folder/stderr")"
done
"$python" - "$folder" <<'P' || fail "places of galaxies, or steps longer than a level"
import json
import sys

import h5py

places = {}
for model in ("asloth", "bathtub"):
    with h5py.File(f"{sys.argv[1]}/box_{model}/run.h5") as file:
        levels = file["galaxies"].values()
        places[model] = {key: tuple(place) for level in levels
                         for key, place in zip(level["halo_id"][()], level["position_cmpc"][()])}
both = set(places["asloth"]) & set(places["bathtub"])
assert len(both) > 50, len(both)
assert all(places["asloth"][key] == places["bathtub"][key] for key in both)
fine, coarse = (json.load(open(f"{sys.argv[1]}/step_{step}/run.json")) for step in (5, 40))
assert coarse["timing"]["sub_steps"] < 0.2 * fine["timing"]["sub_steps"]
assert max(abs(v) for name, v in coarse["budget"].items() if name.endswith("_relative_error")) < 1e-12
formed = [run["history"]["csmd_msun_cmpc3"][-1] for run in (fine, coarse)]
assert abs(formed[1] / formed[0] - 1) < 0.2, formed
P

"$python" -B tools/plot_models.py "$folder"/{asloth,disc,bathtub}_1 --out "$folder/figure" >"$folder/said" 2>&1 ||
  fail "plot_models.py: $(tail -n 3 "$folder/said")"
grep -qi "warning\|traceback" "$folder/said" && fail "plot_models.py says: $(cat "$folder/said")"
grep -q "| log10 L | asloth | disc | bathtub |" "$folder/said" || fail "no table of likelihoods: $(cat "$folder/said")"
[ "$(stat -c %s "$folder/figure/models.png" 2>/dev/null || echo 0)" -gt 20000 ] || fail "no figure"
"$python" -B tools/plot_models.py "$folder"/{asloth,disc,bathtub}_{1,3} >"$folder/said" 2>&1
[ $? = 2 ] && grep -q "6 runs are more than one figure holds: give at most 5" "$folder/said" || fail "six runs in one figure: $(cat "$folder/said")"

PYTHONPATH=tools "$python" -B - "$folder" >"$folder/said" 2>&1 <<'P' || fail "figures of a report: $(tail -n 3 "$folder/said")"
import sys

from paper_figures import of_run
from plot_data import Run, Trouble

discs, stars = ({f.name: f.draw for f in of_run(Run(f"{sys.argv[1]}/{model}_1"))[0]} for model in ("disc", "asloth"))
for name, axes in (("uv_luminosities", 1), ("dust", 2)):
    drawn = discs[name]().axes
    assert len(drawn) == axes and all(ax.get_visible() and len(ax.lines) > 1 for ax in drawn), name
light = discs["light"]().axes
assert len(light) == 1 and not light[0].texts and len(light[0].lines) > 0, "empty panels, or no light"
assert len(stars["light"]().axes) == 3
tubs = {f.name: f.draw for f in of_run(Run(f"{sys.argv[1]}/bathtub_1"))[0]}
for draw, words in ((discs["sec61_pisn"], "have no single stars that could die so"),
                    (discs["populations"], "are not made of populations of single stars"),
                    (tubs["light"], "have no light and no deaths of stars"),
                    (tubs["clumps_metals"], "has rings: give a run of discs")):
    try:
        draw()
        sys.exit(f"a figure without anything on it: {words}")
    except Trouble as trouble:
        assert words in str(trouble), trouble
try:
    stars["dust"]()
    sys.exit("dust without dust")
except Trouble as trouble:
    assert "--set model=disc" in str(trouble), trouble
P

for model in disc bathtub; do
  "$python" -B tools/plot_run.py "$folder/${model}_1" --out "$folder/figures_$model" >"$folder/said" 2>&1 || fail "figures of $model: $(tail -n 2 "$folder/said")"
done
[ -s "$folder/figures_disc/light.png" ] && [ ! -e "$folder/figures_bathtub/light.png" ] || fail "light of discs, or none of bathtubs"

cecropia 1 run params/quickstart.json --set 'output.properties=["m_dust_msun"]' --out "$folder/none" >/dev/null 2>"$folder/stderr"
[ $? = 2 ] && grep -q "is one of galaxies with discs" "$folder/stderr" || fail "dust star by star: $(cat "$folder/stderr")"
cecropia 1 run params/quickstart.json --set model=dics --out "$folder/none" >/dev/null 2>"$folder/stderr"
[ $? = 2 ] && grep -q "did you mean 'disc'" "$folder/stderr" || fail "a model that is none: $(cat "$folder/stderr")"
finish
