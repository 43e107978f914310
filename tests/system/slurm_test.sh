#!/bin/bash
# The job scripts under a real SLURM, with srun and with mpirun: a run, a scan, an array that is merged, and chains that are
# stopped by the clock or by a signal leave the same bytes as a scan by hand; a job that cannot get on ends, and one that is
# cancelled does not come back.
# Takes two processors: its nodes are this machine.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip "only root can start a batch system"
PATH=$PATH:/usr/sbin
for needed in slurmctld slurmd munged srun; do
  command -v $needed >/dev/null || skip "there is no $needed (packages slurm-wlm and munge)"
done
clean_up() {
  bash tests/testing/slurm.sh stop "$folder/slurm"
  rm -rf "$folder"
}
export OMPI_MCA_btl_vader_backing_directory=$folder/shared # mpirun that is killed leaves the memory of its ranks behind
mkdir "$folder/shared"
chmod 755 "$folder" # munged runs as a user of its own
bash tests/testing/slurm.sh start "$folder/slurm" 6 || exit 1
export SLURM_CONF=$folder/slurm/slurm.conf

# --- what is submitted --------------------------------------------------------------------------------------------------
cat >"$folder/twelve.json" <<J
{ "base": "$source_dir/params/quickstart.json",
  "design": { "axes": { "feedback.alpha_out": [0, 0.5, 1], "feedback.m_out0_msun": [1e9, 2e9, 3e9, 4e9] } } }
J
scan=("$folder/twelve.json" "${small_eps[@]:1}" --set eps.bins_per_dex=2)
slow=("${scan[@]}" --group-size 2) # one point after another: time enough to stop it
# Four machines, as their users would describe them: jobs return to the queue, or submit the next ones.
for launcher in srun mpirun; do
  sed -e "s|^launcher=srun|launcher=$launcher|; s|^program=|program=$program|; s|^tasks_per_node=16|tasks_per_node=2|" \
    -e 's|^time=02:00:00|time=10|; s|^stop_before_s=300|stop_before_s=60|' jobs/machine.sh >"$folder/$launcher.sh"
  sed 's|^chain=requeue|chain=submit|' "$folder/$launcher.sh" >"$folder/$launcher.no_return.sh"
done

# submit MACHINE NAME KIND... FILE OPTIONS...: a job of this name into $folder/NAME; sets job
submit() {
  local machine=$1 name=$2
  shift 2
  job=$(cd "$folder" && CECROPIA_MACHINE=$machine.sh SBATCH_JOB_NAME=$name "$source_dir/jobs/submit" "$@" \
    --out "$folder/$name" 2>"$folder/stderr") || fail "$name was not submitted: $(cat "$folder/stderr")"
}
state_of() { scontrol --oneliner show job "$1" | grep -oE '(JobState|ExitCode|Restarts)=[^ ]*' | paste -sd ' '; }
said_by() { cat "$folder/$1"-*.out; }
# points NAME: how many are finished
points() { if [ -f "$folder/$1/scan.jsonl" ]; then wc -l <"$folder/$1/scan.jsonl"; else echo 0; fi; }
# until_true COMMAND...
pause_s=0.1
until_true() {
  local end=$((SECONDS + patience_s))
  until "$@"; do
    [ $SECONDS -lt $end ] || { fail "in vain: $*; $(squeue)"; return 1; }
    sleep $pause_s
  done
}
has_ended() { [ -z "$(squeue --noheader --jobs="$1")" ]; }
have_ended() { [ -z "$(squeue --noheader --name="$1")" ]; }
has_restarted() { [[ "$(state_of "$1")" == "JobState=RUNNING Restarts=$2 "* ]]; }
has_points() { [ "$(points "$1")" -ge "$2" ]; }
# stop_at_next_point NAME JOB: what SLURM does when the time of a job is nearly over
stop_at_next_point() {
  pause_s=0.02 until_true has_points "$1" $(($(points "$1") + 1)) && scancel --signal=USR1 --batch "$2"
}
# ended NAME JOB STATE: so it did
ended() {
  until_true has_ended "$2"
  [[ "$(state_of "$2") " == *"$3 "* ]] || fail "$1 is not $3: $(state_of "$2"); $(said_by "$1")"
}
# right NAME: the scan is that by hand
right() {
  local file
  for file in scan.h5 best.json; do
    cmp "$folder/by_hand/$file" "$folder/$1/$file" || fail "$1: another $file than by hand; $(said_by "$1")"
  done
}

# --- all at once --------------------------------------------------------------------------------------------------------
now_ms() { date +%s%3N; }
begin_ms=$(now_ms)
cecropia 2 scan "${scan[@]}" --dry-run >/dev/null 2>"$folder/stderr" || fail "a dry run by hand: $(cat "$folder/stderr")"
start_ms=$(now_ms)
cecropia 2 scan -q "${slow[@]}" --out "$folder/by_hand" 2>"$folder/stderr" || fail "by hand: $(cat "$folder/stderr")"
short_ms=$((($(now_ms) - start_ms - (start_ms - begin_ms)) * 3 / 10)) # of the clock of the program, which starts after MPI
small_run run_by_hand

declare -A job_of task_of limit_ms
# A single run, cut into links by the clock as well.
long_run=("$source_dir/${small_eps[0]}" "${small_eps[@]:1}" --set star_formation.max_step_myr=0.02)
start_ms=$(now_ms)
cecropia 2 run -q "${long_run[@]}" --out "$folder/long_by_hand" >/dev/null 2>"$folder/stderr" ||
  fail "a long run by hand: $(cat "$folder/stderr")"
long_ms=$((($(now_ms) - start_ms) * 4 / 10))
submit mpirun.no_return long_run chain "${long_run[@]}" --time-limit "${long_ms}e-3"
# submit_links LAUNCHER: a chain whose links are too short for all points
submit_links() {
  submit "$1.no_return" "links_$1" chain "${slow[@]}" --time-limit "${limit_ms[$1]}e-3"
}
went_on() { said_by "$1" | grep -c "goes on in job"; }
for launcher in srun mpirun; do
  submit $launcher chain_$launcher chain "${slow[@]}"
  job_of[chain_$launcher]=$job
  { stop_at_next_point chain_$launcher "$job" && until_true has_restarted "$job" 1 &&
    stop_at_next_point chain_$launcher "$job"; } &
  limit_ms[$launcher]=$short_ms
  submit_links $launcher
  submit $launcher array_$launcher array 2 "${slow[@]}"
  job_of[array_$launcher]=$job
  task_of[$launcher]=$(grep -oE '[0-9]+: 2 shards' "$folder/stderr" | cut -d: -f1)_1
  stop_at_next_point array_$launcher/shard_1 "${task_of[$launcher]}" & # the number of the last task is that of the array
done
submit mpirun stuck chain "${scan[@]}" --time-limit 0.01
job_of[stuck]=$job
for launcher in srun mpirun; do
  submit $launcher cancelled_$launcher chain "${slow[@]}"
  job_of[cancelled_$launcher]=$job
  { pause_s=0.02 until_true has_points cancelled_$launcher 1 && scancel "$job"; } &
  submit $launcher scan_$launcher scan "${scan[@]}"
  job_of[scan_$launcher]=$job
  submit $launcher run_$launcher run "$source_dir/${small_eps[0]}" "${small_eps[@]:1}"
  job_of[run_$launcher]=$job
done

# --- how it ended -------------------------------------------------------------------------------------------------------
# A machine that others use too is now slow and now fast: a chain may be stuck, or may not need its links.
for _ in 1 2 3; do
  for launcher in srun mpirun; do
    until_true have_ended links_$launcher
    if [ ! -f "$folder/links_$launcher/scan.h5" ]; then
      limit_ms[$launcher]=$((2 * limit_ms[$launcher]))
      submit_links $launcher # the same command goes on
    elif [ "$(went_on links_$launcher)" -lt 2 ]; then
      rm -r "$folder/links_$launcher"
      submit_links $launcher
    fi
  done
done
for launcher in srun mpirun; do
  until_true have_ended links_$launcher
  right links_$launcher
  [ "$(went_on links_$launcher)" -ge 2 ] || fail "links_$launcher were not stopped twice: $(said_by links_$launcher)"
  [ "$(squeue --noheader --states=COMPLETED --name=links_$launcher | wc -l)" -gt "$(went_on links_$launcher)" ] ||
    fail "links_$launcher that went on did not end with 0: $(squeue --states=all --name=links_$launcher)"

  ended chain_$launcher "${job_of[chain_$launcher]}" "JobState=COMPLETED Restarts=2 ExitCode=0:0"
  right chain_$launcher

  ended array_$launcher "${job_of[array_$launcher]}" JobState=COMPLETED
  ended array_$launcher "${task_of[$launcher]}" "JobState=COMPLETED Restarts=1"
  ended array_$launcher "${task_of[$launcher]%_1}_0" "JobState=COMPLETED Restarts=0"
  right array_$launcher
  [ "$(said_by array_$launcher | grep -c "info: 6 finished points of .*shard_. taken")" = 2 ] ||
    fail "array_$launcher was merged before its shards were through: $(said_by array_$launcher)"

  ended scan_$launcher "${job_of[scan_$launcher]}" JobState=COMPLETED
  right scan_$launcher
  ended run_$launcher "${job_of[run_$launcher]}" JobState=COMPLETED
  cmp "$folder/run_by_hand/run.h5" "$folder/run_$launcher/run.h5" || fail "run_$launcher: another run.h5 than by hand"

  ended cancelled_$launcher "${job_of[cancelled_$launcher]}" "JobState=CANCELLED Restarts=0"
  has_points cancelled_$launcher 12 && fail "the scan was over before it was cancelled"
done
until_true have_ended long_run
cmp "$folder/long_by_hand/run.h5" "$folder/long_run/run.h5" || fail "a run in links: another run.h5 than by hand; $(said_by long_run)"
[ "$(went_on long_run)" -ge 1 ] || fail "a long run was not stopped: $(said_by long_run)"
ended stuck "${job_of[stuck]}" "JobState=FAILED Restarts=0 ExitCode=3:0"
[ "$(said_by stuck | grep -c "nothing was done here")" = 1 ] || fail "stuck: $(said_by stuck)"
wait
finish
