#!/usr/bin/env python3
"""bench_table.py DIR [--markdown FILE]: one table from Google Benchmark's JSON files and from run-*/run.json in DIR."""
import argparse
import json
import pathlib
import platform


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {platform.machine()}"


def quantity(value):
    for scale, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:.3g} {letter}"
    return f"{value:.3g} "


def duration(value, unit):
    """In the unit that leaves one to three digits before the point."""
    seconds = value * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[unit]
    for scale, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {name}"
    return f"{seconds * 1e9:.3g} ns"


def rows(folder):
    for file in sorted(folder.glob("*_benchmark.json")):
        for b in json.loads(file.read_text())["benchmarks"]:
            if b.get("run_type") == "aggregate" or b.get("error_occurred"):
                continue
            rates = []
            if "bytes_per_second" in b:
                rates.append(quantity(b["bytes_per_second"]) + "B/s")
            if "items_per_second" in b:
                rates.append(quantity(b["items_per_second"]) + "/s")
            yield b["name"], duration(b["cpu_time"], b["time_unit"]), ", ".join(rates) or "-"
    for file in sorted(folder.glob("run-*/run.json")):
        t = json.loads(file.read_text())["timing"]
        yield (f"whole run, {t['ranks']} rank(s)", duration(t["wall_s"], "s"),
               f"per core-second {t['sub_steps_per_core_s'] / 1e6:.2g} million sub-steps, "
               f"{t['halo_levels_per_core_s'] / 1e3:.3g} thousand halo-levels; {t['peak_rss_mib']:.3g} MiB per rank")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    options = parser.parse_args()
    table = list(rows(options.folder))
    width = max(len(name) for name, _, _ in table)
    for name, time, rate in table:
        print(f"{name:<{width}}  {time:>12}  {rate}")
    print(machine())
    if options.markdown:
        lines = ["| what | time | rate |", "|---|---|---|", *(f"| {n} | {t} | {r} |" for n, t, r in table)]
        options.markdown.write_text("\n".join([*lines, "", f"Machine: {machine()}.", ""]))


if __name__ == "__main__":
    main()
