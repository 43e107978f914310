"""What the report of a scan says, section by section."""
import csv
import io
import json
import shlex

import numpy as np

from paper_figures import of_scan
from paper_scan import best_by_slope
from plot_data import Run, Trouble, text_if_there, write_whole
from plot_scan import NAMES, short
from report_page import Html, Page, cards, code, commands, details, fixed, heading, number, paragraph, table
from report_run import KEY_PARAMETERS, TERMS, figures, log_of, no_log
from scan_data import Scan, below


def ledger(scan):
    """Lines of scan.jsonl by number of the point; without the file none."""
    found = {}
    for line in (text_if_there(scan.folder / "scan.jsonl") or "").splitlines():
        try:
            entry = json.loads(line)
            found[entry["point"]] = entry
        except (json.JSONDecodeError, KeyError, TypeError):
            continue  # a line that was cut short; the program repairs it when it goes on
    return found


def kept_run(scan):
    """The Run of the most likely point, if the scan kept it."""
    row = scan.best_of("all")
    if row is None:
        return None
    folder = scan.folder / "points" / f"{scan.ids[row]:04d}"
    try:
        return Run(folder) if folder.is_dir() else None
    except Trouble:
        return None


def value_of(value):
    return short(value) if isinstance(value, (str, float)) else str(value)


def what_was_run(scan):
    varied = [(code(name), len(set(values)), ", ".join(value_of(v) for v in sorted(set(values))[:24]) +
               (", ..." if len(set(values)) > 24 else "")) for name, values in scan.parameters.items()]
    flat = {f"{section}.{key}": value for section, values in scan.base.items() for key, value in values.items()}
    shared = [(code(name), number(flat[name])) for name in KEY_PARAMETERS if name in flat and name not in scan.varied()]
    every = [table([(code(key), number(value, 10)) for key, value in values.items()], (section, "value"))
             for section, values in scan.base.items()]
    return [heading("What varies"), table(varied, ("parameter", "number", "values"), (1,)),
            heading("What all points share"), table(shared, ("parameter", "value")),
            details(f"All {len(flat)} parameters of the base", Html("".join(every)))]


def best_rows(scan, rows):
    """Table of points: (what it is, row) pairs."""
    names = [name for name in TERMS if name in scan.log10]
    names += [name for name in scan.log10 if name not in TERMS and name != "csfh_mzsfr"]  # data of one's own (OBS-19)
    varied = scan.varied()
    shown = [(what, scan.ids[row], *(value_of(scan.parameters[p][row]) for p in varied),
              *(fixed(scan.log10[name][row]) if np.isfinite(scan.log10[name][row]) else "–" for name in names))
             for what, row in rows]
    head = ("", "point", *(p.partition(".")[2] for p in varied), *names)
    return table(shown, head, range(1, len(head)))


def likelihoods(scan):
    rows = [(f"best by {NAMES[name]}", scan.best_of(name)) for name in ("csfh", "mzsfr", "csfh_mzsfr", "shmr", "all")]
    parts = [paragraph("log10 L of the best points; csfh: star-formation history, sfrd and csmd its parts; mzsfr: "
                       "mass, metallicity and star formation, fmr and mzr its parts; shmr: stellar-halo mass."),
             best_rows(scan, [(what, row) for what, row in rows if row is not None])]
    slopes = best_by_slope(scan)
    if len(slopes) > 1:
        parts += [heading("The best of each outflow slope, by all observables"),
                  best_rows(scan, [(f"alpha_out = {slope:g}", row) for slope, row in slopes.items()])]
    highest = scan.highest_of_all("all")
    if highest:
        levels = [(f"every residual {k} sigma", " to ".join(dict.fromkeys(fixed(below(h, k)) for h in highest)))
                  for k in (1, 2, 3)]
        parts += [heading("To judge by: log10 L of all observables"), table(levels, numbers=(1,))]
    without = int((~np.isfinite(scan.log10["all"])).sum())
    if without:
        parts.append(paragraph(f"{without} of {scan.ids.size} points have no likelihood of all observables.",
                               "warning"))
    order = np.argsort(-np.nan_to_num(scan.log10["all"], nan=-np.inf), kind="stable")[:200]
    parts.append(details(f"The {order.size} most likely points", best_rows(scan, [("", row) for row in order])))
    return parts


def timings(scan, entries):
    costs = [entry["cost"] for entry in entries.values() if isinstance(entry.get("cost"), dict)]
    if not costs:
        return [paragraph("The ledger scan.jsonl, which holds the cost of each point, is not in the folder.")]
    rows = []
    for name in ("wall_s", "cpu_s", "halo_levels", "sub_steps"):
        values = [cost[name] for cost in costs if name in cost]
        if values:
            rows.append((name, *(number(float(f(values))) for f in (min, np.median, max, sum))))
    return [table(rows, ("cost of a point", "least", "median", "most", "all"), (1, 2, 3, 4))]


def budget(entries):
    budgets = [entry["budget"] for entry in entries.values() if isinstance(entry.get("budget"), dict)]
    if not budgets:
        return [paragraph("The ledger scan.jsonl, which holds the budget of each point, is not in the folder.")]
    words = {"mass_relative_error": "what is missing of the mass, relative", "stars_missing": "massive stars missing",
             "metal_relative_error": "what is missing of the metals, relative"}
    rows = [(words.get(name, name), number(max((b[name] for b in budgets if b.get(name) is not None), key=abs,
                                               default=None))) for name in budgets[0]]
    return [paragraph("The worst of all points; what is missing is rounding. Masses are in run.json of a run or of a "
                      "point that is kept."), table(rows, numbers=(1,))]


def warnings(log):
    parts = [paragraph(text, "warning") for text in dict.fromkeys([*log.said("warning"), *log.said("error")])]
    if not log.found:
        return [no_log(log)]
    return parts or [paragraph("None.")]


def provenance(scan, log):
    try:
        told = json.loads(text_if_there(scan.folder / "scan.json") or "{}")
    except json.JSONDecodeError:
        told = {}
    rows = [("program", f"cecropia {told.get('program', '?')}"), ("scan", log.when() or "time not known: no scan.log"),
            ("folder", scan.folder.resolve().name),
            *((key.replace("_", " "), value) for key, value in told.items() if key.endswith("_hash"))]
    return [table([(name, code(value)) for name, value in rows])]


def repeat(scan, files, link):
    """Writes base and points beside the page, and the parameters of the most likely point; says how to use them."""
    write_whole(files / "parameters.json", json.dumps(scan.base, indent=1) + "\n")
    write_whole(files / "scan.json", json.dumps({"base": "parameters.json"}, indent=1) + "\n")
    order = np.argsort(scan.ids, kind="stable")
    points = io.StringIO()
    writer = csv.writer(points, lineterminator="\n")
    writer.writerow(scan.parameters)
    writer.writerows([values[row] for values in scan.parameters.values()] for row in order)
    write_whole(files / "points.csv", points.getvalue())
    place = f"PAGE/{shlex.quote(files.name)}"
    parts = [paragraph(Html(f'Base and points are in <a href="{link}/parameters.json">parameters.json</a> and '
                            f'<a href="{link}/points.csv">points.csv</a> beside this page. In the folder of the '
                            'program, with PAGE for the folder of this page:')),
             commands([f"tools/run -n 2 scan {place}/scan.json --points {place}/points.csv --out out/again"])]
    row = scan.best_of("all")
    if row is not None:
        values = " ".join(f"--set {shlex.quote(f'{name}={values[row]}')}" for name, values in scan.parameters.items())
        parts += [paragraph("The most likely point alone, with its galaxies, and its report:"),
                  commands([f"tools/run -n 2 run {place}/parameters.json {values} --out out/best",
                            "tools/report out/best"])]
    return parts


def page_of_scan(folder, files, link):
    """The Page of a scan; figures, parameters and points go into the folder `files`, which the page knows as `link`."""
    scan = Scan(folder)
    log, entries = log_of(scan.folder, "scan.log"), ledger(scan)
    kept = kept_run(scan)
    varied = scan.varied()
    page = Page(f"Scan {scan.folder.resolve().name}",
                f"{number(int(scan.ids.size))} models of Cecropia on the same trees, in which "
                f"{', '.join(varied) or 'nothing'} vary." if len(varied) != 1 else
                f"{number(int(scan.ids.size))} models of Cecropia on the same trees, in which {varied[0]} varies.")
    drawn = figures(*of_scan(scan, kept), files, link)
    row = scan.best_of("all")
    facts = [(number(int(scan.ids.size)), "points")]
    if row is not None:
        facts += [(fixed(scan.log10["all"][row]), f"best log10 L, point {scan.ids[row]}"),
                  *((value_of(value), name) for name, value in list(scan.values_of(row).items())[:4])]
    page.add("glance", "At a glance", cards(facts))
    page.add("scan", "What was run", *what_was_run(scan))
    page.add("likelihoods", "Likelihoods", *likelihoods(scan))
    page.add("figures", "Figures", *drawn)
    page.add("budget", "Budget", *budget(entries))
    page.add("timings", "Timings", *timings(scan, entries))
    page.add("warnings", "Warnings", *warnings(log))
    page.add("provenance", "Provenance", *provenance(scan, log))
    page.add("repeat", "Repeat it", *repeat(scan, files, link))
    return page
