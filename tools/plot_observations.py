"""Observed densities as they are drawn beside runs and scans."""
import numpy as np
from matplotlib.lines import Line2D

from cecropia_files import read_table, shipped_observations
from cecropia_scan import SFRD_TABLE  # noqa: F401  named here with the other tables
from plot_style import BLACK, GREY, ORANGE, PURPLE, VERMILION

SFRD_FIT = "liu2025_eq13_sfrd_fit.csv"
CSMD_FIT, MZR_TABLE = "liu2025_eq14_csmd.csv", "liu2025_eq16_mzr.csv"
SFRD_VALUE, SFRD_ERRORS = "log10_sfrd_Msun_per_yr_per_cMpc3", ("err_lo_dex", "err_hi_dex")
PLANE_TABLE, SIZE_TABLE = "liu2025_eq17_plane.csv", "langeroodi2023_size_fits.csv"
MEDIAN_LOG10_M_STAR = 8.3  # [Msun] of the observed galaxies with a metallicity, Liu et al. (2025), section 5.2
STYLES = [("Bouwens", "^", ORANGE), ("Donnan", "s", VERMILION), ("Harikane", "D", PURPLE)]


def shipped(table, key, name):
    """The record of a shipped table whose column `key` says `name`; folders of one's own need not have it."""
    return next(record for record in read_table(shipped_observations() / table) if record[key] == name)


def observed_plane(data="observed"):
    """z0, a, b and z0_err of [O/H] = z0 + a log10 M_* + b (1 + z); data: "observed", or "corrected" for the SFR bias of
    the samples (Liu et al. 2025, eq. 17)."""
    return shipped(PLANE_TABLE, "data", data)


def observed_oh(log10_m_star, z, shift_dex=0.0, data="observed"):
    """[O/H] [dex] of that plane at a stellar mass [Msun] and redshift, shifted by observe.mzr_shift_dex (OBS-12)."""
    p = observed_plane(data)
    return p["z0"] + shift_dex + p["a"] * log10_m_star + p["b"] * (1 + z)


def coefficients(table):
    return {row["parameter"]: row["value"] for row in table}


def draw_points(axes, points, is_used, marker, colour, label):
    """Observed SFRD with error bars; open symbols did not enter the likelihood. Returns whether all of them did."""
    used = np.array([is_used(p["z"], p[SFRD_VALUE]) for p in points])
    for chosen, face in ((used, colour), (~used, "white")):
        mine = [p for p, this in zip(points, chosen) if this]
        axes.errorbar([p["z"] for p in mine], [p[SFRD_VALUE] for p in mine],
                      yerr=[[p[e] for p in mine] for e in SFRD_ERRORS],
                      fmt=marker, color=colour, mfc=face, mec=BLACK if face == colour else colour,
                      mew=0.5 if face == colour else 1.2, ms=5, elinewidth=1, capsize=2, zorder=5)
    axes.plot([], [], marker, color=colour, mec=BLACK, mew=0.5, ms=5, label=label)
    return used.all()


def draw_observed_sfrd(axes, fit, points, is_used, colour=None):
    """OBS-4 and the points of the table `points`, of which is_used(z, log10 SFRD) entered the likelihood; all in one
    `colour` where others mean something else. Returns further entries of the legend."""
    fit = coefficients(fit)
    z = np.array([fit["z_min"], fit["z_max"]])
    axes.plot(z, fit["slope"] * z + fit["intercept"], color=colour or VERMILION, ls=(0, (5, 2, 1, 2)),
              lw=1.3, label="fit, Liu+25 eq. 13")
    groups = [([p for p in points if str(p["reference"]).startswith(author)], marker, colour or own, f"{author}+")
              for author, marker, own in STYLES]
    known = tuple(author for author, _, _ in STYLES)
    groups.append(([p for p in points if not str(p["reference"]).startswith(known)], "o", GREY, "other data"))
    if all([draw_points(axes, mine, is_used, *style) for mine, *style in groups if mine]):
        return []
    return [Line2D([], [], ls="none", marker="o", mfc="white", mec=GREY, mew=1.2, ms=5,
                   label="open: not in the likelihood")]


def draw_observed_csmd(axes, fit, observe):
    """OBS-5 and its uncertainty, where it is compared."""
    fit, sigma = coefficients(fit), observe["csmd_sigma_dex"]
    z = np.linspace(observe["csmd_z_min"], observe["csmd_z_max"], 50)
    observed = fit["a0"] + fit["a1"] * z + fit["a2"] * z**2
    axes.fill_between(z, observed - sigma, observed + sigma, color=ORANGE, alpha=0.3, lw=0)
    axes.plot(z, observed, color=VERMILION, ls=(0, (6, 2)), label=rf"Donnan+25 (Liu+25 eq. 14), $\pm$ {sigma:g} dex")
