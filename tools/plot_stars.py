#!/usr/bin/env python3
"""Figures of the stellar tables: yields and energies, averages over the IMF, lives and light, element ratios.

plot_stars.py STANDARD.h5 OLDER.h5 [--out DIR]

Both files come from `cecropia tables build --out` (stars.tables = standard and hartwig2022). Writes stars_yields.png
and stars_imf.png (figures 2 and 3 of Liu et al. 2025), stars_light.png and stars_elements.png.
"""
import argparse
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)

import numpy as np

from plot_data import main_of, make_folder, read_table
from plot_style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SEQUENTIAL, SKY, VERMILION, plt, save
from stars_data import Kroupa, open_tables
from verify_stars import FIGURE_Z, HOUSE, M_MAX, present

LINES = ("-", (0, (6, 2)), "-.", ":", (0, (9, 3)), (0, (4, 1, 1, 1, 1, 1)), (0, (3, 1)))
# Asplund et al. (2009), photosphere: log10 eps and atomic weight.
SOLAR = {"C": (8.43, 12.011), "N": (7.83, 14.007), "O": (8.69, 15.999), "Ne": (7.93, 20.180), "Mg": (7.60, 24.305),
         "Si": (7.51, 28.085), "S": (7.12, 32.06), "Ca": (6.34, 40.078), "Fe": (7.50, 55.845)}


def colour(i):
    return plt.get_cmap(SEQUENTIAL)(0.9 * i / (len(FIGURE_Z) - 1))


def name_of(z):
    return r"$10^{%d}$" % round(np.log10(z)) if z < 5e-4 else f"{z:g}"


def log_scale(ax, low, high):
    """Logarithmic with these limits, also where there is nothing to show."""
    ax.set_ylim(low, high)
    if any(np.any(np.asarray(line.get_ydata(), dtype=float) > 0) for line in ax.get_lines()):
        ax.set_yscale("log")
        ax.set_ylim(low, high)


def draw_stars(new, old, out):
    figure, axes = plt.subplots(2, 2, figsize=(10, 7.5), sharex=True, height_ratios=(1.5, 1))
    for ax, part, title in ((axes[0, 0], new.sn_metals, "supernovae"), (axes[0, 1], new.wind_metals, "winds")):
        for i, z in enumerate(present(new, FIGURE_Z)):
            ax.plot(new.m, part[new.at(z)], color=colour(i), ls=LINES[i],
                    label=name_of(z) if title == "winds" else None)
        ax.set(xscale="log", title=title, ylabel=r"metal yield $m_Z$ $[M_\odot]$")
        log_scale(ax, 1e-3, 200)
    for z, marker, text in ((1e-3, "o", "Kobayashi+06, Z = 0.001"), (1e-11, "^", "Nomoto+13, Z = 0")):
        axes[0, 0].plot(old.m[::6], old.sn_metals[old.at(z)][::6], marker, ms=3.5, mfc="none", color=BLACK, ls="none",
                        label=text)
    axes[0, 0].legend(loc="upper left")
    axes[0, 1].legend(title="Z", ncols=2, loc="upper left")
    for i, z in enumerate(present(new, FIGURE_Z)):
        axes[1, 0].plot(new.m, new.metals[new.at(z)], color=colour(i), ls=LINES[i])
        axes[1, 1].plot(new.m, new.energy[new.at(z)] * 10 ** (0.015 * (i - 3)), color=colour(i), ls=LINES[i])
    axes[1, 0].set(yscale="log", ylim=(1e-3, 200), ylabel=r"both $[M_\odot]$", xlabel=r"initial mass $[M_\odot]$")
    axes[1, 1].plot(old.m, old.energy[old.at(1e-3)], color=BLACK, lw=2.5, alpha=0.5, label="Hartwig+22")
    axes[1, 1].set(yscale="log", ylim=(5e50, 6e52), ylabel=r"$e_{SN}$ [erg], curves shifted apart",
                   xlabel=r"initial mass $[M_\odot]$", xlim=(5, 600))
    axes[1, 1].legend()
    save(figure, out / "stars_yields.png")


def draw_averages(new, old, out):
    imfs = [Kroupa(m) for m in M_MAX]
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.6))
    for i, z in enumerate(present(new, FIGURE_Z)):
        row, style = new.at(z), {"color": colour(i), "ls": LINES[i]}
        average = lambda values: np.array([imf.average(new, values[row]) for imf in imfs])
        axes[0].plot(M_MAX, average(new.metals), label=name_of(z), **style)
        axes[1].plot(M_MAX, average(new.wind_metals) / average(new.metals), **style)
        axes[2].plot(M_MAX, average(new.energy) / 1e49, **style)
    row = old.at(1e-3)
    axes[0].plot(100, imfs[0].average(old, old.metals[row]), "o", ms=9, mfc="none", mec=BLACK,
                 label="old Pop II, Kobayashi+06")
    axes[0].plot(M_MAX[::4], [i.average(old, old.metals[old.at(1e-11)]) for i in imfs[::4]], "^-", ms=4, lw=0.8,
                 color=BLACK, mfc="none", label="old Pop III, Nomoto+13")
    axes[2].plot(M_MAX, [i.average(old, old.energy[row]) / 1e49 for i in imfs], color=BLACK, lw=2.5, alpha=0.5,
                 label="Hartwig+22")
    axes[0].axhspan(0.03, 0.04, color=SKY, alpha=0.15, lw=0)
    axes[2].axhspan(1.2, 1.6, color=SKY, alpha=0.15, lw=0)
    axes[1].axhspan(0.05, 0.35, color=SKY, alpha=0.15, lw=0, label=r"stated for Z $\approx$ 0.004 to 0.014")
    axes[0].set(ylabel=r"$M_Z$: metals returned per mass formed", ylim=(0, 0.045))
    axes[1].set(ylabel="share of winds", ylim=(0, 0.4))
    axes[2].set(ylabel=r"$E_{SN}$ per mass formed $[10^{49}\ erg\ M_\odot^{-1}]$", ylim=(0, 2))
    axes[0].legend(title="Z", ncols=2, loc="lower right")
    for ax in axes:
        ax.set(xlabel=r"upper mass limit $m_{max}$ $[M_\odot]$", xlim=(95, 605))
    axes[1].legend(loc="upper right")
    axes[2].legend(loc="lower right")
    save(figure, out / "stars_imf.png")


def draw_light(new, out):
    figure, axes = plt.subplots(2, 2, figsize=(10, 8), sharex=True)
    data = read_table(HOUSE / "tools/data/schaerer2002_table4.csv")
    column = lambda key: np.array([r[key] for r in data])
    panels = ((axes[0, 0], new.lifetime, "lifetime [Myr]", column("lifetime_yr") / 1e6),
              (axes[0, 1], 10 ** new.log_q, r"H-ionising photons $[s^{-1}]$", column("q_h_per_s")),
              (axes[1, 0], 10 ** new.log_q_lw, r"Lyman-Werner photons $[s^{-1}]$",
               column("q_above_11_2_ev_per_s") - column("q_h_per_s")),
              (axes[1, 1], 10 ** new.log_l_uv, r"$L_\nu$(1500 $\AA$) $[erg\ s^{-1}\ Hz^{-1}]$", None))
    for ax, values, text, points in panels:
        for i, z in enumerate(present(new, FIGURE_Z)):
            ax.plot(new.m, values[new.at(z)], color=colour(i), ls=LINES[i], label=name_of(z))
        if points is not None:
            ax.plot(column("m_msun"), points, "o", ms=5, mfc="none", color=VERMILION, ls="none",
                    label="Schaerer (2002), Z = 0")
        ax.set(xscale="log", yscale="log", ylabel=text, xlim=(4.5, 620))
        inside = values[:, new.m >= 4.5]
        inside = inside[np.isfinite(inside) & (inside > 0)]
        if len(inside):  # older tables have stars without light
            ax.set_ylim(0.5 * inside.min(), 2 * inside.max())
    axes[0, 0].legend(title="Z", ncols=2)
    for ax in axes[1]:
        ax.set_xlabel(r"initial mass $[M_\odot]$")
    save(figure, out / "stars_light.png")


def draw_elements(new, out):
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 4.4), sharey=True)
    styles = {"C": BLUE, "N": GREEN, "O": BLACK, "Ne": SKY, "Mg": ORANGE, "Si": VERMILION, "S": PURPLE, "Ca": GREY}
    use = new.z >= 1e-4
    if not use.any():
        plt.close(figure)
        print("no figure of element ratios: the tables hold no metallicity from 1e-4 on")
        return
    for ax, m_max in zip(axes, (100.0, 250.0)):
        imf = Kroupa(m_max)
        iron = imf.average(new, new.element("Fe"))
        for element, shade in styles.items():
            mass = imf.average(new, new.element(element))
            (eps, weight), (eps_fe, weight_fe) = SOLAR[element], SOLAR["Fe"]
            with np.errstate(divide="ignore", invalid="ignore"):  # an element that is not returned has no ratio
                ratio = np.log10(mass / iron * weight_fe / weight) - (eps - eps_fe)
            ax.plot(new.z[use], ratio[use], "o-", ms=3.5, color=shade, label=element)
        ax.axhline(0, color=GREY, lw=0.8)
        ax.set(xscale="log", xlabel="Z at birth", title=r"Kroupa, $m_{max}$ = %.0f $M_\odot$" % m_max, ylim=(-1.5, 1.2))
    axes[0].set_ylabel("[X/Fe] of what stars return")
    axes[0].legend(ncols=4, loc="lower right")
    save(figure, out / "stars_elements.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("standard", type=pathlib.Path)
    parser.add_argument("older", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
    options = parser.parse_args()
    new, old = open_tables(options.standard), open_tables(options.older)
    make_folder(options.out)
    draw_stars(new, old, options.out)
    draw_averages(new, old, options.out)
    draw_light(new, options.out)
    draw_elements(new, options.out)


if __name__ == "__main__":
    main_of(main)
