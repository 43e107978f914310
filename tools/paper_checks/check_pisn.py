"""Section 6.1: pair-instability supernovae on the sky."""
import numpy as np

from .answers import Answer, NoValue, check, numbers
from .observed import on_the_sky

RATE, RATE_II = "pisn_rate_yr_cmpc3", "pisn_rate_ii_yr_cmpc3"
BEST_OF = {"a0": "best_a0", "a05": "best_a05", "a1": "best_a1"}
ONLY_POP_III = ("csfh_a05_resolved", "csfh_a1_resolved")


def rate_on_the_sky(run, z_min=4.5, z_max=20.0):
    """z and dN/dz [yr^-1 deg^-2], events per year of the observer, by level."""
    rows = run.rows(z_min, z_max)
    z = run.column("z")[rows]
    return z, on_the_sky(run.cosmology, z, run.column(RATE)[rows])


def peak(run, z_max=20.0):
    """(z, dN/dz [yr^-1 deg^-2]) of the level up to z_max with the highest rate on the sky; NoValue without events."""
    z, rate = rate_on_the_sky(run, z_max=z_max)
    if not rate.max() > 0:
        raise NoValue(f"{run.folder.name} has no pair-instability supernovae")
    return float(z[np.argmax(rate)]), float(rate.max())


@check(*(f"PISN-peak-rate-{a}" for a in BEST_OF))
def peak_rate(worlds, name):
    z, rate = peak(worlds.run(BEST_OF[name.split("-")[-1]]))
    return Answer(rate, f"at z = {z:.1f}")


@check(*(f"PISN-peak-redshift-{a}" for a in BEST_OF))
def peak_redshift(worlds, name):
    z, rate = peak(worlds.run(BEST_OF[name.split("-")[-1]]))
    return Answer(z, f"{rate:.3g} per year, square degree and unit redshift")


@check("PISN-popII-significant")
def population_ii(worlds):
    run = worlds.run("best_a0_resolved")
    if RATE_II not in run.history:
        raise NoValue(f"run.h5 has no {RATE_II}: make the run with this version")
    rows = run.rows(4.5, 15)
    total, second = run.column(RATE)[rows], run.column(RATE_II)[rows]
    if not (total > 0).any():
        raise NoValue(f"{run.folder.name} has no pair-instability supernovae")
    share = second[total > 0] / total[total > 0]
    return Answer(bool((share > 0.1).all()), f"{share.min():.2f} to {share.max():.2f}")


@check("PISN-mmax100-popIII-only")
def none_of_population_ii(worlds):
    most = 0.0
    for name in ("csfh_a05", "csfh_a1"):
        run = worlds.run(name)
        most = max(most, float(run.populations["ii"]["deaths_per_msun"][..., run.fates.index("PISN")].max()))
    return Answer(most == 0, f"at most {most:g} per Msun")


def low_limit_models(worlds):
    return [worlds.run(name) for name in ONLY_POP_III]


@check("PISN-mmax100-peak-rate")
def low_limit_rate(worlds):
    peaks = [peak(run, 30.0) for run in low_limit_models(worlds)]
    return Answer(float(np.exp(np.mean([np.log(r) for _, r in peaks]))),
                  "; ".join(f"{r:.2g} at z = {z:.1f}" for z, r in peaks))


@check("PISN-mmax100-peak-redshift")
def low_limit_redshift(worlds):
    at = [peak(run, 30.0)[0] for run in low_limit_models(worlds)]
    return Answer([min(at), max(at)])


@check("PISN-mmax100-rate-z5")
def low_limit_late(worlds):
    rates = []
    for run in low_limit_models(worlds):
        z, rate = rate_on_the_sky(run)
        rates.append(float(np.interp(-5, -z, rate)))
    if min(rates) <= 0:
        raise NoValue("no pair-instability supernovae at z = 5")
    return Answer(float(np.exp(np.mean(np.log(rates)))), numbers("{:.2g}", *rates))


@check("PISN-mmax-contrast")
def contrast(worlds):
    low = [peak(run, 30.0)[1] for run in low_limit_models(worlds)]
    high = peak(worlds.run("best_a0"), 30.0)[1]
    return Answer(float(high / np.exp(np.mean(np.log(low)))), f"{high:.3g} against {numbers('{:.2g}', *low)}")
