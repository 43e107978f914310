"""Figures of docs/calibration.md."""
import numpy as np

from calibration_data import QUANTITIES
from calibration_tables import DECIDES, influence, one_by_one, short
from plot_style import BLACK, BLUE, GREEN, GREY, LIGHT, ORANGE, PURPLE, SEQUENTIAL, SKY, VERMILION, note, plt, save

SHOWN = ("all", "fmr_slope", "mzr_slope", "fmr_level", "shmr_level", "sfms_scatter")
MOST = 16  # parameters in one figure
LOWEST = -2.5  # log10 L_all in the figure of slopes
FAMILIES = (("own_bubble", "own bubble", VERMILION, "s"), ("clustering", "clustering of bubbles", BLUE, "h"),
            ("z_igm", "uniform metals", GREEN, "D"), ("cold_binding_factor", "binding of cold gas", ORANGE, "^"),
            ("f_heat", "photo-heating", PURPLE, "v"), ("radius", "galaxy radius", BLACK, "P"),
            ("c_zigm", "clumping of metals", SKY, "X"))


def mark_published(ax, statements, key, draw):
    """A line or a band where the paper is."""
    ends = statements.ends(key)
    if ends is not None:
        scale = QUANTITIES[key].scale
        getattr(ax, draw)(ends[0] - scale, ends[1] + scale, color=LIGHT, alpha=0.5, lw=0, zorder=0)


def draw_choices(models, statements, path):
    """What every value of every choice changes; the parameters that decide most on top."""
    names = list(influence(models))[:MOST]
    figure, axes = plt.subplots(1, len(SHOWN), figsize=(2.1 * len(SHOWN), 0.36 * len(names) + 1.5), sharey=True)
    for ax, key in zip(axes, SHOWN):
        quantity, changes = QUANTITIES[key], models.change(key)
        limit = 4 * quantity.scale
        ax.axvspan(-DECIDES * quantity.scale, DECIDES * quantity.scale, color=LIGHT, alpha=0.5, lw=0, zorder=0)
        for row, name, value in one_by_one(models):
            if name not in names or not np.isfinite(changes[row]):
                continue
            y, x = names.index(name), np.clip(changes[row], -limit, limit)
            base = models.base_value(name)
            up = isinstance(value, float) and not isinstance(base, bool) and value > base
            down = isinstance(value, float) and not isinstance(base, bool) and value < base
            marker, colour = (">", VERMILION) if up else ("<", BLUE) if down else ("o", BLACK)
            ax.plot(x, y, marker, color=colour, ms=5, mfc=colour if x == changes[row] else "white")
        ax.axvline(0, color=GREY, lw=0.8)
        ax.set_xlim(-1.1 * limit, 1.1 * limit)
        ax.set_title(quantity.heading, fontsize=8.5)
        ax.tick_params(axis="y", which="minor", left=False, right=False)
        ax.tick_params(labelsize=8)
    axes[0].set_yticks(range(len(names)), names, fontsize=8)
    axes[0].invert_yaxis()
    figure.supxlabel("")
    note(figure, "Change from the base on the same trees, dex (slopes: dex per dex). Red, to the right: a value above "
         "the default; blue, to the left: below; black: another form. Open: beyond the panel. Shaded: less than "
         "the default tolerance of the statements.")
    save(figure, path)


def family_of(models, row):
    changed = " ".join(models.changes(row))
    return next((f for f in FAMILIES if f[0] in changed), None)


def draw_slopes(models, statements, path):
    """FMR slope against MZR slope and what it costs."""
    figure, axes = plt.subplots(1, 3, figsize=(11.5, 4.2))
    pairs = (("mzr_slope", "fmr_slope"), ("fmr_slope", "all"), ("fmr_slope", "fmr_offset"))
    named = set()
    for ax, (x_key, y_key) in zip(axes, pairs):
        mark_published(ax, statements, x_key, "axvspan")
        mark_published(ax, statements, y_key, "axhspan")
        ends = [statements.ends(key) for key in (x_key, y_key)]
        ax.plot(ends[0][0], ends[1][0], "*", color=BLACK, ms=15, mfc="white", label="paper", zorder=6)
        for row in range(models.size):
            family = family_of(models, row)
            _, label, colour, marker = family or ("", "other" if row else "base", GREY if row else BLACK, "o")
            x, y = models.values[x_key][row], models.values[y_key][row]
            y = max(y, LOWEST) if y_key == "all" else y
            ax.plot(x, y, marker, color=colour, ms=10 if row == 0 else 6, mec="white", mew=0.6, zorder=5,
                    label=label if (label, ax) not in named else None)
            named.add((label, ax))
        ax.set_xlabel(QUANTITIES[x_key].heading)
        ax.set_ylabel(QUANTITIES[y_key].heading)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=5)
    note(figure, "Every point is a model of the table of slopes. Shaded: within the default "
         f"tolerance of the published value (0.1 in slopes, 0.15 dex). Models with log10 L_all below {LOWEST} "
         "are drawn there.")
    save(figure, path)


def draw_map(models, statements, path):
    """Likelihoods and slopes over the two choices that move most."""
    names = [name for name, values in models.parameters.items() if len(set(values)) > 1]
    x, y = (np.array(sorted(set(models.parameters[name]))) for name in names[:2])
    keys = ("all", "csfh", "mzsfr", "shmr", "fmr_slope", "mzr_slope")
    figure, axes = plt.subplots(2, 3, figsize=(10.5, 6.4), sharex=True, sharey=True)
    for ax, key in zip(axes.flat, keys):
        values, (a, b) = models.values[key], (models.parameters[name] for name in names[:2])
        grid = np.array([[values[np.flatnonzero((a == i) & (b == j))[0]] for i in x] for j in y])
        lowest = np.nanmax(grid) - 1.5 if "slope" not in key else np.nanmin(grid)
        drawn = ax.contourf(x, y, np.maximum(grid, lowest), 14, cmap=SEQUENTIAL)
        figure.colorbar(drawn, ax=ax)
        ax.plot(models.base_value(names[0]), models.base_value(names[1]), "o", mfc="white", mec=BLACK, ms=7)
        best = np.unravel_index(np.nanargmax(grid), grid.shape)
        if "slope" not in key:
            ax.plot(x[best[1]], y[best[0]], "*", mfc="white", mec=BLACK, ms=13, clip_on=False)
        ax.set_title(QUANTITIES[key].heading, fontsize=10)
        ax.set_xscale("log")
        ax.set_xticks(x, [short(v) for v in x])
        ax.minorticks_off()
    for ax in axes[1]:
        ax.set_xlabel(names[0])
    for ax in axes[:, 0]:
        ax.set_ylabel(names[1])
    note(figure, "Circle: the default. Star: the best point of the map by the likelihood of the panel; likelihoods are "
         "drawn down to 1.5 below the best.")
    save(figure, path)


# name of the file: (which results, how)
FIGURES = {"choices": ("choices", draw_choices), "slopes": ("slopes", draw_slopes), "map": ("map", draw_map)}
