"""What a chain says: samples.h5, posterior.png and a table."""
import io
import json
import math

import emcee
import h5py
import numpy as np
from matplotlib.ticker import MaxNLocator

from plot_data import weighted_quantiles, write_whole
from plot_style import BLACK, GREY, SKY, VERMILION, note, plt, save
from sample_program import LIKELIHOODS

ENOUGH = 50  # autocorrelation times after which emcee's authors trust the estimate


class Results:
    """Steps of a chain as columns (step, walker, ...), without the ensemble that it began with."""

    def __init__(self, priors, steps, burn):
        self.priors = priors
        self.u = np.array([step.u for step in steps])
        self.ln_p, self.log10 = (np.array([getattr(step, name) for step in steps[1:]]) for name in ("ln_p", "log10"))
        self.accepted = float((self.u[1:] != self.u[:-1]).any(axis=2).mean())
        self.u = self.u[1:]
        with np.errstate(invalid="ignore", divide="ignore"):  # walkers that never moved
            self.tau = emcee.autocorr.integrated_time(self.u, tol=0, quiet=True)
        slowest = self.tau.max()  # NaN if one of them is
        self.burn = burn if burn is not None else (
            min(len(self.u) // 2, math.ceil(2 * slowest)) if slowest > 0 else len(self.u) // 2)
        self.values = np.stack([prior.value(self.u[..., i]) for i, prior in enumerate(priors)], axis=-1)

    def warning(self):
        """What is wrong with the length of the chain; nothing if it is long enough."""
        n, slowest = len(self.u), max(self.tau.max(), 1.0)  # short chains make it seem less than a step
        if not np.isfinite(self.tau).all():
            return f"{n} steps are too few to tell an autocorrelation time: raise --steps"
        if n < ENOUGH * slowest:
            return (f"{n} steps are {n / slowest:.1f} autocorrelation times of {slowest:.1f} steps, themselves "
                    f"uncertain; below {ENOUGH} of them neither widths nor medians can be trusted: raise --steps")
        return None

    def best(self):
        """Step and walker of the highest posterior."""
        return np.unravel_index(np.argmax(self.ln_p), self.ln_p.shape)

    def flat(self, parameter):
        """Coordinates of a parameter after the burn-in."""
        return self.u[self.burn:, :, parameter].ravel()

    def quantiles(self, parameter):
        """Values of 16, 50 and 84 %."""
        u = self.flat(parameter)
        return self.priors[parameter].value(weighted_quantiles(u, np.ones(u.size), [0.16, 0.5, 0.84]))

    def table(self):
        width = max(len(prior.name) for prior in self.priors)
        rows = [f"{'parameter':<{width}} {'median':>10} {'16 %':>10} {'84 %':>10} {'best':>10} {'autocorrelation':>16}"]
        for i, prior in enumerate(self.priors):
            low, middle, high = self.quantiles(i)
            tau = f"{self.tau[i]:.1f} steps" if np.isfinite(self.tau[i]) else "unknown"
            rows.append(f"{prior.name:<{width}} {middle:10.4g} {low:10.4g} {high:10.4g} "
                        f"{self.values[self.best()][i]:10.4g} {tau:>16}")
        rows.append(f"{len(self.u)} steps of {self.u.shape[1]} walkers, the first {self.burn} of them left out; "
                    f"{100 * self.accepted:.0f} % of the proposals accepted")
        return "\n".join(rows)

    def write(self, path, settings):
        """Replaced at once or not at all; equal chains give equal bytes."""
        names = [prior.name for prior in self.priors]
        content = io.BytesIO()
        with h5py.File(content, "w") as file:
            file.attrs["schema"] = 1
            file.attrs["settings"] = json.dumps(settings)
            file.attrs["burn_in"] = self.burn

            def add(name, values, unit, description):
                dataset = file.create_dataset(name, data=values)
                dataset.attrs["unit"], dataset.attrs["description"] = unit, description

            add("parameters", np.array(names, h5py.string_dtype()), "-", "Names, in the order of the columns of chain.")
            add("chain", self.values, "as in docs/parameters.md",
                "Values of the parameters by step, walker and parameter; the burn-in is part of it.")
            add("ln_posterior", self.ln_p, "-", "Natural logarithm of prior times likelihood to the weight, by step "
                "and walker; the prior is a density in the parameter, or in its log10 for the logarithmic ones.")
            for i, name in enumerate(LIKELIHOODS):
                add(f"likelihood/log10_{name}", self.log10[..., i], "-", "log10 of the likelihood by step and walker "
                    "(docs/theory/observables.md), without weight; NaN where it does not exist.")
            add("autocorrelation_steps", self.tau, "-", "Integrated autocorrelation time of each parameter, in steps.")
        write_whole(path, content.getvalue())


def distance(value):
    """With its sign and two digits, never as a power of ten: +230."""
    return np.format_float_positional(float(f"{value:.2g}"), trim="-", sign=True)


def limits(u, prior):
    """Ends of an axis: the samples with some room, not beyond the prior."""
    low, high = u.min(), u.max()
    room = 0.08 * (high - low) or 0.5
    return max(low - room, prior.ends[0]), min(high + room, prior.ends[1])


def plot_posterior(results, subject):
    """Histograms of every parameter and of every pair; the best sample as a cross."""
    priors, n = results.priors, len(results.priors)
    side = 2.1 if n > 2 else 2.8
    figure, axes = plt.subplots(n, n, figsize=(side * n + 0.6, side * n + 0.4), squeeze=False)
    columns = [results.flat(i) for i in range(n)]
    bins = int(np.clip(np.sqrt(columns[0].size) / 2, 8, 30))
    ends = [limits(u, prior) for u, prior in zip(columns, priors)]
    best = results.u[results.best()]
    for i, j in np.ndindex(n, n):
        ax = axes[i, j]
        if j > i:
            ax.set_visible(False)
            continue
        if i == j:
            ax.hist(columns[i], bins, ends[i], density=True, color=SKY, histtype="stepfilled", alpha=0.6)
            u = np.linspace(*ends[i], 100)
            ax.plot(u, np.exp(priors[i].ln_density(u)), color=BLACK, lw=1, ls=(0, (1, 1.5)))
            low, middle, high = weighted_quantiles(columns[i], np.ones(columns[i].size), [0.16, 0.5, 0.84])
            for value, style in ((low, (0, (4, 2))), (middle, "-"), (high, (0, (4, 2)))):
                ax.axvline(value, color=GREY, lw=1, ls=style)
            ax.axvline(best[i], color=VERMILION, lw=1.2)
            ax.set_yticks([])
            ax.set_title(rf"${middle:.3g}^{{{distance(high - middle)}}}_{{{distance(low - middle)}}}$", fontsize=9)
        else:
            ax.hist2d(columns[j], columns[i], bins, (ends[j], ends[i]), cmap="Greys", cmin=0.5, vmin=0,
                      rasterized=True)
            ax.plot(best[j], best[i], "X", color=VERMILION, mec="white", mew=0.8, ms=8, zorder=5)
            ax.set_ylim(ends[i])
        ax.set_xlim(ends[j])
        ax.xaxis.set_major_locator(MaxNLocator(4, prune="both"))
        ax.tick_params(axis="both", labelsize=8)
        if i == n - 1:
            ax.set_xlabel(priors[j].label, fontsize=8.5)
        else:
            ax.tick_params(axis="x", labelbottom=False)
        if j == 0 and i > 0:
            ax.set_ylabel(priors[i].label, fontsize=8.5)
        elif i != j:
            ax.tick_params(axis="y", labelleft=False)
        if i != j:
            ax.yaxis.set_major_locator(MaxNLocator(4, prune="both"))
    figure.align_labels()
    words = (f"{subject} {columns[0].size} samples. Grey: median, 16 and 84 %; dotted: prior; red: the sample of "
             f"the highest posterior, ln p = {results.ln_p[results.best()]:.3g}.")
    if results.warning():
        words += " The chain is too short to trust the widths."
    note(figure, words)
    return figure


def write_results(results, folder, settings):
    results.write(folder / "samples.h5", settings)
    print(results.table())
    print(folder / "samples.h5")
    subject = (f"Posterior by log10 L of '{settings['likelihood']}' times {settings['weight']:g}, "
               f"{len(results.u)} steps of {results.u.shape[1]} walkers, {results.burn} left out,")
    save(plot_posterior(results, subject), folder / "posterior.png")
