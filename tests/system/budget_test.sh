#!/bin/bash
# Mass and metals are moved, never made: the budget closes with the ordinary parameters and with those at the edge of
# what is allowed, and the catalogues, which know nothing of the budget, hold the same mass. What run.json says about
# time and memory is what the operating system says.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/check.py" <<'P'
"""check.py FOLDER: the budget closes, and the galaxies at the ends of their trees hold all that came."""
import json
import sys
import h5py
import numpy

run = json.load(open(sys.argv[1] + "/run.json"))
file = h5py.File(sys.argv[1] + "/run.h5")
budget = run["budget"]
for name in ("mass_relative_error", "metal_relative_error"):
    assert 0 <= budget[name] < 1e-12, (name, budget[name])
stars = budget["stars"]
fates = ("wd", "ccsn", "ppisn", "pisn", "fsn", "dbh")
assert stars["missing"] == 0 and stars["born"] == stars["alive"] + sum(stars[fate] for fate in fates), stars
assert 0 <= stars["pisn_iii"] <= stars["pisn"], stars
events = dict.fromkeys(("ccsn", "ppisn", "pisn", "pisn_iii", "fsn", "dbh"), 0)
mass = metals = galaxies = 0
for group in file["galaxies"].values():
    at_end = group["descendant_id"][:] == -1
    galaxies += len(at_end)
    for name in ("m_hot_msun", "m_cold_msun", "m_star_msun", "m_out_msun"):
        mass += group[name][:].astype(float)[at_end].sum()
    metals += sum(group[name][:, 0].astype(float)[at_end].sum() for name in ("metals_gas_msun", "metals_out_msun"))
    for name, item in group.items():
        values = item[:].astype(float)
        if name not in ("oh_young", "m_uv_ab", "age_first_stars_myr", "position_cmpc"):
            assert numpy.isfinite(values).all(), name
        if name not in ("oh_young", "m_uv_ab", "age_first_stars_myr", "descendant_id", "main_progenitor_index", "halo_id",
                        "position_cmpc"):
            assert values.min(initial=0) > -1e-9, (name, values.min())  # Msun: below it is rounding
    for fate in events:
        events[fate] += group[fate + "_events"][:].astype(float).sum()
    light = group["l_uv_erg_s_hz"][:]
    assert (numpy.isnan(group["m_uv_ab"][:]) == (light == 0)).all()
    gas = group["metals_gas_msun"][:].astype(float)
    parts, whole = gas[:, 1:].sum(axis=1), gas[:, 0]
    assert (parts <= whole * (1 + 1e-5) + 1e-9).all(), "more of the named elements than metals"
assert galaxies == run["timing"]["galaxy_levels"]
for fate, count in events.items():
    assert abs(count - stars[fate]) <= 1e-6 * stars[fate], (fate, count, stars[fate])  # single precision in the file
came = budget["accreted_msun"] + budget["returned_msun"]
assert came > 1e9 and abs(mass / came - 1) < 1e-6, (mass, came)  # single precision in the file
assert metals <= (budget["igm_metals_msun"] + budget["made_metals_msun"]) * (1 + 1e-6)
relations = ("mzr_", "size_", "compactness_", "fmr_", "oh_")  # of either sign, and null where there are too few galaxies
for name, values in run["history"].items():
    if not name.startswith(relations):
        assert all(value is not None and value >= 0 for value in values), name
P
# closes ASSIGNMENT...: the budget of a run with these parameters
closes() {
  local arguments=(params/quickstart.json --set eps.trees_per_bin=2 --set eps.bins_per_dex=2
    --set eps.resolution_relative=1e-2 --set output.levels=all --set 'output.properties=["all"]') assignment
  for assignment in "$@"; do arguments+=(--set "$assignment"); done
  timeout -k 10 "$patience_s" "$program" run -q "${arguments[@]}" --out "$folder/run" || fail "$*: did not run"
  "$python" "$folder/check.py" "$folder/run" || fail "the budget of: $*"
}
closes random.seed=1
closes feedback.ebind_norm=0.01 star_formation.eta_ii=100 star_formation.eta_iii=100  # all gas is thrown out at once
closes feedback.ebind_norm=100 feedback.f_heat=0                                      # no gas is
closes feedback.m_out0_msun=1e14 feedback.alpha_out=10 type_ia.individual_below=0
closes star_formation.eta_ii=0 star_formation.eta_iii=0                               # no star ever
closes star_formation.accuracy=10 star_formation.cap_steps=false model.mass_in_step=new_level
closes stars.imf3_min_msun=500 stars.imf3_max_msun=600 stars.imf2_max_msun=20 stars.f_mix=0
closes surroundings.metals=uniform surroundings.ionisation=uniform 'surroundings.redshift=[0,100]' 'surroundings.ionised_fraction=[1,1]' 'surroundings.z_igm=[0.01,0.01]'
# halos that lose mass; satellites to the end
closes eps.mass_noise=1 eps.mass_noise_correlation=0.999 eps.satellite_delay=100
closes model.calendar_myr=1.5 type_ia.interval_myr=40 mixing.internal_sigma_dex=5 mixing.interval_myr=0.01
"$program" run -q params/nbody_64.json --set output.levels=all --set 'output.properties=["all"]' --out "$folder/run" ||
  fail "real trees"
"$python" "$folder/check.py" "$folder/run" || fail "the budget of real trees"

# time and memory
"$python" - "$program" "$folder/measured" "${small_eps[@]}" <<'P' || fail "run.json does not say what the run took"
import json
import resource
import subprocess
import sys
import time

program, folder, *arguments = sys.argv[1:]
start = time.time()
arguments += ["--set", "star_formation.max_step_myr=0.02", "--out", folder]
subprocess.run([program, "run", "-q", *arguments], check=True)
wall_s = time.time() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
run = json.load(open(folder + "/run.json"))
timing = run["timing"]
cpu_s, rss_mib = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
print(f"wall {timing['wall_s']:.2f} of {wall_s:.2f} s, cpu {timing['cpu_s']:.2f} of {cpu_s:.2f} s, "
      f"memory {timing['peak_rss_mib']:.1f} of {rss_mib:.1f} MiB, "
      f"{timing['sub_steps_per_core_s']:.3g} sub-steps per core-second")
assert 0 < timing["walk_cpu_s"] <= timing["cpu_s"] <= cpu_s + 0.02, "cpu"
assert timing["cpu_s"] > 0.7 * cpu_s - 0.2, "cpu"  # the launcher's part is not the program's
assert 0 < timing["wall_s"] <= wall_s and timing["wall_s"] > 0.5 * wall_s - 2, "wall"
assert 0.7 * rss_mib - 5 < timing["peak_rss_mib"] <= rss_mib + 1, "memory"
assert timing["peak_pss_mib"] <= timing["peak_rss_mib"]
for what in ("sub_steps", "halo_levels"):
    assert abs(timing[what + "_per_core_s"] * timing["walk_cpu_s"] / timing[what] - 1) < 1e-9, what
assert timing["halo_levels"] == run["trees"]["halos"] and timing["galaxy_levels"] <= timing["halo_levels"]
phases = {phase["name"]: phase for phase in run["phases"]}
assert {"stellar tables", "trees", "walk", "output"} <= set(phases)
assert sum(phase["max_s"] for phase in phases.values()) <= timing["wall_s"] * 1.01
P
finish
