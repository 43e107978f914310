"""Stellar tables (cecropia tables build) and their averages over an initial mass function."""
import h5py
import numpy as np

from plot_data import Trouble

METALS_FROM = 2  # slots H, He, then metals


class Tables:
    """Stars by metallicity (rows) and mass (columns); masses in Msun, energies in erg, times in Myr."""

    def __init__(self, path):
        with h5py.File(path) as file:
            self.z, self.m = file["grid/z"][()], file["grid/m"][()]
            self.slots = [name.decode() for name in file["grid/slots"][()]]
            names = [name.decode() for name in file["grid/fates"][()]]
            self.fate = np.array(names)[file["stars/fate"][()]]
            self.lifetime, self.energy = file["stars/lifetime"][()], file["stars/e_sn"][()]
            self.log_q, self.m_rem = file["stars/log10_q"][()], file["stars/m_rem_baryonic"][()]
            self.log_q_lw, self.log_l_uv = file["stars/log10_q_lw"][()], file["stars/log10_l_uv"][()]
            self.wind, self.sn = file["ejecta/wind"][()], file["ejecta/sn"][()]
        self.wind_metals = self.wind[..., METALS_FROM:].sum(axis=2)
        self.sn_metals = self.sn[..., METALS_FROM:].sum(axis=2)
        self.metals = self.wind_metals + self.sn_metals

    def at(self, z):
        """Row of the metallicity nearest in log10 Z."""
        return int(np.argmin(np.abs(np.log(self.z / z))))

    def element(self, name):
        i = self.slots.index(name)
        return self.wind[..., i] + self.sn[..., i]

    def range_of(self, row, *fates):
        """Smallest and largest initial mass with one of these fates; None without any."""
        masses = self.m[np.isin(self.fate[row], fates)]
        return (float(masses[0]), float(masses[-1])) if len(masses) else None


def open_tables(path):
    """Tables of a file; Trouble, with the remedy, if it is not one."""
    try:
        return Tables(path)
    except (OSError, KeyError) as error:
        raise Trouble(f"the tables {path} cannot be read ({error}): "
                      "make them with 'cecropia tables build --out FILE'") from error


class Kroupa:
    """Kroupa (2001) from 0.01 Msun, the slope above 0.5 Msun free; per Msun formed."""

    def __init__(self, m_max, slope=2.3, m_min=0.01):
        self.breaks, self.slopes = np.array([m_min, 0.08, 0.5, m_max]), np.array([0.3, 1.3, slope])
        self.norm = np.ones(3)
        for i in (1, 2):
            self.norm[i] = self.norm[i - 1] * self.breaks[i] ** (self.slopes[i] - self.slopes[i - 1])
        self.norm /= self.moment(1, m_min, m_max)

    def moment(self, power, low, high):
        """Integral of m^power dN/dm over [low, high] (arrays are fine)."""
        total = 0.0
        for a, b, slope, norm in zip(self.breaks[:-1], self.breaks[1:], self.slopes, self.norm):
            lo, hi = np.clip(low, a, b), np.clip(high, a, b)
            n = power - slope + 1
            total = total + norm * (np.log(hi / lo) if abs(n) < 1e-12 else (hi ** n - lo ** n) / n)
        return total

    def average(self, tables, values, above=5.0):
        """Sum over stars above `above` Msun of the nearest table star's value, per Msun formed."""
        edges = np.concatenate([[0.0], 0.5 * (tables.m[1:] + tables.m[:-1]), [np.inf]])
        number = self.moment(0, np.maximum(edges[:-1], above), np.maximum(edges[1:], above))
        return np.sum(number * values, axis=-1)
