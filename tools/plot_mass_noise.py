#!/usr/bin/env python3
"""Draws the figure of docs/mass_noise.md from the folder in which tools/mass_noise worked: noise of halo masses by
particle number, how it is told from growth, and the scatter of galaxies on trees with and without it."""

from plot_needs import need

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)

import numpy as np  # noqa: E402  missing packages are named before they are imported

from halo_noise import noise_part  # noqa: E402
from mass_noise_galaxies import RELATIONS  # noqa: E402
from plot_data import main_of, open_summary  # noqa: E402
from plot_style import BLACK, BLUE, GREEN, GREY, LIGHT, ORANGE, PURPLE, SKY, VERMILION, plt, save  # noqa: E402


def middle(row):
    return float(np.sqrt(np.prod(row["n"])))


def draw_noise(ax, s):
    """s by particle number: all redshifts, three ranges of redshift, the coarse twin, and the differences of twins."""
    noise = s["noise"]
    looks = {"": (BLUE, "o", 6, "all redshifts"), "4.0": (SKY, "^", 4, "z = 4 to 6"),
             "6.0": (GREEN, "v", 4, "z = 6 to 8"), "8.0": (ORANGE, "s", 4, "z > 8")}
    for i, (key, (colour, marker, size, label)) in enumerate(looks.items()):
        rows = [r for r in noise["rows"] if (str(float(r["z"][0])) if r["z"] else "") == key and r["s"] is not None]
        x = np.array([middle(r) for r in rows]) * 1.04 ** (i - 1.5)
        ax.errorbar(x, [r["s"] for r in rows], yerr=[r["error"] for r in rows], fmt=marker, color=colour, ms=size,
                    capsize=2, elinewidth=0.8, label=label, zorder=5 if not key else 3)
    if s["coarse"]:
        rows = [r for r in s["coarse"]["rows"] if not r["z"]]
        ax.errorbar([middle(r) * 1.12 for r in rows], [r["s"] for r in rows], yerr=[r["error"] for r in rows], fmt="D",
                    color=VERMILION, mfc="white", ms=5, capsize=2, elinewidth=0.8, label="particles 8 times as heavy")
    if s["twins"]:
        rows = s["twins"]["rows"]
        ax.plot([middle(r) for r in rows], [r["total"] for r in rows], "x", color=GREY, ms=6, mew=1.5,
                label="ln M over that of the twin")
    n = np.geomspace(40, 1e4, 50)
    if np.isfinite(noise["s_1000"]):
        ax.plot(n, noise["s_1000"] * (n / 1000) ** noise["exponent"], "-", color=BLUE, lw=1,
                label=f"{noise['s_1000']:.3f} $(N/1000)^{{{noise['exponent']:.2f}}}$, r = {noise['r']:.2f}")
    ax.axhline(s["chosen"], color=BLACK, ls="--", lw=1, label=f"eps.mass_noise = {s['chosen']:g}")
    ax.set(xscale="log", yscale="log", xlim=(45, 1e4), ylim=(0.0015, 0.3), xlabel="Particles of the halo, N",
           ylabel="Scatter of ln M from noise, s")
    ax.legend(loc="lower left", fontsize="x-small", ncol=2)


def draw_widths(ax, s):
    """Widths of second differences by lag, with the fit, and those of EPS trees without noise."""
    lags = np.array(s["lags"])
    rows = [r for r in s["noise"]["rows"] if not r["z"]]
    eps = {tuple(r["n"]): r for r in s["eps"]["rows"] if not r["z"]}
    for row, colour, marker in zip(rows[::2], (ORANGE, BLUE, GREEN), "osD"):
        w = np.array(row["w"], float)
        ax.plot(lags, w, marker, color=colour, ms=5, label=f"N = {row['n'][0]:g} to {row['n'][1]:g}")
        if np.isfinite(row["s"]):
            k = np.linspace(lags[0], lags[-1], 60)
            noise = row["s"] ** 2 * noise_part(k, s["noise"]["r"])
            ax.plot(k, np.sqrt(noise + row["g"] * k ** 3), "-", color=colour, lw=1)
            ax.plot(k, np.sqrt(noise), ":", color=colour, lw=1)
        smooth = np.array(eps[tuple(row["n"])]["w"], float)
        ax.plot(lags, np.maximum(smooth, 1e-9), marker, color=colour, mfc="white", ms=4)
    ax.plot([], [], "-", color=GREY, lw=1, label="fit: noise and wandering growth")
    ax.plot([], [], ":", color=GREY, lw=1, label="of it noise")
    ax.plot([], [], "o", color=GREY, mfc="white", ms=4, label="EPS trees without noise")
    ax.set(yscale="log", ylim=(2e-4, 4), xlabel="Lag k [snapshots]",
           ylabel="Width of ln M(i+k) - 2 ln M(i) + ln M(i-k)")
    ax.legend(loc="upper left", fontsize="x-small", ncol=2)


def draw_galaxies(ax, s, keys, title):
    """Scatter of relations, run by run."""
    rows = s["galaxies"]
    y = np.arange(len(rows))[::-1]
    for i in range(0, len(rows), 2):
        ax.axhspan(y[i] - 0.5, y[i] + 0.5, color=LIGHT, alpha=0.3, lw=0)
    looks = ((BLUE, "o"), (SKY, "s"), (PURPLE, "^"))
    for j, (key, (colour, marker)) in enumerate(zip(keys, looks)):
        shift = 0.18 * (1 - j) if len(keys) > 2 else 0.14 * (0.5 - j) * 2
        ax.errorbar([r[key]["scatter"] for r in rows], y + shift, xerr=[r[key]["error"] for r in rows], fmt=marker,
                    color=colour, ms=4.5, capsize=2, elinewidth=0.8, label=RELATIONS[key][0])
    for label, colour in (("simulation", BLACK), ("EPS", GREY)):
        ax.axvline(next(r for r in rows if r["label"] == label)[keys[0]]["scatter"], color=colour, ls=":", lw=1)
    ax.set_yticks(y, [r["label"] for r in rows], fontsize="small")
    ax.yaxis.set_minor_locator(plt.NullLocator())
    ax.set(xlabel=title, xlim=(0, None), ylim=(-0.5, len(rows) + 1.7))
    ax.legend(loc="upper left", fontsize="x-small", ncol=2)


def main():
    s, out = open_summary(__doc__, NEEDS, "tools/mass_noise")
    figure = plt.figure(figsize=(11, 9.4))
    upper, lower = figure.subfigures(2, 1, height_ratios=[1, 1.3])
    left, right = upper.subplots(1, 2)
    draw_noise(left, s)
    draw_widths(right, s)
    left, right = lower.subplots(1, 2, sharey=True)
    draw_galaxies(left, s, ("sfms_4_6", "sfms_6_8", "sfms_4_8_bright"), "Scatter about the main sequence [dex]")
    draw_galaxies(right, s, ("fmr", "mzr"), "Scatter of [O/H] about the relation [dex]")
    plt.rcParams["savefig.dpi"] = 95
    save(figure, out / "mass_noise.png")


if __name__ == "__main__":
    main_of(main)
