"""The five models of Li et al. (2025) alone: trees of halos that grow at a constant rate, and the runs along them."""
import pathlib
import sys

import numpy as np

import grow_mean
from mean_halos import MeanHalos
from plot_data import Run, Trouble, log10, make_folder

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from model_runs import ModelRuns  # noqa: E402  tools/lib is no package

HOUSE = pathlib.Path(__file__).resolve().parent.parent
PARAMETERS = "params/li2025_models.json"
LOG_INFLOWS = np.linspace(5.5, 9, 15)  # [Msun/Myr], as the paper has them
LOG_GAS = np.arange(5.0, 10.1)         # model 2: gas in the beginning [Msun]
ONSET_MYR = 300.0                      # age of the universe in which accretion begins: of no meaning
AGES_MYR = (10, 30, 100)               # at which the paper looks
LEVELS_MYR = np.concatenate([np.arange(0, 20), np.arange(20, 100, 2), np.arange(100, 1001, 20)]).astype(float)
HEAVIER = 10.0  # halos have so many times their growth from the beginning, so that log M, too, is nearly straight
PRINTED_M_0 = 1e10  # of the paper; the default is 1e11 (BTH-4)
OXYGEN_SUN, Z_SUN = 8.69, 0.0126  # BTH-12
LEAST_GAS_MSUN = 1.0  # with less there is no gas whose metallicity anyone could see; below 1e-20 the program stops it


def variants():
    """{name: (number of the model, what it is called, {parameter: value})} of all runs."""
    found, opened = {}, {"mass_loading": 1}  # what models 2 to 4 do not vary is not stated (BTH-14)
    for eps in (0.05, 0.1, 0.2):
        label, changes = f"eps_SF = {eps:g} per Myr", {"star_formation_per_myr": eps}
        found[f"model_1_eps_{eps:g}"] = 1, label, {**changes, "mass_loading": 0}
        for log_gas in LOG_GAS:
            found[f"model_2_eps_{eps:g}_gas_{log_gas:g}"] = 2, label, {**changes, **opened,
                                                                      "m_gas_begin_msun": 10 ** log_gas}
    for m_0, name in ((1e11, ""), (PRINTED_M_0, "_as_printed")):
        for eta in (0.5, 1.0, 2.0):
            found[f"model_3_eta_{eta:g}{name}"] = 3, f"eta_0 = {eta:g}", {"mass_loading": eta, "m_loading_msun": m_0}
        for thirds in range(4):
            beta = ("0", "1/3", "2/3", "1")[thirds]
            found[f"model_4_beta_{thirds}_thirds{name}"] = 4, f"beta = {beta}", {
                **opened, "loading_slope": thirds / 3, "m_loading_msun": m_0}
        found[f"model_5{name}"] = 5, "model 5", {"m_loading_msun": m_0}
    return found


def write_trees(path, without_growth):
    """One halo for each inflow, without mergers; without growth, a single one that stays as it is."""
    halos = MeanHalos(grow_mean.cosmology_of(HOUSE / PARAMETERS))
    z = halos.redshift_at(ONSET_MYR + LEVELS_MYR)
    growth = np.zeros(1) if without_growth else 10 ** LOG_INFLOWS / halos.baryon_fraction
    begin = np.full(growth.size, 1e10) if without_growth else HEAVIER * growth * LEVELS_MYR[-1]
    mass = begin[:, None] + growth[:, None] * LEVELS_MYR
    number, level = np.divmod(np.arange(mass.size), z.size)
    node = number * grow_mean.PER_HALO + level
    make_folder(path.parent)
    grow_mean.write(path, halos, {
        "forestHalos": {"nodeIndex": node, "descendantIndex": np.where(level < z.size - 1, node + 1, -1),
                        "hostIndex": node, "nodeMass": mass.ravel(), "redshift": np.tile(z, growth.size)},
        "forestIndex": {"forestIndex": np.arange(growth.size), "firstNode": np.arange(growth.size) * z.size,
                        "numberOfNodes": np.full(growth.size, z.size), "forestWeight": np.ones(growth.size)}},
                    "halos that grow at a constant rate")


def make(program, out, jobs=1):
    """Makes trees and those runs that are not there yet. Returns {name: Bathtubs}."""
    out = pathlib.Path(out).resolve()
    trees = {False: out / "inflows.hdf5", True: out / "no_inflow.hdf5"}
    for without_growth, path in trees.items():
        write_trees(path, without_growth)
    runs = ModelRuns(program, HOUSE, out, jobs)
    try:
        runs.run_all([(name, PARAMETERS, [f"trees.path={trees[model == 2]}",
                                          *(f"bathtub.{key}={value!r}" for key, value in changes.items())])
                      for name, (model, _, changes) in variants().items()])
    except RuntimeError as error:
        raise Trouble(str(error)) from error
    return {name: Bathtubs(runs.folder(name)) for name in variants()}


class Bathtubs:
    """A run along trees of write_trees: arrays [level, galaxy] of time since the onset of accretion.

    t_myr; log_m_star, log_gas [Msun]; oh12, NaN where less than LEAST_GAS_MSUN of gas is left; log_sfr [Msun/yr], of
    this instant; inflow, outflow [Msun/yr], of the step
    """

    def __init__(self, folder):
        self.run = Run(folder)
        wanted = ("m_living_msun", "m_cold_msun", "metals_gas_msun", "inflow_step_msun_yr", "outflow_step_msun_yr")
        with self.run.open_file() as file:
            groups = [file["galaxies"][name] for name in self.run.levels]
            self.run.require(groups[-1], wanted)
            age = np.array([group.attrs["age_myr"] for group in groups], float)
            t = {name: np.array([group[name][()] for group in groups], float) for name in wanted}
        self.t_myr = age - age[0]
        if self.t_myr.size != LEVELS_MYR.size or not np.allclose(self.t_myr, LEVELS_MYR, atol=0.05):
            raise Trouble(f"{folder} is no run along trees of tools/plot_bathtub: its levels are others "
                          f"(run {PARAMETERS})")
        gas, metals = t["m_cold_msun"], t["metals_gas_msun"][:, :, 0]
        self.log_gas, self.log_m_star = log10(gas), log10(t["m_living_msun"])
        z = np.divide(metals, gas, out=np.zeros(gas.shape), where=gas >= LEAST_GAS_MSUN)
        self.oh12 = OXYGEN_SUN + log10(z / Z_SUN)
        self.log_sfr = self.log_gas + np.log10(1e-6 * self.run.parameters["bathtub"]["star_formation_per_myr"])
        self.inflow, self.outflow = t["inflow_step_msun_yr"], t["outflow_step_msun_yr"]

    def at(self, t_myr):
        """(log M_*, 12 + log10(O/H), log SFR) of all galaxies at an age."""
        k = int(np.argmin(np.abs(self.t_myr - t_myr)))
        return self.log_m_star[k], self.oh12[k], self.log_sfr[k]

    def of_mass(self, t_myr, log_m_star):
        """(12 + log10(O/H), log SFR) of the galaxy of a mass at an age, on straight lines between galaxies."""
        mass, oh12, log_sfr = self.at(t_myr)
        return tuple(float(np.interp(log_m_star, mass, y, left=np.nan, right=np.nan)) for y in (oh12, log_sfr))

    def gone(self, galaxy=0):
        """First level at which less than LEAST_GAS_MSUN of gas is left [Myr]; NaN if there is none."""
        left = np.flatnonzero(~(self.log_gas[:, galaxy] >= np.log10(LEAST_GAS_MSUN)))
        return float(self.t_myr[left[0]]) if left.size else np.nan

    def slope(self, t_myr, log_m_star=8.2, half=0.5):
        """Slope of O/H in log M_* at an age, over one dex about a mass."""
        low, high = (self.of_mass(t_myr, log_m_star + side)[0] for side in (-half, half))
        return (high - low) / (2 * half)

    def when(self, log_m_star):
        """(t, 12 + log10(O/H), log SFR) of each galaxy when its stars reach a mass; NaN if they do not."""
        found = []
        for mass, oh12, log_sfr in zip(self.log_m_star.T, self.oh12.T, self.log_sfr.T):
            found.append([float(np.interp(log_m_star, mass[1:], y[1:], left=np.nan, right=np.nan))
                          for y in (self.t_myr, oh12, log_sfr)])
        return np.array(found).T
