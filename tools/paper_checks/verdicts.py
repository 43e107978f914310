"""From statements and runs to rows of verdicts, and from rows to tables."""
import json
import math
import re

from marked_tables import with_table
from plot_data import Trouble

from . import (check_galaxies, check_histories, check_inputs, check_likelihoods, check_main_sequence, check_masses,
               check_metallicity, check_pisn, check_stars)
from .answers import CHECKS, NoValue
from .judge import GROUPS, JUDGED, NOT_RUN, OPEN, UNMET, counts_of, group_of, share_unmet, verdict_of
from .worlds import NotRun

FILES = {"full": "paper_verdicts.json", "box": "paper_verdicts_box.json"}
MODULES = (check_stars, check_galaxies, check_inputs, check_likelihoods, check_histories, check_metallicity,
           check_masses, check_main_sequence, check_pisn)


def row_of(statement, worlds, others=()):
    """The verdict on one statement. `others` are the same runs with other random numbers: they give the error."""
    row = {"id": statement["id"], "group": group_of(statement), "kind": statement["kind"], "ours": None, "error": None,
           "note": "", "verdict": OPEN}
    try:
        if "missing" in statement:
            raise NoValue("; ".join(statement["missing"]))
        if statement["id"] not in CHECKS:
            raise Trouble(f"tools/paper_checks has no check of {statement['id']}")
        answer = CHECKS[statement["id"]](worlds)
    except NoValue as reason:
        return {**row, "note": str(reason)}
    except NotRun as reason:
        missing = any("missing" in worlds.runs[name] for name in statement["needs"] if name not in worlds.given)
        return {**row, "note": str(reason), "verdict": OPEN if missing else NOT_RUN}
    row.update(ours=answer.ours, note=answer.note, verdict=verdict_of(statement, answer))
    if others and not answer.verdict and not set(statement["needs"]) & {"paper_grid", "stars"}:
        row.update(of_other_forests(statement, row, [answered(statement, other) for other in others]))
    return row


def answered(statement, worlds):
    try:
        return CHECKS[statement["id"]](worlds)
    except NoValue:
        return None


def of_other_forests(statement, row, answers):
    """Scatter from forest to forest (of values that are one number, as the rule compares them) and in how many of all
    forests the verdict is the same."""
    verdicts = [None if a is None else verdict_of(statement, a) for a in answers]
    found = {"same_verdict": [1 + verdicts.count(row["verdict"]), 1 + len(answers)]}
    values = [row["ours"], *(a.ours for a in answers if a is not None)]
    if len(values) > 1 and all(isinstance(v, float) for v in values):
        if statement["compare_in"] == "log10":
            values = [math.log10(v) for v in values if v > 0]
        mean = sum(values) / len(values)
        found["error"] = math.sqrt(sum((v - mean) ** 2 for v in values) / max(len(values) - 1, 1))
    return found


def words_of(value):
    """A value in a table: four digits, ranges with 'to', orderings in words."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "holds" if value else "does not hold"
    if isinstance(value, list):
        ends = ["" if v is None else words_of(v) for v in value]
        return f"<= {ends[1]}" if ends[0] == "" else f">= {ends[0]}" if ends[1] == "" else " to ".join(ends)
    if isinstance(value, (int, float)):
        return f"{value:.4g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return str(value)


def cells_of(statement, row):
    """Id, published, tolerance, ours with its scatter, note, verdict."""
    published = {True: "true", False: "false"}.get(statement["published"]) if statement["kind"] == "ordering" \
        else words_of(statement["published"])
    unit = "" if statement["quantity"]["unit"] in ("-", "") or statement["kind"] == "ordering" \
        else " " + statement["quantity"]["unit"].split(",")[0]
    tolerance = "-" if statement["tolerance"] is None else words_of(statement["tolerance"]) + \
        (" dex" if statement["compare_in"] == "log10" else "")
    ours = words_of(row["ours"])
    if row["error"] is not None:
        ours += f" ± {row['error']:.2g}" + (" dex" if statement["compare_in"] == "log10" else "")
    verdict = row["verdict"]
    same = row.get("same_verdict")
    if same and same[0] < same[1]:
        verdict += f" ({same[0]} of {same[1]} forests)"
    return statement["id"], published + unit, tolerance, ours, row["note"], verdict


def counts_table(rows):
    head = ("group", *JUDGED, OPEN, NOT_RUN)
    counts = counts_of(rows)
    lines = [[name, *counts[name].values()] for name in GROUPS]
    lines.append(["all", *(sum(line[i] for line in lines) for i in range(1, len(head)))])
    return head, lines


def sentence(rows):
    """How many of the statements that count are not met."""
    unmet, judged = share_unmet(rows)
    if not judged:
        return "Nothing was judged that counts."
    strict_unmet, strict = share_unmet(rows, ("predicted", "calibrated"))
    text = (f"Of {judged} judged statements that are not the paper's input, {unmet} are not met "
            f"({100 * unmet / judged:.0f} %)")
    return text + (f"; without the weak ones {strict_unmet} of {strict} ({100 * strict_unmet / strict:.0f} %)."
                   if strict else ".")


def markdown(head, lines):
    def cell(value):
        return str(value).replace("|", "\\|").replace("\n", " ")
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] +
                     ["| " + " | ".join(map(cell, line)) + " |" for line in lines])


def with_tables(page, statements, rows, setup):
    """The page of verdicts with the tables of one set-up in their places; LookupError without these."""
    by_id = {row["id"]: row for row in rows}
    whole = setup == "full"
    head = ("statement", *(["what the paper says"] if whole else []), "published", "tolerance", "ours", "from", "group",
            "verdict")
    parts = {}
    for s in statements:
        row = by_id[s["id"]]
        name, published, tolerance, ours, note, verdict = cells_of(s, row)
        shown = f"**{verdict}**" if row["verdict"] in UNMET else verdict
        parts.setdefault(title_of(s), []).append((f"`{name}`", *([s["statement"]] if whole else []), published, tolerance,
                                                  ours, note, row["group"], shown))
    counts = sentence(rows) + "\n\n" + markdown(*counts_table(rows))
    text = "\n\n".join(f"### {title}{'' if whole else ' (box)'}\n\n" + markdown(head, lines)
                       for title, lines in parts.items())
    return with_table(with_table(page, f"counts {setup}", counts), f"verdicts {setup}", text)


def title_of(statement):
    """The first section that a statement comes from, for the order of the page."""
    first = statement["section"].replace(",", ";").split(";")[0].strip()
    return f"Section {first}" if first[:1].isdigit() else f"Appendix {first}" if first in ("A", "B") else first.capitalize()


def explained(page):
    """{id: heading} of docs/paper_explanations.md: under each heading a paragraph 'Statements: `ID`, ...'."""
    found = {}
    for heading, body in re.findall(r"^## (.+?)$(.*?)(?=^## |\Z)", page, re.M | re.S):
        for paragraph in re.findall(r"^Statements: (.*?)(?:\n\n|\Z)", body, re.M | re.S):
            for name in re.findall(r"`([^`]+)`", paragraph):
                found.setdefault(name, heading)
    return found


def unexplained(rows, page):
    """Ids of unmet statements that no explanation names."""
    known = explained(page)
    return [row["id"] for row in rows if row["verdict"] in UNMET and row["id"] not in known]


def read_statements(path):
    try:
        return json.loads(path.read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise Trouble(f"{path} cannot be read: {error}") from error
