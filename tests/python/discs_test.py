"""Discs along mean growth as tools/plot_discs reads them, the paper's sentences and the galaxies they are judged by."""
import json
import types
import unittest

from feature_rows import RowTest
from invented_run import InventedRun

import h5py
import numpy as np

import disc_galaxies
import disc_quoted
import disc_runs
from cecropia_files import Trouble, read_table, shipped_observations
from disc_galaxies import Measured
from mean_halos import MeanHalos

COSMOLOGY = {"omega_m": 0.3111, "omega_b": 0.0489, "h": 0.6766, "sigma_8": 0.8102, "n_s": 0.9665}


def invented(stars_per_halo=0.01, size_pc=300.0):
    """Discs whose stars, light and sizes follow from the halo's mass by simple laws."""
    discs = object.__new__(disc_runs.Discs)
    discs.run, discs.halos = types.SimpleNamespace(folder="invented"), MeanHalos(COSMOLOGY)
    discs.z = np.linspace(20, 5, 61)
    discs.age_myr = discs.halos.age_myr(discs.z)
    discs.end_msun = np.geomspace(1e10, 1e14, 21)
    m = np.array([discs.halos.mass_msun(e, 5, discs.z) for e in discs.end_msun]).T
    discs.columns = {"m_halo": m, "m_star": stars_per_halo * m, "sfr": 1e-10 * m, "sfr_10": 1e-10 * m,
                     "m_uv": -20 - 2.5 * np.log10(m / 1e11), "m_uv_seen": -19 - 2.5 * np.log10(m / 1e11),
                     "r_half_pc": np.full(m.shape, size_pc), "oh": np.log10(m / 1e12)}
    return discs


class Tracks(RowTest):
    def test_between_levels_a_power_law_of_mass_is_met_to_a_part_in_a_thousand(self):
        discs = invented()
        for z in (5.0, 7.003, 12.34, 19.9):
            np.testing.assert_allclose(discs.at("m_star", z) / [0.01 * discs.halos.mass_msun(m, 5, z)
                                                                for m in discs.end_msun], 1, atol=1e-3)
        np.testing.assert_allclose(discs.at("m_uv", 5), -20 - 2.5 * np.log10(discs.end_msun / 1e11), atol=1e-9)
        self.assertEqual(discs.halo(1.1e12), 10)
        with self.assertRaisesRegex(Trouble, "has no discs at z = 3: its trees go from z = 20 to 5"):
            discs.at("m_uv", 3)

    def test_rates_are_what_is_gained_over_the_time_between_levels(self):
        discs = invented()
        rate, z = discs.rate("m_star")
        growth = 0.01 * discs.halos.growth_msun_yr(np.array([np.interp(-z, -discs.z, m) for m in discs["m_halo"].T]).T,
                                                   z[:, None])
        np.testing.assert_allclose(rate / growth, 1, atol=0.02)

    def test_the_luminosity_function_is_the_mass_function_where_light_follows_mass(self):
        discs = invented()
        phi = 10 ** discs.log_phi("m_uv", 7, -21)
        mass = 10 ** (11 + 1 / 2.5)
        expected = float(discs.halos.sheth_tormen(mass, 7)) / 2.5
        self.assertAlmostEqual(phi / expected, 1, delta=0.02)  # phi is the mean of a bin
        self.assertTrue(np.isnan(discs.log_phi("m_uv", 7, -40)))
        fine = np.linspace(11 - 1.2, np.log10(discs.at("m_halo", 7)[-1]), 20001)  # brighter than -17
        weight = discs.halos.sheth_tormen(10 ** fine, 7) * (fine[1] - fine[0])
        self.assertAlmostEqual(discs.sfr_density(7) / np.sum(weight * 1e-10 * 10 ** fine), 1, delta=0.01)
        discs.columns["m_uv"] = np.full(discs["m_uv"].shape, np.nan)
        with self.assertRaisesRegex(Trouble, "invented: fewer than two halos have m_uv at z = 7"):
            discs.log_phi("m_uv", 7, -21)

    def test_every_variant_changes_one_thing(self):
        variants = disc_runs.variants()
        self.assertEqual(variants[disc_runs.FIDUCIAL], {})
        for name, changes in variants.items():
            self.assertLessEqual(len(changes), 2, name)
            self.assertTrue(all(key.startswith("disc.") for key in changes), name)
        self.assertEqual(variants["f_s_0.1"], {"disc.angular_momentum_ratio": 0.1})


class OtherRuns(InventedRun):
    def setUp(self):
        super().setUp()
        summary = json.loads((self.folder / "run.json").read_text())
        summary["parameters"]["cosmology"] = COSMOLOGY
        (self.folder / "run.json").write_text(json.dumps(summary))

    def test_a_run_without_galaxies_is_told_what_to_run(self):
        with h5py.File(self.folder / "run.h5", "a") as file:
            del file["galaxies"]
        with self.assertRaisesRegex(Trouble, "/run.h5 holds no level of galaxies: run params/toyouchi2025_halos.json"):
            disc_runs.Discs(self.folder)

    def test_halos_that_are_not_those_of_mean_growth_are_refused(self):
        with self.assertRaisesRegex(Trouble, "has no halo_id"):
            disc_runs.Discs(self.folder)
        with h5py.File(self.folder / "run.h5", "a") as file:
            for group in file["galaxies"].values():
                n = group["m_star_msun"].size
                group["halo_id"] = np.arange(n) + 7  # of a simulation
                for name in ("metals_gas_msun", "r_half_light_kpc", "r_half_stars_kpc", *disc_runs.Discs.PLAIN):
                    if name not in group:
                        group[name] = np.zeros(n)
        with self.assertRaisesRegex(Trouble, "is no run along trees of tools/grow_mean.py: every level has to hold all "
                                             "of its halos .run params/toyouchi2025_halos.json"):
            disc_runs.Discs(self.folder)


class Sentences(RowTest):
    ROW = {"unit": "Msun", "low": 10.0, "high": 20.0}

    def test_a_value_is_off_by_the_factor_by_which_it_leaves_the_range(self):
        for value, off in ((15.0, 1.0), (5.0, 2.0), (60.0, 3.0), (np.nan, np.inf), (0.0, np.inf)):
            self.assertAlmostEqual(disc_quoted.factor_off(value, self.ROW), off)
        self.assertEqual(disc_quoted.factor_off(1e9, {**self.ROW, "high": ""}), 1.0)
        self.assertEqual(disc_quoted.factor_off(1e-9, {**self.ROW, "low": ""}), 1.0)

    def test_magnitudes_are_compared_as_light(self):
        brighter = {"unit": "mag", "low": "", "high": -20.0}
        self.assertEqual(disc_quoted.factor_off(-21.0, brighter), 1.0)
        self.assertAlmostEqual(disc_quoted.factor_off(-17.5, brighter), 10.0)
        fainter = {"unit": "mag", "low": -15.0, "high": ""}
        self.assertEqual(disc_quoted.factor_off(-14.0, fainter), 1.0)
        self.assertAlmostEqual(disc_quoted.factor_off(-17.5, fainter), 10.0)

    def test_rows_that_were_not_measured_are_not_counted(self):
        rows = disc_quoted.judged({"m2": 23.0, "m3": 0.9})
        self.assertEqual(disc_quoted.counts(rows), (1, 2))
        verdicts = {row["id"]: verdict for row, _, _, verdict in rows}
        self.assertEqual((verdicts["m2"], verdicts["m3"], verdicts["m4"]), ("agrees", "not", "-"))
        self.assertIn("| m3 | M_*/(M_g+M_*) | 1e12 Msun at z=5, z=5 | ~0.3 | 0.9 | not, x3 |",
                      disc_quoted.text_of({"ours": rows}))

    def test_every_quoted_row_has_a_number_or_a_bound(self):
        rows = read_table(shipped_observations() / disc_quoted.QUOTED)
        self.assertEqual(len({row["id"] for row in rows}), len(rows))
        for row in rows:
            bounds = [b for b in (row["low"], row["high"]) if b != ""]
            self.assertTrue(bounds and all(isinstance(b, float) for b in bounds), row["id"])
            self.assertEqual(bounds, sorted(bounds), row["id"])

    def test_profiles_are_read_at_a_radius(self):
        self.assertAlmostEqual(disc_quoted.profile(12)["Sigma_g"], 2565.9)
        self.assertLess(disc_quoted.profile(12, 1000)["Sigma_g"], 100)
        with self.assertRaisesRegex(Trouble, "tests/data/disc/reference_profiles.csv has no profile at z = 9"):
            disc_quoted.profile(9)


class Galaxies(RowTest):
    def test_errors_are_those_of_the_side_on_which_a_model_lies(self):
        one = Measured(8.0, 0.1, 0.5)
        np.testing.assert_allclose(one.chi2([7.9, 8.0, 8.5]), [1, 0, 1], atol=1e-9)
        limit = Measured(2.0, 0.1, 0.1, is_limit=True)
        np.testing.assert_allclose(limit.chi2([1.0, 2.2]), [0, 4], atol=1e-9)

    def test_a_row_of_the_table_becomes_logarithms(self):
        rows = {r["name"]: r for r in read_table(shipped_observations() / disc_galaxies.GALAXIES)}
        ghz2 = disc_galaxies.measured(rows["GHZ2"])
        self.assertEqual(set(ghz2), {"m_uv", "m_star", "sfr", "r_half", "oh12"})
        self.assertAlmostEqual(ghz2["r_half"].value, np.log10(34))
        self.assertAlmostEqual(ghz2["r_half"].low, np.log10(34 / 25))
        self.assertAlmostEqual(ghz2["sfr"].high, np.log10(10.1 / 8.7))
        self.assertNotIn("oh12", disc_galaxies.measured(rows["GS-z13"]))
        self.assertEqual(disc_galaxies.measured(rows["GS-z13"])["r_half"].low, disc_galaxies.RADIUS_ERROR_DEX)
        self.assertTrue(disc_galaxies.measured(rows["GS-z14-1"])["r_half"].is_limit)

    def test_a_galaxy_made_of_a_disc_finds_it_again(self):
        runs = {f_s: invented(size_pc=600 * f_s) for f_s in (0.1, 0.5, 2.0)}
        row = {"z": 10.0, "m_uv_ab": -21.0, "log10_m_star_msun": 9.4, "log10_m_star_err_lo_dex": 0.1,
               "log10_m_star_err_hi_dex": 0.1, "sfr_msun_yr": 25.1, "sfr_err_lo_msun_yr": 1.0,
               "sfr_err_hi_msun_yr": 1.0, "oh12": "", "r_half_pc": 300.0, "r_half_err_lo_pc": 30.0,
               "r_half_err_hi_pc": 30.0, "r_limit": "="}
        fits = {f_s: disc_galaxies.fit(row, discs) for f_s, discs in runs.items()}
        self.assertEqual(disc_galaxies.best(fits), 0.5)
        self.assertLess(fits[0.5].chi2, 0.01)
        self.assertAlmostEqual(fits[0.5].log_m_halo, 11.4, delta=0.02)
        self.assertGreater(fits[0.1].chi2, 100)


if __name__ == "__main__":
    unittest.main()
