"""Figures of populations of discs: figures 11 to 14, 17 and 18 of Toyouchi et al. (2025), and the fifteen galaxies of
its table 2. Galaxies of mean growth with the Sheth-Tormen mass function of each redshift (DSC-29)."""
import numpy as np
from matplotlib.lines import Line2D

from cecropia_files import read_table, shipped_observations
from disc_galaxies import LIGHT, best
from disc_quoted import OBSERVED_LF
from disc_runs import ACCRETION_MYR, COVERS, DEPTHS, FIDUCIAL
from plot_data import log10
from plot_observations import SFRD_FIT, draw_observed_sfrd
from plot_style import BLACK, BLUE, GREEN, GREY, M_SUN, ORANGE, PURPLE, VERMILION, note, plt

EDGES = np.arange(-25.125, -13.9, 0.25)
DOTS, DASHES, LONG = (0, (1, 1.2)), (0, (4, 1.5)), (0, (8, 2, 1, 2))


def draw_observed_lf(ax, z):
    """Points and limits of the observed luminosity function."""
    rows = [r for r in read_table(shipped_observations() / OBSERVED_LF) if r["z"] == z]
    style = {"color": GREY, "mec": BLACK, "mew": 0.4, "ms": 4.5, "elinewidth": 0.8, "zorder": 5}
    points = [r for r in rows if r["limit"] == "="]
    phi = np.array([r["phi_per_mag_cmpc3"] for r in points])
    low = np.maximum(phi - [r["err_lo"] for r in points], 1e-9)
    high = phi + [r["err_hi"] for r in points]
    ax.errorbar([r["m_uv_ab"] for r in points], log10(phi), yerr=[log10(phi) - log10(low), log10(high) - log10(phi)],
                fmt="o", label=points[0]["reference"].replace("+", " et al. (") + ")", **style)
    limits = [r for r in rows if r["limit"] == "<"]
    if limits:
        ax.errorbar([r["m_uv_ab"] for r in limits], log10([r["phi_per_mag_cmpc3"] for r in limits]), yerr=0.25,
                    uplims=True, fmt="o", **style)


def draw_lf(ax, discs, name, z, **style):
    phi = log10(discs.luminosity_function(name, z, EDGES))
    ax.plot(0.5 * (EDGES[1:] + EDGES[:-1]), phi, **style)


def luminosity_functions(runs):
    """Figures 11, 14 and 17: less dust before the stars, dust before a part of them, weak feedback."""
    figure, rows = plt.subplots(2, 3, figsize=(12.5, 8.2), sharex=True, sharey=True)
    thin = {name: rf"$\tau\times${value:g}" for name, value in DEPTHS.items()} | {
        "large_grains": r"grains of 0.5 $\mu m$", "displaced": r"dust at 5 radii"}
    columns = (("optical depth", FIDUCIAL, thin),
               ("covering fraction", FIDUCIAL, {name: f"$f_c$ = {value:g}" for name, value in COVERS.items()}),
               ("weak feedback", "weak", {}))
    for panels, z in zip(rows, (12, 7)):
        for ax, (title, key, variants) in zip(panels, columns):
            draw_lf(ax, runs[key], "m_uv", z, color=VERMILION, label="without dust", lw=2)
            draw_lf(ax, runs[key], "m_uv_seen", z, color=BLUE, label="through dust", lw=2)
            for (name, label), colour, line in zip(variants.items(), (BLUE, BLUE, BLUE, GREEN, ORANGE),
                                                   (DASHES, DOTS, LONG, DASHES, DOTS)):
                draw_lf(ax, runs[name], "m_uv_seen", z, color=colour, ls=line, label=label)
            if key == "weak":
                draw_lf(ax, runs[FIDUCIAL], "m_uv", z, color=VERMILION, ls=DOTS, label="fiducial, without dust")
            draw_observed_lf(ax, z)
            ax.set(xlim=(-16, -24.5), ylim=(-7.5, -1.2))
            ax.legend(title=f"z = {z}, {title}", title_fontsize=8, fontsize=7, loc="lower left")
        panels[0].set_ylabel(r"$\log_{10}\ \phi\ [mag^{-1}\,cMpc^{-3}]$")
    for ax in rows[-1]:
        ax.set_xlabel(r"$M_{UV}$ [AB]")
    note(figure, "21 halos of mean growth weighted with the Sheth-Tormen mass function, in bins of 0.25 mag. "
                 "Grains of 0.5 micron and dust at 5 radii lie on each other: those have 1/24.8 of the opacity, this "
                 "has 1/25 of the surface density. "
                 "Observed functions are those of their own papers; Toyouchi et al. (2025) compare with Harikane et "
                 "al. (2024).")
    return figure


def depths_and_sfrd(runs):
    """Figures 12, 13 and 18: mean optical depths, and the density of star formation."""
    figure, (a, b) = plt.subplots(1, 2, figsize=(11, 4.6))
    for z, colour in ((12, VERMILION), (7, BLUE)):
        for (name, tau), line in zip(ACCRETION_MYR.items(), ("-", DASHES)):
            d = runs[name]
            a.plot(d.at("m_uv_seen", z), log10(d.at("depth_intrinsic", z)), color=colour, ls=line,
                   label=rf"z = {z}, $\tau_0$ = {tau:g} Myr")
            if name == FIDUCIAL:
                a.plot(d.at("m_uv_seen", z), log10(d.at("depth", z)), color=colour, ls=DOTS, lw=1.1)
    a.plot([], [], color=GREY, ls=DOTS, lw=1.1, label="weighted with the light that leaves")
    a.set(xlabel=r"$M_{UV}$ [AB], seen through dust", ylabel=r"$\log_{10}$ mean $\tau_{1500}$", xlim=(-12, -23),
          ylim=(-3, 3.8))
    a.legend(fontsize=7, loc="upper left")
    z = np.linspace(5, 17, 61)
    for name, label, colour, line in ((FIDUCIAL, "fiducial", VERMILION, "-"), ("weak", "weak feedback", BLUE, DASHES)):
        b.plot(z, log10([runs[name].sfr_density(one) for one in z]), color=colour, ls=line, label=label, lw=1.8)
    run = runs[FIDUCIAL].run
    extra = draw_observed_sfrd(b, run.observation(SFRD_FIT), run.observation("liu2025_table2_sfrd.csv"),
                               lambda *_: True, BLACK)
    b.set(xlabel="Redshift", ylabel=rf"$\log_{{10}}$ SFRD [${M_SUN}\,yr^{{-1}}\,cMpc^{{-3}}$]", xlim=(4.6, 17),
          ylim=(-5.6, -0.6))
    handles, _ = b.get_legend_handles_labels()
    b.legend(handles=handles + list(extra), fontsize=7)
    note(figure, "Left: lines and dashes are weighted with the light without dust, as the numbers in the paper's text "
                 "need. Right: galaxies whose stars are brighter than M_UV = -17.")
    return figure


def galaxies(found):
    """chi^2 of the fifteen galaxies by f_s. `found`: {light: what disc_galaxies.compare returns}."""
    figure, panels = plt.subplots(1, 2, figsize=(10.5, 4.6), sharey=True)
    for ax, (light, by_galaxy) in zip(panels, found.items()):
        ratios = np.array(list(next(iter(by_galaxy.values()))))
        for fits in by_galaxy.values():
            values = np.array([fits[f].chi2 for f in ratios])
            colour = {0.1: VERMILION, 0.2: ORANGE, 0.5: GREEN, 1.0: BLUE, 2.0: PURPLE}.get(best(fits), GREY)
            ax.plot(log10(ratios), log10(values), color=colour, lw=0.9, alpha=0.8)
            ax.plot(log10(best(fits)), log10(fits[best(fits)].chi2), "D", color=colour, mec=BLACK, mew=0.4, ms=5)
        ax.set(xlabel=r"$f_s$", xticks=log10(ratios), ylim=(0, 2.8))
        ax.set_xticklabels([f"{f:g}" for f in ratios])
        ax.minorticks_off()
        ax.legend(handles=[Line2D([], [], color=BLACK, marker="D", lw=0.9, label="best of each galaxy")],
                  title=f"15 galaxies, light {LIGHT[light]}", title_fontsize=8, loc="lower right")
    panels[0].set_ylabel(r"$\log_{10}\ \chi^2$")
    note(figure, "A line per galaxy of table 2 of Toyouchi et al. (2025), coloured by its best f_s; chi^2 of 4 or 5 "
                 "numbers, least over the mass of the halo.")
    return figure
