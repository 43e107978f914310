#!/usr/bin/env python3
"""show_run.py DIR: the table of likelihoods of a run, what it cost, and which files it left. Standard library only."""
import json
import pathlib
import sys

MEANING = {
    "log10_sfrd": "cosmic star-formation rate density",
    "log10_csmd": "cosmic stellar mass density",
    "log10_csfh": "both of them: cosmic star-formation history",
    "log10_mzr": "mass-metallicity relation",
    "log10_fmr": "fundamental metallicity relation",
    "log10_mzsfr": "both of them: mass, metallicity and star formation",
    "log10_shmr": "stellar-to-halo mass relation",
    "log10_all": "all together",
}


def number(value):
    return f"{value:10.3f}" if isinstance(value, (int, float)) else f"{'none':>10}"


def main(folder: pathlib.Path) -> int:
    run = json.loads((folder / "run.json").read_text())
    trees, timing, budget = run["trees"], run["timing"], run["budget"]
    likelihood, used = run["likelihood"], run.get("points_used", {})
    print(f"  {'log10 likelihood':<22} {'value':>10}  {'points':>6}  of")
    for key in [k for k in MEANING if k in likelihood]:
        points = used.get(key.removeprefix("log10_"), "")
        print(f"  {key:<22} {number(likelihood[key])}  {points:>6}  {MEANING[key]}")
    for key, reason in run.get("likelihood_reasons", {}).items():
        print(f"  {key} has no value: {reason}")
    print()
    print(f"  trees    {trees['forests']} forests, {timing['halo_levels']} halo-levels, "
          f"z = {trees['z_max']:.1f} to {trees['z_min']:.2f}")
    print(f"  budget   relative error of mass {budget['mass_relative_error']:.1e}, "
          f"of metals {budget['metal_relative_error']:.1e}")
    print(f"  cost     {timing['wall_s']:.1f} s on {timing['ranks']} rank(s), "
          f"{timing['sub_steps_per_core_s']:.3g} sub-steps per core-second")
    print()
    for file in ["run.json", "run.h5", *sorted(p.name for p in folder.glob("*.png"))]:
        if not (folder / file).exists():
            print(f"show_run.py: {folder / file} is missing", file=sys.stderr)
            return 1
        print(f"  {folder / file}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))
