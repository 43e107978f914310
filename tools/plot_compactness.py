#!/usr/bin/env python3
"""Sizes, compactness and offsets from the fundamental metallicity relation of a run's galaxies at z = 4 to 10, as in
figures 1 to 5 of Langeroodi & Hjorth (2023), all and in three bins of stellar mass.

Galaxies that form more than --sfr-min of 1e7 to 10^10.5 Msun at the written levels, weighted with their number on the
sky. Errors come from resampled trees (of a box: 27 cubes). Writes compactness_sizes.png (figures 1 to 3),
compactness_offsets.png (figures 4 and 5) and compactness.json; prints the slopes, by how much sizes of the lightest
galaxies change faster with redshift than those of the heaviest, with its error, and the rank correlation of compactness
and offset, also at equal mass and redshift, with the chance of such a one by whole trees. Needs r_half_light_kpc or,
with the radius of the star-forming gas instead, r_galaxy_kpc among the output.properties. docs/environments.md.
"""
import json

from plot_needs import need

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

import numpy as np

import environment as env
import metal_relations as rel
from cecropia_run import Run
from galaxy_columns import GAS, LIGHT, radius_of, with_observed
from plot_data import Trouble, binned_medians, galaxy_script, main_of, make_folder, write_whole
from plot_environment import COLUMNS, FEWEST, MASS_BIN, TREE_OF_ID
from plot_observations import SIZE_TABLE, shipped
from plot_style import BLACK, BLUE, GREEN, GREY, M_SUN, VERMILION, note, plt, save

Z_RANGE, LOG_M_RANGE = (4.0, 10.0), (7.0, 10.5)  # of the paper's sample
BINS = {"below 1e8": (7.0, 8.0, BLUE), "1e8 to 1e9": (8.0, 9.0, GREEN), "above 1e9": (9.0, 10.5, VERMILION)}
RESAMPLES = 200
CUBES = 3  # per side of a box, as regions


def galaxies_of(run, sfr_min):
    """Columns of the galaxies of the sample, by name, with `region`; Trouble if none has a radius."""
    table = Run.galaxies(run, *Z_RANGE, sfr_min_msun_yr=sfr_min)  # plot_data.Run has another of this name
    missing = [name for name in COLUMNS if name not in table]
    if radius_of(table) is None and GAS in table:
        raise Trouble(f"no galaxy of {run.folder} has a radius: bathtubs have none; give a run of discs or of asloth")
    missing += [GAS] if radius_of(table) is None else []
    if missing:
        raise Trouble(f"{run.folder}/run.h5 has no {missing[0]}: run again with --set "
                      f"'output.properties=[\"default\", \"{missing[0]}\"]'")
    more, side = with_observed(table), run.trees.get("box_cmpc", 0)
    if not side:
        region = table["halo_id"] >> TREE_OF_ID
    elif "position_cmpc" in table:
        region = env.part_of_box(table["position_cmpc"].astype(float), side, side / CUBES)
    else:
        region = np.zeros(table.rows)
    seen = {"z": more["z"], "log_m": more["log10_m_star"], "log_r": more["log10_r_pc"],
            "offset": more["fmr_offset_dex"], "compactness": more["compactness"], "weight": more["light_cone"],
            "region": region}
    keep = np.all([np.isfinite(column) for column in seen.values()], axis=0)
    keep &= (seen["log_m"] >= LOG_M_RANGE[0]) & (seen["log_m"] < LOG_M_RANGE[1])
    if keep.sum() < FEWEST:
        raise Trouble(f"{run.folder} has {keep.sum()} galaxies of 1e7 to 10^10.5 Msun with more than {sfr_min:.3g} "
                      f"Msun/yr, a metallicity and a radius at z = 4 to 10: {FEWEST} are needed")
    return {name: column[keep] for name, column in seen.items()} | {"light": radius_of(table) == LIGHT}


def bins_of(seen):
    """{name: (mask, colour)} of the three bins of stellar mass."""
    return {name: ((seen["log_m"] >= low) & (seen["log_m"] < high), colour) for name, (low, high, colour) in
            BINS.items()}


def slope_of(seen, x, y, mask=slice(None)):
    """A line through galaxies: slope, intercept, their errors, scatter; None for too few, or all at one x."""
    if seen[x][mask].size < FEWEST or np.ptp(seen[x][mask]) == 0:
        return None
    fit = rel.fit_line(seen[x][mask], seen[y][mask], weights=seen["weight"][mask], regions=seen["region"][mask],
                       resamples=RESAMPLES)
    return {"slope": fit.slope, "slope_err": fit.slope_err, "intercept": fit.zero, "intercept_err": fit.zero_err,
            "scatter_dex": fit.scatter, "galaxies": fit.n}


def size_slope_in_z(seen, rows, at_fixed_mass):
    """Slope of log R in redshift of some galaxies, of a line or, with the mass held fixed, of a plane in both."""
    mass = [seen["log_m"][rows] - 8] if at_fixed_mass else []
    design = np.column_stack([np.ones(rows.size), seen["z"][rows], *mass])
    root = np.sqrt(seen["weight"][rows])
    return np.linalg.lstsq(design * root[:, None], seen["log_r"][rows] * root, rcond=None)[0][1]


def lightest_minus_heaviest(seen, at_fixed_mass):
    """By how much sizes of the lightest galaxies depend on redshift more steeply (less than zero) than those of the
    heaviest: slopes by bin, difference and its error from the same resampled regions in both, whose galaxies share a
    history; none (NaN) if fewer than five regions hold galaxies of one of both. None for too few galaxies."""
    bins = {name: mask for name, (mask, _) in bins_of(seen).items()}
    if any(mask.sum() < FEWEST or np.ptp(seen["z"][mask]) == 0 for mask in bins.values()):
        return None
    first, *_, last = bins

    def slope(name, rows):
        return size_slope_in_z(seen, rows[bins[name][rows]], at_fixed_mass)
    everything, drawn = np.arange(seen["z"].size), []
    if min(np.unique(seen["region"][bins[name]]).size for name in (first, last)) >= rel.FEWEST_REGIONS:
        drawn = [slope(first, rows) - slope(last, rows)
                 for rows in rel.samples_of(everything.size, seen["region"], RESAMPLES, 1)
                 if min(bins[name][rows].sum() for name in (first, last)) >= FEWEST]
    slopes = {name: float(slope(name, everything)) for name in bins}
    return {"slopes": slopes, "difference": slopes[first] - slopes[last],
            "error": float(np.std(drawn, ddof=1)) if len(drawn) > 1 else np.nan}


def numbers_of(seen):
    """Slopes of the five figures, of all galaxies and by mass, and the rank correlation of figure 5."""
    pairs = {"size_of_mass": ("log_m", "log_r"), "size_of_redshift": ("z", "log_r"),
             "offset_of_redshift": ("z", "offset"), "offset_of_compactness": ("compactness", "offset")}
    said = {name: {"all": slope_of(seen, *pair), **{one: slope_of(seen, *pair, mask) for one, (mask, _) in
                                                    bins_of(seen).items()}} for name, pair in pairs.items()}
    difference = lightest_minus_heaviest(seen, False)
    said["lightest_minus_heaviest"] = difference
    said["lightest_minus_heaviest_at_fixed_mass"] = lightest_minus_heaviest(seen, True)
    said["lightest_steeper_than_heaviest"] = difference["difference"] < 0 if difference else None
    cells = np.column_stack([seen["z"], np.floor(seen["log_m"] / MASS_BIN)])
    at_equal, chance = rel.rank_correlation_within(seen["compactness"], seen["offset"], cells, seen["region"],
                                                   seen["weight"])
    said["compactness"] = {
        "spearman_by_abundance": rel.spearman(seen["compactness"], seen["offset"], seen["weight"]),
        "at_equal_mass_and_redshift": at_equal, "p_at_equal_mass_and_redshift": chance}
    return said


def draw(axes, seen, x, y, edges, observed=None):
    """Galaxies and medians of the three bins of mass; the line of a relation of the paper."""
    for name, (mask, colour) in bins_of(seen).items():
        axes.plot(seen[x][mask], seen[y][mask], ".", ms=2.5, color=colour, alpha=0.3, mec="none", rasterized=True)
        middle, median, low, high = binned_medians(seen[x][mask], seen[y][mask], seen["weight"][mask], edges)
        axes.errorbar(middle, median, [median - low, high - median], fmt="o-", ms=4, lw=1.2, color=colour, capsize=2,
                      label=rf"{name} ${M_SUN}$")
    if observed:
        fit, ends = shipped(SIZE_TABLE, "relation", observed), np.array(axes.get_xlim())
        axes.plot(ends, fit["slope"] * ends + fit["intercept"], color=BLACK, ls="--",
                  label="Langeroodi & Hjorth (2023)")
        axes.set_xlim(ends)


def plot_sizes(seen, said):
    """Figures 1 to 3: sizes by mass, by redshift, and by redshift in bins of mass with their lines."""
    figure, (one, two, three) = plt.subplots(1, 3, figsize=(12.5, 4.2), sharey=True)
    z_edges = np.arange(3.75, 10.8, 0.5)
    draw(one, seen, "log_m", "log_r", np.arange(7, 10.6, 0.25), "mass_size")
    draw(two, seen, "z", "log_r", z_edges, "size_redshift")
    draw(three, seen, "z", "log_r", z_edges)
    ends = np.array(three.get_xlim())
    for name, (_, colour) in bins_of(seen).items():
        fit = said["size_of_redshift"][name]
        if fit:
            three.plot(ends, fit["slope"] * ends + fit["intercept"], color=colour, ls="--", lw=1,
                       label=rf"${fit['slope']:.3f} \pm {fit['slope_err']:.3f}$ per unit z")
    three.set_xlim(ends)
    one.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
    one.set_ylabel(r"$\log_{10}\ R$ [pc]")
    two.set_xlabel("Redshift z")
    three.set_xlabel("Redshift z")
    one.legend(fontsize=7)
    three.legend(fontsize=7, ncol=2)
    low, high = one.get_ylim()
    one.set_ylim(low - 0.25 * (high - low), high + 0.12 * (high - low))
    what = "half of the light at 1500 Angstrom" if seen["light"] else "the star-forming gas, not of light"
    note(figure, f"Radius of {what}. Points: galaxies of all written levels, each once; symbols (medians, 16 to 84 %) "
         "and lines (right, through the galaxies of each bin): weighted with their number on the sky, which the many "
         "light galaxies of each bin and the lower redshifts decide.")
    return figure


def plot_offsets(seen, said):
    """Figures 4 and 5: offset from the fundamental relation by redshift and by compactness."""
    figure, (one, two) = plt.subplots(1, 2, figsize=(9.6, 4.2), sharey=True)
    draw(one, seen, "z", "offset", np.arange(3.75, 10.8, 0.5))
    draw(two, seen, "compactness", "offset", np.arange(-2, 1, 0.1), "fmr_offset")
    one.axhline(0, color=GREY, lw=0.8, zorder=0)
    two.axhline(0, color=GREY, lw=0.8, zorder=0)
    one.set_xlabel("Redshift z")
    one.set_ylabel("offset from the fundamental relation [dex]")
    two.set_xlabel(r"$C = 0.21\,\log_{10} M_\star - \log_{10} R$ [pc]")
    one.legend(fontsize=7)
    two.legend(fontsize=7)
    rank = said["compactness"]
    note(figure, "Points: galaxies, each once; symbols: medians, 16 to 84 %, weighted with their number on the sky. "
         f"Rank correlation of C and offset with these weights: {rank['spearman_by_abundance']:.2f}; at equal mass and "
         f"redshift {rank['at_equal_mass_and_redshift']:.2f}, and as far from zero are "
         f"{rank['p_at_equal_mass_and_redshift']:.3f} of samples in which whole trees (of a box: cubes) get signs at "
         "random.")
    return figure


def show(said):
    for name, lines in said.items():
        if name.startswith("lightest_minus_heaviest"):
            print(f"{name}: " + (f"{lines['difference']:.3f} +- {lines['error']:.3f}" if lines else "too few galaxies"))
            continue
        if name in ("lightest_steeper_than_heaviest", "compactness"):
            print(f"{name}: {lines}")
            continue
        for which, fit in lines.items():
            words = f"slope {fit['slope']:.3f} +- {fit['slope_err']:.3f}" if fit else "too few galaxies"
            print(f"{name}, {which}: {words}")


def main():
    parser = galaxy_script(__doc__, NEEDS)
    options = parser.parse_args()
    out = options.out or options.folder
    make_folder(out)
    seen = galaxies_of(Run(options.folder), options.sfr_min)
    said = numbers_of(seen)
    show(said)
    save(plot_sizes(seen, said), out / "compactness_sizes.png")
    save(plot_offsets(seen, said), out / "compactness_offsets.png")
    write_whole(out / "compactness.json", json.dumps(said, indent=1) + "\n")
    print(out / "compactness.json")


if __name__ == "__main__":
    main_of(main)
