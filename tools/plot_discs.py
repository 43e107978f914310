#!/usr/bin/env python3
"""Figures and tables of Toyouchi et al. (2025) from runs along the mean growth of halos: the work of tools/plot_discs.
Results: docs/discs.md."""
import argparse
import json
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)

import disc_figures  # noqa: E402  missing packages are named before they are imported
import disc_galaxies  # noqa: E402
import disc_population_figures as populations  # noqa: E402
import disc_quoted  # noqa: E402
from disc_runs import FIDUCIAL, SPIN_RATIOS, Discs, make  # noqa: E402
from marked_tables import table, with_table  # noqa: E402
from plot_data import Trouble, main_of, make_folder, write_whole  # noqa: E402
from plot_style import save  # noqa: E402

FIGURES = {"discs_tracks": disc_figures.tracks, "discs_sizes": disc_figures.sizes,
           "discs_relations": disc_figures.relations, "discs_dust": disc_figures.dust,
           "discs_efficiency": disc_figures.efficiency, "discs_weak_feedback": disc_figures.weak_feedback,
           "discs_luminosity_functions": populations.luminosity_functions,
           "discs_depths_sfrd": populations.depths_and_sfrd}
MASSIVE_AT = (7, 5)  # redshifts of the table of both choices for stars above 40 Msun
FAMILIES = {"ours": "", "ours, `constant`": "constant"}  # what stars above 40 Msun return: nothing, or something
QUICK = ("--masses", "1e10:1e14:9", "--step-myr", "10")
QUICK_SETTINGS = ["model.max_step_myr=5", "output.every=1"]


def tables(runs):
    """{name: Markdown} and what is in it for a script."""
    quoted = {head: disc_quoted.judged(disc_quoted.Sentences(runs, base).values()) for head, base in FAMILIES.items()}
    by_ratio = {f_s: runs[name] for name, f_s in sorted(SPIN_RATIOS.items(), key=lambda item: item[1])}
    found = {light: disc_galaxies.compare(by_ratio, light) for light in disc_galaxies.LIGHT}
    agree = "; ".join(f"{head}: {disc_quoted.counts(rows)[0]} of {disc_quoted.counts(rows)[1]} agree"
                      for head, rows in quoted.items())
    text = {"quoted": f"{agree}.\n\n{disc_quoted.text_of(quoted)}",
            **{f"galaxies_{light}": disc_galaxies.text_of(one) for light, one in found.items()}}
    summary = {"quoted": {head: {row["id"]: {"value": value, "factor": off, "verdict": verdict}
                                 for row, value, off, verdict in rows} for head, rows in quoted.items()},
               "galaxies": {light: {name: {"chi2": {str(f): one.chi2 for f, one in fits.items()},
                                           "best_f_s": disc_galaxies.best(fits)} for name, fits in by_name.items()}
                            for light, by_name in found.items()},
               "cpu_s": runs[FIDUCIAL].run.timing["cpu_s"]}
    return text, summary, found


def massive_table(runs):
    """The halo of 1e12 Msun with both choices of what stars above 40 Msun return, and both weights of mean depths."""
    families = (("`none`", runs[FIDUCIAL]), ("`constant`", runs["constant"]))
    rows = (("star formation [Msun/yr]", "sfr", "{:.1f}"), ("stars [Msun]", "m_star", "{:.1e}"),
            ("metallicity of new stars [Z_sun]", "oh", "{:.2f}"), ("dust [Msun]", "dust", "{:.1e}"),
            ("mean optical depth, weighted with the light without dust", "depth_intrinsic", "{:.3g}"),
            ("the same, weighted with the light that leaves", "depth", "{:.3g}"),
            ("dust temperature [K]", "t_dust_k", "{:.0f}"))

    def cell(discs, name, z, form):
        value = discs.at(name, z)[discs.halo(disc_figures.MIDDLE)]
        return form.format(10 ** value if name == "oh" else value)
    return table(["", *(f"{head}, z = {z}" for z in MASSIVE_AT for head, _ in families)],
                 [[words, *(cell(discs, name, z, form) for z in MASSIVE_AT for _, discs in families)]
                  for words, name, form in rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", metavar="FILE", type=pathlib.Path, required=True, help="the program")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, required=True, help="for trees, runs, figures")
    parser.add_argument("--jobs", type=int, default=1, help="runs at the same time; default: 1")
    parser.add_argument("--quick", action="store_true", help="9 halos and long steps: a first impression")
    parser.add_argument("--docs", metavar="PAGE", type=pathlib.Path, help="put the tables and figures into this page")
    o = parser.parse_args()
    if o.docs and o.quick:
        raise Trouble("the page is not written from a first impression: without --quick")
    make_folder(o.out)
    runs = {name: Discs(folder) for name, folder in
            make(o.program, o.out, o.jobs, QUICK if o.quick else (), QUICK_SETTINGS if o.quick else ()).items()}
    text, summary, found = tables(runs)
    massive = massive_table(runs)
    for name, draw in FIGURES.items():
        save(draw(runs), o.out / f"{name}.png")
    save(populations.galaxies(found), o.out / "discs_galaxies.png")
    whole = "\n\n".join(f"## {name}\n\n{words}" for name, words in [*text.items(), ("massive", massive)]) + "\n"
    write_whole(o.out / "tables.md", whole)
    write_whole(o.out / "summary.json", json.dumps(summary, indent=1) + "\n")
    print(whole)
    if o.docs:
        page = o.docs.read_text()
        for name, words in text.items():
            page = with_table(page, name, words)
        write_whole(o.docs, page)
        theory = o.docs.parent / "theory/disc.md"
        write_whole(theory, with_table(theory.read_text(), "massive", massive))
        for name in (*FIGURES, "discs_galaxies"):
            write_whole(o.docs.parent / "figures" / f"{name}.png", (o.out / f"{name}.png").read_bytes())


if __name__ == "__main__":
    main_of(main)
