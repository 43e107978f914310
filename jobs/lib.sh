# shellcheck shell=bash
# What the job scripts share; what differs between clusters is in machine.sh. A job script sources this first. A signal that
# SLURM sends to the script, which alone gets it (sbatch --signal=B:USR1@SECONDS), is passed on to the program.
set -euo pipefail
jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dry_run=${DRY_RUN:-}
child='' asked=no ended=no woken=no
trap 'asked=yes woken=yes; [ -z "$child" ] || kill -USR1 "$child" 2>/dev/null || true' USR1
trap 'ended=yes woken=yes' TERM # the batch system ends the job; it tells the program itself

say() { printf 'cecropia job: %s\n' "$*" >&2; }
# stop CODE MESSAGE...: 2 = the user can repair it
stop() {
  local code=$1
  shift
  say "$*"
  exit "$code"
}

# --- the machine ------------------------------------------------------------------------------------------------------
machine=${CECROPIA_MACHINE:-$jobs/machine.sh}
[ -r "$machine" ] || stop 2 "there is no $machine (CECROPIA_MACHINE)"
# shellcheck source=jobs/machine.sh
. "$machine"
if [ ${#modules[@]} -gt 0 ]; then
  set +eu # modules are scripts of other people
  module load "${modules[@]}" || stop 2 "the modules of $machine cannot be loaded: ${modules[*]}"
  set -eu
fi
if [ -z "$program" ]; then
  program=$jobs/../build/bin/cecropia
  [ -x "$program" ] || [ ! -x "$jobs/../../../bin/cecropia" ] || program=$jobs/../../../bin/cecropia
  program=$(realpath -m "$program")
fi
[ -z "$cache" ] || export CECROPIA_CACHE=$cache
case $launcher in
  srun) launch=(srun ${mpi_plugin:+"--mpi=$mpi_plugin"} "${launcher_options[@]}") ;;
  mpirun | mpiexec) launch=("$launcher" "${launcher_options[@]}") ;;
  *) stop 2 "launcher is '$launcher' in $machine; it has to be srun or mpirun" ;;
esac
case $chain in requeue | submit) ;; *) stop 2 "chain is '$chain' in $machine; it has to be requeue or submit" ;; esac

# --- the command line -------------------------------------------------------------------------------------------------
# read_words FILE OPTIONS...: sets file, name (that of the file), out (of --out, or nothing) and options (all others)
read_words() {
  file=${1:?a parameter file or a scan file}
  shift
  name=$(basename "$file")
  name=${name%.*} out='' options=()
  while [ $# -gt 0 ]; do
    case $1 in
      --out) out=${2:?a folder behind --out} && shift ;;
      --out=*) out=${1#--out=} ;;
      *) options+=("$1") ;;
    esac
    shift
  done
}
# read_words_to_go_on FILE OPTIONS...: the same for what the same command goes on with, so the folder has a name of its own;
# verb says whether FILE describes a scan or is a parameter file
read_words_to_go_on() {
  read_words "$@"
  out=${out:-out/$name}
  verb=run
  ! grep -qE '"(base|parameters|ranks_per_point|keep|design)" *:' "$file" || verb=scan
}

# --- the program ------------------------------------------------------------------------------------------------------
# start ARGUMENTS...: the program on all ranks of the job; sets code, which is 3 if it was asked to stop and did so
start() {
  local command=("${launch[@]}" "$program" "$@")
  if [ -n "$dry_run" ]; then
    printf 'the job runs:'
    printf ' %q' "${command[@]}"
    printf '\n'
    exit 0
  fi
  say "${command[*]}"
  code=3
  [ $asked = no ] || return 0
  "${command[@]}" &
  child=$!
  code=0
  wait "$child" || code=$?
  while [ $woken = yes ] && [ "$code" -gt 128 ]; do # it was a signal that ended the waiting, not the program
    woken=no code=0
    wait "$child" || code=$?
  done
  child=''
}

# --- chains -----------------------------------------------------------------------------------------------------------
finished_points() {
  if [ -f "$out/scan.jsonl" ]; then wc -l <"$out/scan.jsonl"; else echo 0; fi
}
# how_far: changes with every point that is finished and every checkpoint that is written
how_far() {
  finished_points
  find "$out/checkpoint.h5" "$out/checkpoints" -name '*.h5' -printf '%p %T@\n' 2>/dev/null | sort || true
}

# chain_link ARGUMENTS...: one link of a chain of jobs that ends when the run or the scan in $out is complete. What was stopped
# by the clock goes on in the next link, and this job ends with 0; but a link that did not get on at all is the last one.
chain_link() {
  local before next
  before=$(how_far)
  start "$@"
  [ "$code" = 0 ] || [ $ended = no ] || stop 3 "cancelled or out of time; the same command goes on where it stopped"
  [ "$code" = 3 ] || exit "$code"
  [ "$(how_far)" != "$before" ] ||
    stop 3 "nothing was done here, and another job like this one would do no better: give it more --time"
  say "stopped by the clock$([ "$verb" = run ] || printf ' with %s finished points' "$(finished_points)")"
  if [ "$chain" = requeue ]; then
    local job=$SLURM_JOB_ID # of a task of an array perhaps that of the whole array, which would all return
    [ -z "${SLURM_ARRAY_JOB_ID:-}" ] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
    # SLURM ends this script while it is being told.
    (trap '' TERM && scontrol requeue "$job") || stop 3 "this cluster does not let a job return: set chain=submit in $machine"
    exit 0
  fi
  [ -z "${SLURM_ARRAY_JOB_ID:-}" ] || stop 3 "tasks of an array go on by themselves only with chain=requeue; submit it again"
  local again=()
  [ -z "${CECROPIA_SUBMITTED_WITH:-}" ] || mapfile -t again <<<"$CECROPIA_SUBMITTED_WITH"
  next=$("$jobs/submit" chain "${again[@]}" "--dependency=afterok:$SLURM_JOB_ID" --kill-on-invalid-dep=yes \
    "$file" "${options[@]}" --out "$out") ||
    stop 3 "the next job could not be submitted; the same command goes on where it stopped"
  say "goes on in job $next"
  exit 0
}
