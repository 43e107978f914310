#!/usr/bin/env python3
"""Figures of docs/theory/eps.md from the tables that the physics test of EPS trees writes.

    mkdir -p eps_tables
    CECROPIA_PLOT_DIR=$PWD/eps_tables build/bin/physics_eps_mass_function_test
    tools/plot_eps.py eps_tables [--out FOLDER]

writes eps_mass_function.png and eps_growth.png.
"""
import argparse
import csv
import pathlib
import sys

from plot_needs import need, which_python

need("numpy", "h5py", "matplotlib")

from plot_data import make_folder  # noqa: E402  asked for above
from plot_style import BLACK, BLUE, LIGHT, VERMILION, plt, save  # noqa: E402  asked for above


def table(path):
    """Columns of a CSV file; a column is a list of floats, or of texts where it does not hold numbers."""
    try:
        with open(path, newline="") as f:
            rows = list(csv.DictReader(f))
    except OSError as e:
        sys.exit(f"{path}: {e.strerror}; run the test physics_eps_mass_function_test with CECROPIA_PLOT_DIR set first")
    if not rows:
        sys.exit(f"{path}: no rows")
    columns = {name: [r[name] for r in rows] for name in rows[0]}
    for name, values in columns.items():
        try:
            columns[name] = [float(v) for v in values]
        except ValueError:
            pass
    return columns


def choose(columns, name, value):
    """The rows of a table where a column has a value."""
    keep = [i for i, v in enumerate(columns[name]) if v == value]
    return {k: [v[i] for i in keep] for k, v in columns.items()}


FITS = {"parkinson2008": ("Parkinson et al. (2008)", "o", BLUE), "benson2017": ("Benson (2017)", "s", VERMILION)}


def mass_functions(folder, out):
    tables = {fit: table(folder / f"eps_mass_function_{fit}.csv") for fit in FITS}
    redshifts = sorted(set(tables["parkinson2008"]["z"]))
    fig, axes = plt.subplots(2, len(redshifts), figsize=(3.4 * len(redshifts), 6), sharex=True, sharey="row",
                             gridspec_kw={"height_ratios": [2, 1]})
    for column, z in enumerate(redshifts):
        top, bottom = axes[0][column], axes[1][column]
        first = choose(tables["parkinson2008"], "z", z)
        for column, line, label in (("sheth_tormen_per_cmpc3_dex", "-", "Sheth & Tormen (1999)"),
                                    ("press_schechter_per_cmpc3_dex", ":", "Press & Schechter (1974)")):
            top.plot(first["log10_m_msun"], first[column], line, color=BLACK, label=label)
        bottom.axhspan(0.75, 1.25, color=LIGHT, alpha=0.5)
        bottom.axhline(1, color=BLACK, lw=0.8)
        for k, (fit, (label, marker, colour)) in enumerate(FITS.items()):
            t = choose(tables[fit], "z", z)
            seen = [i for i, n in enumerate(t["halos"]) if n > 0]
            x = [t["log10_m_msun"][i] + 0.03 * (2 * k - 1) for i in seen]
            y = [t["eps_per_cmpc3_dex"][i] for i in seen]
            e = [t["error_per_cmpc3_dex"][i] for i in seen]
            st = [t["sheth_tormen_per_cmpc3_dex"][i] for i in seen]
            style = dict(fmt=marker, color=colour, ms=4, lw=1)
            top.errorbar(x, y, yerr=e, label=label, **style)
            bottom.errorbar(x, [a / b for a, b in zip(y, st)], yerr=[a / b for a, b in zip(e, st)], **style)
        top.set_yscale("log")
        top.set_ylim(1e-7, 10)
        top.set_title(f"z = {z:.2f}")
        bottom.set_ylim(0, 2)
        bottom.set_xlabel(r"log$_{10}$ M / M$_\odot$")
    axes[0][0].set_ylabel(r"dn/dlog$_{10}$M  [cMpc$^{-3}$ dex$^{-1}$]")
    axes[1][0].set_ylabel("EPS / Sheth-Tormen")
    axes[0][0].legend(fontsize=7)
    save(fig, out / "eps_mass_function.png")


def growth(folder, out):
    history, rate = table(folder / "eps_growth.csv"), table(folder / "eps_growth_rate.csv")
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    for fit, (label, marker, colour) in FITS.items():
        h, r = choose(history, "calibration", fit), choose(rate, "calibration", fit)
        left.plot(h["z"], h["mean_m_msun"], "-", color=colour, label=label)
        right.errorbar(r["z"], r["rate_msun_yr"], yerr=r["error_msun_yr"], fmt=marker, color=colour, ms=5, label=label)
    h, r = choose(history, "calibration", "parkinson2008"), choose(rate, "calibration", "parkinson2008")
    left.plot(h["z"], h["fakhouri_m_msun"], "--", color=BLACK, label="Fakhouri et al. (2010), integrated")
    right.plot(r["z"], r["fakhouri_msun_yr"], "--", color=BLACK, label="Fakhouri et al. (2010)")
    left.set(yscale="log", xlim=(4, 15), ylim=(3e8, 2e11), xlabel="z",
             ylabel=r"mean mass of the main branch [M$_\odot$]",
             title=r"Roots of $10^{11}$ M$_\odot$ at z = 4.5")
    right.set(yscale="log", xlabel="z", ylabel=r"mean dM/dt [M$_\odot$/yr]", title=r"Halos of $10^{11}$ M$_\odot$ at z")
    left.legend(fontsize=8)
    right.legend(fontsize=8)
    save(fig, out / "eps_growth.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python("matplotlib"),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder with the tables")
    parser.add_argument("--out", type=pathlib.Path, help="folder of the figures (default: the same)")
    options = parser.parse_args()
    out = options.out or options.folder
    make_folder(out)
    mass_functions(options.folder, out)
    growth(options.folder, out)


if __name__ == "__main__":
    main()
