#!/bin/bash
# An outside program finds the installation, evolves one halo with its mergers through the library, and does the books of
# mass and metals itself; the installed program runs from its own place.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

build=$(dirname "$(dirname "$program")")
[ -f "$build/CMakeCache.txt" ] || skip "there is no build folder around $program"
cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
quietly() { "$@" >"$folder/said" 2>&1 || fail "$*: $(tail -n 20 "$folder/said")"; }

quietly cmake --install "$build" --prefix "$folder/prefix"
# With the compiler and the flags of the build: a library with sanitizers or counters wants them in its user as well.
quietly cmake -S tests/consumer -B "$folder/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$folder/prefix" \
  -DCMAKE_C_COMPILER="$(cached CMAKE_C_COMPILER)" -DCMAKE_CXX_COMPILER="$(cached CMAKE_CXX_COMPILER)" \
  -DCMAKE_CXX_FLAGS="$(cached CMAKE_CXX_FLAGS)" -DMPI_C_COMPILER="$(cached MPI_C_COMPILER)" \
  -DHDF5_C_COMPILER_EXECUTABLE="$(cached HDF5_C_COMPILER_EXECUTABLE)"
quietly cmake --build "$folder/consumer"
timeout -k 10 "$patience_s" "$folder/consumer/one_halo" >"$folder/halo" 2>"$folder/stderr" ||
  fail "one_halo: exit code $?: $(cat "$folder/stderr")"
tail -n 3 "$folder/halo"
grep -qx 'mass, metals and stars are conserved' "$folder/halo" || fail "one_halo does not say that the books close"
awk '$1 == "6.0000" && $3 == 1 && $5 > 1e8 && $5 < 1e10 && $6 > 1e6 { found = 1 } END { exit !found }' "$folder/halo" ||
  fail "no galaxy with stars and metals at z = 6: $(tail -n 4 "$folder/halo")"

# The installation knows its parameter files, wherever it is called from; moved, it still does.
mv "$folder/prefix" "$folder/moved"
(cd / && "$folder/moved/bin/cecropia" params check "$folder/moved/share/cecropia/params/quickstart.json") >"$folder/said" 2>&1 ||
  fail "the installed program: $(cat "$folder/said")"
(cd / && timeout -k 10 "$patience_s" "$folder/moved/bin/cecropia" run -q "$folder/moved/share/cecropia/params/quickstart.json" \
  "${small_eps[@]:1}" --out "$folder/out") 2>"$folder/stderr" || fail "the installed program does not run: $(cat "$folder/stderr")"
[ -s "$folder/out/run.h5" ] || fail "the installed program leaves no run.h5"
finish
