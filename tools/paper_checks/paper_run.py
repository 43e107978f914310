"""A run as the checks ask it: relations, densities at a redshift, galaxies with the columns of a question."""
import copy

import h5py
import numpy as np

from plot_data import Run, line_fit, log10

from .answers import NoValue

BOX_CMPC3 = (8 / 0.6774) ** 3  # the paper's box
EVERY_HALO = -1.0  # as a cut in SFR: galaxies without stars count, too


def known(values, what):
    """The values, a number or an array; NoValue, which calls them `what`, if one is NaN: every comparison would be
    false."""
    if np.isnan(values).any():
        raise NoValue(f"{what} is no number")
    return values


class PaperRun(Run):
    """A finished run."""

    def number(self, section, name):
        """A number of run.json, e.g. ("relations", "fmr_z4_8_slope"); NoValue if it could not be derived."""
        value = self.json[section].get(name)
        if value is None:
            raise NoValue(f"{self.folder.name} has no {section}.{name}")
        return known(float(value), f"{section}.{name} of {self.folder.name}")

    def relation(self, name):
        """A number of run.json's relations by its name there, in its unit (docs/output.md)."""
        return self.number("relations", name)

    def likelihood(self, name):
        """log10 L of a term, by its name without log10_."""
        return self.number("likelihood", "log10_" + name)

    def log10_at(self, name, z):
        """log10 of a history column at a redshift, linear in log10 between levels; -inf where there is nothing."""
        levels, values = self.column("z"), log10(known(self.column(name), f"{name} of {self.folder.name}"))
        if not levels.min() - 1e-6 <= z <= levels.max():
            raise NoValue(f"{self.folder.name} has no level at z = {z:g}")
        value = np.interp(-z, -levels, np.where(np.isnan(values), -np.inf, values))
        return float(value) if np.isfinite(value) else -np.inf

    def rows(self, z_min, z_max):
        """Rows of the history with z in [z_min, z_max]."""
        z = self.column("z")
        found = np.flatnonzero((z >= z_min - 1e-6) & (z <= z_max + 1e-6))
        if not found.size:
            raise NoValue(f"{self.folder.name} has no level with z = {z_min:g} to {z_max:g}")
        return found

    def compared(self, what):
        """Entries of comparison.sfrd or .csmd with the residual, log10 simulated - observed; -inf without galaxies."""
        place = f"comparison.{what} of {self.folder.name}"
        return [{**e, "residual": -np.inf if e["log10_simulated"] is None
                 else known(e["log10_simulated"] - e["log10_observed"], place)} for e in self.json["comparison"][what]]

    def galaxies_with(self, fields, z_min, z_max, sfr_min=EVERY_HALO, closed=True):
        """As galaxies(), with further columns of the catalogue under their own names."""
        asked = copy.copy(self)
        asked.GALAXY_FIELDS = {**self.GALAXY_FIELDS, **{name: name for name in fields}}
        found = asked.galaxies(z_min, z_max, sfr_min, closed)
        if not found["levels"] or not found["weight"].size:
            raise NoValue(f"{self.folder.name} has no such galaxies with z = {z_min:g} to {z_max:g}")
        return found

    def detectable(self, z_min, z_max, fields=(), closed=True):
        """Galaxies above the cut in SFR."""
        return self.galaxies_with(fields, z_min, z_max, self.observe["sfr_min_msun_yr"], closed)

    def level_groups(self, z_min, z_max):
        """[(row of the history, {column: values})] of the catalogues of a redshift range, from high to low z."""
        z = self.column("z")
        with h5py.File(self.folder / "run.h5") as file:
            return [(level, {key: column[()] for key, column in file["galaxies"][name].items()})
                    for name, level in self.levels.items() if z_min - 1e-6 <= z[level] <= z_max + 1e-6]


def oh_line(galaxies, chosen):
    """Line [O/H](log10 M_*), light-cone weights, of the chosen galaxies with a metallicity: slope, intercept, rms."""
    keep = chosen & np.isfinite(galaxies["oh_young"]) & (galaxies["m_star"] > 0)
    line = line_fit(np.log10(galaxies["m_star"][keep]), galaxies["oh_young"][keep], galaxies["light_cone"][keep])
    if line is None:
        raise NoValue(f"{keep.sum()} galaxies are too few for a line")
    return line


def weighted_mean(values, weights):
    if not weights.sum() > 0:
        raise NoValue("no galaxy to average over")
    return float(np.average(values, weights=weights))
