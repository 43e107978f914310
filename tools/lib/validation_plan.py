"""The runs behind docs/validation.md: which there are, how one is started, what is read from it.

A run is a parameter file and overrides; it lies in OUT/runs/NAME and is not repeated while its overrides and the
program are the same.
"""
import json

from model_runs import ModelRuns

REFERENCE = "params/eps_reference.json"
# Coarse trees for questions about differences: metal-free ancestors are below their resolution, so halos that are first
# seen above the atomic-cooling mass begin as Population II.
COARSE = {"eps.resolution_relative": 1e-3, "star_formation.first_pop2": True, "model.mass_in_step": "interpolated"}
OLD_RADIUS = {"star_formation.radius": "scale_radius"}
OLD_GALAXY = {**OLD_RADIUS, "star_formation.density": "gas"}
CATALOGUE = {"output.levels": "redshifts", "output.redshifts": [6]}
# What galaxies do to each other, which params/eps_reference.json leaves out.
NEIGHBOURS = {"surroundings.metals": "bubbles", "surroundings.ionisation": "regions"}
# The other published point of the independent implementation: binding energies as derived, smooth growth, and a mixing
# offset drawn in every sub-step, of about 1 Myr.
SMOOTH = {"eps.mass_noise": 0, "feedback.ebind_norm": 1, "mixing.internal_sigma_dex": 0.2, "mixing.interval_myr": 1}

MAIN_SEQUENCE = {
    "compact, noise 0": {"eps.mass_noise": 0},
    "compact, noise 0.05": {"eps.mass_noise": 0.05},
    "compact, noise 0.1": {"eps.mass_noise": 0.1},
    "scale radius, noise 0": {"eps.mass_noise": 0, **OLD_RADIUS},
    "scale radius, noise 0.1": {"eps.mass_noise": 0.1, **OLD_RADIUS},
    "scale radius and gas, noise 0": {"eps.mass_noise": 0, **OLD_GALAXY},
    "scale radius and gas, noise 0.1": {"eps.mass_noise": 0.1, **OLD_GALAXY},
}


def sub_steps(accuracy, cap_myr):
    if cap_myr is None:
        return {"star_formation.accuracy": accuracy, "star_formation.cap_steps": False}
    return {"star_formation.accuracy": accuracy, "star_formation.max_step_myr": cap_myr}


SUB_STEPS = {
    "0.1, 0.5 Myr": sub_steps(0.1, 0.5),
    "0.2, 1 Myr": sub_steps(0.2, 1),
    "1, 1 Myr": sub_steps(1, 1),
    "0.2, 2 Myr": sub_steps(0.2, 2),
    "0.2, 4 Myr": sub_steps(0.2, 4),
    "0.2, no cap": sub_steps(0.2, None),
    "1, no cap": sub_steps(1, None),
    "calendar 0.5 Myr": {"model.calendar_myr": 0.5},
}


def uniform(z_igm):
    """The same metals everywhere, at all times."""
    return {"surroundings.metals": "uniform", "surroundings.redshift": [0], "surroundings.z_igm": [z_igm]}


# What bubbles give on average, their mean metallicity by volume times 1 - exp(-7 Sum w V), to every halo alike: as
# measured in the first forest of the group "neighbours" of scale 'full'.
SPREAD = {"surroundings.metals": "uniform",
          "surroundings.redshift": [4.5, 5, 5.5, 6, 6.5, 7, 8, 9, 10, 12, 15, 20, 30],
          "surroundings.z_igm": [1.7e-4, 1.3e-4, 9.4e-5, 6.9e-5, 5.3e-5, 4e-5, 2.4e-5, 1.6e-5, 1.1e-5, 7.1e-6, 4.5e-6,
                                 1.3e-6, 0]}
STANDARD = "bubbles, clustering 7"
# label: changes from the standard; all on the same trees
ENRICHMENT = {
    "none": {"feedback.c_zigm": 0},
    "uniform, 1e-5": uniform(1e-5),
    "uniform, 1e-4": uniform(1e-4),
    "uniform, mean of the bubbles": SPREAD,
    "bubbles, clustering 1": {"bubbles.clustering": 1},
    "bubbles, clustering 5": {"bubbles.clustering": 5},
    "bubbles, clustering 10": {"bubbles.clustering": 10},
    "bubbles, c_ZIGM 1": {"feedback.c_zigm": 1},
    "bubbles, c_ZIGM 10": {"feedback.c_zigm": 10},
    "bubbles, the own one too": {"bubbles.own_bubble": True},
}


def spacing(myr):
    """Both limits of the spacing together; without mass noise, whose power per unit time would change with it."""
    return {"eps.max_step_myr": myr, "eps.max_step_fraction": 0.0025 * myr, "eps.mass_noise": 0}


SPACINGS_MYR = (10, 20)
MODES = ("interpolated", "new_level")


def plan(scale):
    """{group: [(label, realisation, name of the run, overrides)]} for scale 'quick' or 'full'."""
    full = scale == "full"
    reference = {} if full else {"eps.resolution_relative": 1e-3, "star_formation.first_pop2": True}
    tasks = {"reference": [("reference", r, f"reference-{r}", reference) for r in range(4 if full else 2)]}

    def group(name, variants, forests, common):
        tasks[name] = []
        for label, changes in variants.items():
            stem = f"{name}-" + label.replace(", ", "-").replace(" ", "_")
            tasks[name] += [(label, r, f"{stem}-{r}", {**common, **changes}) for r in range(forests)]

    group("main_sequence", MAIN_SEQUENCE, 2 if full else 1, {**COARSE, "star_formation.first_pop2": False})
    group("sub_steps", SUB_STEPS, 2 if full else 1, {**COARSE, **CATALOGUE})
    levels = {f"{myr} Myr, {mode}": {**spacing(myr), "model.mass_in_step": mode}
              for mode in MODES for myr in SPACINGS_MYR}
    group("levels", levels, 4 if full else 1, COARSE)
    neighbours = {**reference, **NEIGHBOURS}
    with_halos = {**neighbours, **CATALOGUE, "output.properties": ["default", "z_igm"]}
    group("neighbours", {STANDARD: {}}, 4 if full else 1, with_halos)
    group("smooth_growth", {"smooth growth": SMOOTH}, 4 if full else 1,
          {**neighbours, "eps.trees_per_bin": 16 if full else 8})
    group("enrichment", ENRICHMENT, 2 if full else 1, with_halos)
    return tasks


class Runner(ModelRuns):
    """Runs of one parameter file: those of a plan."""

    def __init__(self, program, house, out, jobs, parameters=REFERENCE):
        super().__init__(program, house, out, jobs)
        self.parameters = parameters

    def run_all(self, tasks):
        super().run_all([(name, self.parameters, settings_of(r, changes))
                         for group in tasks.values() for _, r, name, changes in group])


def settings_of(realisation, overrides):
    """KEY=VALUE for --set."""
    settings = {"output.levels": "none", **overrides, "random.realisation": realisation}
    return [f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in settings.items()]
