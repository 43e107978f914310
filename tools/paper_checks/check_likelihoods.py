"""Section 5.1 and figures 4 to 7: which of the 165 models agree with which observations."""
import math

import numpy as np

from plot_data import log10
from plot_observations import SFRD_ERRORS, SFRD_TABLE, SFRD_VALUE

from .answers import Answer, NoValue, check, numbers
from .observed import log10_gaussian

ALPHAS = {"a0": 0.0, "a05": 0.5, "a1": 1.0}
CONSTRAINTS = ("csfh", "mzsfr", "csfh_mzsfr", "all")
DEFAULT_DEX = 0.15  # what the page of statements reads as "significantly" and "near"


def paper_grid(worlds):
    return worlds.grid("paper_grid")


def alpha_of(name):
    """alpha_out that the id of a statement names, as in BEST-a05-logL."""
    return ALPHAS[name.split("-")[1]]


def preferred(grid, alpha):
    """M_out0 of the best model by all observables."""
    return float(grid.m_out0[grid.best("all", alpha)])


@check("ABS-mmax-200-required")
def metallicities_want_massive_stars(worlds):
    return massive_stars_wanted(paper_grid(worlds), lowest_at_100=True)


def massive_stars_wanted(grid, lowest_at_100):
    """At the preferred M_out0 of every alpha_out: log10 L_MZSFR is highest at m_max >= 200, and lowest at 100."""
    holds, words = True, []
    for alpha in ALPHAS.values():
        m_out0 = preferred(grid, alpha)
        values = grid.of_m_max("mzsfr", alpha, m_out0)
        best, worst = grid.axes[2][np.argmax(values)], grid.axes[2][np.argmin(values)]
        holds &= bool(best >= 200 and (worst == 100 or not lowest_at_100))
        words.append(f"alpha_out {alpha:g}, {m_out0 / 1e9:g}e9: highest at {best:g} ({values.max():.2f}), "
                     f"lowest at {worst:g} ({values.min():.2f})")
    return Answer(holds, "; ".join(words))


@check("ABS-alpha0-favoured-z6")
def slope_that_early_times_favour(worlds):
    grid = paper_grid(worlds)
    scan, highest = grid.scan, {}
    for row in range(scan.ids.size):
        alpha = float(grid.alpha[row])
        value = early_likelihood(scan, row)
        if math.isfinite(value) and value > highest.get(alpha, (-math.inf, 0))[0]:
            highest[alpha] = (value, row)
    if len(highest) < len(ALPHAS):
        raise NoValue(f"only {len(highest)} of the {len(ALPHAS)} alpha_out have a point with observations at z >= 6")
    best = max(highest, key=lambda alpha: highest[alpha][0])
    return Answer(best == 0, "; ".join(f"alpha_out {a:g}: {v:.2f} ({grid.words(r)})"
                                       for a, (v, r) in sorted(highest.items())))


def early_likelihood(scan, row):
    """Mean of log10 L_SFRD from the points with z >= 6 that counted, and log10 L_CSMD, all of which is at z >= 6; NaN
    where one of them does not exist."""
    csmd = scan.log10["csmd"][row]
    if scan.observe(row)["csmd_z_min"] < 6:
        raise NoValue("the likelihood of the CSMD holds points below z = 6: observe.csmd_z_min")
    terms = [value for z, value in sfrd_terms(scan, row) if z >= 6]
    return float((np.mean(terms) + csmd) / 2) if terms and np.isfinite(csmd) else math.nan


def sfrd_terms(scan, row):
    """[(z, log10 of the likelihood)] of the observed SFRD that counted (OBS-1, OBS-3, OBS-8), by the rules of this
    scan; their mean is its log10 L_SFRD. NoValue if the table at hand is not the one that it was compared with."""
    observe, used, terms = scan.observe(row), scan.sfrd_used(row), []
    if used is None:
        raise NoValue("the table of observed SFRD is not the one that the scan was compared with")
    is_log, is_mean = observe["sfrd_interpolation"] == "log", observe["sfrd_sigma"] == "mean"
    z, sfrd = scan.column("z"), scan.column("sfrd_detectable_msun_yr_cmpc3")[row]
    z = z if z.ndim == 1 else z[row]
    for place, point in enumerate(scan.table(row, SFRD_TABLE)):
        if place in used:
            at = -point["z"]
            simulated = np.interp(at, -z, log10(sfrd)) if is_log else float(log10(np.interp(at, -z, sfrd)))
            low, high = (point[error] for error in SFRD_ERRORS)
            sigma = (low + high) / 2 if is_mean else low if simulated < point[SFRD_VALUE] else high
            terms.append((point["z"], log10_gaussian(point[SFRD_VALUE] - simulated, sigma)))
    return terms


@check("JWST-FMR-same-conclusions")
def conclusions_with_other_relations(worlds):
    grid = worlds.grid("jwst_fmr_grid")
    best = grid.best("all")
    wanted = massive_stars_wanted(grid, lowest_at_100=False)
    return Answer(bool(grid.alpha[best] == 0 and wanted.ours), f"best: {grid.words(best)}; {wanted.note}")


@check("LOWER-metallicities-mmax")
def limit_with_lower_metallicities(worlds):
    grid = worlds.grid("lower_metallicity_grid")
    values = grid.of_m_max("mzsfr", 0.0, preferred(grid, 0.0))
    return Answer(float(grid.axes[2][np.argmax(values)]), f"log10 L_MZSFR {numbers('{:.2f}', *values)}")


@check("LEVEL-1sigma", "LEVEL-2sigma")
def level_of(worlds, name):
    grid = paper_grid(worlds)
    return Answer(grid.at_sigma("all", grid.best("all"), 1 if name == "LEVEL-1sigma" else 2))


@check("BEST-alpha", "BEST-alpha-csfh")
def best_slope(worlds, name):
    grid = paper_grid(worlds)
    constraint = "csfh" if name.endswith("csfh") else "all"
    row = grid.best(constraint)
    return Answer(bool(grid.alpha[row] == 0),
                  "; ".join(f"{grid.words(r)}: {grid.log10(constraint, r):.2f}"
                            for r in (grid.best(constraint, a) for a in ALPHAS.values())))


def of_alpha(form):
    return [form.format(a) for a in ALPHAS]


@check(*of_alpha("BEST-{}-mout0"))
def best_m_out0(worlds, name):
    grid = paper_grid(worlds)
    row = grid.best("all", alpha_of(name))
    return Answer(float(grid.m_out0[row]), f"best: {grid.words(row)}")


@check(*of_alpha("BEST-{}-mmax"))
def best_m_max(worlds, name):
    grid = paper_grid(worlds)
    row = grid.best("all", alpha_of(name))
    return Answer(float(grid.m_max[row]), f"best: {grid.words(row)}")


@check(*of_alpha("BEST-{}-logL"))
def best_likelihood(worlds, name):
    return Answer(paper_grid(worlds).highest("all", alpha_of(name)))


@check(*of_alpha("BEST-{}-within-2sigma"))
def best_within_two_sigma(worlds, name):
    grid = paper_grid(worlds)
    row = grid.best("all", alpha_of(name))
    value, level = grid.log10("all", row), grid.at_sigma("all", row, 2)
    return Answer(value > level, f"{value:.2f}, 2 sigma: {level:.2f}")


@check("BEST-order-alpha")
def order_by_slope(worlds):
    return falling(paper_grid(worlds), "all")


@check("CSFH-order-alpha")
def order_by_slope_of_histories(worlds):
    return falling(paper_grid(worlds), "csfh")


def falling(grid, constraint):
    values = [grid.highest(constraint, a) for a in ALPHAS.values()]
    return Answer(values[0] > values[1] > values[2], numbers("{:.2f}", *values))


@check("BEST-almost-1sigma")
def distance_from_one_sigma(worlds):
    grid = paper_grid(worlds)
    row = grid.best("all")
    return Answer(grid.log10("all", row) - grid.at_sigma("all", row, 1))


@check(*(f"PREF-{a}-{c}-{what}" for a in ALPHAS for c in CONSTRAINTS for what in ("mout0", "mmax")
         if a == "a0" or (what == "mmax")))
def preferred_by(worlds, name):
    _, alpha, constraint, what = name.split("-")
    grid = paper_grid(worlds)
    row = grid.best(constraint, ALPHAS[alpha])
    return Answer(float((grid.m_out0 if what == "mout0" else grid.m_max)[row]),
                  f"best: {grid.words(row)}, {grid.log10(constraint, row):.2f}")


@check("PREF-a05-csfh-mout0-higher", "PREF-a1-csfh-mout0-higher")
def histories_want_more_outflow(worlds, name):
    grid = paper_grid(worlds)
    found = {c: float(grid.m_out0[grid.best(c, alpha_of(name))]) for c in CONSTRAINTS}
    return Answer(all(found["csfh"] > found[c] for c in CONSTRAINTS[1:]),
                  ", ".join(f"{c} {v / 1e9:g}e9" for c, v in found.items()))


@check(*of_alpha("MZSFR-{}-mmax-200-300"))
def best_limit_at_every_strength(worlds, name):
    grid = paper_grid(worlds)
    best, spread = [], []
    for m_out0 in grid.axes[1]:
        values = grid.of_m_max("mzsfr", alpha_of(name), m_out0)
        best.append(float(grid.axes[2][np.argmax(values)]))
        spread.append(values.max() - values[(grid.axes[2] >= 200) & (grid.axes[2] <= 300)].max())
    return Answer([min(best), max(best)], f"best m_max {numbers('{:g}', *best)}; better than the best of 200 to 300 by "
                  f"{numbers('{:.3f}', *spread)}")


def ends(grid, constraint, alpha):
    """log10 L at the lowest and the highest M_out0, by m_max."""
    low, high = grid.axes[1][0], grid.axes[1][-1]
    return grid.of_m_max(constraint, alpha, low), grid.of_m_max(constraint, alpha, high)


@check(*of_alpha("MZSFR-{}-small-mout0"))
def metallicities_want_weak_outflow(worlds, name):
    low, high = ends(paper_grid(worlds), "mzsfr", alpha_of(name))
    return Answer(bool((low > high).sum() > low.size / 2), f"{(low > high).sum()} of {low.size} limits")


@check(*of_alpha("SHMR-{}-large-mout0"))
def halo_relation_wants_strong_outflow(worlds, name):
    low, high = ends(paper_grid(worlds), "shmr", alpha_of(name))
    return Answer(bool((high > low).sum() > low.size / 2),
                  f"{(high > low).sum()} of {low.size} limits; medians {np.median(low):.2f} and {np.median(high):.2f}")


@check("MZSFR-a0-trend-weak-below-3e9", "MZSFR-a1-trend-weak-below-3e9")
def trend_is_weak_below(worlds, name):
    grid, alpha = paper_grid(worlds), alpha_of(name)
    one, three, five = (grid.of_m_max("mzsfr", alpha, m) for m in (1e9, 3e9, 5e9))
    below, above = np.median(np.abs(three - one)), np.median(np.abs(five - three))
    return Answer(bool(below < above), f"{below:.2f} below, {above:.2f} above 3e9")


@check("MZSFR-maximum-independent-of-alpha")
def spread_of_maxima(worlds):
    values = [paper_grid(worlds).highest("mzsfr", a) for a in ALPHAS.values()]
    return Answer(max(values) - min(values), numbers("{:.2f}", *values))


@check("CSFH-degenerate")
def several_strengths(worlds):
    grid, found = paper_grid(worlds), {}
    for alpha in ALPHAS.values():
        near = grid.chosen(alpha) & (grid.scan.log10["csfh"] >= grid.highest("csfh", alpha) - DEFAULT_DEX)
        found[alpha] = sorted(set(grid.m_out0[near]))
    return Answer(all(len(v) >= 2 for v in found.values()),
                  "; ".join(f"{a:g}: " + numbers("{:g}e9", *(m / 1e9 for m in v)) for a, v in found.items()))


@check("CSFH-intermediate-outflow")
def intermediate_strength(worlds):
    grid = paper_grid(worlds)
    row = grid.best("csfh", alpha=0.0, m_max=250.0)
    return Answer(bool(grid.axes[1][0] < grid.m_out0[row] < grid.axes[1][-1]), f"best: {grid.words(row)}")


@check("CSFH-alpha1-significantly")
def steepest_slope_is_worst(worlds):
    zero, half, one = (paper_grid(worlds).highest("csfh", a) for a in ALPHAS.values())
    return Answer(zero - half < zero - one and zero - one > DEFAULT_DEX, numbers("{:.2f}", zero, half, one))


@check("CSFH-alpha1-two-sigma")
def sigmas_of_steepest_slope(worlds):
    grid = paper_grid(worlds)
    row = grid.best("csfh", 1.0)
    short = grid.at_sigma("csfh", row, 0) - grid.log10("csfh", row)
    return Answer(math.sqrt(max(short, 0) * 2 * math.log(10)), f"best: {grid.words(row)}")


@check("SHMR-no-say-a0", "SHMR-no-say-a05", "SHMR-says-a1")
def halo_relation_has_a_say(worlds, name):
    grid = paper_grid(worlds)
    alpha = ALPHAS[name.split("-")[-1]]
    without, by_all = grid.best("csfh_mzsfr", alpha), grid.best("all", alpha)
    differ = bool(without != by_all)
    return Answer(differ if "says" in name else not differ,
                  f"without {grid.words(without)}; with {grid.words(by_all)}; log10 L_all "
                  f"{grid.log10('all', without):.3f}, {grid.log10('all', by_all):.3f}")


@check("SHMR-says-a1-similar")
def halo_relation_changes_little(worlds):
    grid = paper_grid(worlds)
    return Answer(grid.highest("all", 1.0) - grid.log10("all", grid.best("csfh_mzsfr", 1.0)))


@check("SHMR-mmax-200")
def halo_relation_wants_massive_stars(worlds):
    grid = paper_grid(worlds)
    rows = [grid.best("shmr", a) for a in ALPHAS.values()]
    return Answer(all(grid.m_max[r] >= 200 for r in rows), "; ".join(grid.words(r) for r in rows))


@check("SHMR-prefers-mout0")
def strength_by_halo_relation(worlds):
    grid = paper_grid(worlds)
    row = grid.best("shmr", 0.0)
    return Answer(float(grid.m_out0[row]), f"best: {grid.words(row)}, {grid.log10('shmr', row):.3f}")


@check("SHMR-against-CSFH")
def histories_exclude_it(worlds):
    grid = paper_grid(worlds)
    row = grid.best("shmr", 0.0)
    value, level = grid.log10("csfh", row), grid.at_sigma("csfh", row, 3)
    return Answer(value < level, f"{grid.words(row)}: {value:.2f}, 3 sigma: {level:.2f}")


@check("SHMR-not-at-maximum")
def not_the_best_halo_relation(worlds):
    grid, pairs = paper_grid(worlds), []
    for alpha in ALPHAS.values():
        pairs.append((grid.log10("shmr", grid.best("all", alpha)), grid.highest("shmr", alpha)))
    return Answer(all(mine < most for mine, most in pairs),
                  "; ".join(f"{mine:.3f} of {most:.3f}" for mine, most in pairs))
