"""Processes and disks of one injected fault: what is started bears a mark by which all of it is found again."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

MARK = "CECROPIA_FAULT_CASE"
OF_AN_OPENING = "sem.OMPIO_"  # a semaphore, while MPI-IO opens a file
OPEN_MPI_LEAVES = ("vader_segment.", "osc_sm.", "ompi.", "prte.", "pmix", "sm_segment.", OF_AN_OPENING)
SHARED_BY_A_RANK = 4194312  # bytes, of Open MPI 4.1 with its own settings


def marked(mark):
    """The ids of all processes that live and bear a mark that begins so, whoever their parents are."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                environment = pathlib.Path(f"/proc/{entry}/environ").read_bytes()
                state = pathlib.Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[0]
            except OSError:  # it has ended, or is somebody else's
                continue
            if state != "Z" and any(entry.startswith(wanted) for entry in environment.split(b"\0")):
                found.append(int(entry))
    return found


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def rank_of(pid):
    """Which rank a process is; None: no rank, a launcher for example."""
    try:
        environment = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return None
    for name in (b"OMPI_COMM_WORLD_RANK=", b"PMI_RANK="):
        for entry in environment:
            if entry.startswith(name):
                return int(entry[len(name):])
    return None


def command_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


class Job:
    """A command under watch. `folder` takes what it says; `limit_s` is the time after which it counts as hanging."""

    def __init__(self, words, folder, mark, environment, limit_s):
        self.mark, self.limit_s, self.begun, self.left = mark, limit_s, time.monotonic(), []
        self.err = folder / "stderr"
        with open(folder / "stdout", "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                            cwd=environment["CECROPIA_DATA"], env=dict(environment, **{MARK: mark}),
                                            start_new_session=True)

    def lives(self):
        return self.process.poll() is None

    def wait_until(self, happened):
        """Looks every few milliseconds whether it happened; False: the job has ended, or hangs, before it did."""
        while not happened():
            if not self.lives() or time.monotonic() - self.begun > self.limit_s:
                return happened()
            time.sleep(0.004)
        return True

    def finish(self):
        """Waits for all processes of the job; its exit code (negative: a signal). What still lives after the limit
        hangs (`left`), and is ended."""
        end = self.begun + self.limit_s
        while time.monotonic() < end and (self.lives() or marked(self.mark)):
            time.sleep(0.01)
        left = marked(self.mark)
        self.left = [" ".join(command_of(pid))[:200] for pid in left]
        send(left, signal.SIGKILL)
        code = self.process.wait()
        while marked(self.mark):
            time.sleep(0.01)
        return code

    def said(self):
        return self.err.read_text(errors="replace")


def mount(*words):
    return subprocess.run(["mount", *words], stderr=subprocess.DEVNULL, check=False).returncode == 0


class OtherDisk:
    """A folder that lies on a small disk of its own (`size`: an option of tmpfs) or on one that takes nothing (None),
    for as long as the block runs; what is in it stays afterwards."""

    def __init__(self, folder, size):
        self.folder, self.size, self.kept = folder, size, folder.with_name(folder.name + ".kept")

    def __enter__(self):
        if self.size is None:
            ok = mount("--bind", self.folder, self.folder) and mount("-o", "remount,bind,ro", self.folder)
        else:
            shutil.copytree(self.folder, self.kept, symlinks=True)
            ok = mount("-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", self.folder)
            shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)
            shutil.rmtree(self.kept)
        if not ok:
            raise OSError(f"nothing can be mounted at {self.folder}")

    def __exit__(self, *_):
        if self.size is not None:
            shutil.copytree(self.folder, self.kept)
        subprocess.run(["umount", "-l", self.folder], check=True)
        if self.size is not None:
            shutil.rmtree(self.folder)
            self.kept.rename(self.folder)


def own_shared_memory(size="512m"):
    """A /dev/shm of this process's own; False where nothing can be mounted."""
    return mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", "/dev/shm")


def in_shared_memory():
    """Names in /dev/shm: (of Open MPI, of others)."""
    names = sorted(os.listdir("/dev/shm"))
    of_mpi = [name for name in names if name.startswith(OPEN_MPI_LEAVES)]
    return of_mpi, [name for name in names if name not in of_mpi]


def clear_shared_memory():
    for name in os.listdir("/dev/shm"):
        path = pathlib.Path("/dev/shm", name)
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
