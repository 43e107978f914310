#!/bin/bash
# What a user can do wrong with the tools: each ends with exit code 2 and says in one line what and what to do. Messages of the
# program: messages_test.sh.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/system/refusals.sh
. tests/system/refusals.sh
export PYTHON=$python PYTHONDONTWRITEBYTECODE=1

# --- command lines ----------------------------------------------------------------------------------------------------
for name in endurance mass_noise quickstart report validate verify_paper verify_stars; do
  tool "unknown option or argument '--nonsense'" tools/$name --nonsense
  tool "--out wants " tools/$name --out
done
tool "no folder; for example: tools/report out/quickstart" tools/report
tool "--out wants a page or a folder" tools/report out/quickstart --out
for preset in nonsense 'rel.ase' base quick ''; do tool "there is no preset '$preset' in CMakePresets.json" tools/build "$preset"; done
for name in run sample; do
  tool "there is no $folder/absent; run tools/build first" env CECROPIA_PROGRAM="$folder/absent" tools/$name params/paper_grid.json
done
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
for name in bash env sed grep awk cat nproc dirname basename realpath readlink df id mkdir rm tail head cut tr sort wc date uname mktemp setsid \
  find xargs; do
  ln -s "$(command -v $name)" "$bare/$name"
done
bash=$(command -v bash)
printf '#!%s\nexit 1\n' "$bash" >"$bare/python3" && chmod +x "$bare/python3"
tool "no mpirun found; install openmpi-bin" env PATH="$bare" CECROPIA_PROGRAM="$program" "$bash" tools/run -n 1 params check
tool "no mpirun found; install openmpi-bin" env PATH="$bare" CECROPIA_PROGRAM="$program" "$bash" tools/sample params/paper_grid.json
tool "no cmake found: load its module, or python3 -m pip install --user cmake" env PATH="$bare" "$bash" tools/prefix "$bare" "$folder/new"
tool "no C++ compiler '$folder/cxx' found: load the module of a compiler, or set CC and CXX" \
  env CXX="$folder/cxx" tools/prefix "$bare" "$folder/new"

# Packages that are missing, on other machines than this one: the functions that look at it are replaced.
missing() { # WORDS CODE: what install_missing says after CODE
  lines=3 tool "$1" env PATH="$bare" "$bash" -c ". tools/lib/house.sh
    on_debian_12() { true; }
    package_is_installed() { false; }
    $2
    install_missing 'unheard-of command unheard_of'"
}
missing "install them (package manager, modules of the cluster, or tools/prefix: see docs/installation.md) and start again" \
  "on_debian_12() { false; }"
grep -qx "  unheard-of (command unheard_of)" "$folder/stderr" || fail "what is missing is not named: $(cat "$folder/stderr")"
missing "not root and no sudo; ask for: apt-get install --no-install-recommends unheard-of" "id() { echo 1000; }"
grep -q "tools/prefix; docs/installation.md has the recipe" "$folder/stderr" || fail "no recipe: $(cat "$folder/stderr")"
printf '#!%s\necho "E: Unable to locate package $*"\nexit 100\n' "$bash" >"$bare/apt-get" && chmod +x "$bare/apt-get"
missing "apt-get could not install: unheard-of" "id() { echo 0; }"
grep -q "E: Unable to locate package" "$folder/stderr" || fail "what apt-get said is lost: $(cat "$folder/stderr")"

# The analysers, in a project of their own; made up, as they are not everywhere.
mkdir -p "$folder/project"/{tools,src,build}
cp -r tools/analyse tools/lib "$folder/project/tools"
touch "$folder/project/src/one.cpp"
printf '#!%s\nprintf installed\n' "$bash" >"$bare/dpkg-query"
printf '#!%s\n' "$bash" | tee "$bare/cppcheck" >"$bare/clang-tidy"
chmod +x "$bare"/{dpkg-query,cppcheck,clang-tidy}
analyse=(env PATH="$bare" "$bash" "$folder/project/tools/analyse")
tool "no build/compile_commands.json; run tools/build first" "${analyse[@]}"
touch "$folder/project/build/compile_commands.json"
"${analyse[@]}" >"$folder/stdout" 2>"$folder/stderr" || fail "analysers that have nothing to say: $(cat "$folder/stderr")"
grep -q "cppcheck and clang-tidy have nothing to say about 1 sources" "$folder/stdout" || fail "they said: $(cat "$folder/stdout")"
for name in cppcheck clang-tidy; do
  echo "exit 1" >>"$bare/$name"
  "${analyse[@]}" src >"$folder/stdout" 2>"$folder/stderr"
  code=$?
  [ $code = 1 ] && grep -q "the analysers have something to say, see above" "$folder/stderr" ||
    fail "$name has found something, and it ends with $code: $(cat "$folder/stderr")"
  sed -i '$d' "$bare/$name"
done

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
lines=2 python_says "another scan is at work in $folder/ledger: wait for it, or choose another folder" "import fcntl, sample_program
    sample_program.PATIENCE_S, lock = 0.1, open('$folder/ledger/scan.lock', 'a')
    fcntl.flock(lock, fcntl.LOCK_EX)
    sample_program.wait_until_free(pathlib.Path('$folder/ledger'))"
python_says "the program computes none of 2 points of the priors: too hot" "import numpy, sample, sample_chain
    class Refusal:
        refused, complaint = 2, 'too hot'
        def __call__(self, u): return numpy.full((len(u), 1 + len(sample.LIKELIHOODS)), -numpy.inf)
    sample.first_step(Refusal(), [sample_chain.Prior.parse('a.b=uniform:0:1')], 2, 1)"
python_says "--prior a.b is there 2 times: one prior for each parameter" "import sample_chain
    sample_chain.read_priors(['a.b=uniform:0:1', 'c.d=uniform:0:1', 'a.b=normal:0:1'])"
python_says "program.log cannot be written (Is a directory): it has to be a file of its own, in a folder that you may write to" \
  "import os, sample_program
    os.makedirs('$folder/odd/program.log')
    sample_program.Program(['true'], pathlib.Path('$folder/odd'))"
lost_walkers() { # WORDS COMPLAINT: of three walkers one never has a likelihood
  python_says "$1" "import numpy, sample, sample_chain
    class Half:
        refused, complaint = 0, '$2'
        def __call__(self, u): return numpy.column_stack([u[:, 0] - u[0, 0] - numpy.where(numpy.arange(len(u)) == 0, numpy.inf, 0)]
                                                         + len(sample.LIKELIHOODS) * [u[:, 0]])
    sample.first_step(Half(), [sample_chain.Prior.parse('a.b=uniform:0:1')], 3, 1)"
}
lost_walkers "some of 3 walkers found no point with a likelihood in 50 draws from the priors: narrow them, or take another --likelihood" ""
lost_walkers "narrow them, or take another --likelihood; the program said: too hot" "too hot"
tool "give the folder of a run or of a scan" "$python" tools/check_outputs.py
tool "there is no $folder/chain/output.md; give --docs the folder with the pages" \
  "$python" tools/check_outputs.py --docs "$folder/chain" "$folder/run"
tool "$folder/chain: holds no run.h5, run.json or scan.h5" "$python" tools/check_outputs.py "$folder/chain"
# check_outputs.py ended in a traceback where a file was cut short.
mkdir "$folder/cut"
head -c 1000 "$folder/run/run.json" >"$folder/cut/run.json"
tool "cut/run.json is not JSON: " "$python" tools/check_outputs.py "$folder/cut"
head -c 5000 "$folder/run/run.h5" >"$folder/cut/run.h5"
tool "cut/run.h5 cannot be read (it is no complete HDF5 file): give the folder of a finished run or scan" \
  "$python" tools/check_outputs.py "$folder/cut"
# A report leaves nothing behind a link; a run.json alone is enough to begin one.
mkdir "$folder/linked"
cp "$folder/run/run.json" "$folder/linked"
ln -s "$folder/chain" "$folder/linked/report_files"
tool "report_files is a symbolic link, and a report leaves nothing in other places: remove it, or give another --out" \
  tools/report "$folder/linked"
finish
