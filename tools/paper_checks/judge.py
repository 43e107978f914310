"""The rules of docs/paper_statements.json: from our value and the published one to a verdict; how verdicts count."""
import math

from .answers import Answer, NoValue

MET, MISSED, PARTLY, OPEN, NOT_RUN = "met", "not met", "partly met", "not judged", "not run"
JUDGED = (MET, MISSED, PARTLY)
UNMET = (MISSED, PARTLY)
# Counted apart: what the paper's input is, what was calibrated, what was predicted, and of the last two the weak ones.
GROUPS = ("predicted", "calibrated", "weak", "input")
ROUNDING = 1e-9


def compared(value, statement):
    """A value as the rule compares it: as it is, or its log10."""
    if statement["compare_in"] == "linear":
        return float(value)
    return math.log10(value) if value > 0 else -math.inf


def verdict_of(statement, answer: Answer):
    """met or not met by the rule of the statement's kind; a verdict that the answer brings along stays. NoValue if our
    value is no finite number: nothing can be compared."""
    if answer.verdict:
        return answer.verdict
    kind, published, tolerance = statement["kind"], statement["published"], statement["tolerance"]
    if kind == "ordering":
        if not isinstance(answer.ours, bool):
            raise TypeError(f"{statement['id']}: the check of an ordering gave {answer.ours!r}")
        return MET if answer.ours == published else MISSED
    ours = answer.ours if isinstance(answer.ours, list) else [answer.ours]
    if any(isinstance(v, bool) for v in ours):
        raise TypeError(f"{statement['id']}: the check of a {kind} gave {answer.ours!r}")
    if not all(map(math.isfinite, ours)):
        note = f" ({answer.note})" if answer.note else ""
        raise NoValue(f"our value is {', '.join(f'{v:g}' for v in ours)}{note}")
    ours = [compared(v, statement) for v in ours]
    if kind == "ends":
        if len(ours) != 2:
            raise TypeError(f"{statement['id']}: the check of both ends gave {answer.ours!r}")
        ok = all(abs(v - compared(end, statement)) <= tolerance + ROUNDING for v, end in zip(ours, published))
    elif kind == "range":
        low, high = (None if end is None else compared(end, statement) for end in published)
        ok = all((low is None or v >= low - tolerance - ROUNDING) and
                 (high is None or v <= high + tolerance + ROUNDING) for v in ours)
    else:
        ok = all(abs(v - compared(published, statement)) <= tolerance + ROUNDING for v in ours)
    return MET if ok else MISSED


def group_of(statement):
    """predicted, calibrated or input; weak ones of the first two are a group of their own."""
    return "weak" if "weak" in statement and statement["status"] != "input" else statement["status"]


def counts_of(rows):
    """{group: {verdict: number}} of judged rows, each with its statement's group and verdict."""
    found = {name: dict.fromkeys((*JUDGED, OPEN, NOT_RUN), 0) for name in GROUPS}
    for row in rows:
        found[row["group"]][row["verdict"]] += 1
    return found


def share_unmet(rows, groups=("predicted", "calibrated", "weak")):
    """(unmet, judged) of the statements that count: everything but the paper's input."""
    judged = [row for row in rows if row["group"] in groups and row["verdict"] in JUDGED]
    return sum(row["verdict"] in UNMET for row in judged), len(judged)
