#!/usr/bin/env python3
"""Figures of docs/validation.md, from what tools/validate left in DIR (summary.json).

Writes validation.png (everything without neighbours on one page), validation_history.png, validation_convergence.png,
validation_main_sequence.png and validation_neighbours.png.
"""
import pathlib

from plot_needs import need

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)  # before they are imported

import numpy as np

from plot_data import main_of, open_summary, read_table
from plot_style import BLACK, BLUE, GREEN, GREY, LIGHT, ORANGE, PURPLE, SKY, VERMILION, plt

HOUSE = pathlib.Path(__file__).resolve().parent.parent
OBSERVATIONS = HOUSE / "params/observations"
# The independent implementation: simulated minus observed [dex] (docs/validation.md).
INDEPENDENT_SFRD = {4.9: -0.12, 5.9: -0.06, 6.8: -0.04, 7.9: 0.01, 9.0: -0.11}
INDEPENDENT_CSMD = {6.0: 0.01, 7.0: 0.10, 8.0: 0.18}
# Its errors by choice of sub-steps [dex]: CSMD, or least and largest size in the SFRD (drawn with our sign).
INDEPENDENT_STEPS = {"0.2, 2 Myr": (-0.02, -0.02), "0.2, no cap": (-0.06, -0.01), "1, no cap": (-0.35, -0.35)}

# Six panels share the width of one page: letters large enough to be read when it is shown at half its size.
ONE_PAGE = {"font.size": 13, "axes.labelsize": 14, "legend.fontsize": 11, "xtick.labelsize": 12, "ytick.labelsize": 12}


def points_of(z_wanted):
    """The first observation at each of the redshifts: z, log10 SFRD."""
    table = read_table(OBSERVATIONS / "liu2025_table2_sfrd.csv")
    return {z: next(p["log10_sfrd_Msun_per_yr_per_cMpc3"] for p in table if p["z"] == z) for z in z_wanted}


def draw_sfrd(ax, s):
    z = s["curves"]["z"]
    for i, curve in enumerate(s["curves"]["sfrd"]):
        ax.plot(z, curve, color=BLUE, lw=1, alpha=0.8, label="forests of this program" if i == 0 else None)
    data = read_table(OBSERVATIONS / "liu2025_table2_sfrd.csv")
    column = lambda key: np.array([p[key] for p in data])
    ax.errorbar(column("z"), column("log10_sfrd_Msun_per_yr_per_cMpc3"),
                yerr=[column("err_lo_dex"), column("err_hi_dex")], fmt="o", color=GREY, ms=3,
                elinewidth=0.8, capsize=1.5, zorder=2, label="observed")
    observed = points_of(INDEPENDENT_SFRD)
    ax.errorbar(list(observed), [observed[z] + d for z, d in INDEPENDENT_SFRD.items()], yerr=0.08, fmt="D",
                color=VERMILION, mec=BLACK, mew=0.5, ms=5, elinewidth=1, capsize=3, zorder=5,
                label=r"independent, $\pm$ 0.08 dex")
    ax.set(xlim=(4.5, 11), ylim=(-3.5, -1.1), xlabel="Redshift z",
           ylabel=r"$\log_{10}$ SFRD $[M_\odot\ yr^{-1}\ cMpc^{-3}]$")
    ax.legend(loc="lower left")


def draw_csmd(ax, s):
    z = s["curves"]["z"]
    for i, curve in enumerate(s["curves"]["csmd"]):
        ax.plot(z, curve, color=BLUE, lw=1, alpha=0.8, label="forests of this program" if i == 0 else None)
    fit = {row["parameter"]: row["value"] for row in read_table(OBSERVATIONS / "liu2025_eq14_csmd.csv")}
    model = lambda x: fit["a0"] + fit["a1"] * x + fit["a2"] * x * x
    x = np.linspace(6, 12, 40)
    ax.fill_between(x, model(x) - 0.5, model(x) + 0.5, color=LIGHT, alpha=0.5, lw=0,
                    label=r"Donnan+25 fit $\pm$ 0.5 dex")
    ax.errorbar(list(INDEPENDENT_CSMD), [model(z) + d for z, d in INDEPENDENT_CSMD.items()], yerr=0.08, fmt="D",
                color=VERMILION, mec=BLACK, mew=0.5, ms=5, elinewidth=1, capsize=3, zorder=5,
                label=r"independent, $\pm$ 0.08 dex")
    ax.set(xlim=(4.5, 11), ylim=(3.5, 7.6), xlabel="Redshift z",
           ylabel=r"$\log_{10}\ \rho_\star(M_\star > 10^8\,M_\odot)\ [M_\odot\ cMpc^{-3}]$")
    ax.legend(loc="lower left")


def draw_sub_steps(ax, s):
    """Errors of the mean stellar mass, of SFRD and CSMD, by choice of sub-steps."""
    rows = [r for r in s["sub_steps"] if r["label"] != "0.2, 1 Myr"]
    y = np.arange(len(rows))[::-1]
    ax.axvspan(np.log10(0.98), np.log10(1.02), color=LIGHT, alpha=0.7, lw=0, label=r"mean stellar mass $\pm$ 2 %")
    ax.axvline(0, color=GREY, lw=0.8)
    mass = np.array([r["mass"][0] for r in rows])
    ax.errorbar(np.log10(mass[:, 0]), y, xerr=mass[:, 1] / mass[:, 0] / np.log(10), fmt="o", color=BLUE, ms=5,
                capsize=2, label="mean stellar mass, z = 6")
    for key, colour, marker, shift, name in (("sfrd", ORANGE, "s", -0.2, "SFRD, z = 5 to 9"),
                                             ("csmd", GREEN, "^", 0.2, "CSMD, z = 6 to 8")):
        for k in range(len(rows[0][key])):
            ax.plot([r[key][k][0] for r in rows], y + shift, marker, color=colour, ms=4, mew=0.3, mec=BLACK, ls="none",
                    label=name if k == 0 else None)
    for i, (label, ends) in enumerate(INDEPENDENT_STEPS.items()):
        at = y[[r["label"] for r in rows].index(label)] + (0.2 if label == "0.2, 2 Myr" else -0.2)
        ax.plot(ends, [at, at], "D-", color=VERMILION, mfc="none", ms=7, mew=1.2, lw=1.2, zorder=5,
                label="independent" if i == 0 else None)
    ax.set_yticks(y, [r["label"] for r in rows])
    ax.minorticks_off()
    ax.set_xlabel("change from accuracy 0.2, cap 1 Myr [dex]")
    ax.set_xscale("symlog", linthresh=0.03, linscale=1.5)
    ax.set_xticks([-0.3, -0.02, 0, 0.02, 0.3], ["-0.3", "-0.02", "0", "0.02", "0.3"])
    ax.set_xlim(-0.6, 0.6)
    ax.set_ylim(-0.6, len(rows) + 3.2)  # room for the legend
    ax.legend(loc="upper left", fontsize="small")


def draw_levels(ax, s):
    from_ten = {}
    for r in s["levels"]:
        from_ten.setdefault(r["mode"], {})[r["spacing_myr"]] = r
    ax.axhspan(-0.03, 0.03, color=LIGHT, alpha=0.7, lw=0, label=r"$\pm$ 0.03 dex")
    ax.axhline(0, color=GREY, lw=0.8)
    z = np.array([5, 6, 7, 8, 9])
    for (mode, rows), colour, marker, shift in zip(from_ten.items(), (BLUE, VERMILION), "os", (-0.06, 0.06)):
        fine, coarse = rows[10.0], rows[20.0]
        n = np.sqrt(fine["forests"])
        d = [a[0] - b[0] for a, b in zip(coarse["sfrd"], fine["sfrd"])]
        e = [np.hypot(a[1], b[1]) / n for a, b in zip(coarse["sfrd"], fine["sfrd"])]
        ax.errorbar(z + shift, d, yerr=None if np.isnan(e).any() else e, fmt=marker, color=colour, ms=5, capsize=2,
                    label=mode.replace("_", " "))
        thinned = next(r["d_sfrd_dex"] for r in s["thinned"] if r["mode"] == mode and r["spacing_myr"] == 20)
        ax.axhline(thinned, color=colour, ls=(0, (6, 2)), lw=1)
    ax.plot([], [], color=GREY, ls=(0, (6, 2)), lw=1, label="on equal trees, mean over z")
    ax.set(xlabel="Redshift z", ylabel="SFRD, 20 instead of 10 Myr [dex]", ylim=(-0.12, 0.12))
    ax.legend(loc="lower left")


def draw_main_sequence(ax, s):
    rows = s["main_sequence"]
    x = np.arange(len(rows))
    for key, shift, colour, name in (("z4_6", -0.2, BLUE, "z = 4 to 6"), ("z6_8", 0.2, SKY, "z = 6 to 8")):
        errors = [r[key + "_scatter"] for r in rows]
        ax.bar(x + shift, [r[key] for r in rows], 0.38, yerr=None if np.isnan(errors).any() else errors, color=colour,
               edgecolor=BLACK, lw=0.6, capsize=2, error_kw={"lw": 0.8}, label=name)
        k = 0 if key == "z4_6" else 1
        known = [(i, r["independent"][k]) for i, r in enumerate(rows) if r["independent"]]
        ax.plot([i + shift for i, _ in known], [v for _, v in known], "D", color=VERMILION, mec=BLACK, mew=0.5, ms=5,
                ls="none", zorder=5, label="independent" if k == 0 else None)
    ax.set_xticks(x, [r["label"].replace("scale radius and gas", "$R_s$, gas")
                      .replace("scale radius", "$R_s$") for r in rows], fontsize="small",
                  rotation=30, ha="right", rotation_mode="anchor")
    ax.tick_params(axis="x", which="minor", bottom=False, top=False)
    ax.set(ylabel="Scatter of the main sequence [dex]", ylim=(0, 0.45))
    ax.legend(loc="upper right", ncol=2)


def draw_reference(ax, s):
    """Differences from the independent implementation over the aims."""
    rows = [r for r in s["reference"] if r["aim"]]
    y, scatter = np.arange(len(rows))[::-1], [r["scatter"] / r["aim"] for r in rows]
    ax.axvspan(-1, 1, color=LIGHT, alpha=0.7, lw=0, label="aim")
    ax.axvline(0, color=GREY, lw=0.8)
    ax.errorbar([(r["mean"] - r["reference"]) / r["aim"] for r in rows], y,
                xerr=None if np.isnan(scatter).any() else scatter, fmt="o", color=PURPLE, ms=4, capsize=2,
                label="mean, scatter between forests")
    short = [r["label"].replace(", simulated - observed", "").replace(", simulated - fit", "").replace(" [dex]", "")
             .replace("log10 M_star/(f_b M_h) at log10 M_h =", "efficiency,") for r in rows]
    ax.set_yticks(y, short, fontsize="small")
    ax.minorticks_off()
    ax.set(xlim=(-2, 2), ylim=(-3.4, len(rows)), xlabel="(this program - independent) / aim")
    ax.legend(loc="lower right", fontsize="small")


def dots(ax, y, values, mean, colour, marker, name):
    """Forests as small marks, their mean as a large one."""
    ax.plot(values, np.full(len(values), y), marker, color=colour, ms=3.5, alpha=0.5, mew=0, ls="none", zorder=3)
    ax.plot([mean], [y], marker, color=colour, mec=BLACK, mew=0.5, ms=7, ls="none", zorder=4, label=name)


def draw_terms(ax, s):
    """The likelihoods one by one, with and without noise in the growth of halos."""
    names = {"all": "all", "sfrd": "SFRD", "csmd": "CSMD", "shmr": "SHMR", "mzr": "MZR", "fmr": "FMR"}
    ax.axvline(0, color=GREY, lw=0.8)
    for k in range(0, len(names), 2):
        ax.axhspan(-k - 0.5, -k + 0.5, color=LIGHT, alpha=0.3, lw=0)
    for key, colour, marker, shift, name in (("neighbours", BLUE, "o", 0.17, "as reference"),
                                             ("smooth_growth", ORANGE, "s", -0.17, "smooth growth")):
        rows = {r["key"]: r for r in s[key]}
        for k, term in enumerate(names):
            row, y = rows[term], -k + shift
            dots(ax, y, row["values"], row["mean"], colour, marker, name if k == 0 else None)
            ax.errorbar([row["reference"]], [y], xerr=row["aim"], fmt="D", color=VERMILION, mec=BLACK, mew=0.5, ms=5,
                        elinewidth=1, capsize=3, zorder=5,
                        label="independent, with aim" if k == 0 and key == "neighbours" else None)
    ax.set_yticks([-k for k in range(len(names))], [f"$L_{{{n}}}$" for n in names.values()])
    ax.yaxis.set_minor_locator(plt.NullLocator())
    ax.set(xlim=(-1.4, 0.8), ylim=(-len(names) + 0.5, 0.5), xlabel=r"$\log_{10}\,L$ with neighbours")
    ax.legend(loc="center left", bbox_to_anchor=(0, 0.42))


def draw_enrichment(ax, s):
    """log10 L_all by what fills the space between galaxies."""
    rows, left = s["enrichment"], -0.4
    for k, r in enumerate(rows):
        if r["all"][0] > left:
            dots(ax, -k, r["values"], r["all"][0], PURPLE if "uniform" in r["label"] else BLUE, "o", None)
        known = r["independent"] and r["independent"][0]
        if known is not None and known > left:
            aim = s["neighbours"][0]["aim"] if r["label"] == s["standard"] else None
            ax.errorbar([known], [-k], xerr=aim, fmt="D", color=VERMILION, mec=BLACK, mew=0.5, ms=5, elinewidth=1,
                        capsize=3, zorder=5)
        if r["all"][0] <= left:
            ax.annotate(f"{r['all'][0]:.1f}" + (f", independent {known:g}" if known is not None else ""),
                        (left, -k), (left + 0.08, -k), va="center", fontsize="small",
                        arrowprops={"arrowstyle": "->", "color": BLUE})
    ax.plot([], [], "o", color=BLUE, mec=BLACK, mew=0.5, ms=7, ls="none", label="bubbles of galaxies")
    ax.plot([], [], "o", color=PURPLE, mec=BLACK, mew=0.5, ms=7, ls="none", label="equal metals for all")
    ax.errorbar([], [], xerr=[], fmt="D", color=VERMILION, mec=BLACK, mew=0.5, ms=5, elinewidth=1, capsize=3,
                label="independent, with aim")
    ax.axvline(0, color=GREY, lw=0.8)
    pretty = {"uniform, 1e-5": "uniform, $10^{-5}$", "uniform, 1e-4": "uniform, $10^{-4}$"}
    ax.set_yticks([-k for k in range(len(rows))],
                  [pretty.get(r["label"], r["label"].replace("c_ZIGM", "$c_{ZIGM}$")) for r in rows])
    ax.yaxis.set_minor_locator(plt.NullLocator())
    ax.set(xlim=(left, 0.1), ylim=(-len(rows) - 1.9, 0.7), xlabel=r"$\log_{10}\,L_{all}$")
    ax.legend(loc="lower left")


CLUMPING_LOOK = {0: (BLACK, "-", None), 1: (SKY, "-", "^"), 3.32: (BLUE, "-", "o"), 10: (VERMILION, "-", "s")}


def draw_gas(ax, s):
    x = s["clumping"]["log10_m_star"]
    for row in s["clumping"]["c_zigm"]:
        colour, line, marker = CLUMPING_LOOK[row["c"]]
        y, error = np.array(row["log10_z"]).T
        ax.errorbar(x, y, yerr=error, color=colour, ls=line, marker=marker, ms=4, capsize=2, elinewidth=0.8,
                    label=f"$c_{{ZIGM}}$ = {row['c']:g}" + (" (none)" if row["c"] == 0 else ""))
    ax.axvline(7.5, color=GREY, ls=":", lw=1)
    ax.set(xlabel=r"$\log_{10}\,M_\star\ [M_\odot]$, z = 6", ylabel=r"mean $\log_{10}\,Z_{gas}$")
    ax.legend(loc="upper left")


def draw_clumping(ax, s):
    x = np.array(s["clumping"]["log10_m_star"])
    ax.axhline(0, color=GREY, lw=0.8)
    for row, shift in zip(s["clumping"]["c_zigm"][1:], (-0.04, 0, 0.04)):
        colour, _, marker = CLUMPING_LOOK[row["c"]]
        for key, face, line in (("change", colour, "-"), ("change_enriched", "white", ":")):
            y, error = np.array(row[key]).T
            ax.errorbar(x + shift, y, yerr=error, color=colour, ls=line, marker=marker, mfc=face, ms=4, capsize=2,
                        elinewidth=0.8, lw=1.2)
    ax.plot([], [], color=GREY, ls="-", marker="o", ms=4, label="all galaxies")
    ax.plot([], [], color=GREY, ls=":", marker="o", mfc="white", ms=4, label="in bubbles of others")
    ax.axvline(7.5, color=GREY, ls=":", lw=1)
    ax.set(xlabel=r"$\log_{10}\,M_\star\ [M_\odot]$, z = 6", ylabel=r"rise of mean $\log_{10}\,Z_{gas}$ [dex]")
    ax.legend(loc="upper right")


def save(figure, path, dpi=110):
    """Small enough for a repository: below 200 kB."""
    figure.savefig(path, dpi=dpi, metadata={"Software": None})
    plt.close(figure)
    print(path)


def main():
    s, out = open_summary(__doc__, NEEDS, "tools/validate")

    figure, axes = plt.subplots(1, 2, figsize=(9.5, 4.2))
    draw_sfrd(axes[0], s)
    draw_csmd(axes[1], s)
    save(figure, out / "validation_history.png")
    figure, axes = plt.subplots(1, 2, figsize=(10.5, 4.2), width_ratios=[1.4, 1])
    draw_sub_steps(axes[0], s)
    draw_levels(axes[1], s)
    save(figure, out / "validation_convergence.png")
    figure, ax = plt.subplots(figsize=(7.5, 3.8))
    draw_main_sequence(ax, s)
    save(figure, out / "validation_main_sequence.png")
    figure, axes = plt.subplots(2, 2, figsize=(10.5, 8.4))
    for draw, ax in zip((draw_terms, draw_enrichment, draw_gas, draw_clumping), axes.flat):
        draw(ax, s)
    save(figure, out / "validation_neighbours.png", 100)
    with plt.rc_context(ONE_PAGE):
        figure, axes = plt.subplots(3, 2, figsize=(12, 14))
        panels = (draw_sfrd, draw_csmd, draw_reference, draw_main_sequence, draw_sub_steps, draw_levels)
        for draw, ax in zip(panels, axes.flat):
            draw(ax, s)
        save(figure, out / "validation.png", 78)


if __name__ == "__main__":
    main_of(main)
