#!/usr/bin/env python3
"""Makes things go wrong while the program and its tools are at work, and looks at what is left.

run_faults.py --program PROGRAM --library LIBRARY [--seed N] [--count N] [--short] [--jobs N] [--out FOLDER]

Faults are drawn from a seed (plan.py): signals to ranks and launchers, full and read-only disks, folders that go away,
exhausted shared memory, exceptions, failing calls. After each: no process hangs, the exit code is not 0, one cause is
named by whoever lived, nothing older is damaged, nothing of ours is left over, and the same command again leaves the
bytes of an undisturbed one. A table of outcomes is printed; with --out it is kept with one line of JSON per fault. Exit
code 1 if anything is not as it should be.
"""
import argparse
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import case
import machine
import place
import plan
import table

SOURCE = pathlib.Path(__file__).resolve().parents[3]
SAY_EVERY_S = 60
# As root, or as root of a name space of our own.
WAYS_TO_MOUNT = (["unshare", "-m"], ["unshare", "-Urm"])


def way_to_mount():
    """What has to stand before a command that is to mount file systems of its own; [] where nothing can."""
    for way in WAYS_TO_MOUNT:
        words = [*way, "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"]
        if subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return way
    return []


class Worker(threading.Thread):
    """A process with file systems of its own that takes one order after the other."""

    def __init__(self, way, description, orders, answers):
        super().__init__(daemon=True)
        self.orders, self.answers = orders, answers
        words = [*way, sys.executable, "-B", __file__, "--worker", description]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self):
        while (order := self.orders.get()) is not None:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            self.answers.put((order, json.loads(self.process.stdout.readline() or '{"defect": "a worker is dead"}')))
        self.process.stdin.close()
        self.process.wait()


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--library", type=pathlib.Path, help="libfaults.so, which the tests build")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--count", type=int, default=30, help="faults that really happen")
    parser.add_argument("--short", action="store_true", help="quick commands only")
    parser.add_argument("--jobs", type=int, default=2, help="cases at the same time")
    parser.add_argument("--only", type=int, action="append", help="these numbers of the plan only")
    parser.add_argument("--patience", type=float, default=1.0, help="factor on all limits of time")
    parser.add_argument("--out", type=pathlib.Path, help="folder for table and outcomes")
    parser.add_argument("--keep", action="store_true", help="keep the folders of cases that failed")
    parser.add_argument("--list", action="store_true", help="only say what would be injected")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def make_work(chosen):
    """The folder in which everything happens, and a Place in it as text."""
    work = pathlib.Path(tempfile.mkdtemp(prefix="faults."))
    (work / "data").mkdir()
    for name in ("params", "trees"):
        shutil.copytree(SOURCE / name, work / "data" / name)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FAULT_")}
    environment.pop("OMPI_MCA_osc_sm_backing_directory", None)  # shared memory is in a place of its own here
    environment.pop("OMPI_MCA_btl_vader_backing_directory", None)
    return work, json.dumps({"work": str(work), "program": str(chosen.program.resolve()), "source": str(SOURCE),
                             "library": str(chosen.library.resolve()), "python": sys.executable,
                             "environment": environment, "patience": chosen.patience})


def state_of(folder):
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*") if path.is_file()}


class Harness:
    """Hands out orders to the workers."""

    def __init__(self, chosen):
        self.chosen, self.way = chosen, way_to_mount()
        self.work, description = make_work(chosen)
        self.orders, self.answers = queue.Queue(), queue.Queue()
        n = chosen.jobs if self.way else 1  # a /dev/shm for all would not tell whose is what
        self.workers = [Worker(self.way, description, self.orders, self.answers) for _ in range(n)]
        for worker in self.workers:
            worker.start()

    def answer(self):
        order, answer = self.answers.get()
        if "defect" in answer:
            sys.exit(f"run_faults.py: {order}: {answer['defect']}")
        return answer

    def prepare(self, faults):
        wanted = {}
        for fault in faults:
            wanted.setdefault(fault.command, set()).add(fault.ranks)
        for command in sorted(wanted, key=lambda name: not name.startswith("report")):  # the slow ones first
            self.orders.put({"prepare": command, "ranks": sorted(wanted[command], reverse=True)})
        for _ in wanted:
            self.answer()

    def carry_out(self, faults, count):
        """Outcomes in the order of the plan, until so many faults have happened."""
        waiting, outcomes, underway = list(faults), [], 0
        begun = said = time.monotonic()

        def happened():
            return sum(outcome["outcome"] not in ("not met", "skipped") for outcome in outcomes)
        while True:
            while waiting and underway < len(self.workers) and happened() + underway < count:
                fault = waiting.pop(0)
                if fault.kind in plan.NEEDS_MOUNT and not self.way:
                    outcomes.append(dict(number=fault.number, command=fault.command, kind=fault.kind, outcome="skipped",
                                         wrong=[], left={}, code=None, cause="nothing can be mounted here"))
                    continue
                self.orders.put({"fault": fault.__dict__})
                underway += 1
            if underway == 0:
                return sorted(outcomes, key=lambda outcome: outcome["number"])
            outcome = self.answer()
            underway -= 1
            outcomes.append(outcome)
            for wrong in outcome["wrong"]:
                what = f"fault {outcome['number']}, {outcome['command']}, {outcome['kind']}"
                print(f"FAILED: {what}: {wrong}", flush=True)
            if time.monotonic() - said > SAY_EVERY_S:
                said, done = time.monotonic(), happened()
                rate = done / (said - begun) * 60
                left = f"{(count - done) / rate:.0f} minutes left" if done else "none yet"
                print(f"{done} of {count} faults, {rate:.0f} per minute, {left}", flush=True)

    def end(self, in_peace):
        """Afterwards nothing of it lives, also if it is ended from outside."""
        for worker in self.workers:
            if in_peace:
                self.orders.put(None)
            else:
                worker.process.kill()
        if in_peace:
            for worker in self.workers:
                worker.join()
        machine.send(machine.marked(f"{self.work.name}-"), signal.SIGKILL)
        if not self.chosen.keep:
            shutil.rmtree(self.work, ignore_errors=True)


def main():
    chosen = options()
    if chosen.worker:
        case.main_of_worker(place.place_of(chosen.worker))
        return 0
    numbers = chosen.only or range(2 * chosen.count)
    faults = [plan.draw(chosen.seed, number, chosen.short) for number in numbers]
    if chosen.list:
        print("\n".join(fault.what() for fault in faults))
        return 0
    begun, in_peace = time.monotonic(), False
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("run_faults.py: SIGTERM"))
    harness = Harness(chosen)
    try:
        before = state_of(harness.work / "data")
        harness.prepare(faults)
        print(f"commands without a fault: {time.monotonic() - begun:.0f} s", flush=True)
        outcomes = harness.carry_out(faults, len(chosen.only or ()) or chosen.count)
        damaged = state_of(harness.work / "data") != before
        in_peace = True
    finally:
        harness.end(in_peace)
    text = table.as_text(outcomes, chosen.seed, time.monotonic() - begun)
    print(text)
    if damaged:
        print("FAILED: parameter files or trees have changed")
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "outcomes.txt").write_text(text + "\n")
        (chosen.out / "outcomes.jsonl").write_text("".join(json.dumps(outcome) + "\n" for outcome in outcomes))
    happened = sum(outcome["outcome"] not in ("not met", "skipped") for outcome in outcomes)
    if not chosen.only and happened < chosen.count:
        print(f"FAILED: only {happened} of {chosen.count} faults have happened")
        return 1
    return 1 if damaged or any(outcome["wrong"] for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
