"""Figures 8 and B.1 of Liu et al. (2025) from a scan: densities of the most likely model of each outflow slope."""
import numpy as np

from plot_data import log10
from plot_observations import CSMD_FIT, SFRD_FIT, SFRD_TABLE, SFRD_VALUE, draw_observed_csmd, draw_observed_sfrd
from plot_scan import NAMES, SLOPE, equal, short
from plot_style import BLACK, BLUE, M_SUN, note, plt


def best_by_slope(scan):
    """{ outflow slope: row of the most likely model }, from low to high slopes; slopes without likelihood are left
    out."""
    slopes = scan.parameters.get(SLOPE)
    if slopes is None:
        return {}
    rows = {slope: scan.best_of("all", slopes == slope) for slope in sorted(set(slopes))}
    return {slope: row for slope, row in rows.items() if row is not None}


def plot_best_by_slope(scan, slopes):
    """SFRD (left) and CSMD (right) of the most likely models of some slopes, one row for each."""
    best = best_by_slope(scan)
    figure, axes = plt.subplots(len(slopes), 2, figsize=(11.2, 4.3 * len(slopes)), sharex="col", squeeze=False)
    words = []
    for (left, right), slope in zip(axes, slopes):
        row = best[slope]
        z, observe = scan.column("z")[row], scan.observe(row)
        cut, least = observe["sfr_min_msun_yr"], observe["csmd_m_star_min_msun"]
        for ax, total, part, name in (
                (left, "sfrd_msun_yr_cmpc3", "sfrd_detectable_msun_yr_cmpc3",
                 rf"SFR > $10^{{{np.log10(cut):.2g}}}\ {M_SUN}\ yr^{{-1}}$"),
                (right, "csmd_msun_cmpc3", "csmd_detectable_msun_cmpc3", rf"$M_\star$ > {short(least)} ${M_SUN}$")):
            ax.plot(z, log10(scan.column(total)[row]), color=BLACK, lw=2.2, label="all galaxies")
            ax.plot(z, log10(scan.column(part)[row]), color=BLUE, lw=2.2, label=name)
            ax.set_title(rf"$\alpha_{{out}}$ = {slope:g}", fontsize=10)
        observed, used = scan.table(row, SFRD_TABLE), scan.sfrd_used(row)
        counted = {(observed[i]["z"], observed[i][SFRD_VALUE]) for i in used or ()}
        extra = draw_observed_sfrd(left, scan.table(row, SFRD_FIT), observed,
                                   lambda at, value, c=counted, u=used: u is None or (at, value) in c)
        draw_observed_csmd(right, scan.table(row, CSMD_FIT), observe)
        left.legend(handles=left.get_legend_handles_labels()[0] + extra, loc="upper right", ncol=2)
        right.legend(loc="upper right")
        left.set(ylim=(-4.5, 1.2), xlim=(max(z.min() - 0.5, 0), 17),
                 ylabel=rf"$\log_{{10}}$ SFRD $[{M_SUN}\ yr^{{-1}}\ cMpc^{{-3}}]$")
        right.set(ylim=(2, 9.4), xlim=(max(z.min() - 0.5, 0), 17),
                  ylabel=rf"$\log_{{10}}\ \rho_\star\ [{M_SUN}\ cMpc^{{-3}}]$")
        values = ", ".join(equal(parameter, short(value)) for parameter, value in scan.values_of(row).items())
        words.append(f"Point {scan.ids[row]}: {values}, log10 L {NAMES['all']} = {scan.log10['all'][row]:.3f}.")
    for ax in axes[-1]:
        ax.set_xlabel("Redshift z")
    note(figure, " ".join(words))
    return figure
