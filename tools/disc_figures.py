"""Figures of discs along mean growth, one halo at a time: figures 1 to 10 and 15 of Toyouchi et al. (2025). Each
function takes {name of a variant: Discs} (tools/disc_runs.py) and returns a figure."""
import numpy as np
from matplotlib.lines import Line2D

from cecropia_files import read_table, shipped_observations
from disc_galaxies import GALAXIES, SOLAR_OH12, given
from disc_runs import ACCRETION_MYR, BOOSTS, FIDUCIAL, HOUSE, LOADINGS, SPIN_RATIOS
from metal_relations import fmr_oh12, fmr_residual
from plot_data import log10
from plot_style import BLACK, BLUE, GREEN, GREY, LIGHT, M_SUN, ORANGE, PURPLE, VERMILION, note, plt

END_MASSES = ((1e10, BLUE), (1e11, GREEN), (1e12, ORANGE), (1e13, VERMILION))
SHADES = (BLUE, GREEN, ORANGE, VERMILION, PURPLE)
LINES = ("-", (0, (6, 2)), (0, (3, 1.5)), (0, (1, 1.2)), (0, (7, 2, 1, 2)))
MIDDLE = 1e12  # mass at z = 5 of the halo of figures with one halo [Msun]
Z_SEEN = (5, 20)
Z_TRACKS = 14  # tracks against stellar mass begin here


def power(m_msun):
    return rf"$10^{{{np.log10(m_msun):.0f}}}\ {M_SUN}$"


def redshift_axis(ax, low=Z_SEEN[0], high=Z_SEEN[1]):
    ax.set(xlabel="Redshift", xlim=(high, low))


def tracks(runs):
    """Figures 1 and 2: halos, masses and rates of one galaxy, and its profiles."""
    d = runs[FIDUCIAL]
    figure, ((a, b), (c, e)) = plt.subplots(2, 2, figsize=(10.5, 8.2))
    for k, end in enumerate(d.end_msun):
        colour = next((colour for m, colour in END_MASSES if abs(np.log10(end / m)) < 0.01), LIGHT)
        a.plot(d.z, log10(d["m_halo"][:, k]), color=colour, lw=1.8 if colour != LIGHT else 1,
               zorder=2 if colour != LIGHT else 1)
    a.set_ylabel(rf"$\log_{{10}}\ M_h\ [{M_SUN}]$")
    k = d.halo(MIDDLE)
    for name, label, colour, line in (("m_halo", "halo", BLACK, "-"), ("gas", "gas", BLUE, LINES[1]),
                                      ("m_star", "stars", ORANGE, "-"), ("metals", "metals", GREEN, LINES[4]),
                                      ("dust", "dust", VERMILION, LINES[3])):
        b.plot(d.z, log10(d[name][:, k]), color=colour, ls=line, label=label)
    b.set_ylabel(rf"$\log_{{10}}\ M\ [{M_SUN}]$")
    b.set_ylim(0, 12.9)
    outflow, z_middle = d.rate("out")
    for z, rate, label, colour, line in ((d.z, d["inflow"], "inflow", BLACK, "-"),
                                         (z_middle, outflow, "outflow", BLUE, LINES[1]),
                                         (d.z, d["sfr"], "star formation", ORANGE, "-")):
        c.plot(z[1:], log10(rate[1:, k]), color=colour, ls=line, label=label)
    c.set_ylabel(rf"$\log_{{10}}$ rate $[{M_SUN}\,yr^{{-1}}]$")
    for ax in (a, b, c):
        redshift_axis(ax)
    profiles(e)
    for ax in (b, c):
        ax.legend(title=f"{power(MIDDLE)} at z = 5", title_fontsize=8)
    note(figure, "Upper left: 21 halos of mean growth, those of other figures in colour. Lower right: profiles of the "
                 "reference calculation of tests/data/disc, because catalogues hold none; tests hold the program's "
                 "rings to them within 3 %.")
    return figure


def profiles(ax):
    """Reference profiles of the halo of 1e12 Msun."""
    rows = read_table(HOUSE / "tests/data/disc/reference_profiles.csv")
    for (z, lines) in ((12.0, LINES[2]), (7.003, "-")):
        mine = [r for r in rows if abs(r["z"] - z) < 0.01]
        radius = log10([r["R_pc"] for r in mine])
        for name, label, colour in (("Sigma_g", "gas", BLUE), ("Sigma_star", "stars", ORANGE),
                                    ("Z_Sigma_g", "metals", GREEN), ("D_Sigma_g", "dust", VERMILION)):
            ax.plot(radius, log10([r[name] for r in mine]), color=colour, ls=lines,
                    label=f"{label}" if z < 8 else None)
    ax.plot([], [], color=GREY, ls="-", label="z = 7")
    ax.plot([], [], color=GREY, ls=LINES[2], label="z = 12")
    ax.set(xlabel=r"$\log_{10}\ R\ [pc]$", ylabel=rf"$\log_{{10}}\ \Sigma\ [{M_SUN}\,pc^{{-2}}]$", xlim=(0, 3.7),
           ylim=(-2.5, 4.9))
    ax.legend(ncols=3, loc="upper right")


def observed(names):
    """Arrays of the columns of the 15 galaxies, NaN where nothing is given; and whether a radius is a limit."""
    rows = read_table(shipped_observations() / GALAXIES)
    columns = {n: np.array([r[n] if given(r[n]) else np.nan for r in rows]) for n in names}
    return columns, np.array([r["r_limit"] == "<" for r in rows])


def draw_observed_sizes(ax):
    g, limit = observed(("z", "r_half_pc", "r_half_err_lo_pc", "r_half_err_hi_pc"))
    r = g["r_half_pc"]
    error = np.nan_to_num([log10(r) - log10(r - g["r_half_err_lo_pc"]), log10(r + g["r_half_err_hi_pc"]) - log10(r)])
    style = {"color": GREY, "mec": BLACK, "mew": 0.4, "elinewidth": 0.8, "zorder": 5}
    ax.errorbar(g["z"][~limit], log10(r[~limit]), yerr=error[:, ~limit], fmt="D", ms=4, label="JWST, z > 10", **style)
    ax.errorbar(g["z"][limit], log10(r[limit]), yerr=0.12, uplims=True, fmt="D", ms=4, **style)


def sizes(runs):
    """Figure 3: half-light radii through time, for halos and for f_s."""
    d = runs[FIDUCIAL]
    figure, (a, b) = plt.subplots(1, 2, figsize=(10.5, 4.4), sharey=True)
    for m, colour in END_MASSES:
        k = d.halo(m)
        radius = log10(d["r_half_pc"][:, k])
        a.plot(d.z, radius, color=colour, label=power(m))
        bright = [float(np.interp(-level, -d["m_uv"][::-1, k][::-1], d.z)) for level in (-15, -17, -19, -21, -23)
                  if d["m_uv"][-1, k] < level < d["m_uv"][1, k]]
        a.plot(bright, np.interp(-np.array(bright), -d.z, radius), "o", color=colour, ms=4.5, mec=BLACK, mew=0.5)
    for (name, f_s), colour, line in zip(sorted(SPIN_RATIOS.items(), key=lambda item: item[1]), SHADES, LINES):
        v = runs[name]
        b.plot(v.z, log10(v["r_half_pc"][:, v.halo(MIDDLE)]), color=colour, ls=line, label=f"$f_s$ = {f_s:g}")
    for ax, title in ((a, "mass at z = 5"), (b, f"{power(MIDDLE)} at z = 5")):
        draw_observed_sizes(ax)
        redshift_axis(ax, 5, 16)
        ax.set_ylim(0.9, 4.0)
        ax.legend(title=title, title_fontsize=8, loc="upper left", ncols=2)
    a.set_ylabel(r"$\log_{10}\ R_{half}\ [pc]$, 1500 $\AA$")
    note(figure, "Circles: M_UV = -15, -17, -19, -21, -23 without dust. Points: table 2 of Toyouchi et al. (2025), "
                 "arrow: upper limit.")
    return figure


def draw_observed_relations(panels):
    rate, metals, offset = panels
    g, _ = observed(("log10_m_star_msun", "sfr_msun_yr", "oh12"))
    mass, sfr, oh12 = g["log10_m_star_msun"], log10(g["sfr_msun_yr"]), g["oh12"]
    style = {"color": GREY, "ms": 3.5, "mec": BLACK, "mew": 0.4, "ls": "none", "marker": "D", "zorder": 5}
    rate.plot(mass, sfr, label="JWST, z > 10", **style)
    metals.plot(mass, oh12, **style)
    offset.plot(mass, fmr_residual(oh12, mass, sfr), **style)


def draw_relations(panels, discs, k, **style):
    """Star formation, metallicity, offset from the fundamental relation of one halo's track, against its stars."""
    keep = (discs.z < Z_TRACKS) & (discs["m_star"][:, k] > 1e4)
    mass, sfr = log10(discs["m_star"][keep, k]), log10(discs["sfr"][keep, k])
    oh12 = SOLAR_OH12 + discs["oh"][keep, k]
    for ax, y in zip(panels, (sfr, oh12, oh12 - fmr_oh12(mass, sfr))):
        ax.plot(mass, y, **style)
        now = [int(np.argmin(np.abs(discs.z[keep] - z))) for z in (10, 7, 5)]
        for i, marker in zip(now, "^sv"):
            ax.plot(mass[i], y[i], marker, color=style["color"], ms=4, mec=BLACK, mew=0.4)


def relations(runs):
    """Figure 4: stars, star formation and metallicity, for halos, F_b, f_s and eta_0."""
    figure, rows = plt.subplots(4, 3, figsize=(10.5, 12.5), sharex=True, sharey="col")
    d = runs[FIDUCIAL]
    for m, colour in END_MASSES:
        draw_relations(rows[0], d, d.halo(m), color=colour, label=power(m))
    for panels, symbol, values in ((rows[1], "$F_b$", BOOSTS), (rows[2], "$f_s$", SPIN_RATIOS),
                                   (rows[3], r"$\eta_0$", LOADINGS)):
        for (name, value), colour, line in zip(sorted(values.items(), key=lambda item: item[1]), SHADES, LINES):
            v = runs[name]
            draw_relations(panels, v, v.halo(MIDDLE), color=colour, ls=line, label=f"{symbol} = {value:g}")
    for panels in rows:
        draw_observed_relations(panels)
        panels[0].legend(loc="lower right", fontsize=7)
        panels[0].set(xlim=(5, 11.6), ylim=(-2.5, 3.9), ylabel=rf"$\log_{{10}}\ SFR\ [{M_SUN}\,yr^{{-1}}]$")
        panels[1].set(ylim=(5.6, 9.2), ylabel="12 + log(O/H)")
        panels[2].set(ylim=(-2, 1), ylabel="offset from the FMR [dex]")
        panels[2].axhline(0, color=BLACK, lw=0.8, ls=LINES[3])
    for ax in rows[-1]:
        ax.set_xlabel(rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$")
    note(figure, f"Tracks from z = {Z_TRACKS} to 5; triangle up, square, triangle down: z = 10, 7, 5. First row: halos "
                 f"by mass at z = 5; the others: {power(MIDDLE)} at z = 5. FMR: Andrews & Martini (2013).")
    return figure


def dust(runs):
    """Figures 5, 6 and 7: dust masses, temperatures and fluxes."""
    figure, ((a, b), (c, e)) = plt.subplots(2, 2, figsize=(10.5, 8.2))
    for (name, tau), line in zip(ACCRETION_MYR.items(), ("-", LINES[3])):
        d = runs[name]
        for m, colour in END_MASSES:
            k = d.halo(m)
            keep = d["m_star"][:, k] > 1e4
            style = {"color": colour, "ls": line}
            a.plot(log10(d["m_star"][keep, k]), log10(d["dust"][keep, k]), label=power(m) if line == "-" else None,
                   **style)
            b.plot(d.z[keep], log10(d["dust"][keep, k] / d["m_star"][keep, k]), **style)
            c.plot(d.z[keep], d["t_dust_k"][keep, k], **style)
            e.plot(d.z[keep], log10(d["flux_ujy"])[keep, k], **style)
        b.plot([], [], color=GREY, ls=line, label=rf"$\tau_0$ = {tau:g} Myr")
    z = np.linspace(*Z_SEEN, 50)
    c.plot(z, 2.7255 * (1 + z), color=BLACK, ls=LINES[1], label="CMB")
    a.set(xlabel=rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$", ylabel=rf"$\log_{{10}}\ M_d\ [{M_SUN}]$", xlim=(5, 11.6),
          ylim=(1, 10))
    b.set(ylabel=r"$\log_{10}\ M_d/M_\star$", ylim=(-4.6, -1.4))
    c.set(ylabel=r"$T_d$ [K]", ylim=(15, 85))
    e.set(ylabel=r"$\log_{10}\ F_{158}\ [\mu Jy]$", ylim=(-3.5, 4.5))
    for ax in (b, c, e):
        redshift_axis(ax, 5, 15)
    for ax, title in ((a, "mass at z = 5"), (b, None), (c, None)):
        ax.legend(title=title, title_fontsize=8)
    note(figure, "Temperatures and fluxes of the dust at 158 micron in the rest frame, one face absorbing, as in the "
                 "paper. The paper's observed dust masses and fluxes are not printed as numbers.")
    return figure


def draw_efficiency(ax, discs, z, **style):
    ax.plot(log10(discs.at("m_halo", z)), log10(discs.at("f_star", z)), **style)


def efficiency(runs):
    """Figures 8, 9, 10 and 16: the part of the baryons that becomes stars, and the balance of the gas."""
    figure, ((a, b, c), (e, f, g)) = plt.subplots(2, 3, figsize=(12.5, 8))
    d = runs[FIDUCIAL]
    for ax, discs, title in ((a, d, "fiducial"), (b, runs["weak"], "weak feedback")):
        for z, colour, line in zip((12, 10, 7, 5), SHADES, LINES):
            draw_efficiency(ax, discs, z, color=colour, ls=line, label=f"z = {z}")
        ax.legend(title=title, title_fontsize=8)
    rate = {name: d.rate(name) for name in ("gas", "formed", "out", "m_star")}
    z = rate["gas"][1]
    inflow = 0.5 * (d["inflow"][1:] + d["inflow"][:-1])
    used = (rate["m_star"][0] + rate["out"][0]) / inflow  # living stars: formed minus returned
    for m, colour in END_MASSES:
        k = d.halo(m)
        c.plot(z, used[:, k], color=colour, label=power(m))
        c.plot(z, rate["gas"][0][:, k] / inflow[:, k], color=colour, ls=LINES[1])
    c.plot([], [], color=GREY, label="used by stars and outflow")
    c.plot([], [], color=GREY, ls=LINES[1], label="change of the gas")
    redshift_axis(c, 5, 15)
    c.set(ylabel="over the inflow of gas", ylim=(0, 1.75))
    c.legend(title="mass at z = 5", title_fontsize=8, ncols=2)
    for ax, symbol, values in ((e, "$F_b$", BOOSTS), (f, "$f_s$", SPIN_RATIOS), (g, r"$\eta_0$", LOADINGS)):
        for (name, value), colour, line in zip(sorted(values.items(), key=lambda item: item[1]), SHADES, LINES):
            draw_efficiency(ax, runs[name], 5, color=colour, ls=line, label=f"{symbol} = {value:g}")
        ax.legend(title="z = 5", title_fontsize=8)
    for ax in (a, b, e, f, g):
        ax.set(xlabel=rf"$\log_{{10}}\ M_h\ [{M_SUN}]$", xlim=(8, 14.1), ylim=(-3.2, 0.2),
               ylabel=r"$\log_{10}\ f_\star = SFR/(f_b\,\dot M_h)$")
    note(figure, "Gas used: what stays in stars and remnants, and the outflow. The observed relation of Harikane et "
                 "al. (2022), which the paper draws, is not printed in it as numbers.")
    return figure


def weak_feedback(runs):
    """Figure 15: star formation, metallicity and dust with weak feedback."""
    figure, panels = plt.subplots(1, 3, figsize=(12.5, 4.2))
    for name, line in (("weak", "-"), (FIDUCIAL, LINES[3])):
        d = runs[name]
        for m, colour in END_MASSES:
            k = d.halo(m)
            keep = (d.z < Z_TRACKS) & (d["m_star"][:, k] > 1e4)
            mass = log10(d["m_star"][keep, k])
            for ax, y in zip(panels, (log10(d["sfr"]), SOLAR_OH12 + d["oh"], log10(d["dust"]))):
                ax.plot(mass, y[keep, k], color=colour, ls=line, label=power(m) if line == "-" else None)
    g, _ = observed(("log10_m_star_msun", "sfr_msun_yr", "oh12"))
    for ax, y in zip(panels, (log10(g["sfr_msun_yr"]), g["oh12"])):
        ax.plot(g["log10_m_star_msun"], y, "D", color=GREY, ms=3.5, mec=BLACK, mew=0.4, label="JWST, z > 10")
    labels = (rf"$\log_{{10}}\ SFR\ [{M_SUN}\,yr^{{-1}}]$", "12 + log(O/H)", rf"$\log_{{10}}\ M_d\ [{M_SUN}]$")
    for ax, label, limits in zip(panels, labels, ((-2.5, 3.9), (5.6, 9.4), (1, 10))):
        ax.set(xlabel=rf"$\log_{{10}}\ M_\star\ [{M_SUN}]$", ylabel=label, xlim=(5, 11.9), ylim=limits)
    panels[0].legend(title="mass at z = 5", title_fontsize=8)
    panels[1].legend(handles=[Line2D([], [], color=GREY, ls=line, label=label) for label, line in
                              (("weak feedback", "-"), ("fiducial", LINES[3]))], loc="lower right")
    note(figure, f"Tracks from z = {Z_TRACKS} to 5.")
    return figure
