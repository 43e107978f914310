#!/usr/bin/env python3
"""Every equation label in the code is derived in docs/theory, every one derived there is used. CTest: house.equations.

Code cites a label as OUT-1; a theory page derives it once as **(OUT-1)** with its source.
Usage: check_equations.py [FOLDER OF THE PROJECT]
"""
import pathlib
import re
import sys

LABEL = re.compile(r"\b([A-Z]{3}-\d+)\b")
DERIVED = re.compile(r"\*\*\(([A-Z]{3}-\d+)\)\*\*")
NOT_OURS = {"UTF", "SHA", "ISO", "RFC", "BSD", "GPL"}  # UTF-8 and the like


def places(files, pattern, top):
    found = {}
    for file in files:
        for n, line in enumerate(file.read_text().splitlines(), 1):
            for label in pattern.findall(line):
                if label[:3] not in NOT_OURS:
                    found.setdefault(label, []).append(f"{file.relative_to(top)}:{n}")
    return found


def main(top: pathlib.Path) -> int:
    code = sorted(f for d in ("include", "src") for f in (top / d).rglob("*.[ch]pp"))
    pages = sorted((top / "docs/theory").rglob("*.md"))
    used, derived = places(code, LABEL, top), places(pages, DERIVED, top)
    order = lambda label: (label[:3], int(label[4:]))
    bad = []
    for label in sorted(used.keys() - derived.keys(), key=order):
        bad.append(f"{used[label][0]}: {label} is used here and not derived in docs/theory")
    for label in sorted(derived.keys() - used.keys(), key=order):
        bad.append(f"{derived[label][0]}: {label} is derived here, and no line of code cites it")
    for label in sorted(derived, key=order):
        if len(derived[label]) > 1:
            bad.append(f"{label} is derived more than once: {', '.join(derived[label])}")
    if not derived:
        bad.append("docs/theory: no equation is derived there")
    print("\n".join(bad) if bad else f"{len(derived)} equations, each derived once and used")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
