#!/usr/bin/env python3
"""A run as observers of environments, metallicities and sizes would see it: numbers, figures and rank correlations.

Galaxies are labelled cluster or field: friends of friends (500 kpc, 500 km/s, at least 4 bright ones) along the three
axes of a box, or, with --spheres, the densest third of the bright galaxies of a box; the number of bright galaxies of
their tree where trees have no places. Errors come from resampled regions, trees or cubes of the box; where fewer than
ten hold one side they are at least those of leaving regions out one by one and of single galaxies. Printed and written
to environment.json: the part that is in clusters, mass-metallicity fits, offsets at equal mass beside Li et al. (2025),
chi^2 of their stacks, offsets from the fundamental relation and scatter by redshift, compactness and its shuffled null,
the rank correlation of age and residual of the mass-metallicity relation if the run wrote age_first_stars_myr. Figures:
environment_mzr.png, environment_offset.png, fmr_offset.png, mzr_scatter.png, compactness.png.
docs/theory/observers.md, docs/environments.md.
"""
import json

from plot_needs import need

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

import numpy as np

import environment as env
import metal_relations as rel
import observer_likelihoods as like
from cecropia_files import read_table, shipped_observations
from galaxy_columns import LIGHT, radius_of, with_observed
from plot_data import (Run, Trouble, binned_medians, galaxy_script, main_of, make_folder, weighted_quantiles,
                       write_whole)
from plot_style import BLACK, BLUE, GREY, LIGHT as PALE, M_SUN, VERMILION, note, plt, save

COLUMNS = ["m_star_msun", "sfr_10_msun_yr", "oh_young", "m_vir_msun", "weight_per_cmpc3", "halo_id"]
TREE_OF_ID = 28  # bits of a halo's number inside its EPS tree (docs/tree_formats.md)
FEWEST = 10      # galaxies, for a fit or a correlation
RESAMPLES = 200
DENSEST = 1 / 3  # of the bright galaxies are "cluster" where spheres are counted
AGE = "age_first_stars_myr"
MASS_BIN = 0.2   # dex: sizes are shuffled among galaxies of one bin
MZR_LINES = "li2025_table3_mzr.csv"
SCATTER = "morishita2025_mzr_scatter.csv"
FEW = "the largest of few regions"  # resampled, if five or more, left out one by one, and galaxies one by one


def galaxies_of(run, z, sfr_min, spheres_cmpc=None):
    """Galaxies of the written level nearest to z that an observer would select, with label, region and radius."""
    table = run.level(z)
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise Trouble(f"{run.folder}/run.h5 has no {', '.join(missing)}: run again with --set "
                      f"'output.properties=[\"default\", \"{missing[0]}\"]'")
    bright = table["sfr_10_msun_yr"] > sfr_min
    cluster, region, how = label(run, table, bright, spheres_cmpc)
    seen = bright & np.isfinite(table["oh_young"]) & (table["m_star_msun"] > 0)
    more = with_observed(table)
    return {"z": table.facts["redshift"], "how": how, "cluster": cluster[seen], "region": region[seen],
            "log_m": more["log10_m_star"][seen], "log_sfr": more["log10_sfr"][seen], "oh12": more["oh12"][seen],
            "weight": table["weight_per_cmpc3"][seen], "log_r_pc": more["log10_r_pc"][seen],
            "age": table[AGE][seen] if AGE in table else None,
            "compactness": more["compactness"][seen], "offset": more["fmr_offset_dex"][seen],
            "radius": "of half of the light" if radius_of(table) == LIGHT else "of star-forming gas, not of light"}


def label(run, table, bright, spheres_cmpc):
    """Whether each galaxy is in a cluster, its region for the resampling of errors, and how both were found. Friends of
    friends in a box: as seen along the axis along which the most galaxies are in a cluster."""
    side, z = run.trees.get("box_cmpc", 0), table.facts["redshift"]
    if not side:
        if spheres_cmpc:
            raise Trouble(f"the trees of {run.folder} have no places: without --spheres")
        tree = table["halo_id"] >> TREE_OF_ID
        return env.members_of_tree(tree, bright) >= env.MIN_MEMBERS, tree, "bright galaxies of one tree"
    if "position_cmpc" not in table:
        raise Trouble(f"{run.folder}/run.h5 has no position_cmpc: run again with --set "
                      "'output.properties=[\"default\", \"position_cmpc\"]'")
    place, who, best = table["position_cmpc"].astype(float), np.flatnonzero(bright), np.zeros(table.rows, bool)
    if spheres_cmpc:
        region = env.part_of_box(place, side, 2 * spheres_cmpc)
        if who.size:
            delta = env.sphere_overdensity(place[who], side, spheres_cmpc)[0]
            best[who] = delta > np.quantile(delta, 1 - DENSEST)
        return best, region, f"the densest third in spheres of {spheres_cmpc:g} cMpc"
    for axis in range(3):
        x, y, v = env.seen_along(axis, place[who], z, run.cosmology)
        groups = env.friends_of_friends_plane(x, y, v, side_kpc=side / (1 + z) * 1e3)
        found = np.zeros(table.rows, bool)
        found[who] = env.in_cluster(groups)
        best = max(best, found, key=np.sum)
    return best, env.part_of_box(place, side, 2e-3 * env.LINK_KPC * (1 + z)), "friends of friends"


def line_of(fit):
    return {"gamma": fit.slope, "gamma_err": fit.slope_err, "z10": fit.zero, "z10_err": fit.zero_err,
            "scatter_dex": fit.scatter, "galaxies": fit.n}


def numbers_of(run, seen):
    """What is printed of one redshift."""
    weight, region = seen["weight"], seen["region"]
    sides = ("cluster", seen["cluster"]), ("field", ~seen["cluster"])
    said = {"z": seen["z"], "galaxies": int(seen["log_m"].size), "label": seen["how"],
            "cluster_fraction": float(np.average(seen["cluster"], weights=weight)),
            "regions": {name: int(np.unique(region[mask]).size) for name, mask in sides}}
    for name, mask in (("all", np.full(weight.size, True)), *sides):
        if mask.sum() >= FEWEST and np.ptp(seen["log_m"][mask]) > 0:
            said[f"mzr_{name}"] = line_of(rel.fit_mzr(seen["log_m"][mask], seen["oh12"][mask], robust=True,
                                                      weights=weight[mask], regions=region[mask],
                                                      resamples=RESAMPLES))
    compared = seen["log_m"], seen["oh12"], seen["cluster"], weight
    offset, error, part = rel.environment_offset(*compared, regions=region, resamples=RESAMPLES)
    alone = rel.environment_offset(*compared, resamples=RESAMPLES)[1]
    few = rel.regions_of_sides(region, seen["cluster"]) < rel.MANY_REGIONS
    said["cluster_minus_field_dex"] = {"offset": offset, "error": error, "part_matched": part,
                                       "error_from": FEW if few else "resampled regions",
                                       "error_if_galaxies_were_independent": alone}
    medians = [weighted_quantiles(seen["log_m"][mask], weight[mask], [0.5])[0] if mask.any() else np.nan
               for _, mask in sides]
    said["log10_m_star_cluster_minus_field"] = float(medians[0] - medians[1])
    stacks = {name: [row for row in run.observation("li2025_table2_mzr.csv") if row["subset"] == name]
              for name in ("cluster", "field")}
    for name, mask in sides:
        chi2, n, _ = like.chi2_of_stacks(stacks[name], seen["log_m"][mask], seen["oh12"][mask],
                                         10 ** seen["log_sfr"][mask], weight[mask])
        said[f"stacks_{name}"] = {"chi2": chi2, "stacks": n}
    if seen["offset"].size:
        low, middle, high = weighted_quantiles(seen["offset"], weight, [0.16, 0.5, 0.84])
        said["fmr_offset_dex"] = {"median": middle, "p16": low, "p84": high}
        said["mzr_scatter_dex"] = said.get("mzr_all", {}).get("scatter_dex")
    if seen["age"] is not None and "mzr_all" in said:
        line = said["mzr_all"]
        residual = seen["oh12"] - (line["gamma"] * (seen["log_m"] - 10) + line["z10"])
        found, chance = rel.shuffled_null(seen["age"], residual)
        weighted, at_mass = rel.shuffled_null(seen["age"], residual, within=np.floor(seen["log_m"] / MASS_BIN),
                                              weights=weight)
        said["age_and_mzr_residual"] = {"spearman": found, "p_of_shuffled": chance, "spearman_by_abundance": weighted,
                                        "p_by_abundance_at_equal_mass": at_mass}
    sized = np.isfinite(seen["log_r_pc"])
    if sized.sum() >= FEWEST:
        c, residual, log_m = (seen[name][sized] for name in ("compactness", "offset", "log_m"))
        found, chance = rel.shuffled_null(c, residual)
        bins = np.floor(log_m / MASS_BIN)
        weighted, at_mass = rel.shuffled_null(c, residual, within=bins, weights=weight[sized])
        fit = rel.fit_line(c, residual, weights=weight[sized], robust=True, regions=region[sized],
                           resamples=RESAMPLES)
        size = rel.fit_line(log_m, seen["log_r_pc"][sized], weights=weight[sized], regions=region[sized],
                            resamples=RESAMPLES)
        said["compactness"] = {"spearman": found, "p_of_shuffled": chance, "anticorrelated": found < 0,
                               "spearman_by_abundance": weighted, "p_by_abundance_at_equal_mass": at_mass,
                               "slope": fit.slope, "slope_err": fit.slope_err,
                               "mass_size_slope": size.slope, "mass_size_slope_err": size.slope_err}
    return said


# --- figures ----------------------------------------------------------------------------------------------------------
def plot_mzr(run, seen, said):
    """Galaxies and fits by environment in front of the relations of Li et al. (2025), table 3."""
    figure, axes = plt.subplots(figsize=(6.4, 4.8))
    axes.plot([], [], color=PALE, lw=1, label="Li et al. (2025), table 3, z > 2.5")
    for row in run.observation(MZR_LINES):
        own = {"This work (cluster)": "--", "This work (field)": ":"}.get(row["reference"])
        style = own if own and "C24" in row["calibration"] else None
        if row["z_max"] <= 2.5 and not style:
            continue
        ends = np.array([row["log10_m_star_min_msun"], row["log10_m_star_max_msun"]])
        axes.plot(ends, row["slope"] * (ends - 10) + row["oh12_at_1e10_msun"], color=BLACK if style else PALE,
                  ls=style or "-", lw=1.6 if style else 1, zorder=4 if style else 1,
                  label="Li et al. (2025), " + row["reference"][11:-1] if style else None)
    for name, mask, colour in (("field", ~seen["cluster"], BLUE), ("cluster", seen["cluster"], VERMILION)):
        axes.plot(seen["log_m"][mask], seen["oh12"][mask], ".", ms=3, color=colour, alpha=0.4, mec="none",
                  rasterized=True)
        axes.plot([], [], ".", ms=8, mec="none", color=colour, label=f"{name}, {mask.sum()} galaxies")
        if f"mzr_{name}" in said:
            ends, fit = np.percentile(seen["log_m"][mask], [1, 99]), said[f"mzr_{name}"]
            axes.plot(ends, fit["gamma"] * (ends - 10) + fit["z10"], color=colour, lw=2.2, zorder=3, label="fit")
    axes.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
    axes.set_ylabel("12 + log$_{10}$(O/H)")
    axes.legend(fontsize=7)
    note(figure, f"z = {seen['z']:.2f}. Cluster: {seen['how']}. Points: galaxies, each once. Thick lines: "
         "robust fits in which each galaxy counts with its abundance, so that the many light ones decide; observers' "
         "lines go through stacks.")
    return figure


def plot_offset(run, all_said):
    """Cluster minus field at equal mass by redshift, beside the two large stacks of Li et al. (2025), table 2."""
    shown = [(s["z"], s["cluster_minus_field_dex"]) for s in all_said
             if np.isfinite(s["cluster_minus_field_dex"]["offset"])]
    if not shown:
        raise Trouble("at no redshift are there galaxies of equal mass in clusters and in the "
                      f"field ({all_said[0]['label']})")
    figure, axes = plt.subplots(figsize=(6.0, 4.0))
    few = f"this run, fewer than {rel.MANY_REGIONS} regions with clusters or field"
    for label, face, how in (("this run", BLUE, "resampled regions"), (few, "white", FEW)):
        some = [(z, o) for z, o in shown if o["error_from"] == how]
        if some:
            axes.errorbar([z for z, _ in some], [o["offset"] for _, o in some], [o["error"] for _, o in some], fmt="o",
                          color=BLUE, mfc=face, capsize=2, label=label)
    both = {row["subset"]: row for row in run.observation("li2025_table2_mzr.csv")}
    cluster, field = both["full_cluster"], both["mass_matched_field"]
    z = 0.5 * (cluster["z_min"] + cluster["z_max"])
    axes.errorbar([z], [cluster["oh12"] - field["oh12"]],
                  [[np.hypot(cluster["oh12_err_lo_dex"], field["oh12_err_hi_dex"])],
                   [np.hypot(cluster["oh12_err_hi_dex"], field["oh12_err_lo_dex"])]],
                  xerr=[[z - cluster["z_min"]], [cluster["z_max"] - z]], fmt="s", color=BLACK, capsize=2,
                  label="Li et al. (2025), table 2")
    axes.axhline(0, color=PALE, zorder=0)
    axes.set_xlabel("Redshift z")
    axes.set_ylabel("cluster - field at equal mass [dex]")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.2 * (high - low))  # room for the legend
    axes.legend()
    note(figure, f"Cluster: {all_said[0]['label']}. Errors: resampled regions; of fewer than {rel.MANY_REGIONS}, "
         "at least those of regions left out one by one and of single galaxies; none where one region holds all of a "
         "side.")
    return figure


def plot_fmr_offset(all_said):
    """Offset from the fundamental relation by redshift: medians and 16 to 84 %, by abundance."""
    figure, axes = plt.subplots(figsize=(6.0, 4.0))
    shown = [(s["z"], s["fmr_offset_dex"]) for s in all_said if "fmr_offset_dex" in s]
    z, middle = [s[0] for s in shown], np.array([s[1]["median"] for s in shown])
    reach = [middle - [s[1]["p16"] for s in shown], [s[1]["p84"] for s in shown] - middle]
    axes.errorbar(z, middle, reach, fmt="o", color=BLUE, capsize=2, label="this run: median, 16 to 84 %")
    axes.axhline(0, color=PALE, zorder=0)
    axes.plot([5, 7], [-0.25, -0.25], color=BLACK, ls="--", label="Li et al. (2025), z = 5 to 7")
    axes.set_xlabel("Redshift z")
    axes.set_ylabel("offset from the fundamental relation [dex]")
    axes.legend()
    return figure


def plot_scatter(all_said):
    """Scatter about the mass-metallicity relation by redshift, beside what Morishita et al. (2025) quote; Trouble if no
    redshift has a relation."""
    shown = [(s["z"], s["mzr_scatter_dex"]) for s in all_said if s.get("mzr_scatter_dex") is not None]
    if not shown:
        raise Trouble(f"at no redshift are there {FEWEST} galaxies of different mass with a metallicity: lower "
                      "--sfr-min, or write other redshifts")
    figure, axes = plt.subplots(figsize=(6.0, 4.0))
    axes.plot(*zip(*sorted(shown)), "o-", color=BLUE, label="this run, about its own relation")
    for row in read_table(shipped_observations() / SCATTER):
        ends = [row["z_min"], max(row["z_max"], row["z_min"] + 0.5)]
        axes.plot(ends, [row["scatter_dex"]] * 2, color=BLACK, lw=1.6, ls="--",
                  label="observed (Morishita et al. 2025)" if row["z_min"] == 0 else None)
    axes.set_ylim(0, None)
    axes.set_xlabel("Redshift z")
    axes.set_ylabel("scatter about the mass-metallicity relation [dex]")
    axes.legend()
    return figure


def plot_compactness(seen, said):
    """Offset from the fundamental relation against compactness; Trouble if too few galaxies have a radius."""
    if "compactness" not in said:
        raise Trouble("compactness needs r_half_light_kpc or r_galaxy_kpc of at least "
                      f"{FEWEST} galaxies, --set 'output.properties=[\"default\", \"r_galaxy_kpc\"]'")
    figure, axes = plt.subplots(figsize=(6.0, 4.5))
    sized = np.isfinite(seen["log_r_pc"])
    c, residual, weight = (seen[name][sized] for name in ("compactness", "offset", "weight"))
    axes.plot(c, residual, ".", ms=3, color=BLUE, alpha=0.4, mec="none", rasterized=True, label="this run")
    middle, median, low, high = binned_medians(c, residual, weight, np.arange(-3.1, 2, 0.2))
    axes.errorbar(middle, median, [median - low, high - median], fmt="o", color=VERMILION, capsize=2,
                  label="median, 16 to 84 %")
    fit = shipped_observations() / "langeroodi2023_size_fits.csv"
    line = next(row for row in read_table(fit) if row["relation"] == "fmr_offset")
    ends = np.array([min(-1.1, c.min()), max(0.35, c.max())])
    axes.plot(ends, line["slope"] * ends + line["intercept"], color=BLACK, ls="--", label="Langeroodi & Hjorth (2023)")
    axes.axhline(0, color=GREY, lw=0.6, zorder=0)
    axes.set_xlabel(r"$C = 0.21\,\log_{10} M_\star - \log_{10} R$ [pc]")
    axes.set_ylabel("offset from the fundamental relation [dex]")
    axes.legend()
    what = said["compactness"]
    note(figure, f"z = {seen['z']:.2f}. Radius {seen['radius']}. Rank correlation {what['spearman']:.2f}; as far from "
         f"zero are {what['p_of_shuffled']:.3f} of shuffled samples. By abundance {what['spearman_by_abundance']:.2f}; "
         f"as far from their mean are {what['p_by_abundance_at_equal_mass']:.3f} of those shuffled at equal mass.")
    return figure


def seen_by_redshift(run, sfr_min, spheres_cmpc=None, near=None):
    """[(galaxies, numbers)] of the written levels, or of those nearest to the redshifts `near`, that have galaxies of
    more star formation [Msun/yr]."""
    redshifts = run.redshifts if near is None else [z for z in run.redshifts if any(
        run.nearest(z) == run.nearest(one) for one in near)]
    every = [galaxies_of(run, z, sfr_min, spheres_cmpc) for z in redshifts]
    every = [(seen, numbers_of(run, seen)) for seen in every if seen["log_m"].size]
    if not every:
        raise Trouble(f"{run.folder} has no galaxy of more than {sfr_min:.3g} Msun/yr with a metallicity: lower "
                      "--sfr-min, or write other redshifts")
    return every


def nearest_to(every, z):
    return min(every, key=lambda one: abs(one[0]["z"] - z))


def show(said):
    print(f"z = {said['z']:.2f}: {said['galaxies']} galaxies, {said['label']}")
    for key, value in said.items():
        if key not in ("z", "galaxies", "label") and value is not None:
            text = value if not isinstance(value, dict) else ", ".join(
                f"{name} {number:.3g}" if isinstance(number, float) else f"{name} {number}"
                for name, number in value.items())
            print(f"  {key}: {text:.3g}" if isinstance(text, float) else f"  {key}: {text}")


def main():
    parser = galaxy_script(__doc__, NEEDS)
    parser.add_argument("--z", type=float, default=6.0, help="redshift of the figures of single galaxies; default: 6")
    parser.add_argument("--spheres", metavar="CMPC", type=float,
                        help="cluster: the densest third by number in spheres of this radius, of a box")
    options = parser.parse_args()
    run, out = Run(options.folder), options.out or options.folder
    make_folder(out)
    every = seen_by_redshift(run, options.sfr_min, options.spheres)
    all_said = [said for _, said in every]
    for said in all_said:
        show(said)
    seen, said = nearest_to(every, options.z)
    for name, draw in (("environment_mzr", lambda: plot_mzr(run, seen, said)),
                       ("environment_offset", lambda: plot_offset(run, all_said)),
                       ("fmr_offset", lambda: plot_fmr_offset(all_said)),
                       ("mzr_scatter", lambda: plot_scatter(all_said)),
                       ("compactness", lambda: plot_compactness(seen, said))):
        try:
            save(draw(), out / f"{name}.png")
        except Trouble as trouble:
            print(f"no {name}.png: {trouble}")
    write_whole(out / "environment.json", json.dumps(all_said, indent=1) + "\n")
    print(out / "environment.json")


if __name__ == "__main__":
    main_of(main)
