#!/usr/bin/env python3
"""tutorial.py PAGE [--update]: runs the blocks of Python of a page one after the other and compares what they print.

A block ```text that directly follows a block ```python is what that prints. Words must be equal, numbers agree within
1 % or a unit of their last digit: mathematical libraries round differently. Run it where the page's paths exist.
--update writes what was printed into the page instead: in a folder with the results of the page's commands,
  PYTHONPATH=$project/tools $project/tests/testing/tutorial.py $project/docs/tutorials/python.md --update
and the figures that it draws into out/ go to docs/figures/.
"""
import contextlib
import io
import pathlib
import re
import sys

BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<said>.*?)^```\n)?", re.M | re.S)
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\w)")


def last_digit(text):
    mantissa, _, exponent = text.partition("e")
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def agree(wanted, found):
    """Whether two texts say the same."""
    if NUMBER.sub("#", wanted) != NUMBER.sub("#", found):
        return False
    pairs = zip(NUMBER.findall(wanted), NUMBER.findall(found))
    return all(abs(float(w) - float(f)) <= 1.001 * max(0.01 * abs(float(w)), last_digit(w)) for w, f in pairs)


def main(page, update):
    text, names, bad = page.read_text(), {"__name__": "__main__"}, []

    def run(block):
        said, line = io.StringIO(), text.count("\n", 0, block.start("code"))
        with contextlib.redirect_stdout(said):
            exec(compile("\n" * line + block["code"], str(page), "exec"), names)
        found = said.getvalue()
        if block["said"] is None:
            if found:
                bad.append(f"{page}:{line}: prints what the page does not show:\n{found}")
            return block[0]
        if not agree(block["said"], found):
            bad.append(f"{page}:{line}: the page says\n{block['said']}and it prints\n{found}")
        return f"```python\n{block['code']}```\n\n```text\n{found}```\n"

    changed = BLOCK.sub(run, text)
    if update:
        page.write_text(changed)
        return 0
    print("\n".join(bad) or f"{len(BLOCK.findall(text))} blocks print what {page.name} says")
    return int(bool(bad))


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), "--update" in sys.argv[2:]))
