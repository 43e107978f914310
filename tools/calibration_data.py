"""What tools/calibrate measures of a model and compares with the paper: quantities and statements."""
import json
import math
import typing

import numpy as np

from plot_data import Trouble, log10
from plot_observations import SFRD_TABLE, SFRD_VALUE
from scan_data import Scan

PIVOT = 8.3  # log10 M_*: where the statements take the level of both metallicity relations
SHMR_PIVOT = 10.5  # log10 M_h: where the statement takes the level of the stellar-halo mass relation
# What a slope or anything in dex may differ by where the paper gives no error of its own (docs/paper_statements.md).
# Its printed errors of slopes, 0.02, are those of its fits.
SLOPE, DEX = 0.1, 0.15


class Quantity(typing.NamedTuple):
    heading: str
    statement: str  # identifier in docs/paper_statements.json, or nothing
    scale: float  # a change of this size is as large as the default tolerance
    of: typing.Callable  # (scan) -> an array, one value per point


def relation(name):
    def of(scan):
        if name not in scan.relations:
            raise Trouble(f"{scan.folder}/scan.h5 has no /points/relations/{name}")
        return scan.relations[name]
    return of


def level(name, pivot):
    return lambda scan: relation(name + "_intercept")(scan) + pivot * relation(name + "_slope")(scan)


def log10_efficiency(scan):
    """log10 of M_*/(f_b M_h) of the fitted line."""
    baryons = scan.base["cosmology"]["omega_b"] / scan.base["cosmology"]["omega_m"]
    return level("shmr_z4_10", SHMR_PIVOT)(scan) - SHMR_PIVOT - math.log10(baryons)


def deficit_z5(scan):
    """log10 observed over simulated star-formation rate density at the lowest observed redshift (4.9)."""
    observed = min(scan.table(0, SFRD_TABLE), key=lambda row: row["z"])
    simulated = log10(scan.column("sfrd_detectable_msun_yr_cmpc3"))
    z = np.broadcast_to(scan.column("z"), simulated.shape)
    return observed[SFRD_VALUE] - np.array([np.interp(-observed["z"], -z[r], simulated[r]) for r in range(len(z))])


def likelihood(name):
    return lambda scan: scan.log10[name]


QUANTITIES = {
    "all": Quantity("log10 L_all", "BEST-a0-logL", DEX, likelihood("all")),
    "csfh": Quantity("L_CSFH", "", DEX, likelihood("csfh")),
    "mzsfr": Quantity("L_MZSFR", "", DEX, likelihood("mzsfr")),
    "shmr": Quantity("L_SHMR", "", DEX, likelihood("shmr")),
    "deficit": Quantity("SFRD, z = 4.9, observed - simulated", "SFRD-z5-factor-2-low", DEX, deficit_z5),
    "fmr_slope": Quantity("FMR slope", "FMR-slope-z4-8", SLOPE, relation("fmr_z4_8_slope")),
    "fmr_level": Quantity("FMR level", "FMR-normalisation-z4-8", DEX, level("fmr_z4_8", PIVOT)),
    "fmr_scatter": Quantity("FMR scatter", "FMR-scatter-z4-8", DEX, relation("fmr_z4_8_scatter_dex")),
    "fmr_offset": Quantity("FMR offset, z = 8 to 10", "FMR-offset-z8-10", DEX, relation("fmr_z8_10_offset_dex")),
    "mzr_slope": Quantity("MZR slope", "MZR-slope-z4-10", SLOPE, relation("mzr_z4_10_slope")),
    "mzr_level": Quantity("MZR level", "MZR-normalisation-z4-10", DEX, level("mzr_z4_10", PIVOT)),
    "mzr_scatter": Quantity("MZR scatter", "MZR-scatter-z4-10", DEX, relation("mzr_z4_10_scatter_dex")),
    "shmr_slope": Quantity("SHMR slope", "SHMR-slope", SLOPE, relation("shmr_z4_10_slope")),
    "shmr_level": Quantity("SHMR level", "SHMR-normalisation", DEX, log10_efficiency),
    "shmr_scatter": Quantity("SHMR scatter", "SHMR-scatter", DEX, relation("shmr_z4_10_scatter_dex")),
    "sfms_scatter": Quantity("SFMS scatter, z = 4 to 6", "SFMS-scatter-new-z4-6", DEX,
                             relation("sfms_z4_6_scatter_dex")),
}


class Statements:
    """The published values of the quantities."""

    def __init__(self, path):
        try:
            known = {s["id"]: s for s in json.loads(path.read_text())["statements"]}
        except (OSError, ValueError, KeyError) as error:
            raise Trouble(f"{path} cannot be read as the paper's statements: {error}") from error
        self.of = {}
        for key, quantity in QUANTITIES.items():
            if quantity.statement and quantity.statement not in known:
                raise Trouble(f"{path} has no statement '{quantity.statement}', which '{quantity.heading}' is compared "
                              "with: put it back, or change QUANTITIES in tools/calibration_data.py")
            if quantity.statement:
                self.of[key] = known[quantity.statement]

    def ends(self, key):
        """Lowest and highest published value, in log10 where that is what is compared; None without a statement."""
        if key not in self.of:
            return None
        statement = self.of[key]
        published = statement["published"]
        low, high = published if isinstance(published, list) else [published] * 2
        if statement["compare_in"] == "log10" or key == "deficit":
            low, high = math.log10(low), math.log10(high)
        return low, high


class Models:
    """The points of a finished scan with their quantities; point 0 is what the others are compared with."""

    def __init__(self, folder):
        self.scan = Scan(folder)
        self.parameters, self.size = self.scan.parameters, self.scan.ids.size
        self.values = {key: np.asarray(quantity.of(self.scan), float) for key, quantity in QUANTITIES.items()}

    def change(self, key):
        """Difference from point 0, which has the same trees."""
        return self.values[key] - self.values[key][0]

    def base_value(self, name):
        section, key = name.split(".", 1)
        return self.scan.base[section][key]

    def changes(self, row):
        """{parameter: value} of what differs from the base."""
        return {name: values[row] for name, values in self.parameters.items()
                if not same(values[row], self.base_value(name))}


def same(value, base):
    if isinstance(value, (str, bytes)):
        return value == (base if isinstance(base, str) else json.dumps(base, separators=(",", ":")))
    return float(value) == float(base)
