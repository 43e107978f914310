"""Real trees as AHF and its MergerTree write them (tests only): a catalogue for each snapshot, and links for each
snapshot or one file for all. The layouts follow what the programs print."""

import dataclasses
import gzip
import pathlib

import numpy as np

from by_snapshot import main_progenitors, renumbered

COLUMNS = "ID hostHalo numSubStruct Mvir npart Xc Yc Zc VXc VYc VZc Rvir".split()
PARTICLE = 2.093e7  # Msun/h


def rounded(halos):
    """The halos with ids of the format, and with masses, places and times as its text gives them."""
    halos = renumbered(halos)
    return dataclasses.replace(
        halos,
        mass=np.array([float(f"{m:.6e}") for m in halos.mass]),
        position=np.array([[float(f"{x * 1000:.6f}") / 1000 for x in place] for place in halos.position]),
        scales=np.array([1 / (1 + float(redshift(a))) for a in halos.scales]),
    )


def redshift(a):
    return f"{1 / a - 1:.5f}"


def families(halos, rows):
    """Halos among `rows` that have progenitors, with the rows of these, the main one first."""
    main = main_progenitors(halos)
    target = halos.rows_of(halos.descendant)
    order = np.argsort(target, kind="stable")
    bounds = np.searchsorted(target[order], np.arange(len(target) + 1))
    for row in rows:
        progenitors = order[bounds[row] : bounds[row + 1]]
        if len(progenitors):
            yield row, sorted(progenitors, key=lambda p: (halos.id[p] != main[row], -halos.mass[p]))


def merit(npart, progenitor, descendant):
    """Square of the shared particles over the particles of the descendant, as write() makes them."""
    return min(npart[progenitor], npart[descendant]) ** 2 / npart[descendant]


def write(halos, folder, local_ids=False, particles=True, side_files=True, packed=False, claim=False):
    """Catalogues and the links of each snapshot. `local_ids`: numbers that begin with 0 in each snapshot; `particles`:
    _croco, else _mtree with _mtree_idx; `claim`: also halos that claim a progenitor of others with fewer particles."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    name = (halos.id % 10**12 - 1) if local_ids else halos.id
    hosts = halos.rows_of(halos.host)
    host = np.where(hosts >= 0, name[hosts], -1 if local_ids else 0)
    npart = np.maximum((halos.mass / PARTICLE).astype(int), 1)
    for s, a in enumerate(halos.scales):
        stem = folder / f"box_{s:03d}"
        data = f"{stem}.z{1 / a - 1:.3f}"
        rows = np.flatnonzero(halos.snapshot == s)
        with gzip.open(data + ".AHF_halos.gz", "wt") if packed else open(data + ".AHF_halos", "w") as out:
            out.write("#" + "\t".join(f"{c}({i})" for i, c in enumerate(COLUMNS, 1)) + "\t\n")
            for r in rows:
                place = "\t".join(f"{x * 1000:.6f}" for x in halos.position[r])
                speed = "\t".join(f"{v:.2f}" for v in halos.velocity[r])
                out.write(f"{name[r]}\t{host[r]}\t0\t{halos.mass[r]:.6e}\t{npart[r]}\t{place}\t{speed}\t1.0\t\n")
        if side_files:
            pathlib.Path(f"{stem}.parameter").write_text(f"no. of files 1\nz\t\t{redshift(a)}\n")
            pathlib.Path(f"{stem}.log").write_text(
                f"simu.boxsize : {halos.box}\nsimu.omega0   : {halos.omega_m}\nsimu.lambda0  : {halos.omega_l}\n"
            )
        if s == 0:
            continue
        found = list(families(halos, rows))
        if particles:
            with open(data + ".AHF_croco", "w") as out:
                out.write("#   HaloID(1)   HaloPart(2)  NumProgenitors(3)\n")
                out.write("#      SharedPart(1)    HaloID(2)   HaloPart(3)\n")
                for k, (r, progenitors) in enumerate(found):
                    others = []  # halos that mostly went elsewhere
                    if claim and k and merit(npart, found[k - 1][1][0], found[k - 1][0]) > 1 / npart[r]:
                        others = found[k - 1][1][:1]
                    out.write(f"{name[r]}  {npart[r]}  {len(progenitors) + len(others)}\n")
                    for p in progenitors:
                        out.write(f"  {min(npart[p], npart[r])}  {name[p]}  {npart[p]}\n")
                    for p in others:
                        out.write(f"  1  {name[p]}  {npart[p]}\n")
        else:
            with open(data + ".AHF_mtree", "w") as out, open(data + ".AHF_mtree_idx", "w") as index:
                out.write(f"{len(found)}\n")
                index.write("# HaloID(1) HaloID(2)\n")
                for r, progenitors in found:
                    out.write(f"{name[r]}  {len(progenitors)}\n")
                    out.writelines(f"{name[p]}\n" for p in progenitors)
                    index.write(f"{name[r]:12d} {name[progenitors[0]]:12d}\n")
    (folder / "scales.txt").write_text("".join(f"{float(a)!r}\n" for a in halos.scales))
    return folder


def write_links_of_all(halos, folder):
    """One file of links instead of those of each snapshot, the latest snapshot first."""
    folder = pathlib.Path(folder)
    for links in (*folder.glob("*.AHF_croco"), *folder.glob("*.AHF_mtree*")):
        links.unlink()
    found = list(families(halos, np.lexsort((halos.id, -halos.snapshot))))
    with open(folder / "MergerTree_box.txt-CRMratio2", "w") as out:
        out.write(f"1\nthe same trees\n{len(found)}\n")
        for r, progenitors in found:
            out.write(f"{halos.id[r]}  {len(progenitors)}\n")
            out.writelines(f"{halos.id[p]}\n" for p in progenitors)
        out.write("END\n")
    return folder
