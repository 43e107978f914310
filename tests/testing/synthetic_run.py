#!/usr/bin/env python3
"""synthetic_run.py DIR [--empty]: an invented run folder (run.json, run.h5) in the published format, to test figures.

Galaxies follow known relations with known scatter; --empty writes levels without galaxies.
"""
import json
import pathlib
import sys

import h5py
import numpy as np

OBSERVE = {"observations_path": "", "sfr_min_msun_yr": 10**-0.5, "csmd_m_star_min_msun": 1e8, "min_galaxies": 3.0,
           "count_volume_cmpc3": 0.0, "csmd_sigma_dex": 0.5, "csmd_z_min": 6.0, "csmd_z_max": 12.0, "fmr_alpha": 0.66,
           "fmr_slope": 0.43, "fmr_intercept": -4.11, "fmr_sigma_dex": 0.13, "fmr_z_min": 4.0, "fmr_z_max": 8.0,
           "mzr_shift_dex": 0.16, "shmr_sigma_dex": 0.31, "sfrd_window": "trailing",
           "sfrd_window_myr": 100.0, "sfrd_cuts_log10": [-1.0, -2.0, -3.0],
           "csmd_cuts_log10": [7.0, 6.0, 5.0]}


def sfrd_table():
    """(z, log10 SFRD) of the observations with which runs are compared."""
    table = pathlib.Path(__file__).resolve().parents[2] / "params/observations/liu2025_table2_sfrd.csv"
    rows = [line.split(",") for line in table.read_text().splitlines() if not line.startswith("#")]
    return [(float(row[0]), float(row[1])) for row in rows[1:]]


def light(file, sfrd):
    """Deaths and light in proportion to star formation."""
    for name, per_msun in (("ccsn", 1e-2), ("fsn", 1e-3), ("ppisn", 3e-4), ("pisn", 1e-4), ("dbh", 0), ("ia", 1e-3)):
        file[f"history/{name}_rate_yr_cmpc3"] = per_msun * sfrd
    for name, per_sfr in (("ionising", 3e53), ("lyman_werner", 4e53)):
        for population, part in (("ii", 1.0), ("iii", 1e-3)):
            file[f"history/{name}_emissivity_{population}_s_cmpc3"] = per_sfr * part * sfrd
    for population, part in (("", 1.0), ("iii_", 1e-3)):
        file[f"history/uv_luminosity_density_{population}erg_s_hz_cmpc3"] = 1e28 * part * sfrd


def populations(file):
    """Light that fades and deaths that add up, in all metallicities alike."""
    age = np.logspace(-1, 2.3, 67)
    fates = [b"WD", b"ECSN", b"CCSN", b"FSN", b"PPISN", b"PISN", b"DBH"]
    file["populations/fates"] = fates
    for name, metallicity in (("ii", np.array([1e-4, 4e-3, 0.02])), ("iii", np.array([1e-11]))):
        group = file.create_group(f"populations/{name}")
        group["metallicity"], group["age_myr"] = metallicity, age
        faded, dead = np.exp(-age / 5), 1 - np.exp(-np.maximum(age - 2, 0) / 10)
        for key, birth in (("q_ion_per_s_msun", 1e47), ("q_lw_per_s_msun", 8e46), ("l_uv_erg_s_hz_msun", 2e21)):
            group[key] = birth * np.tile(faded, (metallicity.size, 1))
        for key, end in (("returned_per_msun", 0.2), ("metals_per_msun", 0.03), ("oxygen_per_msun", 0.02),
                         ("e_sn_erg_msun", 1e49)):
            group[key] = end * np.tile(dead, (metallicity.size, 1))
        shares = 10.0 ** -np.arange(2, 2 + len(fates))
        group["deaths_per_msun"] = np.tile(dead[:, None] * shares, (metallicity.size, 1, 1))


UNITS = {"z": "-", "weight_per_cmpc3": "cMpc^-3", "oh_young": "dex", "_msun": "Msun", "_msun_yr": "Msun yr^-1",
         "_msun_yr_cmpc3": "Msun yr^-1 cMpc^-3", "_msun_cmpc3": "Msun cMpc^-3"}


def describe(name, item):
    """Unit and description of a dataset; the unit of what this list does not know is left out."""
    if isinstance(item, h5py.Dataset):
        ends = [end for end in UNITS if name.endswith(end)]
        item.attrs["description"] = f"An invented {name.rsplit('/', 1)[1]}."
        if ends:
            item.attrs["unit"] = UNITS[max(ends, key=len)]


def main(folder, empty):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    z = np.linspace(20, 4.5, 60)
    volume = 1647.0
    cuts = {"sfrd": OBSERVE["sfrd_cuts_log10"], "csmd": OBSERVE["csmd_cuts_log10"]}
    history = {name: np.zeros(z.size) for name in (
        "sfrd_msun_yr_cmpc3", "sfrd_detectable_msun_yr_cmpc3", "csmd_msun_cmpc3", "csmd_detectable_msun_cmpc3",
        "sfrd_step_msun_yr_cmpc3", "sfrd_metal_poor_msun_yr_cmpc3", "sfrd_iii_msun_yr_cmpc3",
        "n_detectable_cmpc3", "n_massive_cmpc3", "n_galaxies_cmpc3",
        *(f"sfrd_log10_sfr_above_{c:g}_msun_yr_cmpc3" for c in cuts["sfrd"]),
        *(f"csmd_log10_m_star_above_{c:g}_msun_cmpc3" for c in cuts["csmd"]))}
    with h5py.File(folder / "run.h5", "w") as file:
        for level, at in enumerate(z):
            n = 0 if empty else 1500
            log_h = rng.uniform(8, 11.9, n)  # weights follow a mass function with a cut-off that moves with time
            cut_off = 12.2 - 0.16 * (at - 4.5)
            weight = 60.0 / max(n, 1) * 10 ** (-0.9 * (log_h - 8) - 10 ** (log_h - cut_off))
            log_m = 1.46 * log_h - 7.3 + 0.12 * rng.normal(size=n)
            log_sfr = log_m - 8.5 + 0.03 * (at - 6) + 0.3 * rng.normal(size=n)
            oh = 0.35 * (log_m - 0.66 * log_sfr) - 3.56 - 0.1 * (at > 8) + 0.24 * rng.normal(size=n)
            oh[log_sfr < -3] = np.nan
            sfr, m = 10**log_sfr, 10**log_m
            bright, massive = log_sfr > -0.5, log_m > 8
            history["sfrd_msun_yr_cmpc3"][level] = (weight * sfr).sum()
            history["sfrd_detectable_msun_yr_cmpc3"][level] = (weight * sfr)[bright].sum()
            history["sfrd_step_msun_yr_cmpc3"][level] = (weight * sfr).sum()
            history["sfrd_metal_poor_msun_yr_cmpc3"][level] = (weight * sfr)[oh < -1].sum()
            history["sfrd_iii_msun_yr_cmpc3"][level] = 1e-3 * (weight * sfr).sum()
            history["csmd_msun_cmpc3"][level] = (weight * m).sum()
            history["csmd_detectable_msun_cmpc3"][level] = (weight * m)[massive].sum()
            history["n_detectable_cmpc3"][level] = weight[bright].sum()
            history["n_galaxies_cmpc3"][level] = weight.sum()
            history["n_massive_cmpc3"][level] = weight[massive].sum()
            for c in cuts["sfrd"]:
                history[f"sfrd_log10_sfr_above_{c:g}_msun_yr_cmpc3"][level] = (weight * sfr)[log_sfr > c].sum()
            for c in cuts["csmd"]:
                history[f"csmd_log10_m_star_above_{c:g}_msun_cmpc3"][level] = (weight * m)[log_m > c].sum()
            group = file.create_group(f"galaxies/level_{level:03d}")
            group.attrs.update(level=level, redshift=at, age_myr=100 + 20 * level, step_myr=20.0, galaxies=n)
            properties = {"m_star_msun": m, "m_vir_msun": 10**log_h, "sfr_10_msun_yr": sfr, "oh_young": oh,
                          "weight_per_cmpc3": weight, "r_vir_kpc": 40 * 10 ** ((log_h - 12) / 3),
                          "r_galaxy_kpc": 2.4 * 10 ** ((log_h - 12) / 3)}
            for name, values in properties.items():
                group[name] = values
        for name, values in {"z": z, **history}.items():
            file[f"history/{name}"] = values
        light(file, history["sfrd_msun_yr_cmpc3"])
        populations(file)
        file.attrs.update(format="cecropia run", schema=1)
        file.visititems(describe)
    (folder / "run.json").write_text(json.dumps({
        "schema": 1,
        "comparison": {"sfrd": [{"z": z, "log10_observed": value, "used": z < 9.5 and not empty}
                                for z, value in sfrd_table()]},
        "parameters": {"observe": OBSERVE, "cosmology": {"omega_m": 0.3089, "omega_b": 0.0486, "h": 0.6774}},
        "trees": {"volume_cmpc3": volume}}))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), "--empty" in sys.argv)
