#!/bin/bash
# Libraries that do not belong together are told when the build is configured, not when a run falls: an HDF5 without MPI, and
# an HDF5 that was built with another MPI than the one found.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

# configured ARGUMENTS...: cmake's words in $folder/said; its code
configured() {
  rm -rf "$folder/build"
  cmake -B "$folder/build" "$@" >"$folder/said" 2>&1
}
# refused WHY WORDS...: the cmake that has just ended refused, with each of WORDS
refused() {
  local code=$? why=$1 word
  shift
  [ $code != 0 ] || fail "$why is accepted"
  for word; do grep -qF -- "$word" "$folder/said" || fail "$why: '$word' is not in: $(tail -n 20 "$folder/said")"; done
}

# --- what libraries say of themselves ---------------------------------------------------------------------------------
mkdir "$folder/libraries" "$folder/project"
echo 'int nothing;' >"$folder/nothing.c"
made() { # NAME OPTION...: a shared library of this name
  cc -shared -fPIC "$folder/nothing.c" -o "$folder/libraries/$1" -Wl,-soname,"$1" "${@:2}" || fail "no library $1"
}
made libmpi.so.40
made libmpich.so.12
made libmpi_gnu_91.so.12
for mpi in libmpi.so.40 libmpich.so.12 libmpi_gnu_91.so.12; do
  made "libhdf5_of_$mpi" -Wl,--no-as-needed "$folder/libraries/$mpi"
done
made libhdf5_of_nobody.so.1
cat >"$folder/project/CMakeLists.txt" <<C
cmake_minimum_required(VERSION 3.25)
project(mixture LANGUAGES C)
include("$source_dir/tools/cmake/CecropiaSameMpi.cmake")
C
mixture() { # HDF5 MPI
  configured -S "$folder/project" -DHDF5_C_LIBRARIES="$folder/libraries/$1;/usr/lib/libm.a" -DMPI_C_LIBRARIES="$2"
}
for mpi in libmpi.so.40 libmpich.so.12 libmpi_gnu_91.so.12; do
  mixture "libhdf5_of_$mpi" "$folder/libraries/$mpi" || fail "HDF5 and MPI of one kind are refused: $(cat "$folder/said")"
  mixture "libhdf5_of_$mpi" "" || fail "an MPI of the compiler, of which nothing is known, is refused: $(cat "$folder/said")"
done
mixture libhdf5_of_libmpi.so.40 "$folder/libraries/libmpich.so.12"
refused "HDF5 of Open MPI with MPICH" "do not belong together" "HDF5 wants    : libmpi.so.40" "MPI found is  : libmpich.so.12" \
  "Debian/Ubuntu :" "cluster       :"
mixture libhdf5_of_libmpich.so.12 "$folder/libraries/libmpi.so.40"
refused "HDF5 of MPICH with Open MPI" "HDF5 wants    : libmpich.so.12" "MPI found is  : libmpi.so.40"
mixture libhdf5_of_libmpi_gnu_91.so.12 "$folder/libraries/libmpi.so.40"
refused "HDF5 of a Cray with Open MPI" "HDF5 wants    : libmpi_gnu_91.so.12"

# --- the project itself -----------------------------------------------------------------------------------------------
# What CMake's own module says of a serial HDF5 is put in its place: the two kinds cannot both be in a build folder's cache.
mkdir "$folder/serial"
cat >"$folder/serial/FindHDF5.cmake" <<C
set(HDF5_FOUND TRUE)
set(HDF5_VERSION 1.10.8)
set(HDF5_C_LIBRARIES $folder/libraries/libhdf5_of_nobody.so.1)
set(HDF5_IS_PARALLEL FALSE)
C
configured -S "$source_dir" -DCECROPIA_BUILD_TESTS=OFF -DCMAKE_MODULE_PATH="$folder/serial"
refused "an HDF5 without MPI" "This HDF5 (" "no MPI" "Debian/Ubuntu : apt install libhdf5-openmpi-dev" "cluster       : module load a parallel HDF5"

# Where both MPIs are (tools/test --long --part mpich brings the second): each with its own HDF5, and crossed.
if command -v mpicc.mpich >/dev/null && command -v h5pcc.mpich >/dev/null && command -v h5pcc.openmpi >/dev/null; then
  configured -S "$source_dir" -DCECROPIA_BUILD_TESTS=OFF -DMPI_C_COMPILER=mpicc.mpich -DHDF5_C_COMPILER_EXECUTABLE=h5pcc.openmpi
  refused "MPICH with the HDF5 of Open MPI" "do not belong together"
  configured -S "$source_dir" -DCECROPIA_BUILD_TESTS=OFF -DMPI_C_COMPILER=mpicc.openmpi -DHDF5_C_COMPILER_EXECUTABLE=h5pcc.mpich
  refused "Open MPI with the HDF5 of MPICH" "do not belong together"
fi
finish
