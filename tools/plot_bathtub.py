#!/usr/bin/env python3
"""Figures and tables of the five models of Li et al. (2025) alone: the work of tools/plot_bathtub. Results:
docs/theory/bathtub.md."""
import argparse
import json
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)

import numpy as np  # noqa: E402  missing packages are named before they are imported

import metal_relations as rel  # noqa: E402
from bathtub_runs import AGES_MYR, LOG_GAS, make, variants  # noqa: E402
from cecropia_files import read_table, shipped_observations  # noqa: E402
from marked_tables import table, with_table  # noqa: E402
from plot_data import main_of, make_folder, write_whole  # noqa: E402
from plot_style import BLACK, BLUE, GREEN, M_SUN, ORANGE, VERMILION, note, plt, save  # noqa: E402

COLOURS = (BLUE, GREEN, ORANGE, VERMILION)
LINES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 1, 2)))
MASSES = (7.7, 8.2, 8.7)  # log M_* of the table
FIXED = (8.0, 9.0)        # of galaxies of one mass
LATE_MYR = 1000
TITLES = {1: "inflow, no outflow", 2: "outflow, no inflow", 3: "inflow and outflow", 4: "inflow and outflow"}
STACKS, STACKS_SFR = "li2025_table2_mzr.csv", "li2025_stacks_fmr.csv"


def variants_of(model, as_printed=False):
    """[(name of the run, label)] of a model; of models 3 to 5 with the default M_0 or with the printed one."""
    return [(name, label) for name, (number, label, _) in variants().items()
            if number == model and (number < 3 or name.endswith("_as_printed") == as_printed)]


def of_gas(runs, t_myr):
    """Model 2, one galaxy per run: {label: (log gas in the beginning, log M_*, 12 + log10(O/H), log SFR)}, arrays."""
    found = {}
    for name, label in variants_of(2):
        found.setdefault(label, []).append([column[0] for column in runs[name].at(t_myr)])
    return {label: (LOG_GAS, *np.array(rows).T) for label, rows in found.items()}


# --- figures --------------------------------------------------------------------------------------------------------
def stacks(ax):
    """The observed stacks of Li et al. (2025), table 2."""
    rows = read_table(shipped_observations() / STACKS)
    for subset, marker, face in (("cluster", "s", BLACK), ("field", "o", "white")):
        some = [row for row in rows if row["subset"] == subset]
        ax.errorbar([row["log10_m_star_msun"] for row in some], [row["oh12"] for row in some],
                    [[row[f"oh12_err_{side}_dex"] for row in some] for side in ("lo", "hi")], fmt=marker, color=BLACK,
                    mfc=face, ms=4, elinewidth=0.8, capsize=2, label=f"{subset}, table 2", zorder=5)


def plot_models(runs):
    """Metallicity and mass of models 1 to 4 as they age, one panel each."""
    figure, panels = plt.subplots(2, 2, figsize=(10.0, 8.0), sharex=True, sharey=True)
    for model, ax in zip((1, 2, 3, 4), panels.flat):
        for t, line in zip(AGES_MYR, LINES):
            if model == 2:
                curves = [(label, values[1], values[2]) for label, values in of_gas(runs, t).items()]
            else:
                curves = [(label, *runs[name].at(t)[:2]) for name, label in variants_of(model)]
            for (label, mass, oh12), colour in zip(curves, COLOURS):
                ax.plot(mass, oh12, color=colour, ls=line, marker="." if model == 2 else None,
                        label=label if t == AGES_MYR[0] else None)
        stacks(ax)
        ax.set(xlim=(2.4, 11.2), ylim=(5.3, 10.1), title=TITLES[model])
        ax.title.set_fontsize(10)
        ax.legend(fontsize=7, title=f"model {model}", title_fontsize=8, loc="lower right")
    for ax in panels[1]:
        ax.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
    for ax in panels[:, 0]:
        ax.set_ylabel("12 + log$_{10}$(O/H)")
    note(figure, "Lines: galaxies of all inflows (model 2: all masses of gas in the beginning) 10 (solid), 30 (dashed) "
         "and 100 Myr (dotted) after the onset of accretion, as long as 1 Msun of gas is left. What a model does not "
         "vary: eps_SF = 0.05 per Myr, eta_0 = 1 at 1e11 Msun, beta = 2/3. Symbols: Li et al. (2025).")
    return figure


def plot_model_5(runs):
    """Model 5 as in figure 8 of the paper, and galaxies of one mass as in its figure 7."""
    figure, (one, two, three) = plt.subplots(1, 3, figsize=(13.0, 4.4))
    for (name, _), style, m_0 in ((*variants_of(5), "-", "1e11"), (*variants_of(5, True), (0, (2, 1.5)), "1e10")):
        for t, colour in zip(AGES_MYR, COLOURS):
            mass, oh12, log_sfr = runs[name].at(t)
            one.plot(mass, oh12, color=colour, ls=style, label=f"{t} Myr, $M_0$ = {m_0} ${M_SUN}$")
            if m_0 == "1e11":
                two.plot(mass, log_sfr, color=colour, label=f"{t} Myr")
    stacks(one)
    for row in read_table(shipped_observations() / STACKS_SFR):
        sfr, is_cluster = row["sfr_msun_yr"], row["subset"] == "full_cluster"
        two.errorbar([row["log10_m_star_msun"]], [np.log10(sfr)],
                     [[np.log10(sfr / (sfr - row["sfr_err_lo_msun_yr"]))],
                      [np.log10(1 + row["sfr_err_hi_msun_yr"] / sfr)]], fmt="s" if is_cluster else "o", color=BLACK,
                     mfc=BLACK if is_cluster else "white", ms=5, capsize=2, label="cluster" if is_cluster else "field")
    for log_m, line in zip(FIXED, LINES):
        for (name, label), colour in zip([*variants_of(5), *variants_of(3)], (BLACK, BLUE, GREEN, VERMILION)):
            _, oh12, log_sfr = runs[name].when(log_m)
            text = "model 5 ($\\eta_0$ = 5)" if name == "model_5" else label.replace("eta_0", "$\\eta_0$")
            three.plot(log_sfr, oh12, color=colour, ls=line, label=f"{text}, log $M_\\star$ = {log_m:g}")
    for ax in (one, two):
        ax.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
        ax.set_xlim(6, 10.5)
    one.set(ylabel="12 + log$_{10}$(O/H)", ylim=(6.0, 9.0))
    two.set(ylabel=rf"$\log_{{10}}$ SFR $[{M_SUN}\,yr^{{-1}}]$", ylim=(-2, 3))
    three.set(xlabel=rf"$\log_{{10}}$ SFR $[{M_SUN}\,yr^{{-1}}]$", ylabel="12 + log$_{10}$(O/H)", ylim=(6.8, 8.8))
    for ax in (one, two, three):
        ax.legend(fontsize=7)
    note(figure, "Left and middle: model 5 at three ages (middle: M_0 = 1e11 Msun), stacks of Li et al. (2025), "
         "table 2 and section 5. Right: galaxies of all inflows when their stars reach a mass, up to "
         f"{LATE_MYR} Myr: those of little inflow do so late, with little star formation and at their plateau.")
    return figure


# --- tables ---------------------------------------------------------------------------------------------------------
def at_mass(log_m_star, mass, oh12):
    """12 + log10(O/H) at a mass, on straight lines between galaxies that have gas; NaN outside of them."""
    seen = np.isfinite(oh12)
    return float(np.interp(log_m_star, mass[seen], oh12[seen], left=np.nan, right=np.nan)) if seen.any() else np.nan


def stacks_table(runs):
    """chi^2 of the stacks of table 2 about model 5, with the print's errors, at three ages."""
    rows = []
    for as_printed, m_0 in ((False, "1e11"), (True, "1e10")):
        run = runs[variants_of(5, as_printed)[0][0]]
        for subset in ("cluster", "field"):
            some = [row for row in read_table(shipped_observations() / STACKS) if row["subset"] == subset]
            cells = []
            for t in AGES_MYR:
                off = [run.of_mass(t, row["log10_m_star_msun"])[0] - row["oh12"] for row in some]
                errors = [row[f"oh12_err_{'hi' if one > 0 else 'lo'}_dex"] for one, row in zip(off, some)]
                cells.append(f"{np.sum(np.square(np.array(off) / errors)):.1f}")
            rows.append((m_0, f"{subset}, {len(some)}", *cells))
    return table(("M_0 of model 5 [Msun]", "stacks", *(f"chi^2 after {t} Myr" for t in AGES_MYR)), rows)


def gone_table(runs):
    """The first level at which galaxies of model 2 have no gas to speak of."""
    found = {}
    for name, label in variants_of(2):
        found.setdefault(label, []).append(f"{runs[name].gone():.0f}")
    return table(("less than 1 Msun of gas is left after [Myr]", *(f"1e{m:g} Msun" for m in LOG_GAS)),
                 [(label, *cells) for label, cells in found.items()])


def galaxies_table(runs):
    """12 + log10(O/H) of galaxies of some masses at three ages, and the slope about 10^8.2 Msun."""
    rows = []
    for model, as_printed in ((1, False), (3, False), (3, True), (4, False), (4, True), (5, False), (5, True)):
        for name, label in variants_of(model, as_printed):
            m_0 = "" if model == 1 else "1e10" if as_printed else "1e11"
            cells = [" ".join(f"{runs[name].of_mass(t, log_m)[0]:.2f}" for t in AGES_MYR) for log_m in MASSES]
            rows.append((model, label if model != 5 else "", m_0, *cells,
                         " ".join(f"{round(runs[name].slope(t), 2) + 0:.2f}" for t in AGES_MYR)))
    for label in of_gas(runs, AGES_MYR[0]):
        cells = []
        for log_m in MASSES:
            found = [at_mass(log_m, *of_gas(runs, t)[label][1:3]) for t in AGES_MYR]
            cells.append(" ".join(f"{oh12:.2f}" if np.isfinite(oh12) else "gone" for oh12 in found))
        rows.append((2, label, "1e11", *cells, ""))
    rows.sort(key=lambda row: row[0])
    heads = [f"12 + log10(O/H) at 10^{log_m:g} Msun" for log_m in MASSES]
    return table(("model", "varied", "M_0 [Msun]", *heads, "slope at 10^8.2 Msun"), rows)


def plateau(run, log_m_star):
    """12 + log10(O/H) of the galaxy of least star formation that reaches a mass."""
    _, oh12, log_sfr = run.when(log_m_star)
    return float(oh12[np.nanargmin(log_sfr)])


def of_sfr(run, log_m_star, log_sfr):
    """12 + log10(O/H) of the galaxy that has this star formation when its stars reach a mass."""
    _, oh12, found = run.when(log_m_star)
    order = np.argsort(found)  # NaN last
    seen = order[np.isfinite(found[order])]
    return float(np.interp(log_sfr, found[seen], oh12[seen]))


def falls(values):
    return bool(np.all(np.diff(values) < 0))


def age_and_residual(run):
    """Rank correlation of age and residual of the relation of mass and metallicity, of all galaxies at three ages."""
    mass, oh12, age = (np.concatenate(columns) for columns in
                       zip(*((*run.at(t)[:2], np.full(run.at(t)[0].size, t)) for t in AGES_MYR)))
    seen = (mass > 7) & (mass < 10)
    fit = rel.fit_mzr(mass[seen], oh12[seen], resamples=2)
    return rel.spearman(age[seen], oh12[seen] - fit.at(mass[seen]))


def statements(runs):
    """[(what the paper says, where, ours, whether it holds)]"""
    five, printed = runs["model_5"], runs["model_5_as_printed"]
    oh12, slopes = ([one(t) for t in AGES_MYR] for one in (lambda t: five.of_mass(t, 8.2)[0], five.slope))
    of_eta = [plateau(runs[name], FIXED[0]) for name, _ in variants_of(3)]
    of_beta, of_beta_printed = ([plateau(runs[name], FIXED[1]) for name, _ in variants_of(4, as_printed)]
                                for as_printed in (False, True))
    of_eps = [runs[name].of_mass(30, 8.2)[0] for name, _ in variants_of(1)]
    of_star_formation = [of_sfr(five, FIXED[0], log_sfr) for log_sfr in (0.5, 1.0, 1.5)]
    drops = [of_sfr(five, log_m, 1.5) - of_sfr(five, log_m, 0.5) for log_m in FIXED]
    sfr = [10 ** five.of_mass(t, 8.2)[1] for t in (30, 100)]
    words = "{:.2f}, {:.2f}, {:.2f}".format
    older, older_printed = oh12[2] - oh12[0], printed.of_mass(100, 8.2)[0] - printed.of_mass(10, 8.2)[0]
    four = "{:.2f}, {:.2f}, {:.2f}, {:.2f}".format
    return [
        ("older galaxies are richer at one mass, by about 0.2 dex from 10 to 100 Myr", "figure 8, model 5",
         f"{words(*oh12)}: {older:.2f} dex ({older_printed:.2f} with the printed M_0)",
         falls(oh12[::-1]) and 0.1 <= older <= 0.3),
        ("and their relation of mass and metallicity is steeper", "figure 8, model 5", f"slopes {words(*slopes)}",
         falls(slopes[::-1])),
        ("its steady slope is about 0.4 for beta = 2/3", "text, model 5",
         f"{five.slope(LATE_MYR):.2f} after {LATE_MYR} Myr", abs(five.slope(LATE_MYR) - 0.4) <= 0.05),
        ("observed star formation, 8.5 (cluster) and 13.5 Msun/yr (field), falls between 30 and 100 Myr",
         "figure 8, 10^8.2 Msun", f"{sfr[0]:.1f} and {sfr[1]:.1f} Msun/yr", sfr[1] < 8.5 and 13.5 < sfr[0]),
        ("at one mass, metallicity falls with star formation", "figure 7, model 5",
         f"{words(*of_star_formation)} with 3, 10, 30 Msun/yr, at 1e8 Msun", falls(of_star_formation)),
        ("massive galaxies have a flatter relation of star formation and metallicity", "figure 7, model 5",
         f"from 3 to 30 Msun/yr: {drops[0]:.2f} dex at 1e8, {drops[1]:.2f} at 1e9 Msun", abs(drops[1]) < abs(drops[0])),
        ("slower star formation makes poorer galaxies", "figure 7, model 1",
         f"{words(*of_eps)} for eps_SF = 0.05, 0.1, 0.2", falls(of_eps[::-1])),
        ("plateaus at little star formation are higher for weaker winds", "figure 7, model 3",
         f"{words(*of_eta)} for eta_0 = 0.5, 1, 2", falls(of_eta)),
        ("and for larger beta", "figure 7, model 4",
         f"{four(*of_beta_printed)} for beta = 0, 1/3, 2/3, 1 with the printed M_0 of 1e10 Msun, by which it "
         f"is judged; {four(*of_beta)} with 1e11", falls(of_beta_printed[::-1])),
        ("old galaxies are those above the relation of mass and metallicity", "discussion, model 5",
         "rank correlation of age and residual of galaxies of 1e7 to 1e10 Msun at 10, 30, 100 Myr: "
         f"{age_and_residual(five):.2f} ({age_and_residual(printed):.2f} with the printed M_0)",
         age_and_residual(five) > 0)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", metavar="FILE", type=pathlib.Path, required=True, help="the program")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, required=True, help="for trees, runs, figures")
    parser.add_argument("--jobs", type=int, default=1, help="runs at the same time; default: 1")
    parser.add_argument("--docs", metavar="PAGE", type=pathlib.Path, help="put tables and figures into this page")
    o = parser.parse_args()
    make_folder(o.out)
    runs = make(o.program, o.out, o.jobs)
    said = statements(runs)
    text = {"galaxies": galaxies_table(runs), "gone": gone_table(runs),
            "stacks": stacks_table(runs),
            "statements": table(("Li et al. (2025)", "where", "ours", "verdict"),
                                [(*row[:3], "holds" if row[3] else "does not hold") for row in said])}
    figures = {"bathtub_models": plot_models(runs), "bathtub_model_5": plot_model_5(runs)}
    for name, figure in figures.items():
        save(figure, o.out / f"{name}.png")
    whole = "\n\n".join(f"## {name}\n\n{words}" for name, words in text.items()) + "\n"
    write_whole(o.out / "tables.md", whole)
    summary = [{"paper": paper, "where": where, "ours": ours, "holds": bool(holds)}
               for paper, where, ours, holds in said]
    write_whole(o.out / "summary.json", json.dumps(summary, indent=1) + "\n")
    print(whole)
    if o.docs:
        page = o.docs.read_text()
        for name, words in text.items():
            page = with_table(page, name, words)
        write_whole(o.docs, page)
        for name in figures:
            write_whole(o.docs.parents[1] / "figures" / f"{name}.png", (o.out / f"{name}.png").read_bytes())


if __name__ == "__main__":
    main_of(main)
