"""Tests of what reads the folder of a run: an invented one (tests/testing/synthetic_run.py) for each."""
import contextlib
import io
import pathlib
import sys
import tempfile

from feature_rows import HOUSE, RowTest

sys.path.insert(0, str(HOUSE / "tests/testing"))
import synthetic_run  # noqa: E402


class InventedRun(RowTest):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name) / "run"
        synthetic_run.main(self.folder, False)

    def said_by(self, script, *arguments):
        """What `script` (a module of tools/ with a main) prints about the run."""
        words, sys.argv = sys.argv, [script.__name__, str(self.folder), *arguments]
        self.addCleanup(setattr, sys, "argv", words)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            script.main()
        return said.getvalue()
