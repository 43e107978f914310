#!/usr/bin/env python3
"""The reader of results (tools/cecropia.py) on invented runs and scans whose numbers are known."""
import json
import pathlib
import sys
import tempfile
import unittest

import h5py
import numpy as np

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tools"), str(TOP / "tests/testing")]
import cecropia  # noqa: E402
import cecropia_files  # noqa: E402
import plot_data  # noqa: E402
import synthetic_run  # noqa: E402

SLOPE, LIMIT = "feedback.alpha_out", "stars.imf2_max_msun"


def setUpModule():
    global FOLDER, SCRATCH
    SCRATCH = tempfile.TemporaryDirectory()
    FOLDER = pathlib.Path(SCRATCH.name)
    synthetic_run.main(FOLDER / "run", empty=False)


def tearDownModule():
    SCRATCH.cleanup()


def ledger(folder, points):
    """A scan that is under way: points are (id, {parameter: value}, log10 L)."""
    folder.mkdir()
    terms = ("all", "csfh", "sfrd", "csmd", "mzsfr", "fmr", "mzr", "shmr")
    about = {"schema": 1, "program": "invented", "forest_hash": "f", "data_hash": "d",
             "base": {"feedback": {"alpha_out": 0.25}, "stars": {"imf2_max_msun": 250.0, "imf2_form": "kroupa2001"},
                      "observe": {"observations_path": "", "sfr_min_msun_yr": 0.3}},
             "columns": {"history": [{"name": "z", "unit": "-", "description": "Redshift"}],
                         "relations": [{"name": "mzr_z4_6_slope", "unit": "dex/dex", "description": "Slope"}]}}
    (folder / "scan.json").write_text(json.dumps(about))
    with (folder / "scan.jsonl").open("w") as file:
        for number, values, value in points:
            likelihoods = {f"log10_{term}": value for term in terms}
            file.write(json.dumps({
                "point": number, "key": f"k{number}", "values": values, "likelihood": likelihoods,
                "likelihood_max": likelihoods,
                "history": {"z": [9.0, 6.0]}, "points_used": {"sfrd": 3}, "tau_e": None, "sfrd_used": [True, False],
                "relations": {"mzr_z4_6_slope": 0.3 if value is not None else None}}) + "\n")


class RunTest(unittest.TestCase):
    def setUp(self):
        self.run = cecropia.open(FOLDER / "run")

    @staticmethod
    def chain():
        """The folder of a chain of two steps, two walkers and one parameter."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER))
        with h5py.File(folder / "samples.h5", "w") as file:
            file["parameters"], file["chain"], file["ln_posterior"] = [LIMIT], np.zeros((2, 2, 1)), np.zeros((2, 2))
            file["likelihood/log10_all"], file["autocorrelation_steps"] = np.zeros((2, 2)), [1.0]
            file.attrs.update(burn_in=0, settings="{}")
        return folder

    def test_columns_of_the_history_have_units_and_the_values_of_the_file(self):
        name = "sfrd_msun_yr_cmpc3"
        with h5py.File(FOLDER / "run/run.h5") as file:
            np.testing.assert_array_equal(self.run.history[name], file["history"][name][()])
        self.assertEqual(self.run.history.units[name], "Msun yr^-1 cMpc^-3")
        self.assertEqual(self.run.history.label(name), "sfrd_msun_yr_cmpc3 [Msun yr^-1 cMpc^-3]")
        self.assertEqual(self.run.history.label("z"), "z")

    def test_galaxies_of_a_range_of_redshifts_are_those_of_its_levels(self):
        z = self.run.redshifts
        inside = [level for level in z if 5 <= level <= 6]
        galaxies = self.run.galaxies(5, 6, ["m_star_msun"])
        self.assertEqual(galaxies.names, ["m_star_msun", "z", "light_cone"])
        self.assertEqual(galaxies.facts["levels"], len(inside))
        self.assertEqual(set(galaxies["z"]), set(inside))
        parts = [self.run.level(level, ["m_star_msun"])["m_star_msun"] for level in inside]
        np.testing.assert_array_equal(galaxies["m_star_msun"], np.concatenate(parts))
        self.assertEqual(galaxies.units["m_star_msun"], "Msun")

    def test_the_upper_end_belongs_to_a_closed_range_only(self):
        top = float(self.run.redshifts[3])
        closed, half_open = (self.run.galaxies(top - 0.4, top, ["oh_young"], closed=c) for c in (True, False))
        self.assertIn(top, closed["z"])
        self.assertNotIn(top, half_open["z"])

    def test_a_cut_in_star_formation_keeps_the_galaxies_above_it(self):
        everything, bright = (self.run.galaxies(5, 6, ["sfr_10_msun_yr"], cut) for cut in (None, 0.3))
        kept = everything["sfr_10_msun_yr"] > 0.3
        self.assertTrue(0 < bright.rows < everything.rows)
        np.testing.assert_array_equal(bright["light_cone"], everything["light_cone"][kept])

    def test_light_cone_weights_are_abundance_times_the_volume_of_the_shell(self):
        om, h = 0.3089, 0.6774
        fine = np.linspace(0, 20, 200001)
        distance = np.concatenate([[0], np.cumsum(np.diff(fine) * 299792.458 / (100 * h) / np.sqrt(
            om * (1 + 0.5 * (fine[1:] + fine[:-1])) ** 3 + 1 - om))])
        for z, before in ((self.run.redshifts[k], self.run.redshifts[k - 1]) for k in (20, -1)):
            near, far = np.interp([z, before], fine, distance)
            galaxies = self.run.galaxies(z, z, ["weight_per_cmpc3"])
            shell = 4 * np.pi / 3 * (far**3 - near**3)
            np.testing.assert_allclose(galaxies["light_cone"] / galaxies["weight_per_cmpc3"], shell, rtol=1e-6)

    def test_single_precision_is_read_as_double(self):
        synthetic_run.main(FOLDER / "single", empty=False)
        with h5py.File(FOLDER / "single/run.h5", "a") as file:
            for group in file["galaxies"].values():
                values = group["m_star_msun"][()].astype("f4")
                del group["m_star_msun"]
                group["m_star_msun"] = values
        masses = cecropia.open(FOLDER / "single").level(5)["m_star_msun"]
        self.assertEqual(masses.dtype, np.float64)
        self.assertTrue(np.isfinite(masses**4).all())

    def test_a_wrong_name_is_answered_with_the_near_ones(self):
        for wrong, words, ask in (
                ("sfrd_msun_yr", "there is sfrd_msun_yr_cmpc3", lambda: self.run.history["sfrd_msun_yr"]),
                ("m_str_msun", "there is m_star_msun", lambda: self.run.galaxies(5, 6, ["m_str_msun"])),
                ("observe.sfr_min", "there is observe.sfr_min_msun_yr", lambda: self.run.parameter("observe.sfr_min")),
                ("csmd_msun", "/run.h5 has no /history/csmd_msun (there is csmd_msun_cmpc3",
                 lambda: self.run.column("csmd_msun")),
                ("observe.sfr", "/run.json has no parameter observe.sfr (there is ",
                 lambda: self.run.parameter("observe.sfr"))):
            with self.assertRaises(KeyError) as caught:
                ask()
            self.assertIsInstance(caught.exception, cecropia.Trouble)
            self.assertRegex(str(caught.exception), f"has no (parameter |/history/)?{wrong}")
            self.assertIn(words, str(caught.exception))
        with self.assertRaises(KeyError) as caught:
            cecropia.Samples(self.chain()).quantiles("stars.imf2_max")
        self.assertIn("/samples.h5 has no parameter stars.imf2_max (there is stars.imf2_max_msun)",
                      str(caught.exception))
        self.assertNotIn("sfrd_msun_yr", self.run.history)
        self.assertIsNone(self.run.history.get("sfrd_msun_yr"))

    def test_a_property_that_was_not_written_is_named_with_the_setting_that_writes_it(self):
        with self.assertRaisesRegex(cecropia.Trouble, r"""output.properties=\["default", "q_ion_per_s"\]"""):
            self.run.galaxies(5, 6, ["q_ion_per_s"])

    def test_levels_that_are_not_there_are_said(self):
        with self.assertRaisesRegex(cecropia.Trouble, "no galaxies at z = 1 to 2, levels were written at z = 20, "):
            self.run.galaxies(1, 2)

    def test_a_history_is_asked_between_its_levels_only(self):
        z, name = self.run.column("z"), "sfrd_msun_yr_cmpc3"
        self.assertAlmostEqual(self.run.at(name, z.min()), np.log10(self.run.column(name)[np.argmin(z)]))
        self.assertTrue(np.isfinite(self.run.at(name, z.max())))
        for outside in (z.min() - 0.1, z.max() + 0.1, np.nan):
            with self.assertRaisesRegex(cecropia.Trouble, f"no level at z = .*from z = {z.max():g} to {z.min():g}"):
                self.run.at(name, outside)

    def test_relations_have_the_units_that_the_run_wrote(self):
        self.assertEqual(self.run.relation_units, {})
        self.run.json["units"] = {"relations": {"mzr_z4_6_slope": "dex/dex"}}
        self.assertEqual(self.run.relation_units["mzr_z4_6_slope"], "dex/dex")

    def test_a_table_is_cited_by_authors_and_year_of_its_source(self):
        table = FOLDER / "cited.csv"
        for source, wanted in (("Li et al. 2025 (JWST), Table 3", "Li et al. (2025)"),
                               ("A & B (2023a): x", "A & B (2023a)"),
                               ("Langeroodi & Hjorth 2023, abstract", "Langeroodi & Hjorth (2023)"),
                               ("Doe (2021)", "Doe (2021)"), ("made up, for a test", "")):
            table.write_text(f"# source: {source}\nz,value\n2020,1\n")
            self.assertEqual(cecropia_files.citation(table), wanted)
        for row in cecropia.read_table(TOP / "params/observations/index.csv"):
            self.assertRegex(cecropia_files.citation(TOP / "params/observations" / row["file"]), r"et al\. \(2025\)$")

    def test_a_byte_order_mark_is_no_part_of_the_first_column(self):
        table = FOLDER / "marked.csv"
        table.write_bytes(b"\xef\xbb\xbf# made up\r\nz, value\r\n6, 0.5\r\n")
        self.assertEqual(cecropia.read_table(table), [{"z": 6.0, "value": 0.5}])
        table.write_bytes(b"\xef\xbb\xbfz, value\r\n6, 0.5\r\n")
        self.assertEqual(cecropia.read_table(table), [{"z": 6.0, "value": 0.5}])

    def test_the_comparison_is_a_table_of_columns(self):
        sfrd = self.run.comparison["sfrd"]
        np.testing.assert_array_equal(sfrd["used"], sfrd["z"] < 9.5)
        self.assertEqual(sfrd["used"].dtype, bool)
        self.assertEqual(sfrd.where(sfrd["used"]).rows, sfrd["used"].sum())

    def test_data_of_ones_own_are_compared_in_their_unit(self):
        synthetic_run.main(FOLDER / "own", empty=True)
        content = json.loads((FOLDER / "own/run.json").read_text())
        content["comparison"]["ionised"] = [{"z": 6.0, "observed": 0.9, "sigma": 0.1, "simulated": None, "used": False,
                                             "expected_galaxies": None, "reference": "A", "reason": "why not"}]
        content["terms"] = {"ionised": {"unit": "cMpc^-3"}}
        (FOLDER / "own/run.json").write_text(json.dumps(content))
        table = cecropia.open(FOLDER / "own").comparison["ionised"]
        self.assertEqual((table["observed"][0], table.units["observed"], table.units["z"]), (0.9, "cMpc^-3", "-"))
        self.assertTrue(np.isnan(table["simulated"][0]) and np.isnan(table["expected_galaxies"][0]))
        self.assertNotIn("log10_observed", table)

    def test_the_scripts_see_the_same_galaxies_under_their_short_names(self):
        short, full = plot_data.Run(FOLDER / "run").galaxies(5, 6, 0.3), self.run.galaxies(5, 6, None, 0.3)
        for name, column in plot_data.Run.GALAXY_FIELDS.items():
            np.testing.assert_array_equal(short[name], full[column])
        np.testing.assert_array_equal(short["light_cone"], full["light_cone"])
        nothing = plot_data.Run(FOLDER / "run").galaxies(1, 2, 0.3)
        self.assertEqual((nothing["levels"], nothing["z"].size), (0, 0))

    def test_another_schema_is_refused(self):
        synthetic_run.main(FOLDER / "new", empty=True)
        for name in ("run.h5", "run.json"):
            with self.subTest(name):
                if name == "run.h5":
                    with h5py.File(FOLDER / "new/run.h5", "a") as file:
                        file.attrs["schema"] = 2
                else:
                    content = json.loads((FOLDER / "new/run.json").read_text())
                    (FOLDER / "new/run.json").write_text(json.dumps({**content, "schema": 2}))
                with self.assertRaisesRegex(cecropia.Trouble, f"{name} has schema 2, this reader knows 1"):
                    cecropia.open(FOLDER / "new")

    def test_a_run_killed_between_its_two_files_is_refused(self):
        synthetic_run.main(FOLDER / "killed", empty=True)
        content = json.loads((FOLDER / "killed/run.json").read_text())
        told = {"cosmology": dict(content["parameters"]["cosmology"])}
        with h5py.File(FOLDER / "killed/run.h5", "a") as file:
            file["provenance/parameters"] = json.dumps(told)
        cecropia.open(FOLDER / "killed")
        content["parameters"]["cosmology"]["h"] = 0.7
        (FOLDER / "killed/run.json").write_text(json.dumps(content))
        with self.assertRaises(cecropia.Trouble) as caught:
            cecropia.open(FOLDER / "killed")
        self.assertIn("killed/run.json and run.h5 are of two runs (cosmology.h differs)", str(caught.exception))
        self.assertIn("the program was ended between the two: run it again", str(caught.exception))

    def test_a_run_that_is_not_finished_is_told_from_a_folder_of_something_else(self):
        for name, what in (("run.log", "holds a run that is not finished: repeat its command with --resume"),
                           ("checkpoint.h5", "holds a run that is not finished: repeat its command with --resume"),
                           ("notes.txt", "holds no run (run.json), scan (scan.json) or chain (samples.h5)")):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                (pathlib.Path(folder) / name).touch()
                with self.assertRaises(cecropia.Trouble) as caught:
                    cecropia.open(folder)
                self.assertIn(f"{folder} {what}", str(caught.exception))

    def test_a_run_json_that_somebody_has_changed_is_refused_with_the_place(self):
        synthetic_run.main(FOLDER / "changed", empty=True)
        whole = json.loads((FOLDER / "changed/run.json").read_text())
        of = whole["parameters"]
        for change, words in (
                ({"relations": [1]}, "is not what a run wrote ('relations' is no group): give the folder of"),
                ({"parameters": {**of, "stars": 7}}, "is not what a run wrote ('stars' is no group): give the folder"),
                ({"parameters": {"observe": of["observe"]}}, "has no section 'cosmology' in its parameters"),
                ({"parameters": {}}, "has no section 'observe' in its parameters")):
            with self.subTest(words):
                (FOLDER / "changed/run.json").write_text(json.dumps({**whole, **change}))
                with self.assertRaises(cecropia.Trouble) as caught:
                    cecropia.open(FOLDER / "changed")
                self.assertIn(f"changed/run.json {words}", str(caught.exception))

    def test_parts_that_a_run_of_an_older_version_lacks_are_named(self):
        for name, ask in (("budget", lambda: self.run.budget), ("relations", lambda: self.run.relations),
                          ("tau_e", lambda: self.run.tau_e)):
            with self.assertRaises(KeyError) as caught:
                ask()
            self.assertIn(f"run/run.json has no {name}: repeat the run with this version", str(caught.exception))
        self.assertTrue(self.run.used_in_likelihood(*synthetic_run.sfrd_table()[0]))
        for points in (None, [{"z": 5.0}]):
            self.run.json["comparison"] = {"sfrd": points}
            with self.assertRaises(cecropia.Trouble) as caught:
                self.run.used_in_likelihood(5.0, -1.0)
            self.assertIn("run/run.json does not say which points were compared (comparison.sfrd: ",
                          str(caught.exception))
            self.assertIn("repeat the run with this version", str(caught.exception))

    def test_a_run_that_wrote_no_galaxies_is_told_to_write_some(self):
        synthetic_run.main(FOLDER / "bare", empty=True)
        with h5py.File(FOLDER / "bare/run.h5", "a") as file:
            del file["galaxies"]
        with self.assertRaisesRegex(cecropia.Trouble, "bare/run.h5 holds no level of galaxies: set output.redshifts"):
            cecropia.open(FOLDER / "bare").level(6)
        with self.assertRaisesRegex(cecropia.Trouble, "levels were written at z = none: set output.redshifts"):
            cecropia.open(FOLDER / "bare").galaxies(5, 6)

    def test_files_that_are_not_what_they_are_called_are_named(self):
        synthetic_run.main(FOLDER / "spoilt", empty=True)
        with h5py.File(FOLDER / "spoilt/run.h5", "a") as file:
            del file["history"]
        with self.assertRaisesRegex(cecropia.Trouble, "spoilt/run.h5 has no group /history: "):
            cecropia.open(FOLDER / "spoilt").history
        (FOLDER / "spoilt/run.json").write_text("{")
        with self.assertRaisesRegex(cecropia.Trouble, "spoilt/run.json is not JSON: "):
            cecropia.open(FOLDER / "spoilt")
        with h5py.File(FOLDER / "spoilt/samples.h5", "w") as file:
            file["chain"] = np.zeros(3)
        with self.assertRaisesRegex(cecropia.Trouble, "spoilt/samples.h5 is not what tools/sample leaves: "):
            cecropia.Samples(FOLDER / "spoilt")

    def test_a_main_branch_goes_from_progenitor_to_progenitor(self):
        synthetic_run.main(FOLDER / "branch", empty=False)
        with h5py.File(FOLDER / "branch/run.h5", "a") as file:
            for level, name in enumerate(sorted(file["galaxies"])):  # row r comes from row r + 1; it begins at level 50
                group = file["galaxies"][name]
                group["main_progenitor_index"] = np.arange(1500) + 1 if level > 50 else np.full(1500, -1)
        run = cecropia.open(FOLDER / "branch")
        branch = run.main_branch(row=7)
        self.assertEqual(branch.rows, 10)  # levels 59 to 50
        for step, z in enumerate(branch["z"]):
            self.assertEqual(branch["m_star_msun"][step], run.level(z)["m_star_msun"][7 + step])
        self.assertEqual((branch.units["m_star_msun"], branch.units["age_myr"]), ("Msun", "Myr"))
        largest = int(np.argmax(run.level(4.5)["m_star_msun"]))
        self.assertEqual(run.main_branch()["m_star_msun"][0], run.level(4.5)["m_star_msun"][largest])


class ScanTest(unittest.TestCase):
    def scan(self, *points):
        folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER)) / "scan"
        ledger(folder, points)
        return cecropia.open(folder)

    def test_a_grid_has_an_axis_for_each_parameter_that_varies(self):
        scan = self.scan(*[(3 * i + k, {SLOPE: a, LIMIT: m}, a + m) for i, a in enumerate((1, 0)) for k, m in
                           enumerate((300, 100, 200)) if (i, k) != (1, 1)])
        self.assertEqual({name: list(values) for name, values in scan.axes.items()},
                         {SLOPE: [0, 1], LIMIT: [100, 200, 300]})
        np.testing.assert_array_equal(scan.grid("log10_l_all"), [[np.nan, 200, 300], [101, 201, 301]])
        self.assertEqual(scan.best_of("all"), 0)

    def test_points_are_in_the_order_of_the_design_whenever_they_were_finished(self):
        scan = self.scan((2, {SLOPE: 0.5}, -2), (0, {SLOPE: 0.1}, None), (1, {}, -1))
        self.assertEqual(list(scan.ids), [0, 1, 2])
        np.testing.assert_array_equal(scan.parameters[SLOPE], [0.1, 0.25, 0.5])  # where nothing is set, the base
        np.testing.assert_array_equal(scan.log10["all"], [np.nan, -1, -2])
        self.assertTrue(np.isnan(scan.relations["mzr_z4_6_slope"][0]) and np.isnan(scan.tau_e).all())
        self.assertEqual(scan.ids[scan.best_of("all")], 1)
        self.assertFalse(scan.is_finished)
        self.assertEqual(scan.points.units["mzr_z4_6_slope"], "dex/dex")

    def test_answers_to_a_sampler_have_likelihoods_only(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=FOLDER)) / "scan"
        ledger(folder, [(0, {SLOPE: 0.1}, -1), (1, {SLOPE: 0.2}, -2)])
        whole, answer = (json.loads(line) for line in (folder / "scan.jsonl").read_text().splitlines())
        answer = {name: answer[name] for name in ("point", "key", "values", "likelihood")}
        (folder / "scan.jsonl").write_text(json.dumps(answer) + "\n")
        about = (folder / "scan.json").read_text()
        (folder / "scan.json").write_text(json.dumps({**json.loads(about), "columns": None}))
        scan = cecropia.open(folder)
        self.assertEqual((scan.log10["csfh_mzsfr"][0], len(scan.history), scan.log10_max), (-2, 0, {}))
        self.assertIn("answers to a sampler", repr(scan))
        (folder / "scan.jsonl").write_text(json.dumps(answer) + "\n" + json.dumps(whole) + "\n")
        (folder / "scan.json").write_text(about)
        both = cecropia.open(folder)
        np.testing.assert_array_equal(both.column("z"), [[9, 6], [np.nan, np.nan]])
        np.testing.assert_array_equal(both.points["points_used_sfrd"], [3, np.nan])

    def test_text_and_numbers_are_values_of_parameters(self):
        scan = self.scan((0, {"stars.imf2_form": "salpeter1955"}, -1), (1, {"stars.imf2_form": "chabrier2003"}, -3))
        self.assertEqual(list(scan.axes["stars.imf2_form"]), ["chabrier2003", "salpeter1955"])
        np.testing.assert_array_equal(scan.grid("log10_l_all"), [-3, -1])
        self.assertIn("imf2_form  2 values, chabrier2003 to salpeter1955", repr(scan))

    def test_points_in_every_place_are_no_grid(self):
        scan = self.scan(*[(i, {SLOPE: i / 500, LIMIT: 100 + i, "observe.sfr_min_msun_yr": 1 + i}, -1)
                           for i in range(500)])
        with self.assertRaisesRegex(cecropia.Trouble, "500 x 500 x 500 is no grid: take scan.points instead"):
            scan.grid("log10_l_all")

    def test_one_point_is_a_grid_without_axes(self):
        scan = self.scan((0, {SLOPE: 0.5}, -1.5))
        self.assertEqual((scan.axes, scan.grid("log10_l_all")), ({}, -1.5))

    def test_a_scan_without_points_is_said(self):
        with self.assertRaisesRegex(cecropia.Trouble, "scan.jsonl is empty: no point of this scan is finished"):
            self.scan()

    def test_a_column_that_does_not_exist_is_answered_with_near_ones(self):
        with self.assertRaisesRegex(cecropia.Trouble, "has no log_l_all .there is log10_l_all"):
            self.scan((0, {}, -1)).grid("log_l_all")

    def test_bug_a_history_that_a_ledger_lacks_was_missed_in_a_file_that_is_not_there(self):
        with self.assertRaises(KeyError) as caught:
            self.scan((0, {}, -1)).column("sfrd")
        self.assertIn("scan/scan.jsonl has no /history/sfrd", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
