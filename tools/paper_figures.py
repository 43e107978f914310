"""Which figures of Liu et al. (2025) a run or a scan gives, and what the others would need."""
import functools
import typing

from paper_galaxies import plot_evolution, plot_sizes
from paper_rates import plot_metal_poor, plot_pisn, plot_pisn_of_scan
from paper_scan import best_by_slope, plot_best_by_slope
from plot_clumps import galaxies_of as discs_of, numbers_of as numbers_of_discs, plot_densities, plot_metals
from plot_compactness import galaxies_of as sample_of, numbers_of, plot_offsets, plot_sizes as plot_sizes_by_mass
from plot_environment import (nearest_to, plot_fmr_offset, plot_mzr as plot_mzr_by_environment, plot_offset,
                              plot_scatter, seen_by_redshift)
from plot_light import plot_light, plot_populations
from plot_models import plot_dust, plot_uvlf
from plot_run import plot_csmd, plot_fmr, plot_mzr, plot_sfms, plot_sfrd, plot_shmr
from plot_scan import LIMIT, figures_of, is_paper_grid

# likelihood: number of its figure
LIKELIHOODS = {"all": 4, "csfh": 5, "mzsfr": 6, "shmr": 7}
TITLES = {"all": "Likelihood of all observables", "csfh": "Likelihood of the cosmic star-formation history",
          "mzsfr": "Likelihood of mass, metallicity and star formation", "shmr": "Likelihood of the stellar-halo mass "
          "relation"}
OLD_MODEL = ("cecropia run params/fiducial.json --set star_formation.radius=scale_radius --set feedback.alpha_out=1 "
             "--set feedback.m_out0_msun=1e9")


class Figure(typing.NamedTuple):
    """A figure that can be drawn: stem of its files, number in the paper ("" if it has none), title, and a function
    without arguments that draws it or raises a Trouble that says what is missing."""

    name: str
    paper: str
    title: str
    draw: typing.Callable


class Absent(typing.NamedTuple):
    """A figure of the paper that cannot come from here, and what it would need."""

    paper: str
    title: str
    why: str


ENVIRONMENTS_AT = (5, 6, 7, 8)  # redshifts of the written levels that are compared
CLUMPS_AT = 7.88  # redshift of the protocluster of Morishita et al. (2025)


def observers_figures(run):
    """What observers of sizes, dust and environments draw: needs galaxies with radii, dust or neighbours."""
    sfr_min = run.observe["sfr_min_msun_yr"]

    @functools.cache
    def sample():
        seen = sample_of(run, sfr_min)
        return seen, numbers_of(seen)

    @functools.cache
    def environments():
        return seen_by_redshift(run, sfr_min, near=ENVIRONMENTS_AT)

    @functools.cache
    def discs():
        seen = discs_of(run, CLUMPS_AT, sfr_min)
        return seen, numbers_of_discs(seen)

    def by_redshift():
        return [said for _, said in environments()]

    return [
        Figure("uv_luminosities", "", "Ultraviolet luminosity function", lambda: plot_uvlf(run)),
        Figure("dust", "", "Dust of galaxies", lambda: plot_dust(run)),
        Figure("sizes_by_mass", "", "Sizes through time in three bins of mass", lambda: plot_sizes_by_mass(*sample())),
        Figure("compactness", "", "Compactness and metallicity", lambda: plot_offsets(*sample())),
        Figure("environment_mzr", "", "Metallicities in and out of clusters",
               lambda: plot_mzr_by_environment(run, *nearest_to(environments(), 6))),
        Figure("environment_offset", "", "Clusters minus field at equal mass",
               lambda: plot_offset(run, by_redshift())),
        Figure("fmr_offset", "", "Offset from the fundamental metallicity relation by redshift",
               lambda: plot_fmr_offset(by_redshift())),
        Figure("mzr_scatter", "", "Scatter about the mass-metallicity relation by redshift",
               lambda: plot_scatter(by_redshift())),
        Figure("clumps_metals", "", "Metals inside of discs beside the regions of a protocluster core",
               lambda: plot_metals(*discs())),
        Figure("clumps_densities", "", "Surface densities of discs beside clumps of a protocluster core",
               lambda: plot_densities(discs()[0]))]


def of_run(run):
    """Figures of a run, and those that it cannot give."""
    parameters = run.json["parameters"]
    old = parameters.get("star_formation", {}).get("radius") == "scale_radius"
    slope = parameters.get("feedback", {}).get("alpha_out", 0)
    history = "A.1" if old else "8" if slope == 0 else "B.1"
    figures = [
        Figure("fig01_sizes", "Fig. 1", "Sizes of galaxies", lambda: plot_sizes(run)),
        Figure("fig08_sfrd", f"Fig. {history}" + ("" if old else ", left"), "Cosmic star-formation rate density",
               lambda: plot_sfrd(run)),
        Figure("fig08_csmd", "" if old else f"Fig. {history}, right", "Cosmic stellar mass density",
               lambda: plot_csmd(run)),
        Figure("fig09_fmr", "Fig. 9", "Fundamental metallicity relation", lambda: plot_fmr(run)),
        Figure("fig10_mzr", "Fig. 10", "Mass-metallicity relation", lambda: plot_mzr(run)),
        Figure("fig11_evolution", "Fig. 11", "Metallicity and mass of detectable galaxies through time",
               lambda: plot_evolution(run)),
        Figure("fig12_shmr", "Fig. 12", "Stellar-halo mass relation", lambda: plot_shmr(run)),
        Figure("figA_sfms", "Fig. A.2" if old else "Fig. A.3", "Star-forming main sequence", lambda: plot_sfms(run)),
        Figure("sec61_metal_poor", "Section 6.1", "Star formation of metal-poor stars and of Population III",
               lambda: plot_metal_poor(run)),
        Figure("sec61_pisn", "Section 6.1", "Pair-instability supernovae on the sky", lambda: plot_pisn(run)),
        Figure("light", "", "Light and deaths of stars through cosmic time", lambda: plot_light(run)),
        Figure("populations", "", "Light and deaths of stellar populations as they age",
               lambda: plot_populations(run)), *observers_figures(run)]
    absent = [Absent("Figs. 4 to 7", "Likelihood maps", "they need a scan of outflows and upper mass limits: "
                     "cecropia scan params/paper_grid.json, and tools/report on its folder")]
    if old:
        absent += [Absent("Fig. 8", "Densities of the best model",
                          "this run has the older radius of galaxies: it needs one with star_formation.radius=compact "
                          "and feedback.alpha_out=0"),
                   Absent("Fig. A.3", "Main sequence with the new radius", "it needs star_formation.radius=compact")]
    else:
        absent.append(Absent("Figs. A.1 and A.2", "Densities and main sequence with the older radius of galaxies",
                             f"they need another run: {OLD_MODEL}"))
    if old or slope == 0:
        absent.append(Absent("Fig. B.1", "Densities of the best models of other outflow slopes",
                             "it needs a scan in feedback.alpha_out, or runs with feedback.alpha_out of 0.5 and 1"))
    elif slope != 0:
        absent.append(Absent("Fig. 8", "Densities of the best model", "it needs a run with feedback.alpha_out=0"))
    return figures, absent


def of_scan(scan, kept):
    """Figures of a scan, and those that it cannot give. `kept` is the Run of its best point, or None if that was not
    kept."""
    draw = figures_of(scan)
    grid = is_paper_grid(scan)
    figures = [Figure(f"fig{number:02d}_likelihood_{name}" if grid else f"likelihood_{name}",
                      f"Fig. {number}" if grid else "", TITLES[name], draw[f"likelihood_{name}"])
               for name, number in LIKELIHOODS.items() if f"likelihood_{name}" in draw]
    slopes, absent = list(best_by_slope(scan)), []
    if 0 in slopes:
        figures.append(Figure("fig08_densities", "Fig. 8", "Densities of the most likely model of alpha_out = 0",
                              lambda: plot_best_by_slope(scan, [0])))
    else:
        absent.append(Absent("Fig. 8", "Densities of the best model", "it needs points of feedback.alpha_out = 0"))
    steep = [slope for slope in reversed(slopes) if slope != 0]
    if steep:
        figures.append(Figure("figB1_densities", "Fig. B.1", "Densities of the most likely models of other alpha_out",
                              lambda: plot_best_by_slope(scan, steep[:4])))
    else:
        absent.append(Absent("Fig. B.1", "Densities of the best models of other outflow slopes",
                             "it needs points with feedback.alpha_out above 0"))
    figures += [Figure("all_sfrd", "", "Star-formation rate densities of all points", draw["sfrd"]),
                Figure("all_csmd", "", "Stellar mass densities of all points", draw["csmd"])]
    if LIMIT in scan.varied():
        figures.append(Figure("sec61_pisn", "Section 6.1", "Pair-instability supernovae on the sky by upper mass limit",
                              lambda: plot_pisn_of_scan(scan, LIMIT, scan.base["cosmology"])))
    if kept:
        of_best, more = of_run(kept)
        skipped = {"fig08_sfrd", "fig08_csmd", "sec61_pisn"} if 0 in slopes else set()
        figures += [figure._replace(name=f"best_{figure.name}", title=f"{figure.title}, most likely point")
                    for figure in of_best if figure.name not in skipped]
        absent += [figure for figure in more if figure.paper.startswith("Figs. A")]
    else:
        absent.append(Absent("Figs. 1, 9 to 12 and A.3", "Sizes, relations and main sequence",
                             "they need the galaxies of a point, which a scan keeps only for the points named in its "
                             "\"keep\": run the most likely one (below, how to repeat it), and tools/report on its "
                             "folder"))
        absent.append(Absent("Figs. A.1 and A.2", "Densities and main sequence with the older radius of galaxies",
                             f"they need a run: {OLD_MODEL}"))
    return figures, absent
