#!/usr/bin/env python3
"""validation_run.py --program P --house DIR --out DIR --scale quick|full --jobs N: the runs of tools/validate."""
import argparse
import json
import pathlib
import sys

from validation_plan import Runner, plan


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--house", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--scale", choices=["quick", "full"], required=True)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", nargs="+", help="only these groups of runs")
    o = parser.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    tasks = plan(o.scale)
    wanted = {name: runs for name, runs in tasks.items() if not o.only or name in o.only}
    try:
        Runner(o.program, o.house, o.out, o.jobs).run_all(wanted)
    except RuntimeError as error:
        print(f"validate: {error}", file=sys.stderr)
        return 1
    (o.out / "plan.json").write_text(json.dumps({"scale": o.scale, "groups": tasks}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
