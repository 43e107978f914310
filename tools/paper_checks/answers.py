"""What a check returns, and the list of all checks."""
import dataclasses

CHECKS = {}  # id of the statement: function of the runs


class NoValue(Exception):
    """Our value does not exist, for a reason that is part of the verdict: no such galaxy, no likelihood."""


@dataclasses.dataclass
class Answer:
    """Our value: a number, [lowest, highest] or, for an ordering, whether it holds. `note` says in a few words what it
    was found from, with numbers. `verdict` is given where another tool has judged already."""
    ours: object
    note: str = ""
    verdict: str = ""


def check(*ids):
    """Marks a function as the answer to statements. A function for several gets the id as second argument."""
    def mark(function):
        for name in ids:
            if name in CHECKS:
                raise ValueError(f"two checks for {name}")
            CHECKS[name] = function if len(ids) == 1 else (lambda worlds, name=name: function(worlds, name))
        return function
    return mark


def numbers(form, *values):
    """Values as in '0.73, 0.90, 0.95'."""
    return ", ".join(form.format(v) for v in values)
