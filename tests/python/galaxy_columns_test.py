"""What observers derive from a run's galaxies, as columns of its tables (cecropia.with_observed)."""
import unittest

from invented_run import InventedRun

import h5py
import numpy as np

import cecropia


class ObservedColumns(InventedRun):
    def change(self, body):
        with h5py.File(self.folder / "run.h5", "a") as file:
            body(file["galaxies/level_055"])

    def table(self):
        return cecropia.with_observed(cecropia.open(self.folder).level(5.6))

    def test_a_galaxy_of_known_mass_and_size_has_the_compactness_and_offset_of_the_paper(self):
        def body(group):
            for name, value in (("m_star_msun", 1e9), ("r_galaxy_kpc", 0.437), ("sfr_10_msun_yr", 10.0),
                                ("oh_young", 0.43 * (9 - 0.66) + 4.58 - 0.3 - 8.69)):
                group[name][0] = value
        self.change(body)
        table = self.table()
        self.row_near("0.3", "compactness in a run's table of a galaxy of 1e9 Msun and 437 pc", table["compactness"][0],
                      -0.75, 0.01)
        self.row_near("0.3", "its offset from the FMR there, 0.3 dex below the relation", table["fmr_offset_dex"][0],
                      -0.3, 1e-6)
        self.assertEqual(table.rows, cecropia.open(self.folder).level(5.6).rows)
        self.assertEqual(table.units["compactness"], "dex")
        self.assertIn("star-forming gas", table.descriptions["log10_r_pc"])

    def test_the_radius_of_the_light_comes_before_that_of_the_gas(self):
        self.change(lambda group: group.__setitem__("r_half_light_kpc", group["r_galaxy_kpc"][()] / 10))
        gas, light = cecropia.open(self.folder).level(5.6)["r_galaxy_kpc"], self.table()
        np.testing.assert_allclose(light["log10_r_pc"], np.log10(gas) + 2, rtol=1e-6)
        self.assertIn("light", light.descriptions["log10_r_pc"])

    def test_what_does_not_exist_is_nan_and_what_was_not_written_is_named(self):
        def body(group):
            group["m_star_msun"][0] = 0
            del group["r_galaxy_kpc"]
        self.change(body)
        table = self.table()
        self.assertTrue(np.isnan(table["fmr_offset_dex"][0]) and np.isfinite(table["fmr_offset_dex"][1:]).any())
        self.assertTrue(np.isnan(table["compactness"]).all())
        self.change(lambda group: group.__delitem__("oh_young"))
        with self.assertRaisesRegex(cecropia.Trouble, "oh_young"):
            self.table()


if __name__ == "__main__":
    unittest.main()
