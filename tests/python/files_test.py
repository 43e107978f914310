"""Files that the tools write are there whole or not at all; files that cannot be read are not taken for absent ones."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from cecropia_files import Trouble, text_if_there, write_whole  # noqa: E402


class Files(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def test_a_file_is_replaced_whole(self):
        page = self.folder / "page.html"
        page.write_text("older")
        write_whole(page, "newer")
        write_whole(self.folder / "figure.png", b"\x89")
        self.assertEqual(page.read_text(), "newer")
        self.assertEqual(sorted(os.listdir(self.folder)), ["figure.png", "page.html"])

    def test_a_disk_that_refuses_leaves_the_older_file_and_nothing_unfinished(self):
        page = self.folder / "page.html"
        page.write_text("older")
        replace = os.replace
        self.addCleanup(setattr, os, "replace", replace)

        def refuse(*_):
            raise OSError(28, "No space left on device")
        os.replace = refuse
        with self.assertRaisesRegex(Trouble, "page.html cannot be written: No space left on device"):
            write_whole(page, "newer")
        self.assertEqual(page.read_text(), "older")
        self.assertEqual(os.listdir(self.folder), ["page.html"])

    def test_a_folder_that_is_gone_is_named(self):
        with self.assertRaisesRegex(Trouble, "gone/page.html cannot be written: No such file or directory"):
            write_whole(self.folder / "gone" / "page.html", "newer")

    def test_a_file_that_cannot_be_read_is_not_taken_for_an_absent_one(self):
        self.assertIsNone(text_if_there(self.folder / "run.log"))
        with self.assertRaisesRegex(Trouble, "cannot be read"):
            text_if_there(self.folder)  # a folder of that name


if __name__ == "__main__":
    unittest.main()
