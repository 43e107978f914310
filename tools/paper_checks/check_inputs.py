"""Table 1, table 2 and equations 3, 13 to 16: what is taken over from the paper stands where it is used."""
import math

import numpy as np

from plot_observations import CSMD_FIT, MZR_TABLE, SFRD_FIT, SFRD_TABLE, SFRD_VALUE, SFRD_ERRORS, coefficients

from .answers import Answer, check
from .check_likelihoods import paper_grid
from .observed import sfrd_fit
from .paper_run import weighted_mean

# z, log10 SFRD, its errors down and up: Liu et al. (2025), table 2
TABLE_2 = [(4.9, -1.387, 0.124, 0.124), (5.9, -1.64, 0.13, 0.13), (6.8, -1.883, 0.076, 0.076),
           (7.9, -2.213, 0.065, 0.065), (8.0, -2.31, 0.06, 0.06), (9.0, -2.52, 0.1, 0.08), (10.5, -2.8, 0.2, 0.13),
           (11.2, -2.95, 0.36, 0.2), (13.25, -3.62, 0.25, 0.16), (9.0, -2.61, 0.16, 0.18), (12.0, -3.23, 0.27, 0.29),
           (16.0, -3.59, 2.83, 0.33)]
TABLE_1 = {"stars.imf3_min_msun": 13.6, "stars.imf3_max_msun": 197.0, "stars.imf3_slope": 1.77,
           "star_formation.eta_iii": 8.15, "star_formation.eta_ii": 0.237, "threshold.v_streaming_sigma": 0.8,
           "feedback.c_zigm": 3.32}
EQ_15 = {"observe.fmr_alpha": 0.66, "observe.fmr_slope": 0.43, "observe.fmr_intercept": -4.11,
         "observe.fmr_sigma_dex": 0.13, "observe.fmr_z_min": 4.0, "observe.fmr_z_max": 8.0}
CUTS = {"observe.sfr_min_msun_yr": 10**-0.5, "observe.min_galaxies": 3.0, "observe.sfrd_window_myr": 100.0}
CSMD = {"observe.csmd_sigma_dex": 0.5, "observe.csmd_z_min": 6.0, "observe.csmd_z_max": 12.0,
        "observe.csmd_m_star_min_msun": 1e8}
SHMR = {"observe.shmr_sigma_dex": 0.31, "observe.shmr_z_min": 4.0, "observe.shmr_z_max": 8.0}


def same_parameters(run, wanted, note=""):
    wrong = [f"{name} = {run.parameter(name):g}" for name, value in wanted.items()
             if not math.isclose(run.parameter(name), value, rel_tol=1e-9)]
    return Answer(not wrong, ", ".join(wrong) or note)


def same_coefficients(run, table, wanted):
    found = coefficients(run.observation(table))
    return all(math.isclose(found[name], value, rel_tol=1e-9) for name, value in wanted.items())


@check("TAB1-fixed")
def fixed_parameters(worlds):
    return same_parameters(worlds.run("best_a0"), TABLE_1)


@check("TAB1-grid")
def axes_of_the_grid(worlds):
    grid = paper_grid(worlds)
    wanted = ([0, 0.5, 1], [1e9 * i for i in range(1, 6)], [100.0 + 50 * i for i in range(11)])
    same = all(axis.size == len(values) and np.allclose(axis, values) for axis, values in zip(grid.axes, wanted))
    return Answer(bool(same and grid.alpha.size == 165), f"{grid.alpha.size} points")


@check("IN-table2-sfrd")
def table_of_sfrd(worlds):
    found = worlds.run("best_a0").observation(SFRD_TABLE)
    rows = [(p["z"], p[SFRD_VALUE], *(p[e] for e in SFRD_ERRORS)) for p in found]
    return Answer(sorted(rows) == sorted(TABLE_2), f"{len(rows)} rows at {len({r[0] for r in rows})} redshifts")


@check("IN-eq13-sfrd-fit")
def fit_of_sfrd(worlds):
    return Answer(same_coefficients(worlds.run("best_a0"), SFRD_FIT,
                                    {"slope": -0.231, "intercept": -0.439, "z_min": 7.5, "z_max": 15}))


@check("IN-eq13-describes-jwst")
def fit_describes_data(worlds):
    run, largest, where = worlds.run("best_a0"), 0.0, ""
    for point in run.observation(SFRD_TABLE):
        if point["epoch"] == "JWST" and 8 <= point["z"] <= 13.25:
            gap = sfrd_fit(run, point["z"]) - point[SFRD_VALUE]
            sigmas = abs(gap) / point[SFRD_ERRORS[1] if gap > 0 else SFRD_ERRORS[0]]
            if sigmas > largest:
                largest, where = sigmas, f"z = {point['z']:g} ({point['reference']})"
    return Answer(largest, where)


@check("IN-eq14-csmd")
def fit_of_csmd(worlds):
    run = worlds.run("best_a0")
    table = same_coefficients(run, CSMD_FIT, {"a0": 8.728, "a1": -0.195, "a2": -0.022})
    parameters = same_parameters(run, CSMD)
    return Answer(table and parameters.ours, parameters.note)


@check("IN-detectable-cut")
def cuts(worlds):
    return same_parameters(worlds.run("best_a0"), CUTS)


@check("IN-kappa-uv")
def magnitude_of_the_cut(worlds):
    light = worlds.run("best_a0").parameter("observe.sfr_min_msun_yr") / 1.15e-28  # erg s^-1 Hz^-1
    ten_parsec_cm = 10 * 3.0856775814913673e18
    return Answer(-2.5 * math.log10(light / (4 * math.pi * ten_parsec_cm**2)) - 48.6)


@check("IN-eq15-fmr")
def metallicity_relation(worlds):
    return same_parameters(worlds.run("best_a0"), EQ_15)


@check("IN-eq16-mzr")
def mass_metallicity_relation(worlds):
    run = worlds.run("best_a0")
    rows = [tuple(row[k] for k in ("z_min", "z_max", "slope", "intercept", "sigma_dex"))
            for row in run.observation(MZR_TABLE)]
    same = rows == [(4, 6, 0.28, -3.12, 0.28), (6, 8, 0.23, -2.70, 0.23)]
    parameters = same_parameters(run, {"observe.mzr_shift_dex": 0.16})
    return Answer(same and parameters.ours, parameters.note)


def tacchella(m_halo, z):
    """OBS-13, Liu et al. (2025), eq. 3: stellar mass [Msun]."""
    x = m_halo / 1.6e11
    return 0.05 * ((1 + z) / 5) ** -0.6 * m_halo / (1 / x + x**0.3)


@check("IN-eq3-shmr")
def stellar_halo_relation(worlds):
    """The mean residual from the formula as printed is the one that the run reports."""
    run = worlds.run("best_a0")
    found = run.detectable(4, 8)
    mean = weighted_mean(np.log10(found["m_star"] / tacchella(found["m_vir"], found["z"])), found["light_cone"])
    reported = run.relation("shmr_z4_8_offset_dex")
    parameters = same_parameters(run, SHMR)
    return Answer(bool(abs(mean - reported) < 1e-3 and parameters.ours),
                  parameters.note or f"mean residual {mean:.4f}, reported {reported:.4f}")
