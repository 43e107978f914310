#!/usr/bin/env python3
"""Would the tests notice wrong physics?

Changes one operator or one number of src/physics and include/cecropia/physics at a time in a copy of the project,
builds the unit tests of the room and runs them. A change that no test notices is a survivor: a test is missing, or the
change has no effect. The choice of changes is fixed by --seed. Exit code 1 when more than --allow of the changes
survive.
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
    (r"(?<![\w.])(\d+\.\d+(?:e[+-]?\d+)?)(?![\w.])", None),  # a number becomes 1.5 times itself
]
# Names of the room's rows, texts and preprocessor lines are not physics.
NOT_PHYSICS = re.compile(r'^\s*(//|///|#|\*)|"|static_assert')


def candidates(files):
    for file in files:
        for n, line in enumerate(file.read_text().splitlines()):
            code = line.split("//")[0]
            if NOT_PHYSICS.search(code) or "template" in code:
                continue
            for pattern, becomes in CHANGES:
                for hit in re.finditer(pattern, code):
                    new = becomes if becomes is not None else f"({hit[0]} * 1.5)"
                    if becomes is None and float(hit[0]) == 0.0:
                        new = "1.0"
                    yield file, n, hit.start(), hit.end(), new


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="number of changes tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", default="physics", help="a room with unit tests")
    parser.add_argument("--allow", type=float, default=0.25, help="largest fraction of survivors")
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

    places = [*(copy / "src" / options.room).glob("*.cpp"), *(copy / "include/cecropia" / options.room).glob("*.hpp")]
    every = [c for c in candidates(sorted(places)) if c[0].stem != "parameters"]  # defaults are choices, not formulae
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
