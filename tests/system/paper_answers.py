"""Every kind of verdict and every module of checks on made-up runs with known answers; see verify_paper_test.sh."""
import math
import pathlib
import sys

sys.path[:0] = ["tools", "tools/lib"]
from marked_tables import table
from model_runs import parameters_of
from paper_checks import pages, verdicts
from paper_checks.answers import CHECKS, Answer, NoValue
from paper_checks.check_likelihoods import sfrd_terms
from paper_checks.judge import counts_of, share_unmet, verdict_of
from paper_checks.worlds import Worlds
from paper_worlds import RELATIONS, WEIGHT, Z, histories, write_grid, write_run

FOLDER = pathlib.Path(sys.argv[1])
BOX = (8 / 0.6774) ** 3
statements = {s["id"]: s for s in verdicts.read_statements(pathlib.Path("docs/paper_statements.json"))["statements"]}
failures = []


def expect(what, found, wanted, tolerance=1e-6):
    if isinstance(wanted, float) and isinstance(found, float):
        same = abs(found - wanted) <= tolerance * max(1, abs(wanted))
    elif isinstance(wanted, list) and wanted and isinstance(wanted[0], float):
        near = [abs(a - b) <= tolerance * max(1, abs(b)) for a, b in zip(found, wanted)]
        same = len(found) == len(wanted) and all(near)
    else:
        same = found == wanted and type(found) is type(wanted)
    if not same:
        failures.append(f"{what}: {found!r}, expected {wanted!r}")


# --- the rules ---
def rule(kind, published, tolerance, ours, compare_in="linear"):
    statement = {"id": "X", "kind": kind, "published": published, "tolerance": tolerance, "compare_in": compare_in}
    return verdict_of(statement, Answer(ours))


for got, wanted in [
        (rule("value", 0.35, 0.02, 0.37), "met"), (rule("value", 0.35, 0.02, 0.371), "not met"),
        (rule("value", 10.0, 0.15, 14.0, "log10"), "met"), (rule("value", 10.0, 0.15, 14.2, "log10"), "not met"),
        (rule("value", 10.0, 0.15, 0.0, "log10"), "not met"), (rule("ratio", 2.0, 0.5, 1.5), "met"),
        (rule("ratio", 2.0, 0.5, 1.49), "not met"), (rule("range", [2.0, 3.0], 0.5, [1.5, 3.5]), "met"),
        (rule("range", [2.0, 3.0], 0.5, [1.4, 3.0]), "not met"), (rule("range", [None, 0.1], 0.05, -7.0), "met"),
        (rule("range", [None, 0.1], 0.05, 0.16), "not met"),
        (rule("range", [0.005, None], 0.15, 0.004, "log10"), "met"),
        (rule("ends", [3.0, 40.0], 0.15, [2.2, 55.0], "log10"), "met"),
        (rule("ends", [3.0, 40.0], 0.15, [2.29, 27.7], "log10"), "not met"),
        (rule("ends", [3.0, 40.0], 0.15, [10.0, 10.0], "log10"), "not met"),
        (rule("range", [3.0, 40.0], 0.15, [10.0, 10.0], "log10"), "met"),
        (rule("ordering", True, None, True), "met"), (rule("ordering", True, None, False), "not met"),
        (rule("ordering", False, None, False), "met")]:
    expect("a rule", got, wanted)
for kind, published, ours, error in (("ordering", True, 1.0, TypeError), ("ends", [1.0, 2.0], 1.5, TypeError),
                                     ("value", 1.0, True, TypeError),
                                     ("value", 1.0, math.nan, NoValue), ("value", 1.0, math.inf, NoValue),
                                     ("range", [1.0, 2.0], [1.5, math.nan], NoValue)):
    try:
        failures.append(f"{kind} {ours!r} was judged {rule(kind, published, 0.1, ours)}")
    except error:
        pass
counted = (("predicted", "met"), ("calibrated", "not met"), ("weak", "partly met"), ("input", "not met"),
           ("predicted", "not judged"), ("weak", "not run"))
rows = [{"group": g, "verdict": v} for g, v in counted]
expect("the share", share_unmet(rows), (2, 3))
expect("the share without weak ones", share_unmet(rows, ("predicted", "calibrated")), (1, 2))
expect("the counts", counts_of(rows)["input"]["not met"], 1)
expect("a table", table(("a", "b"), [(1, "x|y\nz")]), "| a | b |\n|---|---|\n| 1 | x\\|y z |")
page = "## Slopes\n\nText.\n\nStatements: `A`, `B`.\n\n## Others\n\nStatements: `C`.\n"
expect("explanations", pages.explained(page), {"A": "Slopes", "B": "Slopes", "C": "Others"})
some = [{"id": i, "verdict": v} for i, v in (("A", "not met"), ("D", "not met"), ("E", "met"), ("F", "partly met"))]
expect("no explanation", pages.unexplained(some, page), ["D", "F"])
without = sorted(i for i, s in statements.items() if i not in CHECKS and "missing" not in s)
expect("statements without a check", without, [])
expect("checks without a statement", sorted(set(CHECKS) - set(statements)), [])


# --- the checks ---
def bursts(z, columns):
    columns["sfr_10_msun_yr"] = columns["m_star_msun"] * 1e-7


def metal_poor(z, columns):
    """One mass, two galaxies, at every level."""
    chosen = (columns["m_star_msun"] > 10**7.94) & (columns["m_star_msun"] < 10**7.96)
    columns["oh_young"][chosen] = -1.8


def quenched(z, columns):
    """At the last level galaxies stand in another order, form a tenth and are richer."""
    if z == 4.5:
        for name in columns:
            columns[name] = columns[name][::-1]
        columns["sfr_10_msun_yr"] = columns["sfr_10_msun_yr"] / 10
        columns["oh_young"] = columns["oh_young"] + 0.1


def likelihood(name, alpha, m_out0, m_max):
    m = m_out0 / 1e9
    shape = -0.1 * math.log10(m_max / 250) ** 2
    if name == "csfh":  # two sigma below its maximum of 0.4 at best with alpha_out = 1
        return 0.4 - (4 if alpha == 1 else 1) / (2 * math.log(10)) + shape - 0.05 * abs(m - (2 if alpha == 0 else 4))
    if name == "mzsfr":
        return -0.1 - 0.02 * m * (3 if m > 3 else 1) + 10 * shape
    if name == "shmr":
        return -0.3 + 0.04 * m + shape
    return -0.08 - 0.2 * alpha - 0.1 * abs(m - 3) + shape


runs = {name: None for name in ("best_a05", "best_a0_resolved", "best_a05_resolved", "best_a1_resolved", "csfh_a05",
                                "csfh_a1", "csfh_a05_resolved", "csfh_a1_resolved")}
given = {name: write_run(FOLDER / name) for name in runs}
given["best_a0"] = write_run(FOLDER / "best_a0")
given["best_a1"] = write_run(FOLDER / "best_a1", {"fmr_z4_8_slope": 0.7, "sfms_z4_6_scatter_dex": 0.5},
                             {"mzsfr": 0.1, "csfh": -0.4})
given["old_radius"] = write_run(FOLDER / "old_radius", {"sfms_z4_6_scatter_dex": 0.15, "sfms_z6_8_scatter_dex": 0.17},
                                radius_kpc=2.0)
given["new_radius_same"] = write_run(FOLDER / "new_radius_same", {"fmr_z4_8_offset_dex": 0.1})
given["old_radius_weak_outflow"] = write_run(FOLDER / "weak", {"fmr_z4_8_offset_dex": 0.2})
given["hartwig2024_outflow"] = write_run(FOLDER / "hartwig", {"fmr_z4_8_offset_dex": -0.4})
given["clumping_1"] = write_run(FOLDER / "clumping_1", change=lambda z, c: c["oh_young"].__isub__(
    (c["m_star_msun"] < 10**7.5) * 0.3))
given["rapid_remnants"] = write_run(FOLDER / "rapid", likelihood={"all": -0.3})
given["best_a0_box8"] = given["evolving_outflow"] = given["best_a0"]
for name in ("paper_grid", "jwst_fmr_grid", "lower_metallicity_grid"):
    given[name] = write_grid(FOLDER / name, likelihood)
known_runs = verdicts.read_statements(pathlib.Path("docs/paper_statements.json"))["runs"]


def ours(name, changed=()):
    worlds = Worlds(known_runs, None, {**given, **dict(changed)})
    return CHECKS[name](worlds).ours


# straight from the definitions of the made-up runs; 1.045: 1e-6/8 x 8.36e6 cMpc^3 per square degree and unit z at z = 7
for name, wanted in {
        "SIZE-reduction-factor-4": 4.0, "SIZE-half-mass-over-virial": 0.025,
        "SIZE-scale-radius-over-half-mass": [10.0, 10.0], "SIZE-larger-radius-fewer-stars": False,
        "SIZE-larger-radius-quieter": True, "CYCLE-living-mass": 0.25, "CYCLE-recycling-minor": 0.05,
        "CYCLE-clumping-low-mass-only": True, "TAB1-fixed": True, "TAB1-grid": True, "IN-table2-sfrd": True,
        "IN-eq13-sfrd-fit": True, "IN-eq14-csmd": True, "IN-detectable-cut": True, "IN-eq15-fmr": True,
        "IN-eq16-mzr": True, "IN-eq3-shmr": False, "OH-traces-metals": 0.05, "OH-traces-metals-limit": 0.05,
        "STARS-explodability-negligible": -0.2, "FMR-MZR-consistent": -0.08, "FMR-slope-z4-8": 0.36,
        "FMR-normalisation-z4-8": -3.7 + 8.3 * 0.36, "FMR-slope-grows-with-alpha": False,
        "FMR-scatter-grows-with-z": True, "FMR-breaks-beyond-z8": True, "MZR-flattens-below-1e8": True,
        "MZR-scatter-grows-below-1e8": True, "MZR-others-lower-z7-10": 0.0, "EMPG-exist": False,
        "PLANE-agrees-with-observed": -2.8 + 8.3 * 0.29 - 0.28, "PLANE-stronger-mass": True,
        "PLANE-weaker-redshift": True, "MASS-lower-z7-10": 0.5, "SHMR-eta-high": 10**-1.25 / 0.15733,
        "SHMR-above-tacchella": True, "SMALLEST-galaxies": False, "CSFH-massive-halos-dominate": True,
        "SFRD-within-1sigma-z6-13": 0.1 / 0.06, "SFRD-z5-factor-2-low": 10**0.3, "SFRD-z16-not-reproduced": True,
        "FAINT-share-z12": 0.9, "FAINT-share-z5-7": [0.2, 0.4], "FAINT-share-grows-with-z": True,
        "B-faint-share-falls-with-alpha": False, "B-faint-share-a05": 0.5, "CSMD-within-1sigma-z10": 0.772 / 0.5,
        "CSMD-low-mass-dominate-z10": True,
        "CSMD-breaks-beyond-z10": True, "COUNT-detectable-3-40": [BOX * 10**-2.55, BOX * 0.01],
        "METALPOOR-sfrd-z4.5-8": [0.6 * 10**-1.35, 0.06],
        "METALPOOR-slow-decrease": False, "METALPOOR-dominates-z8": True, "METALPOOR-faint": True,
        "METALPOOR-exceeds-observed": True, "H24-outflow-too-strong-metals": True,
        "H24-outflow-too-strong-stars": False, "OLD-sfrd-z7": 0.3 / 0.124, "OLD-weak-outflow-metals": True,
        "OLD-weak-outflow-too-many-stars": False, "B-csfh-worse": False, "B-sfrd-z5-a05": -0.3,
        "B-evolving-outflow-sfrd": -0.3, "FMR-evolving-outflow": 0.36,
        "B-csmd-too-steep-a05": False, "PISN-peak-rate-a0": 1.045, "PISN-peak-redshift-a0": 7.0,
        "PISN-popII-significant": True, "PISN-mmax100-popIII-only": True, "PISN-mmax-contrast": 1.0,
        "SFMS-scatter-old-z4-6": 0.15, "SFMS-scatter-factor-2": ((4 * 0.31 + 0.5 + 0.32) / 6) / 0.16,
        "SFMS-new-below-observed": False, "SFMS-quenched-massive-a0": False, "STARBURST-none-old": True,
        "STARBURST-some-new": False, "QUENCHING-tracks": False, "BEST-alpha": True, "BEST-a0-mout0": 3e9,
        "BEST-a1-mmax": 250.0, "BEST-a05-logL": -0.18, "BEST-order-alpha": True,
        "LEVEL-1sigma": 0.4 - 1 / (2 * math.log(10)), "PREF-a0-csfh-mout0": 2e9, "PREF-a05-csfh-mout0-higher": True,
        "MZSFR-a0-mmax-200-300": [250.0, 250.0], "MZSFR-a0-small-mout0": True, "MZSFR-a0-trend-weak-below-3e9": True,
        "CSFH-alpha1-two-sigma": 2.0, "CSFH-degenerate": True, "SHMR-a0-large-mout0": True, "SHMR-prefers-mout0": 5e9,
        "SHMR-against-CSFH": False, "ABS-mmax-200-required": True, "ABS-alpha0-favoured-z6": True,
        "JWST-FMR-same-conclusions": True, "LOWER-metallicities-mmax": 250.0}.items():
    expect(name, ours(name), wanted, 0.02 if name in ("PISN-peak-rate-a0", "MASS-lower-z7-10") else 1e-3)


def sfrd_at_10_5(**rules):
    """log10 L of the observed SFRD at z = 10.5 beside a model that is the observed fit at its levels."""
    scan = Worlds(known_runs, None, {"paper_grid": given["paper_grid"]}).grid("paper_grid").scan
    scan.base["observe"].update(rules)
    return dict(sfrd_terms(scan, 0))[10.5]


def gaussian(residual, sigma):
    return math.log10(math.exp(-0.5 * (residual / sigma) ** 2) / math.sqrt(2 * math.pi) / sigma)


# -2.8, 0.2 down and 0.13 up; the fit, -0.231 z - 0.439, is below it; its levels are at z = 10 and 11
fit, mean_of_levels = -0.231 * 10.5 - 0.439, math.log10((10**-2.749 + 10**-2.98) / 2)
expect("a term of the SFRD", sfrd_at_10_5(), gaussian(-2.8 - fit, 0.165))
expect("with the error that faces the model", sfrd_at_10_5(sfrd_sigma="facing"), gaussian(-2.8 - fit, 0.2))
expect("interpolated as it is", sfrd_at_10_5(sfrd_interpolation="linear"), gaussian(-2.8 - mean_of_levels, 0.165))
burst = write_run(FOLDER / "bursts", change=bursts)
expect("bursts", ours("STARBURST-some-new", {"best_a0": burst}), True)
expect("bursts with the old radius", ours("STARBURST-none-old", {"old_radius": burst}), False)
poor = write_run(FOLDER / "poor", change=metal_poor)
expect("extremely metal-poor galaxies", ours("EMPG-exist", {"best_a0": poor}), True)
found = CHECKS["EMPG-exist"](Worlds(known_runs, None, {"best_a0": poor})).note
expect("their number", found, f"{2 * 8 * WEIGHT * BOX:.1f} records")  # two at each of eight levels with z <= 10
quiet = write_run(FOLDER / "quenched", change=quenched, history={"age_myr": [100.0 + 50 * i for i in range(12)]})
found = CHECKS["QUENCHING-tracks"](Worlds(known_runs, None, {"best_a0": quiet}))
expect("quenched galaxies", (found.ours, found.note), (True, f"{90 * WEIGHT * BOX:.1f} records"))  # from 10^7.7 Msun on
wrong = write_run(FOLDER / "wrong", {"fmr_z4_8_slope": 0.5})
row = verdicts.row_of(statements["FMR-slope-z4-8"], Worlds(known_runs, None, {"best_a0": wrong}))
expect("a wrong slope", (row["ours"], row["verdict"]), (0.5, "not met"))
lost = verdicts.row_of(statements["FMR-slope-z4-8"],
                       Worlds(known_runs, None, {"best_a0": write_run(FOLDER / "lost", {"fmr_z4_8_slope": None})}))
expect("a slope that is not there", (lost["ours"], lost["verdict"]), (None, "not judged"))

# --- values that do not exist: not judged, with the reason ---
def nothing(names):
    """Histories of NaN."""
    return {name: [math.nan] * Z.size for name in names if name not in ("z", "age_myr", "step_myr")}


def judged_with(run, grid):
    worlds = Worlds(known_runs, None, {name: grid if name.endswith("grid") else run for name in known_runs
                                       if name != "stars"})
    rows = [verdicts.row_of(s, worlds) for s in statements.values() if "stars_verdict" not in s and "missing" not in s
            and s["id"] != "STARS-energy-grows-to-250"]
    for row in rows:
        if row["verdict"] == "not judged" and not row["note"]:
            failures.append(f"{row['id']}: not judged without a reason")
    return {row["id"] for row in rows if row["verdict"] != "not judged"}


# What is taken over from the paper, and what is asked of masses, radii and numbers of galaxies, which are all there.
OF_OTHER_THINGS = {
    "TAB1-fixed", "TAB1-grid", "IN-table2-sfrd", "IN-eq13-sfrd-fit", "IN-eq13-describes-jwst", "IN-eq14-csmd",
    "IN-detectable-cut", "IN-kappa-uv", "IN-eq15-fmr", "IN-eq16-mzr", "SIZE-reduction-factor-4",
    "SIZE-half-mass-over-virial", "SIZE-scale-radius-over-half-mass", "CYCLE-living-mass", "CYCLE-recycling-minor",
    "OH-traces-metals", "OH-traces-metals-limit", "CSFH-massive-halos-dominate", "EMPG-exist", "EMPG-exist-z6-8",
    "MASS-median-z4-7", "MASS-lower-z7-10", "PISN-mmax100-popIII-only", "SMALLEST-galaxies", "STARBURST-none-old",
    "STARBURST-some-new", "QUENCHING-tracks", "SFMS-quenched-massive-a0"}
empty = write_run(FOLDER / "empty", dict.fromkeys(RELATIONS, math.nan),
                  dict.fromkeys(("all", "csfh", "mzsfr", "shmr"), math.nan), nothing(histories()),
                  change=lambda z, c: c["oh_young"].fill(math.nan), simulated=math.nan)
expect("judged from numbers that do not exist",
       sorted(judged_with(empty, write_grid(FOLDER / "empty_grid", lambda *point: math.nan)) ^ OF_OTHER_THINGS), [])
starless = write_run(FOLDER / "starless", history={name: [0.0] * Z.size for name in nothing(histories())})
for name in ("SIZE-larger-radius-fewer-stars", "FAINT-share-grows-with-z", "FAINT-share-z12", "METALPOOR-slow-decrease",
             "METALPOOR-dominates-z8", "METALPOOR-faint", "CSMD-low-mass-dominate-z10"):
    everywhere = dict.fromkeys(statements[name]["needs"], starless)
    row = verdicts.row_of(statements[name], Worlds(known_runs, None, everywhere))
    expect(f"{name} without stars", (row["verdict"], row["note"][:5] != ""), ("not judged", True))
repeated = Worlds(known_runs, None, {"best_a0": wrong})
repeated.is_repeated = lambda name: True  # as if the runs had been made here
noise = verdicts.row_of(statements["FMR-slope-z4-8"], repeated,
                        [Worlds(known_runs, None, {"best_a0": run}) for run in (empty, wrong)])
expect("one of three forests without a value", (noise["same_verdict"], noise["error"]), ([2, 3], 0.0))
left_out = verdicts.row_of(statements["BEST-alpha"], Worlds(known_runs, None, {}, skip=["paper_grid"]))
expect("a run that was left out", left_out["verdict"], "not run")
open_run = Worlds(known_runs, None, given)
expect("the place that the grid fills", open_run.command("csfh_a05_resolved")[1][:3],
       ["feedback.alpha_out=0.5", "stars.imf2_max_msun=100", "feedback.m_out0_msun=4e+09"])
box = Worlds(known_runs, None, given, setup="box")
expect("the trees of another set-up", box.task("best_a1")[:2], ("box_best_a1-0", "params/paper_box.json"))
expect("a second forest", open_run.again(1).task("best_a1")[2][-1], "random.realisation=1")
(FOLDER / "one.json").write_text('{"a": 1 // why\n, "b": "http://x"}')
(FOLDER / "two.json").write_text('// what\n{"b": "http://x",\n"a": 1}')
expect("a file with other comments", parameters_of(FOLDER / "one.json"), parameters_of(FOLDER / "two.json"))
expect("which is read", parameters_of(FOLDER / "one.json"), '{"a": 1, "b": "http://x"}')
write_grid(FOLDER / "no_grid", likelihood, axes=("feedback.alpha_out", "feedback.m_out0_msun", "stars.wind_scale"))
print("\n".join(failures))
sys.exit(bool(failures))
