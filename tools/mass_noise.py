#!/usr/bin/env python3
"""Noise of halo masses in the trees of a simulation, and its share in the scatter of galaxies: the work of
tools/mass_noise. Writes OUT/summary.json and OUT/tables.md; with --docs also the tables of a page. Method and results:
docs/mass_noise.md."""
import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np

from halo_noise import (LAGS, Sample, Trees, common_correlation, fit, half_width, made_up, measure_made_up,
                        particle_mass, power_law, quiet_steps, twin_values, twins)
from marked_tables import with_table
from mass_noise_galaxies import M_VIR_MIN, RELATIONS, draws, scatters
from mass_noise_tables import TABLES
from plot_data import Trouble, main_of, make_folder, write_whole
from tree_changes import main_branches_only, noisy_masses, smooth_masses, without_satellites, write

HOUSE = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE / "tools/lib"))
from validation_plan import OLD_RADIUS, Runner  # noqa: E402  tools/lib is no package

SHIPPED = HOUSE / "trees/nbody_4mpc_64"
PARAMETERS = "params/nbody_64.json"
# Nothing between galaxies: neighbours in a box are not those of trees without places, and trees are compared here.
ALONE = {"surroundings.metals": "uniform", "surroundings.ionisation": "uniform", "output.levels": "all",
         "output.m_vir_min_msun": 1e8}
N_EDGES = (50, 100, 200, 400, 1000, 3000)
Z_EDGES = (4, 6, 8, 20)
SMOOTHED_OVER = 2  # snapshots on either side
GROWTH_OVER = (1, 2, 4)  # levels
LEAST_PARTICLES = 20  # of a halo that the halo finder finds: resolution of the EPS trees
FEWEST_TWINS = 30  # halos for a row of the table of twins
CHOSEN_NOISE = 0.07  # what params/fiducial.json has
MADE_UP = [(s, r, 0.005) for r in (0, 0.3, 0.6, 0.8) for s in (0.02, 0.05)]


def program(o, *arguments):
    done = subprocess.run([o.program, "-q", *map(str, arguments)], cwd=HOUSE, capture_output=True, text=True)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(map(str, arguments))} ended with code {done.returncode}: {done.stderr.strip()}")


def prepared(o, path, name):
    """The trees of a simulation as a Galacticus file in OUT/trees, and what is in it."""
    file = o.out / "trees" / f"{name}.hdf5"
    program(o, "trees", "convert", PARAMETERS, "--trees", path, "--set", "trees.format=auto", "--out", file)
    return file, Trees(file)


def bins_of(trees, m_particle):
    """{"N low high": of any redshift; "N low high z low high"}: bool of each halo"""
    n, z, bins = trees.mass / m_particle, trees.z[trees.level], {}
    for low, high in zip(N_EDGES[:-1], N_EDGES[1:]):
        inside = (n >= low) & (n < high)
        bins[f"{low} {high}"] = inside
        for z_low, z_high in zip(Z_EDGES[:-1], Z_EDGES[1:]):
            bins[f"{low} {high} {z_low} {z_high}"] = inside & (z >= z_low) & (z < z_high)
    return bins


def spread(values):
    """Half the distance from the 16th to the 84th percentile of the finite ones; NaN if there are fewer than five."""
    finite = np.array(values, float)[np.isfinite(np.array(values, float))]
    return float(half_width(finite)) if finite.size > 4 else np.nan


def measure(trees, m_particle, values, usable, number, correlation=None):
    """Noise by particle number and redshift, its correlation (unless that is given), and the power law, with errors
    from drawing forests."""
    sample = Sample(trees, values, usable, bins_of(trees, m_particle))
    whole = [name for name in sample.parts if len(name.split()) == 2]

    def once(times=None):
        widths = {name: sample.widths(name, times) for name in sample.parts}
        r = common_correlation([widths[name] for name in whole]) if correlation is None else correlation
        s = {name: fit(*both, correlation=r)[0] if np.isfinite(r) else np.nan for name, both in widths.items()}
        return widths, r, s

    widths, r, s = once()
    repeated = [once(times) for times in draws(trees.weight.size, number)]
    error = {name: spread([again[2][name] for again in repeated]) for name in s}
    n = np.array([np.prod([float(edge) for edge in name.split()]) ** 0.5 for name in whole])
    law = power_law(n, *(np.array([x[name] for name in whole]) for x in (s, error)))
    laws = [power_law(n, np.array([again[2][name] for name in whole]), np.array([error[name] for name in whole]))
            for again in repeated]
    rows = []
    for name in sample.parts:
        edges = [float(edge) for edge in name.split()]
        rows.append({"n": edges[:2], "z": edges[2:], "s": s[name], "error": error[name], "w": list(widths[name][0]),
                     "count": [int(c) for c in widths[name][1]], "g": fit(*widths[name], correlation=r)[2]})
    return {"r": float(r), "r_error": spread([again[1] for again in repeated]), "rows": rows,
            "s_1000": law[0], "exponent": law[1], "s_1000_error": spread([x[0] for x in laws]),
            "exponent_error": spread([x[1] for x in laws])}


def compare_twins(coarse, fine, m_particle, number):
    """What the same objects differ by in two resolutions; None if the sets have hardly an object in common."""
    if coarse.position is None or fine.position is None or abs(coarse.box_cmpc / fine.box_cmpc - 1) > 1e-3:
        return None
    match = twins(coarse, fine, N_EDGES[0] * m_particle)
    above = (coarse.mass > N_EDGES[0] * m_particle) & coarse.central & coarse.found
    if match.max() < 0 or (match >= 0).sum() < 0.5 * above.sum():
        return None
    values, usable = twin_values(coarse, fine, match)
    n, rows = coarse.mass / m_particle, []
    for low, high in zip(N_EDGES[:-1], N_EDGES[1:]):
        here = np.flatnonzero((match >= 0) & (n >= low) & (n < high))
        last = coarse.main[here]
        step = (values[here] - values[last])[(last >= 0) & (match[last] >= 0) & (fine.main[match[here]] == match[last])]
        if min(here.size, step.size) < FEWEST_TWINS:
            continue
        total, moved = half_width(values[here]), half_width(step)
        rows.append({"n": [low, high], "count": here.size, "total": total, "step": moved,
                     "r": 1 - moved ** 2 / (2 * total ** 2)})
    return {"rows": rows, "objects": int((match >= 0).sum()), "of": int(above.sum()),
            "fast": measure(coarse, m_particle, values, usable, 0)["rows"]}


def eps_settings(o, trees, m_particle):
    """Extended Press-Schechter trees of the masses, levels, resolution, volume and missing modes of a simulation."""
    resolution = LEAST_PARTICLES * m_particle
    top = np.log10(trees.mass.max())
    spacing = np.log(trees.age_myr[-1] / trees.age_myr[0]) / (trees.z.size - 1)
    return {"eps.log10_m_root_min": float(round(np.log10(2.1 * resolution) + 0.005, 2)),
            "eps.log10_m_root_max": float(round(top + 0.1, 2)), "eps.bins_per_dex": 10,
            "eps.trees_per_bin": 4 if o.quick else 40, "eps.resolution_relative": 0, "eps.resolution_msun": resolution,
            "eps.z_max": float(trees.z[0]), "eps.z_min": float(trees.z[-1]), "eps.max_step_myr": 10000,
            "eps.max_step_fraction": float(spacing * 1.0001), "eps.volume_cmpc3": trees.box_cmpc ** 3,
            "eps.box_mpc_h": trees.box_cmpc * trees.h}


def tree_sets(o, source, trees, m_particle, noise, twin):
    """{label: (file, overrides)} of all runs; the files are made."""
    sets, folder = {"simulation": (source, {})}, o.out / "trees"

    def changed(label, name, of, what, **changes):
        write(of, folder / f"{name}.hdf5", what, **changes)
        sets[label] = (folder / f"{name}.hdf5", {})

    smoothed = smooth_masses(trees, SMOOTHED_OVER)
    kept, descendant = without_satellites(trees)
    changed("masses smoothed", "smoothed", source, trees, mass=smoothed)
    changed("no satellites", "no_satellites", source, trees, kept=kept, descendant=descendant)
    changed("masses smoothed, no satellites", "smoothed_no_satellites", source, trees, mass=smoothed, kept=kept,
            descendant=descendant)
    branches, descendant = main_branches_only(trees)
    changed("main branches alone", "main_branches", source, trees, kept=branches, descendant=descendant)
    sets["simulation, old radius"] = (source, OLD_RADIUS)
    if o.twin_file:
        sets["simulation, coarse twin"] = (o.twin_file, {})

    def grown(label, name, **options):
        settings = {**eps_settings(o, trees, m_particle), **options}
        overrides = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        program(o, "trees", "grow", PARAMETERS, "--set", "trees.path=eps", "--set", "trees.format=eps", *overrides,
                "--out", folder / f"{name}.hdf5")
        sets[label] = (folder / f"{name}.hdf5", {})
        return Trees(folder / f"{name}.hdf5")

    smooth = grown("EPS", "eps")
    measured = lambda t: noise["s_1000"] * (t.mass / m_particle / 1000) ** noise["exponent"]
    if np.isfinite(noise["s_1000"]):
        changed("EPS, measured noise", "eps_measured", folder / "eps.hdf5", smooth,
                mass=noisy_masses(smooth, measured(smooth), noise["r"], 1))
    if twin and len(twin["rows"]) > 1:
        rows = twin["rows"]
        total = np.array([r["total"] for r in rows])
        law = power_law(np.array([np.sqrt(np.prod(r["n"])) for r in rows]), total,
                        total / np.sqrt([r["count"] for r in rows]))
        twin["s_1000"], twin["exponent"] = law
        twin["r"] = float(np.average([r["r"] for r in rows], weights=[r["count"] for r in rows]))
        slow = law[0] * (smooth.mass / m_particle / 1000) ** law[1]
        changed("EPS, noise of the twins", "eps_twins", folder / "eps.hdf5", smooth,
                mass=noisy_masses(smooth, slow, twin["r"], 1))
    grown(f"EPS, noise {CHOSEN_NOISE:g}", "eps_chosen", **{"eps.mass_noise": CHOSEN_NOISE})
    with_satellites = grown("EPS, satellites", "eps_satellites", **{"eps.satellite_delay": 1})
    if np.isfinite(noise["s_1000"]):
        changed("EPS, satellites, measured noise", "eps_satellites_measured", folder / "eps_satellites.hdf5",
                with_satellites, mass=noisy_masses(with_satellites, measured(with_satellites), noise["r"], 1))
    sets["EPS, old radius"] = (folder / "eps.hdf5", OLD_RADIUS)
    sets[f"EPS, noise {CHOSEN_NOISE:g}, old radius"] = (folder / "eps_chosen.hdf5", OLD_RADIUS)
    return sets


def growth(trees):
    """Scatter of the growth of ln M over some levels, and share of halos that lost mass: centrals as heavy as those of
    the galaxies, z < 8, whatever happened to them."""
    rows, here = [], np.flatnonzero(trees.central & (trees.mass > M_VIR_MIN) & (trees.z[trees.level] < 8))
    for levels in GROWTH_OVER:
        before = trees.back(here, levels)
        known = (before >= 0) & trees.central[before]
        d = np.log(trees.mass[here[known]] / trees.mass[before[known]])
        rows.append({"levels": levels, "scatter": float(half_width(d)), "falls": float((d < 0).mean())})
    return rows


def galaxies_of(o, sets, number):
    """Scatter of the relations in every run, with errors from drawing forests, and shares of the excess over EPS."""
    runner = Runner(o.program, HOUSE, o.out, o.jobs, PARAMETERS)
    names = {label: label.replace(", ", "-").replace(" ", "_") for label in sets}
    runner.run_all({"all": [(label, 0, names[label], {**ALONE, **changes, "trees.path": str(file),
                                                      "trees.format": "galacticus"})
                            for label, (file, changes) in sets.items()]})
    found = {label: scatters(runner.folder(names[label]), Trees(file), number) for label, (file, _) in sets.items()}
    rows = []
    for label, values in found.items():
        row = {"label": label}
        for key in RELATIONS:
            value, repeated, galaxies = values[key]
            shares = []
            for i in (None, *range(number)):
                x, low, high = ((found[name][key][0] if i is None else found[name][key][1][i])
                                for name in (label, "EPS", "simulation"))
                shares.append((x ** 2 - low ** 2) / (high ** 2 - low ** 2) if high > low else np.nan)
            row[key] = {"scatter": value, "error": spread(repeated), "galaxies": galaxies, "share": shares[0],
                        "share_error": spread(shares[1:])}
        rows.append(row)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--trees", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--particle-mass", type=float, metavar="MSUN", help="default: as the masses of halos tell")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--docs", type=pathlib.Path, metavar="PAGE")
    o = parser.parse_args()
    make_folder(o.out / "trees")
    number = 10 if o.quick else 100
    source, trees = prepared(o, o.trees, "simulation")
    if not trees.box_cmpc:
        raise Trouble(f"{o.trees} has no box: trees of a simulation in a periodic box are needed")
    m_particle = o.particle_mass or particle_mass(trees)
    noise = measure(trees, m_particle, np.log(trees.mass), quiet_steps(trees), number)
    twin = coarse = o.twin_file = None
    if o.trees.resolve() != SHIPPED:
        file, shipped = prepared(o, SHIPPED, "shipped")
        m_shipped = particle_mass(shipped)
        coarse = measure(shipped, m_shipped, np.log(shipped.mass), quiet_steps(shipped), number, noise["r"])
        twin = compare_twins(shipped, trees, m_shipped, number)
        o.twin_file = file if twin else None
    sets = tree_sets(o, source, trees, m_particle, noise, twin)
    eps = Trees(sets["EPS"][0])
    floor = measure(eps, m_particle, np.log(eps.mass), quiet_steps(eps), 0)
    tests = [{"s": s, "r": r, "g": q * q, "found": [list(measure_made_up(made_up(s, r, q, 300, 30, seed))[:3])
                                                    for seed in range(8)]} for s, r, q in MADE_UP]
    summary = {"trees": o.trees.name, "particle_msun": m_particle, "quick": o.quick, "lags": LAGS.tolist(),
               "forests": int(trees.weight.size), "halos": int(trees.mass.size), "noise": noise, "coarse": coarse,
               "twins": twin, "eps": floor, "tests": tests, "chosen": CHOSEN_NOISE, "smoothed_over": SMOOTHED_OVER,
               "step_myr": [float(x) for x in np.diff(trees.age_myr)[[0, -1]]],
               "growth": {label: growth(Trees(file)) for label, (file, changes) in sets.items() if not changes},
               "galaxies": galaxies_of(o, sets, number)}
    write_whole(o.out / "summary.json", json.dumps(summary, indent=1))
    texts = {name: make(summary) for name, make in TABLES.items()}
    write_whole(o.out / "tables.md", "\n\n".join(f"## {name}\n\n{text}" for name, text in texts.items()) + "\n")
    print((o.out / "tables.md").read_text())
    if o.docs:
        page = o.docs.read_text()
        for name, text in texts.items():
            try:
                page = with_table(page, name, text)
            except LookupError as error:
                raise Trouble(f"{o.docs}: {error}") from error
        o.docs.write_text(page)


if __name__ == "__main__":
    main_of(main)
