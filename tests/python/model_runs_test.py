"""Tools read parameter files as the program does: with both kinds of comments, whatever stands in them."""
import json
import pathlib
import tempfile
import unittest

from feature_rows import HOUSE

from grow_mean import parameters_of  # as the tools have it


class Parameters(unittest.TestCase):
    def content(self, text):
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch) / "run.json"
            path.write_text(text)
            return parameters_of(path)

    def test_comments_do_not_count(self):
        plain = self.content('{"trees": {"path": "out/a"}}')
        self.assertEqual(self.content('// the trees\n{"trees": /* of\n a box */ {"path": "out/a"}} // end\n'), plain)
        self.assertNotEqual(self.content('{"trees": {"path": "out/b"}}'), plain)

    def test_bug_a_comment_with_quotation_marks_was_taken_for_parameters(self):
        self.assertEqual(json.loads(self.content('// says "check the path"\n{"seed": 3} // a "word"')), {"seed": 3})

    def test_slashes_within_a_path_begin_no_comment(self):
        path = r'out//a\"b//c/*d*/'
        self.assertEqual(json.loads(self.content(f'{{"path": "{path}"}}')), {"path": path.replace("\\", "")})

    def test_what_is_no_parameter_file_is_given_as_it_stands(self):
        self.assertEqual(self.content("{ // cut short"), "{ // cut short")

    def test_every_shipped_file_is_read(self):
        for path in sorted((HOUSE / "params").glob("*.json")):
            self.assertIsInstance(json.loads(parameters_of(path)), dict, path)


if __name__ == "__main__":
    unittest.main()
