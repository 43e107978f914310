#!/bin/bash
# Noise of halo masses is measured as it was put in, growth and mergers are not taken for noise, and tools/mass_noise makes
# its tables and its figure from the shipped trees.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

grow=(trees grow params/nbody_64.json --set trees.path=eps --set trees.format=eps --set eps.log10_m_root_min=9.5
  --set eps.log10_m_root_max=10.5 --set eps.trees_per_bin=12 --set eps.resolution_relative=0 --set eps.resolution_msun=1e8
  --set eps.z_max=15 --set eps.max_step_myr=1000 --set eps.max_step_fraction=0.037)
"$program" -q "${grow[@]}" --out "$folder/quiet.hdf5" >/dev/null || fail "trees without noise"
"$program" -q "${grow[@]}" --set eps.mass_noise=0.07 --out "$folder/noisy.hdf5" >/dev/null || fail "trees with noise"
"$program" -q trees convert params/nbody_64.json --out "$folder/real.hdf5" >/dev/null || fail "the shipped trees"

"$python" - "$folder" <<'P' || fail "the noise that was put in is not found"
import sys

sys.path[:0] = ["tools", "tools/lib"]
import shutil

import h5py
import numpy as np
from mass_noise import eps_settings
from plot_data import Trouble
from halo_noise import Sample, Trees, fit, made_up, measure_made_up, particle_mass, quiet_steps
from tree_changes import main_branches_only, noisy_masses, smooth_masses, without_satellites, write

folder = sys.argv[1]
bad = []


def check(what, right):
    if not right:
        bad.append(what)


# made-up histories: scatter and correlation are found; a wandering growth rate alone is not noise
for s, r in ((0.05, 0), (0.05, 0.3), (0.02, 0.6)):
    found = np.mean([measure_made_up(made_up(s, r, 0.005, 300, 30, seed)) for seed in range(5)], axis=0)
    check(f"s = {s}, r = {r}: found {found[:2]}", abs(found[0] / s - 1) < 0.1 and abs(found[1] - r) < 0.08)
s, r = measure_made_up(made_up(0, 0, 0.005, 300, 30, 1))[:2]
check(f"growth alone: a change of {s * np.sqrt(2 * (1 - r)):.4f} in one snapshot", s * np.sqrt(2 * (1 - r)) < 0.005)


def width(trees, mass):
    everything = {"all": np.ones(mass.size, bool)}
    return Sample(trees, np.log(mass), quiet_steps(trees), everything).widths("all")


def of_trees(trees, mass):
    return fit(*width(trees, mass))


# trees with mergers: nothing where there is no noise, and what eps.mass_noise or noisy_masses put in
quiet, noisy = Trees(f"{folder}/quiet.hdf5"), Trees(f"{folder}/noisy.hdf5")
s, r = of_trees(quiet, quiet.mass)[:2]
check(f"trees without noise: {s:.4f}, {r:.2f}", s * np.sqrt(2 * (1 - r)) < 0.008)
for name, mass in (("eps.mass_noise", noisy.mass), ("noisy_masses", noisy_masses(quiet, 0.07, 0.5, 1))):
    s, r = of_trees(quiet, mass)[:2]
    check(f"{name}: {s:.4f}, {r:.2f} instead of 0.07, 0.5", abs(s / 0.07 - 1) < 0.1 and abs(r - 0.5) < 0.1)
# with a threshold that lets mergers pass, they are taken for noise: the threshold does something
steps = quiet_steps(quiet, largest_merger=10)
check("mergers are not left out", steps.sum() > 1.2 * quiet_steps(quiet).sum())

# changed trees keep what they shall keep
real = Trees(f"{folder}/real.hdf5")
check(f"particle of {particle_mass(real):.4g} Msun", abs(particle_mass(real) / (2.09e7 / 0.6774) - 1) < 0.01)
check("smoothing moves the median mass", abs(np.median(np.log(smooth_masses(real, 2) / real.mass))) < 0.01)
before, after = (width(quiet, mass)[0][0] for mass in (noisy.mass, smooth_masses(noisy, 2)))
check(f"smoothing leaves {after:.3f} of {before:.3f}", after < 0.5 * before)
kept, descendant = without_satellites(real)
write(f"{folder}/real.hdf5", f"{folder}/without.hdf5", real, kept=kept, descendant=descendant)
without = Trees(f"{folder}/without.hdf5")
check("no satellites were left out", 0 < (~kept).sum() <= (~real.central).sum())
ends = (without.descendant < 0) | (without.main[without.descendant] != np.arange(without.mass.size))
check("satellites that stay one to their end are left", not (ends & ~without.central).any())
check("a galaxy was lost", (without.descendant < 0).sum() == ((real.descendant < 0) & kept).sum())
kept, descendant = main_branches_only(real)
check("more than main branches", np.bincount(descendant[kept & (descendant >= 0)]).max() == 1)

# h is that of the trees; hosts that lead nowhere are said
class O:
    quick = True


def changed(name, change):
    shutil.copy(f"{folder}/real.hdf5", f"{folder}/{name}.hdf5")
    with h5py.File(f"{folder}/{name}.hdf5", "r+") as file:
        change(file)
    return f"{folder}/{name}.hdf5"


def hosts(file, links):
    ids = file["forestHalos/nodeIndex"][()]
    for row, host in links.items():
        file["forestHalos/hostIndex"][row] = ids[host] if host >= 0 else -1


other = Trees(changed("other_h", lambda file: file["cosmology"].attrs.modify("HubbleParam", 0.7)))
check("the missing modes have another h", abs(eps_settings(O, other, 3e7)["eps.box_mpc_h"] / other.box_cmpc - 0.7) < 1e-12)
check("the density has another h", abs(other.mean_matter_msun_cmpc3 / real.mean_matter_msun_cmpc3 - (0.7 / real.h)**2) < 1e-9)
chain = Trees(changed("chain", lambda file: hosts(file, {0: 0, 1: 0, 2: 1, 3: 2})))
check("a host of hosts is not the top-most", list(chain.host[:4]) == [0] * 4)
for links, words in (({0: 1, 1: 0}, "round in a circle"), ({0: 1, 1: 2, 2: 0}, "round in a circle"),
                     ({3: 0, 0: 1, 1: 0}, "round in a circle"), ({2: -1}, "is not in the file")):
    try:
        Trees(changed("bad", lambda file, links=links: hosts(file, links)))
        check(f"hosts {links} are taken", False)
    except Trouble as trouble:
        check(f"hosts {links}: {trouble}", words in str(trouble) and "halo" in str(trouble))
for what in bad:
    print(f"FAILED: {what}")
sys.exit(bool(bad))
P
"$program" -q trees check --trees "$folder/without.hdf5" --set trees.format=galacticus >"$folder/said" ||
  fail "a changed set is refused: $(cat "$folder/said")"

CECROPIA_TREES='' CECROPIA_PROGRAM=$program PYTHON=$python tools/mass_noise --quick --out "$folder/tool" >"$folder/said" 2>&1 ||
  fail "tools/mass_noise: $(tail -n 5 "$folder/said")"
grep -q "Traceback\|Warning" "$folder/said" && fail "tools/mass_noise says: $(grep -m 3 "Traceback\|Warning" "$folder/said")"
[ "$(stat -c %s "$folder/tool/mass_noise.png" 2>/dev/null || echo 0)" -gt 20000 ] || fail "no figure"
"$python" - "$folder/tool/summary.json" <<'P' || fail "galaxies do not feel the noise"
import json
import sys

rows = {row["label"]: row["sfms_4_6"]["scatter"] for row in json.load(open(sys.argv[1]))["galaxies"]}
assert rows["EPS"] < rows["EPS, measured noise"] < rows["simulation"], rows
assert rows["EPS, noise 0.07, old radius"] < 0.8 * rows["EPS, noise 0.07"], rows
P
cp docs/mass_noise.md "$folder/page.md"
"$python" - "$folder" <<'P' || fail "docs/mass_noise.md has no place for a table"
import sys

sys.path.insert(0, "tools")
from marked_tables import with_table
from mass_noise_tables import TABLES

page = open(f"{sys.argv[1]}/page.md").read()
for name in TABLES:
    page = with_table(page, name, "")
P
tools/mass_noise --trees "$folder/none" --out "$folder/none" >"$folder/said" 2>&1
[ $? = 2 ] || fail "missing trees should end with 2: $(cat "$folder/said")"
refused() { # WORDS TREES: trees that the tool reads and cannot use
  "$python" tools/mass_noise.py --program "$program" --trees "$2" --quick --out "$folder/none" >"$folder/said" 2>&1
  [ $? = 2 ] && grep -qF -- "$1" "$folder/said" || fail "$2: $(tail -n 5 "$folder/said")"
  grep -q Traceback "$folder/said" && fail "$2: $(cat "$folder/said")"
}
printf 'nothing\n' >"$folder/nothing.hdf5"
refused "simulation.hdf5 ended with code 2: [" "$folder/nothing.hdf5"
refused "noisy.hdf5 has no box: trees of a simulation in a periodic box are needed" "$folder/noisy.hdf5"
"$python" tools/plot_mass_noise.py "$folder" >"$folder/said" 2>&1
[ $? = 2 ] || fail "a folder without results should end with 2: $(cat "$folder/said")"
finish
