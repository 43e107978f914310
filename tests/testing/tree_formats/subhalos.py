"""Halos as the formats that grew out of SUBFIND tell them: trees one after the other, links as places inside a tree."""

import dataclasses
from dataclasses import dataclass

import numpy as np


@dataclass
class Trees:
    """One entry per halo, in the order of the file; a forest is a tree. Links are places in the tree, -1: none."""

    rows: np.ndarray  # row of Halos
    begin: np.ndarray  # first entry of each tree, and the end
    descendant: np.ndarray
    first_progenitor: np.ndarray
    next_progenitor: np.ndarray
    first_in_group: np.ndarray
    next_in_group: np.ndarray

    def tree_of(self):
        return np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))


def singles(values):
    """What single precision leaves of values, in double precision."""
    return np.asarray(values, dtype=np.float32).astype(float)


def in_singles(halos, lengths_per_mpc=1):
    """The halos with what remains of masses in 1e10 Msun/h, places and velocities in single precision."""
    return dataclasses.replace(
        halos,
        mass=singles(halos.mass / 1e10) * 1e10,
        position=singles(halos.position * lengths_per_mpc) * (1 / lengths_per_mpc),
        velocity=singles(halos.velocity),
    )


def plain(halos):
    """The halos without what these formats do not know: phantoms; a host that is a satellite itself; a main branch that
    leads out of a root."""
    rows = halos.rows_of(halos.host)
    while True:
        above = np.where(rows >= 0, rows[rows], -1)
        if not (above >= 0).any():
            break
        rows = np.where(above >= 0, above, rows)
    host = np.where(rows >= 0, halos.id[rows], -1)
    return dataclasses.replace(
        halos,
        host=host,
        parent=host,
        phantom=np.zeros_like(halos.phantom),
        main=np.where(halos.descendant >= 0, halos.main, 0),
    )


def renumbered(halos, new_id, new_forest):
    """The same halos with other ids: one per halo, and one per forest (as a function of its place)."""

    def named(old):
        rows = halos.rows_of(old)
        return np.where(rows >= 0, np.asarray(new_id)[rows], -1)

    place = np.unique(halos.forest, return_inverse=True)[1]
    return dataclasses.replace(
        halos,
        id=np.asarray(new_id),
        descendant=named(halos.descendant),
        host=named(halos.host),
        parent=named(halos.parent),
        tree=named(halos.tree),
        forest=np.asarray(new_forest)[place],
    )


def in_file_order(halos):
    """Rows as a file has them: forests rising, the latest halos of a tree first; and where each forest begins."""
    order = np.lexsort((halos.id, -halos.snapshot, halos.forest))
    begin = np.concatenate([[0], np.flatnonzero(np.diff(halos.forest[order])) + 1, [len(order)]])
    return order, begin


def trees(halos):
    """Links of plain halos."""
    order, begin = in_file_order(halos)
    entry = np.empty(len(order), dtype=np.int64)
    entry[order] = np.arange(len(order))
    start = np.repeat(begin[:-1], np.diff(begin))

    def local(ids):
        rows = halos.rows_of(ids)
        return np.where(rows >= 0, entry[rows] - start[entry[rows]], -1)[order]

    descendant = local(halos.descendant)
    host = local(halos.host)
    own = np.arange(len(order)) - start
    first_in_group = np.where(host >= 0, host, own)
    first, following = np.full(len(order), -1), np.full(len(order), -1)
    next_in_group = np.full(len(order), -1)
    last, last_in_group = {}, {}
    main = halos.main[order]
    for i in np.lexsort((own, -halos.mass[order], -main)):  # the main progenitor first, then by falling mass
        if descendant[i] >= 0:
            d = start[i] + descendant[i]
            if d in last:
                following[last[d]] = own[i]
            else:
                first[d] = own[i]
            last[d] = i
    for i in range(len(order)):
        g = start[i] + first_in_group[i]
        if g != i:
            next_in_group[last_in_group.get(g, g)] = own[i]
            last_in_group[g] = i
    return Trees(order, begin, descendant, first, following, first_in_group, next_in_group)


def cut(n, n_files):
    """Where n things are cut into so many runs of unequal length."""
    return [0] + [n * (2 * k + 1) // (2 * n_files) for k in range(1, n_files)] + [n]


def numbered(halos):
    """Ids made of a snapshot and a number in it: snapshot * 10^12 + number."""
    number = np.empty(len(halos.id), dtype=np.int64)
    for s in np.unique(halos.snapshot):
        at = np.flatnonzero(halos.snapshot == s)
        number[at[np.argsort(-halos.mass[at], kind="stable")]] = np.arange(len(at))
    return halos.snapshot * 10**12 + number


def reversed_lists(trees):
    """First and next progenitors with every list from its other end."""
    first, following = np.full(len(trees.rows), -1), np.full(len(trees.rows), -1)
    start = np.repeat(trees.begin[:-1], np.diff(trees.begin))
    for i in np.flatnonzero(trees.first_progenitor >= 0):
        at = trees.first_progenitor[i]
        while at >= 0:
            following[start[i] + at] = first[i]
            first[i] = at
            at = trees.next_progenitor[start[i] + at]
    return first.astype("<i4"), following.astype("<i4")
