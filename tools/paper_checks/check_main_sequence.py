"""Appendix A: the star-formation main sequence with the old and the new galaxy radius."""
import numpy as np

from .answers import Answer, NoValue, check, numbers
from .paper_run import BOX_CMPC3, weighted_mean

BINS = ("z4_6", "z6_8")
BEST = ("best_a0", "best_a05", "best_a1")
OBSERVED_SCATTER = 0.45  # dex
STARBURST_PER_YR = 5e-8
QUENCHING_MYR, QUENCHING_DEX = 50.0, 0.5


def scatters(run):
    return [run.relation(f"sfms_{b}_scatter_dex") for b in BINS]


@check("SFMS-scatter-old-z4-6", "SFMS-scatter-old-z6-8", "SFMS-scatter-new-z4-6", "SFMS-scatter-new-z6-8")
def scatter_of_a_bin(worlds, name):
    run = worlds.run("old_radius" if "old" in name else "best_a0")
    return Answer(scatters(run)[0 if name.endswith("z4-6") else 1])


@check("SFMS-scatter-new-a05", "SFMS-scatter-new-a1")
def scatter_of_the_others(worlds, name):
    values = scatters(worlds.run("best_a05" if name.endswith("a05") else "best_a1"))
    return Answer(float(np.mean(values)), numbers("{:.3f}", *values))


@check("SFMS-scatter-factor-2")
def growth_of_the_scatter(worlds):
    new, old = np.mean([scatters(worlds.run(n)) for n in BEST]), np.mean(scatters(worlds.run("old_radius")))
    return Answer(float(new / old), f"{new:.3f} over {old:.3f} dex")


@check("SFMS-scatter-factor-2-nbody")
def growth_of_the_scatter_in_a_simulation(worlds):
    new, old = (np.mean(scatters(worlds.run(n))) for n in ("nbody", "nbody_old_radius"))
    return Answer(float(new / old), f"{new:.3f} over {old:.3f} dex")


@check("SFMS-old-below-observed")
def old_is_too_quiet(worlds):
    return Answer(float(OBSERVED_SCATTER / np.mean(scatters(worlds.run("old_radius")))))


@check("SFMS-new-below-observed")
def new_is_slightly_too_quiet(worlds):
    values = [s for n in BEST for s in scatters(worlds.run(n))]
    return Answer(max(values) < 0.4, f"{min(values):.3f} to {max(values):.3f} dex")


def starbursts(run):
    """Records above the starburst track expected in the paper's box, summed over the levels."""
    total, most = 0.0, 0.0
    for _, level in run.level_groups(4.5, 8):
        stars, sfr = level["m_star_msun"], level["sfr_10_msun_yr"]
        keep = (sfr > run.observe["sfr_min_msun_yr"]) & (stars > 1e7)
        rate = sfr[keep] / stars[keep]
        total += float(level["weight_per_cmpc3"][keep][rate > STARBURST_PER_YR].sum()) * BOX_CMPC3
        most = max(most, float(rate.max(initial=0)))
    return total, f"{total:.2g} records; highest SFR/M_* {most:.1e} per yr"


@check("STARBURST-none-old")
def no_bursts(worlds):
    number, words = starbursts(worlds.run("old_radius"))
    return Answer(number < 1, words)


@check("STARBURST-some-new")
def some_bursts(worlds):
    number, words = starbursts(worlds.run("best_a0"))
    return Answer(number >= 1, words)


@check("QUENCHING-tracks")
def quenching(worlds):
    """Detectable galaxies that 50 Myr later, along main progenitors, form less and are richer."""
    run = worlds.run("best_a0")
    groups, age = run.level_groups(0, 8), run.column("age_myr")
    total = 0.0
    for start, (row, first) in enumerate(groups):
        end = min(range(len(groups)), key=lambda i: abs(age[groups[i][0]] - age[row] - QUENCHING_MYR))
        if abs(age[groups[end][0]] - age[row] - QUENCHING_MYR) > QUENCHING_MYR / 2:
            continue
        ancestor = np.arange(len(groups[end][1]["halo_id"]))
        for _, level in reversed(groups[start + 1:end + 1]):
            known = ancestor >= 0
            ancestor[known] = level["main_progenitor_index"][ancestor[known]]
        known = np.flatnonzero(ancestor >= 0)
        before, last = ancestor[known], groups[end][1]
        sfr, later = first["sfr_10_msun_yr"][before], last["sfr_10_msun_yr"][known]
        richer = last["oh_young"][known] > first["oh_young"][before]
        found = (sfr > run.observe["sfr_min_msun_yr"]) & (later > 0) & (later < sfr * 10**-QUENCHING_DEX) & richer
        total += float(first["weight_per_cmpc3"][before][found].sum()) * BOX_CMPC3
    return Answer(total >= 1, f"{total:.1f} records")


@check("SFMS-slope-a0-smaller")
def flatter_without_slope(worlds):
    slopes = [worlds.run(n).relation("sfms_z4_6_slope") for n in BEST]
    return Answer(slopes[0] < min(slopes[1:]), numbers("{:.3f}", *slopes))


def drop_at_high_mass(run):
    """Mean log10 SFR/M_* above 10^9.2 Msun minus that of 10^8.2 to 10^9.2."""
    found = run.galaxies_with((), 4.5, 6, 0.01)
    log_m, rate = np.log10(found["m_star"]), np.log10(found["sfr_10"] / found["m_star"])
    high, low = log_m > 9.2, (log_m >= 8.2) & (log_m <= 9.2)
    if not high.any() or not low.any():
        raise NoValue("no galaxies of these masses")
    return weighted_mean(rate[high], found["light_cone"][high]) - weighted_mean(rate[low], found["light_cone"][low])


@check("SFMS-quenched-massive-a0")
def massive_are_quenched(worlds):
    drops = [drop_at_high_mass(worlds.run(n)) for n in BEST]
    return Answer(drops[0] < 0 and drops[0] < min(drops[1:]), numbers("{:+.3f}", *drops) + " dex")
