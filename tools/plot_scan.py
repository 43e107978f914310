#!/usr/bin/env python3
"""Figures of a finished scan: likelihoods against the parameters that vary, star-formation rate and stellar mass
densities of all models with the best ones in front.

Writes likelihood_all.png, likelihood_csfh.png, likelihood_mzsfr.png, likelihood_shmr.png, sfrd.png and csmd.png. A
grid in outflow slope, outflow mass and upper limit of the initial mass function is drawn as in figures 4 to 7 of Liu
et al. (2025), any other design with one panel for every parameter that varies.
"""
import argparse
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from plot_data import log10, main_of, make_folder
from plot_observations import CSMD_FIT, SFRD_FIT, SFRD_TABLE, SFRD_VALUE, draw_observed_csmd, draw_observed_sfrd
from plot_style import BLACK, BLUE, GREEN, GREY, LIGHT, M_SUN, PURPLE, SKY, note, plt, save
from scan_data import Scan, below

SLOPE, MASS, LIMIT = PAPER = ("feedback.alpha_out", "feedback.m_out0_msun", "stars.imf2_max_msun")
CONSTRAINTS = ("all", "csfh", "mzsfr", "shmr")  # one figure for each
NAMES = {"all": "all observables", "csfh": "CSFH", "mzsfr": "MZSFR", "csfh_mzsfr": "CSFH + MZSFR", "shmr": "SHMR"}
BRIEF = {**NAMES, "csfh_mzsfr": "both", "all": "all"}
# what the best models are marked with, the largest first: one model may be the best of several
MARKERS = {"csfh": ("^", 17, BLUE), "mzsfr": ("s", 13, GREEN), "csfh_mzsfr": ("D", 9.5, PURPLE),
           "all": ("X", 5.5, BLACK)}
LINES = {"csfh": (BLUE, (0, (6, 2))), "mzsfr": (GREEN, (0, (3, 1.5))), "csfh_mzsfr": (PURPLE, (0, (6, 1.5, 1, 1.5))),
         "all": (BLACK, "-")}
SIGMAS = {1: "-", 2: (0, (6, 3)), 3: (0, (6, 2, 1, 2))}
MOST_LINES = 1000  # a print holds only so many
ARROWS = "An arrow: the symbol belongs below the panel. "
DEEPEST = 1.0  # panels end so far below the line of 3 sigma


def is_paper_grid(scan):
    """All combinations of some values of the three parameters, and of nothing else."""
    if sorted(scan.varied()) != sorted(PAPER):
        return False
    values = [scan.parameters[name] for name in PAPER]
    return all(v.dtype.kind in "fiu" for v in values) and np.prod([len(set(v)) for v in values]) == scan.ids.size


def label_l(name):
    return rf"$\log_{{10}}\ L$, {NAMES[name]}"


def short(value):
    """A value as one writes it by hand: 3e9, 250, kroupa2001."""
    return str(value) if isinstance(value, str) else f"{value:.3g}".replace("e+0", "e").replace("e+", "e")


def equal(name, value):
    """name = value, on one line."""
    return f"{name} = {value}".replace(" ", "\u00a0")


def axis_of_l(scan, axes, grid, name):
    """Limits, label and lines of 1, 2 and 3 sigma; returns words for the note."""
    values, highest = scan.log10[name], scan.highest_of_all(name)
    some = values[np.isfinite(values)]
    low, high = (some.min(), some.max()) if some.size else (-1, 0)
    words = ""
    if highest:
        low, high = max(low, below(highest[0], 3) - DEEPEST), max(high, below(highest[1], 1))
        low = min(low, below(highest[0], 2))
        for sigmas, style in SIGMAS.items():
            ends = below(np.array(highest), sigmas)
            for ax in axes:
                ax.axhspan(*ends, color=LIGHT, alpha=0.6, lw=0, zorder=0)
                ax.axhline(ends.mean(), color=GREY, lw=0.9, ls=style, zorder=1)
        words = "Grey lines: every residual is 1 (solid), 2 (dashed) or 3 sigma (dash-dotted)"
        words += ("; shaded: their range over the points, for which not the same observations and galaxies count. "
                  if highest[1] > highest[0] else ". ")
    span = max(high - low, 0.1)
    axes[0].set_ylim(low - 0.05 * span, high + 0.08 * span)
    for row in grid:
        row[0].set_ylabel(label_l(name))
        last = [ax for ax in row if ax.get_visible()][-1]
        for sigmas in SIGMAS if highest else ():
            y = below(np.mean(highest), sigmas)
            if low - 0.05 * span < y:
                last.text(1.015, y, rf"{sigmas}$\sigma$", color=GREY, fontsize=8, ha="left", va="center",
                          transform=last.get_yaxis_transform())
    under, without = int((some < axes[0].get_ylim()[0]).sum()), int(values.size - some.size)
    if under:
        words += f"Below the panels: {under} of {values.size} points. "
    if not some.size:
        for ax in axes:
            ax.text(0.5, 0.5, "no point has this likelihood", transform=ax.transAxes, ha="center", color=GREY)
    if without:
        words += f"Without this likelihood: {without} of {values.size} points. "
    return words


def mark_best(scan, ax, name, x_of, rows=None):
    """Symbols of the best models among these rows, at their likelihood in this figure; with an arrow if that is below
    the panel. Returns whether there is an arrow."""
    arrows, (bottom, top) = False, ax.get_ylim()
    for constraint, (marker, size, colour) in MARKERS.items():
        row = scan.best_of(constraint, rows)
        if row is None or not np.isfinite(scan.log10[name][row]):
            continue
        x, y, filled = x_of(row), scan.log10[name][row], constraint == "all"
        if y < bottom:
            arrows = True
            y = bottom + 0.09 * (top - bottom)
            ax.annotate("", (x, bottom), (x, y), zorder=7, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.2})
        edge = 1.2 if filled else 2.6
        ax.plot(x, y, marker, ms=size, mfc=colour if filled else "none", mec=colour, mew=0.5 if filled else 1.4,
                zorder=8, clip_on=False, path_effects=[withStroke(linewidth=edge, foreground="white")])
    return arrows


def legend_of_best(figure, heading=None):
    handles = [Line2D([], [], ls="none", marker=marker, ms=min(size, 8), color=colour, mew=1.5,
                      mfc=colour if name == "all" else "none", label=f"best by {NAMES[name]}")
               for name, (marker, size, colour) in MARKERS.items()]
    figure.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0),
                  ncol=4 if figure.get_figwidth() > 7 else 2, title=heading)


def note_best(scan, name):
    """Which model is the best, in words."""
    row = scan.best_of(name)
    if row is None:
        return ""
    values = [equal(parameter, short(value)) for parameter, value in scan.values_of(row).items()]
    return f"Best by {NAMES[name]}: point {scan.ids[row]}, " + ", ".join(
        [*values, equal("log10 L", f"{scan.log10[name][row]:.3f}")]) + "."


def panels(n, columns, width, height):
    columns = 2 if n == 4 else min(n, columns)
    rows = -(-n // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(width * columns + 0.9, height * rows + 0.3), sharey=True,
                                squeeze=False)
    for ax in axes.flat[n:]:
        ax.set_visible(False)
    return figure, axes.flat[:n], axes


def colour_scale(values):
    """One colour for each value, darker for smaller ones; without the grey of the house's scale, which the lines of
    sigma have."""
    edges = np.concatenate([[values[0] - 1], (values[1:] + values[:-1]) / 2, [values[-1] + 1]])
    return ListedColormap(plt.get_cmap("viridis")(np.linspace(0, 0.93, len(values)))), BoundaryNorm(edges, len(values))


def plot_paper_grid(scan, name):
    slopes, masses, limits = (np.array(sorted(set(scan.parameters[p]))) for p in PAPER)
    figure, axes, grid = panels(len(slopes), 3, 3.3, 3.9)
    colours, norm = colour_scale(masses)
    words, arrows = axis_of_l(scan, axes, grid, name), False
    for ax, slope in zip(axes, slopes):
        here = scan.parameters[SLOPE] == slope
        for mass in masses:
            rows = np.flatnonzero(here & (scan.parameters[MASS] == mass))
            rows = rows[np.argsort(scan.parameters[LIMIT][rows])]
            ax.plot(scan.parameters[LIMIT][rows], scan.log10[name][rows], "o-", color=colours(norm(mass)), ms=2.5,
                    lw=1.6, zorder=3)
        arrows |= mark_best(scan, ax, name, lambda row: scan.parameters[LIMIT][row], here)
        ax.set_title(rf"$\alpha_{{out}}$ = {slope:g}", fontsize=10)
        margin = 0.04 * np.ptp(limits)
        ax.set_xlim(limits[0] - margin, limits[-1] + 2 * margin)
        ax.set_xlabel(rf"$m_{{max}}\ [{M_SUN}]$")
    power = int(np.floor(np.log10(masses[0])))
    bar = figure.colorbar(plt.cm.ScalarMappable(norm, colours), ax=list(grid.flat), pad=0.03, spacing="uniform",
                          label=rf"$M_{{out,0}}\ [10^{{{power}}}\ {M_SUN}]$")
    bar.set_ticks((norm.boundaries[1:] + norm.boundaries[:-1]) / 2, labels=[f"{m / 10**power:.3g}" for m in masses])
    bar.minorticks_off()
    legend_of_best(figure, "the best of each panel")
    note(figure, words + ARROWS * arrows + note_best(scan, name))
    return figure


def is_logarithmic(values):
    """Values that span decades, and not because some are near zero."""
    low, high = values.min(), values.max()
    return low > 0 and high / low >= 10 and np.median(values) < 0.7 * low + 0.3 * high


def logarithmic_axis(ax, values):
    ax.set_xscale("log")
    if values.max() / values.min() <= 200:  # too few powers of ten to read values off
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.tick_params(axis="x", labelsize=8.5)


def slice_through(scan, name, parameter):
    """Rows, in the order of the parameter, that differ in this parameter only: from the best model by this likelihood,
    or else from the most common values; none if there are not at least two."""
    others = [p for p in scan.varied() if p != parameter]
    best = scan.best_of(name)
    centres = [] if best is None else [{p: scan.parameters[p][best] for p in others}]
    common = {}
    for p in others:
        values, counts = np.unique(scan.parameters[p], return_counts=True)
        common[p] = values[np.argmax(counts)]
    for centre in (*centres, common):
        rows = np.flatnonzero(np.logical_and.reduce([scan.parameters[p] == v for p, v in centre.items()] or
                                                    [np.ones(scan.ids.size, bool)]))
        if rows.size > 1:
            return rows[np.argsort(scan.parameters[parameter][rows])]
    return np.empty(0, int)


def plot_by_parameter(scan, name):
    parameters = scan.varied()
    figure, axes, grid = panels(len(parameters), 3, 3.3, 3.1)
    words, sliced, arrows = axis_of_l(scan, axes, grid, name), False, False
    for ax, parameter in zip(axes, parameters):
        values = scan.parameters[parameter]
        x, rows = values, slice_through(scan, name, parameter)
        if values.dtype == object:
            names = sorted(set(values))
            x = np.array([names.index(value) for value in values])
            ax.set_xticks(range(len(names)), names, rotation=20 if len(names) > 2 else 0, fontsize=8)
            ax.set_xlim(-0.5, len(names) - 0.5)
            ax.tick_params(axis="x", which="minor", bottom=False, top=False)
        elif is_logarithmic(values):
            logarithmic_axis(ax, values)
        dots = {"marker": "o", "ls": "none", "ms": 3.5, "mec": "none", "rasterized": x.size > 2000}
        ax.plot(x, scan.log10[name], color=GREY, alpha=0.3 if rows.size or x.size > 300 else 0.8, zorder=2, **dots)
        ax.plot(x[rows], scan.log10[name][rows], color=SKY, **{**dots, "ls": "none" if values.dtype == object else "-"},
                lw=1.4, zorder=3)
        sliced |= rows.size > 0
        arrows |= mark_best(scan, ax, name, lambda row, x=x: x[row])
        ax.set_xlabel(parameter)
        if values.dtype != object:
            ax.margins(x=0.06)
    legend_of_best(figure)
    if sliced:
        words += "Blue: models that differ in this parameter only. "
    note(figure, words + ARROWS * arrows + note_best(scan, name))
    return figure


def draw_densities(scan, figure, ax, column, total):
    """Thin lines for all models, stronger for more likely ones; the best ones in front, with the density of all.
    Returns handles of the legend and the highest value."""
    z, values = scan.column("z"), log10(scan.column(column))
    l_all = scan.log10["all"]
    top = np.nanmax(l_all) if np.isfinite(l_all).any() else 0.0
    norm = Normalize(top - 3, top)
    order = np.argsort(np.where(np.isfinite(l_all), l_all, -np.inf), kind="stable")
    order = order[:: -(-order.size // MOST_LINES)]
    shades = plt.get_cmap("Greys")(0.15 + 0.5 * np.clip(np.nan_to_num(norm(l_all[order]), nan=0.0), 0, 1))
    ax.add_collection(LineCollection([np.column_stack([z[r], values[r]]) for r in order], colors=shades, lw=0.7,
                                     rasterized=True, zorder=1))
    rows = {}
    for name in MARKERS:
        if (row := scan.best_of(name)) is not None:
            rows.setdefault(row, []).append(name)
    handles = []
    for row, names in rows.items():
        colour, style = LINES[names[-1]]
        ax.plot(z[row], values[row], color="white", lw=3.2, zorder=4)
        ax.plot(z[row], values[row], color=colour, ls=style, lw=2, zorder=4)
        ax.plot(z[row], log10(scan.column(total)[row]), color=colour, lw=0.9, ls=(0, (1, 1.2)), zorder=3)
        label = "best by " + ", ".join((BRIEF if len(names) > 1 else NAMES)[n] for n in names)
        handles.append(Line2D([], [], color=colour, ls=style, lw=2, label=label))
    if rows:
        handles.append(Line2D([], [], color=GREY, ls=(0, (1, 1.2)), lw=0.9, label="the same, all galaxies"))
    text = f"all {order.size} points" if order.size == scan.ids.size else f"{order.size} of {scan.ids.size} points"
    if order.size > 1:
        handles.append(Line2D([], [], color=GREY, lw=0.7, label=text))
    highest = [values[order].ravel(), *(log10(scan.column(total)[row]) for row in rows)]
    return handles, np.nanmax(np.concatenate([[-5.0], *highest]))


def density_axes(scan, label):
    figure, ax = plt.subplots(figsize=(6.0, 4.8))
    z = scan.column("z")
    ax.set_xlim(max(z.min() - 0.5, 0), min(z.max(), 17))
    ax.set_xlabel("Redshift z")
    ax.set_ylabel(label)
    return figure, ax


def place_legend(ax, handles, lowest, highest, share):
    """Room above the curves for the legend."""
    ax.set_ylim(lowest, (highest - share * lowest) / (1 - share))
    ax.legend(handles=handles, loc="upper right", ncol=2, columnspacing=1.2)


SHADES = "Stronger thin lines: more likely by all observables, down to 3 dex below the best. "


def plot_sfrd(scan):
    figure, ax = density_axes(scan, rf"$\log_{{10}}$ SFRD $[{M_SUN}\ yr^{{-1}}\ cMpc^{{-3}}]$")
    best = next((row for name in ("all", "csfh") if (row := scan.best_of(name)) is not None), 0)
    handles, highest = draw_densities(scan, figure, ax, "sfrd_detectable_msun_yr_cmpc3", "sfrd_msun_yr_cmpc3")
    observed, used = scan.table(best, SFRD_TABLE), scan.sfrd_used(best)
    counted = {(observed[i]["z"], observed[i][SFRD_VALUE]) for i in used or ()}
    extra = draw_observed_sfrd(ax, scan.table(best, SFRD_FIT), observed,
                               lambda z, value: used is None or (z, value) in counted)
    handles = handles + ax.get_legend_handles_labels()[0] + extra
    place_legend(ax, handles, -4.5, max(highest, -1.2), 0.29)
    cut = scan.observe(best)["sfr_min_msun_yr"]
    words = "Open symbols did not enter the likelihood of the best model. " if used else ""
    if used is None:
        words = "Which observations entered the likelihood cannot be told from the observational tables. "
    note(figure, rf"Galaxies of SFR > {cut:.2g} Msun/yr, averaged as in the comparison. " + SHADES + words)
    return figure


def plot_csmd(scan):
    figure, ax = density_axes(scan, rf"$\log_{{10}}\ \rho_\star\ [{M_SUN}\ cMpc^{{-3}}]$")
    best = next((row for name in ("all", "csfh") if (row := scan.best_of(name)) is not None), 0)
    handles, highest = draw_densities(scan, figure, ax, "csmd_detectable_msun_cmpc3", "csmd_msun_cmpc3")
    observe = scan.observe(best)
    draw_observed_csmd(ax, scan.table(best, CSMD_FIT), observe)
    place_legend(ax, handles + ax.get_legend_handles_labels()[0], 2, max(highest + 0.2, 7.2), 0.2)
    least = short(observe["csmd_m_star_min_msun"])
    note(figure, f"Stellar mass ever formed, galaxies of M_* > {least} Msun. " + SHADES)
    return figure


def figures_of(scan):
    """What can be drawn: { name: function without arguments }."""
    likelihood = plot_paper_grid if is_paper_grid(scan) else plot_by_parameter
    figures = {f"likelihood_{name}": lambda name=name: likelihood(scan, name) for name in CONSTRAINTS}
    if not scan.varied():
        figures = {}
    return {**figures, "sfrd": lambda: plot_sfrd(scan), "csmd": lambda: plot_csmd(scan)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scan", metavar="DIR", help="folder of a finished scan (scan.h5, best.json)")
    parser.add_argument("--out", metavar="DIR", help="folder for the figures; default: the folder of the scan")
    arguments = parser.parse_args()
    scan = Scan(arguments.scan)
    out = pathlib.Path(arguments.out or arguments.scan)
    make_folder(out)
    for name, draw in figures_of(scan).items():
        save(draw(), out / f"{name}.png")


if __name__ == "__main__":
    main_of(main)
