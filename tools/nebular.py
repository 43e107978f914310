"""Ionising photons, Hbeta, star-formation rates and direct metallicities as the observers convert them. CGS; equations
and sources: docs/theory/observers.md."""
import numpy as np

PHOTONS_PER_HBETA_ERG = 2.1e12   # case B: Morishita et al. (2025) eq. 6
SFR_PER_HBETA = 13.16e-42        # Msun/yr per erg/s, Chabrier IMF: Li et al. (2025) eq. 4
SFR_PER_UV = 1.4e-28 * 0.63      # Msun/yr per erg/s/Hz at 1600 A, Chabrier: Morishita et al. (2025) eq. 4
CALIBRATION_SHIFT = {"C24": 0.0, "literature": -0.2}  # dex: what Li et al. (2025) add to older strong-line values


AB_ZERO_ERG_S_HZ = 4 * np.pi * (10 * 3.0856775814913673e18) ** 2 * 10 ** (-48.6 / 2.5)  # L_nu of M_AB = 0: LIT-2


def l_nu_erg_s_hz(m_ab):
    """Luminosity per frequency of an absolute AB magnitude."""
    return AB_ZERO_ERG_S_HZ * 10 ** (-0.4 * np.asarray(m_ab))


def hbeta_erg_s(n_lyc_per_s, f_esc=0.0):
    """Hbeta of the ionising photons that do not escape."""
    return (1 - f_esc) * np.asarray(n_lyc_per_s) / PHOTONS_PER_HBETA_ERG


def n_lyc_per_s(hbeta, f_esc=0.0):
    return PHOTONS_PER_HBETA_ERG * np.asarray(hbeta) / (1 - f_esc)


def sfr_msun_yr(hbeta):
    return SFR_PER_HBETA * np.asarray(hbeta)


def on_te_scale(oh12, calibration):
    """A metallicity of another calibration on the scale of Chakraborty et al. (2024)."""
    return np.asarray(oh12) + CALIBRATION_SHIFT[calibration]


def log10_xi_ion(n_lyc, l_uv_erg_s_hz):
    """Ionising photons per ultraviolet light [Hz/erg]."""
    return np.log10(np.asarray(n_lyc) / np.asarray(l_uv_erg_s_hz))


def ew_hbeta_angstrom(hbeta, l_uv_erg_s_hz, beta_uv=-2.0):
    """Rest-frame equivalent width [Angstrom] of Hbeta over a stellar continuum L_lambda ~ lambda^beta_uv from 1500
    Angstrom on: a proxy (CHOICE), without nebular continuum and without old stars."""
    light_cm_s, uv, line = 2.99792458e10, 1500.0, 4862.7  # the line in vacuum
    at_uv = np.asarray(l_uv_erg_s_hz) * light_cm_s / (uv * 1e-8) ** 2 * 1e-8  # erg/s/Angstrom
    return np.asarray(hbeta) / (at_uv * (line / uv) ** beta_uv)


def attenuation_1600(beta_uv):
    """A_1600 [mag] of the slope of the ultraviolet continuum, not below 0: Morishita et al. (2025) eq. 3."""
    return np.maximum(0.0, 4.43 + 1.99 * np.asarray(beta_uv))


def auroral_ratio(f4363_over_hgamma, hbeta_over_f4959_5007):
    """[OIII]4363 over [OIII]4959+5007 from ratios to the nearest Balmer lines, Hbeta/Hgamma = 2.1: Li et al. (2025)
    eq. 1. No dust enters."""
    return np.asarray(f4363_over_hgamma) * np.asarray(hbeta_over_f4959_5007) / 2.1


def te_k(f4959_5007_over_f4363, n_e_cm3=0.0):
    """Electron temperature [K] of O++: Morishita et al. (2025) eq. 2 (Osterbrock & Ferland 2006), solved by iteration;
    n_e = 0 is the limit of low density."""
    ratio, t = np.asarray(f4959_5007_over_f4363, float), 1.5e4
    for _ in range(100):
        t = 3.29e4 / np.log(ratio * (1 + 4.5e-4 * n_e_cm3 / np.sqrt(t)) / 7.90)
    return t


def n_e_cm3(i3729_over_i3726, te):
    """Electron density [cm^-3]: Morishita et al. (2025) eq. 1 with the exponent +1/2 that gives their number (CHOICE:
    they print -1/2)."""
    r = np.asarray(i3729_over_i3726)
    return (638.4 * r - 0.3771 * 2468) / (0.3771 - r) * np.sqrt(np.asarray(te) / 1e4)


def direct_oh12(f4959_5007_over_hbeta, f3727_over_hbeta, te_opp_k, te_op_k, n_e=0.0):
    """12 + log10 of O++/H+, O+/H+ and their sum: Izotov et al. (2006), eqs. 3 and 5."""
    t3, t2 = te_opp_k / 1e4, te_op_k / 1e4
    opp = np.log10(f4959_5007_over_hbeta) + 6.200 + 1.251 / t3 - 0.55 * np.log10(t3) - 0.014 * t3
    x = 1e-4 * n_e / np.sqrt(t2)
    op = np.log10(f3727_over_hbeta) + 5.961 + 1.676 / t2 - 0.40 * np.log10(t2) - 0.034 * t2 + np.log10(1 + 1.35 * x)
    return opp, op, np.log10(10 ** opp + 10 ** op)
