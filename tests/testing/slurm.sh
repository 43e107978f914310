#!/bin/bash
# slurm.sh start FOLDER [TASKS] | slurm.sh stop FOLDER
# A batch system of one node for tests: slurmctld, slurmd and munged, with every file of theirs in FOLDER and on ports of
# their own, so that several can live side by side. TASKS: for how many the node claims to have room. It stops by itself when
# the process that started it is gone. Needs root and the packages slurm-wlm and munge, no systemd and no control groups.
# After `start`: export SLURM_CONF=FOLDER/slurm.conf
set -euo pipefail
action=${1:?start or stop}
folder=$(realpath -m "${2:?a folder}")
munge=$folder/munge
export SLURM_CONF=$folder/slurm.conf PATH=$PATH:/usr/sbin

# within TENTHS COMMAND...: waits until the command succeeds
within() {
  local tenths=$1
  shift
  until "$@"; do
    [ $((tenths -= 1)) -gt 0 ] || return 1
    sleep 0.1
  done
}
lives() { # PROCESS: a zombie does not
  case $(ps -o stat= -p "$1" 2>/dev/null) in '' | Z*) return 1 ;; esac
}
is_gone() { ! lives "$1"; }
no_jobs() { [ -z "$(squeue --noheader 2>/dev/null)" ]; }
node_is_idle() { [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; }
is_free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

stop() {
  [ -f "$folder/daemons" ] || return 0
  local daemon
  scancel --user=root 2>/dev/null && within 100 no_jobs
  for daemon in $(tac "$folder/daemons"); do # munged last: the others speak through it
    lives "$daemon" || continue
    kill "$daemon" 2>/dev/null
    within 50 is_gone "$daemon" || kill -9 "$daemon" 2>/dev/null
  done
  rm "$folder/daemons"
}

# A test may be killed before it can stop anything.
stop_with() { # PROCESS
  while lives "$1" && [ -f "$folder/daemons" ]; do sleep 1; done
  stop
}

daemon() { # COMMAND...
  "$@" >>"$folder/log/daemons" 2>&1 </dev/null &
  echo $! >>"$folder/daemons"
}

start() {
  local tasks=$1 host port
  host=$(uname -n)
  host=${host%%.*}
  port=$((20000 + RANDOM % 10000))
  until is_free $port && is_free $((port + 1)); do port=$((20000 + RANDOM % 10000)); done
  mkdir -p "$folder"/{state,spool,log,pmix,munge}
  chmod 755 "$folder" "$munge" # munged refuses a place where others could write
  head -c 256 /dev/urandom >"$munge/key"
  chown -R munge: "$munge"
  chmod 400 "$munge/key"
  cat >"$SLURM_CONF" <<C
ClusterName=test
# Shared memory of MPI is named after the job: two batch systems of one machine must not count alike.
FirstJobId=$((1000 + RANDOM))
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A job that goes back into the queue waits until its credential has expired: 2 minutes, if nothing is said.
AuthInfo=socket=$munge/socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdLogFile=$folder/log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=bf_interval=1,sched_interval=2,batch_sched_delay=0
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MailProg=/bin/true
ReturnToService=2
KillWait=5
MinJobAge=86400
NodeName=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=$tasks State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
C
  echo "PMIxCliTmpDirBase=$folder/pmix" >"$folder/mpi.conf"
  daemon setpriv --reuid=munge --regid=munge --clear-groups munged --foreground --force --socket="$munge/socket" --key-file="$munge/key" \
    --pid-file="$munge/pid" --log-file="$munge/log" --seed-file="$munge/seed"
  within 100 test -S "$munge/socket" || return 1
  daemon slurmctld -D
  daemon slurmd -D -N "$host"
  within 300 node_is_idle || return 1
  stop_with "$PPID" >>"$folder/log/daemons" 2>&1 </dev/null &
}

case $action in
  start)
    start "${3:-$(nproc)}" && exit
    echo "the batch system did not start:" >&2
    tail -n 5 "$folder"/log/* "$munge/log" >&2
    stop
    exit 1
    ;;
  stop) stop ;;
  *) exit 2 ;;
esac
