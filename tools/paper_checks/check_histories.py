"""Sections 5.2 and 6.1, figure 8, appendix B: star-formation rates and stellar mass per volume."""
import numpy as np

from .answers import Answer, NoValue, check, numbers
from .observed import csmd_fit, sfrd_points
from .paper_run import BOX_CMPC3, known

ALL, DETECTABLE, METAL_POOR = ("sfrd_msun_yr_cmpc3", "sfrd_detectable_msun_yr_cmpc3", "sfrd_metal_poor_msun_yr_cmpc3")
MASSIVE = "csmd_detectable_msun_cmpc3"
BEST_OF = {"a05": "best_a05", "a1": "best_a1"}


def column(run, name, rows):
    return known(run.column(name)[rows].astype(float), f"{name} of {run.folder.name}")


def ratio(part, total):
    if not (total > 0).all():
        raise NoValue("no stars at some of these levels")
    return part / total


def faint_share(run, z_min, z_max):
    """1 - SFRD of detectable galaxies over all, by level."""
    rows = run.rows(z_min, z_max)
    return 1 - ratio(column(run, DETECTABLE, rows), column(run, ALL, rows))


def faint_share_at(run, z):
    return 1 - 10 ** known(run.log10_at(DETECTABLE, z) - run.log10_at(ALL, z), f"the share without stars at z = {z:g}")


@check("CSFH-massive-halos-dominate")
def massive_halos_dominate(worlds):
    run, shares = worlds.run("best_a0_resolved"), []
    for z in (4.5, 5, 6, 7, 8):
        level, galaxies = min(run.level_groups(0, 1e3), key=lambda group: abs(run.column("z")[group[0]] - z))
        light = galaxies["weight_per_cmpc3"] * galaxies["sfr_10_msun_yr"]
        shares.append(float(light[galaxies["m_vir_msun"] > 3e9].sum() / light.sum()))
    return Answer(min(shares) > 0.5, f"{numbers('{:.2f}', *shares)} at z = 4.5, 5, 6, 7, 8")


@check("SFRD-within-1sigma-z6-13")
def sfrd_fits(worlds):
    used = [e for e in worlds.run("best_a0").compared("sfrd") if 5.9 <= e["z"] <= 13.25 and e["used"]]
    if not used:
        raise NoValue("three galaxies are expected at no observed redshift")
    worst = max(used, key=lambda e: abs(e["residual"]) / e["sigma_dex"])
    return Answer(abs(worst["residual"]) / worst["sigma_dex"],
                  f"{len(used)} points up to z = {max(e['z'] for e in used):g}; largest at z = {worst['z']:g}")


def at_4_9(run):
    """Residual of the SFRD at z = 4.9."""
    return next(e["residual"] for e in run.compared("sfrd") if e["z"] == 4.9)


@check("SFRD-z5-factor-2-low")
def sfrd_low_at_five(worlds):
    return Answer(float(10 ** -at_4_9(worlds.run("best_a0"))))


@check("B-sfrd-z5-a05", "B-evolving-outflow-sfrd")
def sfrd_at_five(worlds, name):
    return Answer(at_4_9(worlds.run("best_a05" if name == "B-sfrd-z5-a05" else "evolving_outflow")))


@check("SFRD-z16-not-reproduced")
def sfrd_at_sixteen(worlds):
    point = next(e for e in worlds.run("best_a0").compared("sfrd") if e["z"] == 16)
    few = point["expected_galaxies"] < 3
    return Answer(bool(point["residual"] < 0 or few),
                  f"{point['residual']:+.2f} dex, {point['expected_galaxies']:.2g} galaxies expected")


@check("FAINT-share-z12")
def faint_early(worlds):
    shares = faint_share(worlds.run("best_a0_resolved"), 12, 20)
    return Answer(float(shares.min()), f"{shares.min():.3f} to {shares.max():.3f}")


@check("FAINT-share-z5-7")
def faint_late(worlds):
    shares = faint_share(worlds.run("best_a0_resolved"), 5, 7)
    return Answer([float(shares.min()), float(shares.max())])


@check("FAINT-share-grows-with-z")
def faint_grows(worlds):
    shares = [faint_share_at(worlds.run("best_a0_resolved"), z) for z in (6, 9, 12)]
    return Answer(bool(shares[0] < shares[1] < shares[2]), numbers("{:.2f}", *shares))


@check("B-faint-share-falls-with-alpha")
def faint_falls(worlds):
    shares = [faint_share_at(worlds.run(n), 6) for n in ("best_a0_resolved", "best_a05_resolved", "best_a1_resolved")]
    return Answer(bool(shares[0] > shares[1] > shares[2]), numbers("{:.2f}", *shares))


@check("B-faint-share-a05", "B-faint-share-a1")
def faint_at_most(worlds, name):
    shares = faint_share(worlds.run(BEST_OF[name.split("-")[-1]] + "_resolved"), 4.5, 8)
    return Answer(float(shares.max()), f"{shares.min():.2f} to {shares.max():.2f}")


@check("CSMD-within-1sigma-z10")
def csmd_fits(worlds):
    run = worlds.run("best_a0")
    sigma = run.parameter("observe.csmd_sigma_dex")
    z = run.column("z")[run.rows(6, 10)]
    gaps = np.array([run.log10_at(MASSIVE, v) - csmd_fit(run, v) for v in z])
    worst = int(np.argmax(np.abs(gaps)))
    return Answer(float(np.abs(gaps).max() / sigma), f"largest at z = {z[worst]:.1f}: {gaps[worst]:+.2f} dex")


@check("CSMD-breaks-beyond-z10")
def csmd_short(worlds):
    run = worlds.run("best_a0_box8")
    gap = run.log10_at(MASSIVE, 11) - csmd_fit(run, 11)
    expected = BOX_CMPC3 * 10 ** run.log10_at("n_massive_cmpc3", 11)  # none is there if less than one is expected
    return Answer(bool(gap < -0.5 or expected < 1),
                  f"{gap:+.2f} dex; {expected:.2g} galaxies above 10^8 Msun expected in the box")


@check("CSMD-low-mass-dominate-z10")
def low_mass_dominates(worlds):
    run = worlds.run("best_a0_resolved")
    rows = run.rows(10, 15)
    shares = 1 - ratio(column(run, MASSIVE, rows), column(run, "csmd_msun_cmpc3", rows))
    return Answer(bool((shares > 0.5).all()), f"{shares.min():.2f} to {shares.max():.2f}")


def metal_poor(worlds, z_min, z_max):
    run = worlds.run("best_a0_resolved")
    return column(run, METAL_POOR, run.rows(z_min, z_max))


@check("METALPOOR-sfrd-z4.5-8")
def metal_poor_level(worlds):
    values = metal_poor(worlds, 4.5, 8)
    return Answer([float(values.min()), float(values.max())])


@check("METALPOOR-within-semi-empirical")
def metal_poor_within(worlds):
    values = metal_poor(worlds, 4.5, 8)
    return Answer(bool((values >= 0.001).all() and (values <= 0.02).all()), f"{values.min():.4f} to {values.max():.4f}")


@check("METALPOOR-slow-decrease")
def metal_poor_falls(worlds):
    run = worlds.run("best_a0_resolved")
    late, early = (run.log10_at(METAL_POOR, z) for z in (run.column("z").min(), 8))
    step = known(early - late, "the step without stars")
    return Answer(bool(0 < step < 0.5), f"falls by {step:.2f} dex")


@check("METALPOOR-dominates-z8")
def metal_poor_dominates(worlds):
    run = worlds.run("best_a0_resolved")
    rows = run.rows(8, 15)
    shares = ratio(column(run, METAL_POOR, rows), column(run, ALL, rows))
    return Answer(bool((shares > 0.5).all()), f"{shares.min():.2f} to {shares.max():.2f}")


@check("METALPOOR-faint")
def metal_poor_are_faint(worlds):
    run = worlds.run("best_a0_resolved")
    rows = run.rows(8, 15)
    shares = 1 - ratio(column(run, "sfrd_log10_sfr_above_-1_msun_yr_cmpc3", rows), column(run, ALL, rows))
    return Answer(bool((shares > 0.5).all()), f"{shares.min():.2f} to {shares.max():.2f}")


def over_observed(worlds):
    run = worlds.run("best_a0_resolved")
    return {z: 10 ** (run.log10_at(METAL_POOR, z) - value) for z, value in sfrd_points(run, 8, 13.25)}


@check("METALPOOR-exceeds-observed")
def metal_poor_exceed(worlds):
    ratios = over_observed(worlds)
    return Answer(min(ratios.values()) > 1, ", ".join(f"{r:.2g} at z = {z:g}" for z, r in ratios.items()))


@check("METALPOOR-exceeds-tenfold")
def metal_poor_exceed_most(worlds):
    ratios = over_observed(worlds)
    z = max(ratios, key=ratios.get)
    return Answer(float(ratios[z]), f"at z = {z:g}")


@check("B-csfh-worse")
def histories_worse(worlds):
    values = [worlds.run(n).likelihood("csfh") for n in ("best_a0", "best_a05", "best_a1")]
    return Answer(values[0] > max(values[1:]), numbers("{:.2f}", *values))


@check("B-sfrd-too-steep-a05", "B-sfrd-too-steep-a1")
def sfrd_too_steep(worlds, name):
    run = worlds.run(BEST_OF[name.split("-")[-1]])
    late, early = (float(np.mean([run.log10_at(DETECTABLE, z) - value for z, value in sfrd_points(run, *range)]))
                   for range in ((4.9, 8), (10.5, 13.25)))
    return Answer(late > 0 > early, f"{late:+.2f} dex at z <= 8, {early:+.2f} at 10.5 to 13.25")


@check("B-csmd-too-steep-a05", "B-csmd-too-steep-a1")
def csmd_too_steep(worlds, name):
    run = worlds.run(BEST_OF[name.split("-")[-1]])
    late, early = (run.log10_at(MASSIVE, z) - csmd_fit(run, z) for z in (6, 10))
    return Answer(bool(late > early), f"{late:+.2f} dex at z = 6, {early:+.2f} at z = 10")


def mean_residual(run, what, z_max=np.inf):
    residuals = [e["residual"] for e in run.compared(what) if e["z"] <= z_max]
    if not residuals:
        raise NoValue(f"no {what} was observed at z <= {z_max:g}")
    return float(np.mean(residuals))


@check("H24-outflow-too-strong-stars")
def older_outflow_stars(worlds):
    run = worlds.run("hartwig2024_outflow")
    sfrd, csmd = mean_residual(run, "sfrd"), mean_residual(run, "csmd")
    return Answer(sfrd < -0.15 and csmd < -0.15, f"SFRD {sfrd:+.2f}, CSMD {csmd:+.2f} dex")


@check("OLD-weak-outflow-too-many-stars")
def weak_outflow_too_many(worlds):
    run = worlds.run("old_radius_weak_outflow")
    sfrd, csmd = mean_residual(run, "sfrd", 8), mean_residual(run, "csmd")
    return Answer(sfrd > 0 and csmd > 0, f"SFRD at z <= 8 {sfrd:+.2f}, CSMD {csmd:+.2f} dex")


@check("OLD-sfrd-z7")
def old_radius_sfrd(worlds):
    points = [e for e in worlds.run("old_radius").compared("sfrd") if e["z"] in (4.9, 5.9, 6.8)]
    sigmas = [abs(e["residual"]) / e["sigma_dex"] for e in points]
    if not np.isfinite(sigmas).all():
        raise NoValue("no detectable galaxies at these redshifts")
    return Answer(max(sigmas), "; ".join(f"z = {e['z']:g}: {e['residual']:+.2f} dex" for e in points))
