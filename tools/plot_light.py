"""Figures of light and deaths of stars: through cosmic time, and of the populations of a run as they age."""
import numpy as np

from plot_data import Trouble, log10
from plot_index import draw_history
from plot_style import (BLACK, BLUE, GREEN, GREY, M_SUN, ORANGE, PURPLE, SEQUENTIAL, SKY, VERMILION, note, plt,
                        say_empty)

# fate: column of the history, colour, line
RATES = {"CCSN": ("ccsn", BLACK, "-"), "failed": ("fsn", GREY, (0, (6, 2))), "Ia": ("ia", BLUE, (0, (8, 2, 2, 2))),
         "PPISN": ("ppisn", ORANGE, "-"), "PISN": ("pisn", VERMILION, (0, (4, 1.5))),
         "direct collapse": ("dbh", PURPLE, (0, (1, 1.5)))}
METALLICITIES = (1e-4, 1e-3, 4e-3, 0.014, 0.03)  # of Population II; the nearest that the run has are drawn
LINES = ("-", (0, (7, 2)), (0, (3, 1.5)), (0, (1, 1.5)), (0, (7, 2, 1, 2)))


def limits(axes, decades, *curves):
    """The highest value and so many decades below it; every panel stays readable when something is nearly zero."""
    highest = max((np.nanmax(y) for y in curves if np.isfinite(y).any()), default=0.0)
    axes.set_ylim(highest - decades, highest + 0.4)


def is_seen(line, axes):
    """True if a stretch of the line, not just a point, is inside the panel."""
    inside = []
    for values, ends in ((line.get_xdata(), sorted(axes.get_xlim())), (line.get_ydata(), axes.get_ylim())):
        values = np.asarray(values, float)
        both = np.isfinite(values[1:]) & np.isfinite(values[:-1])
        low, high = np.fmin(values[1:], values[:-1]), np.fmax(values[1:], values[:-1])
        inside.append(both & (high >= ends[0]) & (low <= ends[1]))
    return bool((inside[0] & inside[1]).any())


def legend_of_seen(axes, *others, **options):
    """Legend with one entry for each label of which a curve is seen, in this panel or in one of the `others`, and for
    points with error bars."""
    drawn = {line.get_label() for panel in (axes, *others) for line in panel.lines if is_seen(line, panel)}
    handles = {}
    for line in axes.lines:
        label = line.get_label()
        if label in drawn and (label not in handles or not is_seen(handles[label], axes)):
            handles[label] = line
    handles |= {bars.get_label(): bars for bars in axes.containers if not bars.get_label().startswith("_")}
    if handles:
        axes.legend(handles=list(handles.values()), **options)


def draw_rates(axes, run):
    drawn = []
    for label, (name, colour, line) in RATES.items():
        drawn.append(log10(run.column(f"{name}_rate_yr_cmpc3")))
        axes.plot(run.column("z"), drawn[-1], color=colour, ls=line, label=label)
    limits(axes, 6, *drawn)
    say_empty(axes, "no deaths of stars in this run", *drawn)
    axes.set_ylabel(r"$\log_{10}$ rate $[yr^{-1}\ cMpc^{-3}]$")


def draw_photons(axes, run):
    drawn = []
    for name, label, line in (("ionising", "H-ionising", "-"), ("lyman_werner", "Lyman-Werner", (0, (5, 1.5)))):
        for population, colour in (("ii", BLUE), ("iii", VERMILION)):
            drawn.append(log10(run.column(f"{name}_emissivity_{population}_s_cmpc3")))
            axes.plot(run.column("z"), drawn[-1], color=colour, ls=line,
                      label=f"{label}, Population {population.upper()}")
    limits(axes, 5, *drawn)
    say_empty(axes, "no such photons in this run", *drawn)
    axes.set_ylabel(r"$\log_{10}$ photons $[s^{-1}\ cMpc^{-3}]$")


def draw_ultraviolet(axes, run):
    z = run.column("z")
    total, iii = (log10(run.column(f"uv_luminosity_density_{name}erg_s_hz_cmpc3")) for name in ("", "iii_"))
    axes.plot(z, total, color=BLACK, lw=2.0, label="all stars")
    axes.plot(z, iii, color=VERMILION, ls=(0, (5, 1.5)), label="Population III")
    limits(axes, 5, total, iii)
    say_empty(axes, "no light in this run", total, iii)
    axes.set_ylabel(r"$\log_{10}\ \rho_{UV}$ at 1500 $\AA$ $[erg\ s^{-1}\ Hz^{-1}\ cMpc^{-3}]$")


def plot_light(run):
    """Deaths of stars, photons and ultraviolet light through cosmic time. Of a model without single stars only the
    panels that have something to show; Trouble if none has."""
    rates = [f"{name}_rate_yr_cmpc3" for name, _, _ in RATES.values()]
    photons = [name for name in run.history if "_emissivity_" in name]
    ultraviolet = [name for name in run.history if name.startswith("uv_luminosity_density_")]
    panels = [(draw_rates, rates, "lower left"), (draw_photons, photons, "upper right"),
              (draw_ultraviolet, ultraviolet, "upper right")]
    if not run.has_single_stars:
        panels = [panel for panel in panels if any(np.any(run.column(name) > 0) for name in panel[1])]
    if not panels:
        raise Trouble(f"galaxies of the model {run.model} have no light and no deaths of stars: --set model=disc has "
                      "light, --set model=asloth has both")
    figure, all_axes = plt.subplots(1, len(panels), figsize=(4.4 * max(len(panels), 1.4), 4.2), sharex=True,
                                    squeeze=False)
    z = run.column("z")
    for axes, (draw, columns, corner) in zip(all_axes[0], panels):
        draw(axes, run)
        draw_history(run, axes, columns)
        axes.set_xlim(z.min(), min(z.max(), 25))
        axes.set_xlabel("Redshift z")
        legend_of_seen(axes, loc=corner)
    note(figure, "Rates: deaths in the step of each level over its length, CCSN with electron capture. Light: living "
         "massive stars, as it leaves them (no dust, no nebular light, no escape fraction). In coarse trees the part "
         "of Population III is not a prediction." if run.has_single_stars else
         "Light as it leaves the stars: no dust, no nebular light. This model has no single stars, and so neither "
         "counts of their deaths nor ionising photons.")
    return figure


def chosen(metallicity):
    """Rows to draw of Population II."""
    return sorted({int(np.abs(np.log10(metallicity) - np.log10(z)).argmin()) for z in METALLICITIES})


def name_of(z):
    if z >= 1e-3:
        return f"Z = {z:.3g}"
    exponent = np.floor(np.log10(z) + 1e-9)
    factor = "" if abs(z / 10**exponent - 1) < 0.01 else rf"{z / 10**exponent:.2g}\times"
    return rf"Z = ${factor}10^{{{exponent:.0f}}}$"


def draw_ages(axes, populations, name, label, decades, column=None):
    """One quantity against age: several metallicities of Population II, the lowest of Population III."""
    curves = []
    rows = chosen(populations["ii"]["metallicity"])
    for place, (row, line) in enumerate(zip(rows, LINES)):
        colour = plt.get_cmap(SEQUENTIAL)(0.9 * place / max(len(rows) - 1, 1))
        curves.append((populations["ii"], row, colour, line, name_of(populations["ii"]["metallicity"][row])))
    curves.append((populations["iii"], 0, VERMILION, (0, (9, 2, 2, 2, 2, 2)), "Population III"))
    drawn = []
    for table, row, colour, line, text in curves:
        values = table[name][row] if column is None else table[name][row][:, column]
        drawn.append(log10(values))
        axes.plot(table["age_myr"], drawn[-1], color=colour, ls=line, lw=1.7, label=text)
    limits(axes, decades, *drawn)
    axes.set_ylabel(label)


def plot_populations(run):
    if not run.has_single_stars:
        raise Trouble(f"galaxies of the model {run.model} are not made of populations of single stars: --set "
                      "model=asloth has them")
    populations = run.populations
    if not {"ii", "iii"} <= set(populations):
        raise Trouble(f"{run.folder}/run.h5 has no group /populations: repeat the run with this version")
    figure, axes = plt.subplots(2, 3, figsize=(13.2, 7.4), sharex=True)
    per_msun = rf"{M_SUN}^{{-1}}"
    for ax, name, text, decades in (
            (axes[0, 0], "q_ion_per_s_msun", rf"H-ionising photons $[s^{{-1}}\ {per_msun}]$", 5),
            (axes[0, 1], "q_lw_per_s_msun", rf"Lyman-Werner photons $[s^{{-1}}\ {per_msun}]$", 4),
            (axes[0, 2], "l_uv_erg_s_hz_msun", rf"$L_{{1500}}$ $[erg\ s^{{-1}}\ Hz^{{-1}}\ {per_msun}]$", 4),
            (axes[1, 0], "metals_per_msun", "metals returned / mass formed", 3),
            (axes[1, 1], "e_sn_erg_msun", rf"supernova energy $[erg\ {per_msun}]$", 2.5)):
        draw_ages(ax, populations, name, rf"$\log_{{10}}$ {text}", decades)
    axes[0, 0].set_xscale("log")
    axes[0, 0].set_xlim(0.5, populations["ii"]["age_myr"].max())
    draw_deaths(axes[1, 2], run)
    for ax in axes[1]:
        ax.set_xlabel("Age [Myr]")
    legend_of_seen(axes[0, 0], *axes.flat[1:5], loc="lower left")
    note(figure, f"Populations formed at once, expectation for the IMF of this run at z = {run.column('z').min():.3g}. "
         "A star shines with the mean rate of its life until it dies, so nothing changes before the first death. "
         "Lower row: sums since birth; right: by fate, thin lines Population III.")
    return figure


def draw_deaths(axes, run):
    """Deaths by fate of one metallicity of Population II and of Population III."""
    fates = {"WD": (SKY, "-"), "CCSN": (BLACK, "-"), "ECSN": (GREEN, (0, (3, 1.5))), "FSN": (GREY, (0, (6, 2))),
             "PPISN": (ORANGE, "-"), "PISN": (VERMILION, (0, (4, 1.5))), "DBH": (PURPLE, (0, (1, 1.5)))}
    ii, iii = run.populations["ii"], run.populations["iii"]
    row = int(np.abs(np.log10(ii["metallicity"]) - np.log10(4e-3)).argmin())
    drawn = []
    for column, fate in enumerate(run.fates):
        colour, line = fates[fate]
        for table, at, width in ((ii, row, 1.9), (iii, 0, 0.9)):
            values = log10(table["deaths_per_msun"][at][:, column])
            drawn.append(values)
            axes.plot(table["age_myr"], values, color=colour, ls=line, lw=width, label=fate)
    limits(axes, 5, *drawn)
    axes.set_ylabel(rf"$\log_{{10}}$ deaths $[{M_SUN}^{{-1}}]$, {name_of(ii['metallicity'][row])}")
    legend_of_seen(axes, loc="lower right", ncols=2)
