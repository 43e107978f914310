# shellcheck shell=bash disable=SC2034
# What every script in tools/ shares: messages, packages of Debian 12, MPI settings for small machines, a python that can
# plot, and how many compilers fit into the memory. Source it; it changes no folder and starts nothing.

house=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$house/build/bin/cecropia
[ -f "$house/CMakeLists.txt" ] || program=$(realpath -m "$house/../../bin/cecropia") # an installation: share/cecropia/tools

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
# stop CODE MESSAGE...: 2 = the user can repair it, 1 = anything else
stop() {
  local code=$1
  shift
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit "$code"
}
# help: the comment block on top of the calling script, without its first line
help() { sed -n '2,/^[^#]/{/^#/!d; s/^# \{0,1\}//; p}' "$0"; }
unknown_option() { stop 2 "unknown option or argument '$1'; see tools/${0##*/} --help"; }

# --- packages ---------------------------------------------------------------------------------------------------------
# One line per need: Debian 12 package, then how to find it where there is no Debian: a command, a C++ header or a
# python module. The package list and the probes are one table so that they cannot drift apart.
needs_program='
g++                  command  c++
cmake                command  cmake
ninja-build          command  ninja
openmpi-bin          command  mpirun
libopenmpi-dev       command  mpicc
libhdf5-openmpi-dev  command  h5pcc
libboost-dev         header   boost/graph/adjacency_list.hpp
libfmt-dev           header   fmt/format.h
libspdlog-dev        header   spdlog/spdlog.h
nlohmann-json3-dev   header   nlohmann/json.hpp
libcli11-dev         header   CLI/CLI.hpp
librandom123-dev     header   Random123/philox.h
libxxhash-dev        header   xxhash.h
zlib1g-dev           header   zlib.h'
needs_build="$needs_program
libgtest-dev         header   gtest/gtest.h
libgmock-dev         header   gmock/gmock.h"
needs_plot='
python3              command  python3
python3-numpy        module   numpy
python3-h5py         module   h5py
python3-matplotlib   module   matplotlib'
needs_lint='
clang-format         command  clang-format
python3              command  python3'
needs_analyse='
clang-tidy           command  clang-tidy
cppcheck             command  cppcheck'
needs_bench='
libbenchmark-dev     header   benchmark/benchmark.h'
needs_sample="$needs_plot
python3-emcee        module   emcee"
needs_site="$needs_plot
python3-sphinx       module   sphinx
python3-myst-parser  module   myst_parser
furo                 module   furo"
needs_test="$needs_sample
hdf5-tools           command  h5dump
chromium             command  chromium
patch                command  patch
dpkg-dev             command  dpkg-shlibdeps
$needs_site
$needs_lint"
# For one test, which only root can do: not asked for elsewhere.
needs_slurm='
slurm-wlm            command  slurmctld
munge                command  munged'

on_debian_12() {
  [ -r /etc/os-release ] && (
    # shellcheck disable=SC1091
    . /etc/os-release
    [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]
  )
}

package_is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# is_in_prefix HEADER: in a folder that CMake looks into first, filled by tools/prefix for example
is_in_prefix() {
  local folder folders
  IFS=':;' read -ra folders <<<"${CMAKE_PREFIX_PATH:-}"
  for folder in "${folders[@]}"; do [ ! -f "$folder/include/$1" ] || return 0; done
  IFS=':;' read -ra folders <<<"${CMAKE_INCLUDE_PATH:-}"
  for folder in "${folders[@]}"; do [ ! -f "$folder/$1" ] || return 0; done
  return 1
}

need_is_met() { # KIND WHAT
  case $1 in
    command) command -v "$2" >/dev/null 2>&1 ;;
    header) is_in_prefix "$2" || printf '#include <%s>\n' "$2" | "${CXX:-c++}" -std=c++20 -E -x c++ - >/dev/null 2>&1 ;;
    module) find_python "$2" >/dev/null ;;
  esac
}

# install_missing NEEDS...: after it everything named is there, or the script has stopped with code 2 and said what to do.
install_missing() {
  local missing=() package kind what
  while read -r package kind what; do
    [ -n "$package" ] || continue
    if on_debian_12; then
      package_is_installed "$package" || { [ "$kind" = header ] && is_in_prefix "$what"; } || missing+=("$package")
    else
      need_is_met "$kind" "$what" || missing+=("$package ($kind $what)")
    fi
  done < <(printf '%s\n' "$@" | sort -u)
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! on_debian_12; then
    warn "this is not Debian 12, so nothing is installed by itself. Missing, by their names in Debian:"
    printf '  %s\n' "${missing[@]}" >&2
    stop 2 "install them (package manager, modules of the cluster, or tools/prefix: see docs/installation.md) and start again"
  fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      stop 2 "not root and no sudo; ask for: apt-get install --no-install-recommends ${missing[*]}
or fill a folder of your own with the libraries among them (tools/prefix; docs/installation.md has the recipe)"
    as_root=(sudo)
  fi
  say "Installing Debian packages${as_root:+ with sudo}: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
  local log
  log=$(mktemp)
  # The lists may be there and good; they may also be absent (containers) or older than the mirror.
  if ! "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } >>"$log" 2>&1; then
      tail -n 20 "$log" >&2
      rm -f "$log"
      stop 2 "apt-get could not install: ${missing[*]}"
    fi
  fi
  rm -f "$log"
  say "Installed."
}

# --- python -----------------------------------------------------------------------------------------------------------
# find_python [MODULE...]: prints the first python that has the modules; the first in PATH is often not Debian's own.
find_python() {
  local candidate imports=""
  local module
  for module in "$@"; do imports+="import $module;"; done
  for candidate in "${PYTHON:-}" python3 /usr/bin/python3; do
    if [ -n "$candidate" ] && "$candidate" -c "${imports:-pass}" >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# --- MPI --------------------------------------------------------------------------------------------------------------
# Root in a container, more ranks than cores, a small /dev/shm: allowed here, in the scripts, and nowhere in the program.
mpi_environment() {
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  export OMPI_MCA_rmaps_base_oversubscribe=1
  export OMPI_MCA_hwloc_base_binding_policy=none     # else every mpirun puts its first rank on core 0
  export OMPI_MCA_mpi_yield_when_idle=1
  export OMPI_MCA_btl_vader_single_copy_mechanism=none # containers often forbid reading another process
  local shm_kib
  shm_kib=$(df -Pk /dev/shm 2>/dev/null | awk 'NR==2{print $4}')
  if [ "${shm_kib:-0}" -lt 524288 ]; then
    local folder=${TMPDIR:-/tmp}
    export OMPI_MCA_osc_sm_backing_directory="$folder" OMPI_MCA_btl_vader_backing_directory="$folder"
  fi
}

# --- the size of the machine ------------------------------------------------------------------------------------------
memory_mib() { # memory this process may use: free memory of the machine or what is left of its control group
  local mib limit used
  mib=$(awk '/^MemAvailable:/{print int($2/1024)}' /proc/meminfo 2>/dev/null || true)
  mib=${mib:-2048}
  if [ -r /sys/fs/cgroup/memory.max ]; then
    limit=$(cat /sys/fs/cgroup/memory.max)
    used=$(cat /sys/fs/cgroup/memory.current 2>/dev/null || printf 0)
  else
    limit=$(cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || printf max)
    used=$(cat /sys/fs/cgroup/memory/memory.usage_in_bytes 2>/dev/null || printf 0)
  fi
  if [ "$limit" != max ] && [ "${#limit}" -lt 17 ]; then # longer numbers mean "no limit" in the older interface
    limit=$(((limit - used) / 1048576))
    [ "$limit" -ge "$mib" ] || mib=$limit
  fi
  printf '%s\n' "$mib"
}

compile_jobs() { # one compiler per core, and about 1 GiB for each
  local cores jobs
  cores=$(nproc)
  jobs=$(($(memory_mib) / 1024))
  [ "$jobs" -le "$cores" ] || jobs=$cores
  [ "$jobs" -ge 1 ] || jobs=1
  printf '%s\n' "${CECROPIA_JOBS:-$jobs}"
}

# --- configure and build ----------------------------------------------------------------------------------------------
build_folder() { # PRESET
  case $1 in release) printf '%s\n' "$house/build" ;; *) printf '%s\n' "$house/build-$1" ;; esac
}

# configure PRESET [CMAKE OPTION...]
configure() {
  local preset=$1
  shift
  local options=()
  if command -v ccache >/dev/null; then
    # "sloppiness": it may keep what was compiled with precompiled headers
    options+=("-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_SLOPPINESS=pch_defines,time_macros;ccache" -DCMAKE_C_COMPILER_LAUNCHER=ccache)
  fi
  (cd "$house" && cmake --preset "$preset" "${options[@]}" "$@")
}

# compile PRESET [TARGET...]
compile() {
  local folder
  folder=$(build_folder "$1")
  shift
  cmake --build "$folder" --parallel "$(compile_jobs)" ${1:+--target "$@"}
}
