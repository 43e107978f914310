"""Where commands meet faults: a folder for all, one for each command that was made ready, one for each case."""
import contextlib
import json
import pathlib
import re
import shutil
import time

import machine
from commands import CANARY, COMMANDS


class Place:
    """Where the commands find what they need: `work` has a folder for each command and `data`, a copy of the data."""

    def __init__(self, work, program, source, library, python, environment, patience):
        self.work, self.program, self.source, self.library = work, program, source, library
        self.python, self.environment, self.patience = python, environment, patience
        self.private_shm = False

    def of(self, command):
        return self.work / re.sub(r"\W+", "_", command)


def place_of(description):
    """A Place from what can be sent to another process."""
    values = json.loads(description)
    for name in ("work", "program", "source", "library"):
        values[name] = pathlib.Path(values[name])
    return Place(**values)


class Folder:
    """The folder of one case: out, tmp, cache."""

    def __init__(self, place, name, command, cache=True):
        self.place, self.command, self.path = place, COMMANDS[command], place.work / name
        self.work, self.mark = place.of(command), f"{place.work.name}-{name};"
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        (self.path / "tmp").mkdir()  # of MPI: no fault of ours is injected there
        self.user = self.path / "user"
        self.user.mkdir()
        self.out, self.cache = self.user / "out", self.user / "cache"
        if cache and (place.work / "cache").exists():
            shutil.copytree(place.work / "cache", self.cache)
        self.places = f"FAULT_PLACE={self.user}:{place.work / 'data'}:{self.work}"

    def start(self, words, ranks, told=None, order=(), before=()):
        """The command with `words`; `order` is for the library, `before` stands before the program."""
        environment = dict(self.place.environment, TMPDIR=str(self.path / "tmp"), CECROPIA_CACHE=str(self.cache),
                           CECROPIA_DATA=str(self.place.work / "data"))
        words = [word.format(out=self.out, work=self.work) for word in words]
        if self.command.tool and words[0] not in ("run", "scan"):
            words = [self.place.python, "-B", str(self.place.source / self.command.tool), *words]
        else:
            words = [str(self.place.program), *words]
        if order:
            words = ["env", f"LD_PRELOAD={self.place.library}", f"FAULT_TOLD={told}", *order, *words]
        launcher = ["mpirun", "-n", str(ranks)] if ranks else []
        return machine.Job([*launcher, *before, *words], self.path, self.mark, environment, 150 * self.place.patience)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def prepare(place, command, rank_counts):
    """What was there before (`older`), what an undisturbed command leaves (`whole`), and how many calls of each kind
    come in it (`ready.json`)."""
    about = COMMANDS[command]
    work = place.of(command)
    work.mkdir()
    ready = {"seconds": {}, "calls": {}}

    def done(folder, words, ranks, **more):
        job = folder.start(words, ranks, **more)
        code = job.finish()
        if code != 0 or job.left:
            raise RuntimeError(f"'{command}' without a fault ends with {code} {job.left}: {job.said()}")
        return time.monotonic() - job.begun

    folder = Folder(place, f"prepare_{work.name}", command)
    if hasattr(about, "ready"):
        about.ready(work)
    if about.tool:
        if about.made[0] == "scan":
            COMMANDS["scan"].ready(work)
        done(folder, about.made, 0)
    if about.older is not None:
        folder.out.mkdir()
        done(folder, about.older, 0)
        folder.out.rename(work / "older")
        (work / "older" / CANARY[0]).write_bytes(CANARY[1])
    for ranks in rank_counts:
        shutil.rmtree(folder.out, ignore_errors=True)
        told = folder.path / f"told{ranks}"
        about.begin(folder.out, work)
        (folder.out / CANARY[0]).write_bytes(CANARY[1])
        ready["seconds"][ranks] = done(folder, about.words, ranks, told=told,
                                       order=["FAULT_DO=count", folder.places])
        ready["calls"][ranks] = {}
        for line in told.read_text().splitlines():
            counts = {name: int(n) for name, n in (word.split("=") for word in line.split())}
            ready["calls"][ranks][counts.pop("rank")] = counts
        if not (work / "whole").exists():
            shutil.copytree(folder.out, work / "whole")
        if about.contents(folder.out) != about.contents(work / "whole"):
            raise RuntimeError(f"'{command}' on {ranks} ranks leaves other bytes")
    (work / "ready.json").write_text(json.dumps(ready))
    if folder.cache.exists():
        with contextlib.suppress(OSError):  # another worker was first
            folder.cache.rename(place.work / "cache")
    folder.remove()
