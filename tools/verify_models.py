#!/usr/bin/env python3
"""Judges the rows of docs/feature_rows.json by what the tests that belong to them wrote down. See tools/verify_models.

A check that passed is a line {"row", "check", "value", "expected", "holds"} in the file that CECROPIA_FEATURE_ROWS
names; tests/testing/feature_row.hpp and tests/python/feature_rows.py write it.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from cecropia_files import Trouble, write_whole
from marked_tables import table, with_table
from plot_data import main_of

HOUSE = pathlib.Path(__file__).resolve().parent.parent
ROWS = HOUSE / "docs/feature_rows.json"
PAGE = HOUSE / "docs/model_rows.md"
PASSED, PARTLY, FAILED, ABSENT = "passed", "partly", "FAILED", "not built"


def read_records(path):
    """{row: {check: record}}; of a check that was made more than once (on several ranks) the worst counts."""
    found = collections.defaultdict(dict)
    try:
        lines = pathlib.Path(path).read_text().splitlines()
    except OSError as error:
        raise Trouble(f"{path} cannot be read ({error.strerror}): it is what tests write down when "
                      "CECROPIA_FEATURE_ROWS names it") from error
    for n, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            row, check = record["row"], record["check"]
            record["value"], record["expected"], record["holds"]  # all there
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble(f"{path}:{n} is no record of a check ({error}): remove the file and run the tests again"
                          ) from error
        if found[row].get(check, record)["holds"]:
            found[row][check] = record
    return found


def judge(row, records):
    """Verdict of a row and what explains it, one line per check: (check, value, expected, verdict)."""
    lines, failed = [], False
    for check in row["checks"]:
        record = records.get(check)
        if record is None:
            lines.append((check, "", "", "not made"))
            failed = True
        else:
            lines.append((check, record["value"], record["expected"], "holds" if record["holds"] else "FAILS"))
            failed = failed or not record["holds"]
    for check in records.keys() - set(row["checks"]):
        lines.append((check, records[check]["value"], records[check]["expected"], "not in docs/feature_rows.json"))
        failed = True
    if failed:
        return FAILED, lines
    if not row["checks"]:
        return ABSENT, lines
    return (PARTLY if row.get("missing") else PASSED), lines


def run_tests(programs, tests):
    """Runs the tests; returns the records and the commands that did not end well."""
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        records = pathlib.Path(folder) / "rows.jsonl"
        records.touch()
        environment = {**os.environ, "CECROPIA_FEATURE_ROWS": str(records), "CECROPIA_SOURCE_DIR": str(HOUSE),
                       "CECROPIA_PROGRAM": str(programs / "cecropia"), "CECROPIA_PYTHON": sys.executable}
        for test in tests:
            if test["kind"] == "python":
                command = [sys.executable, "-B", str(HOUSE / "tests/python" / test["name"])]
            elif test["kind"] == "system":
                command = ["bash", str(HOUSE / "tests/system" / test["name"])]
            else:
                program = programs / test["name"]
                if not program.exists():
                    raise Trouble(f"{program} does not exist: build the tests first, tools/build --tests")
                command = [str(program), *test.get("arguments", [])]
                if test["kind"] == "mpi":
                    command = ["mpirun", "-n", str(test["ranks"]), *command]
            print(f"running {test['name']} ...", file=sys.stderr, flush=True)
            done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=HOUSE)
            if done.returncode != 0:
                bad.append(f"{test['name']} ended with {done.returncode}")
                print("\n".join((done.stdout + done.stderr).splitlines()[-30:]), file=sys.stderr)
        return read_records(records), bad


def tables_of(known, records, wanted):
    """[(table, [(row, verdict, lines)])]"""
    rows = {row["row"] for one in known["tables"] for row in one["rows"]}
    for row in records.keys() - rows:
        raise Trouble(f"a test writes down row {row}, which docs/feature_rows.json does not have")
    return [(one, [(row, *judge(row, records.get(row["row"], {}))) for row in one["rows"]])
            for one in known["tables"] if not wanted or one["name"] in wanted]


def counts(judged):
    number = collections.Counter(verdict for _, verdict, _ in judged)
    return ", ".join(f"{number[v]} {v}" for v in (PASSED, PARTLY, FAILED, ABSENT) if v != FAILED or number[FAILED])


def show(one, judged):
    print(f"\n{one['title']}: {len(judged)} rows, {counts(judged)}")
    for row, verdict, lines in judged:
        print(f"\n  {row['row']:5} {verdict:10} {row['capability']}")
        for check, value, expected, holds in lines:
            found = f"{value}, expected {expected}: " if expected else ""
            print(f"        {check}: {found}{holds}")
        if row.get("missing"):
            print(f"        missing: {row['missing']}")


def page_of(tables):
    text = []
    for one, judged in tables:
        body = []
        for row, verdict, lines in judged:
            first = f"{row['row']} {row['capability']}"
            missing = f" Missing: {row['missing']}" if row.get("missing") else ""
            if not lines:
                body.append((first, "", "", "", verdict + "." + missing))
            for i, (check, value, expected, holds) in enumerate(lines):
                said = holds if verdict == FAILED else verdict + ("." + missing if missing and i == 0 else "")
                body.append((first if i == 0 else "", check, value, expected, said))
        text.append(f"## {one['title']}\n\nAfter {one['paper']}; equations: [theory]({one['theory']}). "
                    f"{len(judged)} rows: {counts(judged)}.\n\n"
                    + table(("row", "check", "value", "expected", "verdict"), body))
    return "\n\n".join(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, help="folder of the test programs")
    parser.add_argument("--records", type=pathlib.Path)
    parser.add_argument("--table", action="append", default=[])
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    known = json.loads(ROWS.read_text())
    names = [one["name"] for one in known["tables"]]
    for name in options.table:
        if name not in names:
            raise Trouble(f"there is no table '{name}', only {', '.join(names)}")
    if options.docs and options.table:
        raise Trouble("--docs writes all tables: without --table")
    chosen = [one for one in known["tests"] if not options.table or set(one["tables"]) & set(options.table)]
    if options.records:
        records, bad = read_records(options.records), []
    else:
        records, bad = run_tests(options.programs, chosen)
    if options.table:  # a test of two tables writes rows of both
        own = {row["row"] for one in known["tables"] if one["name"] in options.table for row in one["rows"]}
        records = {row: checks for row, checks in records.items() if row in own}
    tables = tables_of(known, records, options.table)
    for one, judged in tables:
        show(one, judged)
    print()
    for one, judged in tables:
        print(f"{one['name']}: {len(judged)} rows, {counts(judged)}")
    for line in bad:
        print(line)
    not_passed = [f"{row['row']} ({verdict})" for _, judged in tables for row, verdict, _ in judged
                  if verdict != PASSED]
    if not_passed:
        print(f"not passed: {', '.join(not_passed)}")
    if options.json:
        write_whole(options.json, json.dumps({one["name"]: {row["row"]: verdict for row, verdict, _ in judged}
                                              for one, judged in tables}, indent=1) + "\n")
    failed = bad or any(verdict == FAILED for _, judged in tables for _, verdict, _ in judged)
    if options.docs:
        if failed:
            raise Trouble("docs/model_rows.md is not written while a check fails")
        write_whole(PAGE, with_table(PAGE.read_text(), "rows", page_of(tables)))
    return 1 if bad or not_passed else 0


if __name__ == "__main__":
    main_of(main)
