"""From rows of verdicts to tables and pages; which unmet statements are explained. Standard library only: tools/lint
runs it."""
import re
from collections import Counter

from marked_tables import table, with_table

from .judge import GROUPS, JUDGED, NOT_RUN, OPEN, UNMET, counts_of, share_unmet

FILES = {"full": "paper_verdicts.json", "box": "paper_verdicts_box.json"}


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


def causes_table(rows, why):
    """How many of the unmet statements each heading of docs/paper_explanations.md (`why`) explains."""
    known, unmet = explained(why), [r["id"] for r in rows if r["verdict"] in UNMET and r["group"] != "input"]
    numbers = Counter(known.get(name, "none") for name in unmet)
    return table(("why not met", "statements"), numbers.most_common())


def with_tables(page, statements, rows, setup, why):
    """The page of verdicts with the tables of one set-up in their places; LookupError without these. `why` is the page
    of explanations."""
    by_id = {row["id"]: row for row in rows}
    whole = setup == "full"
    head = ("statement", *(["what the paper says"] if whole else []), "published", "tolerance", "ours", "from", "group",
            "verdict")
    parts = {}
    for s in statements:
        row = by_id[s["id"]]
        name, published, tolerance, ours, note, verdict = cells_of(s, row)
        shown = f"**{verdict}**" if row["verdict"] in UNMET else verdict
        first = [f"`{name}`", s["statement"]] if whole else [f"`{name}`"]
        parts.setdefault(title_of(s), []).append([*first, published, tolerance, ours, note, row["group"], shown])
    counts = "\n\n".join((sentence(rows), table(*counts_table(rows)), causes_table(rows, why)))
    text = "\n\n".join(f"### {title}{'' if whole else ' (box)'}\n\n" + table(head, lines)
                       for title, lines in parts.items())
    return with_table(with_table(page, f"counts {setup}", counts), f"verdicts {setup}", text)


def title_of(statement):
    """The first section that a statement comes from, for the order of the page."""
    first = statement["section"].replace(",", ";").split(";")[0].strip()
    if first in ("A", "B"):
        return f"Appendix {first}"
    return f"Section {first}" if first[:1].isdigit() else first.capitalize()


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
