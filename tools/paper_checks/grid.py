"""A grid in alpha_out, M_out0 and m_max as the checks ask it."""
import json

import numpy as np

from plot_data import Trouble
from scan_data import Scan, below

from .answers import NoValue
from .paper_run import known

ALPHA, M_OUT0, M_MAX = "feedback.alpha_out", "feedback.m_out0_msun", "stars.imf2_max_msun"


class Grid:
    """A finished scan of these three parameters. `scan` is all of it; rows are points."""

    def __init__(self, folder):
        self.scan = Scan(folder)
        try:
            self.alpha, self.m_out0, self.m_max = (self.scan.parameters[name].astype(float)
                                                   for name in (ALPHA, M_OUT0, M_MAX))
        except KeyError as error:
            raise Trouble(f"{folder} is no grid in {ALPHA}, {M_OUT0} and {M_MAX}: it lacks {error}") from error
        self.program = json.loads((self.scan.folder / "scan.json").read_text())["program"]
        self.axes = [np.unique(axis) for axis in (self.alpha, self.m_out0, self.m_max)]

    def best(self, name, alpha=None, m_out0=None, m_max=None):
        """Row of the highest log10 L of a constraint among the points with these values."""
        row = self.scan.best_of(name, self.chosen(alpha, m_out0, m_max))
        if row is None:
            raise NoValue(f"no point with alpha_out = {alpha}, M_out0 = {m_out0}, m_max = {m_max} has log10 L_{name}")
        return row

    def chosen(self, alpha=None, m_out0=None, m_max=None):
        rows = np.ones(self.alpha.size, bool)
        for axis, value in ((self.alpha, alpha), (self.m_out0, m_out0), (self.m_max, m_max)):
            if value is not None:
                rows &= np.isclose(axis, value, rtol=1e-9)
        return rows

    def log10(self, name, row):
        """log10 L of a point; NoValue if it has none."""
        return known(float(self.scan.log10[name][row]), f"log10 L_{name} of {self.words(row)}")

    def highest(self, name, alpha=None):
        return self.log10(name, self.best(name, alpha))

    def at_sigma(self, name, row, sigmas):
        """log10 L of a point if every residual were so many sigma (OBS-17); NoValue if it has none."""
        return known(float(below(self.scan.log10_max[name][row], sigmas)), f"the highest log10 L_{name}")

    def value(self, name, alpha, m_out0, m_max):
        """log10 L at these values; NoValue without such a point."""
        rows = np.flatnonzero(self.chosen(alpha, m_out0, m_max))
        if rows.size != 1:
            raise NoValue(f"the grid has no point {alpha}, {m_out0:g}, {m_max:g}")
        return self.log10(name, rows[0])

    def of_m_max(self, name, alpha, m_out0):
        """log10 L along the axis of m_max."""
        return np.array([self.value(name, alpha, m_out0, m) for m in self.axes[2]])

    def best_csfh_m_out0(self, alpha, m_max):
        """M_out0 [Msun] of the best point by CSFH with this alpha_out and m_max."""
        return float(self.m_out0[self.best("csfh", alpha=alpha, m_max=m_max)])

    def words(self, row):
        """A point in words: '0, 3e9, 250'."""
        return f"{self.alpha[row]:g}, {self.m_out0[row] / 1e9:g}e9, {self.m_max[row]:g}"
