"""Sections 2.1 to 2.3 and figure 1: sizes of galaxies, gas that stars give back, clumping."""
import numpy as np

from plot_data import weighted_quantiles

from .answers import Answer, NoValue, check, numbers
from .paper_run import known, weighted_mean

RADIUS_OVER_HALF_MASS = 2.5  # GAL-1 over the R_50 of Jiang et al. (2019), 0.02 R_vir (c/10)^-0.7


def radii(worlds, log10_m_max):
    """Old and new galaxy radius [kpc] of the same halos, and their number densities."""
    fields = ("halo_id", "r_galaxy_kpc", "r_vir_kpc")
    old, new = (worlds.run(name).galaxies_with(fields, 4.5, 10) for name in ("old_radius", "new_radius_same"))
    # ids are exact as float64 below 2^53, and one halo has one id
    _, i, j = np.intersect1d(old["halo_id"], new["halo_id"], assume_unique=True, return_indices=True)
    log_m = np.log10(new["m_vir"][j])
    keep = (log_m >= 9.5) & (log_m <= log10_m_max) & (old["r_galaxy_kpc"][i] > 0) & (new["r_galaxy_kpc"][j] > 0)
    if not keep.any():
        raise NoValue("no halo of this mass is in both runs")
    return old["r_galaxy_kpc"][i][keep], new["r_galaxy_kpc"][j][keep], new["weight"][j][keep]


@check("SIZE-reduction-factor-4")
def old_over_new_radius(worlds):
    old, new, weight = radii(worlds, 11.5)
    low, middle, high = weighted_quantiles(old / new, weight, [0.16, 0.5, 0.84])
    return Answer(float(middle), f"16 to 84 %: {low:.2f} to {high:.2f}; every halo of this mass is above 1e4 K")


@check("SIZE-half-mass-over-virial")
def half_mass_over_virial(worlds):
    found = worlds.run("best_a0").galaxies_with(("r_galaxy_kpc", "r_vir_kpc"), 4.5, 7)
    log_m = np.log10(found["m_vir"])
    keep = (log_m >= 9.5) & (log_m <= 12) & (found["r_galaxy_kpc"] > 0)
    if not keep.any():
        raise NoValue("no halo of this mass")
    share = found["r_galaxy_kpc"][keep] / RADIUS_OVER_HALF_MASS / found["r_vir_kpc"][keep]
    return Answer(float(weighted_quantiles(share, found["weight"][keep], [0.5])[0]))


@check("SIZE-scale-radius-over-half-mass")
def scale_radius_over_half_mass(worlds):
    old, new, _ = radii(worlds, 12.0)
    ratio = old / (new / RADIUS_OVER_HALF_MASS)
    return Answer([float(ratio.min()), float(ratio.max())])


@check("SIZE-larger-radius-fewer-stars")
def larger_radius_fewer_stars(worlds):
    old, new = (worlds.run(name) for name in ("old_radius", "new_radius_same"))
    z = old.column("z")[old.rows(4.5, 8)]
    sfrd = "sfrd_detectable_msun_yr_cmpc3"
    gap = known(np.array([old.log10_at(sfrd, v) - new.log10_at(sfrd, v) for v in z]), "the step without stars")
    return Answer(bool((gap < 0).all()), f"old minus new {gap.min():.2f} to {gap.max():.2f} dex")


@check("SIZE-larger-radius-quieter")
def larger_radius_quieter(worlds):
    names = [f"sfms_{bin}_scatter_dex" for bin in ("z4_6", "z6_8")]
    old, new = ([worlds.run(run).relation(n) for n in names] for run in ("old_radius", "new_radius_same"))
    return Answer(old[0] < new[0] and old[1] < new[1],
                  f"old {numbers('{:.3f}', *old)}, new {numbers('{:.3f}', *new)} dex")


@check("CYCLE-living-mass")
def mass_given_back(worlds):
    stars = worlds.run("best_a0").populations["ii"]
    returned = stars["returned_per_msun"][:, stars["age_myr"] <= 100 + 1e-6]
    return Answer(float(returned.max()), f"by metallicity {returned.max(axis=1).min():.3f} to {returned.max():.3f}")


@check("CYCLE-recycling-minor")
def share_given_back(worlds):
    run = worlds.run("best_a0")
    returned, accreted = (run.number("budget", name) for name in ("returned_msun", "accreted_msun"))
    return Answer(returned / (accreted + returned))


@check("CYCLE-clumping-low-mass-only")
def clumping_matters_below(worlds):
    means = {}
    for name in ("best_a0", "clumping_1"):
        found = worlds.run(name).galaxies_with((), 4.5, 8)
        log_m, oh = np.log10(np.maximum(found["m_star"], 1e-9)), found["oh_young"]
        for mass, keep in (("low", (log_m >= 6) & (log_m <= 7.5)), ("high", log_m > 7.5)):
            keep &= np.isfinite(oh)
            means[name, mass] = weighted_mean(oh[keep], found["light_cone"][keep])
    low, high = (means["best_a0", mass] - means["clumping_1", mass] for mass in ("low", "high"))
    return Answer(abs(high) < abs(low) and abs(high) < 0.15,
                  f"{low:+.3f} dex at 10^6 to 10^7.5 Msun, {high:+.3f} dex above")
