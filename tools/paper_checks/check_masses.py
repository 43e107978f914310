"""Section 5.2, figures 11 and 12: stellar masses of detectable galaxies, and their halos."""
import numpy as np

from plot_data import weighted_quantiles
from plot_observations import MEDIAN_LOG10_M_STAR

from .answers import Answer, check
from .observed import BARYON_SHARE
from .paper_run import BOX_CMPC3, weighted_mean



def median_log10_mass(run, z_min, z_max):
    found = run.detectable(z_min, z_max)
    log_m = np.log10(found["m_star"])
    return weighted_quantiles(log_m, found["light_cone"], [0.5, 0.16, 0.84])


@check("MASS-median-z4-7")
def median_mass(worlds):
    middle, low, high = median_log10_mass(worlds.run("best_a0"), 4.5, 7)
    return Answer(float(middle), f"16 to 84 %: {low:.2f} to {high:.2f}")


@check("MASS-lower-z7-10")
def median_mass_early(worlds):
    middle, low, high = median_log10_mass(worlds.run("best_a0"), 7, 10)
    return Answer(float(middle) - MEDIAN_LOG10_M_STAR, f"median {middle:.2f}, 16 to 84 %: {low:.2f} to {high:.2f}")


@check("SHMR-slope", "SHMR-scatter")
def of_the_halo_relation(worlds, name):
    part = {"SHMR-slope": "slope", "SHMR-scatter": "scatter_dex"}[name]
    return Answer(worlds.run("best_a0").relation(f"shmr_z4_10_{part}"))


def efficiency(run, log10_m):
    """M_*/(f_b M_h) of the fitted line."""
    slope, intercept = (run.relation(f"shmr_z4_10_{part}") for part in ("slope", "intercept"))
    return 10 ** (intercept + slope * log10_m - log10_m) / BARYON_SHARE


@check("SHMR-eta-low", "SHMR-eta-high", "SHMR-normalisation")
def efficiency_of_the_line(worlds, name):
    log10_m = {"SHMR-eta-low": 9.0, "SHMR-eta-high": 11.5, "SHMR-normalisation": 10.5}[name]
    return Answer(float(efficiency(worlds.run("best_a0"), log10_m)))


@check("SHMR-above-tacchella")
def above_the_empirical_relation(worlds):
    offset = worlds.run("best_a0").relation("shmr_z4_10_offset_dex")
    return Answer(offset > 0, f"{offset:+.3f} dex")


@check("SHMR-mean-redshift")
def mean_redshift(worlds):
    run = worlds.run("best_a0")
    z, weight = run.column("z"), run.column("n_detectable_cmpc3") * run.shells()
    keep = run.rows(4.5, 10)
    return Answer(weighted_mean(z[keep], weight[keep]))


@check("COUNT-detectable-3-40")
def number_in_the_box(worlds):
    run = worlds.run("best_a0_box8")
    density = [10 ** run.log10_at("n_detectable_cmpc3", z) * BOX_CMPC3 for z in (10, 4.5)]
    return Answer([float(density[0]), float(density[1])])


@check("SMALLEST-galaxies")
def smallest_galaxies(worlds):
    run = worlds.run("best_a0_resolved")
    stars, halos = np.inf, np.inf
    for _, level in run.level_groups(0, 1e3):
        galaxies = level["m_star_msun"] > 0
        if galaxies.any():
            stars = min(stars, float(level["m_star_msun"][galaxies].min()))
            halos = min(halos, float(level["m_vir_msun"][galaxies].min()))
    return Answer(bool(stars <= 1e3 and halos <= 2e6), f"{stars:.3g} Msun of stars, halos of {halos:.3g} Msun")
