#!/bin/bash
# A run or a scan that is stopped or killed between two levels goes on from its checkpoint, on any number of ranks, and
# ends with the bytes of an undisturbed one. A checkpoint that is damaged, or one of something else, is refused.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

tenths=${CECROPIA_TEST_PATIENCE:-1}
slow=(--set star_formation.max_step_myr=0.04)
catalogues=(--set 'output.levels=all' --set 'output.properties=["all"]')
box=(run params/nbody_64.json "${slow[@]}" "${catalogues[@]}")
packed=("${box[@]}" --set output.compression=4)
eps=(run "${small_eps[@]}" --set star_formation.max_step_myr=0.08 --set lyman_werner.source=self_consistent)

# undisturbed NAME ARGUMENTS...
undisturbed() {
  local name=$1
  shift
  cecropia 2 "$@" -q --out "$folder/$name" >/dev/null 2>"$folder/stderr" || fail "$name: $(cat "$folder/stderr")"
  rm -rf "$folder/$name.broken"
}
# walking FOLDER: waits until some levels are done, also by a slow program, so that there are galaxies in a checkpoint
walking() {
  comes grep -q "halos in" "$1/run.log" && sleep $((tenths / 10)).$((tenths % 10))
}
# broken NAME RANKS ARGUMENTS...: asked to stop in the middle, with exit code 3 and a checkpoint
broken() {
  local name=$1.broken ranks=$2 pid code
  shift 2
  rm -f "$folder/$name/run.log"
  mpirun -n "$ranks" "$program" "$@" --out "$folder/$name" >/dev/null 2>"$folder/stderr" &
  pid=$!
  walking "$folder/$name"
  kill -USR1 $pid
  wait $pid
  code=$?
  [ $code = 3 ] || fail "$name on $ranks ranks: USR1 ends with $code: $(cat "$folder/stderr")"
  [ -s "$folder/$name/checkpoint.h5" ] || fail "$name on $ranks ranks leaves $(ls -A "$folder/$name")"
  grep -q -e "--resume goes on from" "$folder/stderr" || fail "$name: said $(cat "$folder/stderr")"
}
# resumed NAME RANKS ARGUMENTS...: goes on, and ends as if nothing had happened
resumed() {
  local name=$1 ranks=$2
  shift 2
  cecropia "$ranks" "$@" --resume --out "$folder/$name.broken" >/dev/null 2>"$folder/stderr" ||
    fail "$name resumed on $ranks ranks: $(cat "$folder/stderr")"
  grep -q "going on after" "$folder/$name.broken/run.log" || fail "$name on $ranks ranks begins again"
  cmp "$folder/$name/run.h5" "$folder/$name.broken/run.h5" || fail "$name resumed on $ranks ranks has other bytes"
  "$python" - "$folder/$name/run.json" "$folder/$name.broken/run.json" <<'P' || fail "$name: run.json differs"
import json, sys
one, two = (json.load(open(path)) for path in sys.argv[1:])
for part in ("parameters", "likelihood", "history", "relations", "budget", "inflow", "comparison"):
    assert one[part] == two[part], part
for count in ("halo_levels", "galaxy_levels", "sub_steps"):
    assert one["timing"][count] == two["timing"][count], count
P
  [ -e "$folder/$name.broken/checkpoint.h5" ] && fail "$name leaves its checkpoint behind"
}

undisturbed box "${box[@]}"
broken box 1 "${box[@]}"
cp "$folder/box.broken/checkpoint.h5" "$folder/kept.h5"
resumed box 3 "${box[@]}"
broken box 4 "${box[@]}"
resumed box 1 "${box[@]}"
undisturbed packed "${packed[@]}"
broken packed 3 "${packed[@]}"
resumed packed 2 "${packed[@]}"
undisturbed eps "${eps[@]}"
broken eps 2 "${eps[@]}"
resumed eps 4 "${eps[@]}"

# Killed, with checkpoints all the time: it goes on from the last one that was finished.
mpirun -n 2 "$program" "${box[@]}" --checkpoint-every 0.05 --out "$folder/box.broken" >/dev/null 2>&1 &
pid=$!
comes [ -s "$folder/box.broken/checkpoint.h5" ]
sleep 0.5
pkill -9 -f "$folder/box.broken"
wait $pid 2>/dev/null
rm -f "$folder/box.broken/run.h5" "$folder/box.broken/run.json"
touch "$folder/box.broken/run.h5.partial-0123456789abcdef" # whatever the moment of the kill, there is something to sweep
resumed box 3 "${box[@]}"
left=$(find "$folder/box.broken" -name '*.partial-*')
[ -z "$left" ] || fail "what a killed run did not finish is still there: $left"

# Two runs in one folder would sweep each other's files away.
"$program" "${box[@]}" --out "$folder/shared" >/dev/null 2>&1 &
pid=$!
walking "$folder/shared"
"$program" "${box[@]}" --out "$folder/shared" >/dev/null 2>"$folder/stderr"
code=$?
[ $code = 2 ] || fail "a second run in the same folder ends with $code: $(cat "$folder/stderr")"
grep -q "another run is at work in this folder" "$folder/stderr" || fail "a second run says: $(cat "$folder/stderr")"
wait $pid || fail "the first run suffers from the second"
cmp "$folder/box/run.h5" "$folder/shared/run.h5" || fail "the first run has other bytes after the second was refused"

# SIGTERM leaves no time: it is gone within a second or two, and nothing new is kept.
rm -rf "$folder/term"
"$program" "${box[@]}" --out "$folder/term" >/dev/null 2>"$folder/stderr" &
pid=$!
walking "$folder/term"
kill -TERM $pid
begun=$(date +%s%N)
wait $pid
code=$? passed_ms=$((($(date +%s%N) - begun) / 1000000))
[[ $code = 3 || $code = 143 ]] || fail "TERM ends with $code: $(cat "$folder/stderr")"
[ $passed_ms -lt $((2500 * ${CECROPIA_TEST_PATIENCE:-1})) ] || fail "TERM takes $passed_ms ms"
[ ! -e "$folder/term/checkpoint.h5" ] || fail "TERM leaves: $(ls -Am "$folder/term")"

# A time limit that is hit again and again.
links=0
until cecropia 2 "${box[@]}" -q --time-limit 1 --resume --out "$folder/limit.broken" >/dev/null 2>"$folder/stderr"; do
  code=$?
  [ $code = 3 ] || fail "the time limit ends with $code: $(cat "$folder/stderr")"
  links=$((links + 1))
  [ $links -lt 60 ] || break
done
[ $links -ge 1 ] || fail "the time limit was never hit"
cmp "$folder/box/run.h5" "$folder/limit.broken/run.h5" || fail "a chain of time limits ends with other bytes"

# refused NAME WORDS ARGUMENTS...: exit code 2, these words, and the checkpoint is still there
refused() {
  local name=$1 words=$2 before after code
  shift 2
  before=$(cksum <"$folder/refused/checkpoint.h5")
  cecropia 2 "$@" --resume --out "$folder/refused" >/dev/null 2>"$folder/stderr"
  code=$?
  after=$(cksum <"$folder/refused/checkpoint.h5")
  [ $code = 2 ] || fail "$name ends with $code: $(cat "$folder/stderr")"
  grep -q -- "$words" "$folder/stderr" || fail "$name says: $(cat "$folder/stderr")"
  [ "$(grep -c "checkpoint.h5" "$folder/stderr")" -ge 1 ] || fail "$name does not name the file: $(cat "$folder/stderr")"
  [ "$before" = "$after" ] || fail "$name touches the checkpoint"
  cat "$folder/stderr" >>"$folder/messages"
}
mkdir "$folder/refused"
cp "$folder/kept.h5" "$folder/refused/checkpoint.h5"
refused "another parameter" "feedback.alpha_out was" "${box[@]}" --set feedback.alpha_out=0.7
refused "another output" "section 'output'" "${box[@]}" --set output.compression=1
# spoilt DATASET: one byte in the middle of it is another
spoilt() {
  cp "$folder/kept.h5" "$folder/refused/checkpoint.h5"
  "$python" - "$folder/refused/checkpoint.h5" "$1" <<'P'
import sys
import h5py
with h5py.File(sys.argv[1], "r") as file:
    data = file[sys.argv[2]]
    place = data.id.get_offset() + data.id.get_storage_size() // 2
with open(sys.argv[1], "r+b") as file:
    file.seek(place)
    byte = file.read(1)
    file.seek(place)
    file.write(bytes([byte[0] ^ 0x10]))
P
}
for dataset in identity halos/state halos/bytes halos/id common/walk common/observer; do
  spoilt "$dataset"
  refused "damaged $dataset" "checkpoint" "${box[@]}"
done
spoilt "galaxies/$("$python" -c "
import h5py
file = h5py.File('$folder/kept.h5')
print(max(file['galaxies'], key=lambda name: file['galaxies'][name].attrs['galaxies']))")/m_star_msun"
refused "damaged galaxies" "damaged" "${box[@]}"
# The bug: what a level says beside its columns was not part of its hash, and went into run.h5 as somebody had changed it.
for fact in redshift age_myr step_myr; do
  cp "$folder/kept.h5" "$folder/refused/checkpoint.h5"
  "$python" -c "
import h5py
with h5py.File('$folder/refused/checkpoint.h5', 'r+') as file:
    next(iter(file['galaxies'].values())).attrs['$fact'] += 1"
  refused "another $fact of a level" "damaged" "${box[@]}"
done
head -c 5000 "$folder/kept.h5" >"$folder/refused/checkpoint.h5"
refused "a checkpoint that is cut short" "HDF5" "${box[@]}"
grep -q "to fix   : remove it, or leave --resume away" "$folder/stderr" ||
  fail "a checkpoint that is cut short has the remedy of another file: $(cat "$folder/stderr")"
cp "$folder/kept.h5" "$folder/refused/checkpoint.h5"
"$python" -c "
import h5py
with h5py.File('$folder/refused/checkpoint.h5', 'r+') as file:
    file.attrs.modify('schema', file.attrs['schema'] + 1)"
refused "a checkpoint of another version" "this checkpoint has schema" "${box[@]}"
cp "$folder/box/run.h5" "$folder/refused/checkpoint.h5"
refused "a run in its place" "none of this program" "${box[@]}"
while IFS= read -r message; do
  grep -qF "${message% ...}" "$folder/messages" || fail "docs/errors.md shows a message that nobody gets: $message"
done < <(grep -o '^| `this checkpoint [^`]*`' docs/errors.md | sed 's/^| `//; s/`$//')

# A run whose checkpoint finds no room goes on without it. Its own file is small, for it writes no catalogues: the states of
# the galaxies find no room at any level but the first few. (Over TCP, because the limit holds for shared memory, too.)
long=(run params/nbody_64.json --set star_formation.max_step_myr=0.02 --set output.levels=none)
undisturbed long "${long[@]}"
room_kb=$(($(stat -c %s "$folder/long/run.h5") / 1024 + 1100)) # a MiB is reserved at the start
OMPI_MCA_btl=self,tcp timeout -k 10 "$patience_s" mpirun -n 2 bash -c 'ulimit -f "$0"; exec "$@"' $room_kb \
  "$program" "${long[@]}" --checkpoint-every 0.01 --out "$folder/tight" >/dev/null 2>"$folder/stderr" ||
  fail "no room for a checkpoint ends the run: $(cat "$folder/stderr")"
cmp "$folder/long/run.h5" "$folder/tight/run.h5" || fail "no room for a checkpoint changes the run"
grep -q "there is no checkpoint of this level" "$folder/tight/run.log" || fail "no room is not told: $(cat "$folder/tight/run.log")"

# A point of a scan goes on as well, whoever works on it; a damaged checkpoint costs its time and no more.
cat >"$folder/scan.json" <<T
{ "base": "$source_dir/params/nbody_64.json", "keep": [1],
  "parameters": { "star_formation": { "max_step_myr": 0.04 } },
  "design": { "axes": { "feedback.alpha_out": [0, 0.5] } } }
T
cecropia 2 scan "$folder/scan.json" -q --out "$folder/points" >/dev/null 2>"$folder/stderr" ||
  fail "scan: $(cat "$folder/stderr")"
[ -z "$(ls -A "$folder/points/checkpoints" 2>/dev/null)" ] || fail "a scan leaves checkpoints behind"
mpirun -n 2 "$program" scan "$folder/scan.json" --checkpoint-every 0.05 --out "$folder/again" >/dev/null 2>&1 &
pid=$!
two_checkpoints() { [ "$(find "$folder/again/checkpoints" -name '*.h5' | wc -l)" = 2 ]; }
comes two_checkpoints
pkill -9 -f "$folder/again"
wait $pid 2>/dev/null
[ -s "$folder/again/scan.jsonl" ] && fail "the scan was over before it was killed"
flock "$folder/again/scan.lock" true
cp -r "$folder/again" "$folder/spoilt"
cecropia 2 scan "$folder/scan.json" --group-size 1 --out "$folder/again" >/dev/null 2>"$folder/stderr" ||
  fail "scan again: $(cat "$folder/stderr")"
[ "$(grep -c "goes on after" "$folder/again/scan.log")" = 2 ] || fail "points begin again: $(cat "$folder/again/scan.log")"
one=$(find "$folder/spoilt/checkpoints" -name '*.h5' | sort | head -n 1)
truncate -s 5000 "$one"
cecropia 2 scan "$folder/scan.json" --group-size 1 --out "$folder/spoilt" >/dev/null 2>"$folder/stderr" ||
  fail "a damaged checkpoint ends the scan: $(cat "$folder/stderr")"
for words in "goes on after" "begins again"; do
  [ "$(grep -c "$words" "$folder/spoilt/scan.log")" = 1 ] || fail "not one point $words: $(cat "$folder/spoilt/scan.log")"
done
cmp "$folder/points/scan.h5" "$folder/spoilt/scan.h5" || fail "a damaged checkpoint changes the scan"
cmp "$folder/points/scan.h5" "$folder/again/scan.h5" || fail "a scan with a break inside its points has other bytes"
cmp "$folder/points/points/0001/run.h5" "$folder/again/points/0001/run.h5" || fail "a kept point has other bytes"
finish
