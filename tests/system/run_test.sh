#!/bin/bash
# What a run leaves, and whether it can be used: run.json and run.h5 hold what the contract promises and agree with each
# other and with the trees; a galaxy can be followed; the provenance is enough to run again; homes and caches of all
# kinds; a run that is asked to stop.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

run=$folder/run
cecropia 2 run params/nbody_64.json "${everything[@]}" --set output.levels=all --set 'output.properties=["all"]' \
  --out "$run" \
  >"$folder/stdout" 2>"$folder/stderr" || fail "run: $(cat "$folder/stderr")"
for place in run.json run.h5 run.log; do
  grep -qx "$run/$place" "$folder/stdout" || fail "the place of $place is not said"
done
grep -q "halo-levels" "$run/run.log" || fail "the log does not say what was done"
[ "$(ls -Am "$run")" = "run.h5, run.json, run.log" ] || fail "a run leaves: $(ls -Am "$run")"

# --- what the files hold ----------------------------------------------------------------------------------------------
"$python" - "$run" <<'P' || fail "run.json or run.h5 is not what the contract says"
import gzip
import json
import math
import sys
import h5py
import numpy

run = json.load(open(sys.argv[1] + "/run.json"), parse_constant=lambda name: sys.exit(name + " is no JSON"))
file = h5py.File(sys.argv[1] + "/run.h5")

# run.json: the names of the contract
contract = {
    "program": "version git",
    "trees": "source format forests halos levels z_max z_min volume_cmpc3",
    "likelihood": "log10_all log10_csfh log10_sfrd log10_csmd log10_mzsfr log10_fmr log10_mzr log10_shmr",
    "history": "z sfrd_msun_yr_cmpc3 sfrd_detectable_msun_yr_cmpc3 csmd_msun_cmpc3 csmd_detectable_msun_cmpc3 q_hii "
               "q_metal ccsn_rate_yr_cmpc3 pisn_rate_yr_cmpc3 pisn_rate_ii_yr_cmpc3 pisn_rate_iii_yr_cmpc3 "
               "ppisn_rate_yr_cmpc3 fsn_rate_yr_cmpc3 dbh_rate_yr_cmpc3 "
               "ionising_emissivity_ii_s_cmpc3 lyman_werner_emissivity_iii_s_cmpc3 uv_luminosity_density_erg_s_hz_cmpc3",
    "points_used": "sfrd csmd fmr mzr shmr",
    "budget": "mass_relative_error metal_relative_error stars",
    "timing": "wall_s cpu_s halo_levels sub_steps halo_levels_per_core_s sub_steps_per_core_s "
              "peak_rss_mib peak_pss_mib ranks",
}
assert run["schema"] == 1 and "tau_e" in run
for group, names in contract.items():
    missing = [name for name in names.split() if name not in run[group]]
    assert not missing, (group, missing)
for section in ("cosmology", "trees", "eps", "stars", "threshold", "star_formation", "mixing", "feedback", "type_ia",
                "surroundings", "bubbles", "reionisation", "lyman_werner", "model", "observe", "output", "random"):
    assert run["parameters"][section], section
assert run["parameters"]["feedback"]["alpha_out"] == 0.8, "the value of --set is not among the parameters"
assert run["parameters"]["feedback"]["ebind_norm"] == 2.3, "the value of the file is not among the parameters"
assert run["parameters"]["feedback"]["f_heat"] == 1.0, "the default is not among the parameters"
for name in contract["likelihood"].split():
    value, reason = run["likelihood"][name], run["likelihood"].get("reason", {})
    assert (value is None) == (name in reason), (name, value, reason)
assert any(run["likelihood"][name] is not None for name in contract["likelihood"].split())
timing = run["timing"]
assert timing["ranks"] == 2 and timing["sub_steps"] > 1e4 and timing["halo_levels"] == run["trees"]["halos"] == 7667
assert all(timing[name] > 0 for name in contract["timing"].split())
assert timing["peak_pss_mib"] <= timing["peak_rss_mib"] < 2000
levels = run["trees"]["levels"]
assert levels == 37 and run["trees"]["forests"] == 475
for name, values in run["history"].items():
    assert len(values) == levels, (name, len(values))
z = run["history"]["z"]
assert z[0] == run["trees"]["z_max"] and z[-1] == run["trees"]["z_min"] and all(a > b for a, b in zip(z, z[1:]))
assert max(run["history"]["q_hii"]) > 0.4 and max(run["history"]["q_metal"]) >= 0

# run.h5: nothing without unit and description, nothing about machine and moment
datasets = {}
file.visititems(lambda name, item: datasets.__setitem__(name, item) if isinstance(item, h5py.Dataset) else None)
for name, item in datasets.items():
    for attribute in ("unit", "description"):
        value = item.attrs[attribute]
        value = value.decode() if isinstance(value, bytes) else str(value)
        assert value.strip(), (name, attribute)
assert sorted(file) == ["galaxies", "history", "populations", "provenance"] and file.attrs["schema"] == 1

# what the populations of this run do as they age, and that the galaxies shine as they say
populations = file["populations"]
assert populations.attrs["redshift"] == run["trees"]["z_min"] and populations.attrs["m_massive_msun"] == 5
assert list(populations["fates"].asstr()) == ["WD", "ECSN", "CCSN", "FSN", "PPISN", "PISN", "DBH"]
for name, z_min, z_max in (("ii", 1e-6, 0.03), ("iii", 1e-11, 1e-6)):
    table = populations[name]
    assert table["metallicity"][0] == z_min and table["metallicity"][-1] == z_max
    for key in ("q_ion_per_s_msun", "q_lw_per_s_msun", "l_uv_erg_s_hz_msun"):
        light = table[key][:]
        assert light.shape == (len(table["metallicity"]), len(table["age_myr"]))
        assert (light[:, 0] > 0).all() and (numpy.diff(light) <= 0).all() and (light[:, -1] == 0).all(), (name, key)
    for key in ("deaths_per_msun", "returned_per_msun", "metals_per_msun", "oxygen_per_msun", "e_sn_erg_msun"):
        assert (numpy.diff(table[key][:], axis=1) >= 0).all(), (name, key)
# No population has less ultraviolet light for its Lyman-Werner photons than one that is being born.
photons, uv = (numpy.array(run["history"][name]) for name in
               ("lyman_werner_emissivity_ii_s_cmpc3", "uv_luminosity_density_erg_s_hz_cmpc3"))
per_photon = populations["ii/l_uv_erg_s_hz_msun"][:, 0] / populations["ii/q_lw_per_s_msun"][:, 0]
assert uv[-1] / photons[-1] > 0.99 * per_photon.min(), (uv[-1] / photons[-1], per_photon)
assert numpy.allclose(run["history"]["ionising_emissivity_s_cmpc3"],
                      numpy.add(run["history"]["ionising_emissivity_ii_s_cmpc3"],
                                run["history"]["ionising_emissivity_iii_s_cmpc3"]), rtol=1e-12)

# the histories of both files are one
assert sorted(file["history"]) == sorted(run["history"])
for name, values in run["history"].items():
    numbers = numpy.array([math.nan if v is None else v for v in values])
    assert numpy.array_equal(file["history"][name][:], numbers, equal_nan=True), name

# the galaxies against the histories and the trees
halos = {}
with gzip.open("trees/nbody_4mpc_64/tree_0_0_0.dat.gz", "rt") as text:
    columns = [word.split("(")[0] for word in text.readline()[1:].split()]
    place = [columns.index(name) for name in ("id", "desc_id", "Mvir", "scale", "upid")]
    for line in text:
        words = line.split()
        if len(words) > 10 and not line.startswith("#"):
            halo, descendant, mass, scale, host = (words[i] for i in place)
            halos[int(halo)] = (int(descendant), float(mass) / 0.6774, 1 / float(scale) - 1, int(host) >= 0)
groups = sorted(file["galaxies"])
assert groups == [f"level_{i:03d}" for i in range(levels)]
before, longest, chains = None, 0, {}
for index, name in enumerate(groups):
    group = file["galaxies"][name]
    columns = {key: item[:] for key, item in group.items()}
    n = int(group.attrs["galaxies"])
    assert group.attrs["level"] == index and abs(group.attrs["redshift"] - z[index]) < 1e-12
    assert all(len(values) == n for values in columns.values()), name
    undefined = ("oh_young", "m_uv_ab")
    assert all(numpy.isfinite(values).all() for key, values in columns.items() if key not in undefined), name
    ids = columns["halo_id"]
    assert len(set(ids)) == n
    weight, stars = columns["weight_per_cmpc3"], columns["m_star_msun"].astype(float)
    assert numpy.allclose(weight, 1 / run["trees"]["volume_cmpc3"], rtol=1e-12)
    assert math.isclose((weight * stars).sum(), run["history"]["csmd_msun_cmpc3"][index], rel_tol=1e-5), name
    for i, halo in enumerate(ids):
        descendant, mass, redshift, is_satellite = halos[halo]
        assert columns["descendant_id"][i] == descendant and abs(redshift - z[index]) < 2e-4 * (1 + redshift)
        assert math.isclose(columns["m_vir_msun"][i], mass, rel_tol=1e-6) and columns["is_satellite"][i] == is_satellite
    # along the main branch: the right halo, the peak mass of all so far, and stars that do not vanish
    main = columns["main_progenitor_index"]
    lengths = {}
    for i in range(n):
        lengths[i] = 1
        if main[i] < 0:
            continue
        assert main[i] < len(before["halo_id"])
        assert halos[before["halo_id"][main[i]]][0] == ids[i] and before["descendant_id"][main[i]] == ids[i]
        for key in ("m_star_msun", "m_star_iii_msun"):
            assert columns[key][i] >= before[key][main[i]], (name, key)
        assert columns["m_peak_msun"][i] >= max(before["m_peak_msun"][main[i]], columns["m_vir_msun"][i]) * (1 - 1e-6)
        lengths[i] = chains[main[i]] + 1
    before, chains = columns, lengths
# the first level has no time before it, and so no galaxies
assert max(chains.values()) == levels - 1, ("no galaxy can be followed to the beginning", max(chains.values()))
assert (before["is_ionised"] == 1).any() and stars.max() > 1e7
assert len(ids) > 0.8 * sum(abs(h[2] - z[-1]) < 1e-3 for h in halos.values())

# the same parameters again, from the provenance alone
json.dump(json.loads(file["provenance/parameters"][()]), open(sys.argv[1] + "/../again.json", "w"))
for name in ("tables_hash", "forest_hash", "observations_hash"):
    assert len(file["provenance"].attrs[name]) == 16
P
host=$(uname -n)
[ ${#host} -ge 6 ] || host=$folder  # a short name can stand in any word
for secret in "$host" "$folder" "$source_dir" "$(date +%Y-%m-%d)" nbody_4mpc "ranks\""; do
  grep -qaF -- "$secret" "$run/run.h5" && fail "run.h5 knows '$secret'"
done
"$program" run -q "$folder/again.json" --trees trees/nbody_4mpc_64 --out "$folder/again" ||
  fail "the parameters of the provenance are refused"
cmp "$run/run.h5" "$folder/again/run.h5" || fail "the provenance gives another run.h5"
"$python" -c 'import json, sys; json.dump(json.load(open(sys.argv[1]))["parameters"], sys.stdout)' "$run/run.json" \
  >"$folder/resolved.json"
"$program" run -q "$folder/resolved.json" --out "$folder/again" || fail "the parameters of run.json are refused"
cmp "$run/run.h5" "$folder/again/run.h5" || fail "the parameters of run.json give another run.h5"

# --- places -----------------------------------------------------------------------------------------------------------
# the default place, from any folder, with the shipped trees; -q says nothing at all
mkdir "$folder/elsewhere"
said=$(cd "$folder/elsewhere" && "$program" run -q "$source_dir/params/nbody_64.json" 2>&1) ||
  fail "from another folder: $said"
[ -z "$said" ] || fail "-q is not silent: $said"
small=$folder/elsewhere/out/nbody_64/run.h5
[ -s "$small" ] || fail "the default place is not out/NAME"

# homes that are not there or take nothing, caches that are new, shared or broken: the same bytes
# at_home NAME VARIABLES...: a run with these variables in the environment
at_home() {
  local name=$1
  shift
  env -u HOME -u XDG_CACHE_HOME -u CECROPIA_CACHE "$@" "$program" run params/nbody_64.json --out "$folder/home.$name" \
    >"$folder/stdout" 2>"$folder/stderr.$name" || fail "$name: $(cat "$folder/stderr.$name")"
  cmp "$small" "$folder/home.$name/run.h5" || fail "$name changes run.h5"
}
# built NAME YES|NO: the tables were built or taken from the cache
built() {
  if grep -q "tables .*built" "$folder/stderr.$1"; then [ "$2" = YES ]; else [ "$2" = NO ]; fi ||
    fail "$1: tables built should be $2: $(cat "$folder/stderr.$1")"
}
at_home homeless
built homeless YES
at_home read_only HOME=/proc
built read_only YES
at_home no_cache CECROPIA_CACHE=/dev/null/cache
built no_cache YES
mkdir "$folder/home"
at_home first HOME="$folder/home"
built first YES
at_home second HOME="$folder/home"
built second NO
cache=$folder/home/.cache/cecropia
[ "$(find "$folder/home" -type f | wc -l)" = 1 ] || fail "the home holds: $(find "$folder/home" -type f)"
table=$(find "$cache" -name 'stellar_tables_*.h5')
whole=$(cksum <"$table")
head -c 20000 /dev/zero >"$table"
at_home broken_cache HOME="$folder/home"
grep -q "cannot be used and are built anew" "$folder/stderr.broken_cache" || fail "a broken cache goes unnoticed"
[ "$(cksum <"$table")" = "$whole" ] || fail "a broken cache is not repaired"
for job in a b c; do at_home "job_$job" CECROPIA_CACHE="$folder/shared" & done
wait
for job in a b c; do cmp "$small" "$folder/home.job_$job/run.h5" || fail "three jobs with one new cache"; done
[ "$(find "$folder/shared" -type f | wc -l)" = 1 ] || fail "three jobs leave: $(ls -A "$folder/shared")"
[ "$(cksum <"$(find "$folder/shared" -type f)")" = "$whole" ] || fail "three jobs spoil the cache"

# --- asked to stop ----------------------------------------------------------------------------------------------------
# stopped SIGNAL COMMAND...: a run of some seconds into a folder with results gets SIGNAL while it walks
stopped() {
  local signal=$1 pid code former kept="checkpoint.h5, run.h5, run.json, run.log"
  [ "$signal" != TERM ] || kept="run.h5, run.json, run.log" # there is no time for more
  shift
  rm -rf "$folder/stopped"
  mkdir "$folder/stopped"
  cp "$run/run.json" "$run/run.h5" "$folder/stopped"
  former=$(cksum "$folder"/stopped/*)
  "$@" "$program" run params/nbody_64.json --set star_formation.max_step_myr=0.005 --out "$folder/stopped" \
    2>"$folder/stderr" &
  pid=$!
  comes grep -q "halos in" "$folder/stopped/run.log"
  kill -0 $pid || fail "$signal $*: the run was over before it was asked to stop"
  kill -"$signal" $pid
  wait $pid
  code=$?
  [ $code = 3 ] || fail "$signal $*: ended with $code: $(cat "$folder/stderr")"
  [ "$(grep -c "stopped on request" "$folder/stderr")" = 1 ] || fail "$signal $*: said $(cat "$folder/stderr")"
  [ "$(cksum "$folder/stopped/run.h5" "$folder/stopped/run.json")" = "$former" ] ||
    fail "$signal $*: the results of the run before are gone"
  [ "$(ls -Am "$folder/stopped")" = "$kept" ] || fail "$signal $*: left: $(ls -Am "$folder/stopped")"
}
stopped TERM env
stopped USR1 env
stopped USR1 mpirun -n 3  # mpirun passes this one on; on SIGTERM it ends the job itself
finish
