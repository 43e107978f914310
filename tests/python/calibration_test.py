"""Scans that tools/calibrate cannot make its tables of are named with the point or the column that is missing."""
import types
import unittest

from feature_rows import HOUSE  # noqa: F401  it adds tools/ to the path

import numpy as np

import calibration_data
import calibration_tables
from cecropia_files import Trouble


class Invented:
    """Points of a scan as calibration_data.Models has them: changes() of the base, parameters by name."""

    def __init__(self, changes=(), parameters=None):
        self.scan = types.SimpleNamespace(folder="out/scan", parameters=parameters, relations={}, log10={}, history={})
        self.every, self.size = list(changes), len(changes) or len(next(iter((parameters or {"": ()}).values())))

    def changes(self, row):
        return dict(self.every[row])

    @staticmethod
    def base_value(_):
        return 1.1


class Tables(unittest.TestCase):
    def test_a_relation_that_the_scan_does_not_have_is_named(self):
        scan = Invented().scan
        with self.assertRaisesRegex(Trouble, "out/scan/scan.h5 has no /points/relations/mzr_z4_10_slope"):
            calibration_data.relation("mzr_z4_10_slope")(scan)
        scan.relations["mzr_z4_10_slope"] = np.array([0.3])
        self.assertEqual(calibration_data.relation("mzr_z4_10_slope")(scan), 0.3)

    def test_influences_need_points_that_change_one_parameter(self):
        one = {"feedback.alpha_out": 1.0}
        self.assertEqual(calibration_tables.one_by_one(Invented([{}, one])), [(1, "feedback.alpha_out", 1.0)])
        for second in ({}, {**one, "feedback.f_heat": 2.0}):
            with self.assertRaisesRegex(Trouble, "point 2 of out/scan does not differ from the base in one parameter"):
                calibration_tables.one_by_one(Invented([{}, one, second]))

    def test_binding_energies_need_the_outflow_that_is_the_same(self):
        models = Invented(parameters={"feedback.alpha_out": np.array([0.5, 0.5]),
                                      "feedback.m_out0_msun": np.array([3e9, 3e9]),
                                      "feedback.ebind_norm": np.array([1.1, 2.2])})
        with self.assertRaisesRegex(Trouble, r"out/scan: point 1 has no twin with m_out0_msun = 7.5e\+08"):
            calibration_tables.degeneracy(models, None)


if __name__ == "__main__":
    unittest.main()
