#!/usr/bin/env python3
"""Every checkable statement of Liu et al. (2025), our value and a verdict; started by tools/verify_paper.

Makes the runs that the statements of docs/paper_statements.json name, judges and counts. See docs/paper_verdicts.md.
"""
import argparse
import json
import pathlib
import sys

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py")
need(*NEEDS)

HOUSE = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE / "tools/lib"))
from model_runs import ModelRuns  # noqa: E402  tools/lib is no package
from paper_checks import pages, verdicts  # noqa: E402
from paper_checks.judge import UNMET  # noqa: E402
from paper_checks.worlds import SETUPS, NotRun, Worlds  # noqa: E402
from plot_data import Trouble, main_of, make_folder, write_whole  # noqa: E402


def options_of():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--stars", type=pathlib.Path, required=True, help="what tools/verify_stars left")
    parser.add_argument("--statements", type=pathlib.Path, default=HOUSE / "docs/paper_statements.json")
    parser.add_argument("--skip", nargs="+", default=[], metavar="RUN")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID")
    parser.add_argument("--use", nargs=2, action="append", default=[], metavar=("RUN", "DIR"))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--forests", type=int, default=1)
    parser.add_argument("--setup", choices=list(SETUPS), default="full")
    parser.add_argument("--judge-only", action="store_true")
    parser.add_argument("--docs", action="store_true")
    return parser.parse_args()


def chosen(statements, only):
    unknown = set(only) - {s["id"] for s in statements}
    if unknown:
        raise Trouble(f"--only: no statement {', '.join(sorted(unknown))} in docs/paper_statements.json")
    return [s for s in statements if not only or s["id"] in only]


def make_runs(worlds, statements):
    """All single runs that these statements need, several at a time; a run that waits for the grid comes after it."""
    needed = list(dict.fromkeys(name for s in statements for name in s["needs"]))
    singles = [n for n in needed if n not in worlds[0].given and not worlds[0].trouble_with(n)
               and worlds[0].kind_of(n) == "run"]
    if any(worlds[0].is_open(n) for n in singles) or "paper_grid" in needed:
        try:
            grid = worlds[0].grid("paper_grid")
        except NotRun:
            grid = None
        for world in worlds[1:]:
            world.opened["paper_grid"] = grid
    worlds[0].models.run_all([world.task(name) for name in singles for world in worlds])


def write_json(path, content, rows, worlds, by_id):
    record = {"schema": 1, "statements": content["paper"], "looked_at": worlds.provenance(),
              "verdicts": [{**row, **{name: by_id[row["id"]][name] for name in ("published", "tolerance", "status")}}
                           for row in rows]}
    write_whole(path, json.dumps(record, indent=1) + "\n")


def main():
    o = options_of()
    content = verdicts.read_statements(o.statements)
    runs, given = content["runs"], {name: pathlib.Path(folder) for name, folder in o.use}
    for option, names in (("--skip", o.skip), ("--use", given)):
        unknown = set(names) - set(runs)
        if unknown:
            raise Trouble(f"{option}: no run {', '.join(sorted(unknown))}; there are {', '.join(runs)}")
    statements = chosen(content["statements"], o.only)
    make_folder(o.out)
    models = ModelRuns(o.program, HOUSE, o.out, o.jobs)
    first = Worlds(runs, models, {**given, "stars": o.stars}, o.skip, o.jobs, make=not o.judge_only, setup=o.setup)
    worlds = [first, *(first.again(k) for k in range(1, o.forests))]
    try:
        if not o.judge_only:
            make_runs(worlds, statements)
    except RuntimeError as error:
        print(f"verify_paper: {error}", file=sys.stderr)
        return 1
    rows = [verdicts.row_of(s, worlds[0], worlds[1:]) for s in statements]
    by_id = {s["id"]: s for s in statements}
    for row in rows:
        name, published, tolerance, ours, note, verdict = pages.cells_of(by_id[row["id"]], row)
        print(f"{verdict:<12} {name:<34} {published} (+- {tolerance}); ours {ours}" + (f" [{note}]" if note else ""))
    head, lines = pages.counts_table(rows)
    print("\n" + "\n".join(f"{line[0]:<12}" + "".join(f"{n:>14}" for n in line[1:]) for line in (head, *lines)))
    print("\n" + pages.sentence(rows))
    write_json(o.out / f"{first.prefix}verdicts.json", content, rows, first, by_id)
    explanations = (HOUSE / "docs/paper_explanations.md").read_text()
    silent = pages.unexplained(rows, explanations)
    if silent:
        print(f"Not met and without an explanation in docs/paper_explanations.md: {', '.join(silent)}")
    now_met = sorted(set(pages.explained(explanations)) & {r["id"] for r in rows if r["verdict"] not in UNMET})
    if now_met:
        print(f"Explained there, though not unmet: {', '.join(now_met)}")
    if o.docs:
        page = HOUSE / "docs/paper_verdicts.md"
        try:
            page.write_text(pages.with_tables(page.read_text(), statements, rows, o.setup, explanations))
        except LookupError as error:
            raise Trouble(f"{page} has {error}") from error
        write_json(HOUSE / "docs" / pages.FILES[o.setup], content, rows, first, by_id)
    return 0


if __name__ == "__main__":
    main_of(main)
