"""From statements and runs to rows of verdicts."""
import json
import math

from plot_data import Trouble

from . import (check_galaxies, check_histories, check_inputs, check_likelihoods, check_main_sequence, check_masses,
               check_metallicity, check_pisn, check_stars)
from .answers import CHECKS, NoValue
from .judge import NOT_RUN, OPEN, group_of, verdict_of
from .worlds import NotRun

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
        verdict = verdict_of(statement, answer)
    except NoValue as reason:
        return {**row, "note": str(reason)}
    except NotRun as reason:
        missing = any("missing" in worlds.runs[name] for name in statement["needs"] if name not in worlds.given)
        return {**row, "note": str(reason), "verdict": OPEN if missing else NOT_RUN}
    row.update(ours=answer.ours, note=answer.note, verdict=verdict)
    if others and all(worlds.is_repeated(name) for name in statement["needs"] if "command" in worlds.runs[name]):
        row.update(of_other_forests(statement, row, [answered(statement, other) for other in others]))
    return row


def answered(statement, worlds):
    """(our value, verdict) on other forests; None if they have none."""
    try:
        answer = CHECKS[statement["id"]](worlds)
        return answer.ours, verdict_of(statement, answer)
    except NoValue:
        return None


def of_other_forests(statement, row, answers):
    """Scatter from forest to forest (of values that are one number, as the rule compares them) and in how many of all
    forests the verdict is the same."""
    known = [a for a in answers if a is not None]
    found = {"same_verdict": [1 + sum(verdict == row["verdict"] for _, verdict in known), 1 + len(answers)]}
    values = [row["ours"], *(ours for ours, _ in known)]
    if len(values) > 1 and all(isinstance(v, float) for v in values):
        if statement["compare_in"] == "log10":
            values = [math.log10(v) for v in values if v > 0]
        mean = sum(values) / len(values)
        found["error"] = math.sqrt(sum((v - mean) ** 2 for v in values) / max(len(values) - 1, 1))
    return found


def read_statements(path):
    try:
        return json.loads(path.read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise Trouble(f"{path} cannot be read: {error}") from error
