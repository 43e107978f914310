#!/bin/bash
# What a user can do wrong with the commands, beyond bad_input_test.sh: each ends with exit code 2 and says what, where, what was
# expected and what to do, in four lines. Those of the tools: tool_messages_test.sh. tools/check_messages.py asks that every
# message of the project is quoted by a test.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/refusals.sh
. tests/system/refusals.sh
out=$folder/out
own_trees=$source_dir/$(sed -n 's/.*"path": *"\([^"]*\)".*/\1/p' params/nbody_64.json)

# refused WORDS WHERE ARGUMENTS...: the program refuses these
refused() {
  local words=$1 where=$2
  shift 2
  timeout -k 10 "$patience_s" "$program" "$@" >"$folder/stdout" 2>"$folder/stderr" </dev/null
  said "cecropia $*" $? " error: " "$words" "  where    : " "  expected : " "  to fix   : "
  grep -F "  where    : " "$folder/stderr" | grep -qF -- "$where" || fail "cecropia $*: the place is not '$where': $(cat "$folder/stderr")"
  [ -d "$out" ] && [ -n "$(find "$out" -name 'run.h5' -o -name scan.h5)" ] && fail "cecropia $*: left results"
  return 0
}

# --- parameters -------------------------------------------------------------------------------------------------------
set_() { # WORDS WHERE ASSIGNMENT...
  local words=$1 where=$2 sets=() one
  shift 2
  for one; do sets+=(--set "$one"); done
  refused "$words" "$where" run params/quickstart.json "${sets[@]}" --out "$out"
}
echo '{ "trees": { "format": 3 } }' >"$folder/choice.json"
refused "is a number, not the name of a choice" "choice.json, line 1" run "$folder/choice.json" --out "$out"
set_ "the shortest sub-step, 1 Myr, is longer than the longest" "star_formation.min_step_myr" \
  star_formation.min_step_myr=1 star_formation.max_step_myr=0.5
set_ "Type Ia supernovae could explode after" "type_ia.interval_myr" type_ia.delay_min_myr=1 type_ia.interval_myr=10
set_ "delay times of Type Ia supernovae cannot run from" "type_ia.delay_max_myr" type_ia.delay_min_myr=900 type_ia.delay_max_myr=800
set_ "is not a repair of trees" "trees.repair" trees.path="$own_trees" 'trees.repair=["everything"]'
for content in 'one' '7' ''; do
  printf '%s\n' "$content" >"$folder/scales"
  words="is not a scale factor"
  [ -n "$content" ] || words="holds no scale factors"
  set_ "$words" "$folder/scales" trees.path="$own_trees" trees.scale_factors="$folder/scales"
done
printf '0.2\n0.1\n' >"$folder/scales"
set_ "the scale factor 0.1 does not follow 0.2" "scales, line 2" trees.path="$own_trees" trees.scale_factors="$folder/scales"
nodes() { printf '%s\n' "$@" >"$folder/nodes.csv"; }
table=(stars.imf2_form=table stars.imf2_file="$folder/nodes.csv")
head='m_msun, dn_dm_per_msun'
nodes "$head" '1, 1, 1'
set_ "3 fields in a line of the table of an IMF" "nodes.csv, line 2" "${table[@]}"
nodes "$head" '1e-9, 1' '100, 1'
set_ "a node of an IMF lies at" "nodes.csv, line 2, column 1" "${table[@]}"
nodes "$head" '1, 1'
set_ "the table of an IMF has 1 nodes" "nodes.csv" "${table[@]}"
: >"$folder/nodes.csv"
set_ "the table of an IMF cannot be used: it is empty" "nodes.csv" "${table[@]}"
set_ "parameter 'stars.f_mix' was changed, but has no effect" "stars.f_mix" stars.tables=hartwig2022 stars.f_mix=0.5
grep -qF "they come without free parameters" "$folder/stderr" || fail "tables without parameters: $(cat "$folder/stderr")"

# --- the place of the program -----------------------------------------------------------------------------------------
mkdir "$folder/alone"
cp "$program" "$folder/alone/cecropia"
(cd "$folder/alone" && unset CECROPIA_DATA && timeout -k 10 "$patience_s" ./cecropia run --out "$out" \
  "$source_dir/params/quickstart.json") >"$folder/stdout" 2>"$folder/stderr"
said "a program without its data" $? "the program's data 'params/observations' cannot be found" "where    : " "set CECROPIA_DATA"

# --- scans ------------------------------------------------------------------------------------------------------------
scan() { # WORDS WHERE JSON [ARGUMENTS]
  printf '%s\n' "$3" >"$folder/scan.json"
  refused "$1" "$2" scan "$folder/scan.json" --out "$out" "${@:4}"
}
base="\"base\": \"$source_dir/params/quickstart.json\""
scan "axis 'feedback.alpha_out' has the value 0.5 twice" "scan.json" \
  "{ $base, \"design\": { \"axes\": { \"feedback.alpha_out\": [0.5, 1, 0.5] } } }"
many='{ "from": 0.1, "to": 0.9, "n": 10000 }'
scan "the design has 1e+08 points" "scan.json" \
  "{ $base, \"design\": { \"axes\": { \"feedback.alpha_out\": $many, \"feedback.f_heat\": $many } } }"
scan "point 7 is to be kept, but there are 2" "scan.json" \
  "{ $base, \"keep\": [7], \"design\": { \"axes\": { \"feedback.alpha_out\": [0.5, 1] } } }"
printf '{ "feedback.alpha_out": 1 }\n[1, 2]\n' >"$folder/points.jsonl"
printf '{ %s }\n' "$base" >"$folder/scan.json"
refused "'[1, 2]' is not a point" "points.jsonl" scan "$folder/scan.json" --points "$folder/points.jsonl" --out "$out"

refused "there is nothing to scan" "scan.json" scan "$folder/scan.json" --out "$out"
printf '{ "feedback.alpha_out": 1 }\n{ "feedback.alpha_out": 1.0 }\n' >"$folder/points.jsonl"
refused "this point is there twice" "points.jsonl, line 2" scan "$folder/scan.json" --points "$folder/points.jsonl" --out "$out"
mkdir "$folder/no_scan"
printf '{ "feedback.alpha_out": 1 }\n' >"$folder/points.jsonl"
refused "there is no scan in this folder" "$folder/no_scan" \
  scan "$folder/scan.json" --points "$folder/points.jsonl" --out "$out" --merge "$folder/no_scan"
printf '{ "alpha_out": 1 }\n' >"$folder/points.jsonl"
refused "'alpha_out' does not name a parameter" "points.jsonl, line 1" scan "$folder/scan.json" --points "$folder/points.jsonl" --out "$out"
timeout -k 10 "$patience_s" "$program" params list >/dev/full 2>"$folder/stderr"
said "a full disk behind standard output" $? "standard output cannot be written" "check the disk or the pipe behind it"

# --- trees and tables -------------------------------------------------------------------------------------------------
refused "'trees grow' was given trees" "--trees" trees grow params/quickstart.json --trees "$own_trees" --out "$folder/grown.hdf5"
mkdir "$folder/nothing"
printf '0.1\n0.2\n' >"$folder/scales"
for format in lhalo_tree lhalo_tree_hdf5 gadget4 sublink velociraptor; do
  refused "the folder '$folder/nothing' holds no" "$folder/nothing" trees info --trees "$folder/nothing" \
    --set trees.format=$format --set trees.scale_factors="$folder/scales" --set trees.mass_column=M_TopHat
done
refused "there is nothing to build: the parameters name a file of tables" "stars.table_file" \
  tables build --set stars.table_file="$folder/scales"
refused "no files of ejecta are there" "$folder/nothing" tables import "$folder/nothing" --format parsec --out "$folder/new.h5"
refused "no folder with mass.dat and time.dat is there" "$folder/nothing" \
  tables import "$folder/nothing" --format sevn --out "$folder/new.h5"
convert=(trees convert --trees "$own_trees" --to ytree --out)
refused "the header of an arbor has another name" "$folder/arbor.hdf5" "${convert[@]}" "$folder/arbor.hdf5"
refused "making a folder beside '$folder/no/arbor.h5' failed" "$folder/no/arbor.h5" "${convert[@]}" "$folder/no/arbor.h5"
printf 'H Name: a table\nH Units: Msun, year\n' >"$folder/yields.txt"
refused "there is no block of a star in it" "$folder/yields.txt" \
  tables import "$folder/yields.txt" --format nupycee --out "$folder/new.h5"
refused "it is a folder" "$folder/nothing" tables import "$folder/nothing" --format csv --out "$folder/new.h5"
truncate -s 1025M "$folder/large.csv"
refused "the file is 1025 MiB large" "$folder/large.csv" tables import "$folder/large.csv" --format csv --out "$folder/new.h5"
rm "$folder/large.csv"
mkdir "$folder/csv"
"$program" tables export --out "$folder/csv/stars.csv" >/dev/null 2>"$folder/stderr" || fail "tables export: $(cat "$folder/stderr")"
refused "is inside the input" "option --out" tables import "$folder/csv" --out "$folder/csv/new.h5"
finish
