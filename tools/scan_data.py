"""Reading what a scan leaves (scan.h5, best.json), and the likelihood that its models would have without residuals."""
import functools
import itertools
import json
import pathlib

import h5py
import numpy as np

from plot_data import Trouble, log10, observation
from plot_observations import MZR_TABLE, SFRD_ERRORS, SFRD_TABLE, SFRD_VALUE

# Mean of which observables a likelihood is (OBS-18, and the pair that best.json ranks as well).
PARTS = {"csfh": ("sfrd", "csmd"), "mzsfr": ("fmr", "mzr"), "csfh_mzsfr": ("csfh", "mzsfr"),
         "all": ("csfh", "mzsfr", "shmr")}
SUBSETS = 20000  # so many sets of observed redshifts are tried
MOST_ROWS = 1000  # of so many points the highest possible likelihood is asked for; more take long


@functools.lru_cache
def table_of(path, name):
    return observation({"observations_path": path}, name)


def log10_gaussian(residual, sigma):
    """OBS-1."""
    return -0.5 * np.log10(2 * np.pi * sigma**2) - residual**2 / (2 * sigma**2 * np.log(10))


def interpolate(z, values, at, rule):
    """OBS-8: z from high to low; NaN outside, or where a logarithm has no value."""
    if not z[-1] <= at <= z[0]:
        return np.nan
    late = int(np.argmax(z <= at))
    if late == 0 or z[late] == at:
        return values[late]
    share, ends = (at - z[late]) / (z[late - 1] - z[late]), values[[late, late - 1]]
    if rule != "log":
        return ends[0] + share * (ends[1] - ends[0])
    return 10 ** ((1 - share) * np.log10(ends[0]) + share * np.log10(ends[1])) if (ends > 0).all() else np.nan


class Scan:
    """The folder of a finished scan. Rows are points in the order of the design."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        try:
            with h5py.File(self.folder / "scan.h5") as file:
                points = file["points"]
                self.ids = points["id"][()]
                self.parameters = {name: self.values(column) for name, column in points.get("parameters", {}).items()}
                self.log10 = {name.removeprefix("log10_"): column[()] for name, column in points["likelihood"].items()}
                self.used = {name: column[()] for name, column in points["points_used"].items()}
                self.history = {name: column[()] for name, column in file["history"].items()}
                self.base = json.loads(file["provenance/base"][()])
            self.best = json.loads((self.folder / "best.json").read_text())["best"]
        except OSError as error:
            raise Trouble(f"{self.folder}: scan.h5 or best.json cannot be read ({error.strerror or error}): give the "
                          "folder of a scan whose points are all finished") from error
        except (KeyError, json.JSONDecodeError) as error:
            raise Trouble(f"{self.folder}: scan.h5 or best.json is not what a scan leaves: {error}") from error
        self.log10["csfh_mzsfr"] = (self.log10["csfh"] + self.log10["mzsfr"]) / 2
        self.row_of = {int(point): row for row, point in enumerate(self.ids)}

    @staticmethod
    def values(column):
        values = column[()]
        return values if values.dtype.kind in "fiu" else np.array([text.decode() for text in values], object)

    def column(self, name):
        if name not in self.history:
            raise Trouble(f"{self.folder}/scan.h5 has no /history/{name}")
        return self.history[name]

    def varied(self):
        """Names of the parameters that differ between the points."""
        return [name for name, values in self.parameters.items() if len(set(values)) > 1]

    def values_of(self, row):
        """Parameters of a point, as far as the points differ."""
        return {name: self.parameters[name][row] for name in self.varied()}

    def observe(self, row):
        """Section `observe` of a point."""
        own = {name.split(".")[1]: values[row] for name, values in self.parameters.items()
               if name.startswith("observe.")}
        return {**self.base["observe"], **own}

    def best_of(self, name, rows=None):
        """Row of the highest likelihood, the first of the design among equals; None if no row has it."""
        rows = np.arange(self.ids.size) if rows is None else np.flatnonzero(rows)
        values = self.log10[name][rows]
        return int(rows[np.nanargmax(values)]) if np.isfinite(values).any() else None

    def table(self, row, name):
        return table_of(self.observe(row)["observations_path"], name)

    def sfrd_points(self, row):
        """For each point of the table of observed SFRD: z, log10 L of the model (NaN without a value), highest log10 L
        of any model."""
        observe, z = self.observe(row), self.column("z")[row]
        sfrd = self.column("sfrd_detectable_msun_yr_cmpc3")[row]
        points = []
        for observed in self.table(row, SFRD_TABLE):
            simulated = log10(interpolate(z, sfrd, observed["z"], observe["sfrd_interpolation"]))
            low, high = (observed[name] for name in SFRD_ERRORS)
            sigma = low if simulated < observed[SFRD_VALUE] else high  # OBS-3
            if observe["sfrd_sigma"] == "mean":
                sigma = (low + high) / 2
            points.append((observed["z"], log10_gaussian(simulated - observed[SFRD_VALUE], sigma),
                           log10_gaussian(0, sigma)))
        return points

    def sfrd_used(self, row):
        """Which points of the table of observed SFRD entered the likelihood of a point. The file holds how many, not
        which: they are those with which log10 L comes out again. None if there is no such set."""
        points, wanted = self.sfrd_points(row), self.log10["sfrd"][row]
        if not self.used["sfrd"][row]:
            return set()
        able = [i for i in sorted(range(len(points)), key=lambda i: points[i][0]) if np.isfinite(points[i][1])]
        sets = itertools.combinations(able, int(self.used["sfrd"][row]))  # low redshifts first: nearly always these
        for chosen in itertools.islice(sets, SUBSETS):
            if abs(np.mean([points[i][1] for i in chosen]) - wanted) < 1e-9 * max(1, abs(wanted)):
                return set(chosen)
        return None

    def highest(self, name, row):
        """OBS-17: log10 L that a point would have without residuals, as a range (low, high); None if that cannot be
        said. It is a range where metallicities count: the bins of redshift of the mass-metallicity relation have
        different sigmas, and the file does not hold how many galaxies are in each."""
        if name in PARTS:
            parts = [self.highest(part, row) for part in PARTS[name]]
            return None if None in parts else tuple(np.mean(parts, axis=0))
        if not self.used[name][row]:
            return None
        if name == "sfrd":
            used, points = self.sfrd_used(row), self.sfrd_points(row)
            values = [np.mean([points[i][2] for i in used])] if used else None
        elif name == "mzr":
            values = [log10_gaussian(0, z_bin["sigma_dex"]) for z_bin in self.table(row, MZR_TABLE)]
        else:
            values = [log10_gaussian(0, self.observe(row)[f"{name}_sigma_dex"])]
        return (min(values), max(values)) if values else None

    def highest_of_all(self, name):
        """The range over all points; None if it cannot be said of any."""
        rows = range(0, self.ids.size, -(-self.ids.size // MOST_ROWS))
        ranges = [r for r in (self.highest(name, row) for row in rows) if r]
        return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else None


def below(highest, sigmas):
    """OBS-17: log10 L if every residual were so many sigma."""
    return highest - sigmas**2 / (2 * np.log(10))
