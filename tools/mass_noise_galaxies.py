"""Scatter of galaxies about their relations in a run, with errors from drawing its forests again."""
import numpy as np

from plot_data import Run, line_fit

SFR_MIN = 0.01  # Msun/yr: the faint galaxies of docs/paper_statements.json
M_VIR_MIN = 1e9  # Msun: below, halos form their first stars in one go as soon as they are resolved
BRIGHT = 0.1  # Msun/yr
# key: (name, redshifts, x of galaxies, y, least SFR)
LOG = {"m_star": lambda g: np.log10(g["m_star"]), "sfr": lambda g: np.log10(g["sfr_10"]), "oh": lambda g: g["oh_young"],
       "mu": lambda g: np.log10(g["m_star"]) - 0.66 * np.log10(g["sfr_10"])}
RELATIONS = {"sfms_4_6": ("SFMS, z = 4 to 6", (4, 6), "m_star", "sfr", SFR_MIN),
             "sfms_6_8": ("SFMS, z = 6 to 8", (6, 8), "m_star", "sfr", SFR_MIN),
             "sfms_4_8_bright": ("SFMS, z = 4 to 8, SFR > 0.1", (4, 8), "m_star", "sfr", BRIGHT),
             "fmr": ("FMR, z = 4 to 8", (4, 8), "mu", "oh", SFR_MIN),
             "mzr": ("MZR, z = 4 to 10", (4, 10), "m_star", "oh", SFR_MIN)}


class ForestRun(Run):
    """A run whose galaxies can be told apart by their halo."""

    GALAXY_FIELDS = {**Run.GALAXY_FIELDS, "halo_id": "halo_id"}


def draws(forests, number, seed=1):
    """How often each forest is drawn, in `number` samples with replacement."""
    draw = np.random.default_rng(seed)
    return [np.bincount(draw.integers(forests, size=forests), minlength=forests) for _ in range(number)]


def scatters(folder, trees, number):
    """{relation: (rms about the fitted line [dex], the same in `number` samples of forests, galaxies)} of the run in
    `folder` on `trees`: galaxies above the SFR of the relation in halos above M_VIR_MIN, light-cone weights
    (OBS-14)."""
    run, samples, found = ForestRun(folder), draws(trees.weight.size, number), {}
    order = np.argsort(trees.id)
    for key, (_, (low, high), x, y, sfr_min) in RELATIONS.items():
        g = run.galaxies(low, high, sfr_min, closed=False)
        keep = (g["m_vir"] > M_VIR_MIN) & np.isfinite(LOG[y](g))
        g = {name: column[keep] for name, column in g.items() if name != "levels"}
        rows = order[np.searchsorted(trees.id, g["halo_id"].astype(np.int64), sorter=order)]
        forest = trees.forest[rows]

        def rms(weights):
            line = line_fit(LOG[x](g), LOG[y](g), weights)
            return np.nan if line is None else line[2]

        found[key] = (rms(g["light_cone"]), [rms(g["light_cone"] * times[forest]) for times in samples],
                      int(keep.sum()))
    return found
