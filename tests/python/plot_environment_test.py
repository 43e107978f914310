"""tools/plot_environment.py on an invented run: figures, numbers by redshift, and what a run must hold."""
import json
import math
import unittest

from feature_rows import HOUSE
from invented_run import InventedRun

import h5py
import numpy as np

import plot_environment
from cecropia_files import Trouble, read_table
from plot_data import Run

KEPT = ("level_041", "level_055")  # z = 9.2 and 5.6


class Environment(InventedRun):
    def setUp(self):
        super().setUp()
        with h5py.File(self.folder / "run.h5", "a") as file:
            for name in list(file["galaxies"]):
                if name not in KEPT:
                    del file["galaxies"][name]
                else:  # trees of thirty halos each: rich ones are those of the heavy halos
                    group = file["galaxies"][name]
                    order = np.argsort(np.argsort(-group["m_vir_msun"][()]))
                    group["halo_id"] = (order // 30).astype(np.int64) << plot_environment.TREE_OF_ID
        summary = json.loads((self.folder / "run.json").read_text())
        summary["parameters"]["observe"]["observations_path"] = str(HOUSE / "params/observations")
        (self.folder / "run.json").write_text(json.dumps(summary))

    def change(self, body):
        with h5py.File(self.folder / "run.h5", "a") as file:
            for name in KEPT:
                body(file["galaxies"][name])

    def seen(self):
        """Galaxies at z = 5.6 as the script selects them."""
        return plot_environment.galaxies_of(Run(self.folder), 5.6, 10 ** -0.5)

    def run_script(self):
        said = self.said_by(plot_environment)
        return said, json.loads((self.folder / "environment.json").read_text())

    def test_figures_and_numbers_are_written(self):
        said, numbers = self.run_script()
        figures = sorted(path.name for path in self.folder.glob("*.png") if path.stat().st_size > 10000)
        self.assertEqual(figures, ["compactness.png", "environment_mzr.png", "environment_offset.png",
                                   "fmr_offset.png", "mzr_scatter.png"])
        self.row_is("1.11", "figures of MZR, offset of environments, FMR, scatter, compactness written", len(figures),
                    5)
        self.assertEqual([round(one["z"], 1) for one in numbers], [9.2, 5.6])
        for one in numbers:
            offset = one["fmr_offset_dex"]
            self.assertLess(offset["p16"], offset["median"])
            self.assertLess(offset["median"], offset["p84"])
            self.assertIn(f"z = {one['z']:.2f}", said)
        self.row_is("0.6", "redshifts of two with median and 16 to 84 % of the FMR offset",
                    sum("fmr_offset_dex" in one for one in numbers), 2)
        self.row_between("1.6", "part of a run's galaxies in clusters, reported", numbers[1]["cluster_fraction"],
                         0.01, 0.99)
        self.row_near("2.9", "scatter about the MZR in the table by redshift, injected 0.26 dex",
                      numbers[1]["mzr_scatter_dex"], 0.26, 0.05)
        self.assertNotIn("age_and_mzr_residual", numbers[1])  # the run wrote no ages
        compact = numbers[1]["compactness"]
        n = np.isfinite(self.seen()["log_r_pc"]).sum()
        normal = math.erfc(abs(compact["spearman"]) * math.sqrt(n - 1) / math.sqrt(2))
        self.row_near("0.9", "part of shuffled samples as far from zero, printed; expected: the normal law of rank "
                      "correlations", compact["p_of_shuffled"], normal, 4 * math.sqrt(normal * (1 - normal) / 1000))
        self.assertEqual(compact["anticorrelated"], compact["spearman"] < 0)
        self.assertTrue(0 < compact["p_by_abundance_at_equal_mass"] <= 1)
        self.assertIn("spearman", said)

    def test_old_galaxies_that_are_rich_correlate(self):
        draw = np.random.default_rng(3)

        def put(group):
            n = group["m_star_msun"].size
            age = draw.uniform(50, 500, n)
            group["age_first_stars_myr"] = age
            group["oh_young"][...] = 0.3 * np.log10(group["m_star_msun"][()]) - 3.5 + 0.5 * (age - 275) / 450
        self.change(put)
        said, numbers = self.run_script()
        self.row_near("1.12", "Spearman of age and residual that were put into a run",
                      numbers[1]["age_and_mzr_residual"]["spearman"], 1, 0.02)
        for p in ("p_of_shuffled", "p_by_abundance_at_equal_mass"):
            self.assertLess(numbers[1]["age_and_mzr_residual"][p], 0.01)
        self.assertIn("age_and_mzr_residual: spearman", said)

    def test_observers_lines_are_in_the_figures(self):
        run = Run(self.folder)
        every = plot_environment.seen_by_redshift(run, 10 ** -0.5)
        axes = plot_environment.plot_mzr(run, *plot_environment.nearest_to(every, 5.6)).axes[0]
        drawn = {tuple(np.round(line.get_xydata().ravel(), 6)) for line in axes.lines if len(line.get_xdata()) == 2}
        wanted = set()
        for row in read_table(HOUSE / "params/observations/li2025_table3_mzr.csv"):
            if row["z_max"] > 2.5:
                ends = np.array([row["log10_m_star_min_msun"], row["log10_m_star_max_msun"]])
                line = np.column_stack([ends, row["slope"] * (ends - 10) + row["oh12_at_1e10_msun"]])
                wanted.add(tuple(np.round(line.ravel(), 6)))
        self.assertEqual(len(wanted), 16)
        self.row_is("1.11", "lines of table 3 at z > 2.5 in the figure of the MZR", len(wanted & drawn), 16)
        scatter = plot_environment.plot_scatter([said for _, said in every]).axes[0]
        targets = [line.get_ydata()[0] for line in scatter.lines if line.get_linestyle() == "--"]
        self.row_is("2.9", "lines of 0.1, 0.2 and 0.3 dex in the figure of the scatter by redshift",
                    sum(np.isclose(np.sort(targets), [0.1, 0.2, 0.3])), 3)

    def test_galaxies_of_a_box_are_in_the_groups_that_were_put_there(self):
        summary = json.loads((self.folder / "run.json").read_text())
        summary["trees"]["box_cmpc"] = 60.0
        (self.folder / "run.json").write_text(json.dumps(summary))
        nodes = 6.0 * np.array([[i, j, k] for i in range(10) for j in range(10) for k in range(10)]) + 1
        draw, put = np.random.default_rng(4), {}

        def place(group):
            bright = np.flatnonzero(group["sfr_10_msun_yr"][()] > 10 ** -0.5)
            self.assertTrue(200 < bright.size < 900)
            position = np.tile(nodes[0], (group["m_vir_msun"].size, 1))
            groups = np.arange(12) * 83
            which = np.concatenate([np.repeat(groups, 5), np.setdiff1d(np.arange(1000), groups)])
            position[bright] = nodes[which[:bright.size]] + draw.uniform(-0.2, 0.2, (bright.size, 3))
            group["position_cmpc"] = position
            put[bright.size] = bright[:60]
        self.change(place)
        table = Run(self.folder).level(5.6)
        bright = table["sfr_10_msun_yr"] > 10 ** -0.5
        cluster, region, how = plot_environment.label(Run(self.folder), table, bright, None)
        self.assertEqual(how, "friends of friends")
        hits = np.isin(np.flatnonzero(cluster), put[bright.sum()]).sum()
        self.row_is("1.6", "cluster members of 12 groups of 5 among single galaxies in a box, less the wrong ones",
                    hits - (cluster.sum() - hits), 60)
        self.assertEqual(len(set(region[cluster])), len({tuple(p) for p in np.floor(
            table["position_cmpc"][cluster] / (60 / 9)).astype(int)}))
        dense, _, _ = plot_environment.label(Run(self.folder), table, bright, 1.0)
        self.assertEqual(set(np.flatnonzero(dense)) & set(np.flatnonzero(cluster)), set(np.flatnonzero(cluster)))
        self.assertLess(dense.sum(), bright.sum() / 2)
        numbers = plot_environment.seen_by_redshift(Run(self.folder), 10 ** -0.5)[1][1]
        self.assertEqual(numbers["regions"]["cluster"], 12)
        self.assertTrue(np.isfinite(numbers["cluster_minus_field_dex"]["error"]))

    def test_spheres_need_places(self):
        with self.assertRaisesRegex(Trouble, "without --spheres"):
            plot_environment.galaxies_of(Run(self.folder), 5.6, 10 ** -0.5, 1.0)

    def test_what_is_missing_is_named(self):
        self.change(lambda group: group.__delitem__("r_galaxy_kpc"))
        self.assertTrue(np.isnan(self.seen()["log_r_pc"]).all())
        self.change(lambda group: group.__delitem__("halo_id"))
        with self.assertRaisesRegex(Trouble, "halo_id"):
            self.seen()

    def test_a_box_without_places_cannot_be_labelled(self):
        summary = json.loads((self.folder / "run.json").read_text())
        summary["trees"]["box_cmpc"] = 5.9
        (self.folder / "run.json").write_text(json.dumps(summary))
        with self.assertRaisesRegex(Trouble, "/run.h5 has no position_cmpc: run again with --set"):
            self.seen()
        draw = np.random.default_rng(1)
        self.change(lambda group: group.__setitem__("position_cmpc", draw.uniform(0, 5.9, (1500, 3))))
        self.assertEqual(self.seen()["how"], "friends of friends")

    def test_what_a_figure_cannot_be_made_of_is_said(self):
        alone = {"z": 6.0, "label": "friends of friends", "cluster_minus_field_dex": {"offset": np.nan}}
        with self.assertRaisesRegex(Trouble, "at no redshift are there galaxies of equal mass in clusters and in the "
                                             "field .friends of friends.$"):
            plot_environment.plot_offset(Run(self.folder), [alone])
        self.change(lambda group: group.__delitem__("r_galaxy_kpc"))
        seen = self.seen()
        with self.assertRaisesRegex(Trouble, "compactness needs r_half_light_kpc or r_galaxy_kpc of at least 10 gal"):
            plot_environment.plot_compactness(seen, plot_environment.numbers_of(Run(self.folder), seen))

    def test_a_run_without_bright_galaxies_says_so(self):
        self.change(lambda group: group["sfr_10_msun_yr"].__setitem__(slice(None), 1e-5))
        with self.assertRaisesRegex(Trouble, "lower --sfr-min"):
            self.run_script()


if __name__ == "__main__":
    unittest.main()
