#!/usr/bin/env python3
"""docs/paper_verdicts.json, its page and the explanations fit together, and to docs/paper_statements.json.

Every statement has a verdict, which follows from the values by the rule of its kind and the tolerance of today; the
tables of the page are those of the file; every statement that is not met has an explanation, and none is for a
statement that is not there. Test: verify_paper_test.sh.
Usage: check_paper_verdicts.py [FOLDER OF THE PROJECT]
"""
import argparse
import json
import pathlib
import sys

from paper_checks import pages
from paper_checks.answers import Answer, NoValue
from paper_checks.judge import JUDGED, group_of, verdict_of


def troubles(top):
    statements = json.loads((top / "docs/paper_statements.json").read_text())["statements"]
    page, why = ((top / "docs" / name).read_text() for name in ("paper_verdicts.md", "paper_explanations.md"))
    by_id = {s["id"]: s for s in statements}
    yield from (f"{i}: explained in docs/paper_explanations.md, and no statement" for i in pages.explained(why)
                if i not in by_id)
    for setup, file in pages.FILES.items():
        if (top / "docs" / file).exists() or setup == "full":
            rows = json.loads((top / "docs" / file).read_text())["verdicts"]
            yield from troubles_of_rows(rows, by_id, why, f"docs/{file}")
            if {row["id"] for row in rows} == set(by_id):
                if pages.with_tables(page, statements, rows, setup, why) != page:
                    yield f"docs/paper_verdicts.md is not what docs/{file} says: tools/verify_paper --docs"


def troubles_of_rows(rows, by_id, why, file):
    judged = {row["id"]: row for row in rows}
    yield from (f"{i}: no verdict in {file}" for i in by_id if i not in judged)
    yield from (f"{i}: a verdict on no statement" for i in judged if i not in by_id)
    for name, row in judged.items():
        statement = by_id.get(name)
        if not statement:
            continue
        if row["verdict"] in JUDGED and "stars_verdict" not in statement:
            try:
                now = verdict_of(statement, Answer(row["ours"]))
            except (TypeError, NoValue) as error:
                now = str(error)
            if now != row["verdict"]:
                yield f"{name}: '{row['verdict']}', but by the statement's tolerance it is '{now}'"
        if row["group"] != group_of(statement):
            yield f"{name}: counted as {row['group']}, but the statement is {group_of(statement)}"
    yield from (f"{i}: not met, and no explanation in docs/paper_explanations.md"
                for i in pages.unexplained(rows, why))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("top", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    top = arguments.parse_args().top
    try:
        bad = list(troubles(top))
    except (OSError, LookupError, json.JSONDecodeError) as error:
        bad = [f"the verdicts cannot be checked: {error}"]
    print("\n".join(bad) if bad else "verdicts, page and explanations fit")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
