#!/usr/bin/env python3
"""Galaxies of a run beside the clumps of a protocluster core (Morishita et al. 2025): metallicities with the spread
inside each galaxy, surface densities of stars and of star formation.

Takes the written level nearest to --z. Metallicities inside a disc: its rings, weighted with their star formation, as
clumps of its gas would show them (DSC-32, docs/theory/disc.md); prints spread and gradient, the scatter between
galaxies, and how often four clumps of one galaxy, measured with the errors of the four observed regions, scatter as
much as those, as if they were parts of one disc. Surface densities are means inside the half-light radius. Writes
clumps_metals.png, clumps_densities.png and clumps.json. Needs a run of discs with oh_spread_dex and oh_gradient_dex_kpc
among the output.properties.
"""
import json

from plot_needs import need

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

import numpy as np

import metal_relations as rel
from cecropia_files import read_table, shipped_observations
from galaxy_columns import LIGHT, with_observed
from plot_data import Run, Trouble, galaxy_script, log10, main_of, make_folder, weighted_quantiles, write_whole
from plot_style import BLACK, BLUE, GREY, M_SUN, VERMILION, note, plt, save

INSIDE = ("oh_spread_dex", "oh_gradient_dex_kpc")
REGIONS, CLUMPS = "morishita2025_table2_regions.csv", "morishita2025_table3_clumps.csv"
OBSERVED_SCATTER_DEX, OBSERVED_REGIONS = 0.4, 4  # between the regions of table 2 with a metallicity
DRAWS, SEED = 20000, 8
FEWEST = 10  # galaxies, for a relation
CALIBRATION_DEX = 0.2  # of metallicities from strong lines, on top of the errors of the print
LIMIT_IN_TEXT = "ZD12-E"  # a value with an error in table 2, an upper limit in section 4.1


def galaxies_of(run, z, sfr_min):
    """Columns of the star-forming galaxies of one level, by name."""
    table = run.level(z)
    missing = [name for name in (*INSIDE, LIGHT) if name not in table]
    if missing:
        raise Trouble(f"{run.folder}/run.h5 has no {missing[0]}: run discs again with --set "
                      f"'output.properties=[\"default\", \"{INSIDE[0]}\", \"{INSIDE[1]}\"]'")
    if not np.isfinite(table[INSIDE[0]]).any():
        raise Trouble(f"no galaxy of {run.folder} has rings: give a run of discs, --set model=disc")
    more = with_observed(table)
    keep = (table["sfr_10_msun_yr"] > sfr_min) & np.isfinite(more["oh12"]) & np.isfinite(table[INSIDE[0]])
    keep &= table[LIGHT] > 0
    if keep.sum() < FEWEST:
        raise Trouble(f"{run.folder} has {keep.sum()} galaxies of more than {sfr_min:.3g} Msun/yr with rings at "
                      f"z = {table.facts['redshift']:.2f}: {FEWEST} are needed; lower --sfr-min")
    area_kpc2 = 2 * np.pi * table[LIGHT][keep] ** 2  # half of everything lies inside pi r^2
    return {"z": table.facts["redshift"], "log_m": more["log10_m_star"][keep], "oh12": more["oh12"][keep],
            "weight": table["weight_per_cmpc3"][keep], "spread": table[INSIDE[0]][keep],
            "gradient": table[INSIDE[1]][keep], "log_stars": log10(table["m_star_msun"][keep] / area_kpc2),
            "log_formation": log10(table["sfr_10_msun_yr"][keep] / area_kpc2)}


def is_sum(row):
    """Whether a row of table 2 is the sum of regions above it."""
    return "+" in row["name"] or row["name"] == "ZD12"


def observed_regions(with_limit=True):
    """Those of table 2 with a metallicity: 12 + log10(O/H) and its error with that of the calibration, taken as
    independent between regions [dex], arrays; with or without the region that their text calls an upper limit."""
    rows = [row for row in read_table(shipped_observations() / REGIONS)
            if row["oh12_limit"] != "<" and not is_sum(row)
            and (with_limit or row["name"] != LIMIT_IN_TEXT)]
    printed = [0.5 * (row["oh12_err_lo_dex"] + row["oh12_err_hi_dex"]) for row in rows]
    return np.array([row["oh12"] for row in rows]), np.hypot(printed, CALIBRATION_DEX)


def as_scattered(spread, weight, at_least=OBSERVED_SCATTER_DEX, errors=(0.0,) * OBSERVED_REGIONS):
    """Part of draws in which clumps of one galaxy, one for each of `errors` and measured with it [dex], scatter by at
    least so much."""
    draw = np.random.default_rng(SEED)
    galaxy = draw.choice(spread.size, DRAWS, p=weight / weight.sum())
    size = np.hypot(spread[galaxy, None], np.asarray(errors))
    clumps = draw.normal(size=size.shape) * size
    return float(np.mean(np.std(clumps, axis=1, ddof=1) >= at_least))


def chances_of(spread, weight):
    """How often clumps of one galaxy scatter as the regions do: as they are, measured as those are, and the same with
    the regions that are no limit only."""
    _, errors = observed_regions()
    certain, certain_errors = observed_regions(with_limit=False)
    scatter = float(np.std(certain, ddof=1))
    return {"scatter_dex": OBSERVED_SCATTER_DEX,
            "without_errors": as_scattered(spread, weight),
            "with_errors": as_scattered(spread, weight, errors=errors),
            "scatter_without_limit_dex": scatter,
            "with_errors_without_limit": as_scattered(spread, weight, scatter, certain_errors)}


def numbers_of(seen):
    said = {"z": seen["z"], "galaxies": int(seen["log_m"].size)}
    for name, key in (("spread", "oh_spread_dex"), ("gradient", "oh_gradient_dex_kpc")):
        known = np.isfinite(seen[name])
        low, middle, high = weighted_quantiles(seen[name][known], seen["weight"][known], [0.16, 0.5, 0.84])
        said[key] = {"median": middle, "p16": low, "p84": high}
    if np.ptp(seen["log_m"]) > 0:
        fit = rel.fit_mzr(seen["log_m"], seen["oh12"], weights=seen["weight"])
        said["scatter_between_galaxies_dex"] = fit.scatter
    said["part_that_scatters_as_observed"] = chances_of(seen["spread"], seen["weight"])
    return said


def arrow(axes, x, y, up):
    axes.annotate("", (x, y + (0.25 if up else -0.25)), (x, y),
                  arrowprops={"arrowstyle": "->", "color": BLACK, "lw": 1.0})


def plot_metals(seen, said):
    figure, axes = plt.subplots(figsize=(6.2, 4.6))
    axes.errorbar(seen["log_m"], seen["oh12"], seen["spread"], fmt=".", ms=3, color=BLUE, alpha=0.35, lw=0.7,
                  label="this run; bars: spread inside each galaxy")
    first = True
    for row in read_table(shipped_observations() / REGIONS):
        if row["oh12_limit"] == "<":
            axes.plot(row["log10_m_star_msun"], row["oh12"], "_", color=BLACK)
            arrow(axes, row["log10_m_star_msun"], row["oh12"], up=False)
            continue
        summed = is_sum(row)
        whole = [[np.hypot(row[f"oh12_err_{side}_dex"], CALIBRATION_DEX)] for side in ("lo", "hi")]
        axes.errorbar(row["log10_m_star_msun"], row["oh12"], whole, fmt="none", ecolor=GREY, elinewidth=0.8, zorder=1.9)
        if row["name"] == LIMIT_IN_TEXT:
            arrow(axes, row["log10_m_star_msun"], row["oh12"], up=False)
        axes.errorbar(row["log10_m_star_msun"], row["oh12"], [[row["oh12_err_lo_dex"]], [row["oh12_err_hi_dex"]]],
                      [[row["log10_m_star_err_lo_dex"]], [row["log10_m_star_err_hi_dex"]]], fmt="D" if summed else "s",
                      ms=5, color=BLACK, mfc="white" if summed else BLACK, capsize=2,
                      label="Morishita et al. (2025); open: sums of regions" if first else None)
        first = False
    axes.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
    axes.set_ylabel("12 + log$_{10}$(O/H)")
    axes.legend(loc="upper left")
    chance = said["part_that_scatters_as_observed"]
    note(figure, f"z = {seen['z']:.2f}. Median spread inside a galaxy {said['oh_spread_dex']['median']:.2f} dex; four "
         f"clumps of one galaxy, measured with these errors, scatter by {OBSERVED_SCATTER_DEX} dex or more in "
         f"{100 * chance['with_errors']:.1f} % of cases. Observed: errors as printed (black, with caps), and with "
         f"{CALIBRATION_DEX} dex of the calibration (grey). Arrows: upper limits; {LIMIT_IN_TEXT} (lowest) is a value "
         "in their table and a limit in their text.")
    return figure


def clumps():
    """Mass, log10 surface densities of stars and star formation [per kpc^2], whether they are lower limits."""
    for row in read_table(shipped_observations() / CLUMPS):
        log_area = np.log10(2 * np.pi) + 2 * row["log10_r_half_kpc"]
        yield (row["log10_m_star_msun"], row["log10_m_star_msun"] - log_area, row["log10_sfr_msun_yr"] - log_area,
               row["r_limit"] == "<")


def plot_densities(seen):
    figure, panels = plt.subplots(1, 2, figsize=(9.0, 4.0))
    names = ((r"\Sigma_\star", M_SUN, "log_stars", 1),
             (r"\Sigma_{SFR}", rf"{M_SUN}\,yr^{{-1}}", "log_formation", 2))
    for axes, (symbol, unit, key, column) in zip(panels, names):
        axes.plot(seen["log_m"], seen[key], ".", ms=3, color=BLUE, alpha=0.4, mec="none", label="galaxies of this run")
        for i, clump in enumerate(clumps()):
            axes.plot(clump[0], clump[column], "^" if clump[3] else "o", ms=5, color=VERMILION,
                      label="clumps, Morishita et al. (2025)" if i == 2 else None)
            if clump[3]:
                arrow(axes, clump[0], clump[column], up=True)
        axes.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
        axes.set_ylabel(rf"$\log_{{10}}\ {symbol}\ [{unit}\,kpc^{{-2}}]$")
    panels[0].plot([], [], "^", color=VERMILION, label="with a radius that is an upper limit")
    panels[0].legend()
    note(figure, f"z = {seen['z']:.2f}. Means inside the half-light radius. Star formation of clumps as published, "
         "from their ultraviolet light, corrected for dust.")
    return figure


def main():
    parser = galaxy_script(__doc__, NEEDS)
    parser.add_argument("--z", type=float, default=7.88, help="redshift; default: 7.88, that of the protocluster")
    options = parser.parse_args()
    run, out = Run(options.folder), options.out or options.folder
    make_folder(out)
    seen = galaxies_of(run, options.z, options.sfr_min)
    said = numbers_of(seen)
    print(f"z = {said['z']:.2f}, {said['galaxies']} galaxies")
    for key, unit in (("oh_spread_dex", "dex"), ("oh_gradient_dex_kpc", "dex/kpc")):
        one = said[key]
        print(f"  {key}: median {one['median']:.3f}, 16 to 84 % {one['p16']:.3f} to {one['p84']:.3f} {unit}")
    if "scatter_between_galaxies_dex" in said:
        print(f"  scatter between galaxies about their relation: {said['scatter_between_galaxies_dex']:.3f} dex")
    chance = said["part_that_scatters_as_observed"]
    print(f"  {100 * chance['with_errors']:.1f} % of galaxies have {OBSERVED_REGIONS} clumps that scatter by "
          f"{OBSERVED_SCATTER_DEX} dex or more, measured as the regions are ({100 * chance['without_errors']:.1f} % "
          f"without errors); {100 * chance['with_errors_without_limit']:.0f} % have "
          f"{OBSERVED_REGIONS - 1} that scatter by {chance['scatter_without_limit_dex']:.2f} dex, as the regions "
          f"without {LIMIT_IN_TEXT}")
    save(plot_metals(seen, said), out / "clumps_metals.png")
    save(plot_densities(seen), out / "clumps_densities.png")
    write_whole(out / "clumps.json", json.dumps(said, indent=1) + "\n")


if __name__ == "__main__":
    main_of(main)
