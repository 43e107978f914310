"""Judges what bathtub_test.sh has made in the folder CECROPIA_BATHTUBS; writes rows of docs/feature_rows.json."""
import json
import os
import pathlib
import re
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))
from feature_rows import HOUSE, RowTest  # noqa: E402

import h5py  # noqa: E402
import numpy as np  # noqa: E402

import plot_bathtub  # noqa: E402
from bathtub_runs import LOG_INFLOWS, Bathtubs, variants  # noqa: E402
from cecropia_files import Trouble, read_table  # noqa: E402
from marked_tables import with_table  # noqa: E402

FOLDER = pathlib.Path(os.environ["CECROPIA_BATHTUBS"])
DISAGREES = {"its steady slope is about 0.4 for beta = 2/3"}  # docs/theory/bathtub.md says why


def run(name):
    return Bathtubs(FOLDER / "alone/runs" / name)


class Alone(RowTest):
    def test_model_5_follows_the_reference(self):
        off = {name: [] for name in ("log M_*", "O/H", "log SFR")}
        runs = {1e11: run("model_5"), 1e10: run("model_5_as_printed")}
        for row in read_table(HOUSE / "tests/data/bathtub/reference_model5.csv"):
            galaxy = int(np.argmin(np.abs(LOG_INFLOWS - row["log10_inflow_Msun_per_Myr"])))
            theirs = row["log10_Mstar"], row["OH12"], row["log10_SFR_Msun_per_yr"]
            for name, ours, expected in zip(off, runs[row["M0_Msun"]].at(row["t_Myr"]), theirs):
                off[name].append(abs(ours[galaxy] - expected))
        for name, values in off.items():
            self.assertEqual(len(values), 90)
            self.row_below("1.4", f"model 5 run by the program against the reference: {name} [dex]", max(values), 0.01)

    def test_inflow_does_not_change(self):
        inflow = run("model_3_eta_1").inflow[1:] / 10 ** (LOG_INFLOWS - 6)
        self.assertLess(np.abs(inflow - 1).max(), 1e-5)

    def test_without_inflow_gas_is_used_up_and_without_outflow_none_is_lost(self):
        closed, alone = run("model_1_eps_0.1"), run("model_2_eps_0.1_gas_9")
        self.assertEqual(np.nanmax(np.abs(closed.outflow)), 0)
        self.assertEqual(np.nanmax(np.abs(alone.inflow)), 0)
        self.assertTrue(np.all(np.diff(alone.log_gas[:50, 0]) < 0))
        # gas, stars: what came in and what there was
        k = 50
        held = 10 ** closed.log_gas[k] + 10 ** closed.log_m_star[k]
        np.testing.assert_allclose(held, 1e6 + 10 + 10 ** LOG_INFLOWS * closed.t_myr[k], rtol=1e-6)

    def test_without_inflow_metals_are_those_of_the_closed_form_at_any_mass(self):
        off, living = [], 0
        for name, (number, _, changes) in variants().items():
            if number == 2:
                found = run(name)
                z = 1 - np.exp(-0.019 * 0.6 * changes["star_formation_per_myr"] * found.t_myr[1:])
                lived = found.log_gas[1:, 0] >= 0
                self.assertTrue(np.array_equal(np.isfinite(found.oh12[1:, 0]), lived), name)
                self.assertTrue(np.all(~lived | (found.t_myr[1:] < found.gone())), name)
                off.extend(np.abs(found.oh12[1:, 0] - 8.69 - np.log10(z / 0.0126))[lived])
                living += lived.any()
        self.assertEqual(living, 15)  # of 18: gas of 1e5 Msun is gone within the first step
        self.row_below("1.4", "model 2 run by the program against 1 - exp(-y mu eps_SF t) [dex]", max(off), 1e-4)

    def test_every_model_is_there(self):
        found = [number for number, _, _ in variants().values()]
        self.assertEqual([found.count(number) for number in (1, 2, 3, 4, 5)], [3, 18, 6, 8, 2])
        self.assertEqual({path.name for path in (FOLDER / "alone/runs").iterdir()}, set(variants()))
        tables = (FOLDER / "alone/tables.md").read_text()
        for number in (1, 2, 3, 4, 5):
            self.assertIn(f"\n| {number} | ", tables)
        self.assertNotIn("nan", tables)
        self.assertRegex(tables, r"\| 2 \| eps_SF = 0.2 per Myr \| 1e11 \|.* gone ")

    def test_figures_are_drawn_with_the_stacks(self):
        runs = {name: run(name) for name in variants()}
        for draw in (plot_bathtub.plot_models, plot_bathtub.plot_model_5):
            labels = [text.get_text() for ax in draw(runs).axes for text in ax.get_legend().get_texts()]
            self.assertTrue(any(label.startswith("cluster") for label in labels), labels)
        figures = [path for path in (FOLDER / "alone").glob("*.png") if path.stat().st_size > 30000]
        self.row_is("1.4", "figures of the five models alone written", len(figures), 2)

    def test_what_the_paper_says_of_its_models(self):
        said = json.loads((FOLDER / "alone/summary.json").read_text())
        self.assertEqual({row["paper"] for row in said if not row["holds"]}, DISAGREES)
        self.row_is("1.4", "sentences of the paper on models 1 to 5 alone that hold, judged as the page says, of 10",
                    sum(row["holds"] for row in said), len(said) - len(DISAGREES))
        self.assertEqual(len(said), 10)

    def test_age_and_residual_of_model_5(self):
        self.row_above("1.12", "Spearman of age and residual, model 5 run by the program",
                       plot_bathtub.age_and_residual(run("model_5")), 0)

    def test_the_page_says_what_the_tool_prints(self):
        page = (HOUSE / "docs/theory/bathtub.md").read_text()
        tables = re.findall(r"^## (\w+)\n\n(.*?)\n(?=\n## |\Z)", (FOLDER / "alone/tables.md").read_text(), re.M | re.S)
        self.assertEqual([name for name, _ in tables], ["galaxies", "gone", "stacks", "statements"])
        for name, words in tables:
            self.assertEqual(with_table(page, name, words), page, name)

    def test_another_run_is_no_such_run(self):
        other = FOLDER / "other"
        shutil.copytree(FOLDER / "alone/runs/model_5", other)
        with h5py.File(other / "run.h5", "a") as file:
            for group in file["galaxies"].values():
                group.attrs["age_myr"] = 2 * group.attrs["age_myr"]
        with self.assertRaisesRegex(Trouble, "is no run along trees of tools/plot_bathtub: its levels are others"):
            Bathtubs(other)


if __name__ == "__main__":
    unittest.main()
