"""Tables of docs/calibration.md in Markdown."""
import math

import h5py
import numpy as np

from calibration_data import QUANTITIES
from cecropia_samples import Samples
from marked_tables import table
from plot_data import Run, Trouble, line_fit

RELATIONS = [key for key in QUANTITIES if key not in ("all", "csfh", "mzsfr", "shmr")]
HEAVIEST_MSUN = 3e11  # a box of 8 Mpc/h holds hardly a heavier halo at z = 4 to 8
DECIDES, COUNTS = 1.0, 0.3  # of a default tolerance


def number(value, digits=2, sign=False):
    return "-" if not math.isfinite(value) else f"{value:{'+' if sign else ''}.{digits}f}"


def short(value):
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else f"{value:.3g}".replace("e+0", "e").replace("e+", "e")


def published_row(statements, keys, label):
    cells = []
    for key in keys:
        ends = statements.ends(key)
        cells.append("" if ends is None else number(ends[0]) if ends[0] == ends[1] else
                     f"{number(ends[0])} to {number(ends[1])}")
    return [label, *cells]


def one_by_one(models):
    """(row, parameter, value) of a design that varies one parameter after the other."""
    rows = []
    for row in range(1, models.size):
        changed = models.changes(row)
        if len(changed) != 1:
            raise Trouble(f"point {row} of {models.scan.folder} does not differ from the base in one parameter")
        rows.append((row, *changed.popitem()))
    return rows


def influence(models):
    """{parameter: (values, likelihood, relation)}, the most influential first. Likelihood and relation are the largest
    change of log10 L_all and of any relation, in default tolerances: (size, quantity, value, change)."""
    found = {}
    for row, name, value in one_by_one(models):
        sizes = {}
        for key, quantity in QUANTITIES.items():
            change = models.change(key)[row]
            sizes[key] = (abs(change) / quantity.scale if math.isfinite(change) else math.inf, key, value, change)
        values, likelihood, relation = found.get(name, ([], sizes["all"], sizes[RELATIONS[0]]))
        found[name] = ([*values, value], max(likelihood, sizes["all"], key=size_of),
                       max(relation, *(sizes[key] for key in RELATIONS), key=size_of))
    order = sorted(found, key=lambda name: -max(size_of(answer) for answer in found[name][1:]))
    return {name: found[name] for name in order}


def size_of(answer):
    return answer[0]


def influences(models, _):
    rows = []
    for name, (values, likelihood, relation) in influence(models).items():
        size = max(likelihood[0], relation[0])
        verdict = "decides" if size >= DECIDES else "counts" if size >= COUNTS else "hardly matters"
        answers = [f"{number(change, 3, True)} (at {short(value)})" for _, _, value, change in (likelihood, relation)]
        rows.append([f"`{name}`", short(models.base_value(name)), ", ".join(short(v) for v in values), answers[0],
                     f"{QUANTITIES[relation[1]].heading} {answers[1]}", verdict])
    return table(["parameter", "default", "tried", "largest change of log10 L_all", "relation that answers most",
                  "so it"], rows)


def changes(models, statements):
    """One row per value: what changes from the base on the same trees."""
    keys = list(QUANTITIES)
    base = [number(models.values[key][0]) for key in keys]
    rows = [published_row(statements, keys, "published"), ["base", *base]]
    for row, name, value in one_by_one(models):
        cells = []
        for key in keys:
            change = models.change(key)[row]
            text = number(change, 2, True)
            cells.append(f"**{text}**" if abs(change) >= COUNTS * QUANTITIES[key].scale else
                         "0" if text in ("+0.00", "-0.00") else text)
        rows.append([f"`{name}` = {short(value)}", *cells])
    return table(["", *(QUANTITIES[key].heading for key in keys)], rows)


def label_of(models, row):
    changed = models.changes(row)
    return ", ".join(f"{name.split('.')[1]} = {short(value)}" for name, value in changed.items()) or "base"


ABSOLUTE = [key for key in QUANTITIES if key != "deficit"]


def absolute(models, row, label):
    return [label, *(number(models.values[key][row]) for key in ABSOLUTE)]


def outcomes(variants, statements):
    """What comes out of every point of {label: models}."""
    rows = [published_row(statements, ABSOLUTE, "published")]
    for label, models in variants.items():
        for row in range(models.size):
            words = label_of(models, row)
            rows.append(absolute(models, row, ", ".join([label, *([words] if row else [])]) if label else words))
    return table(["", *(QUANTITIES[key].heading for key in ABSOLUTE)], rows)


def outcomes_of_one(models, statements):
    return outcomes({"": models}, statements)


def largest_difference(scan, one, other):
    """Over all likelihoods, relations and columns of the history, relative to one where a value is larger than one."""
    differences = [0.0]
    for columns in (scan.log10, scan.relations, scan.history):
        for name, values in columns.items():
            if name == "z":
                continue
            a, b = np.asarray(values[one], float), np.asarray(values[other], float)
            both = np.isfinite(a) & np.isfinite(b)
            if (np.isfinite(a) != np.isfinite(b)).any():
                return math.inf
            differences.append(float(np.max(np.abs(a - b)[both] / np.maximum(np.abs(a[both]), 1), initial=0.0)))
    return max(differences)


def degeneracy(models, _):
    """Pairs: binding energies times a factor, and the outflow strength that is the same."""
    scan, rows = models.scan, []
    alpha, m, norm = (scan.parameters[f"feedback.{name}"] for name in ("alpha_out", "m_out0_msun", "ebind_norm"))
    base = models.base_value("feedback.ebind_norm")
    for one in range(models.size):
        factor = norm[one] / base
        if math.isclose(factor, 1):
            continue
        twin = m[one] / factor if alpha[one] == 0 else m[one] * factor ** (-1 / alpha[one])
        found = [o for o in range(models.size) if alpha[o] == alpha[one] and math.isclose(norm[o], base) and
                 math.isclose(m[o], twin, rel_tol=1e-9)]
        if not found:
            raise Trouble(f"{scan.folder}: point {one} has no twin with m_out0_msun = {twin:g}")
        other = found[0]
        plain_row = next(o for o in range(models.size) if alpha[o] == alpha[one] and math.isclose(norm[o], base) and
                         math.isclose(m[o], m[one]))
        rows.append([f"{alpha[one]:g}", f"{factor:g}", short(m[one]), short(twin),
                     number(scan.log10["all"][plain_row], 3), f"{scan.log10['all'][one]:.6f}",
                     f"{scan.log10['all'][other]:.6f}", f"{largest_difference(scan, one, other):.1g}"])
    return table(["alpha_out", "binding energies times", "M_out0 [Msun]", "same as M_out0 [Msun]",
                  "log10 L_all before", "with the factor", "with the other M_out0", "largest difference in anything"],
                 rows)


def mmax(models, _):
    """How the metallicity and its likelihood depend on the upper limit of the IMF, by outflow (the paper's grid)."""
    alpha, m, limit = (models.parameters[name] for name in
                       ("feedback.alpha_out", "feedback.m_out0_msun", "stars.imf2_max_msun"))
    columns = [(key, x, digits) for key, digits in (("mzsfr", 2), ("fmr_level", 3)) for x in (100, 200, 300, 600)]
    rows = []
    for a in sorted(set(alpha)):
        for strength in sorted(set(m)):
            of = {limit[row]: row for row in np.flatnonzero((alpha == a) & (m == strength))}
            best = max(of, key=lambda x: models.values["mzsfr"][of[x]])
            richest = max(of, key=lambda x: models.values["fmr_level"][of[x]])
            cells = [number(models.values[key][of[x]] - models.values[key][of[250]], digits, True)
                     for key, x, digits in columns]
            offset = number(models.scan.relations["fmr_z4_8_offset_dex"][of[250]], 2, True)
            rows.append([f"{a:g}, {short(strength)}", offset, short(best), short(richest), *cells])
    return table(["alpha_out, M_out0 [Msun]", "FMR offset, z = 4 to 8, at 250", "best m_max by L_MZSFR",
                  "richest m_max", *(f"L_MZSFR, {x} - 250" for x in (100, 200, 300, 600)),
                  *(f"FMR level, {x} - 250 [dex]" for x in (100, 200, 300, 600))], rows)


def posterior(folder, _):
    """Medians and correlations of the samples after the burn-in; correlations of logarithms where a parameter ranges
    over more than a factor of four."""
    chain = Samples(folder)
    names, best = chain.names, chain.best
    values = np.column_stack([chain.flat(name) for name in names])
    logarithmic = (values > 0).all(axis=0) & (values.max(axis=0) > 4 * np.abs(values.min(axis=0)))
    u = np.where(logarithmic, np.log10(np.where(values > 0, values, 1)), values)
    correlation = np.corrcoef(u.T)
    rows = []
    for i, name in enumerate(names):
        low, middle, high = chain.quantiles(name)
        rows.append([f"`{name}`", f"{middle:.2f}", f"{low:.2f} to {high:.2f}", f"{best[name]:.2f}",
                     number(chain.autocorrelation_steps[name], 0),
                     *(number(c, 2, True) if j != i else "" for j, c in enumerate(correlation[i]))])
    return table(["parameter", "median", "16 to 84 %", "best", f"autocorrelation [of {len(chain.chain)} steps]",
                  *(f"correlation with {name.split('.')[1]}" for name in names)], rows)


def best_of_map(models, _):
    """The best point of the map by each likelihood."""
    rows = []
    for key in ("all", "csfh", "mzsfr", "shmr"):
        row = int(np.nanargmax(models.values[key]))
        rows.append(absolute(models, row, f"best by {QUANTITIES[key].heading}: {label_of(models, row)}"))
    return table(["", *(QUANTITIES[key].heading for key in ABSOLUTE)], rows)


def weighted_plane(y, columns, weights):
    """Coefficients of y = c0 + c1 x1 + ... by weighted least squares."""
    design = np.column_stack([np.ones(y.size), *columns])
    root = np.sqrt(weights)
    return np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]


def definitions(models, _):
    """Slope and scatter of the FMR at z = 4 to 8, and the response of [O/H] to SFR, by other rules, of every point."""
    rows, scan = [], models.scan
    for row in range(models.size):
        observe = scan.observe(row)
        run = Run(scan.folder / "points" / f"{scan.ids[row]:04d}")
        g = run.galaxies(observe["fmr_z_min"], observe["fmr_z_max"], observe["sfr_min_msun_yr"])
        good = np.isfinite(g["oh_young"])
        m, sfr, oh, one = (np.log10(g["m_star"][good]), np.log10(g["sfr_10"][good]), g["oh_young"][good],
                           np.ones(good.sum()))
        mu, cone, density = m - observe["fmr_alpha"] * sfr, g["light_cone"][good], g["weight"][good]
        light = g["m_vir"][good] < HEAVIEST_MSUN
        rules = {"as reported: least squares, light-cone weights": (one > 0, cone),
                 "number densities as weights": (one > 0, density),
                 "every galaxy and level the same weight": (one > 0, one),
                 f"halos below {short(HEAVIEST_MSUN)} Msun": (light, cone),
                 "SFR above 1 Msun/yr": (sfr > 0, cone), "M_* above 10^8 Msun": (m > 8, cone),
                 "M_* below 10^8.5 Msun": (m < 8.5, cone)}
        for rule, (keep, weights) in rules.items():
            fmr, mzr = (line_fit(x[keep], oh[keep], weights[keep]) for x in (mu, m))
            _, by_mass, by_sfr = weighted_plane(oh[keep], (m[keep], sfr[keep]), weights[keep])
            rows.append([label_of(models, row), rule, *(number(v) for v in (fmr[0], fmr[2], mzr[0], by_mass, by_sfr))])
    return table(["model", "rule", "FMR slope", "FMR scatter", "MZR slope, z = 4 to 8",
                  "[O/H] with log10 M_* at fixed SFR", "[O/H] with log10 SFR at fixed M_*"], rows)


def box(models, _):
    """Trees with places: b = -ln(1 - share of centrals with galaxies in bubbles of others) / filling factor (EPF-1)."""
    rows, scan = [], models.scan
    for row in range(models.size):
        with h5py.File(scan.folder / "points" / f"{scan.ids[row]:04d}" / "run.h5") as file:
            z, filled = file["history/z"][()], file["history/q_metal"][()]
            for name, group in file["galaxies"].items():
                i, m = int(name.rsplit("_", 1)[1]), group["m_vir_msun"][()]
                galaxies = (group["is_satellite"][()] == 0) & (group["m_star_msun"][()] > 0)
                cells = []
                for low in (0.0, 1e9):
                    metals = group["z_igm"][()][galaxies & (m > low)]
                    inside = metals > 0
                    share = inside.mean() if inside.size else math.nan
                    b = -math.log(1 - share) / filled[i] if 0 < share < 1 else math.nan
                    cells += [str(inside.size), number(share), number(b, 0)]
                rows.append([label_of(models, row), f"{z[i]:.1f}", f"{filled[i]:.4f}", *cells])
    return table(["model", "z", "filling factor of bubbles", "centrals with stars", "share in bubbles of others", "b",
                  "of them above 10^9 Msun", "share", "b"], rows)


# name on the page: (which results, how)
TABLES = {"influences": ("choices", influences), "changes": ("choices", changes),
          "minor influences": ("minor", influences), "minor changes": ("minor", changes),
          "slopes": ("slopes", outcomes_of_one), "trees": ("trees", outcomes),
          "orderings": ("orderings", outcomes_of_one), "degeneracy": ("degeneracy", degeneracy),
          "box": ("box", box), "fine box": ("fine box", box), "map": ("map", best_of_map),
          "mmax": ("grid", mmax), "definitions": ("definitions", definitions),
          "posterior": ("posterior", posterior)}
