"""One fault: the command is started where an earlier one has left its results, the fault comes, and what is left is
judged; then the same command again."""
import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback

import machine
from commands import CANARY, COMMANDS
from place import Folder, prepare
from plan import Fault

FOREVER = "1"
# What the library that is loaded before all others makes of a fault: (FAULT_DO, kinds of calls, for ever)
INJECTED = {
    "kill -9 at a file operation": ("kill", ("make", "write", "sync", "rename", "size"), ""),
    "a rank aborts": ("abort", ("tick",), ""),
    "a rank throws": ("throw", ("new", "mpi"), ""),
    "a rank has no memory": ("no_memory", ("new",), ""),
    "an MPI call fails": ("mpi", ("mpi",), ""),
    "full disk, from some write on": ("28", ("make", "write", "size"), FOREVER),  # ENOSPC
    "read-only from some moment on": ("30", ("make", "rename"), FOREVER),  # EROFS
    "I/O error of a file that is written": ("5", ("make", "write", "sync", "rename", "size"), ""),  # EIO
    "I/O error of a file that is read": ("5", ("open", "read", "list"), ""),
    "I/O error of a mapped file": ("bus", ("map",), ""),
}
SIGNALS = ("kill -9 of a rank", "kill -9 of mpirun", "kill -9 of everything", "SIGTERM to the job", "SIGTERM to a rank")
# After these somebody may be dead who had a file open, or was ended by the launcher because another one is.
DEADLY = (*SIGNALS, "kill -9 at a file operation", "a rank aborts", "a rank throws", "a rank has no memory",
          "an MPI call fails", "shared memory exhausted")
UNFINISHED = re.compile(r"\.partial\b|\.partial-|\.part$")
OUR_WORD = re.compile(r"^(?:\[\d\d:\d\d:\d\d\] )?(?:\[rank \d+\] )?error: (.*)", re.M)
REPORT_WORD = re.compile(r"^report\.py: (.*)", re.M)
LAUNCHER_WORD = re.compile(r"(?:mpirun noticed that process .*? exited on signal .*|BAD TERMINATION.*|"
                           r".*(?:not enough space|shared memory).*|mpirun: .*signal.*)")
# A limit of the file size of some kilobytes lets MPI not even begin: nobody but the library is there to speak.
MPI_DID_NOT_BEGIN = re.compile(r".*An error occurred in MPI_Init.*")


class Case:
    """Carries out one fault. `outcome`, `code`, `cause`, `wrong` (what must not be) and `left` say what came of it."""

    def __init__(self, place, fault):
        self.place, self.fault, self.command = place, fault, COMMANDS[fault.command]
        self.work = place.of(fault.command)
        ready = json.loads((self.work / "ready.json").read_text())
        self.calls = ready["calls"][str(fault.ranks)]
        self.folder = Folder(place, f"case{fault.number:04}", fault.command, cache=fault.choice < 0.7)
        self.wrong, self.left, self.cause, self.code, self.fired, self.outcome = [], {}, "", None, False, ""
        self.came_late = False  # the command had finished

    # --- the fault --------------------------------------------------------------------------------------------------
    def order(self):
        """What the library is told."""
        fault = self.fault
        do, kinds, ever = INJECTED.get(fault.kind, ("tell", ("tick",), ""))
        rank = fault.rank
        if all(self.calls[str(rank)][kind] == 0 for kind in kinds):
            rank = 0  # most files are the business of rank 0
        counts = self.calls[str(rank)]
        kinds = [kind for kind in kinds if counts[kind] > 0]
        if not kinds:
            return None
        kind = kinds[int(fault.choice * len(kinds))]
        nth = 1 + min(counts[kind] - 1, int(fault.moment * counts[kind]))
        self.told = self.folder.path / "told"
        return [f"FAULT_DO={do}", f"FAULT_KIND={kind}", f"FAULT_NTH={nth}", f"FAULT_RANK={rank}", f"FAULT_EVER={ever}",
                self.folder.places]

    def strike(self, job):
        """Signals, and a folder that goes away, when the library says that the moment has come."""
        kind = self.fault.kind
        if not job.wait_until(self.told.exists):
            return False
        pids = machine.marked(self.folder.mark)
        ranks = {machine.rank_of(pid): pid for pid in pids}
        launcher = job.process.pid
        if kind == "output folder removed":
            gone = self.folder.path / "gone"
            for _ in range(20):  # the program may be making files in it
                self.folder.out.rename(gone)  # at one moment: what is whole then was finished before
                self.came_late = self.has_finished(gone)
                shutil.rmtree(gone, ignore_errors=True)
                if not self.folder.out.exists():
                    return not self.came_late
            return False
        number = signal.SIGTERM if kind.startswith("SIGTERM") else signal.SIGKILL
        target = {"kill -9 of a rank": [ranks.get(self.fault.rank)], "SIGTERM to a rank": [ranks.get(self.fault.rank)],
                  "kill -9 of mpirun": [launcher], "SIGTERM to the job": [launcher]}.get(kind, [launcher, *pids])
        if not self.fault.ranks:
            target = [launcher]
        machine.send([pid for pid in target if pid], number)
        return bool(pids)

    def has_finished(self, out=None):
        """Whether the command has done all that it was to do."""
        there = self.command.contents(out or self.folder.out)
        return there != self.was and there == self.command.contents(self.work / "whole")

    def inject(self):
        """The command with its fault."""
        kind, before, size = self.fault.kind, (), None
        self.command.begin(self.folder.out, self.work)
        (self.folder.out / CANARY[0]).write_bytes(CANARY[1])
        self.was = self.command.contents(self.folder.out)
        growing = [self.folder.out / name for name in (*self.command.logs, self.command.lines) if name]
        self.logs_were = {path.name: path.read_bytes() for path in growing if path.exists()}
        need = sum(path.stat().st_size for path in (self.work / "whole").rglob("*") if path.is_file())
        there = sum(path.stat().st_size for path in self.folder.out.rglob("*") if path.is_file())
        order, place = (), contextlib.nullcontext()
        if kind in INJECTED or kind in SIGNALS or kind == "output folder removed":
            order = self.order()
            if order is None:
                return None
        elif kind == "limit of the file size":
            largest = max(path.stat().st_size for path in (self.work / "whole").rglob("*") if path.is_file())
            before = ("prlimit", f"--fsize={int(self.fault.moment * largest)}")
            self.place.environment["OMPI_MCA_btl"] = "self,tcp"  # the limit holds for shared memory as well
        elif kind == "shared memory exhausted":
            size = int(self.fault.moment ** 2 * 20e6) // 4096 * 4096
            subprocess.run(["mount", "-o", f"remount,size={max(size, 4096)}", "/dev/shm"], check=True)
        elif kind == "read-only file system":
            place = machine.OtherDisk(self.folder.out, None)
        else:
            place = machine.OtherDisk(self.folder.out, 65536 + there + int(self.fault.moment * need) // 4096 * 4096)
        try:
            with place:
                job = self.folder.start(self.command.words, self.fault.ranks, told=self.folder.path / "told",
                                        order=order, before=before)
                if kind in SIGNALS or kind == "output folder removed":
                    self.fired = self.strike(job)
                self.code = job.finish()
        finally:
            self.place.environment.pop("OMPI_MCA_btl", None)
            if kind == "shared memory exhausted":
                subprocess.run(["mount", "-o", "remount,size=512m", "/dev/shm"], check=True)
        if kind in INJECTED:
            self.fired = self.told.exists()
        elif kind not in SIGNALS and kind != "output folder removed":
            # Open MPI may do without shared memory: then the command goes on.
            self.fired = self.code != 0 or (size is not None and size < self.fault.ranks * machine.SHARED_BY_A_RANK)
        return job

    # --- the judgement ----------------------------------------------------------------------------------------------
    def name_the_cause(self, said):
        """One readable cause, wherever a process lived to say it."""
        kind, code = self.fault.kind, self.code
        ours = (REPORT_WORD if self.command.tool else OUR_WORD).findall(said)
        launcher = LAUNCHER_WORD.findall(said)
        no_mpi = MPI_DID_NOT_BEGIN.findall(said) if kind == "limit of the file size" else []
        if "Traceback" in said:
            self.wrong.append(f"a Python traceback: {said[-800:]}")
        if len(ours) > 1:
            self.wrong.append(f"{len(ours)} causes: {ours}")
        if ours:
            self.outcome, self.cause = "said", ours[0]
            if kind in INJECTED and kind not in DEADLY or kind in ("output folder removed", "limit of the file size"):
                if code != 2:
                    self.wrong.append(f"exit code {code} with '{ours[0]}'")
                if not self.command.tool and "  to fix   : " not in said:
                    self.wrong.append(f"no remedy: {said}")
            if kind in ("a rank throws", "a rank has no memory", "an MPI call fails") and code != 1:
                self.wrong.append(f"exit code {code} with '{ours[0]}'")
        elif no_mpi:
            self.outcome, self.cause = "launcher", no_mpi[0].strip()
        elif launcher:
            self.outcome, self.cause = "launcher", launcher[0].strip()
            if kind not in DEADLY:
                self.wrong.append(f"no word of ours: {said[-800:]}")
        elif kind.startswith("SIGTERM") and re.search("stopped on request|cecropia: SIGTERM", said):
            self.outcome, self.cause = "said", "SIGTERM"
        else:
            self.outcome, self.cause = "silent", ""
            alone = not self.fault.ranks and kind in (*SIGNALS, "a rank aborts", "kill -9 at a file operation")
            # All ranks may have ended well a moment before: mpirun, which still tidies up, says nothing of a SIGTERM.
            finished = kind == "SIGTERM to the job" and self.has_finished()
            if not alone and not finished and kind not in ("kill -9 of mpirun", "kill -9 of everything"):
                self.wrong.append(f"nobody names a cause: {said[-800:]}")

    def files(self):
        """All names below the output folder, with those that are unfinished."""
        out = self.folder.out
        names = [str(path.relative_to(out)) for path in out.rglob("*")] if out.exists() else []
        caches = [str(path) for path in self.folder.cache.rglob("*")]
        return names, [name for name in (*names, *caches) if UNFINISHED.search(name)]

    def check_what_was_there(self):
        """Nothing older is damaged: each file is what it was, or whole and new."""
        whole, now = self.command.contents(self.work / "whole"), self.command.contents(self.folder.out)
        removed = self.fault.kind == "output folder removed"
        for name, content in self.was.items():
            if name == self.command.lines:  # logs_were
                continue
            if now.get(name) not in (content, whole.get(name)) and not removed:
                if name in now or not ("ytree" in self.fault.command and self.fault.kind in DEADLY):
                    self.wrong.append(f"{name} is neither the older nor the new one")
        if removed:
            return
        for name, before in self.logs_were.items():
            path = self.folder.out / name
            if not path.exists() or not path.read_bytes().startswith(before):
                self.wrong.append(f"{name} has lost lines")
        if (self.folder.out / CANARY[0]).read_bytes() != CANARY[1]:
            self.wrong.append("a file of the user has changed")

    def check_places(self):
        """What is left in shared memory, in the temporary folder and under temporary names."""
        _, unfinished = self.files()
        if unfinished:
            self.left["unfinished"] = unfinished
            if self.fault.kind not in DEADLY:
                self.wrong.append(f"left unfinished: {unfinished}")
        if self.place.private_shm:
            of_mpi, others = machine.in_shared_memory()
            if of_mpi:
                self.left["shared memory"] = of_mpi
            if self.fault.kind not in DEADLY:  # only who is killed while it opens a file
                others += [name for name in of_mpi if name.startswith(machine.OF_AN_OPENING)]
            if others:
                self.wrong.append(f"left in shared memory: {others}")
        names = sorted(str(path.relative_to(self.folder.path / "tmp")) for path in (self.folder.path / "tmp").iterdir())
        if names:
            self.left["temporary folder"] = names
            others = [name for name in names if not name.startswith(machine.OPEN_MPI_LEAVES)]
            if others:
                self.wrong.append(f"left in the temporary folder: {others}")
        # MPI may not clean up if its launcher is dead.
        if names and self.fault.kind not in DEADLY:
            self.wrong.append(f"left by Open MPI without a need: {self.left}")

    def check_whole(self, when):
        about, out = self.command, self.folder.out
        whole, now = about.contents(self.work / "whole"), about.contents(out)
        for name in sorted(whole.keys() | now.keys()):
            if whole.get(name) != now.get(name):
                state = "is missing" if name not in now else "is more than there should be" if name not in whole else \
                    "has other bytes"
                self.wrong.append(f"{when}: {name} {state}")

    def again(self):
        """The same command once more finishes, says what it found, and leaves the bytes of an undisturbed one."""
        unfinished = self.left.get("unfinished", [])
        had_checkpoint = (self.folder.out / "checkpoint.h5").exists()
        self.folder.out.mkdir(exist_ok=True)
        log = self.folder.out / self.command.logs[0] if self.command.logs else None
        before = log.stat().st_size if log and log.exists() else 0
        shutil.copy(self.folder.path / "stderr", self.folder.path / "stderr.fault")
        job = self.folder.start(self.command.words, self.fault.ranks)
        code = job.finish()
        if code != 0 or job.left:
            self.wrong.append(f"again: ends with {code} {job.left}: {job.said()[-800:]}")
            return
        self.check_whole("again")
        _, still = self.files()
        if still:
            self.wrong.append(f"again: still unfinished: {still}")
        if (self.folder.out / "checkpoint.h5").exists():
            self.wrong.append("again: a checkpoint is left")
        said = job.said() + (log.read_bytes()[before:].decode(errors="replace") if log else "")
        if any(not name.startswith("/") for name in unfinished) and not self.command.tool and "unfinished" not in said:
            self.wrong.append(f"again: does not say that it found {unfinished}")
        if had_checkpoint and "going on after" not in said:
            self.wrong.append("again: does not go on from the checkpoint")

    def carry_out(self):
        """The whole case; a dictionary of what came of it."""
        begun = time.monotonic()
        if self.place.private_shm:
            machine.clear_shared_memory()
        job = self.inject()
        if job is None:
            return self.result("not met", begun)
        if job.left:
            self.outcome = "hangs"
            self.wrong.append(f"hangs after {job.limit_s} s: {job.left}; said: {job.said()[-800:]}")
        elif self.code == 0:
            self.outcome = "survived" if self.fired else "not met"
            if not self.came_late:
                self.check_whole("exit code 0")
        else:
            self.name_the_cause(job.said())
        self.check_places()
        self.check_what_was_there()
        if self.code != 0 and not job.left:
            self.again()
        if not self.wrong:
            self.folder.remove()
        return self.result(self.outcome, begun)

    def result(self, outcome, begun):
        stage = self.told.read_text().strip() if self.fired and hasattr(self, "told") and self.told.exists() else ""
        return {"number": self.fault.number, "command": self.fault.command, "kind": self.fault.kind,
                "ranks": self.fault.ranks, "moment": self.fault.moment, "rank": self.fault.rank, "call": stage,
                "outcome": outcome, "code": self.code, "cause": self.cause, "left": self.left, "wrong": self.wrong,
                "seconds": round(time.monotonic() - begun, 2)}


def main_of_worker(place):
    """Carries out what comes as lines of JSON; answers with lines of JSON."""
    place.private_shm = machine.own_shared_memory()
    for line in sys.stdin:
        order = json.loads(line)
        try:
            if "prepare" in order:
                prepare(place, order["prepare"], order["ranks"])
                answer = {}
            else:
                answer = Case(place, Fault(**order["fault"])).carry_out()
        except Exception:  # noqa: BLE001  a defect of the harness itself: said by the one who asked
            answer = {"defect": traceback.format_exc()}
        print(json.dumps(answer), flush=True)
