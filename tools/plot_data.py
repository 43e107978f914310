"""What the scripts that draw share: a run as figures want it, one line instead of a traceback, simple statistics."""
import argparse
import pathlib
import sys

import numpy as np

import cecropia_run
from cecropia_files import Trouble, observation, read_json, read_table, reason, text_if_there, write_whole
from plot_needs import which_python

__all__ = ["Run", "Trouble", "binned_medians", "galaxy_script", "intervals_above", "line_fit", "log10", "main_of",
           "make_folder", "observation", "open_summary", "read_table", "reason", "text_if_there", "weighted_quantiles",
           "write_whole"]


def main_of(body):
    """Runs a script's main; a Trouble, or a file of the user's that the system refuses, becomes one line on stderr and
    exit code 2."""
    try:
        sys.exit(body() or 0)
    except Trouble as trouble:
        said = trouble
    except OSError as error:
        if error.filename is None:
            raise
        said = f"{error.filename}: {error.strerror}: check the path and its permissions"
    print(f"{pathlib.Path(sys.argv[0]).name}: {said}", file=sys.stderr)
    sys.exit(2)


def make_folder(path):
    """Makes a folder for figures, with those above it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(f"the folder {path} cannot be made: {error.strerror}") from error


def open_summary(description, modules, tool):
    """Command line of a script that draws what a tool measured: its summary.json, the folder for the figures (made)."""
    parser = argparse.ArgumentParser(description=description, epilog=which_python(*modules),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path, help="folder with summary.json")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, help="folder for the figures; default: DIR")
    options = parser.parse_args()
    summary = read_json(options.folder / "summary.json", f"run {tool} first")
    out = options.out or options.folder
    make_folder(out)
    return summary, out


def galaxy_script(description, modules):
    """Parser of a script that draws the galaxies of one run: DIR, --out, --sfr-min; add what is its own."""
    parser = argparse.ArgumentParser(description=description, epilog=which_python(*modules),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path, help="folder of a finished run")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, help="folder for the figures; default: DIR")
    parser.add_argument("--sfr-min", type=float, default=10 ** -0.5,
                        help="galaxies with less star formation [Msun/yr] are not seen; default: 10^-0.5")
    return parser


def log10(values):
    """log10 with gaps where there is nothing."""
    values = np.asarray(values, float)
    return np.log10(values, out=np.full(values.shape, np.nan), where=values > 0)


class Run(cecropia_run.Run):
    """A finished run with the galaxies that the figures show."""

    # name used by the figures: dataset of the catalogue (docs/output.md)
    GALAXY_FIELDS = {"m_star": "m_star_msun", "m_vir": "m_vir_msun", "sfr_10": "sfr_10_msun_yr",
                     "oh_young": "oh_young", "weight": "weight_per_cmpc3"}

    @property
    def model(self):
        """Which galaxies the run has (model.galaxies)."""
        return self.parameters.get("model", {}).get("galaxies", "asloth")

    @property
    def has_single_stars(self):
        """Whether stars are born, shine and die one by one."""
        return self.model == "asloth"

    def galaxies(self, z_min, z_max, sfr_min, closed=True):
        """Columns of all galaxies with SFR above a cut [Msun/yr] in the levels of a redshift range (z_max belongs to it
        if it is closed), with z and the light-cone weight; `levels` is the number of levels they come from: 0 if none
        was written there."""
        names = {**self.GALAXY_FIELDS, "z": "z", "light_cone": "light_cone"}
        if not self.levels_between(z_min, z_max, closed):
            return {**{short: np.empty(0) for short in names}, "levels": 0}
        table = super().galaxies(z_min, z_max, list(self.GALAXY_FIELDS.values()), sfr_min, closed)
        return {**{short: table[name] for short, name in names.items()}, "levels": table.facts["levels"]}


def intervals_above(z, values, threshold):
    """Ranges of z in which the values, linear in z between the levels, are at least the threshold: pairs (low, high) of
    increasing z. It is the rule for which observed redshifts are compared (OBS-8, OBS-9)."""
    order = np.argsort(z)
    z, above = np.asarray(z, float)[order], np.asarray(values, float)[order] - threshold * (1 - 1e-9)
    ranges = []
    for i in range(z.size):
        if above[i] < 0:
            continue
        low = high = z[i]
        if i > 0 and above[i - 1] < 0:
            low -= (z[i] - z[i - 1]) * above[i] / (above[i] - above[i - 1])
        if i + 1 < z.size:
            share = 1 if above[i + 1] >= 0 else above[i] / (above[i] - above[i + 1])
            high += (z[i + 1] - z[i]) * share
        if ranges and low <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], high)
        else:
            ranges.append((low, high))
    return ranges


def weighted_quantiles(values, weights, wanted):
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return np.interp(np.asarray(wanted) * sums[-1], sums - 0.5 * weights[order], values[order])


def binned_medians(x, y, weights, edges, fewest=5):
    """Centre, weighted median, 16th and 84th percentile of y in bins of x that hold at least `fewest` galaxies."""
    rows = []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (x >= low) & (x < high) & (weights > 0)
        if inside.sum() >= fewest:
            middle = np.average(x[inside], weights=weights[inside])
            rows.append((middle, *weighted_quantiles(y[inside], weights[inside], [0.5, 0.16, 0.84])))
    return np.array(rows).reshape(-1, 4).T


def line_fit(x, y, weights, fewest=20):
    """Weighted least squares: slope, intercept and rms about the line; None if fewer than `fewest` points have a
    weight or they do not determine a line."""
    if (weights > 0).sum() < fewest or not weights.sum() > 0 or np.ptp(x) == 0:
        return None
    mx, my = np.average(x, weights=weights), np.average(y, weights=weights)
    slope = np.average((x - mx) * (y - my), weights=weights) / np.average((x - mx) ** 2, weights=weights)
    rms = np.sqrt(np.average((y - my - slope * (x - mx)) ** 2, weights=weights))
    return slope, my - slope * mx, rms
