# shellcheck shell=bash disable=SC2034
# What the system tests share: the program, a scratch folder, a python that reads HDF5, MPI on small machines, and the
# checks that everybody needs. Source it first. Every run of the program is limited in time: a hang is a failure.
set -u
source_dir=${CECROPIA_SOURCE_DIR:?}
# shellcheck source=tools/lib/house.sh
. "$source_dir/tools/lib/house.sh"
mpi_environment
export OMPI_MCA_pml=ob1 # no network of a cluster is looked for: a start takes 0.16 s, not 0.37, and there are a thousand
program=${CECROPIA_PROGRAM:?}
python=${CECROPIA_PYTHON:-$(find_python numpy h5py)}
cd "$source_dir" || exit 1
folder=$(mktemp -d)
clean_up() { rm -rf "$folder"; }
trap clean_up EXIT
patience_s=$((120 * ${CECROPIA_TEST_PATIENCE:-1}))
# comes COMMAND...: waits until COMMAND succeeds, which a slow or busy machine may take long for
comes() {
  local end=$((SECONDS + patience_s))
  until "$@" 2>/dev/null; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
finish() {
  [ $failures = 0 ] && echo "all right"
  exit $((failures > 0))
}
# skip WHY: this machine cannot do what is tested
skip() {
  echo "skipped: $*"
  exit 77
}

# cecropia RANKS ARGUMENTS...: the program on so many ranks; the exit code is the program's, 124 if it hangs. A single rank
# has no launcher: mpirun thinks for two seconds about the exit code of one that failed.
cecropia() {
  local launcher=()
  [ "$1" = 1 ] || launcher=(mpirun -n "$1")
  timeout -k 10 "$patience_s" "${launcher[@]}" "$program" "${@:2}"
}

# A forest that takes a second and forms stars, and settings that lead through as much of the code as one run can.
small_eps=(params/quickstart.json --set eps.trees_per_bin=2 --set eps.bins_per_dex=4 --set eps.resolution_relative=1e-2)
everything=(--set eps.mass_noise=0.1 --set eps.satellite_delay=1 --set eps.satellite_scatter_dex=0.2
  --set surroundings.metals=uniform --set surroundings.ionisation=uniform
  --set "surroundings.redshift=[4,8,20]" --set "surroundings.z_igm=[1e-5,1e-6,0]"
  --set "surroundings.ionised_fraction=[1,0.5,0]" --set feedback.alpha_out=0.8)

# small_run NAME ARGUMENTS...: a run on the small forest into $folder/NAME; a failure names it and shows its words
small_run() {
  local name=$1
  shift
  timeout -k 10 "$patience_s" "$program" run -q "${small_eps[@]}" "$@" --out "$folder/$name" 2>"$folder/stderr" ||
    fail "$name: $(cat "$folder/stderr")"
}
