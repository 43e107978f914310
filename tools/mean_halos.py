"""Halos on average, in Python: how they grow and how many there are. The same equations as in the program, with the
labels of docs/theory/cosmology.md and docs/theory/halos.md. Masses Msun, times Myr, densities per comoving Mpc^3, no h.
"""
import functools

import numpy as np

from cecropia_files import Trouble

NEEDED = ("omega_m", "omega_b", "h", "sigma_8", "n_s")
T_CMB_K = 2.7255
MYR_PER_H = 3.0856775814913673e17 / 3.15576e13  # 1/(100 km/s/Mpc) in Myr
RHO_CRIT = 2.77536627e11  # critical density over h^2 [Msun/Mpc^3]
GROWTH_MSUN_YR, GROWTH_POWER, GROWTH_Z = 46.1, 1.1, 1.11  # HAL-7


class MeanHalos:
    """Halos in a flat universe; `cosmology` holds the names of NEEDED, as the section of a parameter file does."""

    def __init__(self, cosmology):
        missing = [name for name in NEEDED if name not in cosmology]
        if missing:
            raise Trouble(f"the cosmology has no {', '.join(missing)}: give all of {', '.join(NEEDED)} in the section "
                          "cosmology of the parameter file")
        self.omega_m, self.omega_b, self.h, self.sigma_8, self.n_s = (float(cosmology[name]) for name in NEEDED)
        self.omega_l = 1 - self.omega_m
        self.baryon_fraction = self.omega_b / self.omega_m
        self.rho_m = RHO_CRIT * self.h ** 2 * self.omega_m

    # --- the background -------------------------------------------------------------------------------------------
    def hubble(self, z):
        """H(z)/H_0 (COS-1)."""
        return np.sqrt(self.omega_m * (1 + np.asarray(z, float)) ** 3 + self.omega_l)

    @property
    def _clock(self):
        return 1.5 * np.sqrt(self.omega_l) * self.h / MYR_PER_H

    def age_myr(self, z):
        """Age of the universe (COS-2)."""
        return np.arcsinh(np.sqrt(self.omega_l / self.omega_m) * (1 + np.asarray(z, float)) ** -1.5) / self._clock

    def redshift_at(self, age_myr):
        """The redshift at which the universe has this age (COS-2)."""
        sinh = np.sinh(self._clock * np.asarray(age_myr, float))
        return (np.sqrt(self.omega_m / self.omega_l) * sinh) ** (-2 / 3) - 1

    # --- growth ---------------------------------------------------------------------------------------------------
    def growth_msun_yr(self, m_msun, z):
        """Mean growth rate of a halo (HAL-7: Fakhouri et al. 2010, as in Toyouchi et al. 2025, eq. 11)."""
        return GROWTH_MSUN_YR * (m_msun / 1e12) ** GROWTH_POWER * (1 + GROWTH_Z * z) * self.hubble(z)

    def mass_msun(self, m_known_msun, z_known, z):
        """Mass at z of a halo that grows so and has m_known at z_known: the closed form (HAL-8). A Trouble where it
        would have become infinitely heavy on the way."""
        p = GROWTH_POWER - 1
        per_z = p * GROWTH_MSUN_YR * 1e-12 * MYR_PER_H * 1e6 / self.h
        z = np.asarray(z, float)
        way = GROWTH_Z * (z - z_known) - (GROWTH_Z - 1) * np.log((1 + z) / (1 + z_known))
        power = (np.asarray(m_known_msun, float) / 1e12) ** -p + per_z * way
        if np.any(power <= 0):
            raise Trouble(f"no halo of the mean growth has {m_known_msun:g} Msun at z = {z_known:g} and is still "
                          "finite at the last redshift: end earlier")
        return 1e12 * power ** (-1 / p)

    # --- abundance ------------------------------------------------------------------------------------------------
    def transfer(self, k_h_mpc):
        """Transfer function without wiggles at k [h/Mpc] (PWR-1: Eisenstein & Hu 1998)."""
        m, b, theta = self.omega_m * self.h ** 2, self.omega_b * self.h ** 2, T_CMB_K / 2.7
        s = 44.5 * np.log(9.83 / m) / np.sqrt(1 + 10 * b ** 0.75)
        part = b / m
        alpha = 1 - 0.328 * np.log(431 * m) * part + 0.38 * np.log(22.3 * m) * part ** 2
        gamma = self.omega_m * self.h * (alpha + (1 - alpha) / (1 + (0.43 * k_h_mpc * self.h * s) ** 4))
        q = k_h_mpc * theta ** 2 / gamma
        log, c = np.log(2 * np.e + 1.8 * q), 14.2 + 731 / (1 + 62.5 * q)
        return log / (log + c * q ** 2)

    @functools.cached_property
    def _variance(self):
        """ln M, ln sigma at z = 0 (PWR-2), from a plain sum over wave numbers."""
        k = np.geomspace(1e-4, 1e4, 8000)  # 1/Mpc
        ln_k = np.log(k)
        spectrum = k ** (3 + self.n_s) * self.transfer(k / self.h) ** 2

        def sigma(radius):
            x = k * radius
            window = np.where(x < 1e-3, 1 - x ** 2 / 10, 3 * (np.sin(x) - x * np.cos(x)) / x ** 3)
            y = spectrum * window ** 2
            return np.sqrt(np.sum((y[1:] + y[:-1]) / 2 * np.diff(ln_k)))

        ln_m = np.linspace(np.log(1e6), np.log(1e16), 231)
        radius = (3 * np.exp(ln_m) / (4 * np.pi * self.rho_m)) ** (1 / 3)
        return ln_m, np.log(self.sigma_8 / sigma(8 / self.h) * np.array([sigma(r) for r in radius]))

    def growth_factor(self, z):
        """Linear growth since z, 1 today (COS-4)."""
        def of(z_one):
            u = np.linspace(0, (1 + z_one) ** -0.5, 4001)[1:]
            y = 2 * u * (u / np.sqrt(self.omega_m + self.omega_l * u ** 6)) ** 3
            return self.hubble(z_one) * (np.sum((y[1:] + y[:-1]) / 2 * np.diff(u)) + y[0] * u[0] / 2)
        return of(float(z)) / of(0.0)

    def sheth_tormen(self, m_msun, z):
        """dn/dlog10 M of Sheth & Tormen (1999) (PWR-3), for masses of 1e6 to 1e16 Msun."""
        ln_m, ln_sigma = self._variance
        wanted = np.log(np.asarray(m_msun, float))
        if np.any(wanted < ln_m[0]) or np.any(wanted > ln_m[-1]):
            raise Trouble("the number of halos is known from 1e6 to 1e16 Msun")
        sigma = np.exp(np.interp(wanted, ln_m, ln_sigma))
        alpha = np.interp(wanted, ln_m, -np.gradient(ln_sigma, ln_m))
        nu, a, p = 1.686 / (self.growth_factor(z) * sigma), 0.707, 0.3
        per_ln_m = 0.3222 * np.sqrt(2 * a / np.pi) * (1 + (a * nu ** 2) ** -p) * nu * np.exp(-a * nu ** 2 / 2)
        return np.log(10) * self.rho_m / np.asarray(m_msun, float) * alpha * per_ln_m
