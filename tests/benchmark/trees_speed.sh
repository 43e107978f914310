#!/usr/bin/env bash
# tests/benchmark/trees_speed.sh BUILD [COPIES]
#
# How fast are trees of consistent-trees read forest by forest, beside plain tools, in one run on one machine? Needs a BUILD
# with -DCECROPIA_BUILD_BENCHMARKS=ON. The file is trees/nbody_4mpc_64, unpacked, COPIES times (300: 1 GB), in $TMPDIR or /tmp,
# and goes away afterwards. Shown are the times of cat and wc -l, of opening the set (an index is made), of reading all its
# forests one by one, and of reading it whole as a run does; then the memory for half of the file, and opening without
# forests.list.
set -euo pipefail
# shellcheck source=tools/lib/house.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib/house.sh"
case ${1:---help} in -h | --help) help && exit ;; esac
build=$1
copies=${2:-300}
reader=$build/bin/reader_benchmark
[ -x "$reader" ] || stop 2 "$reader is not there: configure with -DCECROPIA_BUILD_BENCHMARKS=ON and build reader_benchmark"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/whole" "$folder/half"
"$(find_python)" - "$house/trees/nbody_4mpc_64" "$folder" "$copies" <<'PYTHON'
import gzip, pathlib, re, sys

source, folder, copies = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
text = gzip.open(source / "tree_0_0_0.dat.gz", "rt").read().replace("%", "%%")
begin = text.index("#tree")
header, trees = text[:begin], text[begin:]
header = header[: header.rindex("\n", 0, -1) + 1]
ids = []


def template(line):
    """The line with %d for its ids."""
    parts = re.split(r"( +)", line)
    for at in [2] if line.startswith("#") else [4, 8, 12, 14]:
        ids.append(int(parts[at]))
        parts[at] = "%d"
    return "".join(parts)


trees = "".join(template(line) + "\n" for line in trees.splitlines())
forests = [line.split() for line in open(source / "forests.list") if not line.startswith("#")]
for name, n in (("whole", copies), ("half", (copies + 1) // 2)):
    with open(folder / name / "tree_0_0_0.dat", "w") as out, open(folder / name / "forests.list", "w") as lists:
        out.write(header.replace("%%", "%") + f"{len(forests) * n}\n")
        for k in range(n):
            shift = k * 1000000
            out.write(trees % tuple(i if i < 0 else i + shift for i in ids))
            lists.writelines(f"{int(t) + shift} {int(f) + shift}\n" for t, f in forests)
PYTHON
file=$folder/whole/tree_0_0_0.dat
cat "$file" >/dev/null # into memory: what is measured is the reading of text, not the disk
printf 'file: %s bytes, %s lines\n' "$(stat -c %s "$file")" "$(wc -l <"$file")"
TIMEFORMAT='%R s elapsed, %U s user, %S s system'
echo 'cat to /dev/null:' && time cat "$file" >/dev/null
echo 'wc -l:' && time wc -l "$file" >/dev/null
measure() { # FOLDER WHAT: both times of one benchmark, its peak of memory
  CECROPIA_TREES=$1 "$reader" --benchmark_filter="^$2" --benchmark_format=csv 2>/dev/null | awk -F, -v what="$2" '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
    END { printf "%-15s %.3f s elapsed, %.3f s user and system, peak %.0f MiB\n", what, $column["real_time"], $column["cpu_time"],
          $column["\"peak_MiB\""] }'
}
for what in stream_open stream_forests read_together; do measure "$folder/whole" $what; done
echo 'half of the file:'
measure "$folder/half" stream_forests
echo 'without forests.list:'
rm "$folder"/*/forests.list
measure "$folder/whole" stream_open
