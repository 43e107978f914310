#!/usr/bin/env python3
"""docs/paper_statements.json is sound, and docs/paper_statements.md says what is in it. Test: paper_statements_test.sh.

Checked in every statement: its fields, that no id occurs twice, that the tolerance is the one that its rule gives, that
calibrated statements name what was calibrated, and that everything it is read from is described in the documentation.
Usage: check_paper_statements.py [--write] [FOLDER OF THE PROJECT]      (--write renews the tables of the page)
"""
import argparse
import json
import pathlib
import re
import sys
from collections import Counter

from marked_tables import table, with_table

NEEDED = ("id", "section", "statement", "quantity", "kind", "published", "published_error", "compare_in", "tolerance",
          "tolerance_from", "status", "needs", "read_from")
ALLOWED = {*NEEDED, "quote", "printed_step", "calibrated_by", "calibrated_because", "weak", "stars_verdict", "missing",
           "ambiguous", "note"}
OF_QUANTITY = ("name", "unit", "definition", "galaxies", "redshift", "weights")
KINDS = ("value", "ratio", "range", "ends", "ordering")
STATUS = ("predicted", "calibrated", "input")
DEX, SLOPE = 0.15, 0.1  # the default tolerances
UNITS_OF_SLOPES = ("dex/dex", "dex per unit z")
RELATION_NUMBERS = ("slope", "intercept", "scatter_dex", "offset_dex")


def codes(text):
    return set(re.findall(r"`([^`\n]+)`", text))


def section(page, heading):
    found = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", page, re.M | re.S)
    return found[1] if found else ""


def first_column(text):
    """Names in code in the first column of the tables."""
    return {name for row in re.findall(r"^\|([^|\n]*)\|", text, re.M) for name in codes(row)}


class Documented:
    """Names that the documentation describes, by the file of the output in which they stand."""

    def __init__(self, top):
        output, scans, stars = ((top / "docs" / page).read_text() for page in
                                ("output.md", "scans.md", "theory/stars.md"))
        numbers = section(output, "Numbers of a run")
        of_run = first_column(numbers)
        relations = {name for name in of_run if re.fullmatch(r"relations\.\w+_z\d+_\d+", name)}
        of_run = (of_run - relations) | {f"{r}_{n}" for r in relations for n in RELATION_NUMBERS
                                         if not (r.startswith("relations.sfms") and n == "offset_dex")}
        histories = first_column(section(output, "Histories"))
        of_scan = codes(numbers.partition("Of the histories")[2]) & histories
        parameters = first_column((top / "docs/parameters.md").read_text())
        self.names = {
            "run.json": of_run,
            "run.h5": {f"/history/{n}" for n in histories}
            | {f"/galaxies/level_NNN/{n}" for n in first_column(section(output, "Galaxies"))}
            | {f"/populations/{p}/{n}" for p in ("ii", "iii")
               for n in first_column(section(output, "Populations by age"))},
            "scan.h5": {f"/history/{n}" for n in of_scan} | {f"/points/parameters/{n}" for n in parameters}
            | {f"/points/{group}/{n.partition('.')[2]}" for group in ("likelihood", "relations", "points_used")
               for n in of_run if n.startswith(group + ".")}
            | ({f"/points/likelihood_max/{n.partition('.')[2]}" for n in of_run if n.startswith("likelihood.")}
               if "likelihood_max/..." in scans else set())
            | ({"/points/sfrd_used"} if "`sfrd_used`" in scans else set()),
            "parameters": parameters,
            "observations": {p.name for p in (top / "params/observations").glob("*.csv")},
            "verdicts.json": set(re.findall(r"^\| (\d+) \|", (top / "docs/stars_verdicts.md").read_text(), re.M)),
            "tables.h5": self.of_tables(section(stars, "The file of tables")),
        }
        self.parameters = parameters
        self.labels = set(re.findall(r"\*\*\(([A-Z]{3}-\d+)\)\*\*",
                                     "".join(p.read_text() for p in (top / "docs/theory").glob("*.md"))))

    @staticmethod
    def of_tables(text):
        names = codes(text)
        return {n for n in names if n.startswith("/grid/")} | {f"/stars/{n}" for n in names if "/" not in n}

    def trouble(self, place):
        file, _, name = place.partition(":")
        if file not in self.names:
            return f"'{place}' is in no file of the output: one of {', '.join(sorted(self.names))}"
        return None if name in self.names[file] else f"'{place}' is not described in the documentation"


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def trouble_of_published(s):
    kind, published = s["kind"], s["published"]
    if kind not in KINDS:
        return f"kind '{kind}' is none of {', '.join(KINDS)}"
    if kind == "ordering":
        return None if published is True or published is False else "an ordering is published as true or false"
    if kind == "range":
        ends = published if isinstance(published, list) and len(published) == 2 else []
        given = [e for e in ends if e is not None]
        if not given or not all(map(number, given)) or given != sorted(given):
            return "a range is published as [low, high], ascending, one of them perhaps null"
        return None
    if kind == "ends":
        both = isinstance(published, list) and len(published) == 2 and all(map(number, published))
        return None if both else "ends are published as [of the first place, of the second]"
    return None if number(published) else f"a {kind} is published as a number"


def trouble_of_tolerance(s):
    """The tolerance that the named rule gives, and whether that rule may be named."""
    source, error, step, kind = s["tolerance_from"], s["published_error"], s.get("printed_step"), s["kind"]
    unit = s["quantity"]["unit"]
    if (kind == "ordering") != (source == "ordering") and source != "stars page":
        return "orderings, and only they, have the tolerance 'ordering'"
    if error is not None and source != "paper":
        return f"the paper gives an error, {error:g}, so the tolerance is from 'paper', not '{source}'"
    if step is not None and source != "printed":
        return "a printed_step is for tolerances from 'printed'"
    if source in ("default dex", "printed") and unit in UNITS_OF_SLOPES:
        return "slopes have the tolerance 'default slope' or 'paper'"
    if source == "default dex" and s["compare_in"] != "log10" and unit != "dex":
        return f"0.15 dex for a quantity in '{unit}' that is not compared in log10"
    if source == "default slope" and unit not in UNITS_OF_SLOPES:
        return f"the tolerance of slopes for a quantity in '{unit}'"
    if source == "stars page" and "stars_verdict" not in s:
        return "'stars page' without stars_verdict"
    if source in ("paper", "printed") and not number(error if source == "paper" else step):
        return f"'{source}' without {'published_error' if source == 'paper' else 'printed_step'}"
    rules = {"paper": error, "default dex": DEX, "default slope": SLOPE, "ordering": None, "stars page": None,
             "printed": None if step is None else step / 2}
    if source not in rules:
        return f"tolerance_from '{source}' is none of {', '.join(rules)}"
    if s["tolerance"] != rules[source]:
        return f"tolerance {s['tolerance']}, but '{source}' gives {rules[source]}"
    scatter = re.match(r"rms|standard error", s["quantity"]["name"])
    if scatter and source == "default dex":
        smallest = min(s["published"]) if kind in ("range", "ends") else s["published"]
        if (s["tolerance"] >= 0.5 * smallest) != ("weak" in s):
            return "a tolerance of half the scatter or more is 'weak', a smaller one is not"
    return None


def troubles_of(s, known, runs):
    lacking = [f for f in NEEDED if f not in s]
    lacking += [f"quantity.{f}" for f in OF_QUANTITY if f not in s.get("quantity", {})]
    if lacking:
        yield f"lacks {', '.join(lacking)}"
        return
    yield from (f"has the unknown field '{f}'" for f in s if f not in ALLOWED)
    yield from (f"{f} is empty" for f in ("id", "section", "statement", "needs") if not s[f])
    yield from (f"quantity.{f} is empty" for f in OF_QUANTITY if not s["quantity"][f])
    wrong = trouble_of_published(s) or trouble_of_tolerance(s)
    if wrong:
        yield wrong
    if s["compare_in"] not in ("linear", "log10"):
        yield f"compare_in '{s['compare_in']}' is neither linear nor log10"
    if s["compare_in"] == "log10" and s["kind"] != "ordering":
        ends = s["published"] if isinstance(s["published"], list) else [s["published"]]
        if not all(e is None or e > 0 for e in ends):
            yield "log10 of what is not positive"
    if s["status"] not in STATUS:
        yield f"status '{s['status']}' is none of {', '.join(STATUS)}"
    if (s["status"] == "calibrated") != bool(s.get("calibrated_by")) or \
            bool(s.get("calibrated_by")) != bool(s.get("calibrated_because")):
        yield "calibrated statements, and only they, name calibrated_by and calibrated_because"
    yield from (f"calibrated_by '{p}' is neither a parameter nor a label of the theory manual"
                for p in s.get("calibrated_by", ()) if p not in known.parameters | known.labels)
    yield from (f"needs '{n}', which is not among the runs" for n in s["needs"] if n not in runs)
    if not s["read_from"] and not s.get("missing"):
        yield "is read from nothing, and nothing is said to be missing"
    if "missing" in s and not s["missing"]:
        yield "missing is empty"
    yield from filter(None, map(known.trouble, s["read_from"]))
    if "stars_verdict" in s and s["read_from"] != [f"verdicts.json:{s['stars_verdict']}"]:
        yield "stars_verdict and read_from differ"


def check(top, content):
    known, runs, statements = Documented(top), content["runs"], content["statements"]
    for s in statements:
        yield from (f"{s.get('id', 'a statement without id')}: {what}" for what in troubles_of(s, known, runs))
    yield from (f"{name}: this id occurs {n} times" for name, n in Counter(s.get("id") for s in statements).items()
                if n > 1)
    asked = {n for s in statements for n in s.get("needs", ())}
    yield from (f"run '{r}' is needed by no statement" for r in runs if r not in asked)
    yield from (f"run '{r}' has neither a command nor what is missing" for r, x in runs.items()
                if not ("command" in x) ^ ("missing" in x))
    for r, x in runs.items():
        yield from (f"run '{r}' sets '{key}', which is no parameter"
                    for key in re.findall(r"--set '?([\w.]+)=", x.get("command", "")) if key not in known.parameters)


def obstacles(content, s):
    """What has to be built before a statement can be judged. A run reported besides others ('nbody') stops nothing."""
    found = list(s.get("missing", ()))
    runs = content["runs"]
    lacking = [n for n in s["needs"] if "missing" in runs[n]]
    if lacking and not (set(lacking) <= {"nbody", "nbody_old_radius"} and set(s["needs"]) - set(lacking)):
        found += [runs[n]["missing"] for n in lacking]
    return list(dict.fromkeys(found))


def tables_of(content):
    statements = content["statements"]
    counts = Counter((s["status"], s["kind"]) for s in statements)
    kinds = [k for k in KINDS if any(counts[name, k] for name in STATUS)]
    rows = [[name] + [counts[name, k] for k in kinds] + [sum(counts[name, k] for k in kinds),
                                                         sum(s["status"] == name and "weak" in s for s in statements),
                                                         sum(s["status"] == name and bool(obstacles(content, s))
                                                             for s in statements)] for name in STATUS]
    rows.append(["all"] + [sum(r[i] for r in rows) for i in range(1, len(rows[0]))])
    sources = Counter(s["tolerance_from"] for s in statements)
    lacking = {}
    for s in statements:
        for what in obstacles(content, s):
            lacking.setdefault(what, []).append(s["id"])
    besides = {}
    for s in statements:
        if not obstacles(content, s):
            for n in s["needs"]:
                if "missing" in content["runs"][n]:
                    besides.setdefault(content["runs"][n]["missing"], []).append(s["id"])
    return {
        "counts": table(["status", *kinds, "all", "of these weak", "of these not checkable yet"], rows) + "\n\n" +
        table(["tolerance from", "statements"], sources.most_common()),
        "missing": table(["what is missing", "statements that wait for it"],
                         [[w, ", ".join(f"`{i}`" for i in ids)] for w, ids in lacking.items()]) + "\n\n" +
        table(["what is missing for a second look", "statements that can be judged without it"],
              [[w, ", ".join(f"`{i}`" for i in ids)] for w, ids in besides.items()]),
        "ambiguous": table(["statement", "how it is read"],
                           [[f"`{s['id']}`", s["ambiguous"]] for s in statements if "ambiguous" in s])}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("top", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    options = arguments.parse_args()
    file, page = (options.top / "docs" / name for name in ("paper_statements.json", "paper_statements.md"))
    try:
        content = json.loads(file.read_text())
    except json.JSONDecodeError as error:
        print(f"{file}: {error}")
        return 1
    bad = list(check(options.top, content))
    if not bad:
        new = page.read_text()
        try:
            for name, text in tables_of(content).items():
                new = with_table(new, name, text)
        except LookupError as error:
            print(f"docs/paper_statements.md: {error}")
            return 1
        if options.write:
            page.write_text(new)
        elif new != page.read_text():
            bad.append("docs/paper_statements.md is not what the file says: tools/check_paper_statements.py --write")
    print("\n".join(bad) if bad else f"{len(content['statements'])} statements, nothing wrong")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
