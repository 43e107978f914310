"""Columns of a run's galaxies that observers use and run.h5 does not hold, because they follow from those it does."""
import numpy as np

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

    NaN where a galaxy has no stars, no young stars, no radius. Needs m_star_msun, sfr_10_msun_yr and oh_young; a name
    that the table does not have is a Trouble.
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
    return more
