"""Sections 4.2 and 5.2, figures 9 to 11: metallicity, mass, star-formation rate and redshift."""
import numpy as np

from plot_data import weighted_quantiles
from plot_observations import MEDIAN_LOG10_M_STAR, observed_oh, observed_plane

from .answers import Answer, check, numbers
from .paper_run import BOX_CMPC3, oh_line, weighted_mean

OBSERVED_FMR_SLOPE, OBSERVED_MZR_SLOPE = 0.43, 0.255
BEST = ("best_a0", "best_a05", "best_a1")
BINS = ("z4_6", "z6_8", "z8_10")
OXYGEN_U, HYDROGEN_U, SOLAR_LOG_EPS_O, SOLAR_Z = 15.999, 1.008, 8.69, 0.0142


def metallicity_against_oxygen(run):
    """|log10(Z/Zsun) - [O/H]| of galaxies with M_* >= 1e7 Msun and SFR >= 0.03 Msun/yr, and their weights."""
    found = run.galaxies_with(("metals_gas_msun", "m_hot_msun", "m_cold_msun"), 4.5, 10, 0.03 * (1 - 1e-9))
    gas = found["m_hot_msun"] + found["m_cold_msun"]
    keep = (found["m_star"] >= 1e7) & (gas > 0) & (found["metals_gas_msun"][:, 3] > 0)
    metals = found["metals_gas_msun"][keep] / gas[keep, None]
    hydrogen = run.cosmology["hydrogen_fraction"]
    oxygen = np.log10(metals[:, 3] / OXYGEN_U / (hydrogen / HYDROGEN_U)) + 12 - SOLAR_LOG_EPS_O
    return np.abs(np.log10(metals[:, 0] / SOLAR_Z) - oxygen), found["light_cone"][keep]


@check("OH-traces-metals")
def typical_difference(worlds):
    gap, weight = metallicity_against_oxygen(worlds.run("best_a0"))
    low, middle, high = weighted_quantiles(gap, weight, [0.16, 0.5, 0.84])
    return Answer(float(middle), f"16 to 84 %: {low:.3f} to {high:.3f} dex")


@check("OH-traces-metals-limit")
def largest_difference(worlds):
    gap, weight = metallicity_against_oxygen(worlds.run("best_a0"))
    above = weight[gap > 0.15].sum() / weight.sum()
    return Answer(float(gap.max()), f"{100 * above:.2g} % of the galaxies are above 0.15 dex")


@check("FMR-MZR-consistent")
def two_relations_agree(worlds):
    run = worlds.run("best_a0")
    fmr, early, late = (run.relation(n) for n in ("fmr_z4_8_offset_dex", "mzr_z4_6_offset_dex", "mzr_z6_8_offset_dex"))
    return Answer(fmr - (early + late) / 2, f"FMR {fmr:+.3f}, MZR {early:+.3f} and {late:+.3f} dex")


DIRECT = {  # statements whose value is one number of a run
    "FMR-slope-z4-8": ("best_a0", "fmr_z4_8_slope"),
    "FMR-intercept-z4-8": ("best_a0", "fmr_z4_8_intercept"),
    "FMR-scatter-z4-8": ("best_a0", "fmr_z4_8_scatter_dex"),
    "FMR-agrees-with-observed": ("best_a0", "fmr_z4_8_offset_dex"),
    "FMR-slope-alpha1": ("best_a1", "fmr_z4_8_slope"),
    "FMR-evolving-outflow": ("evolving_outflow", "fmr_z4_8_slope"),
    "FMR-scatter-z4-6": ("best_a0", "fmr_z4_6_scatter_dex"),
    "FMR-scatter-z6-8": ("best_a0", "fmr_z6_8_scatter_dex"),
    "FMR-scatter-z8-10": ("best_a0", "fmr_z8_10_scatter_dex"),
    "FMR-offset-z8-10": ("best_a0", "fmr_z8_10_offset_dex"),
    "MZR-slope-z4-10": ("best_a0", "mzr_z4_10_slope"),
    "MZR-intercept-z4-10": ("best_a0", "mzr_z4_10_intercept"),
    "MZR-scatter-z4-10": ("best_a0", "mzr_z4_10_scatter_dex"),
    "MZR-agrees-z4-6": ("best_a0", "mzr_z4_6_offset_dex"),
    "MZR-agrees-z6-8": ("best_a0", "mzr_z6_8_offset_dex"),
    "PLANE-zero-point": ("best_a0", "plane_zero_point"),
    "PLANE-a": ("best_a0", "plane_a"),
    "PLANE-b": ("best_a0", "plane_b"),
}


@check(*DIRECT)
def number_of_a_run(worlds, name):
    run, relation = DIRECT[name]
    return Answer(worlds.run(run).relation(relation))


@check("FMR-normalisation-z4-8", "MZR-normalisation-z4-10")
def level_of_the_line(worlds, name):
    run, relation = worlds.run("best_a0"), "fmr_z4_8" if name.startswith("FMR") else "mzr_z4_10"
    slope, intercept = run.relation(relation + "_slope"), run.relation(relation + "_intercept")
    return Answer(intercept + MEDIAN_LOG10_M_STAR * slope, f"slope {slope:.2f}")


@check("FMR-flatter-than-observed")
def flatter(worlds):
    slope = worlds.run("best_a0").relation("fmr_z4_8_slope")
    return Answer(slope < OBSERVED_FMR_SLOPE, f"{slope:.3f}")


@check("FMR-slope-grows-with-alpha", "MZR-slope-grows-with-alpha")
def steeper_for_steeper_outflow(worlds, name):
    relation = "fmr_z4_8_slope" if name.startswith("FMR") else "mzr_z4_10_slope"
    slopes = [worlds.run(n).relation(relation) for n in BEST]
    return Answer(slopes[0] < slopes[1] < slopes[2], numbers("{:.2f}", *slopes))


@check("FMR-scatter-grows-with-z")
def scatter_grows(worlds):
    values = [worlds.run("best_a0").relation(f"fmr_{b}_scatter_dex") for b in BINS]
    return Answer(values[0] < values[1] < values[2], numbers("{:.3f}", *values) + " dex")


@check("FMR-breaks-beyond-z8")
def breaks(worlds):
    early, late = (worlds.run("best_a0").relation(f"fmr_{b}_offset_dex") for b in ("z8_10", "z4_8"))
    return Answer(early < late, f"z = 8 to 10: {early:+.3f}, z = 4 to 8: {late:+.3f} dex")


@check("MZR-slope-supports-alpha0")
def slope_nearest_to_observed(worlds):
    gaps = [abs(worlds.run(n).relation("mzr_z4_10_slope") - OBSERVED_MZR_SLOPE) for n in BEST]
    return Answer(gaps[0] < min(gaps[1:]), numbers("{:.2f}", *gaps))


def two_lines(worlds):
    """MZR below and above 1e8 Msun, galaxies with SFR above 0.01 Msun/yr."""
    found = worlds.run("best_a0").galaxies_with((), 4.5, 10, 0.01)
    log_m = np.log10(np.maximum(found["m_star"], 1e-9))
    return [oh_line(found, (log_m >= low) & (log_m < high)) for low, high in ((6.5, 8), (8, 9.5))]


@check("MZR-flattens-below-1e8")
def flattens(worlds):
    below, above = two_lines(worlds)
    return Answer(bool(below[0] < above[0]), f"slope {below[0]:.2f} below, {above[0]:.2f} above")


@check("MZR-scatter-grows-below-1e8")
def scatters_more(worlds):
    below, above = two_lines(worlds)
    return Answer(bool(below[2] > above[2]), f"scatter {below[2]:.2f} below, {above[2]:.2f} dex above")


def metal_poor_galaxies(run, z_min, z_max):
    """Extremely metal-poor galaxies expected in the paper's box, summed over the levels."""
    total = 0.0
    for _, level in run.level_groups(z_min, z_max):
        log_m = np.log10(np.maximum(level["m_star_msun"], 1e-9))
        sfr = level["sfr_10_msun_yr"]
        keep = (level["oh_young"] <= -1.7) & (log_m >= 6.5) & (log_m <= 8) & (sfr >= 0.2) & (sfr <= 2)
        total += float(level["weight_per_cmpc3"][keep].sum()) * BOX_CMPC3
    return Answer(total >= 1, f"{total:.1f} records")


@check("EMPG-exist")
def extremely_metal_poor(worlds):
    return metal_poor_galaxies(worlds.run("best_a0"), 4.5, 10)


@check("EMPG-exist-z6-8")
def extremely_metal_poor_as_observed(worlds):
    return metal_poor_galaxies(worlds.run("best_a0"), 5.8, 8.3)


@check("MZR-others-lower-z7-10")
def step_at_seven(worlds):
    run = worlds.run("best_a0")
    late, early = run.detectable(4.5, 7, closed=False), run.detectable(7, 10)
    levels = []
    for found in (early, late):
        slope, intercept, _ = oh_line(found, found["light_cone"] > 0)
        levels.append(intercept + MEDIAN_LOG10_M_STAR * slope)
    return Answer(float(levels[0] - levels[1]), f"{levels[0]:.2f} at z = 7 to 10, {levels[1]:.2f} at z = 4.5 to 7")


@check("PLANE-agrees-with-observed")
def plane_where_the_data_are(worlds):
    run = worlds.run("best_a0")
    zero, a, b = (run.relation("plane_" + n) for n in ("zero_point", "a", "b"))
    return Answer(zero + MEDIAN_LOG10_M_STAR * a + 7 * b)


@check("PLANE-stronger-mass")
def stronger_with_mass(worlds):
    a = worlds.run("best_a0").relation("plane_a")
    return Answer(a > observed_plane()["a"], f"{a:.3f}")


@check("PLANE-weaker-redshift")
def weaker_with_redshift(worlds):
    b = worlds.run("best_a0").relation("plane_b")
    return Answer(abs(b) < abs(observed_plane()["b"]), f"{b:+.3f}")


@check("PLANE-metal-poorer-z7")
def metal_poorer_early(worlds):
    """Mean of the galaxies as they are, against the observed plane at the observed median mass."""
    run = worlds.run("best_a0")
    found = run.detectable(7, 10)
    keep = np.isfinite(found["oh_young"])
    mean = weighted_mean(found["oh_young"][keep], found["light_cone"][keep])
    z = weighted_mean(found["z"][keep], found["light_cone"][keep])
    observed = observed_oh(MEDIAN_LOG10_M_STAR, z, data="corrected")
    return Answer(mean < observed, f"{mean:.2f}, observed {observed:.2f} at the mean z = {z:.1f}")


@check("H24-outflow-too-strong-metals")
def older_outflow_metals(worlds):
    offset = worlds.run("hartwig2024_outflow").relation("fmr_z4_8_offset_dex")
    return Answer(offset < -0.15, f"{offset:+.2f} dex")


@check("COMPACT-boosts-metals")
def compact_is_richer(worlds):
    old, new = (worlds.run(n).relation("fmr_z4_8_offset_dex") for n in ("old_radius", "new_radius_same"))
    return Answer(new > old, f"old {old:+.2f}, new {new:+.2f} dex")


@check("OLD-too-metal-poor")
def old_radius_is_metal_poor(worlds):
    offset = worlds.run("old_radius").relation("fmr_z4_8_offset_dex")
    old, best = (worlds.run(n).likelihood("mzsfr") for n in ("old_radius", "best_a1"))
    return Answer(offset < 0 and old < best, f"{offset:+.2f} dex; log10 L_MZSFR {old:.2f} against {best:.2f}")


@check("OLD-weak-outflow-metals")
def weak_outflow_is_richer(worlds):
    old, weak = (worlds.run(n).relation("fmr_z4_8_offset_dex") for n in ("old_radius", "old_radius_weak_outflow"))
    return Answer(weak > old, f"{old:+.2f} with 1e9, {weak:+.2f} dex with 2e8 Msun")
