"""What the report of a run says, section by section."""
import json
import shlex

import h5py
import numpy as np

from paper_figures import of_run
from plot_data import Run, Trouble, text_if_there, write_whole
from plot_observations import MZR_TABLE
from report_page import (Html, Page, cards, code, commands, contents, details, figure, fixed, heading, number,
                         paragraph, side_by_side, table)

# name: words, how far it stands in
TERMS = {"all": ("all", 0), "csfh": ("cosmic star-formation history", 1), "sfrd": ("star-formation rate density", 2),
         "csmd": ("stellar mass density", 2), "mzsfr": ("mass-metallicity-SFR", 1),
         "fmr": ("fundamental metallicity", 2), "mzr": ("mass-metallicity", 2), "shmr": ("stellar-halo mass", 1)}
COMPARED = {"sfrd": "Star-formation rate density, observation by observation",
            "csmd": "Stellar mass density, level by level"}
# mean of which terms (OBS-18)
PARTS = {"csfh": ("sfrd", "csmd"), "mzsfr": ("fmr", "mzr"), "all": ("csfh", "mzsfr", "shmr")}
KEY_PARAMETERS = ("trees.path", "random.seed", "stars.tables", "stars.imf2_form", "stars.imf2_max_msun",
                  "stars.imf3_max_msun", "star_formation.radius", "star_formation.eta_ii", "star_formation.eta_iii",
                  "feedback.alpha_out", "feedback.m_out0_msun", "feedback.ebind_norm", "feedback.f_heat",
                  "mixing.internal_sigma_dex", "surroundings.metals", "surroundings.ionisation", "eps.mass_noise",
                  "eps.resolution_relative")
STARS = {"born": "born", "alive": "alive at the ends of the trees", "wd": "white dwarfs", "missing": "missing",
         "ccsn": "core-collapse and electron-capture supernovae", "ppisn": "pulsational pair-instability supernovae",
         "pisn": "pair-instability supernovae", "pisn_iii": "of these, stars of Population III",
         "fsn": "failed supernovae", "dbh": "direct collapse to black holes"}
RELATIONS = {"fmr": "[O/H] of mu", "mzr": "[O/H] of log10 M_*", "shmr": "log10 M_* of log10 M_h",
             "sfms": "log10 SFR of log10 M_*"}


def get(data, *path, default=None):
    """A value inside nested dictionaries, or the default."""
    for name in path:
        if not isinstance(data, dict) or name not in data:
            return default
        data = data[name]
    return data


class Log:
    """What run.log or scan.log says of the last time the program ran; empty without the file."""

    def __init__(self, path, is_start):
        lines = (text_if_there(path) or "").splitlines()
        self.name, self.found = path.name, bool(lines)
        starts = [i for i, line in enumerate(lines) if is_start(line)]
        self.lines = lines[starts[-1]:] if starts else lines

    def said(self, level):
        """Messages of a level."""
        marked = (line.partition(f" {level}: ") for line in self.lines)
        return [text for before, found, text in marked if found and before.startswith("[")]

    def when(self):
        return self.lines[0].partition("]")[0].lstrip("[") if self.lines and self.lines[0].startswith("[") else ""

    def settings(self):
        """(name, value, where it was set) of parameters that differ from their defaults."""
        found = []
        for text in self.said("debug"):
            setting, bracket, where = text.rpartition(" (")
            name, equals, value = setting.partition(" = ")
            if bracket and equals and "." in name and " " not in name:
                found.append((name, value, where.removesuffix(")")))
        return found


def log_of(folder, name):
    return Log(folder / name, lambda line: "] info: cecropia " in line)


def without_residuals(run):
    """OBS-17: { term: (lowest, highest) log10 L if every residual were zero }. run.json does not say how many galaxies
    each bin of the mass-metallicity relation has: there the range over the bins."""
    def level(sigmas):
        return float(np.mean([-0.5 * np.log10(2 * np.pi * s**2) for s in sigmas])) if sigmas else None
    found = {}
    for name in ("sfrd", "csmd"):
        sigmas = [p["sigma_dex"] for p in get(run.json, "comparison", name, default=[]) if p.get("used")]
        found[name] = (level(sigmas),) * 2
    for name in ("fmr", "shmr"):
        found[name] = (level([run.observe[f"{name}_sigma_dex"]]),) * 2
    bins = [level([row["sigma_dex"]]) for row in run.observation(MZR_TABLE)]
    found["mzr"] = (min(bins), max(bins))
    own = get(run.json, "terms", default={})  # rows of index.csv (OBS-19)
    for name in own:
        points = get(run.json, "comparison", name, default=[])
        found[name] = (level([p.get("sigma_dex", p.get("sigma")) for p in points if p.get("used")]),) * 2
    aspects = [*PARTS["all"], *(name for name, about in own.items() if about["use"] == "likelihood")]
    for whole, parts in {**PARTS, "all": aspects}.items():
        ends = [[found[part][end] for part in parts] for end in (0, 1)]
        found[whole] = tuple(None if None in values else float(np.mean(values)) for values in ends)
    return found


def at_sigma(ends, sigmas):
    """log10 L if every residual were so many sigma, in words."""
    if ends is None or None in ends:
        return "–"
    low, high = (fixed(end - sigmas**2 / (2 * np.log(10))) for end in ends)
    return low if low == high else f"{low} to {high}"


def likelihood_rows(likelihood, points, ends, own):
    """Rows and indents of the table of likelihoods: known terms in the order of the program, then any others; `own` is
    `terms` of run.json, which says of data of one's own whether they are part of the whole."""
    names = [name.removeprefix("log10_") for name in likelihood if name.startswith("log10_")]
    names = [*[n for n in TERMS if n in names], *[n for n in names if n not in TERMS]]
    rows, indents = [], []
    for name in names:
        is_apart = get(own, name, "use") == "report"
        words, indent = TERMS.get(name, (f"{name} (reported, not in all)", 0) if is_apart else (name, 1))
        rows.append((words, fixed(likelihood[f"log10_{name}"]), number(points.get(name)),
                     at_sigma(ends.get(name), 1), at_sigma(ends.get(name), 2)))
        indents.append(indent)
    return rows, indents


def likelihoods(run):
    likelihood = get(run.json, "likelihood", default={})
    if not likelihood:
        return [paragraph("run.json holds no likelihoods.")]
    rows, indents = likelihood_rows(likelihood, get(run.json, "points_used", default={}), without_residuals(run),
                                    get(run.json, "terms", default={}))
    parts = [paragraph("log10 L is the decimal logarithm of the likelihood per observation; higher is better. A value "
                       "above the column 1 sigma is a good fit; below 2 sigma model and data disagree. A line further "
                       "in is part of the mean above it."),
             table(rows, ("likelihood", "log10 L", "points", "1 sigma", "2 sigma"), (1, 2, 3, 4), indents)]
    reason = likelihood.get("reason")
    if reason:
        parts.append(paragraph(f"No value: {reason}", "warning"))
    for name, points in get(run.json, "comparison", default={}).items():
        if not points:
            continue
        title = COMPARED.get(name, f"{name}, observation by observation")
        rows = []
        for p in points:  # data of one's own need not be logarithms
            observed, simulated, sigma = (p.get(log, p.get(plain)) for log, plain in (
                ("log10_observed", "observed"), ("log10_simulated", "simulated"), ("sigma_dex", "sigma")))
            off = (simulated - observed) / sigma if None not in (observed, simulated, sigma) and sigma > 0 else None
            show = fixed if "log10_observed" in p else number
            rows.append((number(p.get("z")), p.get("reference", ""), show(observed), show(sigma), show(simulated),
                         fixed(off, 1), number(p.get("expected_galaxies"), 3),
                         "yes" if p.get("used") else p.get("reason", "no")))
        shown = table(rows, ("z", "reference", "observed", "sigma", "this run", "off by [sigma]", "galaxies",
                             "counted"), (0, 2, 3, 4, 5, 6))
        parts += [heading(title), shown] if name == "sfrd" else [details(title, shown)]
    return parts


def what_was_run(run, log):
    parameters, trees = run.json["parameters"], get(run.json, "trees", default={})
    flat = {f"{section}.{key}": value for section, values in parameters.items() if isinstance(values, dict)
            for key, value in values.items()}
    parts, settings = [], log.settings()
    if settings:
        parts += [heading("What differs from the defaults"),
                  table([(code(name), code(value), where) for name, value, where in settings],
                        ("parameter", "value", "set in"))]
    elif not log.found:
        parts.append(paragraph("Which parameters differ from their defaults is told by run.log, which is not in the "
                               "folder.",
                               "small"))
    parts.append(side_by_side(
        [heading("The parameters that matter most"),
         table([(code(name), number(flat[name])) for name in KEY_PARAMETERS if name in flat], ("parameter", "value"))],
        [heading("Trees"), table([(name, number(value)) for name, value in trees.items()])]))
    every = [table([(code(key), number(value, 10)) for key, value in values.items()], (section, "value"))
             for section, values in parameters.items() if isinstance(values, dict)]
    return [*parts, details(f"All {len(flat)} parameters", Html("".join(every)))]


def relations(run):
    """Fitted relations as one row each, then single numbers."""
    numbers = get(run.json, "relations", default={})
    names = list(dict.fromkeys(key.removesuffix("_slope") for key in numbers if key.endswith("_slope")))
    rows = [(name.upper().replace("_Z", ", z = ").replace("_", " to "), RELATIONS.get(name.split("_")[0], ""),
             *(fixed(numbers.get(f"{name}_{part}"), 3) for part in ("slope", "intercept", "scatter_dex", "offset_dex")))
            for name in names]
    used = {f"{name}_{part}" for name in names for part in ("slope", "intercept", "scatter_dex", "offset_dex")}
    others = [(code(key), number(value)) for key, value in numbers.items() if key not in used]
    if not rows and not others:
        return [paragraph("run.json holds no relations.")]
    return [paragraph("Straight lines through detectable galaxies of all levels, weighted by abundance on the light "
                      "cone; scatter about the line; offset: mean of simulated minus observed, where there is an "
                      "observed one."),
            table(rows, ("relation", "of", "slope", "intercept", "scatter [dex]", "offset [dex]"), (2, 3, 4, 5)),
            details("Plane, star-formation efficiencies, counts", table(others, ("number", "value"), (1,)))]


def budget(run):
    b = get(run.json, "budget", default={})
    if not b:
        return [paragraph("run.json holds no budget.")]
    stars = b.get("stars", {})
    words = {"accreted_msun": "gas accreted [Msun]", "returned_msun": "mass returned by stars [Msun]",
             "made_metals_msun": "metals returned by stars [Msun]",
             "igm_metals_msun": "metals taken in from outside [Msun]",
             "mass_relative_error": "what is missing of the mass, relative", "drawn_over_locked_metals":
             "metals stars were born with over metals taken from gas",
             "metal_relative_error": "what is missing of the metals, relative"}
    rows = [(words.get(key, key), number(value)) for key, value in b.items() if key != "stars"]
    return [paragraph("What came in, against what is there at the ends of the trees; what is missing is rounding."),
            table(rows, numbers=(1,)), heading("Massive stars, counted one by one"),
            table([(STARS.get(name, name), number(value)) for name, value in stars.items()], numbers=(1,))]


def timings(run):
    rows = [(p.get("name"), number(p.get("calls")), *(fixed(p.get(key), 3) for key in ("min_s", "mean_s", "max_s")))
            for p in get(run.json, "phases", default=[])]
    return [table([(name, number(value)) for name, value in get(run.json, "timing", default={}).items()], numbers=(1,)),
            table(rows, ("phase", "calls", "min [s]", "mean [s]", "max [s]"), (1, 2, 3, 4))]


def no_log(log):
    return paragraph(f"{log.name} is not in the folder: what the program warned of is not known here.", "small")


def warnings(run, log):
    """What a reader should know before believing: words of the program first."""
    found = [*log.said("warning"), *log.said("error")]
    for key in ("tau_e_remark", "tau_e_reason"):
        if get(run.json, key):
            found.append(f"Optical depth: {run.json[key]}.")
    limited = get(run.json, "inflow", "halo_levels_limited_to_half_metals", default=0)
    if limited:
        found.append(f"{limited} galaxies and levels took in gas that was limited to half metals.")
    missing = get(run.json, "budget", "stars", "missing", default=0)
    if missing:
        found.append(f"{missing} massive stars are missing from the count.")
    parts = [paragraph(text, "warning") for text in dict.fromkeys(found)]
    if not log.found:
        parts.append(no_log(log))
    return parts or [paragraph("None.")]


def provenance(run, log):
    program = get(run.json, "program", default={})
    rows = [("program", f"cecropia {program.get('version', '?')} ({program.get('git', '?')})"),
            ("run", log.when() or "time not known: no run.log"), ("folder", run.folder.resolve().name)]
    with h5py.File(run.folder / "run.h5") as file:
        rows += [(key.replace("_", " "), value) for key, value in dict(file.get("provenance", file).attrs).items()
                 if key.endswith("_hash")]
    rows += [(name, f"{number((run.folder / name).stat().st_size)} bytes") for name in ("run.h5", "run.json")]
    return [table([(name, code(value)) for name, value in rows]),
            paragraph("Hashes are of content: stellar tables, trees, observational tables, files of initial mass "
                      "functions. Equal hashes, parameters and program give equal bytes of run.h5 on any number of "
                      "ranks.",
                      "small")]


def repeat(run, files, link):
    """Writes the resolved parameters beside the page and says how to use them."""
    write_whole(files / "parameters.json", json.dumps(run.json["parameters"], indent=1) + "\n")
    git, ranks = get(run.json, "program", "git", default=""), get(run.json, "timing", "ranks", default=1)
    source = run.json["parameters"].get("trees", {}).get("path", "")
    parts = [paragraph(Html(f'All parameters of this run, as they were resolved, are in <a '
                            f'href="{link}/parameters.json">parameters.json</a> beside this page. In the folder of '
                            "the program, with PAGE for the folder of this page and RUN for that of the run:")),
             commands([*([f"git checkout {shlex.quote(git)}    # the version that ran"] if git else []),
                       f"tools/run -n {ranks} run PAGE/{shlex.quote(files.name)}/parameters.json --out out/again",
                       "cmp out/again/run.h5 RUN/run.h5 && echo the same"])]
    if source and source != "eps":
        parts.append(paragraph(Html(f"The trees have to be where they were: {code(source)}. --trees names another "
                                    "place.")))
    return parts


def figures(candidates, absent, files, link):
    """Links to the figures, the figures and, for those that cannot be drawn, a sentence each: parts of the section."""
    parts, links, missing = [], [], []
    for f in candidates:
        try:
            picture = f.draw()
        except Trouble as trouble:
            missing.append((f.paper, f.title, str(trouble)))
            continue
        parts.append(figure(picture, f.name, f.title, f.paper, files, link))
        links.append((f.name, f"{f.paper}: {f.title}" if f.paper else f.title))
    missing += absent
    if missing:
        rows = [(paper or "–", title, why) for paper, title, why in missing]
        parts += [heading("What is not here, and what it would need", "missing"),
                  table(rows, ("figure", "what", "needs"))]
        links.append(("missing", "What is not here, and what it would need"))
    return [contents(links), *parts]


def page_of_run(folder, files, link):
    """The Page of a run; figures and parameters go into the folder `files`, which the page knows as `link`."""
    run = Run(folder)
    log = log_of(run.folder, "run.log")
    trees, timing = get(run.json, "trees", default={}), get(run.json, "timing", default={})
    program = get(run.json, "program", default={})
    z = run.column("z")
    page = Page(f"Run {run.folder.resolve().name}",
                f"One model of Cecropia {program.get('version', '')}: {number(trees.get('trees'))} merger trees "
                f"({trees.get('format', trees.get('source', '?'))}) from z = {z.max():.3g} to {z.min():.3g}, in a "
                f"volume of {run.volume:.4g} cMpc\u00b3.")
    drawn = figures(*of_run(run), files, link)
    best = get(run.json, "likelihood", "log10_all")
    page.add("glance", "At a glance",
             cards([(fixed(best), "log10 L, all observables"),
                    (number(trees.get("halos")), "halos and levels"),
                    (number(get(run.json, "relations", "n_detectable_z6"), 3), "detectable galaxies expected at z = 6"),
                    (fixed(run.json.get("tau_e"), 3), "optical depth"),
                    (f"{number(timing.get('wall_s'), 3)} s", f"on {number(timing.get('ranks'))} rank(s)")]))
    page.add("run", "What was run", *what_was_run(run, log))
    page.add("likelihoods", "Likelihoods", *likelihoods(run))
    page.add("figures", "Figures", *drawn)
    page.add("relations", "Relations", *relations(run))
    page.add("budget", "Budget", *budget(run))
    page.add("timings", "Timings", *timings(run))
    page.add("warnings", "Warnings", *warnings(run, log))
    page.add("provenance", "Provenance", *provenance(run, log))
    page.add("repeat", "Repeat it", *repeat(run, files, link))
    return page
