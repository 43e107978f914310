#!/usr/bin/env python3
"""Figures of one run: cosmic star-formation rate and stellar mass densities, mass-metallicity relation, fundamental
metallicity relation, stellar-halo mass relation, star-forming main sequence; light and deaths of stars through cosmic
time, and of the stellar populations as they age.

Writes sfrd.png, csmd.png, mzr.png, fmr.png, shmr.png, sfms.png, light.png and populations.png.
"""
import argparse
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from plot_data import Run, binned_medians, intervals_above, line_fit, log10, main_of, make_folder
from plot_index import draw_history, draw_relation
from plot_light import plot_light, plot_populations
from plot_observations import (CSMD_FIT, MZR_TABLE, SFRD_FIT, SFRD_TABLE, draw_observed_csmd,
                               draw_observed_sfrd)
from plot_style import (BLACK, BLUE, GREEN, GREY, LIGHT, M_SUN, ORANGE, SEQUENTIAL, SKY, VERMILION, note, plt, save)

LOG_M_STAR = rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$"
LOG_SFR = rf"$\log_{{10}}\ SFR\ [{M_SUN}\ yr^{{-1}}]$"
CUT_STYLES = ["-", (0, (5, 2, 1, 2)), (0, (1, 1.5)), (0, (3, 1, 1, 1, 1, 1))]
FEW = (0, (2.2, 1.1))  # dashes of a line where too few galaxies stand behind it
SFR_MIN_DRAWN = 1e-2  # Msun/yr; fainter galaxies are not drawn
DOTS = {"faint": 8000, "detectable": 4000}  # a print holds only so many


def cut_columns(run, prefix, suffix, cuts):
    """(cut, column) of the histories above further cuts."""
    return [(cut, run.column(f"{prefix}{cut:g}{suffix}")) for cut in cuts]


def density_axes(run, label, lowest):
    figure, axes = plt.subplots(figsize=(6.0, 4.5))
    z = run.column("z")
    axes.set_xlim(max(z.min() - 0.5, 0), min(z.max(), 17))
    axes.set_ylim(lowest, None)
    axes.set_xlabel("Redshift z")
    axes.set_ylabel(label)
    return figure, axes


def shade_counted(run, axes, column, which):
    """Redshifts where at least min_galaxies are expected: only there simulation and observations are compared. Returns
    entries of the legend."""
    enough = f"$\\geq$ {run.observe['min_galaxies']:g} {which}"
    ranges = intervals_above(run.column("z"), run.column(column) * run.volume, run.observe["min_galaxies"])
    for low, high in ranges:
        axes.axvspan(low, high, color=LIGHT, alpha=0.45, lw=0, zorder=0)
    few = Line2D([], [], color=BLACK, lw=2.2, ls=FEW,
                 label=f"dashed: fewer than {run.observe['min_galaxies']:g} galaxies")
    if not ranges:
        return [few, Line2D([], [], ls="none", label=f"no redshift with {enough}")]
    return [few, Patch(facecolor=LIGHT, alpha=0.7, edgecolor=BLACK, lw=0.8, label=enough)]


def draw_counted(run, axes, column, count, colour, label):
    """A line that is dashed where fewer than min_galaxies are expected in the volume."""
    z, y = run.column("z"), log10(run.column(column))
    axes.plot(z, y, color=colour, lw=2.2, ls=FEW)
    ranges = intervals_above(z, run.column(count) * run.volume, run.observe["min_galaxies"])
    for low, high in ranges:
        inside = np.unique(np.concatenate([[low, high], z[(z > low) & (z < high)]]))
        axes.plot(inside, np.interp(inside, z[::-1], y[::-1]), color=colour, lw=2.2)
    axes.plot([], [], color=colour, lw=2.2, label=label)


def averaging(observe):
    """How the lines of the SFRD are averaged in time, in words."""
    if observe["sfrd_window"] == "none":
        return "Lines: SFR over the last 10 Myr, not averaged further."
    where = {"trailing": "the trailing", "centred": "a centred window of"}[observe["sfrd_window"]]
    return f"Lines: SFR over 10 Myr, averaged over {where} {observe['sfrd_window_myr']:g} Myr."


def plot_sfrd(run):
    figure, axes = density_axes(run, rf"$\log_{{10}}$ SFRD $[{M_SUN}\ yr^{{-1}}\ cMpc^{{-3}}]$", -4.5)
    z, observe = run.column("z"), run.observe
    extra = shade_counted(run, axes, "n_detectable_cmpc3", rf"detectable galaxies in {run.volume:.4g} cMpc$^3$")
    draw_counted(run, axes, "sfrd_msun_yr_cmpc3", "n_galaxies_cmpc3", BLACK, "all galaxies")
    draw_counted(run, axes, "sfrd_detectable_msun_yr_cmpc3", "n_detectable_cmpc3", BLUE,
                 rf"SFR > $10^{{{np.log10(observe['sfr_min_msun_yr']):.2g}}}\ {M_SUN}\ yr^{{-1}}$ (detectable)")
    further = cut_columns(run, "sfrd_log10_sfr_above_", "_msun_yr_cmpc3", observe["sfrd_cuts_log10"])
    for style, (cut, column) in zip(CUT_STYLES, further):
        axes.plot(z, log10(column), color=SKY, ls=style, lw=1.2, label=rf"SFR > $10^{{{cut:g}}}\ {M_SUN}\ yr^{{-1}}$")
    extra += draw_observed_sfrd(axes, run.observation(SFRD_FIT), run.observation(SFRD_TABLE), run.used_in_likelihood)
    draw_history(run, axes, [name for name in run.history if name.startswith("sfrd_")])
    lowest, highest, legend_share = -4.5, np.nanmax(np.append(log10(run.column("sfrd_msun_yr_cmpc3")), -1.2)), 0.36
    axes.set_ylim(lowest, (highest - legend_share * lowest) / (1 - legend_share))
    axes.legend(handles=axes.get_legend_handles_labels()[0] + extra, loc="upper right", ncol=2)
    note(figure, averaging(observe) + " Population III stars are part of the line of all galaxies; in coarse trees "
         "their density is not a prediction.")
    return figure


def plot_csmd(run):
    figure, axes = density_axes(run, rf"$\log_{{10}}\ \rho_\star\ [{M_SUN}\ cMpc^{{-3}}]$", 2)
    z, observe = run.column("z"), run.observe
    massive = rf"$M_\star > 10^{{{np.log10(observe['csmd_m_star_min_msun']):.3g}}}\ {M_SUN}$"
    extra = shade_counted(run, axes, "n_massive_cmpc3", rf"galaxies of {massive} in {run.volume:.4g} cMpc$^3$")
    draw_counted(run, axes, "csmd_msun_cmpc3", "n_galaxies_cmpc3", BLACK, "all galaxies")
    draw_counted(run, axes, "csmd_detectable_msun_cmpc3", "n_massive_cmpc3", BLUE, f"{massive} (compared)")
    further = cut_columns(run, "csmd_log10_m_star_above_", "_msun_cmpc3", observe["csmd_cuts_log10"])
    for style, (cut, column) in zip(CUT_STYLES, further):
        axes.plot(z, log10(column), color=SKY, ls=style, lw=1.2, label=rf"$M_\star > 10^{{{cut:g}}}\ {M_SUN}$")
    draw_observed_csmd(axes, run.observation(CSMD_FIT), observe)
    draw_history(run, axes, [name for name in run.history if name.startswith("csmd_")])
    highest, legend_share = max(np.nanmax(np.append(log10(run.column("csmd_msun_cmpc3")), 7)) + 0.2, 7.2), 0.3
    axes.set_ylim(2, (highest - legend_share * 2) / (1 - legend_share))
    axes.legend(handles=axes.get_legend_handles_labels()[0] + extra, loc="upper right", ncol=2)
    note(figure, "Stellar mass ever formed. Compared are the levels in the grey range between "
         f"z = {observe['csmd_z_min']:g} and {observe['csmd_z_max']:g}.")
    return figure


def draw_galaxies(run, axes, x, y, galaxies):
    """Dots coloured by SFR, faint ones small, detectable ones large; returns the mappable of the colour bar and which
    galaxies are detectable."""
    finite = np.isfinite(x) & np.isfinite(y)
    bright = galaxies["sfr_10"] > run.observe["sfr_min_msun_yr"]
    colour, mappable = log10(galaxies["sfr_10"]), None
    for chosen, size, edge, most in ((finite & ~bright, 3, 0, DOTS["faint"]),
                                     (finite & bright, 16, 0.3, DOTS["detectable"])):
        index = np.flatnonzero(chosen)
        index = index[:: max(1, int(np.ceil(index.size / most)))]
        mappable = axes.scatter(x[index], y[index], s=size, c=colour[index], cmap=SEQUENTIAL, vmin=-2, vmax=2,
                                edgecolors=BLACK if edge else "none", linewidths=edge, rasterized=True, zorder=2)
    return mappable, finite & bright


def draw_medians(axes, x, y, weights, step=0.25):
    if x.size == 0:
        return
    edges = np.arange(np.floor(x.min() / step) * step, x.max() + step, step)
    middle, median, low, high = binned_medians(x, y, weights, edges)
    if middle.size:
        axes.errorbar(middle, median, yerr=[median - low, high - median], fmt="s", color=GREEN, mec=BLACK, mew=0.6,
                      ms=6, elinewidth=1.5, capsize=3, zorder=6, label="detectable, median and 16-84 %")


def draw_fit(axes, x, y, weights):
    """The straight line through the detectable galaxies, over their range."""
    fit = line_fit(x, y, weights)
    if fit:
        ends = np.array([x.min(), x.max()])
        axes.plot(ends, fit[0] * ends + fit[1], color=BLUE, ls=(0, (7, 2)), lw=1.8, zorder=7,
                  label=f"fit: slope {fit[0]:.2f}, scatter {fit[2]:.2f} dex")


def note_galaxies(figure, fitted=True, remark=""):
    """What the dots, medians and fits of a figure of galaxies are."""
    averages, condition = ("Medians and fits", " (no fit below 20 galaxies)") if fitted else ("Medians", "")
    note(figure, f"Dots: galaxies of the written levels with SFR > {SFR_MIN_DRAWN:g} Msun/yr, large if detectable; "
         f"at most {DOTS['faint']} faint and {DOTS['detectable']} detectable ones are drawn per panel. "
         f"{averages} are of all detectable ones, weighted by abundance on the light cone{condition}. "
         f"{remark}Likelihoods use all levels, not only the written ones.")


def guide(axes, x, y, place, text):
    """A thin line of slope one with its meaning written along it."""
    axes.plot(x, y, color=GREY, lw=0.8, ls=(0, (1, 1.5)), zorder=1)
    axes.text(place, np.interp(place, x, y) + 0.06, text, color=GREY, fontsize=7, rotation=45, rotation_mode="anchor",
              transform_rotates_text=True, ha="left", va="bottom", clip_on=True, zorder=7,
              path_effects=[withStroke(linewidth=2, foreground="white")])


def panels(n, **options):
    figure, axes = plt.subplots(1, n, figsize=(4.1 * n + 0.9, 4.0), sharex=True, sharey=True, squeeze=False, **options)
    return figure, axes[0]


def colour_bar(figure, mappable, axes):
    figure.colorbar(mappable, ax=list(axes), label=LOG_SFR, pad=0.015, extend="both")


def title(axes, z_range, galaxies, bright):
    """Heading of a panel: redshifts, detectable galaxies, levels; and a word where there is nothing to show."""
    count, levels = bright.sum(), galaxies["levels"]
    plural = "" if levels == 1 else "s"
    axes.set_title(f"z = {z_range[0]:g} to {z_range[1]:g}   ({count} detectable in {levels} written level{plural})",
                   fontsize=9.5)
    if count == 0:
        text = "no detectable galaxy" if levels else "no catalogue of galaxies was written here"
        axes.text(0.5, 0.12, text, transform=axes.transAxes, ha="center", color=GREY)


def plot_mzr(run):
    bins = run.observation(MZR_TABLE)
    figure, axes = panels(len(bins))
    x, shift = np.array([6.5, 11.2]), run.observe["mzr_shift_dex"]
    for ax, row in zip(axes, bins):
        g = run.galaxies(row["z_min"], row["z_max"], SFR_MIN_DRAWN, closed=row is bins[-1])
        log_m = log10(g["m_star"])
        mappable, bright = draw_galaxies(run, ax, log_m, g["oh_young"], g)
        observed = row["slope"] * x + row["intercept"]
        ax.fill_between(x, observed + shift - row["sigma_dex"], observed + shift + row["sigma_dex"], color=ORANGE,
                        alpha=0.25, lw=0, zorder=1)
        ax.plot(x, observed, color=VERMILION, ls=(0, (1, 1.5)), label="observed (Sarkar+25)")
        ax.plot(x, observed + shift, color=VERMILION, lw=2, zorder=4,
                label=rf"corrected by {shift:+.2f} dex, $\pm$ {row['sigma_dex']:g} dex")
        draw_relation(run, ax, "mzr", row["z_min"], row["z_max"], x)
        draw_medians(ax, log_m[bright], g["oh_young"][bright], g["light_cone"][bright])
        title(ax, (row["z_min"], row["z_max"]), g, bright)
        ax.set(xlim=x, ylim=(-2.6, 2.2), xlabel=LOG_M_STAR)
        ax.legend(loc="upper left")
    axes[0].set_ylabel("[O/H] of young massive stars [dex]")
    colour_bar(figure, mappable, axes)
    note_galaxies(figure, fitted=False)
    return figure


def plot_fmr(run):
    observe = run.observe
    ranges = [(observe["fmr_z_min"], observe["fmr_z_max"], 0.0), (8, 10, -0.27)]
    figure, axes = panels(2)
    x, alpha = np.array([6.0, 10.5]), observe["fmr_alpha"]
    for ax, (z_min, z_max, offset) in zip(axes, ranges):
        g = run.galaxies(z_min, z_max, SFR_MIN_DRAWN)
        mu = log10(g["m_star"]) - alpha * log10(g["sfr_10"])
        mappable, bright = draw_galaxies(run, ax, mu, g["oh_young"], g)
        relation = observe["fmr_slope"] * x + observe["fmr_intercept"]
        sigma = observe["fmr_sigma_dex"]
        ax.fill_between(x, relation + offset - sigma, relation + offset + sigma, color=GREY, alpha=0.3, lw=0, zorder=1)
        if offset:
            ax.plot(x, relation, color=VERMILION, ls=(0, (1, 1.5)), label="relation at z < 8")
        ax.plot(x, relation + offset, color=VERMILION, lw=2, zorder=4,
                label=(f"observed, {offset:+.2f} dex (Sarkar+25)" if offset else
                       rf"Andrews & Martini 13, $\pm$ {sigma:g} dex"))
        draw_relation(run, ax, "fmr", z_min, z_max, x)
        draw_fit(ax, mu[bright], g["oh_young"][bright], g["light_cone"][bright])
        draw_medians(ax, mu[bright], g["oh_young"][bright], g["light_cone"][bright])
        title(ax, (z_min, z_max), g, bright)
        ax.set(xlim=x, ylim=(-2.6, 2.2), xlabel=rf"$\mu = \log_{{10}} M_\star - {alpha:g}\ \log_{{10}}$ SFR")
        ax.legend(loc="upper left")
    axes[0].set_ylabel("[O/H] of young massive stars [dex]")
    colour_bar(figure, mappable, axes)
    note_galaxies(figure)
    return figure


def shmr_m_star(m_h, z):
    """Tacchella et al. (2018) as in Liu et al. (2025), eq. 3."""
    x = m_h / 1.6e11
    return 0.05 * ((1 + z) / 5) ** -0.6 * m_h / (1 / x + x**0.3)


def plot_shmr(run):
    figure, axes = panels(1)
    ax, sigma = axes[0], run.observe["shmr_sigma_dex"]
    g = run.galaxies(4, 10, SFR_MIN_DRAWN)
    log_h, log_m = log10(g["m_vir"]), log10(g["m_star"])
    mappable, bright = draw_galaxies(run, ax, log_h, log_m, g)
    m_h = np.logspace(8.5, 12.8, 100)
    x = np.log10(m_h)
    z = np.average(g["z"][bright], weights=g["light_cone"][bright]) if g["light_cone"][bright].sum() > 0 else 6.3
    model = np.log10(shmr_m_star(m_h, z))
    ax.fill_between(x, model - sigma, model + sigma, color=ORANGE, alpha=0.3, lw=0, zorder=1)
    ax.plot(x, model, color=VERMILION, lw=2, zorder=4, label=rf"Tacchella+18 at z = {z:.1f}, $\pm$ {sigma:g} dex")
    baryons = run.cosmology["omega_b"] / run.cosmology["omega_m"]
    for efficiency, place in ((1, 9.0), (0.1, 9.0), (0.01, 11.6)):
        factor = "" if efficiency == 1 else f"{efficiency:g}\\ "
        guide(ax, x, x + np.log10(baryons * efficiency), place, rf"$M_\star = {factor}f_b M_h$")
    draw_relation(run, ax, "shmr", 4, 10, ax.get_xlim())
    draw_fit(ax, log_h[bright], log_m[bright], g["light_cone"][bright])
    draw_medians(ax, log_h[bright], log_m[bright], g["light_cone"][bright])
    title(ax, (4, 10), g, bright)
    ax.set(xlim=(8.8, 12.6), ylim=(5.8, 11.2), xlabel=rf"$\log_{{10}}\ M_h\ [{M_SUN}]$", ylabel=LOG_M_STAR)
    ax.legend(loc="lower right")
    colour_bar(figure, mappable, axes)
    note_galaxies(figure)
    return figure


def plot_sfms(run):
    figure, axes = panels(2)
    x, cut = np.array([6.5, 11.2]), run.observe["sfr_min_msun_yr"]
    for ax, (z_min, z_max) in zip(axes, ((4, 6), (6, 8))):
        g = run.galaxies(z_min, z_max, SFR_MIN_DRAWN, closed=False)
        log_m, log_sfr = log10(g["m_star"]), log10(g["sfr_10"])
        mappable, bright = draw_galaxies(run, ax, log_m, log_sfr, g)
        ax.axhline(np.log10(cut), color=GREY, lw=0.9, ls=(0, (6, 2)), label="limit of detection")
        for age in (7, 8, 9):  # named in the legend: along the lines there is no place without galaxies
            ax.plot([x[0], min(x[1], age + 3.0)], [x[0] - age, min(x[1] - age, 3.0)], color=GREY, lw=0.8,
                    ls=(0, (1, 1.5)), zorder=4,
                    label=r"SFR/$M_\star = 10^{-7}, 10^{-8}, 10^{-9}$ yr$^{-1}$, from above" if age == 7 else None)
        draw_relation(run, ax, "sfms", z_min, z_max, x)
        draw_fit(ax, log_m[bright], log_sfr[bright], g["light_cone"][bright])
        draw_medians(ax, log_m[bright], log_sfr[bright], g["light_cone"][bright])
        title(ax, (z_min, z_max), g, bright)
        ax.set(xlim=x, ylim=(-2.2, 4.6), xlabel=LOG_M_STAR)
        ax.legend(loc="upper left")
    axes[0].set_ylabel(LOG_SFR)
    colour_bar(figure, mappable, axes)
    note_galaxies(figure, remark="The many galaxies of low mass decide the fit, and the limit of detection leaves only "
                  "the brightest of them: it is flat, and medians of massive galaxies can lie far above it. ")
    return figure


FIGURES = {"sfrd": plot_sfrd, "csmd": plot_csmd, "mzr": plot_mzr, "fmr": plot_fmr, "shmr": plot_shmr, "sfms": plot_sfms,
           "light": plot_light, "populations": plot_populations}
NOTHING = {"disc": ("populations",), "bathtub": ("populations", "light")}  # figures on which these have nothing


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", metavar="DIR", help="folder of a finished run (run.json, run.h5)")
    parser.add_argument("--out", metavar="DIR", help="folder for the figures; default: the folder of the run")
    parser.add_argument("--only", nargs="+", choices=FIGURES, help="only these figures")
    arguments = parser.parse_args()
    run = Run(arguments.run)
    out = pathlib.Path(arguments.out or arguments.run)
    make_folder(out)
    for name in arguments.only or [name for name in FIGURES if name not in NOTHING.get(run.model, ())]:
        save(FIGURES[name](run), out / f"{name}.png")


if __name__ == "__main__":
    main_of(main)
