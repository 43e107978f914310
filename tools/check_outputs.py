#!/usr/bin/env python3
"""Everything that the program has written is described.

Usage: check_outputs.py [--docs FOLDER] FOLDER OF A RUN OR A SCAN...

Compared with what stands in `backticks` in output.md, formats.md and scans.md: groups, datasets and attributes of
run.h5 and scan.h5, keys of run.json. Of names that the program composes (relations, levels, bins of mass) the parts are
looked up. Parameters are not: docs/parameters.md is written by the program."""
import pathlib
import re
import sys

import h5py

from cecropia_files import read_json
from check_docs import prose
from plot_data import Trouble, main_of, reason

FINISHED = "give the folder of a finished run or scan"
PAGES = ("output.md", "formats.md", "scans.md")
# Composed names: what varies, and what stands for it in the pages.
COMPOSED = ((re.compile(r"^level_\d+$"), "level_NNN"),
            (re.compile(r"^(?:fmr|mzr|shmr|sfms)_z[\d_]+_(slope|intercept|scatter_dex|offset_dex)$"), r"RELATION_\1"),
            (re.compile(r"^log10_eta_halo_[\d.]+_[\d.]+$"), "log10_eta_halo_LOW_HIGH"))
PARAMETERS = {"parameters"}  # /points/parameters of a scan, `parameters` of run.json


def described(docs: pathlib.Path):
    words = set()
    for page in PAGES:
        if not (docs / page).is_file():
            raise Trouble(f"there is no {docs / page}; give --docs the folder with the pages")
        for span in re.findall(r"`([^`\n]+)`", prose((docs / page).read_text())):
            words.add(span)
            words.update(re.split(r"[\s/=,\"]+", span))
            words.update(span.split("."))
            words.add(span.partition(".")[2])
    return words


def spoken(name):
    for pattern, written in COMPOSED:
        if pattern.match(name):
            return pattern.sub(written, name)
    return name


def names_of_hdf5(path):
    """(place, name) of all groups, datasets and attributes."""
    found = []
    try:
        opened = h5py.File(path)
    except OSError as error:
        raise Trouble(f"{path} cannot be read ({reason(error)}): {FINISHED}") from error
    with opened as file:
        def visit(place, item):
            if not PARAMETERS & set(place.split("/")[:-1]):
                found.append((place, place.split("/")[-1]))
            found.extend((f"attribute of /{place}", key) for key in item.attrs)
        found += [("attribute of /", key) for key in file.attrs]
        file.visititems(visit)
    return found


def names_of_json(value, place=""):
    if isinstance(value, list):
        return [n for entry in value if isinstance(entry, (dict, list)) for n in names_of_json(entry, place)]
    found = []
    for key, inner in value.items():
        found.append((f"{place}{key}", key))
        if isinstance(inner, (dict, list)) and key not in PARAMETERS:
            found += names_of_json(inner, f"{place}{key}.")
    return found


def main(words):
    docs = pathlib.Path(__file__).resolve().parent.parent / "docs"
    if words[:1] == ["--docs"] and len(words) > 1:
        docs, words = pathlib.Path(words[1]), words[2:]
    if not words:
        raise Trouble("give the folder of a run or of a scan")
    known, seen, bad = described(docs), 0, {}
    for folder in map(pathlib.Path, words):
        files = [f for f in (folder / "run.h5", folder / "run.json", folder / "scan.h5") if f.is_file()]
        if not files:
            raise Trouble(f"{folder}: holds no run.h5, run.json or scan.h5")
        for file in files:
            found = names_of_hdf5(file) if file.suffix == ".h5" else names_of_json(read_json(file, FINISHED))
            seen += len(found)
            for place, name in found:
                if spoken(name) not in known:
                    bad.setdefault((file.name, name), place)
    for (file, name), place in sorted(bad.items()):
        print(f"{file}: '{name}' ({place}) is described in none of {', '.join(PAGES)}")
    if not bad:
        print(f"{seen} names, all described")
    return bool(bad)


if __name__ == "__main__":
    main_of(lambda: main(sys.argv[1:]))
