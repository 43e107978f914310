#!/usr/bin/env python3
"""Merger trees without mergers: one branch per halo, along the mean growth of halos, as a file that the program reads.

    tools/grow_mean.py params/toyouchi2025_halos.json --out out/toyouchi2025_halos.hdf5
    build/bin/cecropia run params/toyouchi2025_halos.json --out out/toyouchi2025_halos

Halos follow the mean growth law in its closed form (HAL-8, docs/theory/halos.md; Toyouchi et al. 2025, eq. 11) to the
masses that are asked for; the default is the paper's 21 halos, 1e10 to 1e14 Msun at z = 5, 0.2 dex apart, from z = 20.
Levels are equally spaced in time. Each halo stands for the halos of its mass at the end (Sheth & Tormen 1999, halfway
to its neighbours). The cosmology is that of the parameter file, which has to name all of it. The file is one of
Galacticus (docs/tree_formats.md); ids are 10000 times the number of the halo plus the level, both from 0.
"""
import argparse
import io
import json
import pathlib
import sys

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py")
need(*NEEDS)

import h5py  # noqa: E402  missing packages are named before they are imported
import numpy as np  # noqa: E402

from cecropia_files import Trouble, write_whole  # noqa: E402
from mean_halos import MeanHalos  # noqa: E402
from plot_data import main_of, make_folder  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from model_runs import parameters_of  # noqa: E402  tools/lib is no package

PER_HALO = 10000  # ids of a halo; more than there can be levels
MOST_LEVELS = 4096  # of the program
ALONE_DEX = 0.2  # what a single halo stands for
MSUN_KG, MPC_M = 1.98841e30, 3.0856775814913673e22


def masses_of(words):
    """Masses at the end, ascending: "1e10,1e12", or "1e10:1e14:21", so many equally spaced in log M."""
    try:
        if ":" in words:
            first, last, number = words.split(":")
            if not 2 <= int(number) <= 100000:
                raise ValueError
            masses = np.geomspace(float(first), float(last), int(number))
        else:
            masses = np.array([float(word) for word in words.split(",")])
    except ValueError:
        raise Trouble(f"--masses wants masses like 1e10,1e12 or FIRST:LAST:NUMBER like 1e10:1e14:21, not '{words}'"
                      ) from None
    if not (np.all(np.isfinite(masses)) and np.all(masses > 0) and np.all(np.diff(masses) > 0)):
        raise Trouble(f"--masses wants masses above 0 that ascend, not '{words}'")
    return masses


def widths_dex(masses):
    """What each halo stands for in log10 M: halfway to its neighbours, at the ends as far as on the other side."""
    return np.gradient(np.log10(masses)) if masses.size > 1 else np.array([ALONE_DEX])


def levels(halos, z_begin, z_end, step_myr):
    """Redshifts, falling, equally spaced in time and not farther apart than step_myr."""
    if not z_begin > z_end >= 0:
        raise Trouble(f"trees from z = {z_begin:g} to {z_end:g} do not go forward in time: --z-begin above --z-end")
    if not step_myr > 0:
        raise Trouble(f"--step-myr wants a time above 0, not {step_myr:g}")
    first, last = halos.age_myr(z_begin), halos.age_myr(z_end)
    number = int(np.ceil((last - first) / step_myr - 1e-9)) + 1
    if number > MOST_LEVELS:
        raise Trouble(f"{number} levels are more than the {MOST_LEVELS} that the program reads: a longer --step-myr")
    z = halos.redshift_at(np.linspace(first, last, number))
    z[0], z[-1] = z_begin, z_end
    return z


def trees(halos, masses, z):
    """{group: {dataset: values}} of a Galacticus file with one branch per halo."""
    n_halos, n_levels = masses.size, z.size
    number, level = np.divmod(np.arange(n_halos * n_levels), n_levels)
    node = number * PER_HALO + level
    grown = np.array([halos.mass_msun(m, z[-1], z) for m in masses])
    return {"forestHalos": {"nodeIndex": node, "descendantIndex": np.where(level < n_levels - 1, node + 1, -1),
                            "hostIndex": node, "nodeMass": grown.ravel(), "redshift": np.tile(z, n_halos)},
            "forestIndex": {"forestIndex": np.arange(n_halos), "firstNode": np.arange(n_halos) * n_levels,
                            "numberOfNodes": np.full(n_halos, n_levels),
                            "forestWeight": halos.sheth_tormen(masses, z[-1]) * widths_dex(masses)}}


def write(path, halos, columns, source="mean growth of halos, Fakhouri et al. (2010)"):
    """The file, whole or not at all; equal content is equal bytes."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file.attrs["formatVersion"] = 2
        for group, datasets in columns.items():
            for name, values in datasets.items():
                file.create_dataset(f"{group}/{name}", data=values, compression="gzip", shuffle=True,
                                    track_times=False)
        file.create_group("cosmology").attrs.update(HubbleParam=halos.h, OmegaMatter=halos.omega_m,
                                                    OmegaLambda=halos.omega_l)
        units = file.create_group("units").attrs
        for what, in_si, power in (("mass", MSUN_KG, 0), ("length", MPC_M, 1)):
            units.update({f"{what}UnitsInSI": in_si, f"{what}HubbleExponent": 0, f"{what}ScaleFactorExponent": power})
        file.create_group("provenance").attrs["source"] = source
    write_whole(path, content.getvalue())


def cosmology_of(path):
    """The section cosmology of a parameter file."""
    try:
        found = json.loads(parameters_of(path))
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Trouble(f"{path} is no parameter file: {error}") from error
    return found.get("cosmology", {}) if isinstance(found, dict) else {}


def options(arguments=None):
    """The command line, or a list of arguments, as attributes."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parameters", metavar="PARAMETERS", type=pathlib.Path, help="parameter file with the cosmology")
    parser.add_argument("--out", metavar="FILE", type=pathlib.Path, required=True, help="the tree file")
    parser.add_argument("--masses", default="1e10:1e14:21", help="at the end [Msun]: a list with commas, or "
                        "FIRST:LAST:NUMBER in equal steps of log M; default: %(default)s")
    parser.add_argument("--z-begin", type=float, default=20, help="first level; default: %(default)s")
    parser.add_argument("--z-end", type=float, default=5, help="last level; default: %(default)s")
    parser.add_argument("--step-myr", type=float, default=2, help="longest time between levels; default: %(default)s")
    return parser.parse_args(arguments)


def make(o):
    """The tree file that these options describe. Returns what to say about it."""
    masses, halos = masses_of(o.masses), MeanHalos(cosmology_of(o.parameters))
    z = levels(halos, o.z_begin, o.z_end, o.step_myr)
    columns = trees(halos, masses, z)
    make_folder(o.out.parent)
    write(o.out, halos, columns)
    mass = columns["forestHalos"]["nodeMass"]
    return (f"{o.out}: {masses.size} halos, {z.size} levels from z = {z[0]:g} to {z[-1]:g}; masses {mass[0]:.3g} to "
            f"{mass[-z.size]:.3g} Msun at the beginning, {masses[0]:.3g} to {masses[-1]:.3g} at the end")


def main():
    print(make(options()))


if __name__ == "__main__":
    main_of(main)
