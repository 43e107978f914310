#!/usr/bin/env python3
"""Small stellar products in the layouts that `cecropia tables import` reads, for tests.

stellar_products.py FOLDER writes parsec/, sevn/ and nupycee.txt into FOLDER. The numbers are made up: smooth in mass,
balanced to the printed digits, and of the size that stars have.
stellar_products.py finer IN.csv OUT.csv N writes the CSV table IN with N stars for each one, blends of neighbours.
"""
import math
import pathlib
import sys

ISOTOPES = ("H HE3 HE4 LI7 BE7 C12 C13 N14 N15 O16 O17 O18 F19 NE20 NE21 NE22 NA23 MG24 MG25 MG26 AL26 AL27 SI28 SI29 "
            "P S CL AR K CA SC TI V CR MN FE CO NI CU ZN").split()
HEAVY = {"C12": .17, "N14": .05, "O16": .43, "NE20": .09, "NE22": .01, "MG24": .05, "SI28": .05, "S": .02, "CA": .005,
         "FE": .1, "NI": .005, "NA23": .01, "AL27": .01}
CORE = {"C12": .12, "O16": .62, "NE20": .1, "MG24": .05, "SI28": .05, "S": .02, "CA": .005, "FE": .03, "NI": .005}
METALLICITIES = {"0.0001": ("0.2487", 1e-4), "0.004": ("0.256", 4e-3), "0.014": ("0.273", 1.4e-2)}


def life_myr(m):
    return 2.0 + 1500.0 * m ** -1.75


def wind_msun(m, z):
    return m * min(0.6, 0.25 * (z / 0.004) ** 0.7 * (m / 100.0)) if m > 10 else 0.0


def surface(z):
    mix = {"H": 1 - 0.25 - 2 * z, "HE4": 0.25 + z}
    mix.update({k: z * f for k, f in HEAVY.items()})
    scale = 1 / sum(mix.values())
    return {k: v * scale for k, v in mix.items()}


def end(m, z):
    """final mass, He core, CO core, remnant (gravitational, baryonic), fate, core metals thrown out"""
    m_fin = m - wind_msun(m, z)
    m_he = min(0.5 * m, 0.98 * m_fin)
    m_co = 0.85 * m_he
    if m_he < 8:
        return m_fin, m_he, m_co, 1.4, 1.55, "CCSN", max(m_co - 1.55, 0)
    if m_he < 32:
        return m_fin, m_he, m_co, 0.98 * m_fin, m_fin, "FSN", 0
    if m_he < 64:
        return m_fin, m_he, m_co, 0.9 * m_co, 0.92 * m_co, "PPISN", 0.08 * m_co
    if m_he < 135:
        return m_fin, m_he, m_co, 0.0, 0.0, "PISN", m_co
    return m_fin, m_he, m_co, 0.99 * m_fin, m_fin, "DBH", 0


def ejecta_table(z, total):
    columns = ["Min", "Mfin", "MHE", "MCO"] + (["Mrem", "Mbar", "SNT"] if total else []) + ISOTOPES
    born = surface(z)
    composition = ["0.0"] * (6 if total else 4) + ["SN"] * total + [f"{born.get(i, 0):.8E}" for i in ISOTOPES]
    lines = ["# ejecta of some stars", "# " + " ".join(composition), "# all masses in Msun", " ".join(columns)]
    for m in (12, 14, 16, 20, 25, 30, 40, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600):
        m_fin, m_he, m_co, m_rem, m_bar, fate, core = end(m, z)
        if m < 14:
            fate, m_rem, m_bar, core = "NOT", 0, 0, 0
        thrown = 0 if fate == "NOT" else m_fin - m_bar
        words = [f"{m:.2f}", f"{m_fin:.6f}", f"{m_he:.6f}", f"{m_co:.6f}"]
        if total:
            words += [f"{m_rem:.6f}", f"{m_bar:.6f}", fate]
        for i in ISOTOPES:
            x = (m - m_fin) * born.get(i, 0)
            if total:
                x += (thrown - core) * born.get(i, 0) + core * CORE.get(i, 0) / sum(CORE.values())
            words.append(f"{x:.8E}")
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def photon_table(m, z):
    q = 10 ** (49.3 + 2.2 * math.log10(m / 40) - 0.2 * math.log10(z / 1e-4) / 2)
    lines = ["# photons of one star", f"# M = {m}, Z = {z}", "AGE logL logTe QWerner QHI QHeI QOII QHeII"]
    for i in range(41):
        now = q * (1 - 0.4 * i / 40)
        lines.append(f"{life_myr(m) * i / 40:.8E} 5.0 4.6 " + " ".join(f"{now * f:.6E}" for f in (1.6, 1, .3, .1, .01)))
    return "\n".join(lines) + "\n"


def write_parsec(folder):
    for name, (y, z) in METALLICITIES.items():
        for kind in ("winds", "total"):
            (folder / "ejecta").mkdir(parents=True, exist_ok=True)
            (folder / f"ejecta/Z{name}_Y{y}_{kind}_ejecta.dat").write_text(ejecta_table(z, kind == "total"))
        (folder / f"photons/Z{name}_Y{y}").mkdir(parents=True, exist_ok=True)
        for m in (5, 12, 14, 16, 20, 25, 30, 40, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600):
            (folder / f"photons/Z{name}_Y{y}/Z{name}Y{y}_ROT0.0_M{m:.1f}.TAB.QH").write_text(photon_table(m, z))


def write_sevn(folder):
    for name, z in (("00001", 1e-4), ("0004", 4e-3), ("0014", 1.4e-2)):
        columns = {k: [] for k in "time mass mhe mco lumi radius hsup hesup csup nsup osup inertia".split()}
        for k, m in enumerate((0.8, 2, 3, 5, 7, 9, 11, 14, 18, 24, 32, 45, 60, 80, 100, 130, 170, 220, 300, 420, 600)):
            m_fin, m_he, m_co = end(m, z)[:3]
            lines = {c: [] for c in columns}
            n = 12 + k
            for i in range(n):
                x = i / (n - 1)
                for c, v in (("time", life_myr(m) * x), ("mass", m + (m_fin - m) * x * x), ("mhe", m_he * x),
                             ("mco", m_co * x ** 3), ("lumi", min(m ** 3.2, 3e4 * m)),
                             ("radius", 1.2 * m ** 0.55 * (1 + 3 * x ** 6)), ("hsup", 0.75 - 2 * z - 0.3 * x),
                             ("hesup", 0.25 + z + 0.3 * x), ("csup", 0.17 * z * (1 - 0.9 * x)),
                             ("nsup", 0.05 * z + 0.3 * z * x), ("osup", 0.43 * z * (1 - 0.3 * x)), ("inertia", 0.0)):
                    lines[c].append(f"{v:.8e}")
            for c in columns:
                columns[c].append(" ".join(lines[c]))
        (folder / name).mkdir(parents=True, exist_ok=True)
        for c, rows in columns.items():
            (folder / name / f"{c}.dat").write_text("\n".join(rows) + "\n")
        (folder / name / "phase.dat").write_text("0 0.0 1 0.1\n")


def nupycee_name(isotope):
    if isotope == "H":
        return "H-1"
    letters, digits = ("".join(c for c in isotope if c.isdigit() == wanted) for wanted in (False, True))
    return f"{letters.capitalize()}-{digits or 40}"


def write_nupycee(file):
    shown = [i for i in ISOTOPES if i in surface(0.01) or i == "HE3"]
    lines = ["H Name: a small set of stars", "H Isotopes: " + ", ".join(nupycee_name(i) for i in shown),
             "H Number of metallicities: 2", "H Units: Msun, year"]
    for z in (0.0, 0.004):
        born = surface(z)
        for m in (5.0, 12.0, 15.0, 20.0, 25.0, 40.0, 150.0, 200.0):
            m_bar, core = (0.8, 0.0) if m < 8 else (0.0, 0.4 * m) if m > 100 else (1.5 + m / 40, 0.15 * m)
            lines += [f"H Table: (M={m:.1f},Z={z})", f"H Lifetime: {life_myr(m) * 1e6:.4E}", f"H Mfinal: {m_bar:.4E}",
                      "&Isotopes &Yields &Z &A"]
            for i in shown:
                x = (m - m_bar - core) * born.get(i, 0) + core * CORE.get(i, 0) / sum(CORE.values())
                lines.append(f"&{nupycee_name(i)} &{x:.4E} &1 &1")
    file.write_text("\n".join(lines) + "\n")


def write_finer(source, target, n):
    lines = source.read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    names = lines[first].split(",")
    fate = names.index("fate")
    rows = [line.split(",") for line in lines[first + 1:]]
    out = lines[first:first + 1]
    for a, b in zip(rows, rows[1:] + [None]):
        out.append(",".join(a))
        if b is None or a[0] != b[0]:
            continue
        numbers = [None if i == fate else (float(x), float(y)) for i, (x, y) in enumerate(zip(a, b))]
        for k in range(1, n):
            blend = [None if p is None else p[0] if p[0] == p[1] else p[0] + (p[1] - p[0]) * k / n for p in numbers]
            out.append(",".join(a[fate] if x is None else repr(x) for x in blend))
    target.write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "finer":
        write_finer(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), int(sys.argv[4]))
    else:
        top = pathlib.Path(sys.argv[1])
        top.mkdir(parents=True, exist_ok=True)
        write_parsec(top / "parsec")
        write_sevn(top / "sevn")
        write_nupycee(top / "nupycee.txt")
