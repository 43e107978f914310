"""Halos on average (tools/mean_halos.py) and the trees made of them (tools/grow_mean.py)."""
import pathlib
import tempfile
import unittest

from feature_rows import HOUSE, RowTest

import h5py
import numpy as np

import grow_mean
from cecropia_files import Trouble
from mean_halos import MeanHalos

PARAMETERS = HOUSE / "params/toyouchi2025_halos.json"


class Halos(RowTest):
    def setUp(self):
        self.halos = MeanHalos(grow_mean.cosmology_of(PARAMETERS))

    def test_the_closed_form_is_the_integral_of_the_growth_law(self):
        age = np.linspace(self.halos.age_myr(20), self.halos.age_myr(5), 2001)
        m, step = self.halos.mass_msun(1e12, 5, 20), 1e6 * (age[1] - age[0])

        def growth(mass, t):
            return self.halos.growth_msun_yr(mass, self.halos.redshift_at(t))
        for t in age[:-1]:
            half, end = t + step / 2e6, t + step / 1e6
            a = growth(m, t)
            b = growth(m + a * step / 2, half)
            c = growth(m + b * step / 2, half)
            m += step / 6 * (a + 2 * b + 2 * c + growth(m + c * step, end))
        self.assertAlmostEqual(m / 1e12, 1, delta=1e-6)
        self.assertAlmostEqual(self.halos.mass_msun(1e12, 5, 20) / 5.99e8, 1, delta=1e-3)

    def test_clock_and_redshift_are_inverse(self):
        for z in (0.0, 5.0, 20.0):
            self.assertAlmostEqual(float(self.halos.redshift_at(self.halos.age_myr(z))), z, delta=1e-9)
        self.assertAlmostEqual(float(self.halos.age_myr(5)), 1173.3, delta=0.1)

    def test_halos_are_as_many_as_another_sum_of_the_power_spectrum_says(self):
        # an independent calculation with the same mass function
        for m, z, expected in ((1e9, 5, 2.0259), (1e11, 5, 8.223e-3), (1e11, 12, 1.4694e-6)):
            self.assertAlmostEqual(float(self.halos.sheth_tormen(m, z)) / expected, 1, delta=0.01)

    def test_growth_of_structure_follows_the_scale_factor_while_matter_rules(self):
        self.assertAlmostEqual(self.halos.growth_factor(30) / self.halos.growth_factor(40), 41 / 31, delta=1e-3)
        self.assertAlmostEqual(self.halos.growth_factor(0), 1)

    def test_what_cannot_be_is_said(self):
        with self.assertRaisesRegex(Trouble, "the cosmology has no sigma_8, n_s: give all of"):
            MeanHalos({"omega_m": 0.3, "omega_b": 0.05, "h": 0.7})
        with self.assertRaisesRegex(Trouble, "still finite at the last redshift: end earlier"):
            self.halos.mass_msun(1e17, 5, 0)
        with self.assertRaisesRegex(Trouble, "the number of halos is known from 1e6 to 1e16 Msun"):
            self.halos.sheth_tormen(1e5, 5)


class Trees(RowTest):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.out = pathlib.Path(self.folder.name) / "trees.hdf5"

    def made(self, *words):
        return grow_mean.options([str(PARAMETERS), "--out", str(self.out), *words])

    def test_the_file_holds_one_branch_per_halo_that_ends_at_its_mass(self):
        said = grow_mean.make(self.made("--masses", "1e10,1e12,3e13", "--step-myr", "10"))
        with h5py.File(self.out) as file:
            halos, index = file["forestHalos"], file["forestIndex"]
            n = int(index["numberOfNodes"][0])
            self.assertEqual(n, 101)
            self.assertTrue(np.all(index["firstNode"][()] == [0, n, 2 * n]))
            mass, z = halos["nodeMass"][()].reshape(3, n), halos["redshift"][()].reshape(3, n)
            node, descendant = (halos[name][()].reshape(3, n) for name in ("nodeIndex", "descendantIndex"))
            weight = index["forestWeight"][()]
        np.testing.assert_allclose(mass[:, -1], [1e10, 1e12, 3e13], rtol=1e-12)
        self.assertTrue(np.all(np.diff(mass, axis=1) > 0))
        np.testing.assert_allclose(z[:, [0, -1]], [[20, 5]] * 3)
        np.testing.assert_array_equal(descendant[:, :-1], node[:, 1:])
        np.testing.assert_array_equal(descendant[:, -1], -1)
        self.assertEqual(np.unique(node).size, 3 * n)
        np.testing.assert_array_equal(node[:, 0], [0, grow_mean.PER_HALO, 2 * grow_mean.PER_HALO])
        self.assertTrue(np.all(np.diff(weight) < 0))
        self.assertIn("3 halos, 101 levels from z = 20 to 5", said)

    def test_equal_options_give_equal_bytes(self):
        grow_mean.make(self.made("--masses", "1e11", "--step-myr", "50"))
        first = self.out.read_bytes()
        grow_mean.make(self.made("--masses", "1e11", "--step-myr", "50"))
        self.assertEqual(first, self.out.read_bytes())

    def test_halos_stand_for_all_halos_of_their_range(self):
        halos = MeanHalos(grow_mean.cosmology_of(PARAMETERS))
        masses = grow_mean.masses_of("1e10:1e14:21")
        np.testing.assert_allclose(grow_mean.widths_dex(masses), 0.2)
        weight = grow_mean.trees(halos, masses, np.array([6.0, 5.0]))["forestIndex"]["forestWeight"]
        fine = np.linspace(9.9, 14.1, 4201)
        self.assertAlmostEqual(weight.sum() / (halos.sheth_tormen(10 ** fine, 5).sum() * 0.001), 1, delta=0.02)
        self.assertEqual(grow_mean.widths_dex(np.array([1e12])), 0.2)

    def test_bad_input_is_named(self):
        for words, said in ((("--masses", "big"), "wants masses like 1e10,1e12 or FIRST:LAST:NUMBER"),
                            (("--masses", "1e10:1e12:1"), "wants masses like 1e10,1e12 or FIRST:LAST:NUMBER"),
                            (("--masses", "1e12,1e10"), "wants masses above 0 that ascend"),
                            (("--z-end", "25"), "do not go forward in time: --z-begin above --z-end"),
                            (("--step-myr", "0"), "--step-myr wants a time above 0"),
                            (("--step-myr", "0.1"), "that the program reads: a longer --step-myr")):
            with self.assertRaisesRegex(Trouble, said):
                grow_mean.make(self.made(*words))
        with self.assertRaisesRegex(Trouble, "cannot be read: No such file"):
            grow_mean.cosmology_of(self.out.parent / "none.json")
        broken = self.out.parent / "broken.json"
        broken.write_text("{ 1")
        with self.assertRaisesRegex(Trouble, "is no parameter file:"):
            grow_mean.cosmology_of(broken)


if __name__ == "__main__":
    unittest.main()
