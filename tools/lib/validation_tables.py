#!/usr/bin/env python3
"""validation_tables.py DIR [--docs PAGE]: the tables of tools/validate in Markdown, from the runs in DIR
and the table level_spacing.csv that the test physics.convergence_test leaves there.

Writes DIR/summary.json and DIR/tables.md and prints the latter; with --docs it also replaces what stands in PAGE
between `<!-- table NAME -->` and `<!-- end of table -->`.
"""
import argparse
import json
import math
import pathlib
import re
import sys

from validation_plan import STANDARD
from validation_summary import CSMD_Z, MASS_BINS, SFRD_Z, THINNED, summarise  # which finds the modules of tools/

from marked_tables import table


def number(value, digits=2, sign=False):
    return "-" if value is None or not math.isfinite(value) else f"{value:{'+' if sign else ''}.{digits}f}"


def both(pair, digits=3, sign=True):
    """value ± its error or scatter, where there is one"""
    value, error = pair
    return number(value, digits, sign) + ("" if not math.isfinite(error) or error == 0 else f" ± {error:.{digits}f}")


def verdict(row):
    if row["aim"] is None:
        return ""
    miss = abs(row["mean"] - row["reference"]) - row["aim"]
    if not math.isfinite(miss):
        return "no value"
    return "within" if miss <= 0 else f"**misses by {miss:.3f}**"


def compared(rows, forests, remark=None):
    """Rows of compare(), with the remarks in a column of their own under the heading `remark`."""
    cells = [[r["label"], number(r["mean"]), number(r["scatter"], 3), number(r["reference"]),
              number(r["mean"] - r["reference"], 3, True), number(r["aim"]) if r["aim"] else "", verdict(r),
              *([r["remark"]] if remark else [])] for r in rows]
    mean = f"mean of {forests} forests" if forests > 1 else "one forest"
    return table(["quantity", mean, "scatter between them", "independent", "difference", "aim", "verdict",
                  *([remark] if remark else [])], cells)


def reference(s):
    return compared(s["reference"], s["forests"], "remark on the independent value")


def neighbours(s):
    return compared(s["neighbours"], s["forests_neighbours"], "remark on the independent value")


def smooth_growth(s):
    return compared(s["smooth_growth"], s["forests_smooth"])


def enrichment(s):
    rows = []
    for r in s["enrichment"]:
        l_all, slope = r["independent"] or (None, None)
        rows.append([r["label"], both(r["all"], 3, False), "" if r["label"] == STANDARD else both(r["change"]),
                     "" if l_all is None else f"{l_all:g}", *(number(r[k][0]) for k in ("fmr", "mzr")),
                     number(r["offset"][0], 2, True), number(r["slope"][0]), "" if slope is None else number(slope),
                     number(r["scatter"][0]), f"{r['rich'][0]:.0f}"])
    forests = s["enrichment"][0]["forests"]
    return table([f"metals between galaxies, mean of {forests} forests" if forests > 1 else "metals between galaxies",
                  "log10 L_all", "change from clustering 7", "independent L_all", "log10 L_FMR", "log10 L_MZR",
                  "offset from the FMR, z = 4 to 8 [dex]", "MZR slope", "independent slope", "MZR scatter [dex]",
                  "halo-levels with inflow richer than the Sun"], rows)


def clumping(s):
    base, *others = s["clumping"]["c_zigm"]
    rows = []
    for k, m in enumerate(s["clumping"]["log10_m_star"]):
        rows.append([f"{m - 0.25:g} to {m + 0.25:g}", f"{base['galaxies'][k]}", number(base["log10_z"][k][0]),
                     *(both(o["change"][k]) for o in others), number(base["enriched"][k]),
                     *(both(o["change_enriched"][k]) for o in others)])
    factor = [f"c_ZIGM {o['c']:g}" for o in others]
    return table(["log10 M_star [Msun]", "galaxies", "log10 Z_gas, c_ZIGM 0", *(f"change, {f} [dex]" for f in factor),
                  "share in bubbles", *(f"of those in bubbles, {f} [dex]" for f in factor)], rows)


def main_sequence(s):
    rows = []
    for r in s["main_sequence"]:
        ours = [both((r[key], r[key + "_scatter"]), 2, False) for key in ("z4_6", "z6_8")]
        rows.append([r["label"], *ours, *(number(v) for v in r["independent"] or (None, None)), number(r["mzr"])])
    return table(["galaxy radius, halo-mass noise", "SFMS scatter z = 4 to 6 [dex]", "z = 6 to 8",
                  "independent, z = 4 to 6", "z = 6 to 8", "MZR scatter [dex]"], rows)


def sub_steps(s):
    rows = []
    for r in s["sub_steps"]:
        sfrd = [v for v, _ in r["sfrd"]]
        rows.append([r["label"], number(r["sub_steps"]), *(both(m, 3, False) for m in r["mass"]),
                     f"{number(min(sfrd), 3, True)} to {number(max(sfrd), 3, True)}",
                     *(number(v, 3, True) for v, _ in r["csmd"]), number(r["mzr_scatter"][0], 3, True)])
    bins = ["all"] + [f"10^{low} to 10^{high} Msun" if high < 13 else f"above 10^{low} Msun"
                      for low, high in MASS_BINS[1:]]
    return table(["accuracy, cap", "sub-steps", *(f"mean stellar mass, {b}" for b in bins),
                  f"SFRD, z = {SFRD_Z[0]:g} to {SFRD_Z[-1]:g} [dex]", *(f"CSMD, z = {z:g} [dex]" for z in CSMD_Z),
                  "MZR scatter [dex]"], rows)


def levels(s):
    rows = []
    for r in s["levels"]:
        other = next(o for o in s["levels"] if o["mode"] == r["mode"] and o["spacing_myr"] == 10)
        cells = [f"{r['spacing_myr']:g} Myr", r["mode"]]
        for key in ("sfrd", "sfrd_total", "csmd_total"):
            mean, scatter = r[key + "_mean"]
            cells.append(both((mean, scatter / math.sqrt(r["forests"]) if r["forests"] > 1 else math.nan), 3))
            if r is other:
                cells.append("")
                continue
            error = math.hypot(scatter, other[key + "_mean"][1]) / math.sqrt(r["forests"])
            cells.append(both((mean - other[key + "_mean"][0], error), 3))
        rows.append(cells)
    head = ["spacing", "mass in step"]
    for name in ("log10 SFRD, detectable", "log10 SFRD, all", "log10 stellar mass density, all"):
        head += [name, "change from 10 Myr [dex]"]
    return table(head, rows)


def thinned(s):
    return table(["mass in step", "spacing", "SFRD, detectable", "SFRD, all", "stellar mass density, all"],
                 [[r["mode"], f"{r['spacing_myr']:g} Myr", *(number(r[k], 3, True) for k in THINNED)]
                  for r in s["thinned"]])


TABLES = {"reference": reference, "main sequence": main_sequence, "sub-steps": sub_steps, "levels": levels,
          "thinned": thinned, "neighbours": neighbours, "smooth growth": smooth_growth, "enrichment": enrichment,
          "clumping": clumping}


def put_into(page, texts):
    text = page.read_text()
    for name, content in texts.items():
        pattern = re.compile(rf"(<!-- table {re.escape(name)} -->\n).*?(<!-- end of table -->)", re.S)
        if not pattern.search(text):
            print(f"validation_tables.py: {page} has no place for the table '{name}'", file=sys.stderr)
            return 1
        text = pattern.sub(lambda m, c=content: m[1] + c + "\n" + m[2], text)
    page.write_text(text)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--docs", type=pathlib.Path, metavar="PAGE")
    o = parser.parse_args()
    summary = summarise(o.folder)
    (o.folder / "summary.json").write_text(json.dumps(summary, indent=1))
    texts = {name: make(summary) for name, make in TABLES.items()}
    pages = "\n\n".join(f"## {name}\n\n{text}" for name, text in texts.items()) + "\n"
    (o.folder / "tables.md").write_text(pages)
    print(pages)
    print(f"{summary['cpu_s']:.0f} CPU seconds in all")
    return put_into(o.docs, texts) if o.docs else 0


if __name__ == "__main__":
    sys.exit(main())
