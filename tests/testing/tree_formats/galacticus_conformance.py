"""A Galacticus file that the program wrote, judged by the description of the format and by the trees it was made of
(tests only): galacticus_conformance.py FILE [FOLDER of consistent-trees]. Fails with the first thing that is not as it
should be."""

import sys

import h5py
import numpy as np

import halos as reader

MPC_M, MSUN_KG = 3.0856775814913673e22, 1.98841e30


def scalar(attributes, key, kind):
    value = attributes[key]
    assert np.shape(value) == () and np.asarray(value).dtype == kind, f"{key} is {value!r}"
    return value


def check_form(f):
    """What the description says of any file; returns the halos."""
    assert scalar(f.attrs, "formatVersion", np.int32) == 2
    for key in ("HubbleParam", "OmegaMatter", "OmegaLambda"):
        scalar(f["cosmology"].attrs, key, np.float64)
    units = f["units"].attrs
    for what in ("length", "mass", "time", "velocity"):
        scalar(units, what + "UnitsInSI", np.float64)
        scalar(units, what + "HubbleExponent", np.int32)
        scalar(units, what + "ScaleFactorExponent", np.int32)
    g, i = f["forestHalos"], f["forestIndex"]
    flags = "haloMassesIncludeSubhalos forestsAreSelfContained treesHaveSubhalos velocitiesIncludeHubbleFlow"
    for key in (*flags.split(), "positionsArePeriodic"):
        assert scalar(g.attrs, key, np.int32) in (0, 1)
    n = len(g["nodeIndex"])
    kinds = dict(nodeIndex=np.int64, descendantIndex=np.int64, hostIndex=np.int64)
    kinds |= dict(nodeMass=np.float64, redshift=np.float64)
    for name, kind in kinds.items():
        assert g[name].dtype == kind and g[name].shape == (n,), name
    if "position" in g:
        assert g["position"].dtype == np.float64 and g["position"].shape == (n, 3)
    for name, item in g.items():
        assert len(item) == n and item.compression == "gzip" and item.attrs["unit"] and item.attrs["description"], name
    kinds = dict(firstNode=np.int32, numberOfNodes=np.int32, forestIndex=np.int64, forestWeight=np.float64)
    for name, kind in kinds.items():
        assert i[name].dtype == kind and i[name].shape == i["forestIndex"].shape, name
    first, count = i["firstNode"][:], i["numberOfNodes"][:]
    assert first[0] == 0 and (first[1:] == np.cumsum(count)[:-1]).all() and count.sum() == n, "runs of halos"
    assert len(np.unique(i["forestIndex"][:])) == len(first)
    return g, i


def check_links(g, i):
    """Links stay inside forests and run forward in time; hosts are of the same time."""
    node, descendant, host, z = (g[k][:] for k in ("nodeIndex", "descendantIndex", "hostIndex", "redshift"))
    assert len(np.unique(node)) == len(node)
    forest = np.repeat(np.arange(len(i["firstNode"])), i["numberOfNodes"][:])
    order = np.argsort(node)
    row = lambda ids: order[np.searchsorted(node, ids, sorter=order)]
    linked = descendant >= 0
    to = row(descendant[linked])
    assert (node[to] == descendant[linked]).all() and (forest[to] == forest[linked]).all() and (z[to] < z[linked]).all()
    assert (descendant[~linked] == -1).all() and (~linked).sum() > 0
    at = row(host)
    assert (node[at] == host).all() and (forest[at] == forest).all() and (z[at] == z).all()
    assert bool((host != node).any()) == bool(g.attrs["treesHaveSubhalos"])


def check_values(f, g, i, h):
    """In the units of the file everything is what the text has."""
    units = f["units"].attrs
    order = np.argsort(h.id)
    row = order[np.searchsorted(h.id, g["nodeIndex"][:], sorter=order)]
    assert (h.id[row] == g["nodeIndex"][:]).all() and len(row) == len(h.id)
    little_h = f["cosmology"].attrs["HubbleParam"]
    assert little_h == h.h and f["cosmology"].attrs["OmegaMatter"] == h.omega_m

    def in_si(values, what):
        return values * units[what + "UnitsInSI"] * little_h ** units[what + "HubbleExponent"]

    assert np.allclose(in_si(g["nodeMass"][:], "mass"), h.mass[row] / h.h * MSUN_KG, rtol=1e-12)
    assert units["lengthScaleFactorExponent"] == 1, "comoving"
    box = in_si(f["simulation"].attrs["boxSize"], "length")
    assert np.isclose(box, h.box / h.h * MPC_M, rtol=1e-12)
    away = np.abs(in_si(g["position"][:], "length") - h.position[row] / h.h * MPC_M)
    assert (np.minimum(away, box - away) < 1e-6 * box).all(), "single precision"
    assert np.allclose(1 / (1 + g["redshift"][:]), h.scales[h.snapshot[row]], rtol=1e-12)
    assert (g["descendantIndex"][:] == h.descendant[row]).all()
    assert (g["hostIndex"][:] == np.where(h.host[row] < 0, h.id[row], h.host[row])).all()
    assert (g["isMainProgenitor"][:] == h.main[row]).all() and (g["isPhantom"][:] == (h.phantom[row] != 0)).all()
    assert (np.repeat(i["forestIndex"][:], i["numberOfNodes"][:]) == h.forest[row]).all()
    weight = i["forestWeight"][:] / (units["lengthUnitsInSI"] / MPC_M) ** 3
    assert np.allclose(weight, (h.h / h.box) ** 3, rtol=1e-12)


if __name__ == "__main__":
    with h5py.File(sys.argv[1]) as file:
        halos_group, index = check_form(file)
        check_links(halos_group, index)
        if len(sys.argv) > 2:
            check_values(file, halos_group, index, reader.read(sys.argv[2]))
