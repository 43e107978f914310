"""Rows of index.csv in the folder of observations (docs/observations.md), drawn where a figure shows their quantity."""
import numpy as np

from cecropia_files import citation, observation_file
from metal_relations import SOLAR_OH12
from plot_data import Trouble, observation
from plot_style import BLACK, GREY, ORANGE, PURPLE, SKY

INDEX = "index.csv"
STYLES = [("P", PURPLE), ("X", ORANGE), ("p", SKY), ("h", GREY), ("*", BLACK)]
RELATIONS = ("mzr", "fmr", "shmr", "sfms")  # quantities beside the columns of the history
LUMINOSITY_FUNCTION = "uvlf"  # a quantity with a column for each bin of its file


def rows_of(run, quantities):
    """(row, table, style) of the rows of the index whose quantity is one of these."""
    try:
        index = observation(run.observe, INDEX)
    except Trouble as trouble:
        if isinstance(trouble.__cause__, FileNotFoundError):
            return []
        raise
    for row in index:
        if row["quantity"] not in (*RELATIONS, LUMINOSITY_FUNCTION, *run.history):
            raise Trouble(f"{INDEX}: '{row['quantity']}' of the row '{row['name']}' is no column of the history and no "
                          f"relation ({', '.join(RELATIONS)})")
    chosen = [row for row in index if row["quantity"] in quantities]
    return [(row, observation(run.observe, row["file"]), STYLES[i % len(STYLES)]) for i, row in enumerate(chosen)]


def label_of(run, row):
    """What a legend says of a row: who measured it, or else the name of the row."""
    return citation(observation_file(run.observe, row["file"])) or row["name"].replace("_", " ")


def field(record, row, *names):
    """The first of these columns that the record has, as a number; NaN where it is empty."""
    for name in names:
        if name in record:
            return record[name] if isinstance(record[name], float) else np.nan
    raise Trouble(f"{row['file']}, drawn as {row['quantity']} ({INDEX}, '{row['name']}'): none of the columns "
                  f"{', '.join(names)} is there")


def logarithm(record, row, name, unit):
    """log10 of a quantity with its distances down and up [dex], from log10_NAME_UNIT or NAME_UNIT; distances that are
    not given are 0."""
    if f"log10_{name}_{unit}" in record:
        value = field(record, row, f"log10_{name}_{unit}")
        errors = [record.get(f"log10_{name}_err_{side}_dex") for side in ("lo", "hi")]
        return value, [e if isinstance(e, float) else 0.0 for e in errors]
    value = field(record, row, f"{name}_{unit}", f"log10_{name}_{unit}")
    errors = [record.get(f"{name}_err_{side}_{unit}") for side in ("lo", "hi")]
    return distances(value, *(e if isinstance(e, float) else 0.0 for e in errors))


def distances(value, lo, hi):
    """log10 of a value and of its error bar: distances down (to a tenth at most, for the drawing) and up [dex]."""
    if not value > 0:
        return np.nan, [0.0, 0.0]
    return np.log10(value), [-np.log10(max(1 - lo / value, 0.1)), np.log10(1 + hi / value)]


def oxygen(record, row):
    """[O/H] with its distances [dex]."""
    value = field(record, row, "oh12") - SOLAR_OH12
    errors = [record.get(f"oh12_err_{side}_dex") for side in ("lo", "hi")]
    return value, [e if isinstance(e, float) else 0.0 for e in errors]


def place(run, record, row):
    """x and y of a galaxy in the figure of a relation, each with its distances down and up."""
    m_star = logarithm(record, row, "m_star", "msun")
    if row["quantity"] == "mzr":
        return m_star, oxygen(record, row)
    if row["quantity"] == "shmr":
        return logarithm(record, row, "m_halo", "msun"), m_star
    sfr = logarithm(record, row, "sfr", "msun_yr")
    if row["quantity"] == "sfms":
        return m_star, sfr
    alpha = run.observe["fmr_alpha"]
    return ((m_star[0] - alpha * sfr[0], [np.hypot(m_star[1][i], alpha * sfr[1][1 - i]) for i in (0, 1)]),
            oxygen(record, row))


def redshifts(record, row):
    """Range of redshift of a record; a single redshift is both its ends."""
    return field(record, row, "z_min", "z"), field(record, row, "z_max", "z")


def draw_points(axes, x, y, style, label, is_open, is_limit=None):
    """Points with error bars, (value, [down, up]) each; open ones did not enter the likelihood; upper limits are
    arrows."""
    (marker, colour), used = style, False
    for i, ((x_value, x_errors), (y_value, y_errors)) in enumerate(zip(x, y)):
        if not (np.isfinite(x_value) and np.isfinite(y_value)):
            continue
        limit = is_limit is not None and is_limit[i]
        y_errors = [0.25, 0.0] if limit else y_errors
        axes.errorbar([x_value], [y_value], xerr=np.array([x_errors]).T, yerr=np.array([y_errors]).T, uplims=limit,
                      fmt=marker, color=colour, mfc="white" if is_open[i] else colour,
                      mec=colour if is_open[i] else BLACK, mew=1.2 if is_open[i] else 0.5, ms=6, elinewidth=0.9,
                      capsize=2, zorder=8, label=None if used else label)
        used = True


def draw_history(run, axes, columns):
    """Rows whose quantity is one of these columns of the history, in axes of redshift and log10. A point that entered a
    likelihood is filled."""
    for row, table, style in rows_of(run, columns):
        compared = run.json.get("comparison", {}).get(row["name"], [])
        if compared and len(compared) != len(table):
            raise Trouble(f"{row['file']} has {len(table)} points, the run was compared with {len(compared)}: it is "
                          "not the file of the run")
        y = [distances(*(field(record, row, name) for name in ("value", "err_lo", "err_hi"))) if "value" in record else
             (field(record, row, "log10_value"), [field(record, row, f"err_{side}_dex") for side in ("lo", "hi")])
             for record in table]
        x = [(field(record, row, "z"), [0.0, 0.0]) for record in table]
        is_open = [row["use"] != "likelihood" or not compared or not compared[i]["used"] for i in range(len(table))]
        draw_points(axes, x, y, style, label_of(run, row), is_open)


def draw_relation(run, axes, quantity, z_min, z_max, x_range):
    """Rows for the figure of a relation: galaxies whose mean redshift is in the range, and lines that hold in part of
    it."""
    for row, table, style in rows_of(run, (quantity,)):
        label = label_of(run, row)
        if table and "slope" in table[0]:
            draw_lines(axes, row, [record for record in table if redshifts(record, row)[0] < z_max and
                                   redshifts(record, row)[1] > z_min], x_range, f"relations in {label}")
            continue
        inside = [record for record in table if z_min <= np.mean(redshifts(record, row)) < z_max]
        places = [place(run, record, row) for record in inside]
        limits = [record.get("oh12_limit") == "<" for record in inside]
        draw_points(axes, [p[0] for p in places], [p[1] for p in places], style, label, [False] * len(places),
                    limits if quantity in ("mzr", "fmr") else None)


def draw_lines(axes, row, records, x_range, label):
    """Mass-metallicity relations, each over its masses."""
    for i, record in enumerate(records):
        ends = np.clip([field(record, row, "log10_m_star_min_msun"), field(record, row, "log10_m_star_max_msun")],
                       *x_range)
        middle = field(record, row, "oh12_at_1e10_msun") - SOLAR_OH12
        axes.plot(ends, field(record, row, "slope") * (ends - 10) + middle, color=GREY, lw=0.8, ls=(0, (8, 2)),
                  zorder=5, label=None if i else label)
