#!/bin/bash
# A run with every form of IMF: mass is conserved, the form changes the result, the content of a table is what counts and
# not its path, ranks are invisible, and a table that cannot be used is refused with line and column on every rank.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/imf.csv" <<'T'
# a bump at 30 Msun
m_msun, dn_dm_per_msun
0.08, 10
1, 1
30, 1e-2
200, 1e-5
T
mkdir "$folder/elsewhere"
{ echo "# the same numbers, written in another way" && sed -n '2,$s/,/ /p' "$folder/imf.csv"; } >"$folder/elsewhere/table"
sed 's/^30, 1e-2/30, 2e-2/' "$folder/imf.csv" >"$folder/other.csv"
table=(--set stars.imf2_form=table --set stars.imf3_form=table)

small_run kroupa2001
small_run chabrier2003 --set stars.imf2_form=chabrier2003 --set stars.imf2_min_msun=0.1 --set stars.imf2_max_msun=100
small_run salpeter1955 --set stars.imf2_form=salpeter1955 --set stars.imf2_min_msun=0.1 --set stars.imf2_max_msun=100
small_run power_law --set stars.imf2_form=power_law --set stars.imf2_slope=2.0
small_run broken_power_law --set stars.imf2_form=broken_power_law --set "stars.imf2_breaks_msun=[0.5,10]" \
  --set "stars.imf2_slopes=[1.3,2.3,2.0]"
small_run log_flat --set stars.imf3_form=log_flat
small_run chon2024 --set stars.imf2_form=chon2024 --set stars.imf2_max_msun=150
small_run max_of_redshift --set "stars.imf2_max_redshift=[6,10]" --set "stars.imf2_max_values_msun=[120,250]"
small_run max_of_metallicity --set "stars.imf2_max_metallicity=[1e-4,1e-2]" --set "stars.imf2_max_values_msun=[250,120]"
small_run table "${table[@]}" --set stars.imf2_file="$folder/imf.csv" --set stars.imf3_file="$folder/imf.csv"
small_run again "${table[@]}" --set stars.imf2_file="$folder/elsewhere/table" --set stars.imf3_file="$folder/elsewhere/table"
small_run other "${table[@]}" --set stars.imf2_file="$folder/other.csv" --set stars.imf3_file="$folder/imf.csv"

"$python" - "$folder" <<'P' || fail "the results of the forms"
import json
import sys
import h5py

names = ["kroupa2001", "chabrier2003", "salpeter1955", "power_law", "broken_power_law", "log_flat", "chon2024",
         "max_of_redshift", "max_of_metallicity", "table", "other"]
stars = {}
for name in names:
    run = json.load(open(f"{sys.argv[1]}/{name}/run.json"))
    assert run["budget"]["mass_relative_error"] < 1e-11 and run["budget"]["metal_relative_error"] < 1e-11, name
    stars[name] = tuple(run["history"]["csmd_msun_cmpc3"])
    assert stars[name][-1] > 0, name
assert len(set(stars.values())) == len(names), "two forms give one history"
provenance = {name: h5py.File(f"{sys.argv[1]}/{name}/run.h5")["provenance"] for name in names + ["again"]}
hashes = {name: p.attrs["imf_hash"] for name, p in provenance.items()}
assert hashes["kroupa2001"] == hashes["chon2024"] == "0" * 16, hashes
assert hashes["table"] == hashes["again"] not in ("0" * 16, hashes["other"]), hashes
assert sys.argv[1] not in provenance["table"]["parameters"][()].decode()
P
cmp "$folder/table/run.h5" "$folder/again/run.h5" || fail "the same numbers in another file give another run.h5"

# ranks are invisible, also where populations depend on metallicity, on redshift and on a file
both=(--set stars.imf2_form=chon2024 --set "stars.imf2_max_redshift=[6,10]" --set "stars.imf2_max_values_msun=[120,150]"
  --set stars.imf3_form=table --set stars.imf3_file="$folder/imf.csv")
small_run one "${both[@]}"
cecropia 2 run -q "${small_eps[@]}" "${both[@]}" --out "$folder/two" 2>"$folder/stderr" || fail "$(cat "$folder/stderr")"
cmp "$folder/one/run.h5" "$folder/two/run.h5" || fail "the number of ranks is visible"

# refused WORDS ARGUMENTS...: on one rank and on two, with WORDS said once
refused() {
  local words=$1 n got
  shift
  for n in 1 2; do
    cecropia "$n" run "${small_eps[@]}" "$@" --out "$folder/refused" >/dev/null 2>"$folder/stderr"
    got=$?
    [ $got = 2 ] || fail "$* on $n ended with $got: $(cat "$folder/stderr")"
    [ "$(grep -cF -- "$words" "$folder/stderr")" = 1 ] || fail "$* on $n: not '$words' once: $(cat "$folder/stderr")"
  done
}
sed 's/^1, 1/1, many/' "$folder/imf.csv" >"$folder/bad.csv"
refused "bad.csv, line 4, column 2 (dn_dm_per_msun)" "${table[@]}" --set stars.imf2_file="$folder/imf.csv" \
  --set stars.imf3_file="$folder/bad.csv"
refused "there is no such file" --set stars.imf2_form=table --set stars.imf2_file="$folder/none.csv"
refused "'stars.imf2_slope' was changed, but has no effect" --set stars.imf2_slope=2
[ -e "$folder/refused/run.json" ] && fail "a refused run left a result"
finish
