#!/usr/bin/env python3
"""A room includes only itself, and the rooms and libraries in its USES list in CMakeLists.txt. CTest: house.layers.

The list that links is the list that is checked, floors included: a room may use only rooms that stand above it in the
file.
Usage: check_layers.py [FOLDER OF THE PROJECT]
"""
import pathlib
import re
import sys

# How a library is recognised in an include, and its target in a USES list.
LIBRARIES = [
    (r"mpi\.h", "MPI::MPI_C"),
    (r"(hdf5|H5\w*)\.h", "hdf5::hdf5"),
    (r"boost/", "Boost::headers"),
    (r"nlohmann/", "nlohmann_json::nlohmann_json"),
    (r"CLI/", "CLI11::CLI11"),
    (r"Random123/", "random123"),
    (r"xxhash\.h", "xxhash"),
    (r"zlib\.h", "ZLIB::ZLIB"),
    (r"fmt/", "fmt::fmt"),
    (r"spdlog/", "spdlog::spdlog"),
]
# stars builds its tables into a file, but whoever uses stars must not see files: io stays out of its headers.
SOURCES_ONLY = {("stars", "io")}
# Rooms of pure functions never see a file.
WITHOUT_FILES = {"math", "random", "physics", "disc", "bathtub"}
FILES = {"fstream", "filesystem", "cstdio", "iostream"}


def main(top: pathlib.Path) -> int:
    text = (top / "CMakeLists.txt").read_text()
    rooms = re.findall(r"^cecropia_room\((\w+)\s+USES([^)]*)\)", text, re.M)
    if not rooms:
        print("CMakeLists.txt: no cecropia_room(NAME USES ...) line found")
        return 1
    order = [room for room, _ in rooms]
    uses = {room: set(re.findall(r"cecropia::(\w+)", line)) for room, line in rooms}
    own = {room: {t for t in line.split() if not t.startswith("cecropia::")} for room, line in rooms}
    # A library comes with the room that wraps it, one door away, and no further.
    libraries = {room: set().union(own[room], *(own.get(u, set()) for u in uses[room])) for room in order}
    bad = []
    for floor, room in enumerate(order):
        for used in sorted(uses[room]):
            if used not in order[:floor]:
                bad.append(f"CMakeLists.txt: '{room}' uses '{used}', which is not on a lower floor")
    for folder in ("include/cecropia", "src"):
        for place in sorted(p for p in (top / folder).iterdir() if p.is_dir()):
            if place.name not in uses:
                bad.append(f"{folder}/{place.name}: no room of this name in CMakeLists.txt")
    for file in sorted([*(top / "include").rglob("*.hpp"), *(top / "src").rglob("*.[ch]pp")]):
        parts = file.relative_to(top).parts
        in_header = parts[0] == "include"
        room = parts[2] if in_header else parts[1]
        if room not in uses:
            continue
        for n, line in enumerate(file.read_text().splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if not include:
                continue
            where, what = f"{file.relative_to(top)}:{n}", include[1]
            ours = re.match(r"cecropia/(\w+)/", what)
            if ours:
                if ours[1] not in uses[room] | {room}:
                    bad.append(f"{where}: '{room}' may not use '{ours[1]}'")
                elif in_header and (room, ours[1]) in SOURCES_ONLY:
                    bad.append(f"{where}: '{room}' uses '{ours[1]}' in its sources only, not in a header")
            for pattern, target in LIBRARIES:
                if re.match(pattern, what) and target not in libraries[room]:
                    bad.append(f"{where}: '{room}' may not use the library {target}")
            if room in WITHOUT_FILES and what in FILES:
                bad.append(f"{where}: '{room}' never sees a file or a stream, <{what}> is not for it")
    print("\n".join(bad) if bad else f"{len(order)} rooms keep their layers")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
