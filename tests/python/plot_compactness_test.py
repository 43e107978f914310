"""tools/plot_compactness.py on an invented run whose sizes follow mass and redshift as it is told."""
import json
import unittest

from invented_run import InventedRun

import h5py
import numpy as np

import plot_compactness
from cecropia_files import Trouble

KEPT = (37, 42, 47, 52, 57)
SLOPES = {"below 1e8": -0.15, "1e8 to 1e9": -0.08, "above 1e9": 0.0}


class Compactness(InventedRun):
    def setUp(self):
        super().setUp()
        draw = np.random.default_rng(7)
        with h5py.File(self.folder / "run.h5", "a") as file:
            redshift = file["history/z"][()]
            for name in list(file["galaxies"]):
                level = int(name[-3:])
                if level not in KEPT:
                    del file["galaxies"][name]
                    continue
                group = file["galaxies"][name]
                n, z = group["m_vir_msun"].size, redshift[level]
                log_m = draw.uniform(7, 10.4, n)
                slope = np.select([log_m < 8, log_m < 9], [SLOPES["below 1e8"], SLOPES["1e8 to 1e9"]],
                                  SLOPES["above 1e9"])
                group["m_star_msun"][...] = 10 ** log_m
                group["sfr_10_msun_yr"][...] = 10 ** draw.normal(0.5, 0.2, n)
                log_r = 0.2 * (log_m - 9) + 2.6 + slope * (z - 7) + draw.normal(0, 0.1, n)
                compact = 0.21 * log_m - log_r
                relation = 0.43 * (log_m - 0.66 * np.log10(group["sfr_10_msun_yr"][()])) + 4.58 - 8.69
                group["oh_young"][...] = relation - 0.35 * compact - 0.56 + draw.normal(0, 0.1, n)
                group["r_half_light_kpc"] = 10 ** (log_r - 3)
                group["halo_id"] = np.arange(n, dtype=np.int64) // 10 << plot_compactness.TREE_OF_ID

    def run_script(self):
        said = self.said_by(plot_compactness)
        return said, json.loads((self.folder / "compactness.json").read_text())

    def test_sizes_and_offsets_in_three_bins_of_mass_are_those_put_in(self):
        said, numbers = self.run_script()
        figures = [path.name for path in self.folder.glob("compactness_*.png") if path.stat().st_size > 20000]
        self.row_is("0.7", "figures with the five panels, in three bins of mass, written", len(figures), 2)
        for name, slope in SLOPES.items():
            fit = numbers["size_of_redshift"][name]
            self.row_below("0.7", f"slope of sizes in redshift {name} Msun off the injected {slope:g} [its error]",
                           abs(fit["slope"] - slope) / fit["slope_err"], 3)
            self.assertIn(f"size_of_redshift, {name}: slope {fit['slope']:.3f}", said)
        for name in ("lightest_minus_heaviest", "lightest_minus_heaviest_at_fixed_mass"):
            found = numbers[name]
            self.assertLess(abs(found["difference"] + 0.15), 3 * found["error"], name)
            self.assertLess(found["error"], 0.05)
            self.assertIn(f"{name}: {found['difference']:.3f} +- {found['error']:.3f}", said)
        self.assertIs(numbers["lightest_steeper_than_heaviest"], True)
        line = numbers["offset_of_compactness"]["all"]
        self.row_below("0.9", "slope -0.35 of offset in compactness off the injected one [its error]",
                       abs(line["slope"] + 0.35) / line["slope_err"], 3)
        self.row_below("0.9", "rank correlation of an injected anticorrelation",
                       numbers["compactness"]["spearman_by_abundance"], 0)
        self.row_below("0.9", "part of samples with random signs of whole trees, at equal mass and redshift, as far",
                       numbers["compactness"]["p_at_equal_mass_and_redshift"], 0.01)
        self.assertLess(numbers["compactness"]["at_equal_mass_and_redshift"], 0)

    def test_what_depends_on_redshift_alone_is_no_anticorrelation(self):
        draw, small = np.random.default_rng(11), []
        for _ in range(200):  # 40 trees with ten galaxies each, at five levels; tree and galaxy keep what they have
            tree = np.repeat(np.arange(40), 50)
            z, log_m = np.tile([4.5, 5, 6, 7, 8], 400), np.repeat(draw.uniform(7, 9, 400), 5)
            c, offset = ((draw.normal(size=40)[tree] + np.repeat(draw.normal(size=400), 5)) * 0.2 + side * 0.3 * z
                         for side in (1, -1))
            cells = np.column_stack([z, np.floor(log_m / 0.2)])
            _, p = plot_compactness.rel.rank_correlation_within(c, offset, cells, tree, draws=99)
            small.append(p <= 0.05)
            if len(small) == 1:
                self.assertLess(plot_compactness.rel.spearman(c, offset), -0.5)
                self.assertLess(plot_compactness.rel.shuffled_null(c, offset, 99, within=cells[:, 1])[1], 0.02)
        self.row_between("0.9", "part of 200 samples, in which compactness and offset depend on redshift, tree and "
                         "galaxy alone, with p <= 0.05", np.mean(small), 0.01, 0.1)

    def test_heavier_galaxies_at_low_redshift_are_no_evolution_at_fixed_mass(self):
        draw, n = np.random.default_rng(5), 3000
        z = draw.uniform(4, 10, n)
        log_m = draw.uniform(7, 10.2, n) - 0.05 * (z - 7)
        seen = {"z": z, "log_m": log_m, "log_r": 0.3 * log_m + draw.normal(0, 0.02, n), "weight": np.ones(n),
                "region": np.arange(n) // 10, "offset": draw.normal(0, 1, n), "compactness": draw.normal(0, 1, n)}
        fixed = plot_compactness.lightest_minus_heaviest(seen, True)
        for slope in fixed["slopes"].values():
            self.assertLess(abs(slope), 0.003)
        self.assertLess(abs(fixed["difference"]), 3 * fixed["error"])
        # galaxies of a region that come twice are no news: an error of galaxies one by one would fall
        twice = {name: np.tile(column, 2) for name, column in seen.items()}
        self.assertAlmostEqual(plot_compactness.lightest_minus_heaviest(twice, True)["error"], fixed["error"], 12)
        # many regions with light galaxies do not make up for four that hold all heavy ones
        heavy = seen["log_m"] >= 9
        for few, has_error in ((4, False), (5, True)):
            some = {**seen, "region": np.where(heavy, np.arange(n) % few, np.arange(n) // 10)}
            error = plot_compactness.lightest_minus_heaviest(some, True)["error"]
            self.assertEqual(np.isfinite(error), has_error, few)
        seen["region"] = np.zeros(n)
        self.assertTrue(np.isnan(plot_compactness.lightest_minus_heaviest(seen, False)["error"]))
        seen["log_m"] = np.minimum(log_m, 8.9)
        self.assertIsNone(plot_compactness.numbers_of(seen)["lightest_steeper_than_heaviest"])

    def test_a_run_without_sizes_is_told_what_to_write(self):
        with h5py.File(self.folder / "run.h5", "a") as file:
            for group in file["galaxies"].values():
                del group["r_half_light_kpc"], group["r_galaxy_kpc"]
        with self.assertRaisesRegex(Trouble, "has no r_galaxy_kpc: run again with --set"):
            self.run_script()

    def test_bug_bathtubs_without_radii_were_told_to_write_what_they_have_written(self):
        with h5py.File(self.folder / "run.h5", "a") as file:
            for group in file["galaxies"].values():
                for name in ("r_half_light_kpc", "r_galaxy_kpc"):
                    group[name][...] = 0.0
        with self.assertRaisesRegex(Trouble, "/run has a radius: bathtubs have none; give a run of discs or of asloth"):
            plot_compactness.galaxies_of(plot_compactness.Run(self.folder), 0.1)

    def test_too_few_galaxies_are_no_sample(self):
        with h5py.File(self.folder / "run.h5", "a") as file:
            for group in file["galaxies"].values():
                group["sfr_10_msun_yr"][5:] = 0
                group["m_star_msun"][...] = 1e5
        with self.assertRaisesRegex(Trouble, "a metallicity and a radius at z = 4 to 10:"):
            self.run_script()


if __name__ == "__main__":
    unittest.main()
