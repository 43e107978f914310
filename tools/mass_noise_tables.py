"""The tables of docs/mass_noise.md from the summary that tools/mass_noise.py writes."""
import math

from marked_tables import table
from mass_noise_galaxies import RELATIONS


def pm(value, error, digits=3):
    """value ± error, as far as there is one"""
    if value is None or not math.isfinite(value):
        return "-"
    return f"{value:.{digits}f}" + (f" ± {error:.{digits}f}" if error and math.isfinite(error) else "")


def between(edges):
    return f"{edges[0]:g} to {edges[1]:g}"


def noise(s):
    """s by particle number and redshift."""
    rows = []
    for whole in (r for r in s["noise"]["rows"] if not r["z"]):
        same = lambda where: [r for r in where["rows"] if r["n"] == whole["n"]] if where else []
        by_z = sorted((r for r in same(s["noise"]) if r["z"]), key=lambda r: r["z"])
        coarse, eps = ([r for r in same(s[name]) if not r["z"]] for name in ("coarse", "eps"))
        rows.append([between(whole["n"]), whole["count"][0], pm(whole["s"], whole["error"]),
                     *(pm(r["s"], r["error"]) for r in by_z), *(pm(r["s"], r["error"]) for r in coarse),
                     f"{whole['w'][0]:.3f}", *(f"{r['w'][0]:.4f}" for r in eps)])
    z = [f"z = {between(r['z'])}" for r in s["noise"]["rows"] if r["z"] and r["n"] == s["noise"]["rows"][0]["n"]]
    return table(["particles", "d_1", "s", *(f"s, {x}" for x in z), *(["s, coarse twin"] if s["coarse"] else []),
                  "width of d_1", "width of d_1, EPS without noise"], rows)


def law(s):
    """The power laws."""
    rows = []
    for name, found in (("simulation", s["noise"]), ("its coarse twin", s["coarse"])):
        if found:
            rows.append([name, pm(found["s_1000"], found["s_1000_error"]),
                         pm(found["exponent"], found["exponent_error"], 2), pm(found["r"], found["r_error"], 2)])
    if s["twins"] and "s_1000" in s["twins"]:
        rows.append(["difference of twins, slow part and mergers included", pm(s["twins"]["s_1000"], None),
                     pm(s["twins"]["exponent"], None, 2), pm(s["twins"]["r"], None, 2)])
    return table(["from", "s at 1000 particles", "exponent", "correlation from snapshot to snapshot"], rows)


def twins(s):
    """What the same objects differ by in two resolutions."""
    if not s["twins"]:
        return "These trees have no twins."
    coarse = {tuple(r["n"]): r for r in s["coarse"]["rows"] if not r["z"]}
    fast = {tuple(r["n"]): r for r in s["twins"]["fast"] if not r["z"]}
    rows = []
    for r in s["twins"]["rows"]:
        n = tuple(float(x) for x in r["n"])
        rows.append([between(r["n"]), r["count"], pm(r["total"], None), pm(r["step"], None), pm(r["r"], None, 2),
                     pm(fast[n]["w"][0], None), pm(coarse[n]["w"][0], None)])
    return table(["particles of the coarse twin", "halos", "scatter of ln M over that of the twin",
                  "change of that in one snapshot", "correlation", "width of d_1 of the difference",
                  "width of d_1 of the coarse halos"], rows)


def galaxies(s):
    """Scatter of the relations."""
    rows = []
    for r in s["galaxies"]:
        rows.append([r["label"], r["sfms_4_6"]["galaxies"],
                     *(pm(r[key]["scatter"], r[key]["error"]) for key in RELATIONS)])
    return table(["trees", "galaxies, z = 4 to 6", *(f"{name} [dex]" for name, *_ in RELATIONS.values())], rows)


def shares(s):
    """Shares of the excess of variance over smooth EPS trees."""
    rows = [[r["label"], *(pm(r[key]["share"], r[key]["share_error"], 2) for key in RELATIONS)]
            for r in s["galaxies"] if "radius" not in r["label"] and r["label"] not in ("simulation", "EPS")]
    return table(["trees", *(name for name, *_ in RELATIONS.values())], rows)


def growth(s):
    """Fluctuations of the growth of halos."""
    rows = [[label, *(pm(r["scatter"], None) for r in found), *(f"{100 * r['falls']:.0f} %" for r in found)]
            for label, found in s["growth"].items()]
    levels = [r["levels"] for r in next(iter(s["growth"].values()))]
    snapshots = [f"{k} snapshot{'s' if k > 1 else ''}" for k in levels]
    return table(["trees", *(f"scatter of growth of ln M, {k}" for k in snapshots),
                  *(f"lost mass, {k}" for k in snapshots)], rows)


def tests(s):
    """What the estimator finds in made-up histories."""
    rows = []
    for t in s["tests"]:
        columns = list(zip(*t["found"]))
        mean = [sum(c) / len(c) for c in columns]
        spread = [math.sqrt(sum((x - m) ** 2 for x in c) / (len(c) - 1)) for c, m in zip(columns, mean)]
        step = [a * math.sqrt(2 * (1 - b)) for a, b, _ in t["found"]]
        rows.append([f"{t['s']:g}", f"{t['r']:g}", pm(mean[0], spread[0]), pm(mean[1], spread[1], 2),
                     f"{t['s'] * math.sqrt(2 * (1 - t['r'])):.3f}", f"{sum(step) / len(step):.3f}"])
    return table(["s", "r", "s found", "r found", "change in one snapshot, s (2 - 2 r)^1/2", "found"], rows)


TABLES = {"noise": noise, "law": law, "twins": twins, "galaxies": galaxies, "shares": shares,
          "growth": growth, "tests": tests}
