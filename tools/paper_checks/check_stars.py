"""Section 2.4 and figure 3: stars. Nineteen statements are judged by tools/verify_stars."""
import json
import pathlib

import numpy as np

from plot_data import Trouble
from stars_data import Kroupa

from .answers import Answer, NoValue, check, numbers
from .judge import MET, MISSED, PARTLY

STATEMENTS = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/paper_statements.json"


def statements_of_the_stars_page():
    """{id: row of verdicts.json}"""
    return {s["id"]: s["stars_verdict"] for s in json.loads(STATEMENTS.read_text())["statements"]
            if "stars_verdict" in s}


ROWS = statements_of_the_stars_page()


@check(*ROWS)
def judged_before(worlds, name):
    row = worlds.stars_verdict(ROWS[name])
    said = row["verdict"]
    if said.startswith("cannot be checked"):
        raise NoValue(row["ours"])
    for words, verdict in (("not met", MISSED), ("partly", PARTLY), ("met", MET)):
        if said.startswith(words):
            return Answer(row["ours"], "" if verdict == MET else said, verdict)
    raise Trouble(f"{worlds.stars}/verdicts.json: '{said}' is no verdict: tools/verify_stars --out {worlds.stars}")


@check("STARS-energy-grows-to-250")
def energy_grows(worlds):
    tables = worlds.stellar_tables()
    energy = tables.energy[tables.at(1e-3)]
    values = [Kroupa(m).average(tables, energy) for m in (100.0, 150.0, 200.0, 250.0)]
    return Answer(bool(np.all(np.diff(values) > 0)), numbers("{:.2f}e49", *(v / 1e49 for v in values)) + " erg/Msun")


@check("STARS-explodability-negligible")
def explosions_matter_little(worlds):
    delayed, rapid = (worlds.run(name).likelihood("all") for name in ("best_a0", "rapid_remnants"))
    return Answer(rapid - delayed, f"delayed {delayed:.3f}, rapid {rapid:.3f}")
