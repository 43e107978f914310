"""What Toyouchi et al. (2025) say of their results beside ours: params/observations/toyouchi2025_quoted_results.csv.

The sentences are measured on runs along the mean growth of halos (tools/disc_runs.py). Catalogues hold no profiles;
rows p1 to p5 are measured on the reference profiles of tests/data/disc, with which unit tests compare our rings.
"""
import numpy as np

from cecropia_files import Trouble, read_table, shipped_observations
from disc_runs import COVERS, DEPTHS, FIDUCIAL, HOUSE
from marked_tables import table
from plot_data import log10

QUOTED, OBSERVED_LF = "toyouchi2025_quoted_results.csv", "uv_luminosity_functions.csv"
AGREES = 2.0  # factor
MAG_PER_FACTOR = 2.5
PC2 = 2.0885e-4  # 1 Msun/pc^2 in g/cm^2
KAPPA_1500 = 1.26e5
MILKY_WAY = 1e12  # mass at the end of the halo that most sentences are about [Msun]


def observed_lf(z):
    """Points (not limits) of the observed luminosity function: magnitudes, phi, err_lo, err_hi."""
    rows = [r for r in read_table(shipped_observations() / OBSERVED_LF) if r["z"] == z and r["limit"] == "="]
    columns = ("m_uv_ab", "phi_per_mag_cmpc3", "err_lo", "err_hi")
    return tuple(np.array([r[key] for r in rows], float) for key in columns)


def profile(z, at_pc=None):
    """Row of the reference profiles (halo of 1e12 Msun at z = 5) at a radius, or the innermost."""
    rows = [r for r in read_table(HOUSE / "tests/data/disc/reference_profiles.csv") if abs(r["z"] - z) < 0.1]
    if not rows:
        raise Trouble(f"tests/data/disc/reference_profiles.csv has no profile at z = {z:g}")
    radius = np.array([r["R_pc"] for r in rows])
    at_pc = radius[0] if at_pc is None else at_pc
    return {key: float(np.interp(np.log(at_pc), np.log(radius), [r[key] for r in rows])) for key in rows[0]}


def cover_nearest(runs, key, z):
    """Of the covering fractions the one whose luminosity function is nearest to the observed one, chi^2 of log phi."""
    magnitude, phi, low, high = observed_lf(z)
    error = np.where(low < phi, 0.5 * (log10(phi + high) - log10(np.maximum(phi - low, 1e-30))), 1.0)

    def chi2(discs):
        ours = [discs.log_phi("m_uv_seen", z, m, 0.5) for m in magnitude]
        ours = np.nan_to_num(np.array(ours), nan=-9.0)  # none at all: far from what is observed
        return float(np.sum(((ours - log10(phi)) / error) ** 2))
    found = {1.0: chi2(runs[key]), **{value: chi2(runs[name]) for name, value in COVERS.items()}}
    return min(found, key=found.get)


class Sentences:
    """Our value for each row, by its id; None where the runs do not have it. `runs`: {name of a variant: Discs};
    `base`: "" or "constant", the family of runs that is measured."""

    def __init__(self, runs, base=""):
        self.runs, self.base = runs, base
        self.key = base or FIDUCIAL
        self.d = runs[self.key]
        self.mid = self.d.halo(MILKY_WAY)

    def variant(self, name):
        """A variant of this family; KeyError where it was not run."""
        return self.runs[f"{self.base}_{name}" if self.base else name]

    def of_mid(self, name, z):
        return self.d.at(name, z)[self.mid]

    def at_mass(self, name, z, m_msun):
        m, values = self.d.at("m_halo", z), self.d.at(name, z)
        return float(np.exp(np.interp(np.log(m_msun), np.log(m), np.log(values))))

    def peak(self, discs, z):
        """Highest f_* of halos, and the mass of that one."""
        f = discs.at("f_star", z)
        k = int(np.nanargmax(f))
        return f[k], discs.at("m_halo", z)[k]

    def deep(self, discs, z, limit, choose):
        """Mean depth of galaxies seen brighter than a limit; of the brightest where none is."""
        seen, depth = discs.at("m_uv_seen", z), discs.at("depth_intrinsic", z)
        bright = seen < limit
        return choose(depth[bright]) if bright.any() else depth[np.nanargmin(seen)]

    def inner(self, key, z):
        """Of the profile at half the half-light radius: the flat part of the disc. Reference profiles are those of the
        fiducial run."""
        return profile(z, 0.5 * self.of_mid("r_half_pc", z))[key] if not self.base else None

    def values(self):
        d, halos, mid = self.d, self.d.halos, self.mid
        out = {"h1a": halos.mass_msun(1e10, 5, 20), "h1b": halos.mass_msun(1e14, 5, 20),
               "h2a": halos.age_myr(20) / 1e3, "h2b": halos.age_myr(5) / 1e3}
        late = d.z <= 15
        out["m1"] = np.median((d["gas"] / d["m_halo"])[late, mid])
        formed, z_mid = d.rate("formed")
        out["m2"] = np.interp(-12, -z_mid, (d.rate("out")[0] / formed)[:, mid])
        out["m3"] = self.of_mid("m_star", 5) / (self.of_mid("gas", 5) + self.of_mid("m_star", 5))
        out["m4"] = self.of_mid("dust", 5) / self.of_mid("metals", 5)
        out |= {"p1a": self.inner("Sigma_g", 12), "p1b": self.inner("Sigma_g", 7),
                "p2a": self.of_mid("r_half_pc", 12), "p2b": self.of_mid("r_half_pc", 7),
                "p3a": self.inner("Z_Sigma_g", 7), "p3b": self.inner("D_Sigma_g", 7)}
        if not self.base:
            centre = profile(7)
            out["p4"] = centre["Sigma_star"] / centre["Sigma_g"]
            out["p5"] = KAPPA_1500 * PC2 * out["p3b"]
            out |= self.sizes() | self.light()
        out["f1a"], out["f1c"] = self.peak(d, 5)
        out["f1b"] = self.peak(d, 10)[0]
        out |= {"f2a": self.at_mass("f_star", 12, 1e10), "f2b": self.at_mass("f_star", 12, 1e11),
                "f3": self.at_mass("f_star", 7, 1e11)}
        gas, z_mid = d.rate("gas")
        inflow = 0.5 * (d["inflow"][1:] + d["inflow"][:-1])
        out["f4"] = np.max(np.abs(gas / inflow)[z_mid <= 12])
        light = d.end_msun <= 1.01e12
        out["f5"] = np.median((d.at("sfr", 10) / d.at("m_star", 10))[light]) * 1e9
        out["z1"] = 10 ** self.of_mid("oh", 10)
        out["d1"] = self.of_mid("dust", 7)
        out["d2"] = (self.of_mid("dust", 5) / self.of_mid("m_star", 5)) / (
            self.of_mid("dust", 10) / self.of_mid("m_star", 10))
        small = d.halo(1e10)
        out |= {"t1a": d.at("t_dust_k", 10)[small], "t1b": d.at("t_dust_k", 5)[small],
                "t2a": self.of_mid("t_dust_k", 10), "t2b": self.of_mid("t_dust_k", 5),
                "i1": d.at("flux_ujy", 8)[d.halo(1e13)] / self.of_mid("flux_ujy", 6)}
        for row, magnitude in (("u1a", -20.21), ("u1b", -18.21)):
            m, phi, *_ = observed_lf(12)
            out[row] = 10 ** d.log_phi("m_uv", 12, magnitude) / phi[np.argmin(np.abs(m - magnitude))]
        m, phi, *_ = observed_lf(7)
        bright = m < -21.5
        out["u2"] = 10 ** d.log_phi("m_uv", 7, -21.94, 1.0) / np.mean(phi[bright])
        out |= {"u3": self.deep(d, 12, -20, np.min), "u4": self.deep(d, 7, -20, np.max),
                "u5": self.deep(self.variant("tau_0_50"), 7, -21, np.min)}
        out["w1"] = max(self.peak(self.variant("weak"), z)[0] for z in (12, 10, 7, 5))
        observed = read_table(shipped_observations() / "liu2025_table2_sfrd.csv")
        off = {(r["z"], r["reference"]): np.log10(d.sfr_density(r["z"])) - r["log10_sfrd_Msun_per_yr_per_cMpc3"]
               for r in observed if r["z"] >= 9}
        out["c1a"] = 10 ** np.mean([value for (z, _), value in off.items() if z < 14])
        out["c1b"] = 10 ** -np.mean([value for (z, _), value in off.items() if z > 14])
        return out

    def sizes(self):
        d, small, large = self.d, self.runs["f_s_0.1"], self.runs["f_s_2"]
        r, m_uv = d.at("r_half_pc", 10), d.at("m_uv", 10)

        def of_bright(discs):
            return discs.at("r_half_pc", 10)[discs.at("m_uv", 10) < -18.7]
        return {"s1a": small.at("r_half_pc", 10)[self.mid], "s1b": small.at("m_uv", 10)[self.mid],
                "s2": np.interp(np.log(100), np.log(r), m_uv), "s3a": of_bright(small).min(),
                "s3b": of_bright(large).max()}

    def light(self):
        without = self.d.log_phi("m_uv", 12, -21)
        left = {1 - value: self.runs[name].log_phi("m_uv_seen", 12, -21) for name, value in DEPTHS.items()}
        enough = [part for part, phi in left.items() if phi > without - np.log10(2)]
        return {"u6": min(enough, default=1.0), "u7a": cover_nearest(self.runs, self.key, 12),
                "u7b": cover_nearest(self.runs, self.key, 7)}


def factor_off(value, row):
    """Factor by which a value lies outside of [low, high]; 1 inside. Magnitudes count as light; nothing at all (NaN) is
    infinitely far off."""
    if not np.isfinite(value):
        return np.inf
    if row["unit"] == "mag":
        value = 10 ** (-value / MAG_PER_FACTOR)
        low, high = (10 ** (-row[key] / MAG_PER_FACTOR) if row[key] != "" else row[key] for key in ("high", "low"))
    else:
        low, high = row["low"], row["high"]
    if low != "" and value < low:
        return low / value if value > 0 else np.inf
    return value / high if high != "" and value > high else 1.0


def judged(values):
    """[(row, our value or None, factor off, "agrees", "not" or "-")] of all rows."""
    found = []
    for row in read_table(shipped_observations() / QUOTED):
        value = values.get(row["id"])
        if value is None:
            found.append((row, None, None, "-"))
            continue
        off = factor_off(float(value), row)
        found.append((row, float(value), off, "agrees" if off <= AGREES * (1 + 1e-9) else "not"))
    return found


def counts(rows):
    """How many agree, of how many that could be measured."""
    return sum(row[3] == "agrees" for row in rows), sum(row[3] != "-" for row in rows)


def text_of(families):
    """The table in Markdown. `families`: {head of a column: judged rows}."""
    heads = ["", "quantity", "where", "paper"]
    for name in families:
        heads += [name, "verdict"]
    lines = []
    for rows in zip(*families.values()):
        row = rows[0][0]
        cells = [row["id"], row["quantity"] + (f" [{row['unit']}]" if row["unit"] else ""), row["condition"],
                 f"{row['printed']:g}" if isinstance(row["printed"], float) else row["printed"]]
        for _, value, off, verdict in rows:
            cells += ["-" if value is None else f"{value:.3g}",
                      verdict + (f", x{off:.3g}" if off is not None and off > 1.005 else "")]
        lines.append(cells)
    return table(heads, lines)
