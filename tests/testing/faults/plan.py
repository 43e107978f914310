"""What is injected: which fault, into which command, on how many ranks, when. The same seed, the same faults."""
import dataclasses
import random

# What happens, in the words of the table. (name, weight in a program of MPI, weight in the report)
KINDS = {
    "kill -9 of a rank": (10, 0),
    "kill -9 of mpirun": (5, 0),
    "kill -9 of everything": (6, 5),
    "kill -9 at a file operation": (8, 3),
    "SIGTERM to the job": (5, 3),
    "SIGTERM to a rank": (4, 0),
    "a rank aborts": (3, 0),
    "a rank throws": (9, 0),
    "a rank has no memory": (8, 0),
    "an MPI call fails": (6, 0),
    "output folder removed": (6, 2),
    "full disk, small file system": (7, 2),
    "full disk, from some write on": (7, 3),
    "limit of the file size": (4, 1),
    "read-only file system": (2, 1),
    "read-only from some moment on": (5, 2),
    "I/O error of a file that is written": (8, 3),
    "I/O error of a file that is read": (9, 3),
    "I/O error of a mapped file": (3, 0),
    "shared memory exhausted": (6, 0),
}
NEEDS_MOUNT = ("full disk, small file system", "read-only file system", "shared memory exhausted")
# With and without a launcher. A rank alone has no others to wait for it.
RANKS = {"report of a scan": (0,), "report of a run": (0,)}
SHARE = {"run, grown trees": 5, "run, trees of a simulation": 5, "run with checkpoints": 5, "scan": 7,
         "scan that goes on": 3, "convert to Galacticus": 4, "convert to ytree": 3, "grow": 2, "report of a scan": 2,
         "report of a run": 0.5}
SHORT_SHARE = {"run, trees of a simulation": 5, "run with checkpoints": 6, "scan": 7, "scan that goes on": 3,
               "convert to Galacticus": 4, "convert to ytree": 2}


@dataclasses.dataclass
class Fault:
    """One fault. `moment` in (0, 1) is the part of the calls of its kind after which it comes."""
    number: int
    command: str
    ranks: int  # 0: without a launcher
    kind: str
    moment: float
    rank: int  # that is hit
    choice: float  # in [0, 1), for what else is to be chosen

    def what(self):
        where = f"rank {self.rank} of {max(1, self.ranks)}" if self.ranks else "no launcher"
        return f"{self.number:4}  {self.command:27} {self.kind:36} at {self.moment:6.4f}  {where}"


def draw(seed, number, short):
    """Fault `number` of a seed."""
    chance = random.Random(f"{seed} {number} {short}")
    share = SHORT_SHARE if short else SHARE
    # A short form has to be quick: one fault in thirty is one of a report, which takes ten seconds.
    command = "report of a scan" if short and number % 30 == 7 else chance.choices(*zip(*share.items()))[0]
    is_report = command.startswith("report")
    weights = {kind: of[1 if is_report else 0] for kind, of in KINDS.items()}
    if command not in ("run, trees of a simulation", "convert to Galacticus", "convert to ytree"):
        weights["I/O error of a mapped file"] = 0  # the others read no text
    kind = chance.choices(list(weights), list(weights.values()))[0]
    ranks = chance.choice(RANKS.get(command, (2,) if short else (0, 1, 2, 2, 3, 3)))
    if ranks == 0 and not is_report and kind == "kill -9 of mpirun":
        ranks = 2
    early = chance.random() < 0.3  # what is done once, at the beginning, would hardly ever be hit otherwise
    moment = chance.random() ** 4 if early else chance.uniform(0.0, 1.0)
    return Fault(number, command, ranks, kind, moment, chance.randrange(max(1, ranks)), chance.random())
