"""The runs that the statements name: how their commands are read, made, found again and opened."""
import hashlib
import json
import pathlib
import re
import shlex
import subprocess

from plot_data import Trouble
from stars_data import open_tables

from .grid import Grid
from .paper_run import PaperRun

REPEATED = "random.realisation"
# The same runs on other trees: without the modes that a box of 8 Mpc/h lacks.
SETUPS = {"full": {}, "box": {"params/fiducial.json": "params/paper_box.json",
                              "params/paper_grid.json": "params/paper_box_grid.json"}}


class NotRun(Exception):
    """A run that was left out on request, or cannot be made yet."""


class Worlds:
    """What the checks look at. `runs` is the table of runs of docs/paper_statements.json, `models` makes them
    (model_runs.ModelRuns); folders given by the user (`given`: name -> folder) are used as they are; runs in `skip` are
    not made, and without `make` none is; `setup` names the trees (SETUPS), `realisation` the random numbers of single
    runs, and so which forest it is."""

    def __init__(self, runs, models, given=None, skip=(), ranks=1, realisation=0, make=True, setup="full"):
        self.runs, self.models, self.given = runs, models, given or {}
        self.skip, self.ranks, self.realisation, self.make = set(skip), ranks, realisation, make
        self.setup = setup
        self.opened = {}

    def again(self, realisation):
        """The same with other random numbers; grids and stars stay what they are."""
        other = Worlds(self.runs, self.models, self.given, self.skip, self.ranks, realisation, self.make, self.setup)
        other.opened = {name: world for name, world in self.opened.items() if self.kind_of(name) != "run"}
        return other

    def trouble_with(self, name):
        """Why a run is not there, or None."""
        if name in self.given:
            return None
        if name in self.skip:
            return f"{name} was left out"
        if "missing" in self.runs[name]:
            return self.runs[name]["missing"]
        return self.trouble_with("paper_grid") if self.is_open(name) else None

    def is_open(self, name):
        """Whether the command has a place that is filled from the grid, feedback.m_out0_msun=M."""
        return "feedback.m_out0_msun=M" in self.words(name)

    def is_repeated(self, name):
        """Whether other random numbers make another run of it: a single run that is made here."""
        return name not in self.given and self.kind_of(name) == "run"

    def words(self, name):
        """The command of a run; 'as NAME, MORE' stands for the command of another with more."""
        command = self.runs[name].get("command")
        if command is None:
            raise NotRun(self.runs[name]["missing"])
        other = re.match(r"as (\w+), (.*)", command)
        return self.words(other[1]) + shlex.split(other[2]) if other else shlex.split(command)

    def kind_of(self, name):
        if "command" not in self.runs[name]:
            return "missing"
        words = self.words(name)
        return words[1] if words[0] == "cecropia" else "stars"

    def command(self, name):
        """(file, settings) of a run or scan, without open places."""
        words = self.words(name)
        settings = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
        values = dict(s.split("=", 1) for s in settings)
        if values.get("feedback.m_out0_msun") == "M":
            m_out0 = self.grid("paper_grid").best_csfh_m_out0(float(values["feedback.alpha_out"]),
                                                              float(values["stars.imf2_max_msun"]))
            settings = [f"feedback.m_out0_msun={m_out0:g}" if s == "feedback.m_out0_msun=M" else s for s in settings]
        return SETUPS[self.setup].get(words[2], words[2]), settings

    def task(self, name):
        """(name of the folder, file, settings) of a single run."""
        file, settings = self.command(name)
        return f"{self.prefix}{name}-{self.realisation}", file, [*settings, f"{REPEATED}={self.realisation}"]

    @property
    def prefix(self):
        """What the folders of this set-up begin with."""
        return "" if self.setup == "full" else f"{self.setup}_"

    def opened_as(self, name, kind, make):
        if name not in self.opened:
            why = self.trouble_with(name)
            if why:
                raise NotRun(why)
            if name not in self.given and self.kind_of(name) != kind:
                raise Trouble(f"docs/paper_statements.json: '{name}' is no {kind}: {self.runs[name]['command']}")
            self.opened[name] = make()
        return self.opened[name]

    def run(self, name):
        return self.opened_as(name, "run", lambda: PaperRun(self.given.get(name) or self.made(name)))

    def made(self, name):
        task = self.task(name)
        if not self.make and not self.models.is_there(*task):
            raise NotRun(f"{name} has not been made")
        self.models.run(*task)
        return self.models.folder(task[0])

    def grid(self, name):
        return self.opened_as(name, "scan", lambda: Grid(self.given.get(name) or self.scanned(name)))

    def scanned(self, name):
        """Makes a scan, or goes on with it. Its folder carries what program, file and settings say, so that another of
        these begins a new one."""
        file, settings = self.command(name)
        key = hashlib.sha256(json.dumps(self.models.what(file, settings)).encode()).hexdigest()[:8]
        folder = self.models.out / "scans" / f"{self.prefix}{name}-{key}"
        if not (folder / "scan.h5").exists():
            if not self.make:
                raise NotRun(f"{name} has not been made")
            print(f"  {name}, in {folder}; scan.log there tells how far it is", flush=True)
            arguments = ["tools/run", "-n", str(self.ranks), "scan", file, "--out", str(folder)]
            for setting in settings:
                arguments += ["--set", setting]
            done = subprocess.run(arguments, cwd=self.models.house, stdout=subprocess.DEVNULL)
            if done.returncode:
                raise Trouble(f"{' '.join(arguments)} ended with code {done.returncode}; the same command of "
                              "verify_paper goes on with it")
        return folder

    @property
    def stars(self):
        """Folder that tools/verify_stars has filled."""
        return self.opened_as("stars", "stars", lambda: pathlib.Path(self.given["stars"]))

    def stars_verdict(self, number):
        try:
            row = json.loads((self.stars / "verdicts.json").read_text())[number - 1]
            return {name: row[name] for name in ("ours", "verdict")}
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise Trouble(f"{self.stars}/verdicts.json has no row {number} ({error}): tools/verify_stars --out "
                          f"{self.stars}") from error

    def stellar_tables(self):
        return open_tables(self.stars / "standard.h5")

    def provenance(self):
        """Program and parameters of what was looked at: {name: words}."""
        found = {}
        for name, world in self.opened.items():
            if isinstance(world, PaperRun):
                program = world.json["program"]
                found[name] = f"{program['version']} ({program['git']})"
            elif isinstance(world, Grid):
                found[name] = world.program
        return found
