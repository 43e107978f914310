#!/bin/bash
# The Debian packages say what they need, hold what they should and nothing of this machine; from an unpacked one the program
# runs, its tools draw, and every Python file of it finds what it imports. tools/test --long --part package installs them.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

build=$(dirname "$(dirname "$program")")
[ -f "$build/CPackConfig.cmake" ] || skip "there is no build folder around $program"
on_debian_12 || skip "packages are made on Debian 12"
command -v dpkg-shlibdeps >/dev/null || skip "no dpkg-shlibdeps (Debian: dpkg-dev)"

cpack --config "$build/CPackConfig.cmake" -B "$folder/made" >"$folder/said" 2>&1 || fail "cpack: $(tail -n 20 "$folder/said")"
main=$(echo "$folder"/made/cecropia_*.deb) development=$(echo "$folder"/made/libcecropia-dev_*.deb)
for package in "$main" "$development"; do [ -f "$package" ] || fail "there is no $package"; done

# says PACKAGE FIELD WORDS...: each of the words is in the field
says() {
  local package=$1 field=$2 text word
  shift 2
  text=$(dpkg-deb --field "$package" "$field")
  for word; do
    [[ ", $text" == *", $word"* ]] || fail "$(basename "$package"): '$word' is not in its $field: $text"
  done
}
version=$(sed -n 's/^version: //p' CITATION.cff)
says "$main" Package cecropia
says "$main" Version "$version"
says "$main" Depends openmpi-bin libopenmpi3 libhdf5-openmpi-103-1 libfmt9 libstdc++6
says "$main" Recommends python3 python3-numpy python3-h5py python3-matplotlib
says "$development" Depends "cecropia (= $version)" libopenmpi-dev libhdf5-openmpi-dev libboost-dev libfmt-dev zlib1g-dev
dpkg-deb --field "$main" Description | grep -q 'semi-analytic model' || fail "the package does not say what it is"

for package in "$main" "$development"; do
  dpkg-deb -x "$package" "$folder/unpacked"
  name=$(dpkg-deb --field "$package" Package)
  cmp -s LICENSE "$folder/unpacked/usr/share/doc/$name/copyright" || fail "$name comes without its licence"
  dpkg-deb -c "$package" | awk '$2 != "root/root" { print "not of root: " $0; bad = 1 } $1 ~ /^[^l]....w|^[^l].......w/ { print \
    "others may write: " $0; bad = 1 } $6 !~ /^\.\/usr\// { print "not below /usr: " $0; bad = 1 } END { exit bad }' ||
    fail "$name holds files with other owners, permissions or places"
done
silent=("$folder"/unpacked/usr/{share,lib/cmake})
# A program that counts its lines knows where the counts go; one with sanitizers, where its sources are.
grep -qaF -e .gcda -e __ubsan_ "$program" || silent+=("$folder/unpacked/usr/bin")
words=$(grep -rlF -e "$source_dir" -e "$build" "${silent[@]}")
[ -z "$words" ] || fail "these name folders of this machine: $words"

# From the unpacked package, where nothing else of ours is.
usr=$folder/unpacked/usr
cd "$folder" || exit 1
timeout -k 10 "$patience_s" "$usr/bin/cecropia" run -q "$usr/share/cecropia/params/quickstart.json" "${small_eps[@]:1}" \
  --out "$folder/one" 2>"$folder/stderr" || fail "the program of the package: $(cat "$folder/stderr")"
timeout -k 10 "$patience_s" "$usr/share/cecropia/tools/run" -n 2 run -q "$usr/share/cecropia/params/quickstart.json" \
  "${small_eps[@]:1}" --out "$folder/two" 2>"$folder/stderr" || fail "tools/run of the package: $(cat "$folder/stderr")"
cmp "$folder/one/run.h5" "$folder/two/run.h5" || fail "the two runs differ"
PYTHON=$python "$usr/share/cecropia/tools/report" one >"$folder/said" 2>&1 || fail "report: $(cat "$folder/said")"
[ -s one/report.html ] || fail "there is no report"
# All but the two that need emcee, which is suggested only.
PYTHONPATH=$usr/share/cecropia/tools "$python" -B - "$usr/share/cecropia/tools" >"$folder/said" 2>&1 <<'P' || fail "$(tail -n 1 "$folder/said")"
import importlib
import pathlib
import sys
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    if file.stem not in ("sample", "sample_results"):
        importlib.import_module(file.stem)
P
finish
