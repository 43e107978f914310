"""Merger trees in the HDF5 format of Galacticus, versions 1 and 2, as other programs write them (tests only).

The format is described at galacticus.readthedocs.io ("Merger Tree File Format"). Nothing is rounded: every number is a
double.
"""

import h5py
import numpy as np

MSUN_KG, MPC_M, GYR_S = 1.98892e30, 3.08568e22, 3.1556926e16  # as the example of the description has them
exact = (1.98841e30, 3.0856775814913673e22)  # for units that are no power of ten of these


def write(
    halos,
    path,
    version=2,
    clock="expansionFactor",
    hosts=True,
    own_ids=True,
    mass_unit=(1, -1),
    length_unit=(1, -1),
    constants=(MSUN_KG, MPC_M),
):
    """`clock`: expansionFactor or redshift. `own_ids`: nodeIndex as in `halos`; else it counts from 1 in each forest,
    as the format allows. Units: their size in Msun and in comoving Mpc, and the power of h in them; `constants`: Msun
    in kg and Mpc in m."""
    per_mass = halos.h ** (-1 - mass_unit[1]) / mass_unit[0]
    per_length = halos.h ** (-1 - length_unit[1]) / length_unit[0]
    halos_group, index_group = ("haloTrees", "treeIndex") if version == 1 else ("forestHalos", "forestIndex")
    index_name = "treeIndex" if version == 1 else "forestIndex"
    forests, first, count = np.unique(halos.forest, return_index=True, return_counts=True)
    node, descendant, host = halos.id, halos.descendant, halos.host
    host = np.where(host < 0, node, host)
    if not own_ids:
        local = np.arange(len(node)) - np.repeat(first, count) + 1
        descendant = np.where(descendant < 0, -1, local[halos.rows_of(descendant)])
        host = local[halos.rows_of(host)]
        node = local
    scale = halos.scales[halos.snapshot]
    with h5py.File(path, "w") as f:
        if version > 1:
            f.attrs["formatVersion"] = np.int32(version)
        c = f.create_group("cosmology").attrs
        c["HubbleParam"] = halos.h
        c["Omega0" if version == 1 else "OmegaMatter"] = halos.omega_m
        c["OmegaLambda"] = halos.omega_l
        f.create_group("simulation").attrs["boxSize"] = np.array([halos.box * per_length])  # a pseudo-scalar is allowed
        u = f.create_group("units").attrs
        units = dict(
            mass=(mass_unit[0] * constants[0], mass_unit[1], 0),
            length=(length_unit[0] * constants[1], length_unit[1], 1),
            time=(GYR_S, 0, 0),
            velocity=(1e3, 0, 0),
        )
        for name, (si, h, a) in units.items():
            u[name + "UnitsInSI"] = si
            u[name + "HubbleExponent"] = np.int32(h)
            u[name + "ScaleFactorExponent"] = np.int32(a)
        i = f.create_group(index_group)
        i["firstNode"] = first.astype(np.int32)
        i["numberOfNodes"] = count.astype(np.int32)
        i[index_name] = forests
        g = f.create_group(halos_group)
        for key in ("haloMassesIncludeSubhalos", "treesHaveSubhalos", "positionsArePeriodic"):
            g.attrs[key] = np.int32(1)
        g.attrs["treesAreSelfContained" if version == 1 else "forestsAreSelfContained"] = np.int32(1)
        g.attrs["velocitiesIncludeHubbleFlow"] = np.int32(0)
        g["nodeIndex"] = node
        g["descendentIndex" if version == 1 else "descendantIndex"] = descendant
        if version == 1:  # such files hold a scalar reference under the other spelling
            g["descendantIndex"] = g["descendentIndex"].regionref[:]
        if hosts:
            g["hostIndex"] = host
        g["nodeMass"] = halos.mass * per_mass
        g[clock] = scale if clock == "expansionFactor" else 1 / scale - 1
        g["position"] = halos.position * per_length
        g["velocity"] = halos.velocity
        # not of the standard: what else is needed for the same forest
        g["isMainProgenitor"] = halos.main.astype(np.uint8)
        g["isPhantom"] = (halos.phantom != 0).astype(np.uint8)
    return path
