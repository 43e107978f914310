#!/usr/bin/env python3
"""One figure of several runs, best of different models of galaxies on the same trees: cosmic star formation,
metallicities, sizes and ultraviolet luminosity functions, with data; and a table of their likelihoods.
docs/models.md."""
import argparse
import pathlib

from plot_needs import need

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)

import numpy as np  # noqa: E402  missing packages are named before they are imported

from cecropia_files import read_table, shipped_observations  # noqa: E402
from marked_tables import table  # noqa: E402
from plot_data import Run, Trouble, binned_medians, log10, main_of, make_folder, write_whole  # noqa: E402
from plot_observations import SFRD_FIT, SIZE_TABLE, draw_observed_sfrd, observed_oh, shipped  # noqa: E402
from plot_style import BLACK, BLUE, GREEN, GREY, M_SUN, ORANGE, PURPLE, VERMILION, note, plt, save  # noqa: E402

COLOURS = (BLUE, ORANGE, GREEN, PURPLE, VERMILION)
GALAXIES = "toyouchi2025_table2_galaxies.csv"  # of JWST at z > 10
LIGHT = "uv_luminosity_functions.csv"
NEAR = 0.5  # data of redshifts so near are drawn
TERMS = ("all", "csfh", "mzsfr", "sfrd", "csmd", "fmr", "mzr", "shmr")


def label_of(run):
    """What the galaxies of a run are called: its model, and its folder if several have the same."""
    return run.model


def galaxies_at(run, z, columns, detectable=True):
    """Table of galaxies of the level nearest to z, with those of `columns` that the run wrote; those that form more
    stars than observe.sfr_min_msun_yr if only the detectable ones are wanted."""
    name = run.nearest(z)
    with run.open_file() as file:
        there = [c for c in columns if c in file["galaxies"][name]]
    table = run.group(name, [*there, "sfr_10_msun_yr"])
    return table.where(table["sfr_10_msun_yr"] > run.observe["sfr_min_msun_yr"]) if detectable else table


def draw_sfrd(ax, runs, labels):
    for run, label, colour in zip(runs, labels, COLOURS):
        ax.plot(run.column("z"), log10(run.column("sfrd_detectable_msun_yr_cmpc3")), color=colour, label=label)
        ax.plot(run.column("z"), log10(run.column("sfrd_msun_yr_cmpc3")), color=colour, ls=":", lw=1)
    first = runs[0]
    ax.plot([], [], color=GREY, ls=":", lw=1, label="the same, all galaxies")
    extra = draw_observed_sfrd(ax, first.observation(SFRD_FIT), first.observation("liu2025_table2_sfrd.csv"),
                               first.used_in_likelihood, BLACK)
    ax.set(xlabel="Redshift", ylabel=rf"$\log_{{10}}$ SFRD [${M_SUN}\,yr^{{-1}}\,cMpc^{{-3}}$]", xlim=(4.4, 17),
           ylim=(-5.5, -0.8))
    handles, _ = ax.get_legend_handles_labels()
    ax.legend(handles=handles + list(extra or []), fontsize=7)


def is_fed(run, g):
    """Whether galaxies take in gas. A bathtub that does not is another kind of galaxy: nearly all of its gas is gone
    after one level, and what is left is as rich as the sun. Others are as they were before."""
    if run.model != "bathtub" or "inflow_step_msun_yr" not in g:
        return np.full(g["m_star_msun"].size, True)
    return np.asarray(g["inflow_step_msun_yr"]) > 0


def draw_mzr(ax, runs, labels, z):
    for run, label, colour in zip(runs, labels, COLOURS):
        g = galaxies_at(run, z, ("m_star_msun", "oh_young", "weight_per_cmpc3", "inflow_step_msun_yr"))
        keep = np.isfinite(g["oh_young"]) & (g["m_star_msun"] > 0)
        x, y = log10(g["m_star_msun"][keep]), g["oh_young"][keep]
        fed = is_fed(run, g)[keep]
        ax.plot(x[fed][:4000], y[fed][:4000], ".", color=colour, ms=2, alpha=0.3, mec="none", rasterized=True)
        middle = binned_medians(x[fed], y[fed], g["weight_per_cmpc3"][keep][fed], np.arange(6, 11.6, 0.5))
        ax.plot(*middle[:2], "-", color=colour, lw=2, label=label)
        if not fed.all():
            ax.plot(x[~fed], y[~fed], "x", color=colour, ms=3.5, mew=0.8, label=f"{label}, no inflow: not in medians")
    x = np.array([7, 10])
    ax.plot(x, observed_oh(x, z), color=BLACK, ls=(0, (5, 2)), label="observed plane (Liu+25 eq. 17)")
    ax.set(xlabel=rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$", ylabel=f"[O/H] at z = {z:g}", xlim=(6, 11.5), ylim=(-3, 0.7))
    ax.legend(fontsize=7)


def size_of(run, g):
    """Half-light radius [kpc] where the model has one, else the radius of the star-forming gas."""
    return g["r_half_light_kpc"] if "r_half_light_kpc" in g else g.get("r_galaxy_kpc")


def draw_sizes(ax, runs, labels, z):
    for run, label, colour in zip(runs, labels, COLOURS):
        g = galaxies_at(run, z, ("m_star_msun", "r_half_light_kpc", "r_galaxy_kpc", "weight_per_cmpc3"))
        size = size_of(run, g)
        if size is None or not np.any(np.isfinite(size) & (size > 0)):
            ax.plot([], [], color=colour, label=f"{label}: no sizes")
            continue
        keep = np.isfinite(size) & (size > 0) & (g["m_star_msun"] > 1e5)
        x, y = log10(g["m_star_msun"][keep]), log10(1e3 * size[keep])
        ax.plot(x[:4000], y[:4000], ".", color=colour, ms=2, alpha=0.3, mec="none", rasterized=True)
        middle = binned_medians(x, y, g["weight_per_cmpc3"][keep], np.arange(6, 11.6, 0.5))
        ax.plot(*middle[:2], "-", color=colour, lw=2,
                label=label + ("" if "r_half_light_kpc" in g else ", gas"))
    fit = shipped(SIZE_TABLE, "relation", "mass_size")
    x = np.array([fit["log10_m_star_min_msun"], fit["log10_m_star_max_msun"]])
    ax.plot(x, fit["slope"] * x + fit["intercept"], color=BLACK, ls=(0, (5, 2)),
            label="Langeroodi & Hjorth 23, z = 4 to 10")
    rows = [r for r in read_table(shipped_observations() / GALAXIES)
            if np.isfinite(r["r_half_pc"]) and r["r_limit"] == "="]
    ax.plot([r["log10_m_star_msun"] for r in rows], [np.log10(r["r_half_pc"]) for r in rows], "D", color=GREY, ms=4,
            mec=BLACK, mew=0.4, label="JWST, z > 10 (Toyouchi+25 table 2)")
    ax.set(xlabel=rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$", ylabel=rf"$\log_{{10}}\ R\ [pc]$ at z = {z:g}", xlim=(6, 11.5),
           ylim=(0.5, 4))
    ax.legend(fontsize=7)


def luminosity_function(m_uv, weight, edges):
    """log10 of galaxies per magnitude and cMpc^3 in bins; NaN where there is none."""
    seen = np.isfinite(m_uv)
    return log10(np.histogram(m_uv[seen], edges, weights=weight[seen])[0] / np.diff(edges))


def draw_light(ax, runs, labels, z):
    edges = np.arange(-24, -13.9, 0.5)
    middle = 0.5 * (edges[1:] + edges[:-1])
    for run, label, colour in zip(runs, labels, COLOURS):
        g = galaxies_at(run, z, ("m_uv_ab", "m_uv_seen_ab", "weight_per_cmpc3"), detectable=False)
        drawn = [name for name in ("m_uv_ab", "m_uv_seen_ab") if name in g and np.isfinite(g[name]).any()]
        for name in drawn:
            dust = "through dust" if name == "m_uv_seen_ab" else "without dust"
            ax.plot(middle, luminosity_function(g[name], g["weight_per_cmpc3"], edges), color=colour,
                    ls=":" if name != drawn[-1] else "-", label=f"{label}, {dust}", lw=1.8)
        if not drawn:
            ax.plot([], [], color=colour, label=f"{label}: no light")
    for marker, reference in zip("osD^", sorted({row["reference"] for row in observed_light(z)})):
        rows = [row for row in observed_light(z) if row["reference"] == reference]
        seen = [row for row in rows if row["limit"] == "="]
        limits = [row for row in rows if row["limit"] == "<"]
        phi = np.array([row["phi_per_mag_cmpc3"] for row in seen])
        low, high = (np.array([row[key] for row in seen]) for key in ("err_lo", "err_hi"))
        reach = [log10(phi) - np.log10(np.maximum(phi - low, 1e-3 * phi)), np.log10(phi + high) - log10(phi)]
        ax.errorbar([row["m_uv_ab"] for row in seen], log10(phi), reach, fmt=marker, color=BLACK, ms=4, mfc=GREY,
                    elinewidth=1, capsize=2, label=f"{reference}, z = {rows[0]['z']:g}")
        ax.plot([row["m_uv_ab"] for row in limits], [np.log10(row["phi_per_mag_cmpc3"]) for row in limits], "v",
                color=BLACK, mfc="white", ms=4)
    ax.set(xlabel=r"$M_{UV}$ [AB]", ylabel=rf"$\log_{{10}}\ \phi\ [mag^{{-1}}\,cMpc^{{-3}}]$ at z = {z:g}",
           xlim=(-14, -24), ylim=(-7, 0))
    ax.legend(fontsize=7, loc="lower left")


def observed_light(z):
    """Observed ultraviolet luminosity functions of about that redshift."""
    return [row for row in read_table(shipped_observations() / LIGHT) if abs(row["z"] - z) <= NEAR]


def plot_uvlf(run, z=7):
    """Ultraviolet luminosity function of one run near a redshift, with data; Trouble if no light was written."""
    names = ("m_uv_ab", "m_uv_seen_ab")
    g = galaxies_at(run, z, names, detectable=False)
    if not any(name in g and np.isfinite(g[name]).any() for name in names):
        raise Trouble(f"{run.folder}/run.h5 has no magnitudes: run again with --set "
                      "'output.properties=[\"default\", \"m_uv_ab\"]'")
    figure, axes = plt.subplots(figsize=(6.0, 4.6))
    draw_light(axes, [run], [label_of(run)], run.column("z")[run.levels[run.nearest(z)]].round(1))
    return figure


def plot_dust(run, z=7):
    """Mass of dust and the part of the metals that is dust, by stellar mass; Trouble if galaxies have no dust."""
    g = galaxies_at(run, z, ("m_star_msun", "m_dust_msun", "metals_gas_msun", "weight_per_cmpc3"))
    if "m_dust_msun" not in g or not np.any(g["m_dust_msun"] > 0):
        raise Trouble("galaxies of this model have no dust: --set model=disc has")
    figure, axes = plt.subplots(1, 2, figsize=(9.0, 4.0))
    log_m, log_dust = log10(g["m_star_msun"]), log10(g["m_dust_msun"])
    panels = [(log_dust, rf"$\log_{{10}}\ M_{{dust}}\ [{M_SUN}]$")]
    if "metals_gas_msun" in g:
        panels.append((log_dust - log10(g["metals_gas_msun"][:, 0]), r"$\log_{10}$ dust / metals of gas and dust"))
    for ax, (y, label) in zip(axes, panels):
        seen = np.isfinite(log_m) & np.isfinite(y)
        ax.plot(log_m[seen], y[seen], ".", color=ORANGE, ms=3, alpha=0.4, mec="none", rasterized=True)
        middle, median, low, high = binned_medians(log_m[seen], y[seen], g["weight_per_cmpc3"][seen],
                                                   np.arange(6, 12, 0.5))
        ax.errorbar(middle, median, [median - low, high - median], fmt="o-", color=VERMILION, capsize=2,
                    label="median, 16 to 84 %")
        ax.set(xlabel=rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$", ylabel=label)
    axes[1].set_visible(len(panels) > 1)
    axes[0].legend()
    note(figure, f"z = {g.facts['redshift']:.2f}, galaxies of SFR > {run.observe['sfr_min_msun_yr']:.2g} Msun/yr.")
    return figure


def likelihoods(runs, labels):
    """Markdown: log10 L of every term by run."""
    def cell(run, term):
        value = run.likelihood.get(term, np.nan)
        return f"{value:.2f}" if np.isfinite(value) else "-"
    return table(["log10 L", *labels], [(term, *(cell(run, term) for run in runs)) for term in TERMS])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", metavar="RUN", type=pathlib.Path, nargs="+", help="folders of finished runs")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, default=pathlib.Path("."),
                        help="where models.png goes")
    parser.add_argument("--z", type=float, default=7, help="redshift of galaxies; default: 7")
    o = parser.parse_args()
    if len(o.folders) > len(COLOURS):
        raise Trouble(f"{len(o.folders)} runs are more than one figure holds: give at most {len(COLOURS)}")
    runs = [Run(folder) for folder in o.folders]
    labels = [label_of(run) for run in runs]
    if len(set(labels)) < len(labels):
        labels = [folder.name for folder in o.folders]
    make_folder(o.out)
    figure, ((a, b), (c, d)) = plt.subplots(2, 2, figsize=(10.5, 8.4))
    draw_sfrd(a, runs, labels)
    draw_mzr(b, runs, labels, o.z)
    draw_sizes(c, runs, labels, o.z)
    draw_light(d, runs, labels, o.z)
    cut = runs[0].observe["sfr_min_msun_yr"]
    note(figure, f"Solid lines and points: galaxies of SFR > {cut:.2g} Msun/yr, but for luminosity functions. Points: "
                 "single galaxies; thick lines: medians by abundance in bins of stellar mass. Crosses: bathtubs into "
                 "which no gas came in the last level, which have none left to speak of. Galaxies of the written level "
                 "nearest to the redshift.")
    save(figure, o.out / "models.png")
    text = likelihoods(runs, labels)
    write_whole(o.out / "models.md", text + "\n")
    print(text)


if __name__ == "__main__":
    main_of(main)
