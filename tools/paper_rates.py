"""Section 6.1 of Liu et al. (2025) from histories: star formation of metal-poor stars and of Population III, and
pair-instability supernovae on the sky."""
import numpy as np

from paper_checks.observed import on_the_sky
from plot_data import Trouble, log10
from plot_style import BLACK, BLUE, GREEN, GREY, LIGHT, M_SUN, ORANGE, PURPLE, VERMILION, note, plt

METAL_POOR = {"semi-empirical models, as quoted in Liu+25": (1e-3, 2e-2, (4.0, 10.0), LIGHT),
              "Liu+25, best model": (5e-3, 1e-2, (4.5, 8.0), ORANGE)}  # Msun/yr/cMpc^3, redshifts
PISN_ON_SKY = {"peak for m_max = 200 to 250 (Liu+25)": (10, VERMILION),
               "peak for m_max = 100 (Liu+25)": (0.1, PURPLE)}  # per year, square degree and unit redshift


def plot_metal_poor(run):
    """Star formation by metallicity: all stars, galaxies of metal-poor young stars, Population III."""
    figure, ax = plt.subplots(figsize=(6.0, 4.6))
    z, limit = run.column("z"), run.observe.get("metal_poor_oh", -1)
    for name, (low, high, (near, far), colour) in METAL_POOR.items():
        ax.fill_between([near, far], np.log10(low), np.log10(high), color=colour, alpha=0.4, lw=0, zorder=0, label=name)
    curves = [(log10(run.column(column)), colour, width, style, label) for column, colour, width, style, label in (
        ("sfrd_msun_yr_cmpc3", BLACK, 2.4, "-", "all stars, 100 Myr"),
        ("sfrd_step_msun_yr_cmpc3", GREY, 1.1, (0, (8, 2)), "all stars, steps of the simulation"),
        ("sfrd_metal_poor_msun_yr_cmpc3", BLUE, 2.0, (0, (6, 2)), f"galaxies of [O/H] < {limit:g}, 100 Myr"),
        ("sfrd_iii_msun_yr_cmpc3", GREEN, 1.6, (0, (2, 1.5)), "Population III, steps of the simulation"))]
    for y, colour, width, style, label in curves:
        ax.plot(z, y, color=colour, lw=width, ls=style, label=label)
    highest = np.nanmax([np.nanmax(np.append(curves[0][0], -2)), np.log10(2e-2)])
    ax.set(xlim=(max(z.min() - 0.3, 0), min(z.max(), 25)), ylim=(-5.5, highest + 2.1), xlabel="Redshift z",
           ylabel=rf"$\log_{{10}}$ SFRD $[{M_SUN}\ yr^{{-1}}\ cMpc^{{-3}}]$")
    ax.legend(loc="upper right")
    note(figure, "Metal-poor: galaxies whose young massive stars have such an [O/H]. Population III of coarse trees "
                 "is no prediction.")
    return figure


def sky_axes(z, curves):
    """Axes for rates on the sky with the published peaks; `curves` are all that will be drawn, as log10."""
    figure, ax = plt.subplots(figsize=(6.0, 4.6))
    for name, (peak, colour) in PISN_ON_SKY.items():
        ax.axhline(np.log10(peak), color=colour, ls=(0, (4, 2)), lw=1.3, label=name)
    highest = np.nanmax(np.append(np.concatenate(curves), 1.2))
    ax.set(xlim=(max(z.min() - 0.3, 0), min(z.max(), 25)), ylim=(-4, highest + 1.7), xlabel="Redshift z",
           ylabel=r"$\log_{10}\ dN_{PISN}/dz\ [yr^{-1}\ deg^{-2}]$")
    return figure, ax


def plot_pisn(run):
    """Pair-instability supernovae on the sky; Trouble for a model that does not count them."""
    z = run.column("z")
    rate = log10(on_the_sky(run.cosmology, z, run.column("pisn_rate_yr_cmpc3")))
    if not np.isfinite(rate).any() and not run.has_single_stars:
        raise Trouble(f"galaxies of the model {run.model} have no single stars that could die so: --set model=asloth "
                      "has")
    figure, ax = sky_axes(z, [rate])
    ax.plot(z, rate, color=BLACK, lw=2.2, label="this run")
    ax.legend(loc="upper right")
    limit = run.json["parameters"].get("stars", {}).get("imf2_max_msun")
    peak = "No such supernova in this run. "
    if np.isfinite(rate).any():
        peak = f"Highest: {10 ** np.nanmax(rate):.3g} at z = {z[np.nanargmax(rate)]:.2f}. "
    note(figure, peak + "Per year of the observer, without pulsational ones, Populations II and III"
         + (f"; upper limit of the initial mass function of Population II: {limit:g} Msun." if limit else "."))
    return figure


def plot_pisn_of_scan(scan, parameter, cosmology):
    """The same for a scan: the most likely model of each value of the upper limit of the initial mass function."""
    values = sorted(set(scan.parameters[parameter]))
    rows = {value: scan.best_of("all", scan.parameters[parameter] == value) for value in values}
    rows = {value: row for value, row in rows.items() if row is not None}
    z = scan.column("z")
    curves = [log10(on_the_sky(cosmology, z[row], scan.column("pisn_rate_yr_cmpc3")[row])) for row in rows.values()]
    figure, ax = sky_axes(z, curves or [np.zeros(0)])
    shades = plt.get_cmap("viridis")(np.linspace(0, 0.93, max(len(rows), 1)))
    for (value, row), curve, colour in zip(rows.items(), curves, shades):
        ax.plot(z[row], curve, color=colour, lw=1.7, label=rf"$m_{{max}}$ = {value:g} ${M_SUN}$")
    ax.set_ylim(None, ax.get_ylim()[1] + 1.0)
    ax.legend(loc="upper right", ncol=2)
    note(figure, "Of each upper limit the most likely model by all observables. Per year of the observer, without "
                 "pulsational ones, Populations II and III.")
    return figure
