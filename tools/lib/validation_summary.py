"""What the runs of tools/validate say: summaries over forests, differences between variants on equal trees."""
import json
import math
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from plot_data import Run, read_table  # noqa: E402  tools/ is not a package
from validation_plan import STANDARD  # noqa: E402

HOUSE = pathlib.Path(__file__).resolve().parent.parent.parent
CSMD_Z = (6.0, 7.0, 8.0)
SFRD_Z = (5.0, 6.0, 7.0, 8.0, 9.0)
# log10 M_h at which the efficiency is quoted
ETA_M = (10.1, 10.6, 11.1, 11.4)


def csmd_fit(z):
    fit = {row["parameter"]: row["value"] for row in read_table(HOUSE / "params/observations/liu2025_eq14_csmd.csv")}
    return fit["a0"] + fit["a1"] * z + fit["a2"] * z * z


class Record:
    """One run, asked by name."""

    def __init__(self, folder):
        self.run = Run(folder)
        self.json = self.run.json
        self.history = self.run.at

    def likelihood(self, name):
        return self.run.likelihood[name]

    def relation(self, name):
        return self.run.relations.get(name, math.nan)

    def sfrd_point(self, z, reference):
        for p in self.json["comparison"]["sfrd"]:
            if p["z"] == z and p["reference"].startswith(reference):
                return p["log10_simulated"] - p["log10_observed"]
        raise KeyError(f"no observation of the SFRD at z = {z} by {reference}")

    def log10_eta(self, log10_m):
        """The efficiency between the centres of its bins of halo mass."""
        centres, values = [], []
        for name, value in self.run.relations.items():
            if name.startswith("log10_eta_halo_") and np.isfinite(value):
                low, high = (float(x) for x in name.removeprefix("log10_eta_halo_").split("_"))
                centres.append(0.5 * (low + high))
                values.append(value)
        return float(np.interp(log10_m, centres, values, left=math.nan, right=math.nan))

    def galaxies(self, z):
        """halo_id, m_vir_msun, m_star_msun, weight_per_cmpc3 of the catalogue nearest to z, sorted by halo."""
        table = self.run.level(z, ("halo_id", "m_vir_msun", "m_star_msun", "weight_per_cmpc3"))
        return list(table.where(np.argsort(table["halo_id"])).values())

    def gas(self, z):
        """Halos of the catalogue nearest to z: stellar mass, log10 of the metal mass fraction of hot and cold gas (NaN
        without gas or metals), abundance, and whether they lie in a bubble."""
        g = self.run.level(z, ("halo_id", "metals_gas_msun", "m_hot_msun", "m_cold_msun", "m_star_msun",
                               "weight_per_cmpc3", "z_igm"))
        with np.errstate(divide="ignore", invalid="ignore"):
            log10_z = np.log10(g["metals_gas_msun"][:, 0] / (g["m_hot_msun"] + g["m_cold_msun"]))
        log10_z[~np.isfinite(log10_z)] = np.nan
        return {"halo_id": g["halo_id"], "m_star": g["m_star_msun"], "log10_z": log10_z,
                "weight": g["weight_per_cmpc3"], "enriched": g["z_igm"] > 0}


def mean_and_scatter(values):
    """Mean and standard deviation between forests, of the finite ones."""
    values = np.array([v for v in values if np.isfinite(v)])
    if values.size == 0:
        return math.nan, math.nan
    return float(values.mean()), float(values.std(ddof=1)) if values.size > 1 else math.nan


SFRD_POINTS = ((4.9, "Bouwens"), (5.9, "Bouwens"), (6.8, "Bouwens"), (7.9, "Bouwens"), (9.0, "Donnan"),
               (9.0, "Harikane"))
COUNT_Z = (10, 8, 6, 4.5)


def quantities():
    """{key: (label, function of a record)} in the order of the tables"""
    known = {"all": ("log10 L_all", lambda r: r.likelihood("all"))}
    for name in ("sfrd", "csmd", "shmr", "fmr", "mzr", "mzsfr"):
        known[name] = (f"log10 L_{name.upper()}", lambda r, n=name: r.likelihood(n))
    for z, author in SFRD_POINTS:
        known[f"sfrd {z:g} {author}"] = (f"SFRD, simulated - observed, z = {z:g} ({author}) [dex]",
                                         lambda r, z=z, a=author: r.sfrd_point(z, a))
    for z in CSMD_Z:
        known[f"csmd {z:g}"] = (f"CSMD, simulated - fit, z = {z:g} [dex]",
                                lambda r, z=z: r.history("csmd_detectable_msun_cmpc3", z) - csmd_fit(z))
    for key, label in (("mzr_z4_10_slope", "MZR slope, z = 4 to 10"), ("mzr_z4_10_scatter_dex", "MZR scatter [dex]"),
                       ("fmr_z4_8_slope", "FMR slope, z = 4 to 8"), ("fmr_z4_8_scatter_dex", "FMR scatter [dex]"),
                       ("fmr_z4_6_scatter_dex", "FMR scatter, z = 4 to 6 [dex]"),
                       ("fmr_z6_8_scatter_dex", "FMR scatter, z = 6 to 8 [dex]"),
                       ("fmr_z8_10_scatter_dex", "FMR scatter, z = 8 to 10 [dex]"),
                       ("fmr_z8_10_offset_dex", "FMR offset, z = 8 to 10 [dex]"),
                       ("shmr_z4_8_slope", "SHMR slope, z = 4 to 8"), ("shmr_z4_8_scatter_dex", "SHMR scatter [dex]"),
                       ("sfms_z4_6_scatter_dex", "SFMS scatter, z = 4 to 6 [dex]"),
                       ("sfms_z6_8_scatter_dex", "SFMS scatter, z = 6 to 8 [dex]")):
        known[key] = (label, lambda r, k=key: r.relation(k))
    for m in ETA_M:
        known[f"eta {m:g}"] = (f"log10 M_star/(f_b M_h) at log10 M_h = {m:g}", lambda r, m=m: r.log10_eta(m))
    for z in COUNT_Z:
        known[f"count {z:g}"] = (f"log10 of detectable galaxies in the volume, z = {z:g}",
                                 lambda r, z=z: math.log10(r.relation(f"n_detectable_z{z:g}") or math.nan))
    return known


def independent(likelihoods, sfrd, csmd, mzr, fmr, shmr, sfms, eta, counts=()):
    """Numbers of the independent implementation by key of quantities()."""
    values = dict(zip(("all", "sfrd", "csmd", "shmr", "fmr", "mzr", "mzsfr"), likelihoods))
    values |= {f"sfrd {z:g} {author}": v for (z, author), v in zip(SFRD_POINTS, sfrd)}
    values |= {f"csmd {z:g}": v for z, v in zip(CSMD_Z, csmd)}
    values |= dict(zip(("mzr_z4_10_slope", "mzr_z4_10_scatter_dex"), mzr))
    values |= dict(zip(("fmr_z4_8_slope", "fmr_z4_8_scatter_dex", "fmr_z4_6_scatter_dex", "fmr_z6_8_scatter_dex",
                        "fmr_z8_10_scatter_dex", "fmr_z8_10_offset_dex"), fmr))
    values |= dict(zip(("shmr_z4_8_slope", "shmr_z4_8_scatter_dex"), shmr))
    values |= dict(zip(("sfms_z4_6_scatter_dex", "sfms_z6_8_scatter_dex"), sfms))
    values |= {f"eta {m:g}": math.log10(v) for m, v in zip(ETA_M, eta)}
    return values | {f"count {z:g}": math.log10(v) for z, v in zip(COUNT_Z, counts)}


# The independent implementation, one forest each: with the settings of params/eps_reference.json and bubbles, and with
# smooth growth (SMOOTH in validation_plan.py).
WITH_BUBBLES = independent((-0.05, 0.42, -0.11, 0.00, -0.54, -0.05, -0.30), (-0.12, -0.06, -0.04, 0.01, -0.11, -0.02),
                           (0.01, 0.10, 0.18), (0.47, 0.24), (0.71, 0.23, 0.22, 0.25, 0.30, -0.19), (1.51, 0.13),
                           (0.26, 0.24), (0.023, 0.036, 0.075, 0.107), (5.5, 10.5, 18, 24))
SMOOTH_GROWTH = independent((0.03, 0.19, -0.11, -0.07, 0.16, 0.10, 0.13), (-0.21, -0.18, -0.15, -0.10, -0.13, -0.04),
                            (-0.07, 0.04, 0.18), (0.34, 0.14), (0.68, 0.15, 0.15, 0.14, 0.13, -0.05), (1.46, 0.12),
                            (0.12, 0.12), (0.027, 0.032, 0.060, 0.087))
# Without intergalactic metals only L_all and the slope of the MZR are known; its L_all is the mean of L_CSFH = 0.15,
# L_MZSFR and L_SHMR = 0.00.
WITHOUT_METALS = {**WITH_BUBBLES, "all": -0.16, "mzr_z4_10_slope": 0.51, "mzsfr": 3 * -0.16 - 0.15}
HOW_KNOWN = {"mzsfr": "follows from its L_all",
             **{key: "with intergalactic metals" for key in WITH_BUBBLES
                if key.startswith(("fmr", "mzr")) and key != "mzr_z4_10_slope"}}
OF_COARSE_TREES = {f"count {z:g}": "trees of 1e-3" for z in COUNT_Z}


def aims(likelihood, dex, slope, scatters=("shmr_z4_8_scatter_dex",)):
    """{key: how near the independent number has to be}"""
    wanted = {"all": likelihood}
    for key in quantities():
        if key.startswith(("sfrd ", "csmd ", "eta ")) or key in scatters:
            wanted[key] = dex
        elif key.endswith("_slope"):
            wanted[key] = slope
    return wanted


# every quantity in dex that the relations have
DEX = tuple(key for key in quantities() if key.endswith("_dex"))


def compare(records, values, wanted, remarks):
    """Means over forests next to the independent numbers."""
    rows = []
    for key, (label, function) in quantities().items():
        if key not in values:
            continue
        forests = [function(r) for r in records]
        mean, scatter = mean_and_scatter(forests)
        rows.append({"key": key, "label": label, "values": forests, "mean": mean, "scatter": scatter,
                     "reference": values[key], "aim": wanted.get(key), "remark": remarks.get(key, "")})
    return rows


def history_curves(records):
    z = np.arange(4.6, 12.01, 0.1)
    names = {"sfrd": "sfrd_detectable_msun_yr_cmpc3", "csmd": "csmd_detectable_msun_cmpc3"}
    return {"z": z.tolist(), **{key: [[r.history(name, x) for x in z] for r in records] for key, name in names.items()}}


# Scatter of the main sequence of the independent implementation at z = 4 to 6 and 6 to 8.
INDEPENDENT_SFMS = {"compact, noise 0": (0.12, 0.12), "compact, noise 0.05": (0.23, 0.20),
                    "compact, noise 0.1": (0.29, 0.26), "scale radius, noise 0": (0.10, 0.09),
                    "scale radius, noise 0.1": (0.13, 0.11)}


def main_sequence(groups):
    rows = []
    for label, records in groups.items():
        row = {"label": label, "independent": INDEPENDENT_SFMS.get(label)}
        for key in ("z4_6", "z6_8"):
            row[key], row[key + "_scatter"] = mean_and_scatter([r.relation(f"sfms_{key}_scatter_dex") for r in records])
        row["mzr"], _ = mean_and_scatter([r.relation("mzr_z4_10_scatter_dex") for r in records])
        rows.append(row)
    return rows


def paired_mass_ratio(a, b, low=0.0, high=99.0):
    """Weighted stellar mass of a over that of b at z = 6, in halos of b with log10 M_vir in [low, high); and its
    standard error from the scatter between halos."""
    halo_a, _, star_a, _ = a.galaxies(6)
    halo_b, m_vir, star_b, weight = b.galaxies(6)
    both, i, j = np.intersect1d(halo_a, halo_b, return_indices=True)
    if both.size < 0.99 * max(halo_a.size, halo_b.size):
        raise ValueError("the two runs are not on the same trees")
    x, y, w, m = star_a[i], star_b[j], weight[j], np.log10(m_vir[j])
    inside = (m >= low) & (m < high)
    x, y, w = (c[inside].astype(float) for c in (x, y, w))
    ratio = (w * x).sum() / (w * y).sum()
    return ratio, math.sqrt((w**2 * (x - ratio * y) ** 2).sum()) / (w * y).sum()


MASS_BINS = ((0, 99), (8, 9), (9, 10), (10, 11), (11, 13))


def combined(pairs):
    """Mean of ratios from several forests, and its standard error."""
    ratios, errors = np.array(pairs).T
    return float(ratios.mean()), float(np.sqrt((errors**2).sum()) / errors.size)


def sub_steps(groups, standard="0.2, 1 Myr"):
    rows = []
    for label, records in groups.items():
        row = {"label": label, "mass": [], "sfrd": [], "csmd": []}
        pairs = list(zip(records, groups[standard]))
        for low, high in MASS_BINS:
            row["mass"].append((1.0, 0.0) if label == standard else
                               combined([paired_mass_ratio(a, b, low, high) for a, b in pairs]))
        for key, name, redshifts in (("sfrd", "sfrd_detectable_msun_yr_cmpc3", SFRD_Z),
                                     ("csmd", "csmd_detectable_msun_cmpc3", CSMD_Z)):
            for z in redshifts:
                row[key].append(mean_and_scatter([a.history(name, z) - b.history(name, z) for a, b in pairs]))
        row["mzr_scatter"] = mean_and_scatter(
            [a.relation("mzr_z4_10_scatter_dex") - b.relation("mzr_z4_10_scatter_dex") for a, b in pairs])
        count = lambda r: r.json["timing"]["sub_steps"]
        row["sub_steps"] = float(np.mean([count(a) / count(b) for a, b in pairs]))
        rows.append(row)
    return rows


# The independent implementation with other metals between galaxies: log10 L_all, slope of the MZR. Its bubbles were
# those of the halo's own tree, whose filling factor corresponds to a clustering of about 7.
INDEPENDENT_ENRICHMENT = {"none": (-0.16, 0.51), "uniform, 1e-5": (-0.16, 0.51), "uniform, 1e-4": (-0.03, 0.44),
                          STANDARD: (-0.05, 0.47), "bubbles, the own one too": (-5, None)}


def enrichment(groups, standard):
    """Ways to enrich the gas between galaxies, each over the same forests; differences are from bubbles as shipped."""
    rows = []
    for label, records in in_order(groups, standard):
        pairs = list(zip(records, standard))
        of = lambda function: mean_and_scatter([function(r) for r in records])
        rows.append({
            "label": label, "independent": INDEPENDENT_ENRICHMENT.get(label),
            "values": [r.likelihood("all") for r in records], "all": of(lambda r: r.likelihood("all")),
            "change": mean_and_scatter([a.likelihood("all") - b.likelihood("all") for a, b in pairs]),
            "fmr": of(lambda r: r.likelihood("fmr")), "mzr": of(lambda r: r.likelihood("mzr")),
            "offset": of(lambda r: r.relation("fmr_z4_8_offset_dex")),
            "slope": of(lambda r: r.relation("mzr_z4_10_slope")),
            "scatter": of(lambda r: r.relation("mzr_z4_10_scatter_dex")),
            "rich": of(lambda r: r.json["inflow"]["halo_levels_richer_than_the_sun"]),
            "forests": len(records)})
    return rows


def in_order(groups, standard):
    """(label, records): the standard has its place among the bubbles of rising clustering."""
    for label, records in groups.items():
        if label == "bubbles, clustering 10":
            yield STANDARD, standard[:len(records)]
        yield label, records


C_ZIGM = {"none": 0, "bubbles, c_ZIGM 1": 1, STANDARD: 3.32, "bubbles, c_ZIGM 10": 10}
STAR_BINS = np.arange(5, 10.51, 0.5)  # log10 M_star


def clumping(groups, standard):
    """log10 of the metallicity of the gas at z = 6 by stellar mass, and what it is above that of the same halo without
    intergalactic metals: in all halos, and in those that bubbles enrich."""
    base = [record.gas(6) for record in groups["none"]]
    summary = {"log10_m_star": (0.5 * (STAR_BINS[1:] + STAR_BINS[:-1])).tolist(), "c_zigm": []}
    for label, c in C_ZIGM.items():
        halos = [paired(record.gas(6), b) for record, b in zip(standard if label == STANDARD else groups[label], base)]
        mass, z_base, log10_z, weight, inside = (np.concatenate(column) for column in zip(*halos))
        row = {"c": c, "log10_z": [], "change": [], "change_enriched": [], "galaxies": [], "enriched": []}
        for low, high in zip(STAR_BINS[:-1], STAR_BINS[1:]):
            here = (np.log10(mass) >= low) & (np.log10(mass) < high) & np.isfinite(log10_z) & np.isfinite(z_base)
            row["log10_z"].append(weighted(log10_z, weight, here))
            row["change"].append(weighted(log10_z - z_base, weight, here))
            row["change_enriched"].append(weighted(log10_z - z_base, weight, here & inside))
            row["galaxies"].append(int(here.sum()))
            row["enriched"].append(weighted(inside.astype(float), weight, here)[0])
        summary["c_zigm"].append(row)
    return summary


def paired(a, b):
    """Of the halos that both have: stellar mass and metallicity of b, metallicity, abundance and enrichment of a."""
    both, i, j = np.intersect1d(a["halo_id"], b["halo_id"], return_indices=True)
    if both.size < 0.99 * max(a["halo_id"].size, b["halo_id"].size):
        raise ValueError("the two runs are not on the same trees")
    return b["m_star"][j], b["log10_z"][j], a["log10_z"][i], a["weight"][i], a["enriched"][i]


def weighted(values, weight, chosen):
    """Weighted mean of the chosen ones, and its standard error."""
    x, w = values[chosen], weight[chosen]
    if x.size == 0:
        return math.nan, math.nan
    mean = (w * x).sum() / w.sum()
    return float(mean), float(math.sqrt((w**2 * (x - mean) ** 2).sum()) / w.sum()) if x.size > 1 else math.nan


def levels(groups):
    """log10 SFRD and stellar mass density by spacing and mode, mean and scatter over forests; each spacing has its own
    trees, the two modes share them."""
    rows = []
    for label, records in groups.items():
        spacing, mode = label.split(" Myr, ")
        row = {"spacing_myr": float(spacing), "mode": mode}
        for key, name in (("sfrd", "sfrd_detectable_msun_yr_cmpc3"), ("sfrd_total", "sfrd_msun_yr_cmpc3"),
                          ("csmd_total", "csmd_msun_cmpc3")):
            values = np.array([[r.history(name, z) for z in SFRD_Z] for r in records])
            row[key] = [mean_and_scatter(values[:, k]) for k in range(len(SFRD_Z))]
            row[key + "_mean"] = mean_and_scatter(values.mean(axis=1))
        row["forests"] = len(records)
        rows.append(row)
    return rows


THINNED = ("d_sfrd_dex", "d_sfrd_all_dex", "d_csmd_dex")


def summarise(out):
    out = pathlib.Path(out)
    plan = json.loads((out / "plan.json").read_text())
    groups, cpu_s = {}, 0.0
    for group, runs in plan["groups"].items():
        groups[group] = {}
        for label, _, name, _ in runs:
            record = Record(out / "runs" / name)
            groups[group].setdefault(label, []).append(record)
            cpu_s += record.json["timing"]["cpu_s"]
    reference, standard = groups["reference"]["reference"], groups["neighbours"][STANDARD]
    smooth = groups["smooth_growth"]["smooth growth"]
    return {"scale": plan["scale"], "cpu_s": cpu_s, "version": reference[0].json["program"]["version"],
            "reference": compare(reference, WITHOUT_METALS, aims(0.15, 0.08, 0.1), {**HOW_KNOWN, **OF_COARSE_TREES}),
            "neighbours": compare(standard, WITH_BUBBLES, aims(0.08, 0.05, 0.1, DEX), OF_COARSE_TREES),
            "smooth_growth": compare(smooth, SMOOTH_GROWTH, aims(0.15, 0.05, 0.1, DEX), {}),
            "enrichment": enrichment(groups["enrichment"], standard), "standard": STANDARD,
            "clumping": clumping(groups["enrichment"], standard),
            "curves": history_curves(reference), "forests": len(reference),
            "forests_neighbours": len(standard), "forests_smooth": len(smooth),
            "main_sequence": main_sequence(groups["main_sequence"]),
            "sub_steps": sub_steps(groups["sub_steps"]), "levels": levels(groups["levels"]),
            "thinned": read_table(out / "level_spacing.csv")}
