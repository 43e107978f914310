"""Tables of docs/calibration.md in Markdown."""
import math

import h5py
import numpy as np

from calibration_data import QUANTITIES
from plot_data import Trouble

RELATIONS = [key for key in QUANTITIES if key not in ("all", "csfh", "mzsfr", "shmr")]
DECIDES, COUNTS = 1.0, 0.3  # of a default tolerance


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                      *("| " + " | ".join(cells) + " |" for cells in rows)])


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


def one_by_one(forests):
    """(row, parameter, value) of a design that varies one parameter after the other."""
    rows = []
    for row in range(1, forests.size):
        changed = forests.changes(row)
        if len(changed) != 1:
            raise Trouble(f"point {row} of {forests.scans[0].folder} does not differ from the base in one parameter")
        rows.append((row, *changed.popitem()))
    return rows


def influence(forests):
    """{parameter: (values, likelihood, relation)}, the most influential first. Likelihood and relation are the largest
    change of log10 L_all and of any relation, in default tolerances: (size, quantity, value, change)."""
    found = {}
    for row, name, value in one_by_one(forests):
        sizes = {}
        for key, quantity in QUANTITIES.items():
            change = forests.change(key)[0][row]
            sizes[key] = (abs(change) / quantity.scale if math.isfinite(change) else math.inf, key, value, change)
        values, likelihood, relation = found.get(name, ([], sizes["all"], sizes[RELATIONS[0]]))
        found[name] = ([*values, value], max(likelihood, sizes["all"], key=size_of),
                       max(relation, *(sizes[key] for key in RELATIONS), key=size_of))
    order = sorted(found, key=lambda name: -max(size_of(answer) for answer in found[name][1:]))
    return {name: found[name] for name in order}


def size_of(answer):
    return answer[0]


def influences(forests, _):
    rows = []
    for name, (values, likelihood, relation) in influence(forests).items():
        size = max(likelihood[0], relation[0])
        verdict = "decides" if size >= DECIDES else "counts" if size >= COUNTS else "hardly matters"
        answers = [f"{number(change, 3, True)} (at {short(value)})" for _, _, value, change in (likelihood, relation)]
        rows.append([f"`{name}`", short(forests.base_value(name)), ", ".join(short(v) for v in values), answers[0],
                     f"{QUANTITIES[relation[1]].heading} {answers[1]}", verdict])
    return table(["parameter", "default", "tried", "largest change of log10 L_all", "relation that answers most",
                  "so it"], rows)


def changes(forests, statements):
    """One row per value: what changes from the base on the same trees."""
    keys = list(QUANTITIES)
    base = [number(forests.mean(key)[0]) for key in keys]
    scatter = [number(forests.values[key][:, 0].std(ddof=1)) if len(forests.scans) > 1 else "-" for key in keys]
    errors = np.array([forests.change(key)[1][1:] for key in keys])
    typical = [number(np.median(row), 3) if np.isfinite(row).any() else "-" for row in errors]
    rows = [published_row(statements, keys, "published"), ["base", *base], ["scatter from forest to forest", *scatter],
            ["error of a change, median", *typical]]
    for row, name, value in one_by_one(forests):
        cells = []
        for key in keys:
            change = forests.change(key)[0][row]
            text = number(change, 2, True)
            cells.append(f"**{text}**" if abs(change) >= COUNTS * QUANTITIES[key].scale else
                         "0" if text in ("+0.00", "-0.00") else text)
        rows.append([f"`{name}` = {short(value)}", *cells])
    return table(["", *(QUANTITIES[key].heading for key in keys)], rows)


def label_of(forests, row):
    changed = forests.changes(row)
    return ", ".join(f"{name.split('.')[1]} = {short(value)}" for name, value in changed.items()) or "base"


ABSOLUTE = [key for key in QUANTITIES if key != "deficit"]


def absolute(forests, row, label):
    return [label, *(number(forests.mean(key)[row]) for key in ABSOLUTE)]


def models(variants, statements):
    """What comes out of every point of {label: forests}."""
    rows = [published_row(statements, ABSOLUTE, "published")]
    for label, forests in variants.items():
        for row in range(forests.size):
            words = label_of(forests, row)
            rows.append(absolute(forests, row, ", ".join([label, *([words] if row else [])]) if label else words))
    return table(["", *(QUANTITIES[key].heading for key in ABSOLUTE)], rows)


def models_of_one(forests, statements):
    return models({"": forests}, statements)


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


def degeneracy(forests, _):
    """Pairs: binding energies times a factor, and the outflow strength that is the same."""
    scan, rows = forests.scans[0], []
    alpha, m, norm = (scan.parameters[f"feedback.{name}"] for name in ("alpha_out", "m_out0_msun", "ebind_norm"))
    base = forests.base_value("feedback.ebind_norm")
    for one in range(forests.size):
        factor = norm[one] / base
        if math.isclose(factor, 1):
            continue
        twin = m[one] / factor if alpha[one] == 0 else m[one] * factor ** (-1 / alpha[one])
        found = [o for o in range(forests.size) if alpha[o] == alpha[one] and math.isclose(norm[o], base) and
                 math.isclose(m[o], twin, rel_tol=1e-9)]
        if not found:
            raise Trouble(f"{scan.folder}: point {one} has no twin with m_out0_msun = {twin:g}")
        other = found[0]
        plain_row = next(o for o in range(forests.size) if alpha[o] == alpha[one] and math.isclose(norm[o], base) and
                         math.isclose(m[o], m[one]))
        rows.append([f"{alpha[one]:g}", f"{factor:g}", short(m[one]), short(twin),
                     number(scan.log10["all"][plain_row], 3), f"{scan.log10['all'][one]:.6f}",
                     f"{scan.log10['all'][other]:.6f}", f"{largest_difference(scan, one, other):.1g}"])
    return table(["alpha_out", "binding energies times", "M_out0 [Msun]", "same as M_out0 [Msun]",
                  "log10 L_all before", "with the factor", "with the other M_out0", "largest difference in anything"],
                 rows)


def mmax(forests, _):
    """Likelihood of the metallicity relations by upper limit of the initial mass function, for some offsets."""
    limits, offsets = (forests.parameters[name] for name in ("stars.imf2_max_msun", "mixing.internal_mean_dex"))
    rows = []
    for limit in sorted(set(limits)):
        cells = [short(limit)]
        for offset in sorted(set(offsets)):
            row = int(np.flatnonzero((limits == limit) & (offsets == offset))[0])
            reference = int(np.flatnonzero((limits == 250) & (offsets == offset))[0])
            change, error = forests.change("mzsfr", reference)
            level, _ = forests.change("fmr_level", reference)
            cells += [number(forests.mean("mzsfr")[row]), f"{change[row]:+.3f}" +
                      (f" ± {error[row]:.3f}" if math.isfinite(error[row]) else ""), number(level[row], 3, True)]
        rows.append(cells)
    head = ["m_max [Msun]"]
    for offset in sorted(set(offsets)):
        head += [f"L_MZSFR, offset {offset:+g} dex", "change from 250", "FMR level, change [dex]"]
    return table(head, rows)


def samples(folder):
    """Parameter names and the samples after the burn-in, logarithms where the prior is one."""
    try:
        with h5py.File(folder / "samples.h5") as file:
            names = [name.decode() for name in file["parameters"][()]]
            chain = file["chain"][()][file.attrs["burn_in"]:]
            tau, all_steps = file["autocorrelation_steps"][()], file["chain"].shape
            ln_p = file["ln_posterior"][()]
            best = file["chain"][()][np.unravel_index(np.argmax(ln_p), ln_p.shape)]
    except (OSError, KeyError) as error:
        raise Trouble(f"{folder}/samples.h5 is not what tools/sample leaves: {error}") from error
    return names, chain.reshape(-1, chain.shape[2]), tau, all_steps, best


def posterior(folder, _):
    names, values, tau, shape, best = samples(folder)
    logarithmic = (values > 0).all(axis=0) & (values.max(axis=0) > 4 * np.abs(values.min(axis=0)))
    u = np.where(logarithmic, np.log10(np.where(values > 0, values, 1)), values)
    correlation = np.corrcoef(u.T)
    rows = []
    for i, name in enumerate(names):
        low, middle, high = np.quantile(values[:, i], [0.16, 0.5, 0.84])
        rows.append([f"`{name}`", f"{middle:.2f}", f"{low:.2f} to {high:.2f}", f"{best[i]:.2f}",
                     number(tau[i], 0), *(number(c, 2, True) if j != i else "" for j, c in enumerate(correlation[i]))])
    return table(["parameter", "median", "16 to 84 %", "best", f"autocorrelation [of {shape[0]} steps]",
                  *(f"correlation with {name.split('.')[1]}" for name in names)], rows)


def best_of_map(forests, _):
    """The best point of the map by each likelihood."""
    rows = []
    for key in ("all", "csfh", "mzsfr", "shmr"):
        row = int(np.nanargmax(forests.mean(key)))
        rows.append(absolute(forests, row, f"best by {QUANTITIES[key].heading}: {label_of(forests, row)}"))
    return table(["", *(QUANTITIES[key].heading for key in ABSOLUTE)], rows)


# name on the page: (which results, how)
TABLES = {"influences": ("choices", influences), "changes": ("choices", changes), "slopes": ("slopes", models_of_one),
          "trees": ("trees", models), "orderings": ("orderings", models_of_one),
          "degeneracy": ("degeneracy", degeneracy), "map": ("map", best_of_map), "mmax": ("mmax", mmax),
          "posterior": ("posterior", posterior)}
