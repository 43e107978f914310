"""Made-up runs and a made-up grid whose answers to the statements of the paper are known, for verify_paper_test.sh."""
import json
import pathlib

import h5py
import numpy as np

Z = np.array([20.0, 15, 12, 11, 10, 9, 8, 7, 6, 5.5, 5, 4.5])
AGE_MYR = 500 * ((1 + Z) / 11) ** -1.5
OBSERVE = {"observations_path": "", "sfr_min_msun_yr": 10**-0.5, "min_galaxies": 3, "sfrd_window_myr": 100,
           "csmd_sigma_dex": 0.5, "csmd_z_min": 6, "csmd_z_max": 12, "csmd_m_star_min_msun": 1e8, "fmr_alpha": 0.66,
           "fmr_slope": 0.43, "fmr_intercept": -4.11, "fmr_sigma_dex": 0.13, "fmr_z_min": 4, "fmr_z_max": 8,
           "mzr_shift_dex": 0.16, "shmr_sigma_dex": 0.31, "shmr_z_min": 4, "shmr_z_max": 8, "count_volume_cmpc3": 0,
           "sfrd_sigma": "mean", "sfrd_interpolation": "log"}
PARAMETERS = {"observe": OBSERVE, "cosmology": {"omega_m": 0.3089, "h": 0.6774, "hydrogen_fraction": 0.76},
              "stars": {"imf3_min_msun": 13.6, "imf3_max_msun": 197, "imf3_slope": 1.77},
              "star_formation": {"eta_iii": 8.15, "eta_ii": 0.237}, "threshold": {"v_streaming_sigma": 0.8},
              "feedback": {"c_zigm": 3.32}}
FATES = ("WD", "ECSN", "CCSN", "FSN", "PPISN", "PISN", "DBH")
WEIGHT = 1e-3


def histories():
    """Densities that are straight lines in z: log10 SFRD of all falls by 0.1 per unit z from -1 at z = 4.5."""
    total = 10 ** (-1 - 0.1 * (Z - 4.5))
    share = np.clip(0.2 + 0.1 * (Z - 5), 0.1, 0.99)  # of faint galaxies
    return {"z": Z, "age_myr": AGE_MYR, "step_myr": np.full(Z.size, 20.0), "sfrd_msun_yr_cmpc3": total,
            "sfrd_detectable_msun_yr_cmpc3": total * (1 - share), "sfrd_metal_poor_msun_yr_cmpc3": 0.6 * total,
            "sfrd_log10_sfr_above_-1_msun_yr_cmpc3": 0.3 * total, "csmd_msun_cmpc3": 10 ** (7.5 - 0.3 * (Z - 4.5)),
            "csmd_detectable_msun_cmpc3": 10 ** (7 - 0.3 * (Z - 4.5)),
            "n_detectable_cmpc3": 10 ** (-2 - 0.1 * (Z - 4.5)),
            "n_massive_cmpc3": 10 ** (-3 - 0.1 * (Z - 4.5)),
            "pisn_rate_yr_cmpc3": 1e-6 * np.exp(-0.5 * ((Z - 7) / 1.0) ** 2),
            "pisn_rate_ii_yr_cmpc3": 5e-7 * np.exp(-0.5 * ((Z - 7) / 1.0) ** 2)}


def galaxies(radius_kpc=0.5):
    """Two galaxies of every stellar mass. MZR: slope 0.2 and scatter 0.3 below 1e8 Msun, 0.5 and 0.1 above."""
    log_m = np.repeat(np.arange(6.5, 9.95, 0.05) + 0.001, 2)
    sign = np.tile([-1.0, 1.0], log_m.size // 2)
    scatter = np.where(log_m < 8, 0.3, 0.1)
    oh = -0.7 + np.where(log_m < 8, 0.2, 0.5) * (log_m - 8) + sign * scatter
    gas, m_star = np.full(log_m.size, 1e9), 10**log_m
    metals = np.zeros((log_m.size, 10))
    oxygen = 1e-3  # mass fraction; [O/H] from it and Z are 0.05 dex apart
    metals[:, 3] = oxygen * gas
    oh_gas = np.log10(oxygen / 15.999 / (0.76 / 1.008)) + 12 - 8.69
    metals[:, 0] = 0.0142 * 10 ** (oh_gas + 0.05) * gas
    n = log_m.size
    return {"halo_id": np.arange(n), "descendant_id": np.full(n, -1), "main_progenitor_index": np.arange(n),
            "weight_per_cmpc3": np.full(n, WEIGHT), "m_vir_msun": m_star * 30, "m_star_msun": m_star,
            "sfr_10_msun_yr": 10 ** (0.8 * (log_m - 8.3)), "oh_young": oh, "m_hot_msun": 0.4 * gas,
            "m_cold_msun": 0.6 * gas, "metals_gas_msun": metals, "r_galaxy_kpc": np.full(n, radius_kpc),
            "r_vir_kpc": np.full(n, 8.0)}


RELATIONS = {"fmr_z4_8_slope": 0.36, "fmr_z4_8_intercept": -3.7, "fmr_z4_8_scatter_dex": 0.25,
             "fmr_z4_8_offset_dex": -0.05, "fmr_z4_6_scatter_dex": 0.2, "fmr_z6_8_scatter_dex": 0.25,
             "fmr_z8_10_scatter_dex": 0.3, "fmr_z8_10_offset_dex": -0.3, "mzr_z4_10_slope": 0.31,
             "mzr_z4_10_intercept": -3.3, "mzr_z4_10_scatter_dex": 0.25, "mzr_z4_6_offset_dex": 0.02,
             "mzr_z6_8_offset_dex": 0.04, "shmr_z4_10_slope": 1.5, "shmr_z4_10_intercept": -7.0,
             "shmr_z4_10_scatter_dex": 0.12, "shmr_z4_10_offset_dex": 0.1, "shmr_z4_8_offset_dex": 0.0,
             "sfms_z4_6_slope": 0.7, "sfms_z4_6_scatter_dex": 0.3, "sfms_z6_8_scatter_dex": 0.32,
             "plane_zero_point": -2.8, "plane_a": 0.29, "plane_b": -0.04}


def compared(column, simulated):
    """comparison.sfrd with a residual of -0.1 dex everywhere, -0.3 at z = 4.9; comparison.csmd with 0.2; `simulated`
    instead of the simulated values if it is not None."""
    table = [(4.9, 0.124), (5.9, 0.13), (6.8, 0.076), (8.0, 0.06), (9.0, 0.09), (16.0, 1.58)]
    if column == "csmd":
        return [{"z": 7.0, "log10_observed": 6.0, "log10_simulated": 6.2 if simulated is None else simulated,
                 "sigma_dex": 0.5, "expected_galaxies": 9, "used": True, "reference": "made up"}]
    return [{"z": z, "log10_observed": -2.0, "expected_galaxies": 20 - z, "used": z < 13, "reference": "made up",
             "log10_simulated": simulated if simulated is not None else -2.3 if z == 4.9 else -2.1, "sigma_dex": sigma}
            for z, sigma in table]


def write_run(folder, relations=None, likelihood=None, history=None, radius_kpc=0.5, change=None, simulated=None):
    """The folder of a run. `change` may alter the catalogue of a level: change(z, columns); `simulated` are the values
    that were compared with observations."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    likelihood = {"all": -0.1, "csfh": 0.2, "mzsfr": -0.2, "shmr": -0.05, **(likelihood or {})}
    (folder / "run.json").write_text(json.dumps({
        "program": {"version": "made up", "git": "none"}, "parameters": PARAMETERS, "trees": {"volume_cmpc3": 1647.0},
        "likelihood": {f"log10_{k}": v for k, v in likelihood.items()}, "relations": {**RELATIONS, **(relations or {})},
        "comparison": {c: compared(c, simulated) for c in ("sfrd", "csmd")},
        "budget": {"returned_msun": 1.0, "accreted_msun": 19.0}}))
    with h5py.File(folder / "run.h5", "w") as file:
        for name, values in {**histories(), **(history or {})}.items():
            file[f"history/{name}"] = values
        for level, z in enumerate(Z):
            columns = galaxies(radius_kpc)
            columns["halo_id"] += 10000 * level
            if change:
                change(z, columns)
            group = file.create_group(f"galaxies/level_{level:03d}")
            group.attrs["redshift"] = z
            for name, values in columns.items():
                group[name] = values
        age = np.array([1.0, 50, 100, 200])
        file["populations/fates"] = np.array(FATES, "S5")
        file["populations/ii/age_myr"] = age
        file["populations/ii/returned_per_msun"] = np.array([[0.0, 0.1, 0.25, 0.9], [0.0, 0.1, 0.2, 0.9]])
        file["populations/ii/deaths_per_msun"] = np.zeros((2, 4, len(FATES)))
    return folder


AXES = ("feedback.alpha_out", "feedback.m_out0_msun", "stars.imf2_max_msun")


def write_grid(folder, likelihood, axes=AXES):
    """The folder of a scan with the axes of the paper; likelihood(name, alpha, m_out0, m_max) is log10 L, its maximum
    0.4 everywhere."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    points = [(a, m, x) for a in (0.0, 0.5, 1.0) for m in np.arange(1, 6) * 1e9 for x in np.arange(100, 601, 50.0)]
    names = ("sfrd", "csmd", "csfh", "fmr", "mzr", "mzsfr", "shmr", "all")
    values = {n: np.array([likelihood(n, *p) for p in points]) for n in names}
    base = {"observe": OBSERVE}
    with h5py.File(folder / "scan.h5", "w") as file:
        file["points/id"] = np.arange(len(points))
        for i, name in enumerate(axes):
            file[f"points/parameters/{name}"] = np.array([p[i] for p in points])
        for name in names:
            file[f"points/likelihood/log10_{name}"] = values[name]
            file[f"points/likelihood_max/log10_{name}"] = np.full(len(points), 0.4)
        for group in ("relations", "points_used"):
            file.create_group(f"points/{group}")
        file["points/tau_e"] = np.zeros(len(points))
        file["points/sfrd_used"] = np.ones((len(points), 12), np.uint8)
        file["history/z"] = Z
        # the SFRD of alpha_out = 0 is the observed fit, those of the others lie far below
        fit = 10 ** (-0.231 * Z - 0.439)
        file["history/sfrd_detectable_msun_yr_cmpc3"] = np.array([fit * (1 if p[0] == 0 else 1e-2) for p in points])
        file["history/sfrd_detectable_msun_yr_cmpc3"].attrs["unit"] = "Msun yr^-1 cMpc^-3"
        file["provenance/base"] = json.dumps(base)
    (folder / "best.json").write_text(json.dumps({"best": {}}))
    (folder / "scan.json").write_text(json.dumps({"program": "made up"}))
    return folder
