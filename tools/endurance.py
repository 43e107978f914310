#!/usr/bin/env python3
"""Memory, open files, log and ledger of a scan that runs for hours: the work of tools/endurance. Writes
OUT/summary.json and OUT/tables.md; with --docs also the table of a page. Exit code 1: something grows that should
not."""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import numpy as np

from marked_tables import table, with_table
from plot_data import Trouble, main_of, make_folder, write_whole

HOUSE = pathlib.Path(__file__).resolve().parent.parent
WARM = 0.25  # of the time: caches fill, the ranks meet their largest model
MEMORY_MAY_GROW = 0.01  # over the rest of the time: what an allocator's fragments do
LINES_MAY_GROW = 0.05  # bytes per point, from the first to the last part of the rest
STOPPED = 3  # exit code of a scan whose time was over
PATIENCE_S = 120  # for the scan to stop when its time is over


def ranks_below(launcher, program):
    """Process ids of the ranks, by rank, that this launcher or its children started."""
    parents, found = {}, []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if os.readlink(entry / "exe") != str(program):
                continue
            words = (entry / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or is somebody else's
            continue
        for word in words:
            if word.startswith((b"OMPI_COMM_WORLD_RANK=", b"PMI_RANK=")):
                found.append((int(word.partition(b"=")[2]), int(entry.name)))

    def is_below(pid):
        while pid and pid != launcher:
            pid = parents.get(pid, 0)
        return pid == launcher

    return {rank: pid for rank, pid in found if is_below(pid)}


def look_at(pid):
    """Memory of its own [bytes] and open files of a process; None if it has ended."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
        own = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))
        return own, len(os.listdir(f"/proc/{pid}/fd"))
    except (OSError, StopIteration):
        return None


class Files:
    """Sizes of log and ledger, and how many points the ledger has; reads only what has come since the last look."""

    def __init__(self, folder):
        self.folder, self.read, self.points = folder, 0, 0

    def look(self):
        sizes = []
        for name in ("scan.log", "scan.jsonl"):
            path = self.folder / name
            sizes.append(path.stat().st_size if path.exists() else 0)
        if sizes[1] > self.read:
            with open(self.folder / "scan.jsonl", "rb") as ledger:
                ledger.seek(self.read)
                new = ledger.read(sizes[1] - self.read)
            self.points += new.count(b"\n")
            self.read = sizes[1]
        on_disk = sum(1 for path in self.folder.rglob("*") if path.is_file())
        return *sizes, self.points, on_disk


def watch(o, seconds):
    """Runs the scan and returns its looks: a list of [s, log, ledger, points, files, memory..., descriptors...]."""
    folder = o.out / "scan"
    words = ["mpirun", "-n", str(o.ranks), str(o.program), "-q", "scan", str(o.scan), "--out", str(folder),
             "--time-limit", str(seconds)]
    looks, files, begun = [], Files(folder), time.monotonic()
    with open(o.out / "said", "wb") as said:
        job = subprocess.Popen(words, cwd=HOUSE, stdout=said, stderr=said, start_new_session=True)
    try:
        ranks = {}
        while job.poll() is None:
            now = time.monotonic() - begun
            if len(ranks) < o.ranks:
                ranks = ranks_below(job.pid, o.program)
            seen = [look_at(ranks[rank]) for rank in sorted(ranks)]
            # not how it stops: the points under way leave checkpoints
            if len(seen) == o.ranks and all(seen) and now < seconds - o.every:
                looks.append([now, *files.look(), *(own for own, _ in seen), *(n for _, n in seen)])
            if now > seconds + PATIENCE_S:
                raise Trouble(f"the scan goes on {PATIENCE_S} s after its time was over")
            time.sleep(o.every)
    finally:
        if job.poll() is None:
            os.killpg(job.pid, signal.SIGKILL)
    if job.returncode != STOPPED:
        text = (o.out / "said").read_text(errors="replace").strip()
        raise Trouble(f"the scan ended with code {job.returncode}, not {STOPPED} (time is over): {text[-600:]}")
    return looks


def parts_of(looks):
    """Of the time after WARM, the first and the last third."""
    t = looks[:, 0]
    begin = t[0] + WARM * (t[-1] - t[0])
    third = (t[-1] - begin) / 3
    return looks[(t >= begin) & (t < begin + third)], looks[t >= t[-1] - third]


def judge(looks, ranks):
    """Rows (what, at first, at last, may be, verdict). Memory is the median of a part: it goes up and down within a
    point."""
    looks = np.array(looks)
    if len(looks) < 60:
        raise Trouble(f"only {len(looks)} looks: give more --hours, or a smaller --every")
    first, last = parts_of(looks)
    rows = []
    for rank in range(ranks):
        a, b = np.median(first[:, 5 + rank]), np.median(last[:, 5 + rank])
        rows.append((f"memory of rank {rank} [MiB]", f"{a / 2**20:.2f}", f"{b / 2**20:.2f}",
                     f"{100 * MEMORY_MAY_GROW:.0f} % more", b <= a * (1 + MEMORY_MAY_GROW)))
    for rank in range(ranks):
        column = 5 + ranks + rank
        a, b = int(first[:, column].max()), int(last[:, column].max())
        rows.append((f"open files of rank {rank}, at most", a, b, "no more", b <= a))
    for name, column in (("log", 1), ("ledger", 2)):
        a, b = ((part[-1, column] - part[0, column]) / max(part[-1, 3] - part[0, 3], 1) for part in (first, last))
        rows.append((f"{name}, bytes per point", f"{a:.0f}", f"{b:.0f}", f"{100 * LINES_MAY_GROW:.0f} % more",
                     b <= a * (1 + LINES_MAY_GROW)))
    a, b = (int(part[:, 4].max()) for part in (first, last))
    rows.append(("files in the folder of the scan, at most", a, b, "no more", b <= a))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--scan", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--hours", type=float, default=2)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--every", type=float)
    parser.add_argument("--docs", type=pathlib.Path)
    o = parser.parse_args()
    o.program = o.program.resolve()
    seconds = max(1, round(3600 * o.hours))
    o.every = o.every or max(1, seconds / 1000)
    for name in ("scan", "said", "summary.json", "tables.md"):
        place = o.out / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    make_folder(o.out)
    looks = watch(o, seconds)
    rows = judge(looks, o.ranks)
    points = looks[-1][3]
    write_whole(o.out / "summary.json", json.dumps(
        {"ranks": o.ranks, "looks": looks, "warm": WARM, "points": points, "seconds": seconds,
         "columns": ["time [s]", "log [bytes]", "ledger [bytes]", "points", "files",
                     *(f"memory of rank {r} [bytes]" for r in range(o.ranks)),
                     *(f"open files of rank {r}" for r in range(o.ranks))]}))
    text = table(["", "first third", "last third", "allowed", ""],
                 [(*row[:-1], "constant" if row[-1] else "**grows**") for row in rows])
    text = f"{points} points in {seconds / 3600:.2g} h on {o.ranks} ranks, {len(looks)} looks; the first quarter of " \
           f"the time does not count.\n\n{text}"
    write_whole(o.out / "tables.md", text + "\n")
    print(text)
    if o.docs:
        write_whole(o.docs, with_table(o.docs.read_text(), "endurance", text))
    return 0 if all(row[-1] for row in rows) else 1


if __name__ == "__main__":
    main_of(main)
