#!/usr/bin/env python3
"""What Liu et al. (2025), section 2.4 and figures 2 and 3, say about their stars, and what our tables give.

verify_stars.py STANDARD.h5 OLDER.h5 [--markdown FILE] [--json FILE]

Both files come from `cecropia tables build --out` (stars.tables = standard and hartwig2022). Every value in the column
"ours" is computed from the files, every verdict from the values; tools/verify_stars does all of it with one command.
"""
import argparse
import json
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py")
need(*NEEDS)

import numpy as np

from marked_tables import table, with_table
from plot_data import Trouble, main_of, read_table, write_whole
from stars_data import Kroupa, open_tables

HOUSE = pathlib.Path(__file__).resolve().parent.parent
FIGURE_Z = (1e-11, 1e-6, 1e-4, 1e-3, 4e-3, 8e-3, 1.4e-2)  # the seven metallicities of figures 2 and 3
M_MAX = np.arange(100.0, 601.0, 10.0)
ABOUT = 0.1  # numbers printed with "~" are ranges that may be missed by this fraction of their ends
MET, PARTLY, MISSED, UNKNOWN = "met", "partly", "not met", "cannot be checked"
BUILT_IN = "met (by construction)"  # what our tables were given, not what they found


def label(z):
    return f"{z:g}"


def present(tables, wanted):
    """The metallicities of the tables that stand for the wanted ones: within 0.1 dex."""
    found = []
    for z in wanted:
        nearest = float(tables.z[tables.at(z)])
        if abs(np.log10(nearest / z)) <= 0.1 and nearest not in found:
            found.append(nearest)
    return found


def span(values, form="{:.3g}"):
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    if not len(values):
        return "none"
    low, high = np.min(values), np.max(values)
    return form.format(low) if form.format(low) == form.format(high) else form.format(low) + " to " + form.format(high)


def verdict_of(holds):
    """holds: truth by metallicity. Met everywhere, somewhere, nowhere."""
    if not holds:
        return UNKNOWN
    good = [z for z, yes in holds.items() if yes]
    if len(good) == len(holds):
        return MET
    if not good:
        return MISSED
    return f"{PARTLY}: Z = " + ", ".join(map(label, good))


def about(value, low, high):
    return low * (1 - ABOUT) <= value <= high * (1 + ABOUT)


class Checks:
    def __init__(self, standard, older):
        self.new, self.old = standard, older
        self.rows = []
        self.imfs = [Kroupa(m) for m in M_MAX]
        self.yield_of, self.energy_of, self.wind_of = {}, {}, {}
        for z in standard.z:
            row = standard.at(z)
            self.yield_of[z] = np.array([i.average(standard, standard.metals[row]) for i in self.imfs])
            self.energy_of[z] = np.array([i.average(standard, standard.energy[row]) for i in self.imfs])
            self.wind_of[z] = np.array([i.average(standard, standard.wind_metals[row]) for i in self.imfs])
        row = older.at(1e-3)
        self.old_yield = Kroupa(100.0).average(older, older.metals[row])
        self.old_energy = np.array([i.average(older, older.energy[row]) for i in self.imfs])

    def z_of_figures(self):
        return present(self.new, FIGURE_Z)

    def add(self, where, statement, ours, verdict, tolerance=""):
        self.rows.append({"where": where, "statement": statement, "ours": ours, "tolerance": tolerance,
                          "verdict": verdict})

    def run(self):
        for check in (self.grid, self.fates, self.energies, self.fallback, self.electron_capture, self.pulsations,
                      self.complex_in_z, self.winds_shift, self.enough_metals, self.energy_there, self.peak,
                      self.factor_over_old, self.energy_over_old, self.wind_share, self.steeper, self.old_lives,
                      self.explodability):
            check()
        return self.rows

    def grid(self):
        new = self.new
        ok = len(new.z) == 13 and new.z[0] == 1e-11 and new.z[-1] == 0.03 and new.m[0] == 2 and new.m[-1] == 600
        self.add("2.4", "13 metallicities, Z ~ 1e-11 to 0.03; 2 to 600 Msun",
                 f"{len(new.z)}, Z = {new.z[0]:g} to {new.z[-1]:g}; {new.m[0]:g} to {new.m[-1]:g} Msun",
                 BUILT_IN if ok else MISSED)

    def fates(self):
        massive = self.new.fate[:, self.new.m > 5]
        found = sorted(set(massive.ravel()))
        self.add("2.4", "stars above 5 Msun end as WD, ECSN, CCSN, FSN, PPISN, PISN or DBH", ", ".join(found),
                 BUILT_IN if found == sorted(["WD", "ECSN", "CCSN", "FSN", "PPISN", "PISN", "DBH"]) else MISSED)

    def energies(self):
        wanted = {"ECSN": 1e51, "CCSN": 1e51, "PPISN": 3.3e51, "PISN": 3.3e52, "WD": 0, "FSN": 0, "DBH": 0}
        found = {fate: sorted(set(self.new.energy[self.new.fate == fate])) for fate in wanted}
        ok = all(len(v) == 1 and abs(v[0] - wanted[f]) <= 1e-9 * wanted[f] for f, v in found.items())
        self.add("2.4", "e_SN = 1e51 (ECSN, CCSN), 3.3e51 (PPISN), 3.3e52 erg (PISN), else nothing",
                 "; ".join(f"{f} {span(v)}" for f, v in found.items() if len(v)), BUILT_IN if ok else MISSED)

    def fallback(self):
        holds, low, high, peaks = {}, [], [], []
        for z in self.z_of_figures():
            row = self.new.at(z)
            sn, m = self.new.sn_metals[row], self.new.m
            core = (m >= 10) & (m <= 70)
            peak = m[core][np.argmax(sn[core])]
            # where less than half of the largest core-collapse yield leaves, from the peak to the next kind of death
            first_later = self.new.range_of(row, "PPISN", "PISN", "DBH")
            end = first_later[0] if first_later else 70.0
            poor = (m > peak) & (m < end) & (sn < 0.5 * sn[core].max())
            low.append(m[poor][0] if poor.any() else np.nan)
            high.append(m[poor][-1] if poor.any() else np.nan)
            peaks.append(peak)
            holds[z] = bool(poor.any() and about(low[-1], 20, 30) and high[-1] >= 55)
        self.add("2.4, fig. 2", "yields of core collapse significantly reduced by fallback at ~20-70 Msun",
                 f"largest at {span(peaks)} Msun; below half of it from {span(low)} to {span(high)} Msun",
                 verdict_of(holds),
                 "begins at 20-30, ends above 55 Msun")
        old = self.old
        barren = old.range_of(old.at(1e-3), "FSN")
        self.add("2.4, fig. 2", "the same at ~40-100 Msun in the old model (Kobayashi et al. 2006)",
                 f"no yields from {barren[0]:.3g} to {barren[1]:.3g} Msun",
                 BUILT_IN if about(barren[0], 40, 40) and barren[1] >= 90 else MISSED, "10 %")

    def electron_capture(self):
        ranges = {z: self.new.range_of(self.new.at(z), "ECSN") for z in self.z_of_figures()}
        there = [r for r in ranges.values() if r]
        verdict = verdict_of({z: bool(r and about(r[0], 8, 8) and about(r[1], 10, 10) and "ECSN" not in self.old.fate)
                              for z, r in ranges.items()})
        self.add("2.4", "electron-capture supernovae at ~8-10 Msun, absent in the old model",
                 (f"{span([r[0] for r in there])} to {span([r[1] for r in there])} Msun" if there else "none")
                 + "; old: " + ("none" if "ECSN" not in self.old.fate else "some"),
                 BUILT_IN if verdict == MET else verdict, "10 %")

    def pulsations(self):
        ranges = {z: self.new.range_of(self.new.at(z), "PPISN") for z in self.z_of_figures()}
        holds = {z: bool(r and about(r[0], 70, 70) and about(r[1], 120, 120)) for z, r in ranges.items()}
        self.add("2.4", "pulsational pair-instability supernovae at ~70-120 Msun, absent in the old model",
                 "; ".join(f"{label(z)}: {r[0]:.0f}-{r[1]:.0f}" for z, r in ranges.items() if r), verdict_of(holds),
                 "10 %")

    def complex_in_z(self):
        poor = [z for z in self.new.z if z <= 0.004]
        directions = {}
        for m_max in (150.0, 200.0, 300.0):
            i = int(np.argmin(np.abs(M_MAX - m_max)))
            directions[m_max] = set(np.sign(np.diff([self.yield_of[z][i] for z in poor])))
        star = int(np.argmin(np.abs(self.new.m - 130)))
        spread = [self.new.metals[self.new.at(z)][star] for z in poor]
        turning = [m for m, d in directions.items() if len(d) > 1]
        ours = (f"averages up to {', '.join(f'{m:.0f}' for m in turning)} Msun turn with Z" if turning else
                "averages rise steadily with Z" if all(d <= {1.0} for d in directions.values()) else
                "averages fall steadily with Z") + f"; a star of {self.new.m[star]:.0f} Msun yields {span(spread)} Msun"
        self.add("2.4, fig. 2", "variations with Z are complex and non-monotonic at Z <= 0.004",
                 ours if len(poor) > 2 else f"{len(poor)} metallicities there",
                 UNKNOWN if len(poor) < 3 else MET if turning else MISSED)

    def winds_shift(self):
        starts = {z: self.new.range_of(self.new.at(z), "PPISN") for z in self.new.z if 0.004 <= z <= 0.014}
        lows = [r[0] for r in starts.values() if r]
        self.add("2.4, fig. 2", "winds of more metal-rich stars shift the curves to larger masses",
                 "PPISN begin at " + (", ".join(f"{r[0]:.0f} (Z = {label(z)})" for z, r in starts.items() if r) or "no")
                 + " Msun",
                 UNKNOWN if len(lows) < 2 else MET if lows == sorted(lows) and lows[-1] > lows[0] else MISSED)

    def enough_metals(self):
        there = M_MAX >= 200
        best = {z: float(self.yield_of[z][there].max()) for z in self.z_of_figures()}
        at200 = {z: float(self.yield_of[z][M_MAX == 200][0]) for z in self.z_of_figures()}
        self.add("6.2, fig. 3", "M_Z ~ 0.03-0.04 for m_max >~ 200 Msun",
                 "largest " + "; ".join(f"{label(z)}: {v:.4f} (at 200: {at200[z]:.4f})" for z, v in best.items()),
                 verdict_of({z: 0.03 <= v <= 0.04 for z, v in best.items()}), "none")

    def energy_there(self):
        there = M_MAX >= 200
        ranges = {z: (float(self.energy_of[z][there].min()), float(self.energy_of[z][there].max()))
                  for z in self.z_of_figures()}
        self.add("6.2, fig. 3", "E_SN ~ 1.2-1.6e49 erg/Msun there",
                 "; ".join(f"{label(z)}: {a / 1e49:.2f}-{b / 1e49:.2f}e49" for z, (a, b) in ranges.items()),
                 verdict_of({z: about(a, 1.2e49, 1.6e49) and about(b, 1.2e49, 1.6e49) for z, (a, b) in ranges.items()}),
                 "10 %")

    def peak(self):
        peaks = {z: float(M_MAX[np.argmax(self.yield_of[z])]) for z in self.z_of_figures()}
        self.add("fig. 3", "M_Z(m_max) peaks at m_max ~ 200-300 Msun",
                 "; ".join(f"{label(z)}: {v:.0f}" for z, v in peaks.items()) + " Msun",
                 verdict_of({z: about(v, 200, 300) for z, v in peaks.items()}), "10 %")

    def factor_over_old(self):
        best = max((float(self.yield_of[z].max()) for z in self.z_of_figures()), default=np.nan)
        ratio = best / self.old_yield
        row = self.old.at(1e-3)
        carbon_oxygen = Kroupa(100.0).average(self.old, self.old.element("C")[row] + self.old.element("O")[row])
        self.add("2.4, fig. 3", "metal yield up to ~2.7 times that of the old model with m_max = 100 Msun",
                 f"up to {ratio:.2f} times {self.old_yield:.4f} (up to {best / carbon_oxygen:.2f} times, if only C and "
                 f"O of the old model are counted: {carbon_oxygen:.4f})", MET if about(ratio, 2.7, 2.7) else MISSED,
                 "10 %")

    def energy_over_old(self):
        nodes = np.isin(M_MAX, (100, 200, 300))
        excess = {z: self.energy_of[z][nodes] / self.old_energy[nodes] - 1 for z in self.z_of_figures()}
        whole = {z: self.energy_of[z] / self.old_energy - 1 for z in self.z_of_figures()}
        self.add("2.4, fig. 3", "supernova energy generally higher by ~20-80 % than in the old model",
                 "at 100, 200, 300 Msun " + "; ".join(
                     f"{label(z)}: {', '.join(f'{100 * x:+.0f}' for x in v)} %" for z, v in excess.items())
                 + f"; over all m_max {span([100 * v.min() for v in whole.values()], '{:+.0f}')} % at least, "
                 + f"{span([100 * v.max() for v in whole.values()], '{:+.0f}')} % at most",
                 verdict_of({z: bool(np.all((v >= 0.1) & (v <= 0.9))) for z, v in excess.items()}),
                 "10 % of the old energy")

    def wind_share(self):
        share = {z: self.wind_of[z] / self.yield_of[z] for z in self.new.z if 0.004 <= z <= 0.014}
        low = min((v.min() for v in share.values()), default=np.nan)
        high = max((v.max() for v in share.values()), default=np.nan)
        holds = {float(z): bool(v.min() >= 0.05 * (1 - ABOUT) and v.max() <= 0.35 * (1 + ABOUT))
                 for z, v in share.items()}
        self.add("2.4, fig. 3", "winds make ~5-35 % of the metals for Z ~ 0.004-0.014",
                 ("no metallicity there" if not share else f"{100 * low:.1f} to {100 * high:.0f} %: ")
                 + "; ".join(f"{label(z)}: {100 * v.min():.0f}-{100 * v.max():.0f} %" for z, v in share.items()),
                 verdict_of(holds), "10 %, at all m_max")

    def steeper(self):
        for m_max, slope in ((120.0, 1.5), (150.0, 2.0)):
            imf = Kroupa(m_max, slope)
            rows = {z: self.new.at(z) for z in self.z_of_figures()}
            metals = {z: float(imf.average(self.new, self.new.metals[r])) for z, r in rows.items()}
            energy = {z: float(imf.average(self.new, self.new.energy[r])) for z, r in rows.items()}
            self.add("6.2", f"m_max = {m_max:.0f} and slope ~{slope:g} give M_Z ~ 0.03-0.04 with E_SN ~ 2-3e49 "
                     "erg/Msun",
                     "; ".join(f"{label(z)}: {metals[z]:.3f}, {energy[z] / 1e49:.2f}e49" for z in rows),
                     verdict_of({z: about(metals[z], 0.03, 0.04) and about(energy[z], 2e49, 3e49) for z in rows}),
                     "10 %")

    def old_lives(self):
        m = self.old.m
        use = (m >= 8) & (m <= 120)
        texts, ok = [], {}
        for z_old in (1e-11, 1e-3):
            if not present(self.new, [z_old]):
                continue
            z_new = present(self.new, [z_old])[0]
            o, n = self.old.at(z_old), self.new.at(z_new)
            t = np.exp(np.interp(np.log(m[use]), np.log(self.new.m), np.log(self.new.lifetime[n])))
            q = np.interp(np.log(m[use]), np.log(self.new.m), self.new.log_q[n])
            ratio, dex = t / self.old.lifetime[o][use], q - self.old.log_q[o][use]
            texts.append(f"Z = {label(z_new)}: lifetimes {span(ratio, '{:.2f}')} times, rates "
                         f"{span(dex, '{:+.2f}')} dex (median {np.median(ratio):.2f}, {np.median(dex):+.2f})")
            ok[z_new] = bool(abs(np.log10(np.median(ratio))) < 0.1 and abs(np.median(dex)) < 0.15)
        self.add("2.4", "ionising rates and lifetimes are similar to the old ones in most cases", "; ".join(texts)
                 + (", 8-120 Msun" if texts else "no metallicity of the old model"), verdict_of(ok),
                 "medians within 0.1 dex (lifetime), 0.15 dex (rate)")

    def explodability(self):
        self.add("2.4", "a larger range of direct collapse than Costa et al. (2025) have at Z >~ 0.005",
                 "their fates are not at hand", UNKNOWN)


def check_schaerer(tables):
    """Ours over Schaerer (2002), table 4, at Z = 0: lifetimes and logarithms of the rates."""
    row = tables.at(1e-11)
    data = [r for r in read_table(HOUSE / "tools/data/schaerer2002_table4.csv") if r["m_msun"] <= tables.m[-1]]
    x = np.log(tables.m)
    found = []
    for r in data:
        at = lambda values: float(np.interp(np.log(r["m_msun"]), x, values))
        found.append((r["m_msun"], np.exp(at(np.log(tables.lifetime[row]))) * 1e6 / r["lifetime_yr"],
                      at(tables.log_q[row]) - np.log10(r["q_h_per_s"]),
                      at(tables.log_q_lw[row]) - np.log10(r["q_above_11_2_ev_per_s"] - r["q_h_per_s"])))
    return found


def as_text(rows):
    lines = []
    for n, r in enumerate(rows, 1):
        lines.append(f"{n:2d}. [{r['where']}] {r['statement']}")
        lines.append(f"      ours:    {r['ours']}")
        tolerance = f"   (tolerance: {r['tolerance']})" if r["tolerance"] else ""
        lines.append(f"      verdict: {r['verdict'].upper()}{tolerance}")
    return "\n".join(lines)


def as_markdown(rows):
    text = table(("#", "where", "Liu et al. (2025)", "our tables", "tolerance", "verdict"),
                 [(n, r["where"], r["statement"], r["ours"], r["tolerance"] or "-", r["verdict"])
                  for n, r in enumerate(rows, 1)])
    return text.replace(">~", "≳").replace("~ ", "~").replace("~", "≈ ") + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("standard", type=pathlib.Path)
    parser.add_argument("older", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path, help="put the table between the marks in this page")
    parser.add_argument("--json", type=pathlib.Path, help="write the table here")
    options = parser.parse_args()
    standard, older = open_tables(options.standard), open_tables(options.older)
    rows = Checks(standard, older).run()
    print(as_text(rows))
    if not present(standard, [1e-11]):
        print("\nNo metal-free stars to compare with Schaerer (2002)")
    else:
        print("\nMetal-free stars over Schaerer (2002), table 4: lifetime ratio, ionising and Lyman-Werner rates [dex]")
        for m, t, q, lw in check_schaerer(standard):
            print(f"  {m:5.0f} Msun  {t:5.2f}  {q:+.2f}  {lw:+.2f}")
    kinds = (BUILT_IN, MET, PARTLY, MISSED, UNKNOWN)
    count = {name: sum(r["verdict"].startswith(name) for r in rows) for name in kinds}
    count[MET] -= count[BUILT_IN]
    print("\n" + ", ".join(f"{n} {name}" for name, n in count.items()))
    if options.json:
        write_whole(options.json, json.dumps(rows, indent=1) + "\n")
    if options.markdown:
        try:
            options.markdown.write_text(with_table(options.markdown.read_text(), "verdicts", as_markdown(rows)))
        except LookupError as error:
            raise Trouble(f"{options.markdown} has {error}") from error


if __name__ == "__main__":
    main_of(main)
