"""Runs that the statements of the paper are judged by (tools/verify_paper): what is not what a check needs is named."""
import contextlib
import io
import json
import pathlib
import tempfile
import types
import unittest

from feature_rows import HOUSE  # noqa: F401  it adds tools/ to the path

from cecropia_files import Trouble
from paper_checks import check_stars
from paper_checks.answers import CHECKS, NoValue
from paper_checks.worlds import NotRun, Worlds

RUNS = {"best_a0": {"command": "cecropia run params/fiducial.json"},
        "paper_grid": {"command": "cecropia scan params/paper_grid.json --set random.seed=7"},
        "stars": {"command": "tools/verify_stars"}, "lost": {"missing": "nobody knows its parameters"}}


class Runs(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "tools").mkdir()
        self.models = types.SimpleNamespace(house=self.folder, out=self.folder / "out", what=lambda *what: what)
        self.worlds = Worlds(RUNS, self.models, {"stars": self.folder})

    def test_a_scan_is_not_taken_for_a_run(self):
        with self.assertRaises(Trouble) as caught:
            self.worlds.run("paper_grid")
        self.assertEqual(str(caught.exception), "docs/paper_statements.json: 'paper_grid' is no run: cecropia scan "
                                                "params/paper_grid.json --set random.seed=7")
        with self.assertRaisesRegex(Trouble, "docs/paper_statements.json: 'best_a0' is no scan: cecropia run"):
            self.worlds.grid("best_a0")
        with self.assertRaisesRegex(NotRun, "nobody knows its parameters"):
            self.worlds.run("lost")

    def test_a_scan_that_fails_is_told_to_go_on(self):
        tool = self.folder / "tools/run"
        tool.write_text("#!/bin/sh\nexit 3\n")
        tool.chmod(0o755)
        with contextlib.redirect_stdout(io.StringIO()), self.assertRaises(Trouble) as caught:
            self.worlds.grid("paper_grid")
        self.assertRegex(str(caught.exception), "^tools/run -n 1 scan params/paper_grid.json --out .*scans/paper_grid-"
                                                ".* --set random.seed=7 ended with code 3; ")
        self.assertIn("; the same command of verify_paper goes on with it", str(caught.exception))


class Stars(Runs):
    NAME = next(iter(check_stars.ROWS))
    NUMBER = check_stars.ROWS[NAME]

    def judged(self, text):
        (self.folder / "verdicts.json").write_text(text)
        return CHECKS[self.NAME](self.worlds)

    def rows(self, verdict):
        return json.dumps([{"ours": "0.2", "verdict": verdict}] * self.NUMBER)

    def test_verdicts_of_the_stars_page_are_taken_over(self):
        for said, verdict in (("met", "met"), ("not met: less", "not met"), ("partly: Z = 0.001", "partly met")):
            self.assertEqual(self.judged(self.rows(said)).verdict, verdict)
        with self.assertRaisesRegex(NoValue, "0.2"):
            self.judged(self.rows("cannot be checked"))

    def test_another_verdict_is_refused(self):
        with self.assertRaisesRegex(Trouble, "/verdicts.json: 'perhaps' is no verdict: tools/verify_stars --out /"):
            self.judged(self.rows("perhaps"))

    def test_a_row_that_is_not_there_is_told_how_to_be_made(self):
        with self.assertRaisesRegex(Trouble, f"/verdicts.json has no row {self.NUMBER} .*: tools/verify_stars --out /"):
            CHECKS[self.NAME](self.worlds)
        for text in ("", "[]"):
            with self.assertRaisesRegex(Trouble, f"/verdicts.json has no row {self.NUMBER} "):
                self.judged(text)

    def test_bug_verdicts_that_are_no_list_of_rows_ended_in_a_traceback(self):
        for text in ("{}", "7", json.dumps([7] * self.NUMBER), json.dumps([{"ours": "0.2"}] * self.NUMBER)):
            with self.assertRaisesRegex(Trouble, f"/verdicts.json has no row {self.NUMBER} "):
                self.judged(text)


if __name__ == "__main__":
    unittest.main()
