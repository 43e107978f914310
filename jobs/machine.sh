# shellcheck shell=bash disable=SC2034
# What the job scripts have to know about your cluster, and the only place that knows it. Change it here; or keep a copy and
# export CECROPIA_MACHINE=/path/of/the/copy. An empty value leaves the matter to the cluster. For one job, options of sbatch
# on the command line win: jobs/submit scan --time=08:00:00 --nodes=2 params/paper_grid.json
#
# First time: fill in partition, account, tasks_per_node and modules, then look at what would happen:
#   jobs/submit --dry-run run params/quickstart.json

# --- what a job asks for ----------------------------------------------------------------------------------------------
partition=          # one of those that `sinfo --summarize` lists
account=            # who is charged, where anybody is
nodes=1
tasks_per_node=16   # MPI ranks on a node: at most its cores
time=02:00:00       # for one job: hours:minutes:seconds or days-hours:minutes:seconds
other_options=()    # of sbatch, any: (--exclusive --mem=0 --constraint=fast)

# --- how the program starts -------------------------------------------------------------------------------------------
modules=()          # those that the program was built with: (gcc openmpi hdf5)
program=            # empty: build/bin/cecropia beside this folder, or bin/cecropia of an installation
cache=              # folder for tables of stars; all nodes have to see it. Empty: ~/.cache/cecropia
launcher=srun       # srun, or mpirun of an MPI that knows SLURM
mpi_plugin=pmix     # of srun, one of those that `srun --mpi=list` lists: pmix for Open MPI, often pmi2 for others
launcher_options=() # of srun or mpirun, any: (--cpu-bind=cores)
# What else your cluster wants before a program starts is a line here: export NAME=value, source /etc/profile.d/modules.sh ...

# --- how a job ends ---------------------------------------------------------------------------------------------------
# So many seconds before its time is over a scan is asked to stop, which it does at the next level of its points. SLURM looks
# at the clock twice a minute only, so less than two minutes is a game.
stop_before_s=300
# How a chain goes on. requeue: the job goes back into the queue under its own number, and jobs that depend on it wait until
# all is done. submit: it submits a new job that depends on it, for clusters that do not let jobs return.
chain=requeue
