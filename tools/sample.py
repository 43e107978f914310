#!/usr/bin/env python3
"""Samples a posterior with emcee, asking `cecropia scan SCAN.json --points -` for likelihoods.

sample.py SCAN.json --prior section.key=KIND:NUMBER:NUMBER... --out DIR [-- OPTIONS OF cecropia scan]

KIND: uniform (low, high), loguniform (low, high), normal (mean, sigma), lognormal (median, sigma in dex).

What is sampled is ln p = ln prior + N ln(10) log10 L. The likelihoods of the model are geometric means over
observations and observables (docs/theory/observables.md, OBS-2 and OBS-18), so with N = 1 (the default) the posterior
is as wide as if there were one observation of average quality; --weight N counts it N times.

The same command again goes on where the last one ended, after whatever end, and gives the same bytes as an undisturbed
one; more --steps make the chain longer. Exit code 3: stopped on request (SIGTERM, SIGINT, SIGUSR1).
"""
import argparse
import math
import os
import pathlib
import signal
import sys
import time

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib", "emcee")
need(*NEEDS)  # before they are imported

import emcee
import numpy as np

from plot_data import Trouble, main_of
from sample_chain import Chain, Step, read_priors
from sample_program import LIKELIHOODS, Ended, Program
from sample_results import Results, write_results

HOUSE = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = {**{name: (name,) for name in LIKELIHOODS}, "csfh_mzsfr": ("csfh", "mzsfr")}  # mean of log10 L of
ROUNDS = 50  # so often walkers without a likelihood are drawn again at the beginning
EVERY_S = 10.0  # between lines of progress that go into a file


class Stopped(Exception):
    """Somebody asks to end."""


def stop_at_once(number, _):
    raise Stopped(signal.Signals(number).name)


def random_of(seed, *place):
    """Random numbers that depend on the seed and on a place in the chain, not on what was drawn before: a chain that
    goes on needs no state."""
    return np.random.RandomState([seed, *place])


def duration(seconds):
    s = round(max(0.0, seconds))
    return f"{s} s" if s < 60 else f"{s // 60} min {s % 60} s" if s < 3600 else f"{s // 3600} h {s % 3600 // 60} min"


class Progress:
    """Proposals done, models per second and time left, on stderr."""

    def __init__(self, total):
        self.total, self.done, self.models = max(total, 1), 0, 0
        self.begin = self.said = time.monotonic()
        self.is_bar, self.note, self.is_open = sys.stderr.isatty(), "", False

    def add(self, proposals=0, models=0, note=None):
        self.done, self.models = self.done + proposals, self.models + models
        self.note = self.note if note is None else note
        now = time.monotonic()
        if now - self.said < (0.1 if self.is_bar else EVERY_S) and self.done < self.total:
            return
        self.said, passed, share = now, now - self.begin, min(self.done / self.total, 1.0)
        text = f"sample: {100 * share:3.0f} %, {self.models / max(passed, 1e-3):.3g} models/s, "
        left = f"{duration(passed * (1 - share) / share)} left" if 0 < share < 1 else f"{duration(passed)} passed"
        print(f"\r\033[K{text}{left}, {self.note}" if self.is_bar else f"{text}{left}, {self.note}",
              end="" if self.is_bar else "\n", file=sys.stderr, flush=True)
        self.is_open = self.is_bar

    def end(self):
        if self.is_open:
            print(file=sys.stderr)


class Posterior:
    """ln p of many walkers at once."""

    def __init__(self, program, priors, likelihood, weight, progress):
        self.program, self.priors, self.progress = program, priors, progress
        self.columns = [LIKELIHOODS.index(name) for name in COLUMNS[likelihood]]
        self.weight, self.refused, self.complaint = weight, 0, ""

    def __call__(self, u):
        """Rows for the rows of u: ln p, then log10 of all likelihoods."""
        ln_p = sum(prior.ln_density(u[:, i]) for i, prior in enumerate(self.priors))
        log10 = np.full((len(u), len(LIKELIHOODS)), np.nan)
        inside = np.flatnonzero(np.isfinite(ln_p))
        self.progress.add(len(u) - inside.size)
        points = [{prior.name: float(prior.value(u[row, i])) for i, prior in enumerate(self.priors)} for row in inside]
        answers = self.program.ask(points, lambda: self.progress.add(1, 1))
        for row, answer in zip(inside, answers):
            if "error" in answer:
                self.refused, self.complaint = self.refused + 1, answer["error"]
            values = [answer[f"log10_{name}"] for name in LIKELIHOODS]
            log10[row] = [value if isinstance(value, (int, float)) else np.nan for value in values]
            mean = log10[row, self.columns].mean()
            ln_p[row] = ln_p[row] + self.weight * math.log(10) * mean if math.isfinite(mean) else -math.inf
        return np.column_stack([ln_p, log10])


def first_step(posterior, priors, walkers, seed):
    """Walkers drawn from the priors; those without a likelihood are drawn again."""
    u, rows = np.full((walkers, len(priors)), np.nan), np.full((walkers, 1 + len(LIKELIHOODS)), -np.inf)
    for attempt in range(ROUNDS):
        lost = np.flatnonzero(~np.isfinite(rows[:, 0]))
        if not lost.size:
            return Step(u, rows[:, 0], rows[:, 1:])
        random = random_of(seed, 0, attempt)
        u[lost] = np.column_stack([prior.draw(random, walkers) for prior in priors])[lost]
        rows[lost] = posterior(u[lost])
        if attempt == 0 and posterior.refused == walkers:
            raise Trouble(f"the program computes none of {walkers} points of the priors: {posterior.complaint}")
    why = f"; the program said: {posterior.complaint}" if posterior.complaint else ""
    raise Trouble(f"some of {walkers} walkers found no point with a likelihood in {ROUNDS} draws from the priors: "
                  f"narrow them, or take another --likelihood{why}")


def walk(chain, program, priors, arguments):
    """Steps until the chain has as many as were asked for."""
    progress = Progress((arguments.steps + 1 - len(chain.steps)) * arguments.walkers)
    posterior = Posterior(program, priors, arguments.likelihood, arguments.weight, progress)
    sampler = emcee.EnsembleSampler(arguments.walkers, len(priors), posterior, vectorize=True)
    sampler.log_prob_fn = posterior  # not wrapped: emcee would print a traceback when the program or the user ends it
    try:
        if not chain.steps:
            progress.note = "first walkers"
            chain.add(first_step(posterior, priors, arguments.walkers, arguments.seed))
        while len(chain.steps) <= arguments.steps:
            number, last = len(chain.steps), chain.steps[-1]
            state = emcee.State(last.u, log_prob=last.ln_p, blobs=last.log10,
                                random_state=random_of(arguments.seed, number).get_state())
            progress.note = f"step {number} of {arguments.steps}"
            for state in sampler.sample(state, iterations=1, store=False, skip_initial_state_check=True):
                pass
            chain.add(Step(state.coords, state.log_prob, state.blobs))
    finally:
        progress.end()
    if posterior.refused:
        print(f"sample: {posterior.refused} points could not be computed and counted as impossible, the last because: "
              f"{posterior.complaint}", file=sys.stderr)


def read_arguments():
    own, more = sys.argv[1:], []
    if "--" in own:
        own, more = own[:own.index("--")], own[own.index("--") + 1:]
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scan", metavar="SCAN.json",
                        help="scan file; its base and its parameters are used, not its design")
    parser.add_argument("--prior", action="append", required=True, metavar="NAME=KIND:A:B",
                        help="one for each parameter")
    parser.add_argument("--walkers", type=int, default=16,
                        help="even, at least twice as many as parameters (default 16)")
    parser.add_argument("--steps", type=int, default=1000, help="of the whole chain (default 1000)")
    parser.add_argument("--burn", type=int, metavar="STEPS", help="left out of table and figure; default: two "
                        "autocorrelation times, at most half of the chain")
    parser.add_argument("--likelihood", choices=COLUMNS, default="all", help="which log10 L (default all)")
    parser.add_argument("--weight", type=float, default=1.0, metavar="N", help="factor on ln L (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="of the sampler (default 1); the model's is random.seed")
    parser.add_argument("--ranks", type=int, default=min(os.cpu_count() or 1, 16), help="MPI ranks (default: cores)")
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR", help="default: out/sample_NAME of the scan file")
    parser.add_argument("--program", default=str(HOUSE / "build/bin/cecropia"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(own)
    arguments.more = more
    arguments.out = arguments.out or pathlib.Path("out") / f"sample_{pathlib.Path(arguments.scan).stem}"
    return arguments


def check(arguments, priors):
    least = 2 * len(priors)
    if arguments.walkers < max(least, 4) or arguments.walkers % 2:
        raise Trouble(f"--walkers {arguments.walkers}: an even number of at least {max(least, 4)} is needed, and "
                      "at least twice the number of parameters")
    for name, low, high in (("steps", 1, 10**9), ("ranks", 1, 10**6), ("seed", 0, 2**32 - 1)):
        if not low <= getattr(arguments, name) <= high:
            raise Trouble(f"--{name} {getattr(arguments, name)}: between {low} and {high}, please")
    if not arguments.weight > 0 or not math.isfinite(arguments.weight):
        raise Trouble(f"--weight {arguments.weight:g}: a number above 0 is needed")
    if arguments.burn is not None and not 0 <= arguments.burn < arguments.steps:
        raise Trouble(f"--burn {arguments.burn}: from 0 to less than --steps {arguments.steps}, please")
    if not pathlib.Path(arguments.scan).is_file():
        raise Trouble(f"there is no scan file {arguments.scan}")


def main():
    arguments = read_arguments()
    priors = read_priors(arguments.prior)
    check(arguments, priors)
    settings = {"prior": ", ".join(prior.text for prior in priors),
                **{name: getattr(arguments, name) for name in ("walkers", "seed", "likelihood", "weight")}}
    chain = Chain(arguments.out, settings)
    if chain.repaired:
        print(f"sample: the last line of {chain.path} was cut short; it is done again", file=sys.stderr)
    if chain.steps:
        print(f"sample: going on after step {len(chain.steps) - 1}", file=sys.stderr)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        signal.signal(number, stop_at_once)
    command = ["mpirun", "-n", str(arguments.ranks), arguments.program, "scan", arguments.scan, "--points", "-", "-q",
               "--out", str(arguments.out), *arguments.more]
    try:
        if len(chain.steps) <= arguments.steps:
            with Program(command, arguments.out) as program:
                walk(chain, program, priors, arguments)
    except Stopped as stopped:
        print(f"sample: {stopped} after step {len(chain.steps) - 1}; the same command goes on", file=sys.stderr)
        return 3
    except Ended as ended:
        print(f"sample: {ended}", file=sys.stderr)
        return ended.code if ended.code in (2, 3) else 1
    results = Results(priors, chain.steps[:arguments.steps + 1], arguments.burn)
    write_results(results, arguments.out, settings)
    if results.warning():
        print(f"sample: {results.warning()}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    main_of(main)
