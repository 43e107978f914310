"""The folder of a finished run (run.json, run.h5) as an object. See cecropia.py."""
import functools
import json
import pathlib

import h5py
import numpy as np

from cecropia_files import (Missing, Table, Trouble, check_schema, near, number, observation, read_group, read_json,
                            reason)

FINISHED = "give the folder of a finished run"
GROUPS = ("parameters", "trees", "likelihood", "likelihood_max", "history", "relations", "points_used", "comparison",
          "budget", "timing")  # of run.json
COMPARED = {  # columns of run.json's comparison: unit, meaning
    "z": ("-", "Redshift"), "log10_observed": ("dex", "log10 of the observed density"),
    "sigma_dex": ("dex", "Its error"), "log10_simulated": ("dex", "log10 of the simulated density; NaN without stars"),
    # of data of one's own that are no logarithms (docs/observations.md), in the unit of the column compared
    "observed": ("", "Observed value"), "sigma": ("", "Its error"), "simulated": ("", "Simulated value"),
    "expected_galaxies": ("-", "Galaxies expected in the volume"), "used": ("-", "Whether it counted"),
    "reference": ("-", "Source of the observation"), "reason": ("-", "Why it did not count")}
FARTHEST = 0.1  # of 1 + z: a level that far from the redshift asked for is another one
LIGHT_KM_S = 299792.458


def comoving_distance(cosmology, z_max):
    """Redshifts from 0 to z_max (at least 1), the comoving distance to each [cMpc] and its slope dD/dz [cMpc]: flat
    universe of matter and Lambda, `cosmology` with h and omega_m."""
    fine = np.linspace(0, max(z_max, 1), 20001)
    om, h = cosmology["omega_m"], cosmology["h"]
    per_z = LIGHT_KM_S / (100 * h) / np.sqrt(om * (1 + fine) ** 3 + 1 - om)
    return fine, np.concatenate([[0], np.cumsum(0.5 * (per_z[1:] + per_z[:-1]) * np.diff(fine))]), per_z


class Run:
    """A finished run.

    parameters   {section: {name: value}}, as they were resolved; parameter("feedback.m_out0_msun") is one of them
    history      Table of cosmic history, a row per level from high to low redshift
    likelihood   {term: log10 L}, NaN where it does not exist; terms as in docs/output.md without log10_
    comparison   {"sfrd", "csmd", rows of index.csv: Table of what was compared with observations}
    relations, points_used, budget, trees, timing, tau_e    as in run.json (docs/output.md)
    relation_units   {name: unit} of the relations; {} of a run of a version that did not write them
    levels       {name of a group of galaxies: row of the history}, from high to low redshift
    populations  {"ii", "iii": {name: array}}: what stars do as they age; fates is the last axis of deaths_per_msun
    provenance   version and content hashes
    json         the whole of run.json
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.json = read_json(self.folder / "run.json", FINISHED)
        for name in GROUPS:
            if not isinstance(self.json.get(name, {}), dict):
                raise Trouble(f"{self.folder}/run.json is not what a run wrote ('{name}' is no group): {FINISHED}")
        try:
            self.parameters = self.json["parameters"]
            self.observe = self.parameters["observe"]
            self.cosmology = self.parameters["cosmology"]
            for name, section in self.parameters.items():
                if not isinstance(section, dict):
                    raise Trouble(f"{self.folder}/run.json is not what a run wrote ('{name}' is no group): {FINISHED}")
        except KeyError as error:
            raise Trouble(f"{self.folder}/run.json has no section {error} in its parameters") from error
        with self.open_file() as file:
            check_schema(f"{self.folder}/run.h5", file.attrs.get("schema", 1))
            self.check_that_they_belong_together(file)
            written = file["galaxies"] if "galaxies" in file else ()
            rows = {name: int(name.rsplit("_", 1)[1]) for name in written}  # level_1000 comes after level_999
            self.levels = dict(sorted(rows.items(), key=lambda item: item[1]))

    def check_that_they_belong_together(self, file):
        """The two files get their names one after the other: whoever is killed in between leaves one of each run."""
        if "provenance/parameters" not in file:
            return
        for section, values in json.loads(file["provenance/parameters"][()]).items():
            for name, value in values.items():
                if self.parameters.get(section, {}).get(name, value) != value:
                    raise Trouble(f"{self.folder}/run.json and run.h5 are of two runs ({section}.{name} differs): the "
                                  "program was ended between the two: run it again")

    def open_file(self):
        """run.h5 for reading, for what this class does not offer."""
        try:
            return h5py.File(self.folder / "run.h5")
        except OSError as error:
            raise Trouble(f"{self.folder}/run.h5 cannot be read ({reason(error)}): {FINISHED}") from error

    # --- numbers of the whole run -----------------------------------------------------------------------------------
    def part(self, name):
        if name not in self.json:
            raise Missing(f"{self.folder}/run.json has no {name}: repeat the run with this version")
        return self.json[name]

    budget = property(lambda self: self.part("budget"), doc="Masses that came in and went [Msun], stars by fate.")
    timing = property(lambda self: self.part("timing"), doc="Time [s], memory [MiB] and work of the run.")
    trees = property(lambda self: self.part("trees"), doc="Source, numbers, redshifts, volume [cMpc^3] of the trees.")
    points_used = property(lambda self: self.part("points_used"), doc="Redshifts or galaxy records that counted.")
    tau_e = property(lambda self: number(self.part("tau_e")), doc="Thomson optical depth; NaN if nothing is ionised.")

    @functools.cached_property
    def likelihood(self):
        terms = {name: value for name, value in self.part("likelihood").items() if name.startswith("log10_")}
        return {name.removeprefix("log10_"): number(value) for name, value in terms.items()}

    @functools.cached_property
    def relations(self):
        return {name: number(value) for name, value in self.part("relations").items()}

    @property
    def relation_units(self):
        return self.json.get("units", {}).get("relations", {})

    @functools.cached_property
    def comparison(self):
        tables = {}
        for name, points in self.part("comparison").items():
            columns = {}
            for key in COMPARED:
                if any(key in point for point in points):
                    values = [point.get(key) for point in points]
                    kind = bool if key == "used" else float if key not in ("reference", "reason") else object
                    columns[key] = np.array([number(v) if kind is float else v for v in values], kind)
            units, meanings = ({key: about[k] for key, about in COMPARED.items()} for k in (0, 1))
            own = self.json.get("terms", {}).get(name, {}).get("unit", "")
            units.update({key: own for key, unit in units.items() if not unit})
            tables[name] = Table(columns, units, meanings, f"{self.folder}/run.json comparison.{name}")
        return tables

    @functools.cached_property
    def provenance(self):
        with self.open_file() as file:
            about = {key: getattr(value, "item", lambda v=value: v)() for key, value in file["provenance"].attrs.items()
                     } if "provenance" in file else {}
        return {**about, "git": self.json.get("program", {}).get("git", "")}

    def parameter(self, name):
        """Value of section.name, as it was resolved."""
        section, _, key = name.partition(".")
        try:
            return self.parameters[section][key]
        except KeyError:
            known = [f"{s}.{k}" for s, values in self.parameters.items() for k in values]
            raise Missing(f"{self.folder}/run.json has no parameter {name}{near(name, known)}") from None

    def observation(self, name):
        """Records of an observational table, by the name of its file: that which this run was compared with."""
        return observation(self.observe, name)

    def used_in_likelihood(self, z, value):
        """Whether the observed SFRD (redshift, log10) entered the likelihood, as run.json says."""
        try:
            points = self.json["comparison"]["sfrd"]
            return any(p["used"] and abs(p["z"] - z) < 1e-6 and abs(p["log10_observed"] - value) < 1e-6 for p in points)
        except (KeyError, TypeError) as error:
            raise Trouble(f"{self.folder}/run.json does not say which points were compared (comparison.sfrd: {error}); "
                          "repeat the run with this version") from error

    # --- history ----------------------------------------------------------------------------------------------------
    @functools.cached_property
    def history(self):
        with self.open_file() as file:
            if "history" not in file:
                raise Trouble(f"{self.folder}/run.h5 has no group /history: {FINISHED}")
            return read_group(file["history"], f"{self.folder}/run.h5 /history")

    def column(self, name):
        """A column of the history."""
        if name not in self.history:
            raise Missing(f"{self.folder}/run.h5 has no /history/{name}{near(name, self.history)}")
        return self.history[name]

    def at(self, name, z):
        """log10 of a column of the history at a redshift between the first and the last level, linear in log10 between
        levels; NaN where it is zero."""
        levels, values = self.column("z"), self.column(name)
        if not levels.min() - 1e-6 <= z <= levels.max() + 1e-6:
            raise Trouble(f"{self.folder}/run.h5 has no level at z = {z:g}: its history goes from z = {levels.max():g} "
                          f"to {levels.min():g}")
        with np.errstate(divide="ignore"):
            value = np.interp(-z, -levels, np.log10(values))
        return float(value) if np.isfinite(value) else np.nan

    @property
    def volume(self):
        """Volume in which galaxies are counted [cMpc^3]."""
        return self.observe["count_volume_cmpc3"] or self.json["trees"]["volume_cmpc3"]

    # --- stellar populations ----------------------------------------------------------------------------------------
    @functools.cached_property
    def populations(self):
        with self.open_file() as file:
            return {name: read_group(group, f"{self.folder}/run.h5 /populations/{name}")
                    for name, group in file.get("populations", {}).items() if name != "fates"}

    @functools.cached_property
    def fates(self):
        with self.open_file() as file:
            return [fate.decode() for fate in file["populations/fates"][()]] if "populations" in file else []

    # --- galaxies ---------------------------------------------------------------------------------------------------
    @property
    def redshifts(self):
        """Redshifts of the levels whose galaxies were written."""
        return self.column("z")[list(self.levels.values())]

    def nearest(self, z):
        """Name of the written level nearest to a redshift."""
        if not self.levels:
            raise Trouble(f"{self.folder}/run.h5 holds no level of galaxies: set output.redshifts")
        return min(self.levels, key=lambda name: abs(self.column("z")[self.levels[name]] - z))

    def level(self, z, columns=None):
        """Table of the galaxies of the written level nearest to a redshift: all properties, or those named. `facts`
        holds redshift, age_myr, level, step_myr and the number of galaxies. Refused where that level is farther away
        than a tenth of 1 + z."""
        name = self.nearest(z)
        found = self.column("z")[self.levels[name]]
        if abs(found - z) > FARTHEST * (1 + z):
            raise Trouble(f"{self.folder}/run.h5 has no galaxies near z = {z:g}, the nearest written level is "
                          f"z = {found:.3g}: set output.redshifts")
        return self.group(name, columns)

    def group(self, name, columns=None):
        """The same of a level by the name of its group, level_NNN."""
        with self.open_file() as file:
            group = file["galaxies"][name]
            facts = {key: value.item() for key, value in group.attrs.items()}
            self.require(group, columns)
            return read_group(group, f"{self.folder}/run.h5 /galaxies/{name}", columns, None, facts)

    def require(self, group, columns):
        missing = [name for name in columns or () if name not in group]
        if missing:
            wanted = ", ".join(f'"{name}"' for name in ["default", *missing])
            raise Missing(f"{self.folder}/run.h5 has no {', '.join(missing)} in {group.name}{near(missing[0], group)}; "
                          f"what was not written needs a run with --set 'output.properties=[{wanted}]'")

    def shells(self):
        """OBS-6 for the levels whose galaxies were written: volume of the light-cone shell from each of them to the
        written level before it (the first: to the level before it) [cMpc^3]; 0 for the others."""
        z = self.column("z")
        fine, distance, _ = comoving_distance(self.cosmology, z.max())
        sphere = 4 * np.pi / 3 * np.interp(z, fine, distance) ** 3
        shells, before = np.zeros(z.size), None
        for level in sorted(self.levels.values()):
            outer = max(level - 1, 0) if before is None else before
            shells[level], before = sphere[outer] - sphere[level], level
        return shells

    def levels_between(self, z_min, z_max, closed=True):
        """{group: row of the history} of the written levels of a redshift range, z_max included if `closed`."""
        z = self.column("z")
        return {name: level for name, level in self.levels.items()
                if z_min <= z[level] <= z_max and (closed or z[level] < z_max)}

    def galaxies(self, z_min, z_max, columns=None, sfr_min_msun_yr=None, closed=True):
        """Table of all galaxies in the written levels of a redshift range, z_max included if `closed`.

        columns          properties (docs/output.md); default: all that were written
        sfr_min_msun_yr  only galaxies whose SFR over the last 10 Myr is above it

        Added are z, and where weight_per_cmpc3 was written light_cone, the number of galaxies that each row stands for
        between its level and the written one before it, on the whole sky: the weight for statistics over redshifts.
        facts["levels"] is the number of levels that the galaxies come from.
        """
        chosen = self.levels_between(z_min, z_max, closed)
        if not chosen:
            known = ", ".join(f"{value:.3g}" for value in self.redshifts)
            raise Trouble(f"{self.folder}/run.h5 has no galaxies at z = {z_min:g} to {z_max:g}, levels were written at "
                          f"z = {known or 'none'}: set output.redshifts")
        shells, parts = self.shells(), []
        with self.open_file() as file:
            for name, level in chosen.items():
                group, keep = file["galaxies"][name], slice(None)
                self.require(group, columns)
                if sfr_min_msun_yr is not None:
                    self.require(group, ["sfr_10_msun_yr"])
                    keep = group["sfr_10_msun_yr"][()] > sfr_min_msun_yr
                part = read_group(group, f"{self.folder}/run.h5 galaxies, z = {z_min:g} to {z_max:g}", columns, keep)
                part.add("z", np.full(part.rows, self.column("z")[level]), "-", "Redshift of the level")
                if "weight_per_cmpc3" in group:
                    part.add("light_cone", group["weight_per_cmpc3"][()][keep] * shells[level], "-",
                             "Galaxies on the whole sky that the row stands for")
                parts.append(part)
        shared = [name for name in parts[0] if all(name in part for part in parts)]
        table = parts[0].like({name: np.concatenate([part[name] for part in parts]) for name in shared})
        table.facts["levels"] = len(parts)
        return table

    def main_branch(self, row=None, columns=("m_vir_msun", "m_star_msun")):
        """A galaxy of the last level followed back along its main progenitors: Table with z, age_myr and the columns,
        from late to early. Needs a run with output.levels=all. row: place in the last level; default: the galaxy of the
        largest stellar mass."""
        names, found = list(self.levels)[::-1], []
        if len(names) < 2 or set(np.diff([self.levels[name] for name in names])) != {-1}:
            raise Trouble(f"{self.folder}/run.h5 does not hold every level, so galaxies cannot be followed: run again "
                          "with --set output.levels=all")
        with self.open_file() as file:
            for name in names:
                group = file["galaxies"][name]
                self.require(group, [*columns, "main_progenitor_index"])
                if row is None:
                    self.require(group, ["m_star_msun"])
                row = int(np.argmax(group["m_star_msun"][()])) if row is None else row
                found.append((group.attrs["redshift"], group.attrs["age_myr"], *(group[c][row] for c in columns)))
                row = int(group["main_progenitor_index"][row])
                if row < 0:
                    break
            about = read_group(group, "", list(columns), slice(0))
        table = Table({}, place=f"{self.folder}/run.h5 main branch")
        for name, column in zip(("z", "age_myr", *columns), zip(*found)):
            unit = {"z": "-", "age_myr": "Myr"}.get(name) or about.units[name]
            table.add(name, np.array(column, float), unit, about.descriptions.get(name, ""))
        return table

    def __repr__(self):
        l_all = number(self.json.get("likelihood", {}).get("log10_all"))
        trees, z = self.json.get("trees", {}), self.column("z")
        return "\n".join([
            f"<cecropia run {self.folder}>",
            f"  trees        {trees.get('source', '?')}, {trees.get('halos', '?')} halos in {trees.get('trees', '?')} "
            f"trees, {self.volume:.4g} cMpc^3",
            f"  history      {len(self.history)} columns, {z.size} levels, z = {z.max():.4g} to {z.min():.4g}",
            f"  galaxies     {len(self.levels)} levels written"
            + (f", z = {self.redshifts.max():.3g} to {self.redshifts.min():.3g}" if self.levels else ""),
            f"  likelihood   log10 L_all = {l_all:.3f}"])
