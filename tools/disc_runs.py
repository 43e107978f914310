"""Discs along the mean growth of halos: the runs that tools/plot_discs needs, and a run of them as tracks of halos."""
import functools
import pathlib
import sys

import numpy as np

import grow_mean
from mean_halos import NEEDED, MeanHalos
from plot_data import Run, Trouble

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from model_runs import ModelRuns  # noqa: E402  tools/lib is no package

HOUSE = pathlib.Path(__file__).resolve().parent.parent
PARAMETERS = "params/toyouchi2025_halos.json"
FIDUCIAL = "fiducial"
SPIN_RATIOS = {"f_s_0.1": 0.1, "f_s_0.2": 0.2, FIDUCIAL: 0.5, "f_s_1": 1.0, "f_s_2": 2.0}
LOADINGS = {"eta_0_1": 1.0, FIDUCIAL: 5.0, "eta_0_20": 20.0, "eta_0_100": 100.0}
BOOSTS = {FIDUCIAL: 1.0, "F_b_3": 3.0, "F_b_10": 10.0}
ACCRETION_MYR = {FIDUCIAL: 5.0, "tau_0_50": 50.0}
DEPTHS = {"depth_0.5": 0.5, "depth_0.1": 0.1, "depth_0.01": 0.01}
COVERS = {"cover_0.8": 0.8, "cover_0.5": 0.5, "cover_0.1": 0.1}


def variants():
    """{name: {parameter: value}} of all runs: each changes one thing of the fiducial model (the last two: two)."""
    found = {FIDUCIAL: {}}
    for parameter, values in (("angular_momentum_ratio", SPIN_RATIOS), ("mass_loading", LOADINGS), ("boost", BOOSTS),
                              ("accretion_myr", ACCRETION_MYR), ("depth_factor", DEPTHS)):
        found.update({name: {f"disc.{parameter}": value} for name, value in values.items() if name != FIDUCIAL})
    found.update({name: {"disc.geometry": "cover", "disc.covering": value} for name, value in COVERS.items()})
    found.update({"large_grains": {"disc.grain_radius_um": 0.5}, "displaced": {"disc.displacement": 5},
                  "two_faces": {"disc.two_faces": "true"}, "weak": {"disc.weak_feedback": "true"},
                  "constant": {"disc.massive_ejecta": "constant"},
                  "constant_weak": {"disc.massive_ejecta": "constant", "disc.weak_feedback": "true"},
                  "constant_tau_0_50": {"disc.massive_ejecta": "constant", "disc.accretion_myr": 50}})
    return found


def make(program, out, jobs=1, grow=(), settings=()):
    """Makes the trees (`grow`: further arguments of tools/grow_mean.py) and those runs of all variants (`settings`:
    KEY=VALUE of all) that are not in OUT/runs/NAME yet. Returns their folders by name."""
    out = pathlib.Path(out).resolve()
    trees = out / "halos.hdf5"
    grow_mean.make(grow_mean.options([str(HOUSE / PARAMETERS), "--out", str(trees), *grow]))
    runs = ModelRuns(program, HOUSE, out, jobs)
    try:
        runs.run_all([(name, PARAMETERS, [f"trees.path={trees}", *settings,
                                          *(f"{key}={value}" for key, value in changes.items())])
                      for name, changes in variants().items()])
    except RuntimeError as error:
        raise Trouble(str(error)) from error
    return {name: runs.folder(name) for name in variants()}


@functools.lru_cache
def halos_of(*cosmology):
    """Runs of one cosmology share its halos."""
    return MeanHalos(dict(zip(NEEDED, cosmology)))


class Discs:
    """A run along the mean growth of halos (tools/grow_mean.py): arrays [level, halo], levels of falling redshift and
    halos of ascending mass.

    z, age_myr     of the levels
    end_msun       masses of the halos at the last level
    columns        {name: array} of everything below; NaN where there is no value
      m_halo, m_star (living), formed, gas, metals, dust, out [Msun]; sfr [Msun/yr], of the last step; oh (dex over
      solar, of new stars); m_uv, m_uv_seen [AB mag]; r_half_pc, r_half_stars_pc; depth (weighted with the light that
      leaves), depth_intrinsic; t_dust_k; flux_ujy; growth [Msun/yr] of the halo; inflow [Msun/yr] of gas; f_star
    """

    PLAIN = {"m_vir_msun": "m_halo", "m_living_msun": "m_star", "m_star_msun": "formed", "m_cold_msun": "gas",
             "m_out_msun": "out", "m_dust_msun": "dust", "sfr_step_msun_yr": "sfr", "sfr_10_msun_yr": "sfr_10",
             "oh_young": "oh", "m_uv_ab": "m_uv", "m_uv_seen_ab": "m_uv_seen", "depth_1500": "depth",
             "depth_1500_intrinsic": "depth_intrinsic", "t_dust_k": "t_dust_k", "flux_158_ujy": "flux_ujy"}
    LINEAR = {"oh", "m_uv", "m_uv_seen"}  # logarithms already

    def __init__(self, folder):
        self.run = Run(folder)
        self.halos = halos_of(*(self.run.cosmology[name] for name in NEEDED))
        if not self.run.levels:
            raise Trouble(f"{folder}/run.h5 holds no level of galaxies: run {PARAMETERS}")
        wanted = ["halo_id", "metals_gas_msun", "r_half_light_kpc", "r_half_stars_kpc", *self.PLAIN]
        with self.run.open_file() as file:  # some thousand small datasets: read without their descriptions
            groups = [file["galaxies"][name] for name in self.run.levels]
            self.run.require(groups[-1], wanted)
            self.z = np.array([group.attrs["redshift"] for group in groups], float)
            self.age_myr = np.array([group.attrs["age_myr"] for group in groups], float)
            t = {name: [group[name][()] for group in groups] for name in wanted}
        number = np.arange(t["halo_id"][-1].size)
        if any(not np.array_equal(ids // grow_mean.PER_HALO, number) for ids in t["halo_id"]):
            raise Trouble(f"{folder} is no run along trees of tools/grow_mean.py: every level has to hold all of its "
                          f"halos (run {PARAMETERS})")
        c = {short: np.array(t[name], float) for name, short in self.PLAIN.items()}
        c["metals"] = np.array(t["metals_gas_msun"], float)[:, :, 0]
        for name, short in (("r_half_light_kpc", "r_half_pc"), ("r_half_stars_kpc", "r_half_stars_pc")):
            c[short] = 1e3 * np.array(t[name], float)
        c["growth"] = self.halos.growth_msun_yr(c["m_halo"], self.z[:, None])
        disc = self.run.parameters["disc"]
        suppressed = 1 / (1 + c["m_halo"] / disc["m_suppression_msun"]) if disc["suppressed"] else 1.0
        c["inflow"] = self.halos.baryon_fraction * suppressed * c["growth"]
        c["f_star"] = c["sfr"] / (self.halos.baryon_fraction * c["growth"])
        self.columns = c
        self.end_msun = c["m_halo"][-1]

    def __getitem__(self, name):
        return self.columns[name]

    def halo(self, end_msun):
        """Number of the halo that ends nearest to a mass."""
        return int(np.argmin(np.abs(np.log(self.end_msun / end_msun))))

    def at(self, name, z):
        """A column at a redshift, by halo: between levels straight in z, of the logarithm where it is no logarithm."""
        if not self.z[-1] - 1e-6 <= z <= self.z[0] + 1e-6:
            raise Trouble(f"{self.run.folder} has no discs at z = {z:g}: its trees go from z = {self.z[0]:g} to "
                          f"{self.z[-1]:g}")
        values = self[name]
        if name not in self.LINEAR:
            values = np.log(np.where(values > 0, values, np.nan))
        k = int(np.clip(np.searchsorted(-self.z, -z) - 1, 0, self.z.size - 2))
        part = (self.z[k] - z) / (self.z[k] - self.z[k + 1])
        found = values[k] + np.where(part > 0, part * (values[k + 1] - values[k]), 0)
        return found if name in self.LINEAR else np.exp(found)

    def rate(self, name):
        """What is gained per year between levels [Msun/yr], and the redshifts in the middle between them."""
        return np.diff(self[name], axis=0) / (1e6 * np.diff(self.age_myr))[:, None], 0.5 * (self.z[1:] + self.z[:-1])

    def on_mass_function(self, name, z, n=4000):
        """DSC-29: (values, weights per cMpc^3) of n halo masses equally spaced in log M between the lightest and the
        heaviest, their values on straight lines in log M between the halos."""
        m, values = self.at("m_halo", z), self.at(name, z)
        keep = np.isfinite(values)
        if keep.sum() < 2:
            raise Trouble(f"{self.run.folder}: fewer than two halos have {name} at z = {z:g}")
        m, values = np.log10(m[keep]), values[keep]
        fine = np.linspace(m[0], m[-1], n)
        linear = values if name in self.LINEAR else np.log(values)
        found = np.interp(fine, m, linear)
        weight = self.halos.sheth_tormen(10 ** fine, z) * (fine[1] - fine[0])
        return (found if name in self.LINEAR else np.exp(found)), weight

    def luminosity_function(self, name, z, edges):
        """DSC-30: galaxies per magnitude and cMpc^3 in bins of `name`, m_uv or m_uv_seen."""
        magnitude, weight = self.on_mass_function(name, z)
        return np.histogram(magnitude, edges, weights=weight)[0] / np.diff(edges)

    def log_phi(self, name, z, magnitude, width=0.25):
        """log10 of the luminosity function at a magnitude, in a bin around it; NaN where there is no galaxy."""
        phi = self.luminosity_function(name, z, np.array([magnitude - width / 2, magnitude + width / 2]))[0]
        return float(np.log10(phi)) if phi > 0 else np.nan

    def sfr_density(self, z, m_uv_limit=-17.0):
        """DSC-31: star formation of galaxies whose stars are brighter than a magnitude [Msun/yr/cMpc^3]."""
        sfr, weight = self.on_mass_function("sfr", z)
        bright = self.on_mass_function("m_uv", z)[0] < m_uv_limit
        return float(np.sum((sfr * weight)[bright]))
