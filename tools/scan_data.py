"""Reading what a scan leaves (scan.h5, best.json)."""
import functools
import json
import pathlib

import h5py
import numpy as np

from plot_data import Trouble, observation, reason
from plot_observations import SFRD_TABLE

@functools.lru_cache
def table_of(path, name):
    return observation({"observations_path": path}, name)


class Scan:
    """The folder of a finished scan. Rows are points in the order of the design."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        try:
            with h5py.File(self.folder / "scan.h5") as file:
                points = file["points"]
                self.ids = points["id"][()]
                self.parameters = {name: self.values(column) for name, column in points.get("parameters", {}).items()}
                self.log10, self.log10_max = (
                    {name.removeprefix("log10_"): column[()] for name, column in points[group].items()}
                    for group in ("likelihood", "likelihood_max"))
                self.relations = {name: column[()] for name, column in points["relations"].items()}
                self.sfrd_counted = points["sfrd_used"][()]
                self.history = {name: column[()] for name, column in file["history"].items()}
                self.base = json.loads(file["provenance/base"][()])
            self.best = json.loads((self.folder / "best.json").read_text())["best"]
        except OSError as error:
            raise Trouble(f"{self.folder}: scan.h5 or best.json cannot be read ({reason(error)}): give the folder of a "
                          "scan whose points are all finished") from error
        except (KeyError, json.JSONDecodeError) as error:
            raise Trouble(f"{self.folder}: scan.h5 or best.json is not what a scan leaves: {error}") from error
        for values in (self.log10, self.log10_max):
            values["csfh_mzsfr"] = (values["csfh"] + values["mzsfr"]) / 2
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

    def sfrd_used(self, row):
        """Places in the table of observed SFRD that entered the likelihood of a point. None if the table is not the one
        that the scan was compared with."""
        used = self.sfrd_counted[row]
        return set(np.flatnonzero(used)) if len(self.table(row, SFRD_TABLE)) == used.size else None

    def highest_of_all(self, name):
        """OBS-17: log10 L without residuals as a range over the points, of which not the same observations and galaxies
        count; None if no point has it."""
        values = self.log10_max[name][np.isfinite(self.log10_max[name])]
        return (values.min(), values.max()) if values.size else None


def below(highest, sigmas):
    """OBS-17: log10 L if every residual were so many sigma."""
    return highest - sigmas**2 / (2 * np.log(10))
