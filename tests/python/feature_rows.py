"""Checks of Python tests that belong to a row of docs/feature_rows.json: as tests/testing/feature_row.hpp for C++."""
import json
import math
import os
import pathlib
import sys
import unittest

HOUSE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOUSE / "tools"))


class RowTest(unittest.TestCase):
    """A check is a test as any other, and writes down what it found if CECROPIA_FEATURE_ROWS names a file."""

    def judge(self, row, check, value, expected, holds):
        value, holds = float(value), bool(holds)
        path = os.environ.get("CECROPIA_FEATURE_ROWS")
        if path:
            with open(path, "a") as out:
                out.write(json.dumps({"row": row, "check": check, "expected": expected, "holds": holds,
                                      "value": float(f"{value:.6g}") if math.isfinite(value) else str(value)}) + "\n")
        self.assertTrue(holds, f"row {row}, {check}: {value:.6g}, expected {expected}")

    def row_near(self, row, check, value, expected, tolerance):
        self.judge(row, check, value, f"{expected:.6g} +- {tolerance:.6g}", abs(value - expected) <= tolerance)

    def row_between(self, row, check, value, low, high):
        self.judge(row, check, value, f"{low:.6g} to {high:.6g}", low <= value <= high)

    def row_below(self, row, check, value, limit):
        self.judge(row, check, value, f"< {limit:.6g}", value < limit)

    def row_above(self, row, check, value, limit):
        self.judge(row, check, value, f"> {limit:.6g}", value > limit)

    def row_is(self, row, check, value, expected):
        self.judge(row, check, value, f"{expected:.6g}", value == expected)
