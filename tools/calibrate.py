#!/usr/bin/env python3
"""The scans, the chain, the tables and the figures of docs/calibration.md; tools/calibrate starts it."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys

from calibration_data import Models, Statements
from calibration_tables import TABLES
from marked_tables import with_table
from plot_calibration import FIGURES
from plot_data import Trouble, main_of, make_folder, write_whole

HOUSE = pathlib.Path(__file__).resolve().parent.parent
PAGE = HOUSE / "docs/calibration.md"
SCANS = ("choices", "minor", "slopes", "degeneracy", "map", "orderings", "definitions", "box")
# What makes the trees is no axis of a scan: params/calibration_trees.json once for each of these.
TREES = {"default": {}, "another forest": {"random.seed": 2}, "a third forest": {"random.seed": 3},
         "no mass noise": {"eps.mass_noise": 0}}
FINE = "fine"  # label of the scan 'box' on the trees of --trees
PRIORS = ("feedback.ebind_norm=loguniform:0.5:3", "feedback.cold_binding_factor=loguniform:0.25:4",
          "feedback.f_heat=uniform:0:5", "mixing.internal_mean_dex=uniform:-0.4:0.4")
WALKERS, STEPS = 16, 45
NAMES = (*SCANS, "trees", "posterior")


class Work:
    """Where the scans are, which are wanted, and what goes to each of them."""

    def __init__(self, arguments):
        self.out, self.scans = arguments.out, arguments.scans
        self.steps, self.grid, self.trees = arguments.steps, arguments.grid, arguments.trees
        self.settings = [word for setting in arguments.set for word in ("--set", setting)]
        self.program = os.environ.get("CECROPIA_PROGRAM", str(HOUSE / "build/bin/cecropia"))
        self.names = arguments.only.split(",") if arguments.only else list(NAMES)
        for name in self.names:
            if name not in NAMES:
                raise Trouble(f"--only {name}: one of {', '.join(NAMES)} is wanted")

    def file(self, name):
        path = self.scans / f"calibration_{name}.json"
        if not path.is_file():
            raise Trouble(f"there is no scan file {path}")
        return str(path)

    def folder(self, name, label="1"):
        return self.out / f"{name}-{label.replace(' ', '_')}"

    def start(self, command):
        """Runs it in sight of whoever waits; its own message says what is wrong."""
        if (code := subprocess.run(command, cwd=HOUSE).returncode) != 0:
            print(f"calibrate: {' '.join(command)} ended with code {code}; the same command of tools/calibrate goes on",
                  file=sys.stderr)
            sys.exit(code if code in (2, 3) else 1)

    def scan(self, name, folder, settings):
        print(folder.name, flush=True)
        words = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self.start([self.program, "scan", "-q", self.file(name), "--out", str(folder), *words, *self.settings])

    def sample(self):
        priors = [word for prior in PRIORS for word in ("--prior", prior)]
        self.start([str(HOUSE / "tools/sample"), self.file("posterior"), *priors, "--walkers", str(WALKERS),
                    "--steps", str(self.steps), "--ranks", "1", "--out", str(self.out / "posterior"), "--",
                    *self.settings])

    def run(self):
        for name in self.names:
            if name == "trees":
                for label, settings in TREES.items():
                    self.scan("trees", self.folder(name, label), settings)
            elif name == "posterior":
                self.sample()
            else:
                self.scan(name, self.folder(name), {})
        if "box" in self.names and self.trees:
            self.scan("box", self.folder("box", FINE), {"trees.path": self.trees})

    def results(self):
        """What was asked for, as the tables and figures want it."""
        found = {name: Models(self.folder(name)) for name in self.names if name in SCANS}
        if "trees" in self.names:
            found["trees"] = {label: Models(self.folder("trees", label)) for label in TREES}
        if "box" in self.names and self.trees:
            found["fine box"] = Models(self.folder("box", FINE))
        if self.grid:
            found["grid"] = Models(self.grid)
        if "posterior" in self.names:
            found["posterior"] = self.out / "posterior"
        return found


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=HOUSE / "out/calibrate")
    parser.add_argument("--scans", type=pathlib.Path, default=HOUSE / "params")
    parser.add_argument("--grid", type=pathlib.Path)
    parser.add_argument("--trees", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--statements", type=pathlib.Path, default=HOUSE / "docs/paper_statements.json")
    parser.add_argument("--docs", action="store_true")
    arguments = parser.parse_args()
    if arguments.docs and (arguments.only or arguments.set):
        raise Trouble("--docs wants everything as it stands: without --only and --set")
    if arguments.trees:
        if not arguments.trees.exists():
            raise Trouble(f"--trees {arguments.trees}: there is no such file or folder")
        arguments.trees = arguments.trees.resolve()
    arguments.out, arguments.scans = arguments.out.resolve(), arguments.scans.resolve()
    return arguments


def write_page(texts):
    page = PAGE.read_text()
    try:
        for name, text in texts.items():
            page = with_table(page, name, text)
    except LookupError as error:
        raise Trouble(f"{PAGE}: {name}: {error}") from error
    PAGE.write_text(page)


def main():
    arguments = read_arguments()
    statements = Statements(arguments.statements)  # before time is spent
    work = Work(arguments)
    make_folder(work.out)
    work.run()
    results = work.results()
    texts = {name: make(results[source], statements) for name, (source, make) in TABLES.items() if source in results}
    write_whole(work.out / "tables.md", "".join(f"## {name}\n\n{text}\n\n" for name, text in texts.items()))
    print(work.out / "tables.md")
    figures = HOUSE / "docs/figures" if arguments.docs else work.out
    for name, (source, draw) in FIGURES.items():
        if source in results:
            draw(results[source], statements, figures / f"calibration_{name}.png")
    if "posterior" in results:
        shutil.copy(results["posterior"] / "posterior.png", figures / "calibration_posterior.png")
    if arguments.docs:
        write_page(texts)


if __name__ == "__main__":
    main_of(main)
