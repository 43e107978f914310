#!/bin/bash
# What jobs/submit would do, said without SLURM: every kind of job, the settings of the machine, and mistakes that show before
# the queue. The jobs themselves run in slurm_test.sh.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

# machine SED...: jobs/machine.sh, changed
machine() {
  sed -e "s|^program=|program=$program|" "$@" jobs/machine.sh >"$folder/machine.sh"
  export CECROPIA_MACHINE=$folder/machine.sh
}
would() { jobs/submit --dry-run "$@" >"$folder/out" 2>"$folder/err" || fail "$* ends with $?: $(cat "$folder/err")"; }
# said WORDS...: each of them
said() {
  local words
  for words in "$@"; do
    grep -qF -- "$words" "$folder/out" || fail "it does not say '$words' but: $(cat "$folder/out" "$folder/err")"
  done
}
# refused WORDS COMMAND...: exit code 2, and these words
refused() {
  local words=$1 code=0
  shift
  "$@" >"$folder/out" 2>"$folder/err" || code=$?
  [ $code = 2 ] || fail "$* ends with $code, not 2"
  grep -qF -- "$words" "$folder/err" || fail "$*: $(cat "$folder/err")"
}

machine
would run params/quickstart.json --set feedback.alpha_out=0.5
said "sbatch --parsable --nodes=1 --ntasks-per-node=16 --time=02:00:00 --signal=B:USR1@300 $PWD/jobs/run.slurm params/quickstart.json" \
  "srun --mpi=pmix $program run params/quickstart.json --set feedback.alpha_out=0.5 --out out/quickstart-JOBID"
would chain params/quickstart.json --set feedback.alpha_out=0.5
said "jobs/chain.slurm params/quickstart.json" \
  "$program run params/quickstart.json --set feedback.alpha_out=0.5 --resume --out out/quickstart"
refused "params/quickstart.json is not a scan file" jobs/submit --dry-run scan params/quickstart.json
would scan params/paper_grid.json
said "--signal=B:USR1@300" "scan params/paper_grid.json --out out/paper_grid"
would chain --time=1-00:00:00 params/paper_grid.json --out "$folder/with blanks" --group-size 2
said "--time=02:00:00 --signal=B:USR1@300 --time=1-00:00:00" "--group-size 2 --out $folder/with\ blanks"
would array 3 --array=0-2%2 params/paper_grid.json --out=out/grid
said "--array=0-2 --array=0-2%2" "--shard 0/3 --out out/grid/shard_0" "--dependency=afterok:NUMBER" "--out out/grid"
grep merge.slurm "$folder/out" | grep -q -- --array && fail "the merge is an array too"
grep -q "165 points" "$folder/err" || fail "the number of points is not said: $(cat "$folder/err")"
for shard in 0 1; do mkdir -p "$folder/grid/shard_$shard" && touch "$folder/grid/shard_$shard/scan.jsonl"; done
would merge params/paper_grid.json --out "$folder/grid"
said "--merge $folder/grid/shard_0 $folder/grid/shard_1 --out $folder/grid"
DRY_RUN=1 jobs/submit run params/quickstart.json >"$folder/out" 2>&1 || fail "DRY_RUN: $(cat "$folder/out")"
said "to be submitted: sbatch"
(cd "$folder" && "$source_dir/jobs/submit" --dry-run run "$source_dir/params/quickstart.json") >"$folder/out" 2>&1
said "the job runs: srun"

# --- the machine --------------------------------------------------------------------------------------------------------
machine -e 's|^launcher=srun|launcher=mpirun|; s|^launcher_options=()|launcher_options=(--map-by "ppr:4 node")|' \
  -e 's|^partition=|partition=long|; s|^account=|account=mine|; s|^nodes=1|nodes=|; s|^other_options=()|other_options=(--mem=0)|'
would scan params/paper_grid.json
said "sbatch --parsable --partition=long --account=mine --ntasks-per-node=16 --time=02:00:00 --mem=0 --signal" \
  "mpirun --map-by ppr:4\ node $program scan"
machine -e 's|^mpi_plugin=pmix|mpi_plugin=|'
would scan params/paper_grid.json
said "the job runs: srun $program scan"
machine -e 's|^modules=()|modules=(nowhere/1.0)|'
refused "cannot be loaded: nowhere/1.0" jobs/submit --dry-run scan params/paper_grid.json
machine -e 's|^launcher=srun|launcher=aprun|'
refused "launcher is 'aprun' in $folder/machine.sh; it has to be srun or mpirun" jobs/submit --dry-run scan params/paper_grid.json
machine -e 's|^chain=requeue|chain=again|'
refused "chain is 'again' in $folder/machine.sh; it has to be requeue or submit" jobs/submit --dry-run chain params/paper_grid.json
machine -e "s|^program=.*|program=$folder/absent|"
refused "there is no program $folder/absent" jobs/submit --dry-run run params/quickstart.json
CECROPIA_MACHINE=$folder/absent.sh refused "there is no $folder/absent.sh (CECROPIA_MACHINE)" \
  jobs/submit --dry-run run params/quickstart.json

# --- mistakes -----------------------------------------------------------------------------------------------------------
machine
refused "did you mean 'm_out0_msun'" jobs/submit --dry-run run params/quickstart.json --set feedback.m_out0_msn=1e9
refused "did you mean" jobs/submit --dry-run scan params/paper_grid.json --set feedback.m_out0_msn=1e9
refused "there is no kind of job 'scans'" jobs/submit --dry-run scans params/paper_grid.json
refused "there is no file '02:00:00'" jobs/submit --dry-run scan --time 02:00:00 params/paper_grid.json
refused "no file" jobs/submit --dry-run scan
refused "array wants a number of jobs" jobs/submit --dry-run array params/paper_grid.json
refused "166 jobs for 165 points: at most one job for a point" jobs/submit --dry-run array 166 params/paper_grid.json
refused "there are no shards in $folder/none" bash jobs/merge.slurm params/paper_grid.json --out "$folder/none"
mkdir "$folder/bin"
printf '#!/bin/sh\necho "sbatch: error: invalid partition specified" >&2\nexit 1\n' >"$folder/bin/sbatch" && chmod +x "$folder/bin/sbatch"
PATH=$folder/bin:$PATH refused "sbatch did not take the job; jobs/submit --dry-run shows all of its options" \
  jobs/submit run params/quickstart.json
grep -q "invalid partition specified" "$folder/err" || fail "what sbatch said is lost: $(cat "$folder/err")"
command -v sbatch >/dev/null || refused "there is no sbatch here" jobs/submit run params/quickstart.json
jobs/submit --help | grep -q "jobs/submit array 8" || fail "--help shows no example"
finish
