"""The folder of a scan (scan.h5 and best.json, or scan.json and scan.jsonl of an unfinished one) as an object. See
cecropia.py."""
import functools
import json
import pathlib

import h5py
import numpy as np

from cecropia_files import (Missing, Table, Trouble, check_schema, near, number, observation, read_group, read_json,
                            reason)
from cecropia_run import Run

FINISHED = "give the folder of a scan whose points are all finished"
SFRD_TABLE = "liu2025_table2_sfrd.csv"
MEANING = {"": "log10 of the likelihood; NaN without a qualifying point",
           "max_": "The same if every residual were zero (OBS-17)"}


class Scan:
    """A scan. Rows are points in the order of the design; a scan without scan.h5 (under way, or a shard that was not
    merged) is read from its ledger, has the points that are finished, and is_finished is False. Answers to a sampler
    have likelihoods only; the rest is NaN or absent.

    ids          number of each point in the design; row_of[id] its row
    parameters   Table of the parameters that the design sets
    axes         {parameter: sorted values} of those that differ between points; names in alphabetical order
    points       Table of everything that is one number per point: id, parameters, log10_l_TERM, log10_l_max_TERM,
                 relations, tau_e, points_used_TERM
    log10        {term: log10 L}, NaN where it does not exist; log10_max the same if every residual were zero (OBS-17)
    history      Table of arrays point x level
    base         resolved parameters that all points share
    best         best.json (the best points and their numbers); {} while the scan is not finished
    provenance   program and content hashes
    """

    def __init__(self, folder, finished=False):
        """finished: refuse a scan that is not."""
        self.folder = pathlib.Path(folder)
        self.is_finished = finished or (self.folder / "scan.h5").exists()
        if self.is_finished:
            self._read_columns()
        else:
            self._read_ledger()
        for values in (self.log10, self.log10_max):
            if {"csfh", "mzsfr"} <= set(values):
                values["csfh_mzsfr"] = (values["csfh"] + values["mzsfr"]) / 2
        self.row_of = {int(point): row for row, point in enumerate(self.ids)}

    def _read_columns(self):
        place = f"{self.folder}/scan.h5"
        try:
            with h5py.File(self.folder / "scan.h5") as file:
                check_schema(place, file.attrs.get("schema", 1))
                points = file["points"]
                self.ids = points["id"][()]
                self.parameters = read_group(points.get("parameters", {}), f"{place} parameters")
                self.log10, self.log10_max = (
                    {name.removeprefix("log10_"): column[()] for name, column in points[group].items()}
                    for group in ("likelihood", "likelihood_max"))
                self.relations = read_group(points["relations"], f"{place} relations")
                self.points_used = {name: column[()] for name, column in points["points_used"].items()}
                self.tau_e = points["tau_e"][()]
                self.sfrd_counted = points["sfrd_used"][()]
                self.history = read_group(file["history"], f"{place} /history")
                self.base = json.loads(file["provenance/base"][()])
                self.provenance = dict(file["provenance"].attrs)
            best = json.loads((self.folder / "best.json").read_text())
            check_schema(f"{self.folder}/best.json", best.get("schema", 1))
            self.best = best["best"]
        except OSError as error:
            raise Trouble(f"{self.folder}: scan.h5 or best.json cannot be read ({reason(error)}): "
                          f"{FINISHED}") from error
        except (KeyError, json.JSONDecodeError) as error:
            raise Trouble(f"{self.folder}: scan.h5 or best.json is not what a scan leaves: {error}") from error

    def _read_ledger(self):
        about = read_json(self.folder / "scan.json", "give the folder of a scan")
        place, points = f"{self.folder}/scan.jsonl", {}
        try:
            for line in (self.folder / "scan.jsonl").read_text().split("\n")[:-1]:  # a last line without end was cut
                entry = json.loads(line)
                points[entry["key"]] = entry
        except OSError as error:
            raise Trouble(f"{place} cannot be read ({error.strerror}): no point of this scan is finished") from error
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble(f"{place} is not the ledger of a scan: {error}") from error
        if not points:
            raise Trouble(f"{place} is empty: no point of this scan is finished")
        rows = sorted(points.values(), key=lambda entry: entry["point"])
        self.ids, self.base, self.best = np.array([p["point"] for p in rows]), about["base"], {}
        self.provenance = {key: about.get(key, "") for key in ("program", "forest_hash", "data_hash")}

        # Answers to a sampler have likelihoods only; other folders of observations have other names.
        def names(part, prefix=""):
            return dict.fromkeys(name for p in rows for name in p.get(part, ()) if name.startswith(prefix))

        def column(part, name):
            return np.array([number(p.get(part, {}).get(name)) for p in rows])

        self.log10, self.log10_max = ({name.removeprefix("log10_"): column(part, name)
                                       for name in names(part, "log10_")} for part in ("likelihood", "likelihood_max"))
        self.points_used = {name: np.array([number(p["points_used"].get(name, 0) if "points_used" in p else None)
                                            for p in rows]) for name in names("points_used")}
        self.tau_e = np.array([number(p.get("tau_e")) for p in rows])
        used = [p.get("sfrd_used", []) for p in rows]
        longest = max(len(flags) for flags in used)
        self.sfrd_counted = np.array([flags + [False] * (longest - len(flags)) for flags in used], int)
        units, meanings = ({c["name"]: c[what] for part in (about.get("columns") or {}).values() for c in part}
                           for what in ("unit", "description"))

        def table(part, of):
            return Table({name: of(name) for name in names(part)}, units, meanings, f"{place} {part}")

        levels = max(len(p.get("history", {}).get("z", ())) for p in rows)
        gap = [np.nan] * levels
        self.relations = table("relations", lambda name: column("relations", name))
        self.history = table("history", lambda name: np.array(
            [[number(v) for v in p.get("history", {}).get(name, gap)] for p in rows]))
        self.parameters = table("values", lambda name: column_of([self.value(name, p["values"]) for p in rows]))

    def value(self, name, values):
        """Value of section.name of a point that sets these values."""
        section, key = name.split(".", 1)
        return values[name] if name in values else self.base[section][key]

    @functools.cached_property
    def points(self):
        table = Table({}, place=f"{self.folder} points")
        table.add("id", self.ids, "-", "Place in the design, from 0")
        for name, column in self.parameters.items():
            table.add(name, column, self.parameters.units[name],
                      self.parameters.descriptions[name] or "Parameter (docs/parameters.md)")
        for prefix, terms in (("", self.log10), ("max_", self.log10_max)):
            for term, column in terms.items():
                table.add(f"log10_l_{prefix}{term}", column, "-", MEANING[prefix])
        for name, column in self.relations.items():
            table.add(name, column, self.relations.units[name], self.relations.descriptions[name])
        table.add("tau_e", self.tau_e, "-", "Thomson optical depth; NaN if nothing is ionised")
        for name, column in self.points_used.items():
            table.add(f"points_used_{name}", column, "-", "Redshifts or galaxy records that counted")
        return table

    def column(self, name):
        """A history: array point x level."""
        if name not in self.history:
            file = "scan.h5" if self.is_finished else "scan.jsonl"
            raise Missing(f"{self.folder}/{file} has no /history/{name}{near(name, self.history)}")
        return self.history[name]

    # --- parameters -------------------------------------------------------------------------------------------------
    def varied(self):
        """Names of the parameters that differ between the points."""
        return [name for name, values in self.parameters.items() if len(set(values)) > 1]

    @property
    def axes(self):
        return {name: np.array(sorted(set(self.parameters[name]))) for name in self.varied()}

    def values_of(self, row):
        """Parameters of a point, as far as the points differ."""
        return {name: self.parameters[name][row] for name in self.varied()}

    def section(self, row, name):
        """A section of the parameters of a point, as they were resolved."""
        own = {key.split(".")[1]: values[row] for key, values in self.parameters.items() if key.startswith(f"{name}.")}
        return {**self.base[name], **own}

    def observe(self, row):
        """Section `observe` of a point."""
        return self.section(row, "observe")

    def grid(self, name):
        """A column of `points` as an array with one dimension for each of `axes`, in their order; NaN where the design
        has no point. Refused where two points differ in nothing that varies."""
        axes, values = self.axes, self.points[name]
        places = tuple(np.searchsorted(axes[axis], self.parameters[axis]) for axis in axes)
        shape = tuple(len(a) for a in axes.values())
        if np.prod(shape, dtype=float) > 1e8:
            raise Trouble(f"{self.folder}: {' x '.join(map(str, shape))} is no grid: take scan.points instead")
        if len(set(zip(*places))) < self.ids.size and axes:
            raise Trouble(f"{self.folder}: two points have the same {', '.join(axes)}: take scan.points instead")
        array = np.full(shape, np.nan, object if values.dtype == object else float)
        array[places] = values if axes else values[0]
        return array

    # --- points -----------------------------------------------------------------------------------------------------
    def best_of(self, term="all", rows=None):
        """Row of the highest likelihood, the first of the design among equals; None if no row has it."""
        rows = np.arange(self.ids.size) if rows is None else np.flatnonzero(rows)
        values = self.log10[term][rows]
        return int(rows[np.nanargmax(values)]) if np.isfinite(values).any() else None

    def run(self, row):
        """The run of a point that was kept (keep in the scan file)."""
        folder = self.folder / f"points/{self.ids[row]:04d}"
        if not folder.exists():
            raise Trouble(f"{folder} does not exist, the run of point {self.ids[row]} was not kept: name it in `keep` "
                          "of the scan file")
        return Run(folder)

    def table(self, row, name):
        """Records of an observational table that a point was compared with."""
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

    def __repr__(self):
        words = [f"<cecropia scan {self.folder}>",
                 f"  points       {self.ids.size}" + ("" if self.is_finished else " finished so far"),
                 "  history      " + (f"{len(self.history)} columns, {self.column('z').shape[1]} levels" if self.history
                                      else "none: answers to a sampler have likelihoods only")]
        width = max((len(name) for name in self.axes), default=0)
        words += [f"  {name:<{width}}  {len(values)} values, {short(values[0])} to {short(values[-1])}"
                  for name, values in self.axes.items()]
        if (row := self.best_of()) is not None:
            values = ", ".join(f"{name} = {short(value)}" for name, value in self.values_of(row).items())
            words.append(f"  best by all  point {self.ids[row]}, log10 L_all = {self.log10['all'][row]:.3f}: {values}")
        return "\n".join(words)


def short(value):
    """A parameter for a line of text: numbers to six digits, texts as they are."""
    return value if isinstance(value, str) else f"{value:g}"


def column_of(values):
    """One parameter of all points as an array: float64 if all are numbers, else str objects (lists and truth values as
    JSON)."""
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values):
        return np.array(values, float)
    return np.array([v if isinstance(v, str) else json.dumps(v) for v in values], object)


@functools.lru_cache
def table_of(path, name):
    return observation({"observations_path": path}, name)


def below(highest, sigmas):
    """OBS-17: log10 L if every residual were so many sigma."""
    return highest - sigmas**2 / (2 * np.log(10))
