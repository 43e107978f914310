#!/bin/bash
# A run with every set of stellar tables and with every prescription: mass and metals are conserved, the choice changes the
# result, nothing has to be compiled, and the choice is written down in run.json and run.h5.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

names=(standard hartwig2022 kobayashi2006 nomoto2013)
for name in "${names[@]}"; do small_run "$name" --set stars.tables="$name"; done
small_run rapid --set stars.remnant=rapid
small_run pulses --set stars.ppisn_energy=woosley2017
small_run windless --set stars.wind_scale=0
small_run layered --set stars.f_mix=0
small_run barren_shells --set stars.x_he_shell_cc=0 --set stars.x_he_shell_pp=0
small_run early_pairs --set stars.m_he_pisn_msun=60
"$program" tables build --set stars.remnant=rapid --out "$folder/rapid.h5" >/dev/null || fail "tables build"
small_run rapid_again --set stars.table_file="$folder/rapid.h5"

"$python" - "$folder" <<'P' || fail "the results of the choices"
import json
import sys
import h5py

names = ["standard", "hartwig2022", "kobayashi2006", "nomoto2013", "rapid", "pulses", "windless", "layered",
         "barren_shells", "early_pairs"]
metals, hashes = {}, {}
for name in names + ["rapid_again"]:
    run = json.load(open(f"{sys.argv[1]}/{name}/run.json"))
    budget = run["budget"]
    assert budget["mass_relative_error"] < 1e-12 and budget["metal_relative_error"] < 1e-12, (name, budget)
    assert run["history"]["csmd_msun_cmpc3"][-1] > 0, name
    metals[name] = budget["made_metals_msun"]
    hashes[name] = h5py.File(f"{sys.argv[1]}/{name}/run.h5")["provenance"].attrs["tables_hash"]
    stars = run["parameters"]["stars"]
    assert name not in ("hartwig2022", "kobayashi2006", "nomoto2013") or stars["tables"] == name
assert len({metals[n] for n in names}) == len(names), "two choices give one result"
assert len({hashes[n] for n in names}) == len(names), "two tables have one hash"
assert metals["rapid"] == metals["rapid_again"] and hashes["rapid"] == hashes["rapid_again"]
P
finish
