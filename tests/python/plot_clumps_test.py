"""tools/plot_clumps.py on an invented run whose galaxies have the spread that it is told."""
import json
import unittest

from invented_run import InventedRun

import h5py
import numpy as np

import plot_clumps
from cecropia_files import Trouble
from plot_data import Run

LEVEL, Z = "level_041", 9.2


class Clumps(InventedRun):
    def setUp(self):
        super().setUp()
        with h5py.File(self.folder / "run.h5", "a") as file:
            group = file[f"galaxies/{LEVEL}"]
            n = group["m_vir_msun"].size
            group["m_star_msun"][...] = 10 ** np.linspace(7.5, 9.5, n)
            group["sfr_10_msun_yr"][...] = 2.0
            group["r_half_light_kpc"] = np.full(n, 0.5)
            group["oh_spread_dex"] = np.full(n, 0.17)
            group["oh_gradient_dex_kpc"] = np.full(n, -0.2)

    def run_script(self):
        said = self.said_by(plot_clumps, "--z", str(Z))
        return said, json.loads((self.folder / "clumps.json").read_text())

    def test_figures_are_written_and_the_spread_is_printed(self):
        said, numbers = self.run_script()
        figures = [path for path in self.folder.glob("clumps_*.png") if path.stat().st_size > 10000]
        self.row_is("2.7", "figures of metallicities with internal spread, and of surface densities, written",
                    len(figures), 2)
        self.row_near("2.8", "spread of O/H among the rings of a run's galaxies, printed, injected 0.17 dex",
                      numbers["oh_spread_dex"]["median"], 0.17, 1e-6)
        self.assertIn("oh_spread_dex: median 0.170", said)
        self.assertAlmostEqual(numbers["oh_gradient_dex_kpc"]["median"], -0.2, places=6)
        # chi^2 of 3 degrees of freedom above 3 (0.4/0.17)^2 = 16.6: 0.09 %
        chance = numbers["part_that_scatters_as_observed"]
        self.assertAlmostEqual(chance["without_errors"], 0.0009, delta=0.001)
        self.assertIn(f"{100 * chance['with_errors']:.1f} % of galaxies have 4 clumps that scatter by 0.4 dex", said)

    def test_limits_are_arrows_and_densities_those_of_the_definition(self):
        seen = plot_clumps.galaxies_of(Run(self.folder), Z, 1.0)
        np.testing.assert_allclose(seen["log_stars"], seen["log_m"] - np.log10(2 * np.pi * 0.25), atol=1e-6)
        axes = plot_clumps.plot_densities(seen).axes
        limits = sum(clump[3] for clump in plot_clumps.clumps())
        self.assertEqual(limits, 4)
        self.row_is("2.7", "clumps of table 3 with a limit of radius that are arrows in both panels",
                    sum(len(one.texts) for one in axes), 2 * limits)
        metals = plot_clumps.plot_metals(seen, plot_clumps.numbers_of(seen)).axes[0]
        self.row_is("2.7", "arrows of the region with a limit of metallicity and of the one that the text calls so",
                    len(metals.texts), 2)

    def test_bug_star_formation_of_clumps_was_that_of_light_without_its_correction_for_dust(self):
        densities = {round(one[0], 1): one[2] for one in plot_clumps.clumps()}
        for log_m, printed in ((8.4, 1.3), (8.9, 0.9), (8.0, 1.4)):  # log10 Msun/yr/kpc^2 of their table 3
            self.assertAlmostEqual(densities[log_m], printed, delta=0.2)  # one decimal of each of SFR, radius and this

    def test_wide_galaxies_scatter_as_observed_half_of_the_time(self):
        self.assertAlmostEqual(plot_clumps.as_scattered(np.full(5, 0.45), np.ones(5)), 0.5, delta=0.1)

    def test_bug_the_scatter_of_regions_was_compared_with_clumps_measured_without_errors(self):
        oh12, errors = plot_clumps.observed_regions()
        self.assertEqual(list(oh12), [7.64, 7.93, 7.55, 6.98])
        np.testing.assert_allclose(errors, np.hypot([0.2, 0.06, 0.06, 0.04], 0.2))
        # equal errors of 0.3 dex and a spread of 0.4 dex are clumps of 0.5 dex, measured exactly
        self.assertAlmostEqual(plot_clumps.as_scattered(np.full(5, 0.4), np.ones(5), 0.5, [0.3] * 4),
                               plot_clumps.as_scattered(np.full(5, 0.5), np.ones(5), 0.5), delta=0.01)
        # chi^2 of 3 degrees of freedom above 3 (0.4/0.2)^2 = 12: 0.74 %, by errors alone
        found = plot_clumps.as_scattered(np.zeros(5), np.ones(5), 0.4, [0.2] * 4)
        self.assertAlmostEqual(found, 0.0074, delta=0.002)
        chance = plot_clumps.chances_of(np.full(5, 0.1), np.ones(5))
        self.assertLess(chance["without_errors"], chance["with_errors"])
        self.assertAlmostEqual(chance["scatter_without_limit_dex"], np.std([7.64, 7.93, 7.55], ddof=1))
        # errors of 0.2 to 0.3 dex explain 0.2 dex in most cases
        self.assertTrue(0.5 < chance["with_errors_without_limit"] < 0.8)

    def test_what_is_missing_is_named(self):
        with h5py.File(self.folder / "run.h5", "a") as file:
            del file[f"galaxies/{LEVEL}/oh_spread_dex"]
        with self.assertRaisesRegex(Trouble, "oh_spread_dex"):
            plot_clumps.galaxies_of(Run(self.folder), Z, 1.0)

    def test_too_few_galaxies_say_so(self):
        with self.assertRaisesRegex(Trouble, "lower --sfr-min"):
            plot_clumps.galaxies_of(Run(self.folder), Z, 1e6)


if __name__ == "__main__":
    unittest.main()
