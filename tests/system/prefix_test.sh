#!/usr/bin/env bash
# A folder of libraries for machines without root (tools/prefix): the lists of the build, the script and the page agree; archives
# are known by content or name, what is missing or damaged is named; what is put into the folder is what CMake finds, before the
# system. The archives are made here, a few bytes each, so no network is needed.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
unset CMAKE_PREFIX_PATH CMAKE_INCLUDE_PATH CMAKE_GENERATOR

# --- one list -----------------------------------------------------------------------------------------------------------
tools/prefix --list --tests --bench >"$folder/list" || fail "--list ends with $?"
python3 - "$folder/list" <<'P' || fail "the lists differ"
import pathlib, re, sys
read = lambda name: pathlib.Path(name).read_text()
asked = lambda name, call: dict(re.findall(call + r"\((\w+) ?([\d.]*)", read(name)))
build = asked("tools/cmake/CecropiaPackages.cmake", "find_package")
bad = []
consumer = asked("tools/cmake/cecropiaConfig.cmake.in", "find_dependency")
if build != consumer:
    bad.append(f"an installation asks for {consumer}, the build for {build}")
for file in ("tests/CMakeLists.txt", "tests/benchmark/CMakeLists.txt"):
    build |= asked(file, "find_package")
modules = {name for name in build if name in ("MPI", "HDF5")}
number = lambda text: tuple(int(part) for part in text.split(".") if part)
key = lambda name: {"GTest": "googletest"}.get(name, name.lower())
rows = [line.split() for line in read(sys.argv[1]).splitlines()]
listed = {name: (version, address) for name, version, _, _, address in rows}
if set(listed) != {key(name) for name in set(build) - modules}:
    bad.append(f"tools/prefix knows {sorted(listed)}, the build asks for {sorted(build)}")
page = read("docs/installation.md")
table = {re.sub(r"\W", "", line.split("|")[1].partition("(")[0]).lower(): line.split("|")[2].strip()
         for line in page.splitlines() if re.match(r"\| [\w ]+(\(.*)?\| ?[\d.]* ?\| `", line)}
titles = {"googletest": "googletestandgmock", "benchmark": "googlebenchmark", "nlohmann_json": "nlohmannjson"}
for name, at_least in build.items():
    if name not in modules:
        version, address = listed.get(key(name), ("", ""))
        if number(version) < number(at_least):
            bad.append(f"{name}: tools/prefix brings {version}, the build asks for {at_least}")
        if not re.search(rf"\| {re.escape(version)} \| <{re.escape(address)}> \|", page):
            bad.append(f"{name}: docs/installation.md does not show {version} with {address}")
        if table.get(titles.get(key(name), key(name))) != at_least:
            bad.append(f"{name}: docs/installation.md does not say that at least '{at_least}' is asked for")
addresses = set(re.findall(r"<(https://\S+(?:gz|bz2|xz|zip))>", page)) ^ {address for _, address in listed.values()}
bad += [f"{address} is on one side only" for address in addresses]
for line in bad: print(line)
sys.exit(bool(bad))
P

# --- what is missing, damaged or double ---------------------------------------------------------------------------------
# expect CODE WORDS ARGUMENTS...: tools/prefix ends with CODE and says WORDS
expect() {
  local code=$1 words=$2 got=0
  shift 2
  tools/prefix "$@" >"$folder/said" 2>&1 || got=$?
  [ $got = "$code" ] || fail "tools/prefix $* ends with $got, not $code: $(cat "$folder/said")"
  grep -qF -- "$words" "$folder/said" || fail "tools/prefix $* does not say '$words': $(cat "$folder/said")"
}
downloads=$folder/downloads libraries="$folder/libraries with a blank"
expect 2 "there is no folder" "$downloads" "$libraries"
mkdir "$downloads"
expect 2 "https://github.com/fmtlib/fmt/archive/9.1.0/fmt-9.1.0.tar.gz" "$downloads" "$libraries"
grep -q googletest "$folder/said" && fail "GoogleTest is asked for without --tests"
expect 2 "load them where there is a network, copy them there, and start again" "$downloads" "$libraries"
expect 2 "googletest" --tests "$downloads" "$libraries"
expect 2 "unknown option" --fast "$downloads" "$libraries"
expect 2 "the names are" --without boots "$downloads" "$libraries"
expect 2 "give two folders, DOWNLOADS and PREFIX; see tools/prefix --help" "$downloads"
expect 0 "libfmt9" --packages
[ ! -e "$libraries" ] || fail "something was made although files are missing"

# --- archives -----------------------------------------------------------------------------------------------------------
make=$folder/make
pack() { # ARCHIVE: what is in $make, which is empty after it
  (cd "$make" && cmake -E tar czf "$downloads/$1" -- *) && rm -rf "$make" && mkdir "$make"
}
put() { mkdir -p "$(dirname "$make/$1")" && cat >"$make/$1"; } # PATH, the text comes from outside
mkdir "$make"
put boost_1_99_0/boost/version.hpp <<<$'#define BOOST_VERSION 109900\n#define BOOST_LIB_VERSION "1_99"'
put boost_1_99_0/libs/graph/test/boost/version.hpp <<<'#error the wrong file'
put boost_1_99_0/boost/config.hpp <<<'// what CMake looks for'
pack boost_1_99_0.tar.gz
put json-3.99.7/single_include/nlohmann/json.hpp <<<'#error the wrong file'
put json-3.99.7/include/nlohmann/json.hpp <<<'#include <nlohmann/detail/abi_macros.hpp>'
for part in MAJOR:3 MINOR:99 PATCH:7; do echo "#define NLOHMANN_JSON_VERSION_${part%:*} ${part#*:} // ${part%:*}"; done |
  put json-3.99.7/include/nlohmann/detail/abi_macros.hpp
pack json-3.99.7.tar.gz
put CLI11-2.99.1/include/CLI/CLI.hpp <<<'#include "CLI/Version.hpp"'
put CLI11-2.99.1/include/CLI/Version.hpp <<<$'#define CLI11_VERSION_MAJOR 2\n#define CLI11_VERSION "2.99.1"'
pack cli11_2.99.1.orig.tar.gz
put random123-9/include/Random123/philox.h <<<'// philox'
pack Random123-9.tar.gz
put zlib-9/zlib.h <<<$'#define ZLIB_VERSION "9.8.7"\n#include "zconf.h"'
put zlib-9/zconf.h <<<'int crc32(void);'
put zlib-9/crc32.c <<<$'#include "zlib.h"\n#include <unistd.h>\nint crc32(void) { return (int)getpid(); }'
pack zlib-9.tar.gz
for name in fmt spdlog; do
  put $name-99/CMakeLists.txt <<C
cmake_minimum_required(VERSION 3.25)
project($name LANGUAGES NONE)
install(FILES $name.h DESTINATION include/$name)
C
  put $name-99/$name.h <<<"// $name"
  pack $name-99.tar.gz
done
expect 2 "xxhash" "$downloads" "$libraries" # the only one that is missing
grep -q zlib "$folder/said" && fail "zlib is called missing: $(cat "$folder/said")"
# A package of Debian is an archive of archives.
put usr/include/xxhash.h <<<'// xxhash'
put usr/share/doc/libxxhash-dev/copyright <<<'nobody'
(cd "$make" && cmake -E tar cJf "$folder/data.tar.xz" usr) && rm -rf "$make" && mkdir "$make"
echo 2.0 >"$folder/debian-binary"
(cd "$folder" && ar rc "$downloads/libxxhash-dev_9%3a9_all.deb" debian-binary data.tar.xz)

expect 0 "fmt-99.tar.gz (not of the list, content not checked)" "$downloads" "$libraries"
for file in boost/version.hpp nlohmann/json.hpp nlohmann/detail/abi_macros.hpp CLI/CLI.hpp Random123/philox.h fmt/fmt.h spdlog/spdlog.h \
  xxhash.h zlib.h zconf.h; do
  [ -f "$libraries/include/$file" ] || fail "there is no $file in the folder"
done
[ -f "$libraries/lib/libz.a" ] || fail "zlib was not compiled"
[ ! -d "$libraries/share/doc" ] || fail "pages of a package were copied"
expect 0 "content not checked" "$downloads" "$libraries" # once more, into a full folder

expect 2 "the folder $folder/list/below cannot be made" "$downloads" "$folder/list/below"

# --- CMake finds it, before the system ----------------------------------------------------------------------------------
mkdir "$folder/project"
{
  echo 'cmake_minimum_required(VERSION 3.25)'
  echo 'project(consumer LANGUAGES C)'
  echo "list(APPEND CMAKE_MODULE_PATH \"$source_dir/tools/cmake\")"
  grep -E 'Boost|nlohmann|CLI11|ZLIB|Random123|XxHash' tools/cmake/CecropiaPackages.cmake | grep -E '^(set|find)'
  echo 'foreach(name Boost::headers nlohmann_json::nlohmann_json CLI11::CLI11 ZLIB::ZLIB random123 xxhash)'
  echo '  get_target_property(where ${name} INTERFACE_INCLUDE_DIRECTORIES)'
  echo '  message(STATUS "from ${where}: ${name}")'
  echo 'endforeach()'
  echo 'message(STATUS "versions ${Boost_VERSION} ${nlohmann_json_VERSION} ${CLI11_VERSION} ${ZLIB_VERSION_STRING}")'
  echo 'get_target_property(definitions xxhash INTERFACE_COMPILE_DEFINITIONS)'
  echo 'message(STATUS "xxhash with ${definitions}")'
} >"$folder/project/CMakeLists.txt"
found() { # HOW MANY, CMAKE OPTION...: so many libraries come from the folder
  local count=$1
  shift
  rm -rf "$folder/configured"
  cmake -S "$folder/project" -B "$folder/configured" "$@" >"$folder/said" 2>&1 || fail "cmake $* fails: $(cat "$folder/said")"
  [ "$(grep -c "from $libraries/include:" "$folder/said")" = "$count" ] ||
    fail "cmake $*: not $count libraries come from the folder: $(cat "$folder/said")"
  grep -q 'xxhash with XXH_INLINE_ALL' "$folder/said" || fail "the header alone is mixed with a library of the system"
}
found 6 -DCMAKE_PREFIX_PATH="$libraries"
grep -q 'versions 1.99.0 3.99.7 2.99.1 9.8.7' "$folder/said" || fail "versions are misread: $(grep versions "$folder/said")"
found 5 -DCMAKE_INCLUDE_PATH="$libraries/include" -DZLIB_INCLUDE_DIR=/usr/include -DZLIB_LIBRARY=libz.so # headers alone
# tools/build asks for nothing that is in the folder.
(
  export CMAKE_PREFIX_PATH="/nowhere:$libraries"
  is_in_prefix boost/version.hpp && is_in_prefix xxhash.h && ! is_in_prefix hdf5.h
) || fail "the folder is not looked into"

# --- what cannot be used ------------------------------------------------------------------------------------------------
cp "$downloads/fmt-99.tar.gz" "$downloads/fmt-9.1.0.tar.gz"
expect 2 "fmt-9.1.0.tar.gz is not what the list says" "$downloads" "$libraries"
mv "$downloads/fmt-9.1.0.tar.gz" "$downloads/fmt-98.tar.gz"
expect 2 "are both fmt" "$downloads" "$libraries"
expect 2 "not everything in $downloads can be used" "$downloads" "$libraries"
rm "$downloads"/fmt-9*.tar.gz
expect 0 "All in" --without fmt,spdlog "$downloads" "$libraries"
put fmt-99/CMakeLists.txt <<<'message(FATAL_ERROR "no such luck")'
pack fmt-99.tar.gz
expect 1 "no such luck" "$downloads" "$libraries"
expect 1 "fmt could not be put into $libraries; all that was said is in" "$downloads" "$libraries"
mkdir "$folder/taken" && touch "$folder/taken/include"
expect 2 "nothing can be written in $folder/taken" "$downloads" "$folder/taken"
finish
