"""Judges what discs_test.sh has made in the folder CECROPIA_DISCS; writes rows of docs/feature_rows.json."""
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))
from feature_rows import HOUSE, RowTest  # noqa: E402

import numpy as np  # noqa: E402

import grow_mean  # noqa: E402
import plot_discs  # noqa: E402
from cecropia_files import Trouble, read_table  # noqa: E402
from disc_runs import Discs, variants  # noqa: E402
from plot_data import Run  # noqa: E402
from plot_models import luminosity_function  # noqa: E402

FOLDER = pathlib.Path(os.environ["CECROPIA_DISCS"])
COLUMNS = {"Mh": "m_halo", "sfr": "sfr", "ms": "m_star", "mg": "gas", "mz": "metals", "md": "dust", "Reff": "r_half_pc",
           "tau": "depth", "tau_int": "depth_intrinsic", "Td": "t_dust_k", "F158": "flux_ujy"}


class MeanGrowth(RowTest):
    def setUp(self):
        self.discs = Discs(FOLDER / "halos_1")

    def test_discs_follow_the_reference_tracks(self):
        off, magnitudes, n = [], [], 0
        for row in read_table(HOUSE / "tests/data/disc/reference_tracks.csv"):
            if row["himass"] != "BH":
                continue
            k, z = self.discs.halo(row["Mh_z5"]), row["z"]
            for theirs, ours in COLUMNS.items():
                off.append(abs(self.discs.at(ours, z)[k] / row[theirs] - 1))
                n += 1
            magnitudes += [abs(self.discs.at(ours, z)[k] - row[theirs]) for theirs, ours in
                           (("Muv", "m_uv"), ("MuvA", "m_uv_seen"))]
        self.assertEqual(n, 5 * 7 * len(COLUMNS))
        self.row_below("4.16", "five halos of a tree file, run by the program, against reference_tracks.csv, "
                       "7 redshifts, 11 quantities", max(off), 0.03)
        self.assertLess(max(magnitudes), 0.03)

    def test_ranks_give_the_same_bytes(self):
        one, three = ((FOLDER / f"halos_{ranks}/run.h5").read_bytes() for ranks in (1, 3))
        differ = abs(len(one) - len(three)) + sum(a != b for a, b in zip(one, three))
        self.row_is("4.17", "bytes of run.h5 of five discs that differ on 1 and 3 ranks", differ, 0)

    def test_baryons_are_kept(self):
        self.row_below("4.16", "baryons of five halos of the program: error of its budget",
                       abs(self.discs.run.budget["mass_relative_error"]), 1e-8)

    def test_grown_trees_are_counted_with_their_weights(self):
        grown = Run(FOLDER / "grown")
        galaxies = grown.level(5, ["m_vir_msun", "m_uv_ab", "weight_per_cmpc3"])
        m, weight = np.log10(galaxies["m_vir_msun"]), galaxies["weight_per_cmpc3"]
        halos = self.discs.halos.sheth_tormen(10 ** np.linspace(10.6, 11.6, 1001), galaxies.facts["redshift"]).mean()
        self.row_near("4.22", "halos of 10^10.6 to 10^11.6 Msun of grown trees at z = 5, by their weights, over Sheth "
                      "& Tormen", weight[(m > 10.6) & (m <= 11.6)].sum() / halos, 1, 0.25)
        edges = np.array([-21.5, -19.5])
        off = luminosity_function(galaxies["m_uv_ab"], weight, edges)[0] - np.log10(
            self.discs.luminosity_function("m_uv", 5, edges)[0])
        # their halos grow less than the mean law just before the roots, and partly by mergers: docs/discs.md
        self.row_between("4.22", "log phi(-19.5 to -21.5) at z = 5 of grown trees with their weights over that of mean "
                         "growth [dex]", off, -0.6, 0.2)

    def test_only_runs_along_mean_growth_are_taken(self):
        with self.assertRaisesRegex(Trouble, "is no run along trees of tools/grow_mean.py|has no "):
            Discs(FOLDER / "grown")


class Plots(RowTest):
    def setUp(self):
        self.summary = json.loads((FOLDER / "plots/summary.json").read_text())

    def test_every_figure_is_written(self):
        names = [*plot_discs.FIGURES, "discs_galaxies"]
        written = [name for name in names if (FOLDER / f"plots/{name}.png").stat().st_size > 20000]
        self.row_is("4.24", "figures of 24 runs written", len(written), len(names))
        self.assertEqual({folder.name for folder in (FOLDER / "plots/runs").iterdir()}, set(variants()))

    def test_sentences_are_judged(self):
        quoted = self.summary["quoted"]["ours"]
        self.assertEqual(len(quoted), 49)
        agree = sum(row["verdict"] == "agrees" for row in quoted.values())
        self.row_above("4.24", "sentences of the paper of which ours agrees, 9 halos and long steps, of 49", agree, 42)

    def test_every_galaxy_has_a_chi_square_and_a_best_ratio(self):
        galaxies = self.summary["galaxies"]["m_uv"]
        finite = [name for name, one in galaxies.items() if all(np.isfinite(list(one["chi2"].values())))]
        self.row_is("4.25", "galaxies of table 2 with chi^2 for five f_s", len(finite), 15)
        sums = {f_s: sum(one["chi2"][f_s] for one in galaxies.values()) for f_s in galaxies["GHZ2"]["chi2"]}
        self.row_is("4.25", "best f_s of all", float(min(sums, key=sums.get)), 0.5)
        self.row_is("4.25", "best f_s of GHZ2 and GN-z11, which the paper names",
                    max(galaxies[name]["best_f_s"] for name in ("GHZ2", "GN-z11")), 0.1)


class Trees(RowTest):
    def test_ids_tell_the_halo(self):
        with Discs(FOLDER / "halos_1").run.open_file() as file:
            first = next(iter(file["galaxies"].values()))
            self.assertEqual(list(first["halo_id"][()] // grow_mean.PER_HALO), [0, 1, 2, 3, 4])


if __name__ == "__main__":
    unittest.main()
