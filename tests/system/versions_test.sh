#!/bin/bash
# A file of another version is refused by name, with the version that it has and the one that is wanted; a file of the cache,
# which is nobody's, is made anew. The promise is in docs/formats.md.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

# other FILE: the file says that it is of another version
other() {
  "$python" - "$1" <<'P' || fail "$1 cannot be changed"
import json
import pathlib
import sys

import h5py
path = pathlib.Path(sys.argv[1])
if path.suffix == ".h5":
    with h5py.File(path, "r+") as file:
        file.attrs.modify("schema", file.attrs["schema"] + 1)
else:
    first, end, rest = path.read_text().partition("\n") if path.suffix == ".jsonl" else (path.read_text(), "", "")
    content = json.loads(first)
    content["schema"] += 1
    path.write_text(json.dumps(content) + end + rest)
P
}
# refused FILE WORDS...: what was called last ended with 2, and one line names the file and has each of the words
refused() {
  local code=$? file=$1 word
  shift
  [ $code = 2 ] || fail "$file of another version: ended with $code: $(cat "$folder/stderr")"
  for word in "$file" "$@"; do
    grep -qF -- "$word" "$folder/stderr" || fail "$file of another version: '$word' is not in: $(cat "$folder/stderr")"
  done
}
call() { timeout -k 10 "$patience_s" "$@" >"$folder/stdout" 2>"$folder/stderr"; }

# --- what the program reads -------------------------------------------------------------------------------------------
slow=("${small_eps[@]}" --set star_formation.max_step_myr=0.02)
call "$program" run "${slow[@]}" --time-limit 1 --out "$folder/night"
[ $? = 3 ] || fail "no checkpoint was left: $(cat "$folder/stderr")"
other "$folder/night/checkpoint.h5"
call "$program" run "${slow[@]}" --resume --out "$folder/night"
refused checkpoint.h5 "this checkpoint has schema 2" "schema 1 only" "to fix   : remove it"

cat >"$folder/scan.json" <<J
{ "base": "$source_dir/params/quickstart.json",
  "parameters": { "eps": { "trees_per_bin": 1, "bins_per_dex": 2, "resolution_relative": 1e-2 } },
  "design": { "axes": { "feedback.alpha_out": [0.5, 1.0] } } }
J
call "$program" scan "$folder/scan.json" --out "$folder/scan" || fail "scan: $(cat "$folder/stderr")"
cp -r "$folder/scan" "$folder/old"
other "$folder/old/scan.json"
call "$program" scan "$folder/scan.json" --out "$folder/old"
refused old/scan.json "has schema 2" "expected : schema 1" "the program that wrote it"
call "$program" scan "$folder/scan.json" --merge "$folder/old" --out "$folder/scan"
refused old/scan.json "has schema 2"

"$program" tables build --out "$folder/tables.h5" >/dev/null 2>"$folder/stderr" || fail "tables: $(cat "$folder/stderr")"
other "$folder/tables.h5"
call "$program" run "${small_eps[@]}" --set stars.table_file="$folder/tables.h5" --out "$folder/run"
refused tables.h5 "'attribute 'schema' of /' is" "expected : schema" "cecropia tables build"

export CECROPIA_CACHE=$folder/cache
small_run first
kept=$(echo "$CECROPIA_CACHE"/stellar_tables_*.h5)
[ -f "$kept" ] || fail "nothing was kept in the cache"
other "$kept"
small_run second
grep -q "schema" "$folder/second/run.log" || fail "the run does not say why the tables are made anew: $(cat "$folder/second/run.log")"
cmp "$folder/first/run.h5" "$folder/second/run.h5" || fail "tables made anew give other bytes"
small_run third
grep -q "schema" "$folder/third/run.log" && fail "the tables in the cache were not replaced"

printf '{ "feedback": { "alpha_of_next_year": 1 } }\n' >"$folder/next.json"
call "$program" run "$folder/next.json" --out "$folder/run"
refused "next.json, line 1" "'feedback.alpha_of_next_year' is unknown"

# --- what the tools read ----------------------------------------------------------------------------------------------
# read_by_tools FOLDER FILE: with FILE of another version
read_by_tools() {
  rm -rf "$folder/copy"
  cp -r "$folder/$1" "$folder/copy"
  other "$folder/copy/$2"
  call "$python" tools/report.py "$folder/copy"
  refused "$2" "has schema 2, this reader knows 1" "the tools of the version that wrote it"
}
read_by_tools first run.json
read_by_tools first run.h5
read_by_tools scan scan.h5
read_by_tools scan best.json
# by_module WORDS OF PYTHON...: of what the Python module calls, a Trouble ends with 2 as in every tool
by_module() { PYTHONPATH=tools call "$python" -B -c "import sys; from plot_data import main_of; $1" "$2"; }
rm "$folder/scan/scan.h5"
other "$folder/scan/scan.json"
by_module 'import cecropia; main_of(lambda: cecropia.open(sys.argv[1]))' "$folder/scan"
refused scan.json "has schema 2, this reader knows 1"
mkdir "$folder/chain"
printf '{"schema": 2, "settings": {}, "likelihoods": []}\n' >"$folder/chain/chain.jsonl"
by_module 'import pathlib, sample_chain; main_of(lambda: sample_chain.Chain(pathlib.Path(sys.argv[1]), {}))' "$folder/chain"
refused chain.jsonl "has schema 2, this reader knows 1"
finish
