"""The commands that meet faults: how each is started, what was in its folder before, and what it leaves at the end."""
import json
import shutil

SMALL_FOREST = {"eps.trees_per_bin": 2, "eps.bins_per_dex": 4, "eps.resolution_relative": 1e-2}
CATALOGUES = {"output.levels": "all", "output.properties": '["all"]'}
DESIGN = {"parameters": {"trees": {"path": "eps"}, "output": {"redshifts": [6]},
                         "eps": {name.partition(".")[2]: value for name, value in SMALL_FOREST.items()}},
          "keep": [1],
          "design": {"axes": {"feedback.alpha_out": [0, 0.5], "feedback.m_out0_msun": [1e9, 3e9]}}}
CANARY = ("notes.txt", b"of the user\n")


def settings(values):
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


class Command:
    """`words` follow the name of the program, `older` are those of the command that was there before, {out} is the
    output folder. `logs` only grow; `passing` may be there or not."""
    logs, passing, lines = (), (), None
    tool = None  # in place of the program

    def __init__(self, words, older):
        self.words, self.older = words, older

    def begin(self, out, work):
        """What is in the output folder before; `work` holds what was made ready for all."""
        shutil.copytree(work / "older", out)

    def contents(self, out):
        """Name in the output folder: content, for files of which two equal commands leave the same."""
        found = {}
        for path in sorted(out.rglob("*")):
            name = str(path.relative_to(out))
            if path.is_file() and name not in (*self.logs, *self.passing, CANARY[0]):
                found[name] = self.essence(name, path.read_bytes())
        return found

    def essence(self, _, content):
        return content


def without_times(content):
    try:
        summary = json.loads(content)
    except ValueError:
        return content
    for of_this_time in ("timing", "phases"):
        summary.pop(of_this_time, None)
    return json.dumps(summary).encode()


class Run(Command):
    logs, passing = ("run.log",), ("checkpoint.h5",)

    def __init__(self, *words):
        words = ["run", *words, "-q", "--out", "{out}"]
        super().__init__(words, [*words, "--set", "random.seed=2"])

    def essence(self, name, content):
        return without_times(content) if name == "run.json" else content


class Scan(Command):
    """Goes on with a finished scan of the first half of its points."""
    logs, lines = ("scan.log",), "scan.jsonl"
    passing = ("scan.lock", "scan.json")  # its columns come one by one

    def __init__(self):
        super().__init__(["scan", "{work}/scan.json", "-q", "--checkpoint-every", "0.05", "--out", "{out}"],
                         ["scan", "{work}/half.json", "-q", "--out", "{out}"])

    def ready(self, work):
        (work / "scan.json").write_text(json.dumps(DESIGN))
        half = json.loads(json.dumps(DESIGN))
        half["design"]["axes"]["feedback.alpha_out"], half["keep"] = [0], []
        (work / "half.json").write_text(json.dumps(half))

    def begin(self, out, work):
        if self.older is None:
            out.mkdir()
        else:
            super().begin(out, work)

    def contents(self, out):
        found = super().contents(out)
        found = {name: content for name, content in found.items() if not name.startswith("checkpoints/")}
        ledger = found.pop(self.lines, b"").splitlines(keepends=True)
        lines = [json.loads(line) for line in ledger if line.endswith(b"\n")]
        # A point that the ledger had and that is computed again for its files has a second line, unless the command was
        # killed when the files were there and the line was not: then nothing is computed again.
        kept = {line["key"] for line in lines if line["point"] in DESIGN["keep"]}
        keys = [line["key"] for line in lines if line["key"] not in kept] + [*kept]
        found[self.lines] = " ".join(sorted(keys)).encode()
        return found

    def essence(self, name, content):
        return without_times(content) if name.endswith("run.json") else content


class NewScan(Scan):
    """Into a folder that is not there."""

    def __init__(self):
        super().__init__()
        self.older = None


class Convert(Command):
    def __init__(self, action, name, *words):
        words = ["trees", action, *words, "--out", f"{{out}}/{name}"]
        super().__init__(words, ["trees", "grow", "params/quickstart.json", *settings(SMALL_FOREST),
                                 *(["--to", "ytree"] if "ytree" in words else []), "--set", "random.seed=2",
                                 "--set", "eps.trees_per_bin=1", "--out", f"{{out}}/{name}"])


class Report(Command):
    """Over the page of an earlier one. `made` are the words of what it reports on."""
    tool = "tools/report.py"

    def __init__(self, made):
        super().__init__(["{work}/made", "--out", "{out}"], None)
        self.made = made

    def begin(self, out, work):
        whole = work / "whole"
        if not whole.exists():  # the first, whose files become the names of the older ones
            out.mkdir()
            return
        for path in whole.rglob("*"):
            if path.is_file() and path.name != CANARY[0]:
                older = out / path.relative_to(whole)
                older.parent.mkdir(parents=True, exist_ok=True)
                older.write_bytes(b"of an earlier report: " + path.name.encode())


QUICK = ["params/quickstart.json", *settings(SMALL_FOREST)]
BOX = ["params/nbody_64.json", "--set", "star_formation.max_step_myr=0.05", *settings(CATALOGUES)]
COMMANDS = {
    "run, grown trees": Run(*QUICK, *settings(CATALOGUES)),
    "run, trees of a simulation": Run("params/nbody_64.json"),
    "run with checkpoints": Run(*BOX, "--checkpoint-every", "0.02", "--resume"),
    "scan": NewScan(),
    "scan that goes on": Scan(),
    "convert to Galacticus": Convert("convert", "trees.h5", "params/nbody_64.json"),
    "convert to ytree": Convert("convert", "trees.h5", "params/nbody_64.json", "--to", "ytree"),
    "grow": Convert("grow", "trees.h5", *QUICK),
    "report of a scan": Report(["scan", "{work}/scan.json", "-q", "--out", "{work}/made"]),
    "report of a run": Report(["run", *QUICK, "-q", "--out", "{work}/made"]),
}
