"""Figures 1 and 11 of Liu et al. (2025) from the galaxies of a run: sizes; metallicity and mass against redshift."""
import h5py
import numpy as np

from plot_data import Trouble, log10
from plot_observations import MEDIAN_LOG10_M_STAR, SIZE_TABLE, observed_oh, observed_plane, shipped
from plot_run import LOG_M_STAR, shmr_m_star
from plot_style import (BLACK, BLUE, GREEN, GREY, M_SUN, ORANGE, PURPLE, SEQUENTIAL, SKY, VERMILION, note, plt)

SIZES = ("r_galaxy_kpc", "r_vir_kpc", "m_vir_msun")  # datasets that figure 1 needs
Z_OF_SIZES = 7  # of figure 1
NEAR = 0.75  # a level so near in redshift stands for it
COSMOS_WEB = 0.027  # median half-light radius over virial radius, z = 2 to 7 (Yang et al. 2025, as quoted)


def sizes_near(run, redshift):
    """Redshift, halo masses [Msun], sizes of galaxies and halos [kpc] of the written level nearest to a redshift."""
    levels = {name: run.column("z")[row] for name, row in run.levels.items()}
    name = min(levels, key=lambda n: abs(levels[n] - redshift), default=None)
    if name is None or abs(levels[name] - redshift) > NEAR:
        raise Trouble(f"it needs a level of galaxies near z = {redshift:g}: put {redshift:g} into output.redshifts and "
                      "run again")
    with h5py.File(run.folder / "run.h5") as file:
        group = file["galaxies"][name]
        if any(field not in group for field in SIZES):
            raise Trouble("it needs the radii of galaxies and halos, which this run did not write: run again with "
                          """--set 'output.properties=["default", "r_galaxy_kpc", "r_vir_kpc"]'""")
        size, r_vir, mass = (group[field][()].astype(float) for field in SIZES)
    keep = (size > 0) & (r_vir > 0)
    return levels[name], mass[keep], size[keep], r_vir[keep]


def plot_sizes(run):
    """Figure 1: sizes of galaxies in units of the virial radius against halo mass."""
    z, mass, size, r_vir = sizes_near(run, Z_OF_SIZES)
    if not mass.size:
        raise Trouble(f"it needs galaxies at z = {z:.3g}, and there are none")
    stars = run.json["parameters"].get("star_formation", {})
    old, coefficient = stars.get("radius") == "scale_radius", stars.get("radius_coefficient", 0.05)
    figure, ax = plt.subplots(figsize=(6.0, 4.6))
    few = slice(None, None, max(1, mass.size // 6000))
    ax.plot(log10(mass)[few], log10(size / r_vir)[few], ".", color=GREY, ms=2.5, mec="none", rasterized=True, zorder=1)
    ax.plot([], [], "o", color=GREY, mec="none", ms=4, label=r"galaxies of this run, $R_\star/R_{vir}$")
    edges = np.arange(8.25, log10(mass).max() + 0.25, 0.25)  # halos hotter than 1e4 K
    inside = [(log10(mass) >= low) & (log10(mass) < low + 0.25) for low in edges]
    rows = [(np.median(mass[i]), np.median(size[i]), np.median(r_vir[i])) for i in inside if i.sum() >= 3]
    if rows:
        m, r_star, r_h = np.array(rows).T
        x, stretch = log10(m), (1 + z) ** -0.2
        # GAL-1 gives the concentration back, whichever radius the run has
        c = r_h / r_star if old else 10 * (r_star / (coefficient * r_h * stretch)) ** (-1 / 0.7)
        half_mass = 0.02 * (c / 10) ** -0.7 * stretch
        ax.plot(x, -log10(c), color=BLACK, lw=2.2, ls="-" if old else (0, (6, 2)),
                label=r"scale radius $R_s$ (Hartwig+22)" + (", this run" if old else ""))
        ax.plot(x, log10(2.5 * half_mass), color=BLUE, lw=2.2, ls=(0, (6, 2)) if old else "-",
                label=r"$2.5\ R_{50}$ (Liu+25)" + ("" if old else ", this run"))
        ax.plot(x, log10(half_mass), color=SKY, lw=1.6, label=r"$R_{50}$ NIHAO and VELA (Jiang+19)")
        ax.plot(x, log10(0.053 * (r_h / 0.7) ** 0.894 / r_h), color=GREEN, ls=(0, (3, 1.5)), lw=1.6,
                label=r"$R_{50}$ FIREbox (Rohr+22)")
        fit = shipped(SIZE_TABLE, "relation", "mass_size")  # log10(R_50/pc) of log10 M_*, z = 4 to 10
        observed = 1e-3 * 10 ** (fit["slope"] * log10(shmr_m_star(m, z)) + fit["intercept"])
        ax.plot(x, log10(observed / r_h), color=VERMILION, ls=(0, (6, 1.5, 1, 1.5, 1, 1.5)), lw=1.6,
                label=r"$R_{50}$ Langeroodi & Hjorth 23 of Tacchella+18")
    ax.axhline(np.log10(COSMOS_WEB), color=PURPLE, ls=(0, (4, 2)), lw=1.8, label="median of COSMOS-Web (Yang+25)")
    ax.set(xlabel=rf"$\log_{{10}}\ M_h\ [{M_SUN}]$", ylabel=r"$\log_{10}\ R/R_{vir}$", ylim=(-2.2, 1.0))
    ax.set_xlim(max(log10(mass).min(), 6) - 0.1, log10(mass).max() + 0.1)
    ax.legend(loc="upper left", ncol=1)
    note(figure, f"z = {z:.2f}. Halos cooler than 1e4 K keep the scale radius. Relations use the radii and "
                 "concentrations of the halos of this run; those of observations and simulations are extrapolated in "
                 "redshift as in the paper. The relations at z = 0 and 3 of the paper's figure (Arca-Sedda & "
                 "Capuzzo-Dolcetta 2014, Mowla et al. 2019) are not drawn: their coefficients are not at hand.")
    return figure


def bins_of(z, values, weights, edges, fewest=3):
    """Middle, weighted mean and scatter of the values in bins of redshift that hold at least `fewest` galaxies."""
    rows = []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (z >= low) & ((z < high) | (high == edges[-1])) & (weights > 0)
        if inside.sum() >= fewest:
            mean = np.average(values[inside], weights=weights[inside])
            spread = np.sqrt(np.average((values[inside] - mean) ** 2, weights=weights[inside]))
            rows.append((np.average(z[inside], weights=weights[inside]), mean, spread))
    return np.array(rows).reshape(-1, 3).T


def plot_evolution(run):
    """Figure 11: metallicity and stellar mass of detectable galaxies against redshift, with the fitted planes."""
    g = run.galaxies(4, 10, run.observe["sfr_min_msun_yr"])
    log_m, shift = log10(g["m_star"]), run.observe["mzr_shift_dex"]
    keep = np.isfinite(log_m) & np.isfinite(g["oh_young"])
    z, log_m, oh, weights = (values[keep] for values in (g["z"], log_m, g["oh_young"], g["light_cone"]))
    figure, axes = plt.subplots(1, 2, figsize=(11.2, 4.4), sharex=True)
    # galaxies of a level have one redshift: spread a little so that they do not hide each other
    spread = z + 0.05 * (np.random.default_rng(0).random(z.size) - 0.5)
    lines = np.linspace(4, 10, 50)
    for ax, y, colour, limits, label, text in (
            (axes[0], oh, log_m, (6.5, 10.5), LOG_M_STAR, "[O/H] of young massive stars [dex]"),
            (axes[1], log_m, oh, (-1.5, 0.3), "[O/H] [dex]", LOG_M_STAR)):
        dots = ax.scatter(spread, y, s=9, c=colour, cmap=SEQUENTIAL, vmin=limits[0], vmax=limits[1], linewidths=0,
                          rasterized=True, zorder=1)
        figure.colorbar(dots, ax=ax, label=label, pad=0.02, extend="both")
        middle, mean, scatter = bins_of(z, y, weights, np.arange(4, 11))
        ax.errorbar(middle, mean, yerr=scatter, fmt="s", color=ORANGE, mec=BLACK, mew=0.7, ms=7, elinewidth=1.6,
                    capsize=3, zorder=6, label="mean and scatter, weighted")
        ax.set(xlabel="Redshift z", ylabel=text, xlim=(3.9, 10.1))
    sigma, relations, typical = observed_plane()["z0_err"], run.json.get("relations", {}), MEDIAN_LOG10_M_STAR
    observed = observed_oh(typical, lines, shift)
    axes[0].fill_between(lines, observed - sigma, observed + sigma, color=GREY, alpha=0.3, lw=0,
                         zorder=2)
    axes[0].plot(lines, observed, color=VERMILION, ls=(0, (4, 2)), lw=2, zorder=7,
                 label=rf"Sarkar+25 {shift:+.2f} dex at $10^{{{typical:g}}}\ {M_SUN}$")
    plane = [relations.get(f"plane_{name}") for name in ("zero_point", "a", "b")]
    if None not in plane and weights.sum() > 0:
        for at, style, name in ((np.average(log_m, weights=weights), (0, (9, 3)), "mean mass of this run"),
                                (typical, (0, (1, 1.5)), rf"$10^{{{typical:g}}}\ {M_SUN}$")):
            axes[0].plot(lines, plane[0] + plane[1] * at + plane[2] * (1 + lines), color=BLUE, ls=style, lw=2, zorder=7,
                         label=f"plane of this run at {name}")
    axes[1].axhline(typical, color=VERMILION, ls=(0, (4, 2)), lw=2, zorder=7, label="median of observed galaxies")
    axes[0].set_ylim(-2.4, 1.5)
    axes[1].set_ylim(6.3, 12.3)
    if not z.size:
        for ax in axes:
            ax.text(0.5, 0.12, "no detectable galaxy in a written level", transform=ax.transAxes, ha="center",
                    color=GREY)
    for ax in axes:
        ax.legend(loc="upper left", ncol=1)
    words = "" if None in plane else (f" The plane is [O/H] = {plane[0]:.2f} + {plane[1]:.3f} log10 M_* + "
                                      f"{plane[2]:.3f} (1 + z), from all levels; published for the paper's best model: "
                                      "-2.77 + 0.281 log10 M_* - 0.036 (1 + z).")
    note(figure, f"{z.size} detectable galaxies of {g['levels']} written levels at z = 4 to 10, weighted by abundance "
                 "on the light cone. Individual observed galaxies are not drawn: they are not in the observational "
                 "tables." + words)
    return figure
