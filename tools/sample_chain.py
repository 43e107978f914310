"""Priors, and the chain on disk: DIR/chain.jsonl, one line per step, on the disk before the next step begins."""
import dataclasses
import fcntl
import json
import math
import os

import numpy as np

from cecropia_files import SCHEMA, Trouble, check_schema, not_through_a_link
from sample_program import LIKELIHOODS

KINDS = {"uniform": ("low", "high"), "loguniform": ("low", "high"), "normal": ("mean", "sigma"),
         "lognormal": ("median", "sigma in dex")}


@dataclasses.dataclass(frozen=True)
class Prior:
    """Prior of one parameter. The sampler sees a coordinate u: the value, or its log10 for the kinds with `log`."""
    text: str  # as it was given
    name: str
    kind: str
    a: float  # in u: low end or mean
    b: float  # in u: high end or sigma

    @classmethod
    def parse(cls, text):
        """section.key=kind:number:number"""
        name, _, rest = text.partition("=")
        kind, *numbers = rest.split(":")
        if name.count(".") != 1 or kind not in KINDS or len(numbers) != 2:
            raise Trouble(f"--prior {text}: write section.key=KIND:NUMBER:NUMBER, KIND one of "
                          + ", ".join(f"{k} ({a}, {b})" for k, (a, b) in KINDS.items()))
        try:
            a, b = map(float, numbers)
        except ValueError:
            raise Trouble(f"--prior {text}: {numbers[0]} and {numbers[1]} should be two numbers") from None
        if not (math.isfinite(a) and math.isfinite(b)) or (b <= a if "uniform" in kind else b <= 0):
            raise Trouble(f"--prior {text}: {KINDS[kind][1]} = {numbers[1]} should be above "
                          f"{numbers[0] if 'uniform' in kind else 0}")
        if kind.startswith("log"):
            if a <= 0:
                raise Trouble(f"--prior {text}: {KINDS[kind][0]} = {numbers[0]} has no logarithm")
            a, b = math.log10(a), math.log10(b) if kind == "loguniform" else b
        return cls(text, name, kind, a, b)

    @property
    def is_log(self):
        return self.kind.startswith("log")

    @property
    def ends(self):
        return (self.a, self.b) if "uniform" in self.kind else (-math.inf, math.inf)

    def draw(self, random, n):
        return random.uniform(self.a, self.b, n) if "uniform" in self.kind else random.normal(self.a, self.b, n)

    def ln_density(self, u):
        """In u, with its normalisation."""
        if "uniform" in self.kind:
            return np.where((u >= self.a) & (u <= self.b), -math.log(self.b - self.a), -math.inf)
        return -0.5 * ((u - self.a) / self.b) ** 2 - math.log(self.b * math.sqrt(2 * math.pi))

    def value(self, u):
        return 10.0 ** u if self.is_log else u

    @property
    def label(self):
        return f"log10 {self.name}" if self.is_log else self.name


def read_priors(texts):
    priors = [Prior.parse(text) for text in texts]
    names = [prior.name for prior in priors]
    for name in names:
        if names.count(name) > 1:
            raise Trouble(f"--prior {name} is there {names.count(name)} times: one prior for each parameter")
    return priors


@dataclasses.dataclass
class Step:
    """The ensemble after a step: coordinates (walker, parameter), ln of the posterior, log10 of the likelihoods
    (walker, LIKELIHOODS), NaN where one does not exist."""
    u: np.ndarray
    ln_p: np.ndarray
    log10: np.ndarray


class Chain:
    """Belongs to one process; whoever else wants the folder is told."""

    def __init__(self, folder, settings):
        self.path, self.steps = folder / "chain.jsonl", []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.file = open(self.path, "ab+", opener=not_through_a_link)  # lives as long as the process, as its lock
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"another tools/sample is at work in {folder}: wait for it, or choose another folder with "
                          "--out") from None
        except OSError as error:
            raise Trouble(f"{self.path} cannot be opened: {error.strerror}") from error
        self.repaired = self.read(settings)

    def read(self, settings):
        """Takes what is there; returns whether a last line that was cut short had to go."""
        self.file.seek(0)
        text = self.file.read()
        whole = text.rfind(b"\n") + 1
        if whole < len(text):
            self.file.truncate(whole)
        for number, line in enumerate(text[:whole].splitlines(), 1):
            try:
                content = json.loads(line)
                if number == 1:
                    check_schema(self.path, content["schema"])
                    self.compare(content["settings"], settings)
                    continue
                if content["step"] != len(self.steps):
                    raise KeyError("step")
                log10 = np.array(content["log10"], float)  # null becomes NaN
                self.steps.append(Step(np.array(content["u"], float), np.array(content["ln_p"], float), log10))
            except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
                raise Trouble(f"{self.path}, line {number} is no step of a chain ({error!r}): remove the lines from "
                              "there on, and the same command goes on") from error
        if not whole:
            self.append({"schema": SCHEMA, "settings": settings, "likelihoods": LIKELIHOODS})
        return whole < len(text)

    def compare(self, before, now):
        differ = [f"{name} was {before.get(name)} and is {value}" for name, value in now.items()
                  if before.get(name) != value]
        if differ:
            raise Trouble(f"{self.path} is the chain of something else: {'; '.join(differ)}; use the same priors, "
                          "walkers, seed, likelihood and weight, or another folder with --out")

    def append(self, content):
        try:
            self.file.write((json.dumps(content) + "\n").encode())
            self.file.flush()
            os.fsync(self.file.fileno())
        except OSError as error:
            raise Trouble(f"{self.path} cannot be written ({error.strerror}): make room; the same command goes on"
                          ) from error

    def add(self, step):
        rows = [[value if math.isfinite(value) else None for value in row] for row in step.log10.tolist()]
        self.append({"step": len(self.steps), "u": step.u.tolist(), "ln_p": step.ln_p.tolist(), "log10": rows})
        self.steps.append(step)
