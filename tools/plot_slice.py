#!/usr/bin/env python3
"""A slice through the box of a run: halos, bubbles of metals and ionised regions at one redshift.

plot_slice.py DIR [--redshift Z] [--depth CMPC] [--centre CMPC] [--axis x|y|z] [--out FILE.png]

DIR is the folder of a run on trees with positions, written with
  --set 'output.properties=["default", "position_cmpc", "bubble_radius_ckpc", "bubble_fractions",
                            "region_radius_cmpc", "m_vir_msun"]'
("default" keeps the properties that plot_run.py draws; docs/tutorials/quickstart.md shows a whole run).
Bubbles and regions are cut by the middle plane of the slice (circles where it meets the spheres, through the faces of
the periodic box as well); halos are those within half its depth.
"""
import argparse
import pathlib

from plot_needs import need, which_python

NEEDS = ("numpy", "h5py", "matplotlib")
need(*NEEDS)

import matplotlib.collections
import matplotlib.colors
import numpy as np

from plot_data import Run, Trouble, main_of
from plot_style import BLACK, SEQUENTIAL, SKY, plt, save

WANTED = ("position_cmpc", "bubble_radius_ckpc", "bubble_fractions", "region_radius_cmpc", "m_vir_msun")
SOLAR = 0.0142


def circles(centres, radii, plane, axis, box):
    """Circles in which a plane cuts spheres of a periodic box, images included: x, y, radius, number of the sphere."""
    across = [k for k in range(3) if k != axis]
    found = []
    for i in np.flatnonzero(radii > 0):
        for shift in (-box, 0, box):
            distance = centres[i, axis] + shift - plane
            if abs(distance) >= radii[i]:
                continue
            r = np.sqrt(radii[i] ** 2 - distance ** 2)
            for sx in (-box, 0, box):
                for sy in (-box, 0, box):
                    x, y = centres[i, across[0]] + sx, centres[i, across[1]] + sy
                    if -r < x < box + r and -r < y < box + r:
                        found.append((x, y, r, i))
    return np.array(found) if found else np.empty((0, 4))


def draw(ax, d, box, axis, centre, depth):
    across = [k for k in range(3) if k != axis]
    plane = centre % box
    regions = circles(d["position_cmpc"], d["region_radius_cmpc"], plane, axis, box)
    ax.add_collection(matplotlib.collections.EllipseCollection(
        2 * regions[:, 2], 2 * regions[:, 2], np.zeros(len(regions)), units="x", offsets=regions[:, :2],
        transOffset=ax.transData, facecolors=SKY, alpha=0.25, lw=0))
    bubbles = circles(d["position_cmpc"], 1e-3 * d["bubble_radius_ckpc"], plane, axis, box)
    metals = np.log10(np.maximum(d["bubble_fractions"][bubbles[:, 3].astype(int), 0], 1e-12) / SOLAR)
    order = np.argsort(metals)
    shown = matplotlib.collections.EllipseCollection(
        2 * bubbles[order, 2], 2 * bubbles[order, 2], np.zeros(len(order)), units="x", offsets=bubbles[order, :2],
        transOffset=ax.transData, cmap=SEQUENTIAL, norm=matplotlib.colors.Normalize(-4, 0), alpha=0.8, lw=0)
    shown.set_array(metals[order])
    ax.add_collection(shown)
    off = d["position_cmpc"][:, axis] - plane
    near = np.abs(off - box * np.round(off / box)) < 0.5 * depth
    mass = d["m_vir_msun"][near]
    ax.scatter(d["position_cmpc"][near][:, across[0]], d["position_cmpc"][near][:, across[1]],
               s=1.5 * (mass / 1e9) ** (2 / 3), c=BLACK, lw=0, zorder=3)
    ax.set(xlim=(0, box), ylim=(0, box), aspect="equal", xlabel=f"{'xyz'[across[0]]} [cMpc]",
           ylabel=f"{'xyz'[across[1]]} [cMpc]",
           title=f"z = {d.facts['redshift']:.1f}: halos within {depth:g} cMpc, bubbles, ionised gas")
    return shown


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=which_python(*NEEDS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--redshift", type=float, default=6.0)
    parser.add_argument("--depth", type=float, default=1.0, help="of the slice of halos [cMpc]")
    parser.add_argument("--centre", type=float, help="middle plane [cMpc]; default: through the most massive halo")
    parser.add_argument("--axis", choices="xyz", default="z", help="the direction of sight")
    parser.add_argument("--out", type=pathlib.Path, help="default: DIR/slice.png")
    options = parser.parse_args()
    run = Run(options.folder)
    level, box = run.level(options.redshift, WANTED), float(run.trees.get("box_cmpc", 0))
    if not box > 0 or not np.isfinite(level["position_cmpc"]).all():
        raise Trouble("the trees of this run have no positions: a slice needs trees of a simulation")
    axis = "xyz".index(options.axis)
    centre = options.centre
    if centre is None:
        masses = level["m_vir_msun"]
        centre = level["position_cmpc"][np.argmax(masses), axis] if len(masses) else 0.5 * box
    figure, ax = plt.subplots(figsize=(7.4, 6.2))
    shown = draw(ax, level, box, axis, centre, options.depth)
    figure.colorbar(shown, ax=ax, label=r"metals in bubbles, $\log_{10} Z/Z_\odot$")
    save(figure, options.out or options.folder / "slice.png")


if __name__ == "__main__":
    main_of(main)
