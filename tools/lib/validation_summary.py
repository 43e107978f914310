"""What the runs of tools/validate say: summaries over forests, differences between variants on equal trees."""
import json
import math
import pathlib
import sys

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from plot_data import read_table  # noqa: E402  tools/ is not a package

HOUSE = pathlib.Path(__file__).resolve().parent.parent.parent
CSMD_Z = (6.0, 7.0, 8.0)
SFRD_Z = (5.0, 6.0, 7.0, 8.0, 9.0)
# log10 M_h at which the efficiency is quoted
ETA_M = (10.1, 10.6, 11.1, 11.4)


def csmd_fit(z):
    fit = {row["parameter"]: row["value"] for row in read_table(HOUSE / "params/observations/liu2025_eq14_csmd.csv")}
    return fit["a0"] + fit["a1"] * z + fit["a2"] * z * z


class Record:
    """run.json of one run, asked by name."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.json = json.loads((self.folder / "run.json").read_text())
        self.z = np.array(self.json["history"]["z"])

    def history(self, name, z):
        """log10 of a column at a redshift, linear in log10 between levels; NaN where there is nothing."""
        values = np.array([np.nan if v is None else v for v in self.json["history"][name]])
        with np.errstate(divide="ignore"):
            log = np.log10(values)
        value = np.interp(-z, -self.z, log)
        return float(value) if np.isfinite(value) else math.nan

    def likelihood(self, name):
        value = self.json["likelihood"]["log10_" + name]
        return math.nan if value is None else value

    def relation(self, name):
        value = self.json["relations"].get(name)
        return math.nan if value is None else value

    def sfrd_point(self, z, reference):
        for p in self.json["comparison"]["sfrd"]:
            if p["z"] == z and p["reference"].startswith(reference):
                return p["log10_simulated"] - p["log10_observed"]
        raise KeyError(f"no observation of the SFRD at z = {z} by {reference}")

    def log10_eta(self, log10_m):
        """The efficiency between the centres of its bins of halo mass."""
        centres, values = [], []
        for name, value in self.json["relations"].items():
            if name.startswith("log10_eta_halo_") and value is not None:
                low, high = (float(x) for x in name.removeprefix("log10_eta_halo_").split("_"))
                centres.append(0.5 * (low + high))
                values.append(value)
        return float(np.interp(log10_m, centres, values, left=math.nan, right=math.nan))

    def galaxies(self, z):
        """halo_id, m_vir_msun, m_star_msun, weight_per_cmpc3 of the catalogue nearest to z, sorted by halo."""
        with h5py.File(self.folder / "run.h5") as file:
            group = min(file["galaxies"].values(), key=lambda g: abs(float(g.attrs["redshift"]) - z))
            columns = [group[name][()] for name in ("halo_id", "m_vir_msun", "m_star_msun", "weight_per_cmpc3")]
        order = np.argsort(columns[0])
        return [c[order] for c in columns]


def mean_and_scatter(values):
    """Mean and standard deviation between forests, of the finite ones."""
    values = np.array([v for v in values if np.isfinite(v)])
    if values.size == 0:
        return math.nan, math.nan
    return float(values.mean()), float(values.std(ddof=1)) if values.size > 1 else math.nan


# The independent implementation: one forest with the settings of params/eps_reference.json, but for intergalactic
# metals from foreign bubbles; log10 L_all and the slope of the MZR are known without them.
def reference_rows():
    """(label, function of a record, value of the independent implementation, aim, remark)"""
    rows = [("log10 L_all", lambda r: r.likelihood("all"), -0.16, 0.15, "")]
    for name, value in (("sfrd", 0.42), ("csmd", -0.11), ("shmr", 0.00), ("fmr", -0.54), ("mzr", -0.05)):
        remark = "with intergalactic metals" if name in ("fmr", "mzr") else ""
        rows.append((f"log10 L_{name.upper()}", lambda r, n=name: r.likelihood(n), value, None, remark))
    # Its L_all is the mean of L_CSFH = 0.15, L_MZSFR and L_SHMR = 0.00.
    rows.append(("log10 L_MZSFR", lambda r: r.likelihood("mzsfr"), 3 * -0.16 - 0.15, None, "follows from its L_all"))
    for z, author, value in ((4.9, "Bouwens", -0.12), (5.9, "Bouwens", -0.06), (6.8, "Bouwens", -0.04),
                             (7.9, "Bouwens", 0.01), (9.0, "Donnan", -0.11), (9.0, "Harikane", -0.02)):
        rows.append((f"SFRD, simulated - observed, z = {z:g} ({author}) [dex]",
                     lambda r, z=z, a=author: r.sfrd_point(z, a), value, 0.08, ""))
    for z, value in zip(CSMD_Z, (0.01, 0.10, 0.18)):
        rows.append((f"CSMD, simulated - fit, z = {z:g} [dex]",
                     lambda r, z=z: r.history("csmd_detectable_msun_cmpc3", z) - csmd_fit(z), value, 0.08, ""))
    metals = "with intergalactic metals"
    rows += [
        ("MZR slope, z = 4 to 10", lambda r: r.relation("mzr_z4_10_slope"), 0.51, 0.1, ""),
        ("MZR scatter [dex]", lambda r: r.relation("mzr_z4_10_scatter_dex"), 0.24, None, metals),
        ("FMR slope, z = 4 to 8", lambda r: r.relation("fmr_z4_8_slope"), 0.71, 0.1, metals),
        ("FMR scatter [dex]", lambda r: r.relation("fmr_z4_8_scatter_dex"), 0.23, None, metals),
        ("FMR scatter, z = 4 to 6 [dex]", lambda r: r.relation("fmr_z4_6_scatter_dex"), 0.22, None, metals),
        ("FMR scatter, z = 6 to 8 [dex]", lambda r: r.relation("fmr_z6_8_scatter_dex"), 0.25, None, metals),
        ("FMR scatter, z = 8 to 10 [dex]", lambda r: r.relation("fmr_z8_10_scatter_dex"), 0.30, None, metals),
        ("FMR offset, z = 8 to 10 [dex]", lambda r: r.relation("fmr_z8_10_offset_dex"), -0.19, None, metals),
        ("SHMR slope, z = 4 to 8", lambda r: r.relation("shmr_z4_8_slope"), 1.51, 0.1, ""),
        ("SHMR scatter [dex]", lambda r: r.relation("shmr_z4_8_scatter_dex"), 0.13, 0.08, ""),
        ("SFMS scatter, z = 4 to 6 [dex]", lambda r: r.relation("sfms_z4_6_scatter_dex"), 0.26, None, ""),
        ("SFMS scatter, z = 6 to 8 [dex]", lambda r: r.relation("sfms_z6_8_scatter_dex"), 0.24, None, "")]
    for m, value in zip(ETA_M, (0.023, 0.036, 0.075, 0.107)):
        rows.append((f"log10 M_star/(f_b M_h) at log10 M_h = {m:g}", lambda r, m=m: r.log10_eta(m),
                     math.log10(value), 0.08, ""))
    for z, value in ((10, 5.5), (8, 10.5), (6, 18), (4.5, 24)):
        rows.append((f"log10 of detectable galaxies in the volume, z = {z:g}",
                     lambda r, z=z: math.log10(r.relation(f"n_detectable_z{z:g}") or math.nan), math.log10(value), None,
                     "trees of 1e-3"))
    return rows


def compare_with_reference(records):
    rows = []
    for label, function, value, aim, remark in reference_rows():
        mean, scatter = mean_and_scatter([function(r) for r in records])
        rows.append({"label": label, "mean": mean, "scatter": scatter, "reference": value, "aim": aim,
                     "remark": remark})
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
    first = groups["reference"]["reference"][0].json
    return {"scale": plan["scale"], "cpu_s": cpu_s, "version": first["program"]["version"],
            "reference": compare_with_reference(groups["reference"]["reference"]),
            "curves": history_curves(groups["reference"]["reference"]),
            "forests": len(groups["reference"]["reference"]),
            "main_sequence": main_sequence(groups["main_sequence"]),
            "sub_steps": sub_steps(groups["sub_steps"]), "levels": levels(groups["levels"]),
            "thinned": read_table(out / "level_spacing.csv")}
