#!/usr/bin/env python3
"""A run as observers of environments, metallicities and sizes would see it: numbers, figures and rank correlations.

Galaxies are labelled cluster or field: friends of friends (500 kpc, 500 km/s, at least 4 bright ones) along the three
axes of a box, the number of bright galaxies of their tree where trees have no places. Printed and written to
environment.json: the part that is in clusters, mass-metallicity fits, offsets at equal mass beside Li et al. (2025),
chi^2 of their stacks, offsets from the fundamental relation and scatter by redshift, compactness and its shuffled null.
Figures: environment_mzr.png, environment_offset.png, fmr_offset.png, compactness.png. docs/theory/observers.md.
"""
import argparse
import json
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

import numpy as np

import environment as env
import metal_relations as rel
import observer_likelihoods as like
from plot_data import Run, Trouble, log10, main_of, make_folder, weighted_quantiles, write_whole
from plot_index import SOLAR_OH12
from plot_style import BLACK, BLUE, LIGHT, M_SUN, VERMILION, note, plt, save

COLUMNS = ["m_star_msun", "sfr_10_msun_yr", "oh_young", "m_vir_msun", "weight_per_cmpc3", "halo_id"]
TREE_OF_ID = 28  # bits of a halo's number inside its EPS tree (docs/tree_formats.md)
FEWEST = 10      # galaxies, for a fit or a correlation


def galaxies_of(run, z, sfr_min):
    """Galaxies of the written level nearest to z that an observer would select, with label and radius where known."""
    table = run.level(z)
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise Trouble(f"{run.folder}/run.h5 has no {', '.join(missing)}: run again with --set "
                      f"'output.properties=[\"default\", \"{missing[0]}\"]'")
    z = table.facts["redshift"]
    bright = table["sfr_10_msun_yr"] > sfr_min
    cluster, how = label(run, table, z, bright)
    seen = bright & np.isfinite(table["oh_young"]) & (table["m_star_msun"] > 0)
    radius = table["r_galaxy_kpc"] * 1e3 if "r_galaxy_kpc" in table else np.full(table.rows, np.nan)
    return {"z": z, "how": how, "log_m": log10(table["m_star_msun"])[seen], "cluster": cluster[seen],
            "log_sfr": log10(table["sfr_10_msun_yr"])[seen], "oh12": table["oh_young"][seen] + SOLAR_OH12,
            "weight": table["weight_per_cmpc3"][seen], "log_r_pc": log10(radius)[seen]}


def label(run, table, z, bright):
    """Whether each galaxy is in a cluster, and how that was found. In a box: as seen along the axis along which the
    most galaxies are in one."""
    side = run.trees.get("box_cmpc", 0)
    if side and "position_cmpc" in table:
        who, best = np.flatnonzero(bright), np.zeros(table.rows, bool)
        for axis in range(3):
            x, y, v = env.seen_along(axis, table["position_cmpc"][who].astype(float), z, run.cosmology)
            groups = env.friends_of_friends_plane(x, y, v, side_kpc=side / (1 + z) * 1e3)
            found = np.zeros(table.rows, bool)
            found[who] = env.in_cluster(groups)
            best = max(best, found, key=np.sum)
        return best, "friends of friends"
    if side:
        raise Trouble(f"{run.folder}/run.h5 has no position_cmpc: run again with --set "
                      "'output.properties=[\"default\", \"position_cmpc\"]'")
    tree = table["halo_id"] >> TREE_OF_ID
    return env.members_of_tree(tree, bright) >= env.MIN_MEMBERS, "bright galaxies of one tree"


def line_of(fit):
    return {"gamma": fit.slope, "gamma_err": fit.slope_err, "z10": fit.zero, "z10_err": fit.zero_err,
            "scatter_dex": fit.scatter, "galaxies": fit.n}


def numbers_of(run, seen):
    """What is printed of one redshift."""
    said = {"z": seen["z"], "galaxies": int(seen["log_m"].size), "label": seen["how"],
            "cluster_fraction": float(np.average(seen["cluster"], weights=seen["weight"]))}
    for name, mask in (("all", slice(None)), ("cluster", seen["cluster"]), ("field", ~seen["cluster"])):
        if seen["log_m"][mask].size >= FEWEST and np.ptp(seen["log_m"][mask]) > 0:
            said[f"mzr_{name}"] = line_of(rel.fit_mzr(seen["log_m"][mask], seen["oh12"][mask], robust=True,
                                                      weights=seen["weight"][mask]))
    offset, error, part = rel.environment_offset(seen["log_m"], seen["oh12"], seen["cluster"], seen["weight"])
    said["cluster_minus_field_dex"] = {"offset": offset, "error": error, "part_matched": part}
    stacks = {name: [row for row in run.observation("li2025_table2_mzr.csv") if row["subset"] == name]
              for name in ("cluster", "field")}
    for name, mask in (("cluster", seen["cluster"]), ("field", ~seen["cluster"])):
        chi2, n, _ = like.chi2_of_stacks(stacks[name], seen["log_m"][mask], seen["oh12"][mask],
                                         10 ** seen["log_sfr"][mask], seen["weight"][mask])
        said[f"stacks_{name}"] = {"chi2": chi2, "stacks": n}
    residual = rel.fmr_residual(seen["oh12"], seen["log_m"], seen["log_sfr"])
    if residual.size:
        low, middle, high = weighted_quantiles(residual, seen["weight"], [0.16, 0.5, 0.84])
        said["fmr_offset_dex"] = {"median": middle, "p16": low, "p84": high}
        said["mzr_scatter_dex"] = said.get("mzr_all", {}).get("scatter_dex")
    sized = np.isfinite(seen["log_r_pc"])
    if sized.sum() >= FEWEST:
        c = rel.compactness(seen["log_m"], seen["log_r_pc"])[sized]
        found, chance = rel.shuffled_null(c, residual[sized])
        fit = rel.fit_line(c, residual[sized], weights=seen["weight"][sized], robust=True)
        size = rel.fit_line(seen["log_m"][sized], seen["log_r_pc"][sized], weights=seen["weight"][sized])
        said["compactness"] = {"spearman": found, "p_of_shuffled": chance, "anticorrelated": found < 0,
                               "slope": fit.slope, "slope_err": fit.slope_err,
                               "mass_size_slope": size.slope, "mass_size_slope_err": size.slope_err}
    return said


def draw_mzr(run, out, seen, said):
    figure, axes = plt.subplots(figsize=(6.0, 4.5))
    for name, mask, colour in (("field", ~seen["cluster"], BLUE), ("cluster", seen["cluster"], VERMILION)):
        axes.plot(seen["log_m"][mask], seen["oh12"][mask], ".", ms=3, color=colour, alpha=0.5, label=name)
        if f"mzr_{name}" in said:
            ends, fit = np.array([7.0, 9.5]), said[f"mzr_{name}"]
            axes.plot(ends, fit["gamma"] * (ends - 10) + fit["z10"], color=colour, lw=2)
    for row in run.observation("li2025_table3_mzr.csv"):
        style = {"This work (cluster)": "--", "This work (field)": ":"}.get(row["reference"])
        if style and "C24" in row["calibration"]:
            ends = np.array([float(row["log10_m_star_min_msun"]), float(row["log10_m_star_max_msun"])])
            axes.plot(ends, float(row["slope"]) * (ends - 10) + float(row["oh12_at_1e10_msun"]), color=BLACK, ls=style,
                      lw=1.2, label="Li et al. (2025), " + row["reference"][11:-1])
    axes.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
    axes.set_ylabel("12 + log$_{10}$(O/H)")
    axes.legend()
    note(figure, f"z = {seen['z']:.2f}. Labels: {seen['how']}. Lines: robust fits.")
    save(figure, out / "environment_mzr.png")


def draw_by_redshift(out, all_said):
    figure, axes = plt.subplots(figsize=(6.0, 4.0))
    shown = [(s["z"], s["cluster_minus_field_dex"]) for s in all_said
             if np.isfinite(s["cluster_minus_field_dex"]["offset"])]
    if shown:
        axes.errorbar([z for z, _ in shown], [o["offset"] for _, o in shown], [o["error"] for _, o in shown], fmt="o",
                      color=BLUE, capsize=2, label="this run")
    axes.errorbar([6.2], [0.24], [0.25], xerr=[[0.9], [0.7]], fmt="s", color=BLACK, capsize=2,
                  label="Li et al. (2025), table 2")
    axes.axhline(0, color=LIGHT, zorder=0)
    axes.set_xlabel("Redshift z")
    axes.set_ylabel("cluster - field at equal mass [dex]")
    axes.legend()
    save(figure, out / "environment_offset.png")

    figure, axes = plt.subplots(figsize=(6.0, 4.0))
    shown = [(s["z"], s["fmr_offset_dex"]) for s in all_said if "fmr_offset_dex" in s]
    if shown:
        z, middle = [s[0] for s in shown], np.array([s[1]["median"] for s in shown])
        reach = [middle - [s[1]["p16"] for s in shown], [s[1]["p84"] for s in shown] - middle]
        axes.errorbar(z, middle, reach, fmt="o", color=BLUE, capsize=2, label="this run: median, 16 to 84 %")
    axes.axhline(0, color=LIGHT, zorder=0)
    axes.axhline(-0.25, color=BLACK, ls="--", label="Li et al. (2025), z = 5 to 7")
    axes.set_xlabel("Redshift z")
    axes.set_ylabel("offset from the fundamental relation [dex]")
    axes.legend()
    save(figure, out / "fmr_offset.png")


def draw_compactness(out, seen, said):
    figure, axes = plt.subplots(figsize=(6.0, 4.5))
    sized = np.isfinite(seen["log_r_pc"])
    c = rel.compactness(seen["log_m"], seen["log_r_pc"])[sized]
    residual = rel.fmr_residual(seen["oh12"], seen["log_m"], seen["log_sfr"])[sized]
    axes.plot(c, residual, ".", ms=3, color=BLUE, label="this run")
    ends = np.array([-1.5, 0.5])
    axes.plot(ends, rel.offset_of_compactness(ends), color=BLACK, ls="--", label="Langeroodi & Hjorth (2023)")
    axes.set_xlabel(r"$C = 0.21\,\log_{10} M_\star - \log_{10} R$ [pc]")
    axes.set_ylabel("offset from the fundamental relation [dex]")
    axes.legend()
    what = said["compactness"]
    note(figure, f"z = {seen['z']:.2f}. Radius of star-forming gas, not of light. Rank correlation "
         f"{what['spearman']:.2f}; {what['p_of_shuffled']:.3f} of shuffled samples are as far from zero.")
    save(figure, out / "compactness.png")


def show(said):
    print(f"z = {said['z']:.2f}: {said['galaxies']} galaxies, {said['label']}")
    for key, value in said.items():
        if key not in ("z", "galaxies", "label") and value is not None:
            text = value if not isinstance(value, dict) else ", ".join(
                f"{name} {number:.3g}" if isinstance(number, float) else f"{name} {number}"
                for name, number in value.items())
            print(f"  {key}: {text:.3g}" if isinstance(text, float) else f"  {key}: {text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path, help="folder of a finished run")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, help="folder for the figures; default: DIR")
    parser.add_argument("--z", type=float, default=6.0, help="redshift of the figures of single galaxies; default: 6")
    parser.add_argument("--sfr-min", type=float, default=10 ** -0.5,
                        help="galaxies with less star formation [Msun/yr] are not seen; default: 10^-0.5")
    options = parser.parse_args()
    run, out = Run(options.folder), options.out or options.folder
    make_folder(out)
    by_z = [(z, galaxies_of(run, z, options.sfr_min)) for z in run.redshifts]
    by_z = [(z, seen) for z, seen in by_z if seen["log_m"].size]
    if not by_z:
        raise Trouble(f"{run.folder} has no galaxy of more than {options.sfr_min:.3g} Msun/yr with a metallicity: "
                      "lower --sfr-min, or write other redshifts")
    all_said = [numbers_of(run, seen) for _, seen in by_z]
    for said in all_said:
        show(said)
    nearest = min(range(len(by_z)), key=lambda k: abs(by_z[k][0] - options.z))
    seen, said = by_z[nearest][1], all_said[nearest]
    draw_mzr(run, out, seen, said)
    draw_by_redshift(out, all_said)
    if "compactness" in said:
        draw_compactness(out, seen, said)
    else:
        print("no figure of compactness: it needs r_galaxy_kpc, --set "
              "'output.properties=[\"default\", \"r_galaxy_kpc\"]'")
    write_whole(out / "environment.json", json.dumps(all_said, indent=1) + "\n")
    print(out / "environment.json")


if __name__ == "__main__":
    main_of(main)
