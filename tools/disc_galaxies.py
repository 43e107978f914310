"""The fifteen galaxies of table 2 of Toyouchi et al. (2025) beside discs along the mean growth of halos: chi^2 of each,
and the angular momentum ratio f_s with which they are met best.

At the redshift of a galaxy the discs of one run are a family of one parameter, the mass of the halo. chi^2 is the least
over it of squared distances in M_UV, log M_*, log SFR, log R and 12 + log10(O/H), as far as they were measured.
"""
import dataclasses

import numpy as np

from cecropia_files import read_table, shipped_observations
from marked_tables import table

GALAXIES = "toyouchi2025_table2_galaxies.csv"  # of JWST at z > 10
SOLAR_OH12 = 8.69
M_UV_ERROR = 0.2  # mag; the table gives none (CHOICE)
RADIUS_ERROR_DEX, OH_ERROR_DEX = 0.1, 0.2  # where the table gives none, and beyond a limit (CHOICE)
LEAST_DEX = 0.05  # no error of a logarithm is smaller: calibrations of mass, rate and metallicity (CHOICE)
LIGHT = {"m_uv": "without dust", "m_uv_seen": "seen through dust"}


@dataclasses.dataclass
class Measured:
    """A quantity of a galaxy with the errors towards lower and higher values; `is_limit`: at most that."""
    value: float
    low: float
    high: float
    is_limit: bool = False

    def chi2(self, model):
        """Squared distance of models in errors; those that lie where nothing is said against them have 0."""
        model = np.asarray(model, float)
        off = (model - self.value) / np.where(model > self.value, self.high, self.low)
        return np.where(self.is_limit & (off < 0), 0.0, off ** 2)


def given(*values):
    return all(isinstance(v, float) and np.isfinite(v) for v in values)


def of_number(value, low, high, otherwise_dex):
    """A measured positive number as its log10."""
    if not given(low, high):
        return Measured(np.log10(value), otherwise_dex, otherwise_dex)
    below = np.log10(value / (value - low)) if low < value else 1.0  # consistent with nothing: one decade
    return Measured(np.log10(value), max(below, LEAST_DEX), max(np.log10(1 + high / value), LEAST_DEX))


def measured(row):
    """{quantity: Measured} of a row of the table."""
    found = {"m_uv": Measured(row["m_uv_ab"], M_UV_ERROR, M_UV_ERROR),
             "m_star": Measured(row["log10_m_star_msun"], max(row["log10_m_star_err_lo_dex"], LEAST_DEX),
                                max(row["log10_m_star_err_hi_dex"], LEAST_DEX)),
             "sfr": of_number(row["sfr_msun_yr"], row["sfr_err_lo_msun_yr"], row["sfr_err_hi_msun_yr"], LEAST_DEX)}
    if given(row["r_half_pc"]):
        found["r_half"] = of_number(row["r_half_pc"], row["r_half_err_lo_pc"], row["r_half_err_hi_pc"],
                                    RADIUS_ERROR_DEX)
        found["r_half"].is_limit = row["r_limit"] == "<"
    if given(row["oh12"]):
        errors = [row["oh12_err_lo_dex"], row["oh12_err_hi_dex"]]
        low, high = (max(e, LEAST_DEX) if given(*errors) else OH_ERROR_DEX for e in errors)
        found["oh12"] = Measured(row["oh12"], low, high)
    return found


def family(discs, z, light, n=400):
    """{quantity: values} of n halo masses at a redshift, on straight lines between the run's halos; and log M_h."""
    log_m = np.log10(discs.at("m_halo", z))
    columns = {"m_uv": discs.at(light, z), "m_star": np.log10(discs.at("m_star", z)),
               "sfr": np.log10(discs.at("sfr_10", z)), "r_half": np.log10(discs.at("r_half_pc", z)),
               "oh12": SOLAR_OH12 + discs.at("oh", z)}
    fine = np.linspace(log_m[0], log_m[-1], n)
    return {name: np.interp(fine, log_m, values) for name, values in columns.items()}, fine


@dataclasses.dataclass
class Fit:
    """The disc that is nearest to a galaxy: chi^2, its parts, log10 M_h [Msun]."""
    chi2: float
    parts: dict
    log_m_halo: float


def fit(row, discs, light="m_uv"):
    """The best halo of a run for a galaxy."""
    models, log_m = family(discs, row["z"], light)
    terms = {name: one.chi2(models[name]) for name, one in measured(row).items()}
    total = sum(terms.values())
    k = int(np.argmin(total))
    return Fit(float(total[k]), {name: float(values[k]) for name, values in terms.items()}, float(log_m[k]))


def compare(runs, light="m_uv"):
    """{name of a galaxy: {f_s: Fit}}. `runs`: {f_s: Discs}."""
    rows = read_table(shipped_observations() / GALAXIES)
    return {row["name"]: {f_s: fit(row, discs, light) for f_s, discs in runs.items()} for row in rows}


def best(fits):
    """f_s of the least chi^2."""
    return min(fits, key=lambda f_s: fits[f_s].chi2)


def best_of_all(found):
    """{f_s: sum of chi^2 over the galaxies}, and the f_s of the least."""
    sums = {f_s: sum(fits[f_s].chi2 for fits in found.values()) for f_s in next(iter(found.values()))}
    return sums, min(sums, key=sums.get)


def text_of(found):
    """The table in Markdown."""
    ratios = list(next(iter(found.values())))
    rows = {r["name"]: r for r in read_table(shipped_observations() / GALAXIES)}
    lines = []
    for name, fits in found.items():
        chosen = fits[best(fits)]
        worst = max(chosen.parts, key=chosen.parts.get)
        lines.append([name, f"{rows[name]['z']:.2f}", *(f"{fits[f].chi2:.1f}" for f in ratios), f"{best(fits):g}",
                      f"{chosen.log_m_halo:.2f}", len(chosen.parts), f"{worst} {chosen.parts[worst]:.1f}"])
    sums, chosen = best_of_all(found)
    lines.append(["all", "", *(f"{sums[f]:.0f}" for f in ratios), f"{chosen:g}", "",
                  sum(len(fits[chosen].parts) for fits in found.values()), ""])
    return table(["galaxy", "z", *(f"chi^2, f_s = {f:g}" for f in ratios), "best f_s", "log M_h", "numbers",
                  "worst of them"], lines)
