"""Columns of a run's galaxies that observers use and run.h5 does not hold, because they follow from those it does."""
import numpy as np

import nebular
from metal_relations import SOLAR_OH12, compactness, fmr_residual, mu
from plot_data import log10

LIGHT, GAS = "r_half_light_kpc", "r_galaxy_kpc"


def radius_of(table):
    """Which column of a table of galaxies is their radius: that of half of the light where the model has it, else that
    of the star-forming gas; None if neither was written."""
    found = [name for name in (LIGHT, GAS) if name in table and np.any(np.asarray(table[name]) > 0)]
    return found[0] if found else None


def with_observed(table):
    """The table of galaxies (of Run.level, Run.galaxies) with further columns:

    log10_m_star, log10_sfr    [log10 Msun], [log10 Msun/yr], the latter over 10 Myr
    oh12                       12 + log10(O/H) of young stars
    mu                         log10_m_star - 0.66 log10_sfr
    fmr_offset_dex             oh12 above 0.43 mu + 4.58 (Andrews & Martini 2013)
    log10_r_pc                 radius of half of the ultraviolet light, or of the star-forming gas: see its description
    compactness                0.21 log10_m_star - log10_r_pc (Langeroodi & Hjorth 2023)

    and if the run wrote what they need (output.properties; the photons of discs and bathtubs are 0)

    tau_acc_myr, tau_depl_myr  gas over inflow, gas over star formation, both over the level's step (BTH-10); gas is
                               m_cold_msun. With inflow_step_msun_yr and sfr_step_msun_yr
    eps_acc                    star formation over inflow
    log10_xi_ion               ionising photons per ultraviolet light [Hz/erg], intrinsic. With q_ion_per_s and
                               l_uv_erg_s_hz
    hbeta_erg_s                luminosity of Hbeta if no photon escapes; sfr_hbeta_msun_yr and ew_hbeta_angstrom of it
                               (docs/theory/observers.md)

    NaN where a galaxy has no stars, no young stars, no radius, no inflow, no light. Needs m_star_msun, sfr_10_msun_yr
    and oh_young; a name that the table does not have is a Trouble.
    """
    log_m, log_sfr = log10(table["m_star_msun"]), log10(table["sfr_10_msun_yr"])
    oh12, radius = np.asarray(table["oh_young"]) + SOLAR_OH12, radius_of(table)
    log_r = log10(np.asarray(table[radius]) * 1e3) if radius else np.full(table.rows, np.nan)
    what = {LIGHT: "half of the light at 1500 Angstrom", GAS: "the star-forming gas", None: "nothing: none was written"}
    more = table.like({name: table[name] for name in table})
    for name, column, unit, words in (
            ("log10_m_star", log_m, "log10 Msun", "log10 of the mass of all stars ever formed"),
            ("log10_sfr", log_sfr, "log10 Msun/yr", "log10 of the star-formation rate over 10 Myr"),
            ("oh12", oh12, "dex", "12 + log10(O/H) of young stars"),
            ("mu", mu(log_m, log_sfr), "dex", "log10_m_star - 0.66 log10_sfr"),
            ("fmr_offset_dex", fmr_residual(oh12, log_m, log_sfr), "dex", "oh12 above the fundamental relation"),
            ("log10_r_pc", log_r, "log10 pc", f"log10 of the radius of {what[radius]}"),
            ("compactness", compactness(log_m, log_r), "dex", "0.21 log10_m_star - log10_r_pc")):
        more.add(name, column, unit, words)
    if {"inflow_step_msun_yr", "sfr_step_msun_yr", "m_cold_msun"} <= set(table):
        add_times(more, table)
    if {"q_ion_per_s", "l_uv_erg_s_hz"} <= set(table):
        add_photons(more, table)
    return more


def over(a, b):
    """a/b; NaN where b is not above 0."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    return np.divide(a, b, out=np.full(b.shape, np.nan), where=b > 0)


def add_times(more, table):
    gas, inflow, stars = table["m_cold_msun"], table["inflow_step_msun_yr"], table["sfr_step_msun_yr"]
    more.add("tau_acc_myr", over(gas, inflow) / 1e6, "Myr", "cold gas over inflow, the latter over the level's step")
    more.add("tau_depl_myr", over(gas, stars) / 1e6, "Myr", "cold gas over star formation over the level's step")
    more.add("eps_acc", over(stars, inflow), "-", "star formation over inflow, both over the level's step")


def add_photons(more, table):
    photons, light = np.asarray(table["q_ion_per_s"], float), np.asarray(table["l_uv_erg_s_hz"], float)
    hbeta = nebular.hbeta_erg_s(photons)
    more.add("log10_xi_ion", log10(over(photons, light)), "log10 Hz erg^-1", "ionising photons per ultraviolet light")
    more.add("hbeta_erg_s", hbeta, "erg s^-1", "Hbeta if no ionising photon escapes")
    more.add("sfr_hbeta_msun_yr", nebular.sfr_msun_yr(hbeta), "Msun yr^-1", "what an observer would say of hbeta_erg_s")
    lit = np.where(light > 0, light, np.nan)
    more.add("ew_hbeta_angstrom", nebular.ew_hbeta_angstrom(hbeta, lit), "Angstrom",
             "equivalent width of hbeta_erg_s over starlight, a proxy")
