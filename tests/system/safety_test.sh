#!/bin/bash
# What SECURITY.md promises: what is not finished is private, results stay in their folder whatever names and links say, pages
# show what files say as text, no word of an input is run, and nothing tells the environment.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
export PYTHON=$python
umask 022

secret=secret-$RANDOM$RANDOM$RANDOM
export CECROPIA_TEST_TOKEN=$secret AWS_SECRET_ACCESS_KEY=$secret USER=$secret LOGNAME=$secret HOSTNAME=$secret
victim=$folder/elsewhere/victim
mkdir "$folder/elsewhere"
# unharmed CASE: nothing was written, made or removed elsewhere
fresh_victim() {
  rm -rf "$folder/elsewhere"
  mkdir "$folder/elsewhere"
  echo "somebody's work" >"$victim"
  cp "$victim" "$victim.h5"
}
unharmed() {
  [ "$(ls -A "$folder/elsewhere")" = $'victim\nvictim.h5' ] || fail "$1: elsewhere are now: $(ls -Am "$folder/elsewhere")"
  [ "$(cat "$victim")$(cat "$victim.h5")" = "somebody's worksomebody's work" ] || fail "$1: the work of somebody was changed"
}
call() { timeout -k 10 $((3 * patience_s)) "$@" >"$folder/stdout" 2>"$folder/stderr"; }
# refused CASE: what was called last ended with 2 and said that a link is in the way
refused() {
  local code=$?
  [ $code = 2 ] || fail "$1: ended with $code: $(cat "$folder/stderr")"
  grep -qi "link" "$folder/stderr" || fail "$1: does not say why: $(cat "$folder/stderr")"
  unharmed "$1"
}

# --- private until finished -------------------------------------------------------------------------------------------
small_run real
for file in run.h5 run.json run.log; do
  [ "$(stat -c %a "$folder/real/$file")" = 644 ] || fail "$file ends with the permissions $(stat -c %a "$folder/real/$file")"
done
(umask 077 && small_run private)
[ "$(stat -c %a "$folder/private/run.h5")" = 600 ] || fail "run.h5 does not follow the umask"
(small_run watched --set star_formation.max_step_myr=0.05 && [ "$failures" = 0 ]) &
watched=$!
seen=0
while kill -0 $watched 2>/dev/null; do
  for file in "$folder"/watched/*.partial-*; do
    mode=$(stat -c %a "$file" 2>/dev/null) || continue
    seen=$((seen + 1))
    [ "$mode" = 600 ] || fail "unfinished: $file has the permissions $mode"
  done
  sleep 0.05
done
wait $watched || fail "the run that was watched ended with $?"
[ $seen -gt 0 ] || fail "no unfinished file was ever seen"
fresh_victim
(cd tools && "$python" -B - "$folder/text" "$victim" <<'P') || fail "files that the tools write"
import os
import pathlib
import stat
import sys

import cecropia_files
path, modes, replace = pathlib.Path(sys.argv[1]), [], os.replace
os.replace = lambda part, whole: (modes.append(stat.S_IMODE(os.stat(part).st_mode)), replace(part, whole))
opened = os.open
os.open = lambda *words: (modes.append(words[2]), opened(*words))[1]
os.symlink(sys.argv[2], path)  # both the file and what it is made of may be links
os.symlink(sys.argv[2], path.with_name(f".{path.name}.part"))
cecropia_files.write_whole(path, "text")
assert pathlib.Path(sys.argv[2]).read_text() == "somebody's work\n" and not path.is_symlink()
assert modes == [0o600, 0o644] and path.read_text() == "text", [oct(mode) for mode in modes]
P

# --- links that were there before -------------------------------------------------------------------------------------
scan_file=$folder/scan.json
cat >"$scan_file" <<J
{ "base": "$source_dir/params/quickstart.json", "keep": [0],
  "parameters": { "eps": { "trees_per_bin": 1, "bins_per_dex": 2, "resolution_relative": 1e-2 } },
  "design": { "axes": { "feedback.alpha_out": [0.5, 1.0] } } }
J
fresh_victim
mkdir "$folder/linked" && ln -s "$victim" "$folder/linked/run.log"
call "$program" run "${small_eps[@]}" --out "$folder/linked"
refused "a run with the link run.log"
rm -r "$folder/linked"
for name in scan.lock scan.jsonl scan.log; do
  fresh_victim
  mkdir "$folder/linked" && ln -s "$victim" "$folder/linked/$name"
  call "$program" scan "$scan_file" --out "$folder/linked"
  refused "a scan with the link $name"
  rm -r "$folder/linked"
done
for name in checkpoints points points/0000; do
  fresh_victim
  mkdir -p "$folder/linked/$(dirname $name)" && ln -s "$folder/elsewhere" "$folder/linked/$name"
  call "$program" scan "$scan_file" --out "$folder/linked"
  refused "a scan with the link $name"
  rm -r "$folder/linked"
done
fresh_victim # what is replaced whole takes the place of a link
mkdir "$folder/linked"
for name in run.h5 run.json checkpoint.h5; do ln -s "$victim" "$folder/linked/$name"; done
call "$program" run "${small_eps[@]}" --out "$folder/linked" || fail "run: $(cat "$folder/stderr")"
unharmed "results that were links"
for name in run.h5 run.json; do
  if [ -L "$folder/linked/$name" ]; then fail "$name is still a link"; fi
done
ln -s "$folder/elsewhere" "$folder/linked/report_files"
call tools/report "$folder/linked"
refused "a report with the link report_files"
mkdir "$folder/chain" && ln -s "$victim" "$folder/chain/chain.jsonl"
call env PYTHONPATH=tools "$python" -B -c "import pathlib, sample_chain, plot_data
plot_data.main_of(lambda: sample_chain.Chain(pathlib.Path('$folder/chain'), {}))"
refused "a chain that is a link"

# --- names that lead elsewhere ----------------------------------------------------------------------------------------
fresh_victim
call "$program" scan "$scan_file" --out "$folder/scan" || fail "scan: $(cat "$folder/stderr")"
cp -r "$folder/scan" "$folder/shard"
sed '1s/"key": *"[0-9a-f]*"/"key":"..\/..\/elsewhere\/victim"/' "$folder/scan/scan.jsonl" >"$folder/shard/scan.jsonl"
cmp -s "$folder/scan/scan.jsonl" "$folder/shard/scan.jsonl" && fail "the ledger was not changed"
call "$program" scan "$scan_file" --merge "$folder/shard" --out "$folder/scan"
code=$?
[ $code = 2 ] && grep -q "shard/scan.jsonl, line 1" "$folder/stderr" || fail "a key that is a path: $code, $(cat "$folder/stderr")"
call "$program" scan "$scan_file" --out "$folder/shard"
[ $? = 2 ] || fail "a key that is a path in the ledger itself: $(cat "$folder/stderr")"
unharmed "a key that is a path"
mkdir "$folder/data" && cp params/observations/* "$folder/data/"
cp "$folder/data/liu2025_eq14_csmd.csv" "$folder/elsewhere.csv"
printf 'name,file,quantity,abundance,use\nown,../elsewhere.csv,csmd_msun_cmpc3,,report\n' >"$folder/data/index.csv"
call "$program" run "${small_eps[@]}" --set observe.observations_path="$folder/data" --out "$folder/own"
[ $? = 2 ] && grep -q "is no file in the folder" "$folder/stderr" || fail "observations elsewhere: $(cat "$folder/stderr")"

# --- words that are code ----------------------------------------------------------------------------------------------
# A run and a scan whose files say in every text what a browser, a shell or Python would run.
"$python" - "$folder" "$source_dir" <<'P' || fail "evil words"
import json
import pathlib
import shutil
import sys

import h5py
folder = pathlib.Path(sys.argv[1])
evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>$(touch pwned)`touch pwned`;touch pwned;../../elsewhere/x"


def worse(value, depth=0):
    """Every text with the evil words behind it; of every object one more entry with them as its name."""
    if isinstance(value, str):
        return value + evil
    if isinstance(value, list):
        return [worse(v, depth + 1) for v in value]
    if isinstance(value, dict):
        return {key: worse(v, depth + 1) for key, v in value.items()}
    return value


run = json.loads((folder / "real/run.json").read_text())
shutil.copytree(folder / "real", folder / "evil")
parameters = run["parameters"]
run = {**worse(run), "schema": 1, "parameters": parameters}
run["parameters"][evil] = {evil: evil}
run["comparison"][evil] = run["comparison"]["csmd"]
run["terms"] = {evil: {"file": evil, "quantity": "csmd_msun_cmpc3", "unit": evil, "log10": True, "use": "report"}}
run["likelihood"]["log10_" + evil] = -1.0
(folder / "evil/run.json").write_text(json.dumps(run))
with open(folder / "evil/run.log", "a") as log:
    log.write(f"[2026-01-01 00:00:00] warning: {evil}\n")

shutil.copytree(folder / "scan", folder / "evil_scan", ignore=shutil.ignore_patterns("points"))
best = json.loads((folder / "evil_scan/best.json").read_text())
for one in best["best"].values():
    one["meaning"] = one["meaning"] + evil
    one["values"] = {**one["values"], evil: evil}
(folder / "evil_scan/best.json").write_text(json.dumps(best))
with h5py.File(folder / "evil_scan/scan.h5", "r+") as file:
    name = evil.replace("/", "|")
    file["points/parameters"].copy(next(iter(file["points/parameters"])), f"stars.{name}")
    file["points/parameters"].create_dataset(f"stars.b{name}", data=[f"{evil}{i}" for i in range(len(file["points/id"]))])
    base = json.loads(file["provenance/base"][()])
    base[evil] = {evil: evil}
    del file["provenance/base"]
    file["provenance/base"] = json.dumps(base)
    for key, value in list(file["provenance"].attrs.items()):
        if isinstance(value, str):
            file["provenance"].attrs[key] = value + evil
with open(folder / "evil_scan/scan.log", "a") as log:
    log.write(f"[2026-01-01 00:00:00] warning: {evil}\n")
P
fresh_victim
mkdir "$folder/place" && cd "$folder/place" || exit 1
for name in evil evil_scan; do
  cp -r "$folder/$name" "$folder/place/\$(touch pwned);touch pwned <script>alert(3)<|script>"
  call "$source_dir/tools/report" "$folder/place/\$(touch pwned);touch pwned <script>alert(3)<|script>" --out "$folder/page_$name"
  [ $? = 0 ] || fail "report of $name: $(tail -n 3 "$folder/stderr")"
  rm -r "$folder/place/"*touch*
done
call "$program" run "\$(touch pwned);touch pwned.json" --out 'a;touch pwned'
call "$program" run "$source_dir/${small_eps[0]}" "${small_eps[@]:1}" --set 'trees.path=$(touch pwned)' --out "b"
call "$program" run "$source_dir/${small_eps[0]}" "${small_eps[@]:1}" --set 'stars.table_file=|touch pwned' --out "b"
call "$program" run "$source_dir/${small_eps[0]}" "${small_eps[@]:1}" --set 'observe.observations_path=`touch pwned`' --out "b"
call "$source_dir/tools/run" -n 1 run "\$(touch pwned)" --out ';touch pwned'
cp "$source_dir/params/quickstart.json" "$folder/place/\$(touch pwned);touch pwned.json"
call "$source_dir/jobs/submit" --dry-run run "$folder/place/\$(touch pwned);touch pwned.json" --job-name='$(touch pwned)'
cd "$source_dir" || exit 1
found=$(find "$folder" -name pwned)
[ -z "$found" ] || fail "words of an input were run: $found"
unharmed "words that are code"
"$python" - "$folder"/page_evil/report.html "$folder"/page_evil_scan/report.html <<'P' || fail "a page runs what a file says"
import html.parser
import pathlib
import sys


class Reader(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.scripts, self.words, self.inside = 0, "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.inside.append(tag)
        self.scripts += tag == "script"
        assert not [name for name, _ in attributes if name.startswith("on")], attributes
        assert tag != "img" or dict(attributes)["src"].startswith("data:image/png"), attributes

    def handle_endtag(self, tag):
        self.inside = self.inside[:-1]

    def handle_data(self, data):
        self.words += data


for page in sys.argv[1:]:
    read = Reader(pathlib.Path(page).read_text())
    assert read.scripts == 1, (page, read.scripts)
    assert read.words.count("<script>alert(1)</script>") > 3, f"{page} does not show the words"
P

# Nothing in the code could: no shell, no evaluation of text, no format that carries code.
shells='\b(system|popen|execv[pe]*|execl[pe]*|dlopen|wordexp) *\('
found=$(grep -rnE "$shells" src include | grep -vE '^[^:]+:[0-9]+: *//')
[ -z "$found" ] || fail "the program could start something: $found"
pythons='\b(eval|exec|compile|__import__) *\(|os\.(system|popen)|shell *= *True|\bpickle\b|allow_pickle|yaml\.load|getoutput'
found=$(grep -rnE "$pythons" tools --include='*.py' | grep -v 're\.compile(')
[ -z "$found" ] || fail "the tools could run a text: $found"
found=$(grep -rnwE 'eval' jobs tools --include='*' -I --exclude='*.py' --exclude='*.md' | grep -vE ':[0-9]+: *#')
[ -z "$found" ] || fail "a script evaluates a text: $found"

# --- no orders to the terminal ----------------------------------------------------------------------------------------
"$program" tables build --out "$folder/tables.h5" >/dev/null 2>&1 || fail "tables build"
"$python" -c "import h5py, sys; h5py.File(sys.argv[1], 'r+').attrs['source'] = sys.argv[2]" "$folder/tables.h5" \
  $'fits\e]0;owned\a\302\2332J' || fail "the tables cannot be changed"
call "$program" run "${small_eps[@]}" --set stars.table_file="$folder/tables.h5" --out "$folder/owned" ||
  fail "changed tables: $(cat "$folder/stderr")"
grep -q "stars: .*fits?]0;owned??2J" "$folder/stderr" || fail "what the tables say of themselves: $(cat "$folder/stderr")"
cp "$folder/stderr" "$folder/said"
call "$program" tables info --file "$folder/tables.h5" || fail "tables info: $(cat "$folder/stderr")"
grep -q "owned" "$folder/stdout" || fail "tables info: $(cat "$folder/stdout")"
for text in "$folder/said" "$folder/stdout" "$folder/owned/run.log"; do
  grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$text" && fail "$text obeys a file"
done

# --- nothing of the environment ---------------------------------------------------------------------------------------
found=$(grep -rlF "$secret" "$folder/real" "$folder/scan" "$folder/page_evil" "$folder/page_evil_scan")
[ -z "$found" ] || fail "the environment is told in $found"
for name in real/run.json real/run.h5 scan/scan.json scan/scan.h5 scan/scan.jsonl; do
  grep -qaF -e "PATH=" -e "HOME=" "$folder/$name" && fail "$name tells the environment"
done
found=$(grep -rnE '\b(gethostname|uname|getlogin|getpwuid|cuserid|MPI_Get_processor_name)\b' src include)
[ -z "$found" ] || fail "the program asks for its user or its machine: $found"
finish
