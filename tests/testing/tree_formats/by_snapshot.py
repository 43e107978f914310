"""Halos as catalogues tell them, one table per snapshot with links between tables (tests only)."""

import dataclasses

import numpy as np


def renumbered(halos):
    """The halos with the ids of such tables, snapshot * 10^12 + place + 1, and without what these formats do not know:
    phantoms, a main branch that leads out of a root, hosts between a satellite and the most massive one. A forest has
    the smallest id of its roots."""
    place = np.zeros(len(halos.id), dtype=np.int64)
    for s in range(len(halos.scales)):
        rows = np.flatnonzero(halos.snapshot == s)
        place[rows] = np.arange(len(rows))
    ids = halos.snapshot * 10**12 + place + 1

    def renamed(old):
        rows = halos.rows_of(old)
        return np.where(rows >= 0, ids[rows], -1)

    roots = halos.descendant < 0
    forest = {f: ids[roots & (halos.forest == f)].min() for f in np.unique(halos.forest)}
    return dataclasses.replace(
        halos,
        id=ids,
        descendant=renamed(halos.descendant),
        host=renamed(halos.host),
        parent=renamed(halos.host),
        tree=renamed(halos.tree),
        forest=np.array([forest[f] for f in halos.forest]),
        phantom=np.zeros_like(halos.phantom),
        main=np.where(roots, 0, halos.main),
    )


def main_progenitors(halos):
    """Id of the main progenitor of each halo; -1 where there is none."""
    main = np.full(len(halos.id), -1, dtype=np.int64)
    rows = np.flatnonzero((halos.main == 1) & (halos.descendant >= 0))
    main[halos.rows_of(halos.descendant[rows])] = halos.id[rows]
    return main
