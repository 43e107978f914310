#!/usr/bin/env python3
"""bench_report.py DIR: what tools/bench measured, as tables; compares with another measurement.

DIR holds Google Benchmark's files *_benchmark.json, run-*/run.json of whole runs, and grid/facts.json of a part of the
paper's grid.
"""
import argparse
import json
import math
import pathlib
import platform
import statistics
import sys

YARDSTICK = "yardstick"
SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


class Trouble(Exception):
    """Something that whoever called can repair."""


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {platform.machine()}"


def plain(name):
    """Without what Google Benchmark adds to say how it ran."""
    return "/".join(part for part in name.split("/") if ":" not in part and part != "manual_time")


def quantity(value):
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:.3g} {letter}"
    return f"{value:.3g} "


def duration(seconds):
    """In the unit that leaves one to three digits before the point."""
    for scale, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {name}"
    return f"{seconds * 1e9:.3g} ns"


def read_benchmarks(folder):
    """{ name: { seconds: [of every repetition], counters } }; the time is that of the processor."""
    found = {}
    for file in sorted(folder.glob("*_benchmark.json")):
        for b in json.loads(file.read_text(encoding="utf-8"))["benchmarks"]:
            if b.get("run_type") == "aggregate":
                continue
            if b.get("error_occurred"):
                raise Trouble(f"{b['name']}: {b.get('error_message', 'ended with an error')}")
            key = "real_time" if "manual_time" in b["name"] else "cpu_time"
            known = found.setdefault(plain(b["name"]), {"seconds": [], "counters": {}})
            known["seconds"].append(b[key] * SECONDS[b["time_unit"]])
            for counter, value in b.items():
                if isinstance(value, (int, float)) and counter not in ("repetition_index", "family_index", "threads",
                                                                       "per_family_instance_index", "iterations",
                                                                       "repetitions", "real_time", "cpu_time"):
                    known["counters"].setdefault(counter, []).append(value)
    for b in found.values():
        b["counters"] = {name: statistics.median(values) for name, values in b["counters"].items()}
    return found


def read_runs(folder):
    runs = {}
    for file in sorted(folder.glob("run-*/run.json")):
        timing = json.loads(file.read_text(encoding="utf-8"))["timing"]
        runs[file.parent.name.removeprefix("run-")] = {k: v for k, v in timing.items() if isinstance(v, (int, float))}
    return runs


def read_grid(folder):
    """Points of the paper's grid that were computed, and how long that took."""
    file = folder / "grid" / "facts.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def measurement(folder):
    return {"schema": 1, "machine": machine(), "benchmarks": read_benchmarks(folder), "runs": read_runs(folder),
            "grid": read_grid(folder)}


# --- aims ------------------------------------------------------------------------------------------------
class Found:
    """Values of a measurement by name; None where it was not measured."""

    def __init__(self, measured):
        self.m = measured

    def seconds(self, name):
        b = self.m["benchmarks"].get(name)
        return statistics.median(b["seconds"]) if b else None

    def counter(self, name, counter):
        b = self.m["benchmarks"].get(name)
        return b["counters"].get(counter) if b else None

    def run(self, name, key):
        return self.m["runs"].get(name, {}).get(key)

    def grid_seconds(self):
        grid = self.m["grid"]
        return grid["wall_s"] * grid["of"] / grid["points"] if grid else None

    def gain_of_ranks(self):
        one, two = self.run("reference-1", "wall_s"), self.run("reference-2", "wall_s")
        return one / two if one and two else None


AIMS = (  # what, aim, how far one might get, at least or at most, value, how it is written
    ("halo-levels per core-second, box of real trees", 150e3, 500e3, "least",
     lambda f: f.counter("walk_in_a_box/3", "halo_levels/s"), quantity),
    ("of these with galaxies", None, None, "least", lambda f: f.counter("walk_in_a_box/3", "active/s"), quantity),
    ("sub-steps per core-second, the same box", 3e6, 8e6, "least",
     lambda f: f.counter("walk_in_a_box/3", "sub_steps/s"), quantity),
    ("stars of a sub-step, 0.1 expected", 250e-9, 120e-9, "most", lambda f: f.seconds("sample_stars/100"), duration),
    ("a Milky Way, 1.3e12 Msun to z = 0, 1e6 Msun", 30.0, 5.0, "most",
     lambda f: f.run("milky-way", "cpu_s"), duration),
    ("its memory, MiB", 2048.0, None, "most", lambda f: f.run("milky-way", "peak_rss_mib"), quantity),
    ("165 points of the paper's grid", 360.0, 120.0, "most", lambda f: f.grid_seconds(), duration),
    ("halos of EPS trees per core-second", 2e6, None, "least",
     lambda f: f.counter("grow_eps_forest/4", "items_per_second"), quantity),
    ("consistent-trees text, bytes per core-second", 500e6, None, "least",
     lambda f: f.counter("plain_file_to_forest", "bytes_per_second"), quantity),
    ("bytes per halo of a forest", 64.0, None, "most",
     lambda f: f.counter("walk_in_a_box/3", "forest_bytes_per_halo"), quantity),
    ("bytes of state per halo without a galaxy", 128.0, None, "most",
     lambda f: f.counter("walk_in_a_box/3", "state_bytes_per_inert_halo"), quantity),
    ("gain of two ranks over one, reference forest", 1.9, 2.0, "least", lambda f: f.gain_of_ranks(), quantity),
)


def aims(measured):
    found = Found(measured)
    for what, aim, stretch, side, value_of, written in AIMS:
        value = value_of(found)
        if value is None:
            verdict, reached = "not measured", "-"
        else:
            reached = written(value).strip()
            met = aim is None or (value >= aim if side == "least" else value <= aim)
            verdict = "" if aim is None else "reached" if met else "missed"
        limit = written(aim).strip() if aim is not None else "-"
        far = written(stretch).strip() if stretch is not None else "-"
        yield what, limit, reached, far, verdict


# --- comparison ------------------------------------------------------------------------------------------
def spread(seconds):
    """Relative uncertainty of the median of some repetitions; with one alone nothing is known but experience."""
    if len(seconds) < 3:
        return 0.05
    middle = statistics.median(seconds)
    deviation = statistics.median(abs(s - middle) for s in seconds)
    return max(0.01, 1.4826 * deviation / middle * 1.25 / math.sqrt(len(seconds)))


def compare(now, before, least=0.05):
    """(name, ratio now/before after division by the yardstick, verdict) of what changed by more than noise."""
    def times(measured):
        return {name: b["seconds"] for name, b in measured["benchmarks"].items()}

    mine, theirs = times(now), times(before)
    if YARDSTICK not in mine or YARDSTICK not in theirs:
        raise Trouble("a measurement without a yardstick cannot be compared")
    scale = statistics.median(mine[YARDSTICK]) / statistics.median(theirs[YARDSTICK])
    noise = spread(mine[YARDSTICK]) ** 2 + spread(theirs[YARDSTICK]) ** 2
    changed = []
    for name in sorted(mine.keys() & theirs.keys() - {YARDSTICK}):
        ratio = statistics.median(mine[name]) / statistics.median(theirs[name]) / scale
        sigma = math.sqrt(spread(mine[name]) ** 2 + spread(theirs[name]) ** 2 + noise)
        if abs(math.log(ratio)) > max(least, 3.0 * sigma):
            changed.append((name, ratio, "slower" if ratio > 1 else "faster"))
    return scale, changed


# --- tables ----------------------------------------------------------------------------------------------
def rates(b):
    c, out = b["counters"], []
    for counter, unit in (("bytes_per_second", "B/s"), ("items_per_second", "/s"), ("halo_levels/s", "halo-levels/s"),
                          ("sub_steps/s", "sub-steps/s")):
        if counter in c:
            out.append(quantity(c[counter]) + unit)
    return ", ".join(out) or "-"


def rows(measured):
    for name, b in measured["benchmarks"].items():
        yield name, duration(statistics.median(b["seconds"])), rates(b)
    for name, t in measured["runs"].items():
        yield (f"run {name}", duration(t["wall_s"]),
               f"per core-second {t['sub_steps_per_core_s'] / 1e6:.2g} M sub-steps, "
               f"{t['halo_levels_per_core_s'] / 1e3:.3g} k halo-levels; {t['peak_rss_mib']:.3g} MiB per rank")
    if grid := measured["grid"]:
        yield f"grid, {grid['points']} of {grid['of']} points", duration(grid["wall_s"]), f"{grid['ranks']} ranks"


def text_of(head, lines, markdown):
    if markdown:
        return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                          *("| " + " | ".join(line) + " |" for line in lines)])
    table = [head, *lines]
    widths = [max(len(line[i]) for line in table) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths)).rstrip() for line in table)


def report(measured, before, markdown=False):
    parts = [text_of(("what", "time", "rate"), list(rows(measured)), markdown),
             text_of(("question", "aim", "reached", "stretch", ""), list(aims(measured)), markdown)]
    if before:
        scale, changed = compare(measured, before)
        parts.append(f"Compared with {before['machine']}: this machine is now {1 / scale:.2f} times as fast "
                     "(yardstick).")
        if changed:
            parts.append(text_of(("changed by more than noise", "time, now over then", ""),
                                 [(n, f"{r:.2f}", v) for n, r, v in changed], markdown))
        else:
            parts.append("Nothing changed by more than noise.")
    parts.append(f"Machine: {measured['machine']}.")
    return "\n\n".join(parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path, help="write the tables there as well")
    parser.add_argument("--save", type=pathlib.Path, help="write the measurement there, for --against of another day")
    parser.add_argument("--against", type=pathlib.Path, help="a measurement of another day")
    o = parser.parse_args()
    try:
        measured = measurement(o.folder)
        before = None
        if o.against:
            try:
                before = json.loads(o.against.read_text(encoding="utf-8"))
                before["benchmarks"], before["machine"]
            except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
                raise Trouble(f"{o.against} is no measurement that tools/bench --save has written: {error}") from error
        print(report(measured, before), end="")
        if o.markdown:
            o.markdown.write_text(report(measured, before, markdown=True), encoding="utf-8")
        if o.save:
            o.save.parent.mkdir(parents=True, exist_ok=True)
            o.save.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    except Trouble as trouble:
        print(f"bench: {trouble}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
