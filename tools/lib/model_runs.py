"""Runs of the program that a tool needs: made once, kept while program and settings are the same."""
import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import time


def fingerprint(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


# Both kinds of comments that the program allows; strings first, for "//" within one begins no comment.
STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.S)


def parameters_of(path):
    """Content of a parameter file, which does not change with its comments; the text of one that is no such file."""
    text = pathlib.Path(path).read_text()
    try:
        return json.dumps(json.loads(STRING_OR_COMMENT.sub(lambda found: found[1] or "", text)), sort_keys=True)
    except json.JSONDecodeError:
        return text


class ModelRuns:
    """Runs in OUT/runs/NAME. `program` is the executable, `house` the folder of the project, in which it is started;
    `jobs` runs are made at the same time."""

    def __init__(self, program, house, out, jobs):
        self.program, self.house, self.out = program, pathlib.Path(house), pathlib.Path(out)
        self.fingerprint = fingerprint(program)
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)

    def folder(self, name):
        return self.out / "runs" / name

    def what(self, file, settings):
        """All that the result of a run depends on."""
        found = {"program": self.fingerprint, "file": file, "settings": settings,
                 "content": hashlib.sha256(parameters_of(self.house / file).encode()).hexdigest()}
        trees = next((pathlib.Path(s.split("=", 1)[1]) for s in settings if s.startswith("trees.path=")), None)
        if trees and trees.is_file():
            found["trees"] = fingerprint(trees)
        return found

    def is_there(self, name, file, settings):
        mark = self.folder(name) / "what.json"
        return ((self.folder(name) / "run.json").exists() and mark.exists()
                and json.loads(mark.read_text()) == self.what(file, settings))

    def run(self, name, file, settings):
        """`cecropia run FILE --set ...` for settings KEY=VALUE, unless the same is there already. Returns its CPU time
        [s], None if it was there; RuntimeError, with the program's words, if it fails."""
        if self.is_there(name, file, settings):
            return None
        folder = self.folder(name)
        mark = folder / "what.json"
        mark.unlink(missing_ok=True)
        arguments = [str(self.program), "-q", "run", file, "--out", str(folder)]
        for setting in settings:
            arguments += ["--set", setting]
        done = subprocess.run(arguments, cwd=self.house, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)}\n"
                               f"ended with code {done.returncode}: {done.stderr or done.stdout}")
        mark.write_text(json.dumps(self.what(file, settings)))
        return json.loads((folder / "run.json").read_text())["timing"]["cpu_s"]

    def run_all(self, tasks):
        """tasks: [(name, file, settings)]. One line for each run that is made: its CPU time, how many there are, and
        the time that is left at the rate so far."""
        to_do = [task for task in tasks if not self.is_there(*task)]
        waiting = {self.pool.submit(self.run, *task): task[0] for task in to_do}
        start = time.monotonic()
        try:
            for n, one in enumerate(concurrent.futures.as_completed(waiting), 1):
                left = (time.monotonic() - start) / n * (len(to_do) - n)
                print(f"  {waiting[one]:<48} {one.result():6.1f} CPU s   {n} of {len(to_do)}"
                      + (f", about {left / 60:.1f} min left" if n < len(to_do) else ""), flush=True)
        except BaseException:
            self.pool.shutdown(cancel_futures=True)
            raise
