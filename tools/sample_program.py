"""Asking `cecropia scan SCAN.json --points -`: many questions at once, answers in any order, known by their number."""
import ctypes
import fcntl
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time

from cecropia_files import Trouble, not_through_a_link

LIKELIHOODS = ("all", "csfh", "sfrd", "csmd", "mzsfr", "fmr", "mzr", "shmr")
PATIENCE_S = 120  # so long the program of an earlier command may take to end
PR_SET_PDEATHSIG = 1


class Ended(Exception):
    """The program ended by itself; `code` is its exit code."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def last_words(log):
    """Of what the program wrote on standard error: its error, or else the last lines; mpirun adds its own between
    dashes, before or after."""
    without = re.sub(r"^-{20,}\n.*?^-{20,}\n", "", log, flags=re.M | re.S)
    error = without.find("] error: ")
    lines = (without if error < 0 else without[without.rfind("\n", 0, error) + 1:]).splitlines()
    lines = [line for line in lines if "ORTE_ERROR_LOG" not in line]
    return "\n".join(lines[:12] if error >= 0 else lines[-12:] or log.splitlines()[-12:]) or "nothing"


def dies_with_its_parent():
    """Run in the child: the kernel asks mpirun to end when this process dies, however that happens."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        pass  # not Linux: the program ends with its standard input


def wait_until_free(folder):
    """Returns when no scan is at work in the folder: after a kill -9 the ranks need a moment to notice."""
    told, until = False, time.monotonic() + PATIENCE_S
    try:
        file = open(folder / "scan.lock", "a", encoding="utf-8", opener=not_through_a_link)
    except OSError:
        return  # the program says what is wrong with it
    with file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Trouble(f"another scan is at work in {folder}: wait for it, or choose another folder with "
                                  "--out") from None
            except OSError:
                return  # a file system without locks
            if not told:
                print(f"sample: waiting for an earlier program in {folder} to end", file=sys.stderr)
                told = True
            time.sleep(0.2)


class Program:
    """The program at work; use it in a `with` statement."""

    def __init__(self, command, folder):
        wait_until_free(folder)
        self.log = folder / "program.log"
        self.answers, self.asked = queue.SimpleQueue(), 0
        try:
            log = open(self.log, "w", encoding="utf-8", opener=not_through_a_link)
        except OSError as error:
            raise Trouble(f"{self.log} cannot be written ({error.strerror}): it has to be a file of its own, in a "
                          "folder that you may write to") from error
        with log:
            try:
                self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                                                text=True, start_new_session=True, preexec_fn=dies_with_its_parent)
            except OSError as error:
                raise Trouble(f"{command[0]} cannot be started: {error.strerror}") from error
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        """In a thread of its own: whoever writes questions without reading answers may wait for ever."""
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put(None)

    def __enter__(self):
        return self

    def __exit__(self, trouble, *_):
        try:
            self.process.stdin.close()  # the end of the questions
        except OSError:
            pass
        if trouble:  # nobody waits for the answers
            self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ended(self, n_open):
        code = self.process.wait()
        said = last_words(self.log.read_text(encoding="utf-8", errors="replace"))
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return Ended(code, f"the program {how} while {n_open} questions were open; it said ({self.log}):\n"
                     f"{said}")

    def ask(self, points, after_each=lambda: None):
        """Answers to all points ({ "section.key": value }) in their order; `after_each` is called when one has come."""
        numbers = range(self.asked, self.asked + len(points))
        self.asked += len(points)
        answers, n_open = {}, len(points)
        try:
            for number, point in zip(numbers, points):
                self.process.stdin.write(json.dumps({"id": number, **point}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.ended(n_open) from None
        while n_open:
            line = self.answers.get()
            if line is None:
                raise self.ended(n_open)
            try:
                answer = json.loads(line)
                if answer["id"] not in numbers or answer["id"] in answers:
                    raise KeyError("id")
                answers[answer["id"]] = answer
            except (json.JSONDecodeError, KeyError, TypeError):
                raise Trouble(f"the program said something that is no answer: {line.strip()}") from None
            n_open -= 1
            after_each()
        return [answers[number] for number in numbers]
