#!/bin/bash
# What injected faults have found, one by one: a rank that fails before MPI names the cause itself; SIGTERM does not end a job
# without a word; what a killed conversion left beside its target goes away with the next, and others' files stay; a disk
# that fails under a mapped file is named; a rank that cannot open the common file says so; a scan outlives checkpoints that
# cannot be written; the page about a run whose log cannot be read is not made without it.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
library=${CECROPIA_FAULT_LIBRARY:-$(dirname "$program")/../lib/libfaults.so}
[ -f "$library" ] || skip "no libfaults.so: the tests are not built"

# faulty RANKS ORDER... -- ARGUMENTS...: the program with these orders to the library; its words in $folder/stderr
faulty() {
  local ranks=$1 orders=()
  shift
  while [ "$1" != -- ]; do orders+=("FAULT_$1") && shift; done
  shift
  rm -f "$folder/told"
  timeout -k 10 "$patience_s" mpirun -n "$ranks" env LD_PRELOAD="$library" FAULT_TOLD="$folder/told" "${orders[@]}" "$program" \
    "$@" >/dev/null 2>"$folder/stderr"
  code=$?
  [ -s "$folder/told" ] || fail "${orders[*]}: this fault never came"
}
said() { grep -q -- "$1" "$folder/stderr" || fail "$2: said $(cat "$folder/stderr")"; }

faulty 2 DO=no_memory KIND=new NTH=300 RANK=1 -- trees convert params/nbody_64.json --out "$folder/trees.h5"
[ $code = 1 ] || fail "a rank without memory before MPI ends with $code"
said "error: there is not enough memory on this node" "a rank without memory before MPI"

faulty 1 DO=bus KIND=map NTH=2 PLACE="$(pwd -P)/trees" -- run params/nbody_64.json -q --out "$folder/mapped"
[ $code = 2 ] || fail "a disk that fails under a mapped file ends with $code"
said "error: the tree file '.*' cannot be read: its disk does not give all of its bytes" "a disk that fails under a mapped file"

faulty 2 DO=kill KIND=write NTH=3 RANK=0 PLACE="$folder" -- trees convert params/nbody_64.json --out "$folder/trees.h5"
touch "$folder/trees.h5.partial-0123456789abcdef" # of somebody on another machine
[ "$(find "$folder" -name "trees.h5.partial-*" | wc -l)" = 2 ] || fail "a killed conversion leaves $(ls "$folder")"
cecropia 2 trees convert params/nbody_64.json --out "$folder/trees.h5" >/dev/null 2>"$folder/stderr" || fail "conversion again"
said "1 unfinished files of processes that were killed are gone" "a conversion after one that was killed"
[ "$(find "$folder" -name "trees.h5.partial-*")" = "$folder/trees.h5.partial-0123456789abcdef" ] ||
  fail "a conversion after one that was killed leaves $(ls "$folder")"

faulty 3 DO=24 KIND=make NTH=1 EVER=1 RANK=2 PLACE="$folder" -- run params/quickstart.json -q --out "$folder/unopened" \
  --set eps.trees_per_bin=1 --set eps.resolution_relative=0.01
[ $code = 2 ] || fail "a rank that cannot open the common file ends with $code"
said "error: opening the file of rank 0 on rank 2 failed: Too many open files" "a rank that cannot open the common file"
[ -z "$(find "$folder/unopened" -name "*.partial-*")" ] || fail "a rank that cannot open the common file leaves it"

# The bug: a rank that could not write what was left went on to another collective call of HDF5 than the others, and all of
# them waited for ever.
rm -f "$folder/told"
mpirun -n 3 env LD_PRELOAD="$library" FAULT_TOLD="$folder/told" FAULT_DO=count FAULT_PLACE="$folder" "$program" run \
  params/nbody_64.json -q --out "$folder/counted" >/dev/null 2>"$folder/stderr" || fail "counting calls: $(cat "$folder/stderr")"
last=$(sed -n 's/^rank=1 .* write=\([0-9]*\) .*/\1/p' "$folder/told")
export CECROPIA_IO_PATIENCE_S=$((3 * ${CECROPIA_TEST_PATIENCE:-1}))
faulty 3 DO=28 EVER=1 KIND=write NTH="$last" RANK=1 PLACE="$folder" -- run params/nbody_64.json -q --out "$folder/unwritten"
[ $code = 2 ] || fail "a rank that cannot write what is left ends with $code: $(cat "$folder/stderr")"
said "error: writing '/' does not come back: one of the ranks cannot write" "a rank that cannot write what is left"
[ -z "$(find "$folder/unwritten" -name "*.partial-*")" ] || fail "a rank that cannot write what is left leaves files"

# The bug: ranks that were asked to stop closed the file that they gave up, and waited for ever for one that could not write.
faulty 3 DO=28 EVER=1 KIND=write NTH=1 RANK=1 PLACE="$folder" -- run params/nbody_64.json -q --time-limit 0.01 \
  --set output.levels=none --out "$folder/stopped"
[ $code = 3 ] || fail "a job that is stopped while a rank cannot write ends with $code: $(cat "$folder/stderr")"
said "nothing was kept" "a job that is stopped while a rank cannot write"
[ -z "$(find "$folder/stopped" -name "*.partial-*")" ] || fail "a job that is stopped while a rank cannot write leaves files"

# The bug: so did ranks that found no room, where the room of before was not reserved and another rank could not write.
orders=(LD_PRELOAD="$library" FAULT_TOLD="$folder/told" FAULT_DO=28 FAULT_EVER=1 FAULT_PLACE="$folder")
run=("$program" run params/nbody_64.json -q --out "$folder/roomless")
timeout -k 10 "$patience_s" mpirun -n 1 env "${orders[@]}" FAULT_KIND=size FAULT_NTH=3 "${run[@]}" : \
  -n 1 env "${orders[@]}" FAULT_KIND=write FAULT_NTH=1 "${run[@]}" >/dev/null 2>"$folder/stderr"
code=$?
[ $code = 2 ] || fail "no room, and a rank that cannot write: ends with $code: $(cat "$folder/stderr")"
said "error: reserving .* MiB failed: No space left on device" "no room, and a rank that cannot write"
[ -z "$(find "$folder/roomless" -name "*.partial-*")" ] || fail "no room, and a rank that cannot write: leaves files"
unset CECROPIA_IO_PATIENCE_S

# The bug: where a file system has no locks, a run took the unfinished files of a living one for those of a dead one.
mkdir "$folder/lockless"
touch "$folder/lockless/run.h5.partial-0123456789abcdef" # of somebody on another machine
faulty 1 DO=37 EVER=1 KIND=lock NTH=1 PLACE="$folder" -- run params/nbody_64.json -q --out "$folder/lockless"
[ $code = 0 ] || fail "a run without locks ends with $code: $(cat "$folder/stderr")"
said "warning: the file system of .* has no locks" "a run without locks"
[ -e "$folder/lockless/run.h5.partial-0123456789abcdef" ] || fail "a run without locks removes what somebody may be writing"

# The bug: a folder that could not be read to its end was taken for a folder with fewer files, or for a defect.
faulty 1 DO=5 KIND=list NTH=3 PLACE="$(pwd -P)/trees" -- run params/nbody_64.json -q --set trees.path="$(pwd -P)/trees/nbody_4mpc_64" \
  --out "$folder/unlisted"
[ $code = 2 ] || fail "a folder that cannot be listed ends with $code: $(cat "$folder/stderr")"
said "error: the folder '.*' cannot be read: Input/output error" "a folder that cannot be listed"

cat >"$folder/scan.json" <<'E'
{"parameters": {"trees": {"path": "eps"}, "output": {"redshifts": [6]},
                "eps": {"trees_per_bin": 2, "bins_per_dex": 4, "resolution_relative": 0.01}},
 "design": {"axes": {"feedback.alpha_out": [0, 0.5], "feedback.m_out0_msun": [1e9, 3e9]}}}
E

# The bug: HDF5 has locks of its own, and where there are none a kept point could not be read and was computed again for ever.
sed 's/"parameters"/"keep": "all", "parameters"/' "$folder/scan.json" >"$folder/kept.json"
for finished in 0 4; do
  faulty 2 DO=37 EVER=1 KIND=lock NTH=1 PLACE="$folder" -- scan "$folder/kept.json" --out "$folder/kept"
  [ $code = 0 ] || fail "a scan without locks ends with $code: $(cat "$folder/stderr")"
  said "4 points, $finished of them finished before" "a scan without locks"
done

# The bug: HDF5 closed once more, inside MPI_Finalize, what it could not close before: a finished scan ended with signal 11.
for nth in 8 16 32; do
  rm -rf "$folder/scan"
  faulty 2 DO=28 EVER=1 KIND=write NTH=$nth RANK=1 PLACE="$folder/scan" -- scan "$folder/scan.json" -q \
    --checkpoint-every 0.02 --out "$folder/scan"
  [ $code = 0 ] || fail "a scan whose checkpoints find no place ends with $code: $(cat "$folder/stderr")"
  grep -q "has no checkpoint: .*No space left\|has no checkpoint: .*failed" "$folder/scan/scan.log" ||
    fail "a scan whose checkpoints find no place does not say so"
done

# without and with a launcher
slow=(trees grow params/quickstart.json --set eps.resolution_relative=1e-4 --set eps.trees_per_bin=100)
growing() { [ -n "$(find "$folder" -name "grown.h5.partial-*")" ]; }
for ranks in 0 2; do
  launcher=()
  [ $ranks = 0 ] || launcher=(mpirun -n "$ranks")
  "${launcher[@]}" "$program" "${slow[@]}" --out "$folder/grown.h5" >/dev/null 2>"$folder/stderr" &
  pid=$!
  comes growing
  kill -TERM $pid
  wait $pid
  code=$?
  [ $code != 0 ] || fail "SIGTERM on $ranks ranks ends with $code"
  said "cecropia: SIGTERM: it ends at once" "SIGTERM on $ranks ranks"
  [ "$(grep -c SIGTERM "$folder/stderr")" = 1 ] || fail "SIGTERM on $ranks ranks: said $(cat "$folder/stderr")"
  rm -f "$folder"/grown.h5.partial-*
done

# The bug: of a SIGTERM that reaches mpirun when all ranks have ended well nobody can say a word, and the judge of the faults
# wanted one all the same.
"$python" -B - "$folder/judged" <<'E' || fail "the judge of a SIGTERM that comes when all is done"
import pathlib, sys
from types import SimpleNamespace
sys.path.insert(0, "tests/testing/faults")
from case import Case
from commands import Command
work = pathlib.Path(sys.argv[1])
for name in ("whole", "out"):
    (work / name).mkdir(parents=True)
    (work / name / "trees.h5").write_bytes(b"new")
for now, wrong in (b"new", 0), (b"old", 1):
    (work / "out/trees.h5").write_bytes(now)
    case = Case.__new__(Case)
    case.work, case.folder, case.command = work, SimpleNamespace(out=work / "out"), Command([], [])
    case.fault, case.code = SimpleNamespace(kind="SIGTERM to the job", ranks=2), 1
    case.was, case.wrong = {"trees.h5": b"old"}, []
    case.name_the_cause("convert: 100 %")
    if (case.outcome, len(case.wrong)) != ("silent", wrong):
        sys.exit(f"{now}: {case.outcome} {case.wrong}")
E

"$python" tests/testing/synthetic_run.py "$folder/run" --empty
echo "[2026-01-01 00:00:00] info: cecropia" >"$folder/run/run.log"
LD_PRELOAD=$library FAULT_DO=5 FAULT_KIND=read FAULT_NTH=1 FAULT_PLACE=$folder/run/run.log FAULT_TOLD=$folder/told.log \
  "$python" -B tools/report.py "$folder/run" >/dev/null 2>"$folder/stderr"
code=$?
[ $code = 2 ] || fail "a report without its log ends with $code"
said "run.log cannot be read: Input/output error" "a report whose log cannot be read"
finish
