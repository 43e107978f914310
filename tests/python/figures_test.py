"""Figures of a run: what one cannot be drawn of is said with what to write instead."""
import contextlib
import io
import json
import sys
import unittest

from invented_run import InventedRun

import h5py
import numpy as np

import paper_galaxies
import plot_data
import plot_index
import plot_light
import plot_slice
from cecropia_files import Trouble


class Figures(InventedRun):
    def run_of(self, change=None, summary=None):
        """The invented run, after a change of its file and with more in its summary."""
        if change:
            with h5py.File(self.folder / "run.h5", "a") as file:
                change(file)
        told = json.loads((self.folder / "run.json").read_text())
        for section, values in (summary or {}).items():
            told[section].update(values)
        (self.folder / "run.json").write_text(json.dumps(told))
        return plot_data.Run(self.folder)

    def slice_at_6(self):
        """The words with which tools/plot_slice.py ends."""
        with self.assertRaises(Trouble) as caught:
            self.said_by(plot_slice)
        return str(caught.exception)

    def test_stars_as_they_age_need_what_older_versions_did_not_write(self):
        run = self.run_of(lambda file: file.__delitem__("populations/iii"))
        with self.assertRaisesRegex(Trouble, "run.h5 has no group /populations: repeat the run with this version"):
            plot_light.plot_populations(run)

    def test_a_slice_needs_the_places_of_halos(self):
        self.assertIn("has no position_cmpc, bubble_radius_ckpc", self.slice_at_6())

        def place(file):
            for group in file["galaxies"].values():
                n = group["m_vir_msun"].size
                group["position_cmpc"], group["bubble_fractions"] = np.full((n, 3), np.nan), np.zeros((n, 2))
                group["bubble_radius_ckpc"] = group["region_radius_cmpc"] = np.zeros(n)
        self.run_of(place, {"trees": {"box_cmpc": 0.0}})
        words = "the trees of this run have no positions: a slice needs trees of a simulation"
        self.assertEqual(self.slice_at_6(), words)
        self.run_of(summary={"trees": {"box_cmpc": 5.9}})
        self.assertEqual(self.slice_at_6(), words)
        self.assertFalse(list(self.folder.glob("*.png")))

    def test_bug_a_slice_of_trees_whose_box_was_not_written_ended_in_a_traceback(self):
        def place(file):
            for group in file["galaxies"].values():
                for name in plot_slice.WANTED:
                    if name not in group:
                        group[name] = np.zeros((group["m_vir_msun"].size, 3))
        self.run_of(place)
        self.assertIn("the trees of this run have no positions", self.slice_at_6())

    def test_sizes_need_a_level_and_radii(self):
        run = self.run_of()
        with self.assertRaisesRegex(Trouble, "it needs a level of galaxies near z = 3: put 3 into output.redshifts"):
            paper_galaxies.sizes_near(run, 3)
        self.assertAlmostEqual(paper_galaxies.sizes_near(run, 7)[0], 7, delta=0.2)
        run = self.run_of(lambda file: [group.__delitem__("r_vir_kpc") for group in file["galaxies"].values()])
        with self.assertRaisesRegex(Trouble, "it needs the radii of galaxies and halos, which this run did not write"):
            paper_galaxies.sizes_near(run, 7)
        run = self.run_of(lambda file: file.__delitem__("galaxies"))
        with self.assertRaisesRegex(Trouble, "put 7 into output.redshifts and run again"):
            paper_galaxies.sizes_near(run, 7)

    def test_a_column_that_a_table_of_observations_lacks_is_named(self):
        row = {"file": "mine.csv", "quantity": "csmd_msun_cmpc3", "name": "mine"}
        self.assertEqual(plot_index.field({"z_min": 4.0, "z": 5.0}, row, "z_min", "z"), 4.0)
        self.assertTrue(np.isnan(plot_index.field({"z": ""}, row, "z_min", "z")))
        with self.assertRaises(Trouble) as caught:
            plot_index.redshifts({"value": 1.0}, row)
        words = "mine.csv, drawn as csmd_msun_cmpc3 (index.csv, 'mine'): none of the columns z_min, z is there"
        self.assertEqual(str(caught.exception), words)


class Places(InventedRun):
    def test_bug_a_summary_that_is_no_json_ended_in_a_traceback(self):
        self.addCleanup(setattr, sys, "argv", sys.argv)
        sys.argv = ["tools/plot_mass_noise.py", str(self.folder)]

        def opened():
            with contextlib.redirect_stdout(io.StringIO()):
                return plot_data.open_summary("", (), "tools/mass_noise")
        with self.assertRaisesRegex(Trouble, r"summary.json cannot be read \(No such file.*: run tools/mass_noise"):
            opened()
        (self.folder / "summary.json").write_text('{"quick": ')
        with self.assertRaisesRegex(Trouble, "summary.json is not JSON: "):
            opened()
        (self.folder / "summary.json").write_text('{"quick": true}')
        self.assertEqual(opened(), ({"quick": True}, self.folder))

    def test_a_folder_for_figures_that_cannot_be_made_is_one_line_and_exit_code_2(self):
        self.addCleanup(setattr, sys, "argv", sys.argv)
        sys.argv = ["tools/plot_run.py"]
        (self.folder / "taken").write_text("a file")
        for name, why in (("taken", "File exists"), ("taken/below", "Not a directory")):
            with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit) as ended:
                plot_data.main_of(lambda place=self.folder / name: plot_data.make_folder(place))
            self.assertEqual(ended.exception.code, 2)
            self.assertEqual(said.getvalue(), f"plot_run.py: the folder {self.folder / name} cannot be made: {why}\n")
        self.assertEqual((self.folder / "taken").read_text(), "a file")


if __name__ == "__main__":
    unittest.main()
