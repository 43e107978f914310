#!/bin/bash
# What a user can do wrong with the commands and the tools, beyond bad_input_test.sh: each ends with exit code 2 and says what,
# where, what was expected and what to do (the program in four lines, a tool in one). tools/check_messages.py asks that every
# message of the project is quoted by a test.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
export PYTHON=$python PYTHONDONTWRITEBYTECODE=1
out=$folder/out
own_trees=$source_dir/$(sed -n 's/.*"path": *"\([^"]*\)".*/\1/p' params/nbody_64.json)

# said NAME CODE WORDS...: the command that has just ended with CODE ended as a refusal, and each of WORDS is on standard error
said() {
  local name=$1 code=$2 word
  shift 2
  [ "$code" = 2 ] || fail "$name: ended with $code: $(tail -n 3 "$folder/stderr")"
  for word; do grep -qF -- "$word" "$folder/stderr" || fail "$name: does not say '$word': $(tail -n 5 "$folder/stderr")"; done
  grep -q Traceback "$folder/stderr" && fail "$name: shows a traceback"
}
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
# tool WORDS COMMAND...: a tool refuses this in one line
tool() {
  local words=$1
  shift
  timeout -k 10 "$patience_s" "$@" >"$folder/stdout" 2>"$folder/stderr" </dev/null
  said "$*" $? "$words"
  [ "$(wc -l <"$folder/stderr")" -le 3 ] || fail "$*: says it in many lines: $(cat "$folder/stderr")"
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
nodes() { printf '%s\n' "$@" >"$folder/nodes.csv"; }
table=(stars.imf2_form=table stars.imf2_file="$folder/nodes.csv")
head='m_msun, dn_dm_per_msun'
nodes "$head" '1, 1, 1'
set_ "3 fields in a line of the table of an IMF" "nodes.csv, line 2" "${table[@]}"
nodes "$head" '1e-9, 1' '100, 1'
set_ "a node of an IMF lies at" "nodes.csv, line 2, column 1" "${table[@]}"
nodes "$head" '1, 1'
set_ "the table of an IMF has 1 nodes" "nodes.csv" "${table[@]}"

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

# --- trees and tables -------------------------------------------------------------------------------------------------
refused "'trees grow' was given trees" "--trees" trees grow params/quickstart.json --trees "$own_trees" --out "$folder/grown.hdf5"
mkdir "$folder/nothing"
printf '0.1\n0.2\n' >"$folder/scales"
for format in lhalo_tree lhalo_tree_hdf5 gadget4 sublink velociraptor; do
  refused "the folder '$folder/nothing' holds no" "$folder/nothing" trees info --trees "$folder/nothing" \
    --set trees.format=$format --set trees.scale_factors="$folder/scales" --set trees.mass_column=M_TopHat
done
mkdir "$folder/csv"
"$program" tables export --out "$folder/csv/stars.csv" >/dev/null 2>"$folder/stderr" || fail "tables export: $(cat "$folder/stderr")"
refused "is inside the input" "option --out" tables import "$folder/csv" --out "$folder/csv/new.h5"

# --- tools ------------------------------------------------------------------------------------------------------------
for name in endurance mass_noise quickstart report validate verify_paper verify_stars; do
  tool "unknown option or argument '--nonsense'" tools/$name --nonsense
  tool "--out wants " tools/$name --out
done
tool "no folder; for example: tools/report out/quickstart" tools/report
tool "--trees wants a file or folder" tools/mass_noise --trees
tool "--jobs wants a whole number, not 'two'" tools/mass_noise --jobs two
tool "--jobs wants a whole number, not 'two'" tools/validate --jobs two
tool "--docs wants --full" tools/validate --docs
tool "--ranks wants a whole number, not 'two'" tools/quickstart --ranks two
tool "--hours wants a number, not 'two'" tools/endurance --hours two
tool "--build wants a folder" tools/verify_models --build
tool "--table wants a name" tools/verify_models --table
tool "--records wants a file" tools/verify_models --records
tool "--json wants a file" tools/verify_models --json
tool "--docs writes all tables: without --table" "$python" tools/verify_models.py --docs --table disc
tool "--grid wants a folder" tools/verify_paper --grid
tool "--use wants a run and a folder" tools/verify_paper --use one
tool "--forests wants a whole number, not 'two'" tools/verify_paper --forests two
tool "--setup wants full or box" tools/verify_paper --setup
tool "--docs writes the whole table: without --only" tools/verify_paper --docs --only one
tool "--tables wants a file" tools/verify_stars --tables
tool "--set wants stars.KEY=VALUE" tools/verify_stars --set
tool "--out needs a folder" tools/docs --out
tool "--out is the folder of the site; give --site with it" tools/docs --out "$folder/site"
tool "-n wants a whole number of ranks, not 'two'" tools/run -n two params check
tool "would bring it to its knees" tools/run -n 100000 params check
tool "--without wants names" tools/prefix --without
tool "no file; see jobs/submit --help" jobs/submit run
tool "is not a scan file: run and chain take it" jobs/submit --dry-run scan params/quickstart.json

# Without what they need: a PATH of the commands that scripts use, and nothing else.
bare=$folder/bare
mkdir "$bare"
for name in bash env sed grep awk cat nproc dirname basename realpath readlink df id mkdir rm tail head cut tr sort wc date uname mktemp setsid; do
  ln -s "$(command -v $name)" "$bare/$name"
done
bash=$(command -v bash)
printf '#!%s\nexit 1\n' "$bash" >"$bare/python3" && chmod +x "$bare/python3"
tool "no mpirun found; install openmpi-bin" env PATH="$bare" CECROPIA_PROGRAM="$program" "$bash" tools/run -n 1 params check
tool "no mpirun found; install openmpi-bin" env PATH="$bare" CECROPIA_PROGRAM="$program" "$bash" tools/sample params/paper_grid.json

# --- readers and samplers in Python -----------------------------------------------------------------------------------
python_says() { # WORDS CODE: what Python ends with that runs CODE in tools/
  tool "$1" env PYTHONPATH=tools "$python" -B -c "import pathlib, sys; from plot_data import main_of
def body():
    $2
main_of(body)"
}
small_run run
cmp -s <("$python" tools/compare_runs.py "$folder/run" "$folder/run" --most 0 | tail -n 1 | grep -o '^0 of') <(echo "0 of") ||
  fail "a run differs from itself"
small_run other --set random.realisation=1
"$python" tools/compare_runs.py "$folder/run" "$folder/other" --only history --most 1e-3 >"$folder/stdout" 2>"$folder/stderr"
[ $? = 1 ] && grep -q "history/csmd_msun_cmpc3 " "$folder/stdout" || fail "other stars are not found: $(cat "$folder/stdout" "$folder/stderr")"
tool "do not both hold anything below 'nothing': give two runs" "$python" tools/compare_runs.py "$folder/run" "$folder/run" --only nothing
tool "has no run.h5 that can be read" "$python" tools/compare_runs.py "$folder/run" "$folder/none"
tool "entries in one run and" "$python" tools/compare_runs.py "$folder/run" "$folder/other" --only galaxies
mkdir "$folder/chain" "$folder/ledger"
printf '{ "schema": 1, "base": {} }\n' >"$folder/ledger/scan.json"
printf 'rubbish\n' >"$folder/ledger/scan.jsonl"
printf 'rubbish\n' >"$folder/rubbish.json"
python_says "rubbish.json is not JSON" "import cecropia_files; cecropia_files.read_json(pathlib.Path('$folder/rubbish.json'), '')"
python_says "is not the ledger of a scan" "import cecropia; cecropia.open('$folder/ledger')"
python_says "run.h5 has no galaxies near z = 25, the nearest written level is z = " "import cecropia; cecropia.open('$folder/run').level(25)"
python_says "has no level at z = 99: its history goes from z = " "import cecropia; cecropia.open('$folder/run').at('z', 99)"
python_says "50 and x5 should be two numbers" "import sample_chain; sample_chain.Prior.parse('a.b=uniform:50:x5')"
python_says "high = 1 should be above 2" "import sample_chain; sample_chain.Prior.parse('a.b=uniform:2:1')"
python_says "another tools/sample is at work in $folder/chain: wait for it" "import sample_chain
    one = sample_chain.Chain(pathlib.Path('$folder/chain'), {})
    two = sample_chain.Chain(pathlib.Path('$folder/chain'), {})"
python_says "chain.jsonl cannot be opened: " "import os, sample_chain
    os.makedirs('$folder/folder/chain.jsonl')
    sample_chain.Chain(pathlib.Path('$folder/folder'), {})"
python_says "$folder/none cannot be started: " "import sample_program; sample_program.Program(['$folder/none'], pathlib.Path('$folder/chain'))"
python_says "the program said something that is no answer: rubbish" "import sample_program
    sample_program.Program(['/bin/sh', '-c', 'read x; echo rubbish; sleep 1'], pathlib.Path('$folder/chain')).ask([{}])"
python_says "another scan is at work in $folder/ledger: wait for it, or choose another folder" "import fcntl, sample_program
    sample_program.PATIENCE_S, lock = 0.1, open('$folder/ledger/scan.lock', 'a')
    fcntl.flock(lock, fcntl.LOCK_EX)
    sample_program.wait_until_free(pathlib.Path('$folder/ledger'))"
python_says "the program computes none of 2 points of the priors: too hot" "import numpy, sample, sample_chain
    class Refusal:
        refused, complaint = 2, 'too hot'
        def __call__(self, u): return numpy.full((len(u), 1 + len(sample.LIKELIHOODS)), -numpy.inf)
    sample.first_step(Refusal(), [sample_chain.Prior.parse('a.b=uniform:0:1')], 2, 1)"
tool "give the folder of a run or of a scan" "$python" tools/check_outputs.py
finish
