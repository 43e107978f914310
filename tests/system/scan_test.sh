#!/bin/bash
# A scan as a user meets it: the same results for any number of ranks and groups, after any death and in any number of
# pieces; what cannot be used is refused before anything is lost.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/base.json" <<'T'
{ "trees": { "path": "eps" }, "eps": { "trees_per_bin": 1, "bins_per_dex": 4, "resolution_relative": 1e-2 } }
T
cat >"$folder/scan.json" <<'T'
// twelve points
{
  "base": "base.json",
  "parameters": { "output": { "redshifts": [6] } },
  "keep": [3],
  "design": { "axes": { "feedback.alpha_out": [0, 0.5], "feedback.m_out0_msun": [1e9, 3e9, 5e9],
                        "stars.imf2_max_msun": [100, 250] } }
}
T
scan=("$folder/scan.json")

# scan_on RANKS NAME ARGUMENTS...: a scan into $folder/NAME
scan_on() {
  local ranks=$1 name=$2
  shift 2
  cecropia "$ranks" scan "${scan[@]}" "$@" -q --out "$folder/$name" >"$folder/stdout" 2>"$folder/stderr" ||
    fail "$name on $ranks: ended with $?: $(cat "$folder/stderr")"
}
same() { cmp "$folder/whole/$2" "$folder/$1/$2" || fail "$1: $2 differs"; }

scan_on 1 whole
[ "$(ls -m "$folder/whole")" = "best.json, points, scan.h5, scan.json, scan.jsonl, scan.lock, scan.log" ] ||
  fail "left: $(ls -m "$folder/whole")"
for shape in "2 1" "2 2" "3 1" "3 2" "4 1" "4 2" "4 4"; do
  read -r ranks size <<<"$shape"
  scan_on "$ranks" "shape$ranks$size" --group-size "$size"
  same "shape$ranks$size" scan.h5
  same "shape$ranks$size" best.json
  cmp "$folder/whole/points/0003/run.h5" "$folder/shape$ranks$size/points/0003/run.h5" || fail "the kept point differs"
done

# A point of a scan is the run with its parameters.
"$program" run "$folder/base.json" -q --set "output.redshifts=[6]" --set feedback.alpha_out=0 \
  --set feedback.m_out0_msun=3e9 --set stars.imf2_max_msun=250 --out "$folder/alone" 2>"$folder/stderr" ||
  fail "run: $(cat "$folder/stderr")"
cmp "$folder/alone/run.h5" "$folder/whole/points/0003/run.h5" || fail "a point is not the run with its parameters"
"$python" - "$folder" <<'P' || fail "what a scan leaves"
import json, sys
import h5py, numpy as np
folder = sys.argv[1]
h5 = h5py.File(f"{folder}/whole/scan.h5")
lines = sorted((json.loads(line) for line in open(f"{folder}/whole/scan.jsonl")), key=lambda e: e["point"])
assert [e["point"] for e in lines] == list(range(12)) == list(h5["points/id"][()])
assert len({e["key"] for e in lines}) == 12
l_all = h5["points/likelihood/log10_all"][()]
assert np.array_equal(l_all, [e["likelihood"]["log10_all"] for e in lines])
assert list(h5["points/parameters/stars.imf2_max_msun"][:2]) == [100, 250]
run = json.load(open(f"{folder}/alone/run.json"))
assert lines[3]["likelihood"] == run["likelihood"] and lines[3]["relations"] == run["relations"]
assert np.array_equal(h5["history/csmd_msun_cmpc3"][3], run["history"]["csmd_msun_cmpc3"])
assert all("unit" in d.attrs and "description" in d.attrs for d in h5["history"].values())
assert all(d.attrs["description"].endswith(". One row per point, one column per level.") for d in h5["history"].values())
assert (h5.attrs["format"], h5.attrs["schema"]) == ("cecropia scan", 1)
units = {name: d.attrs["unit"] for name, d in h5["points/parameters"].items()}
assert units == {"feedback.alpha_out": "-", "feedback.m_out0_msun": "Msun", "stars.imf2_max_msun": "Msun"}, units
assert all("parameter" not in d.attrs["description"] for d in h5["points/parameters"].values())
assert run["units"]["relations"] == {n: h5[f"points/relations/{n}"].attrs["unit"] for n in run["relations"]}
assert set(run["units"]["history"]) == set(run["history"]) and run["units"]["history"]["csmd_msun_cmpc3"] == "Msun cMpc^-3"
best = json.load(open(f"{folder}/whole/best.json"))["best"]
assert best["all"]["point"] == int(np.argmax(l_all)) and best["all"]["log10_likelihood"] == l_all.max()
both = (h5["points/likelihood/log10_csfh"][()] + h5["points/likelihood/log10_mzsfr"][()]) / 2
assert best["csfh_mzsfr"]["point"] == int(np.argmax(both))
for e in lines:
    assert e["budget"]["mass_relative_error"] < 1e-12 and e["budget"]["stars_missing"] == 0
P

# Killed at any moment, and the same command again: nothing is lost, nothing is there twice.
nobody_left() { # ranks of a killed launcher end as soon as they notice
  for _ in $(seq 600); do
    pgrep -f -- "--out $folder/killed" >/dev/null || return 0
    sleep 0.1
  done
  fail "ranks are still there a minute after their launcher was killed"
}
for delay in 0.4 0.9 1.3 1.7 2.1; do
  setsid bash -c 'exec "$@"' _ mpirun -n 3 "$program" scan "${scan[@]}" -q --out "$folder/killed" >/dev/null 2>&1 &
  victim=$!
  sleep "$delay"
  # The bug: a slow program had not begun its ledger when it was killed for the last time, or began it after that.
  until [ "$delay" != 2.1 ] || [ -s "$folder/killed/scan.jsonl" ] || ! kill -0 $victim 2>/dev/null; do sleep 0.1; done
  kill -9 -- -$victim 2>/dev/null
  wait $victim 2>/dev/null
  nobody_left
done
printf '{"point":11,"ke' >>"$folder/killed/scan.jsonl" # as if the machine had died while writing
scan_on 2 killed
same killed scan.h5
same killed best.json
grep -q "cut short" "$folder/stderr" || fail "a repaired ledger is not told: $(cat "$folder/stderr")"
[ "$(wc -l <"$folder/killed/scan.jsonl")" = 12 ] || fail "the ledger has $(wc -l <"$folder/killed/scan.jsonl") lines"

# A time limit, hit until the scan is complete.
links=0 limit_ms=400 # more where a machine finishes nothing in it
lines() { cat "$folder/chain/scan.jsonl" 2>/dev/null | wc -l; }
before=0
until cecropia 1 scan "${scan[@]}" -q --time-limit "$((limit_ms / 1000)).$(printf %03d $((limit_ms % 1000)))" --out "$folder/chain" \
  >/dev/null 2>"$folder/stderr"; do
  code=$?
  [ $code = 3 ] || fail "the time limit ends with $code: $(cat "$folder/stderr")"
  [ -e "$folder/chain/scan.h5" ] && fail "an unfinished scan has a result"
  links=$((links + 1))
  [ $links -lt 40 ] || break
  [ "$(lines)" -gt $before ] || limit_ms=$((2 * limit_ms))
  before=$(lines)
done
[ $links -ge 1 ] || fail "the time limit was never hit"
same chain scan.h5

# A signal to the launcher: an orderly end.
mpirun -n 2 "$program" scan "${scan[@]}" --out "$folder/asked" >/dev/null 2>"$folder/stderr" &
pid=$!
comes [ -s "$folder/asked/scan.jsonl" ]
kill -USR1 $pid
wait $pid
code=$?
[ $code = 3 ] || fail "USR1 ends with $code: $(cat "$folder/stderr")"
grep -q "the same command goes on" "$folder/stderr" || fail "USR1 says: $(cat "$folder/stderr")"
scan_on 2 asked
same asked scan.h5

# In shards, merged.
for i in 0 1 2; do scan_on 2 "shard_$i" --shard $i/3; done
scan_on 1 merged --merge "$folder/shard_0" "$folder/shard_1" "$folder/shard_2"
same merged scan.h5
same merged best.json
cmp "$folder/merged/points/0003/run.h5" "$folder/whole/points/0003/run.h5" || fail "merging loses a kept point"
grep -q "12 of them finished before" "$folder/merged/scan.log" || fail "merging computed points again"

# The bug: what a killed shard had left beside a kept point came among the results, and so did what a link there pointed to.
point=$folder/shard_0/points/0003
touch "$point/run.h5.partial-0123456789abcdef"
ln -s /etc/hostname "$point/link"
mkfifo "$point/pipe" || fail "no pipe can be made"
mkdir "$folder/shard_0/points/0006"
touch "$folder/shard_0/points/0006/run.h5"
ln -s "$folder/whole/points/0003" "$folder/shard_0/points/0007"
cp -r "$folder/whole/points/0003" "$folder/shard_0/points/0001.partial"
scan_on 1 piped --merge "$folder/shard_0" "$folder/shard_1" "$folder/shard_2"
[ "$(cd "$folder/piped/points" && find . -mindepth 1 | sort | xargs)" = "./0003 ./0003/run.h5 ./0003/run.json" ] ||
  fail "merging kept points brings $(find "$folder/piped/points")"
cmp "$folder/piped/points/0003/run.h5" "$folder/whole/points/0003/run.h5" || fail "merging spoils a kept point"

# The bug: a kept point without its file, or with a damaged one, counted as kept for ever; and a description nested deeper
# than any memory ended the scan with signal 11.
kept=$folder/piped/points/0003
nested() { "$python" -c 'n = 300000; print("{\"parameters\": {\"model\": " + "[" * n + "]" * n + "}}", end="")'; }
for damage in 'rm "$kept/run.h5"' 'truncate -s 3000 "$kept/run.h5"' 'cp "$folder/whole/scan.h5" "$kept/run.h5"' 'rm "$kept/run.json"' 'nested >"$kept/run.json"'; do
  eval "$damage"
  scan_on 2 piped
  cmp "$kept/run.h5" "$folder/whole/points/0003/run.h5" || fail "after $damage the kept point is not made again"
  [ -s "$kept/run.json" ] || fail "after $damage the kept point has no run.json"
  same piped scan.h5
done

# The bug: the name of a folder need not be UTF-8, and that was "a defect of cecropia".
mkdir "$folder"/bytes$'\351'
cp "$folder/base.json" "$folder"/bytes$'\351'/
cp "$folder/scan.json" "$folder"/bytes$'\351'/
cecropia 2 scan "$folder"/bytes$'\351'/scan.json -q --out "$folder/bytes" >/dev/null 2>"$folder/stderr" ||
  fail "a folder whose name is not UTF-8: $(cat "$folder/stderr")"
same bytes scan.h5

# A point that cannot be computed does not take the others with it: they are finished, it is named, and when the cause is
# gone the same command ends the scan.
mkdir "$folder/tables"
cat >"$folder/half.json" <<T
{ "base": "base.json",
  "design": { "axes": { "observe.observations_path": ["", "$folder/tables"], "feedback.alpha_out": [0, 0.5] } } }
T
for ranks in 1 3; do
  rm -rf "$folder/half" "$folder"/tables/*
  cecropia $ranks scan "$folder/half.json" -q --out "$folder/half" >/dev/null 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] || fail "points that cannot be computed, $ranks ranks: ended with $code: $(cat "$folder/stderr")"
  grep -q "2 of 4 points could not be computed:" "$folder/stderr" || fail "$ranks ranks: said $(cat "$folder/stderr")"
  grep -q "point 3 of .*half.json .*0.5.*tables" "$folder/stderr" || fail "which one is not said: $(cat "$folder/stderr")"
  grep -q "cannot be computed" "$folder/half/scan.log" || fail "the log does not say it"
  [ "$(wc -l <"$folder/half/scan.jsonl")" = 2 ] || fail "the others are not in the ledger"
  [ ! -e "$folder/half/scan.h5" ] || fail "an unfinished scan has a result"
  printf '{"id": 1, "observe.observations_path": "%s"}\n{"id": 2}\n' "$folder/tables" |
    cecropia $ranks scan "$folder/half.json" --points - --out "$folder/half.pipe$ranks" >"$folder/answers" 2>"$folder/stderr" ||
    fail "a pipe dies of one point: $(cat "$folder/stderr")"
  [ "$(grep -c '"error"' "$folder/answers")" = 1 ] || fail "answers: $(cat "$folder/answers")"
  grep '"id":2' "$folder/answers" | grep -q -v error || fail "answers: $(cat "$folder/answers")"
done
cp params/observations/* "$folder/tables/"
cecropia 2 scan "$folder/half.json" -q --out "$folder/half" >/dev/null 2>"$folder/stderr" || fail "repaired: $(cat "$folder/stderr")"
grep -q "4 points, 2 of them finished before" "$folder/half/scan.log" || fail "finished points were computed again"

# A place where a point cannot be kept is no fault of the point: the scan ends, and what is in the ledger stays.
echo '{ "base": "base.json", "keep": [1], "design": { "axes": { "feedback.alpha_out": [0, 0.5] } } }' >"$folder/kept.json"
mkdir -p "$folder/kept/points/0001/run.h5/in_the_way"
for ranks in 1 2; do
  cecropia $ranks scan "$folder/kept.json" -q --out "$folder/kept" >/dev/null 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] || fail "a folder in the way of a kept point, $ranks ranks: ended with $code: $(cat "$folder/stderr")"
  grep -q "the output file has the name of a folder" "$folder/stderr" || fail "what is in the way is not told: $(cat "$folder/stderr")"
  grep -q "could not be computed" "$folder/stderr" && fail "the point is blamed: $(cat "$folder/stderr")"
  [ "$(wc -l <"$folder/kept/scan.jsonl")" = 1 ] || fail "the ledger has $(wc -l <"$folder/kept/scan.jsonl") lines, not that of point 0"
done
rm -r "$folder/kept/points/0001/run.h5"
scan=("$folder/kept.json")
scan_on 2 kept
[ -s "$folder/kept/points/0001/run.h5" ] || fail "the point is not kept when there is room for it"

# Stellar tables may differ from point to point: each has those of the run with its parameters.
echo '{ "base": "base.json", "keep": "all", "design": { "axes": { "stars.tables": ["standard", "kobayashi2006", "nomoto2013"] } } }' \
  >"$folder/stars.json"
scan=("$folder/stars.json")
for ranks in 1 3; do scan_on $ranks "stars$ranks"; done
i=0
for tables in standard kobayashi2006 nomoto2013; do
  "$program" run "$folder/base.json" -q --set stars.tables=$tables --out "$folder/$tables" 2>"$folder/stderr" ||
    fail "$tables: $(cat "$folder/stderr")"
  for ranks in 1 3; do
    cmp "$folder/$tables/run.h5" "$folder/stars$ranks/points/000$i/run.h5" || fail "point $i on $ranks ranks has other stars than $tables"
  done
  i=$((i + 1))
done
scan=("$folder/scan.json")

# What only the trees can tell is told before the first point, too.
echo '{ "base": "'"$PWD"'/params/nbody_64.json", "design": { "axes": { "bubbles.clustering": [7, 3] } } }' >"$folder/box.json"
cecropia 2 scan "$folder/box.json" -q --out "$folder/box" >/dev/null 2>"$folder/stderr"
code=$?
[ $code = 2 ] || fail "clustering in a box: ended with $code: $(cat "$folder/stderr")"
grep -q "point 1 of .*box.json" "$folder/stderr" || fail "clustering in a box: said $(cat "$folder/stderr")"
[ ! -s "$folder/box/scan.jsonl" ] || fail "clustering in a box: something was computed"

# What is refused, each with exit code 2 and nothing touched.
before=$(cksum "$folder"/whole/scan.h5 "$folder"/whole/scan.jsonl "$folder"/whole/scan.json "$folder"/whole/best.json)
# refused WORDS ARGUMENTS...: of the scan into $folder/whole
refused() {
  local words=$1 code
  shift
  cecropia 2 scan "$@" -q --out "$folder/whole" >/dev/null 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] || fail "$words: ended with $code: $(cat "$folder/stderr")"
  grep -q -- "$words" "$folder/stderr" || fail "$words: not said: $(cat "$folder/stderr")"
  [ "$(cksum "$folder"/whole/scan.h5 "$folder"/whole/scan.jsonl "$folder"/whole/scan.json "$folder"/whole/best.json)" = "$before" ] ||
    fail "$words: something was touched"
}

# Bugs: a scan whose description had gone was a defect of the program, and one with a changed number was taken as it was.
cp -r "$folder/whole" "$folder/changed"
rm "$folder/changed/scan.json"
# changed WORDS: the scan into $folder/changed is refused with these words
changed() {
  local code
  cecropia 2 scan "${scan[@]}" -q --out "$folder/changed" >/dev/null 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] && grep -q -- "$1" "$folder/stderr" || fail "$1: ended with $code: $(cat "$folder/stderr")"
}
changed "finished points are here, but nothing says what they are of"
[ ! -e "$folder/changed/scan.json" ] || fail "what is missing was made anew"
cp "$folder/whole/scan.json" "$folder/changed/"
sed -i '3s/"log10_all":-\?[0-9.]*/"log10_all":-0.01/' "$folder/changed/scan.jsonl"
cmp -s "$folder/whole/scan.jsonl" "$folder/changed/scan.jsonl" && fail "the ledger was not changed"
changed "scan.jsonl, line 3"
cmp "$folder/whole/scan.h5" "$folder/changed/scan.h5" || fail "a refused scan leaves another result"

# A table of points, and the same as objects.
printf 'feedback.alpha_out, stars.imf2_form\n0.5, salpeter1955\n0.25, kroupa2001\n' >"$folder/points.csv"
printf '{"feedback.alpha_out": 0.5, "stars.imf2_form": "salpeter1955"}\n{"feedback.alpha_out": 0.25, "stars.imf2_form": "kroupa2001"}\n' \
  >"$folder/points.jsonl"
more=(--set stars.imf2_min_msun=0.1)
refused "point 3 is to be kept" "${scan[@]}" "${more[@]}" --points "$folder/points.csv"
sed '/"keep"/d' "$folder/scan.json" >"$folder/plain.json"
scan=("$folder/plain.json")
scan_on 2 csv --points "$folder/points.csv" "${more[@]}"
scan_on 1 jsonl --points "$folder/points.jsonl" "${more[@]}"
cmp "$folder/csv/scan.h5" "$folder/jsonl/scan.h5" || fail "the form of a table of points is visible"

scan=("$folder/scan.json")

echo '{ "base": "base.json", "design": { "axes": { "stars.table_file": ["", "nowhere.h5"] } } }' >"$folder/missing.json"

# Questions through a pipe.
printf '{"id": 1, "feedback.alpha_out": 0.5, "feedback.m_out0_msun": 3e9, "stars.imf2_max_msun": 250}\n{"id": 2, "feedback.alpha_out": -1}\n' |
  cecropia 2 scan "${scan[@]}" --points - --out "$folder/pipe" >"$folder/answers" 2>"$folder/stderr" || fail "a pipe: $(cat "$folder/stderr")"
"$python" - "$folder" <<'P' || fail "answers through a pipe: $(cat "$folder/answers")"
import json, sys
answers = {a["id"]: a for a in map(json.loads, open(f"{sys.argv[1]}/answers")) if "id" in a}
lines = [json.loads(line) for line in open(f"{sys.argv[1]}/whole/scan.jsonl")]
asked = {"feedback.alpha_out": 0.5, "feedback.m_out0_msun": 3e9, "stars.imf2_max_msun": 250}
same = next(e for e in lines if e["values"] == asked)
assert {k: v for k, v in answers[1].items() if k != "id"} == same["likelihood"], answers
assert answers[2]["log10_all"] == "-inf" and "out of range" in answers[2]["error"], answers
P

# Refused as well:
refused "there is no such file" "$folder/missing.json" --dry-run
printf 'm_msun,dn_dm_per_msun\n1,1\n100,2e-5\n' >"$folder/first.csv"
echo '{ "base": "base.json", "parameters": { "stars": { "imf3_form": "table", "imf3_file": "'"$folder/first.csv"'" } },
  "design": { "axes": { "stars.imf3_file": ["'"$folder/first.csv"'", "nowhere.csv"] } } }' >"$folder/missing.json"
refused "point 1 of .*parameter stars.imf3_file = nowhere.csv" "$folder/missing.json" --dry-run
"$program" run params/quickstart.json --out "$folder/whole" >/dev/null 2>"$folder/stderr"
[ $? = 2 ] && grep -q "this folder holds a scan" "$folder/stderr" || fail "a run into the folder of a scan: $(cat "$folder/stderr")"
sed 's/stars.imf2_max_msun/feedback.ebind_norm/; s/100, 250/1, 2/' "$folder/scan.json" >"$folder/degenerate.json"
"$program" scan "$folder/degenerate.json" --dry-run >/dev/null 2>"$folder/stderr"
grep -q "feedback.ebind_norm and feedback.m_out0_msun vary, which are exactly degenerate" "$folder/stderr" ||
  fail "degenerate axes are not told: $(cat "$folder/stderr")"
sed 's/"keep"/"ranks_per_point": 4294967297, "keep"/' "$folder/scan.json" >"$folder/wide.json"
refused "4294967297 ranks per point, but only 2 ranks" "$folder/wide.json"
refused "feedback.f_heat was 1.0 and is 2.0" "${scan[@]}" --set feedback.f_heat=2
refused "the content of the trees was" "${scan[@]}" --set random.seed=2
refused "at most 2" "${scan[@]}" --group-size 3
refused "is no shard" "${scan[@]}" --shard 3/3
refused "is no time" "${scan[@]}" --time-limit 1:xx
refused "no scan in this folder" "${scan[@]}" --merge "$folder/alone"
sed 's/alpha_out/alpha_oit/' "$folder/scan.json" >"$folder/misspelt.json"
refused "did you mean 'alpha_out'" "$folder/misspelt.json"
sed 's/feedback.alpha_out/eps.z_min/; s/\[0, 0.5\]/[5, 6]/' "$folder/scan.json" >"$folder/trees.json"
refused "cannot differ between the points" "$folder/trees.json"
refused "sets the parameters of one run" "$folder/base.json"
refused "the table of points .* does not exist" "${scan[@]}" --points "$folder/missing.csv"
printf '# remark\nfeedback.alpha_uot\n0.5\n' >"$folder/misspelt.csv"
refused "misspelt.csv, line 2" "$folder/plain.json" --points "$folder/misspelt.csv"
sed 's/0, 0.5/0, -5/' "$folder/scan.json" >"$folder/range.json"
refused "point 6 of" "$folder/range.json"
printf '{"base": "base.json"}' >"$folder/nothing.json"
refused "nothing to scan" "$folder/nothing.json"
printf '{"base": "elsewhere.json", "design": {"axes": {"feedback.alpha_out": [0]}}}' >"$folder/lost.json"
refused "'base' is looked for beside the scan file" "$folder/lost.json"
# What answered a sampler is computed in full for a design; a point that is kept later is computed again.
cp -r "$folder/pipe" "$folder/both"
scan_on 2 both
same both scan.h5
rm -r "$folder/both/points/0003"
scan_on 1 both
[ -s "$folder/both/points/0003/run.h5" ] || fail "a point that is to be kept is not"
same both scan.h5
# Points that have galaxies in different bins have the same columns, whoever is finished first.
sed 's/"keep": .3.,//; s/\[0, 0.5\]/[0, 0.5, 1]/' "$folder/scan.json" >"$folder/bins.json"
scan=("$folder/bins.json" --set observe.sfr_min_msun_yr=1)
for i in 0 1 2; do scan_on 1 "bins_$i" --shard $i/3; done
scan_on 1 up --merge "$folder/bins_0" "$folder/bins_1" "$folder/bins_2"
scan_on 1 down --merge "$folder/bins_2" "$folder/bins_1" "$folder/bins_0"
cmp "$folder/up/scan.h5" "$folder/down/scan.h5" || fail "the order in which points are finished is visible"
scan=("$folder/scan.json")
refused "shard 12 of 14 has no point" "${scan[@]}" --shard 12/14
# adopted: points whose parameters are the same are kept
sed 's/0, 0.5/0, 0.5, 0.75/; s/, "keep": .3.//' "$folder/scan.json" >"$folder/wider.json"
cp -r "$folder/whole" "$folder/wider"
scan=("$folder/wider.json")
scan_on 2 wider
grep -q "18 points, 12 of them finished before" "$folder/wider/scan.log" || fail "a wider design does not use what is there"
# Another content of a file that the base names is refused as another scan.
imf() { printf 'm_msun,dn_dm_per_msun\n0.1,%s\n1,1\n10,5e-3\n100,2e-5\n' "$1" >"$folder/imf.csv"; }
imf 20
sed '/"keep"/d' "$folder/scan.json" >"$folder/scan_table.json"
table=("$folder/scan_table.json" --set stars.imf2_form=table --set "stars.imf2_file=$folder/imf.csv")
one=(--points "$folder/one.csv")
printf 'feedback.alpha_out\n0\n' >"$folder/one.csv"
cecropia 1 scan "${table[@]}" "${one[@]}" -q --out "$folder/imf" >/dev/null 2>"$folder/stderr" ||
  fail "a tabulated IMF: $(cat "$folder/stderr")"
imf 40
cecropia 1 scan "${table[@]}" "${one[@]}" -q --out "$folder/imf" >/dev/null 2>"$folder/stderr"
code=$?
[ $code = 2 ] || fail "another tabulated IMF ends with $code"
grep -q "tabulated IMFs was" "$folder/stderr" || fail "another tabulated IMF: $(cat "$folder/stderr")"
finish
