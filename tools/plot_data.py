"""Reading what a run leaves (run.json, run.h5) and the observations it was compared with."""
import csv
import json
import os
import pathlib
import sys

import h5py
import numpy as np


class Trouble(Exception):
    """Something the user can repair: said in one line, exit code 2."""


def main_of(body):
    """Runs a script's main; a Trouble becomes one line on stderr and exit code 2."""
    try:
        sys.exit(body() or 0)
    except Trouble as trouble:
        print(f"{pathlib.Path(sys.argv[0]).name}: {trouble}", file=sys.stderr)
        sys.exit(2)


def reason(error):
    """Why a file could not be opened, in a few words; HDF5 itself says it in several lines."""
    return os.strerror(error.errno) if error.errno else "it is no complete HDF5 file"


def make_folder(path):
    """Makes a folder for figures, with those above it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(f"the folder {path} cannot be made: {error.strerror}") from error


def log10(values):
    """log10 with gaps where there is nothing."""
    values = np.asarray(values, float)
    return np.log10(values, out=np.full(values.shape, np.nan), where=values > 0)


def read_table(path):
    """Records of a CSV table of params/observations: '#' lines are comments, numbers become floats."""
    try:
        lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    except OSError as error:
        raise Trouble(f"the observational table {path} cannot be read: {error.strerror}") from error
    records = []
    for record in csv.DictReader(lines, skipinitialspace=True):
        for key, text in record.items():
            try:
                record[key] = float(text)
            except (TypeError, ValueError):
                pass
        records.append(record)
    return records


def observation(observe, name):
    """Records of a table of the folder that the section `observe` names; that of the program if it names none."""
    folder = observe["observations_path"]
    shipped = pathlib.Path(__file__).resolve().parent.parent / "params/observations"
    return read_table((pathlib.Path(folder) if folder else shipped) / name)


class Run:
    """The folder of a finished run."""

    # name used by the figures: dataset of the catalogue (docs/output.md)
    GALAXY_FIELDS = {"m_star": "m_star_msun", "m_vir": "m_vir_msun", "sfr_10": "sfr_10_msun_yr",
                     "oh_young": "oh_young", "weight": "weight_per_cmpc3"}

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        try:
            self.json = json.loads((self.folder / "run.json").read_text())
        except OSError as error:
            raise Trouble(f"{self.folder}/run.json cannot be read ({error.strerror}): "
                          "give the folder of a finished run") from error
        except json.JSONDecodeError as error:
            raise Trouble(f"{self.folder}/run.json is not JSON: {error}") from error
        try:
            self.observe = self.json["parameters"]["observe"]
            self.cosmology = self.json["parameters"]["cosmology"]
        except KeyError as error:
            raise Trouble(f"{self.folder}/run.json has no section {error} in its parameters") from error
        try:
            with h5py.File(self.folder / "run.h5") as file:
                self.history = {name: column[()] for name, column in file["history"].items()}
                written = file["galaxies"] if "galaxies" in file else ()
                # name of the group: row of the history
                self.levels = {name: int(name.rsplit("_", 1)[1]) for name in sorted(written)}
                self.populations = {name: {key: column[()] for key, column in group.items()}
                                    for name, group in file.get("populations", {}).items() if name != "fates"}
                fates = file["populations/fates"][()] if self.populations else ()
                self.fates = [fate.decode() for fate in fates]
        except OSError as error:
            raise Trouble(f"{self.folder}/run.h5 cannot be read ({reason(error)}): give the folder of a finished "
                          "run") from error
        except KeyError as error:
            raise Trouble(f"{self.folder}/run.h5 has no group /history: {error}") from error

    def column(self, name):
        if name not in self.history:
            raise Trouble(f"{self.folder}/run.h5 has no /history/{name}")
        return self.history[name]

    @property
    def volume(self):
        """Volume in which galaxies are counted [cMpc^3]."""
        return self.observe["count_volume_cmpc3"] or self.json["trees"]["volume_cmpc3"]

    def observation(self, name):
        return observation(self.observe, name)

    def used_in_likelihood(self, z, value):
        """Whether the observed SFRD (redshift, log10) entered the likelihood, as run.json says."""
        try:
            points = self.json["comparison"]["sfrd"]
            return any(p["used"] and abs(p["z"] - z) < 1e-6 and abs(p["log10_observed"] - value) < 1e-6 for p in points)
        except (KeyError, TypeError) as error:
            raise Trouble(f"{self.folder}/run.json does not say which points were compared (comparison.sfrd: {error}); "
                          "repeat the run with this version") from error

    def shells(self):
        """OBS-6 for the levels whose galaxies were written: volume of the light-cone shell from each of them to the
        written level before it (the first: to the level before it) [cMpc^3]; 0 for the others."""
        z = self.column("z")
        fine = np.linspace(0, max(z.max(), 1), 20001)
        om, h = self.cosmology["omega_m"], self.cosmology["h"]
        inverse = 299792.458 / (100 * h) / np.sqrt(om * (1 + fine) ** 3 + 1 - om)
        distance = np.concatenate([[0], np.cumsum(0.5 * (inverse[1:] + inverse[:-1]) * np.diff(fine))])
        sphere = 4 * np.pi / 3 * np.interp(z, fine, distance) ** 3
        shells, before = np.zeros(z.size), None
        for level in sorted(self.levels.values()):
            outer = max(level - 1, 0) if before is None else before
            shells[level], before = sphere[outer] - sphere[level], level
        return shells

    def galaxies(self, z_min, z_max, sfr_min, closed=True):
        """Columns of all galaxies with SFR above a cut [Msun/yr] in the levels of a redshift range (z_max belongs to it
        if it is closed), with z and the light-cone weight; `levels` is the number of levels they come from."""
        z, shells, used = self.column("z"), self.shells(), 0
        parts = {name: [] for name in (*self.GALAXY_FIELDS, "z", "light_cone")}
        with h5py.File(self.folder / "run.h5") as file:
            for name, level in self.levels.items():
                if not z_min <= z[level] <= z_max or (z[level] == z_max and not closed):
                    continue
                used += 1
                group = file["galaxies"][name]
                missing = [field for field in self.GALAXY_FIELDS.values() if field not in group]
                if missing:
                    raise Trouble(f"{self.folder}/run.h5 has no {', '.join(missing)} in /galaxies/{name}: "
                                  "write these properties (see the section output of the parameters)")
                keep = group["sfr_10_msun_yr"][()] > sfr_min
                for short, field in self.GALAXY_FIELDS.items():
                    parts[short].append(group[field][()][keep].astype(float))
                parts["z"].append(np.full(keep.sum(), z[level]))
                parts["light_cone"].append(parts["weight"][-1] * shells[level])
        columns = {name: np.concatenate(part) if part else np.empty(0) for name, part in parts.items()}
        return {**columns, "levels": used}


def intervals_above(z, values, threshold):
    """Ranges of z in which the values, linear in z between the levels, are at least the threshold: pairs (low, high) of
    increasing z. It is the rule for which observed redshifts are compared (OBS-8, OBS-9)."""
    order = np.argsort(z)
    z, above = np.asarray(z, float)[order], np.asarray(values, float)[order] - threshold * (1 - 1e-9)
    ranges = []
    for i in range(z.size):
        if above[i] < 0:
            continue
        low = high = z[i]
        if i > 0 and above[i - 1] < 0:
            low -= (z[i] - z[i - 1]) * above[i] / (above[i] - above[i - 1])
        if i + 1 < z.size:
            share = 1 if above[i + 1] >= 0 else above[i] / (above[i] - above[i + 1])
            high += (z[i + 1] - z[i]) * share
        if ranges and low <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], high)
        else:
            ranges.append((low, high))
    return ranges


def weighted_quantiles(values, weights, wanted):
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return np.interp(np.asarray(wanted) * sums[-1], sums - 0.5 * weights[order], values[order])


def binned_medians(x, y, weights, edges, fewest=5):
    """Centre, weighted median, 16th and 84th percentile of y in bins of x that hold at least `fewest` galaxies."""
    rows = []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (x >= low) & (x < high) & (weights > 0)
        if inside.sum() >= fewest:
            middle = np.average(x[inside], weights=weights[inside])
            rows.append((middle, *weighted_quantiles(y[inside], weights[inside], [0.5, 0.16, 0.84])))
    return np.array(rows).reshape(-1, 4).T


def line_fit(x, y, weights, fewest=20):
    """Weighted least squares: slope, intercept and rms about the line; None if fewer than `fewest` points have a
    weight or they do not determine a line."""
    if (weights > 0).sum() < fewest or not weights.sum() > 0 or np.ptp(x) == 0:
        return None
    mx, my = np.average(x, weights=weights), np.average(y, weights=weights)
    slope = np.average((x - mx) * (y - my), weights=weights) / np.average((x - mx) ** 2, weights=weights)
    rms = np.sqrt(np.average((y - my - slope * (x - mx)) ** 2, weights=weights))
    return slope, my - slope * mx, rms
