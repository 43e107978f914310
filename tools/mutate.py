#!/usr/bin/env python3
"""Would the tests notice wrong physics?

Changes one operator, sign or number of src/physics and include/cecropia/physics at a time, or drops one term or factor,
in a copy of the project, builds the unit tests of the room and runs them. A change that no test notices is a survivor:
a test is missing. Changes without effect are not tried; they are listed, with the reason, in the table EQUIVALENT of
this file. The choice of changes is fixed by --seed. Exit code 1 when more than --allow of the changes survive.
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
COPIED = ("CMakeLists.txt", "CMakePresets.json", "LICENSE", "CITATION.cff", "include", "src", "tests", "tools",
          "params", "trees", "jobs")
# What is tried: pattern in the code, what it becomes.
CHANGES = [
    (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " / "), (r" / ", " * "),
    (r" < ", " >= "), (r" > ", " <= "), (r" <= ", " > "), (r" >= ", " < "),
    (r"std::min\(", "std::max("), (r"std::max\(", "std::min("), (r" && ", " || "), (r" \|\| ", " && "),
    (r"(?<![\w.])(?:\d+\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+)(?![\w.])", None),  # a number becomes 1.5 times itself
    (r"(?<=[(,] )-(?=[\w(])|(?<=[(])-(?=[\w(])|(?<=return )-(?=[\w(])", ""),  # a sign is lost
    (r" [-+*/] [\w.]+(?:::[\w.]+)*(?=[;,) ])", ""),  # a term or a factor is lost
]
# Changes that no test can notice: file, a piece of the line, what is changed, what it becomes, and why.
EQUIVALENT = [
    ("structure.cpp", "if (y < 1e-2)", "1e-2", "(1e-2 * 1.5)",
     "series and closed form are the same to 5e-7 there: the series is only needed where the closed form cancels"),
    ("star_formation.cpp", "mean + sigma * random::normal", "+", "-",
     "the normal distribution is symmetric: other draws of the same law"),
]
# Names of the room's rows, texts and preprocessor lines are not physics.
NOT_PHYSICS = re.compile(r'^\s*(//|///|#|\*)|"|static_assert')


def candidates(files):
    for file in files:
        for n, line in enumerate(file.read_text().splitlines()):
            code = line.split("//")[0]
            if NOT_PHYSICS.search(code) or "template" in code:
                continue
            seen = set()  # to drop one y of y * y is to drop the other
            for pattern, becomes in CHANGES:
                for hit in re.finditer(pattern, code):
                    new = becomes if becomes is not None else f"({hit[0]} * 1.5)"
                    if becomes is None and float(hit[0]) == 0.0:
                        new = "1.0"
                    changed = code[:hit.start()] + new + code[hit.end():]
                    if changed in seen:
                        continue
                    seen.add(changed)
                    yield file, n, hit.start(), hit.end(), new


def is_equivalent(change, row) -> bool:
    file, n, begin, end, new = change
    name, piece, old, becomes, _ = row
    line = file.read_text().splitlines()[n]
    return file.name == name and piece in line and (line[begin:end].strip(), new.strip()) == (old, becomes)


def without_equivalent(changes):
    """The changes that can have an effect; an entry of EQUIVALENT that fits none of them is a fault of the table."""
    for row in EQUIVALENT:
        if not any(is_equivalent(change, row) for change in changes):
            sys.exit(f"mutate.py: no change is '{row[2]} -> {row[3]}' in a line of {row[0]} with '{row[1]}': "
                     "take it out of the table EQUIVALENT")
    return [c for c in changes if not any(is_equivalent(c, row) for row in EQUIVALENT)]


def places(top, room):
    """The files of a room that hold formulae; the defaults of parameters are choices."""
    files = [*(top / "src" / room).glob("*.cpp"), *(top / "include/cecropia" / room).glob("*.hpp")]
    return [f for f in sorted(files) if f.stem != "parameters"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="number of changes tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", default="physics", help="a room with unit tests")
    parser.add_argument("--allow", type=float, default=0.05, help="largest fraction of survivors")
    parser.add_argument("--seconds", type=float, default=120.0, help="a test run that takes longer counts as noticed")
    options = parser.parse_args()

    work = TOP / "build-mutate"
    copy, build = work / "source", work / "build"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in COPIED:
        source = TOP / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, copy / name)
    target = f"unit_{options.room}"

    def run(*command):
        return subprocess.run(command, capture_output=True, text=True)

    def make():
        return run("cmake", "--build", build, "--target", target).returncode == 0

    def tests_pass():
        try:
            test = [build / "bin" / target, "--gtest_brief=1"]
            return subprocess.run(test, capture_output=True, timeout=options.seconds, cwd=copy).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    quick = ("-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1")
    configured = run("cmake", "-S", copy, "-B", build, "-G", "Ninja", *quick)
    if configured.returncode != 0 or not make() or not tests_pass():
        print(configured.stderr[-2000:], file=sys.stderr)
        print("mutate.py: the unchanged code does not build or does not pass its tests", file=sys.stderr)
        return 1

    every = list(candidates(places(copy, options.room)))
    if options.room == "physics":
        every = without_equivalent(every)
    chosen = random.Random(options.seed).sample(every, min(options.count, len(every)))
    noticed, refused, survived = 0, 0, 0
    for file, n, begin, end, new in chosen:
        original = file.read_text()
        lines = original.splitlines(keepends=True)
        old = lines[n]
        lines[n] = old[:begin] + new + old[end:]
        file.write_text("".join(lines))
        if not make():
            refused += 1
        elif tests_pass():
            survived += 1
            where = f"{file.relative_to(copy)}:{n + 1}"
            print(f"survived  {where}: {old[begin:end].strip()} -> {new.strip()} in: {old.strip()}", flush=True)
        else:
            noticed += 1
        file.write_text(original)
    tried = noticed + survived
    share = survived / tried if tried else 1.0
    print(f"{len(every)} possible changes, {len(chosen)} tried: {noticed} noticed, {survived} survived "
          f"({100 * share:.0f} %), {refused} did not compile")
    return int(share > options.allow)


if __name__ == "__main__":
    sys.exit(main())
