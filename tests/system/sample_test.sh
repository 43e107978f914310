#!/bin/bash
# Sampling with the program: killed at any moment and called again, the chain is that of an undisturbed sampler, byte for
# byte; what is in it is what the program said; a dead program and what cannot be sampled are explained.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
PYTHON=$python find_python numpy h5py matplotlib emcee >/dev/null ||
  { fail "no python3 has emcee (Debian: python3-emcee); set PYTHON to one that has" && finish; }

cat >"$folder/base.json" <<'T1'
{ "trees": { "path": "eps" }, "eps": { "trees_per_bin": 2, "bins_per_dex": 4, "resolution_relative": 1e-2 } }
T1
printf '{ "base": "base.json" }\n' >"$folder/scan.json"
priors=(--prior feedback.alpha_out=uniform:0:1 --prior feedback.m_out0_msun=loguniform:1e9:1e10)
# sample NAME ARGUMENTS...: into $folder/NAME; what it says is in $folder/said
sample() {
  local name=$1
  shift
  CECROPIA_PROGRAM=${instead:-$program} PYTHON=$python timeout -k 10 "$patience_s" tools/sample "$folder/scan.json" \
    --walkers 4 --steps 4 --ranks 2 --seed 3 --out "$folder/$name" "$@" >"$folder/said" 2>&1
}
lines() { wc -l 2>/dev/null <"$folder/$1/chain.jsonl" || echo 0; }
has_lines() { [ "$(lines "$1")" -ge "$2" ]; }
# in_the_middle NAME LINES SIGNAL: a sampler that gets the signal when chain.jsonl has so many lines, one more than it has ensembles
in_the_middle() {
  CECROPIA_PROGRAM=$program PYTHON=$python setsid tools/sample "$folder/scan.json" --walkers 4 --steps 4 --ranks 2 \
    --seed 3 --out "$folder/$1" "${priors[@]}" >"$folder/said" 2>&1 &
  local victim=$!
  comes has_lines "$1" "$2"
  sleep 0.2 # questions are under way
  kill "$3" -- -$victim
  wait $victim
}
same() {
  for file in samples.h5 chain.jsonl; do
    cmp "$folder/whole/$file" "$folder/$1/$file" || fail "$1: $file differs"
  done
}

sample whole "${priors[@]}" || fail "undisturbed: ended with $?: $(cat "$folder/said")"
left=$(cd "$folder/whole" && echo *)
[ "$left" = "chain.jsonl posterior.png program.log samples.h5 scan.json scan.jsonl scan.lock scan.log" ] ||
  fail "left: $left"
[ "$(stat -c %s "$folder/whole/posterior.png")" -gt 20000 ] || fail "no figure"
grep -q "neither widths nor medians can be trusted\|too few to tell" "$folder/said" ||
  fail "no warning of a short chain: $(cat "$folder/said")"
grep -q "100 %, .* models/s, .* passed, step 4 of 4" "$folder/said" || fail "no progress: $(cat "$folder/said")"

# Killed at the beginning and in the middle, the last line cut short, and again.
for at in 0 4; do in_the_middle killed $at -9; done 2>/dev/null
[ -e "$folder/killed/samples.h5" ] && fail "killed too late"
printf '{"step": 4, "u": [[0.1' >>"$folder/killed/chain.jsonl"
sample killed "${priors[@]}" || fail "after kill -9: ended with $?: $(cat "$folder/said")"
grep -q "cut short" "$folder/said" || fail "a repaired chain is not told: $(cat "$folder/said")"
grep -q "going on after step 2" "$folder/said" || fail "does not go on: $(cat "$folder/said")"
same killed
sleep 0.5
pgrep -f "$folder/killed" && fail "processes of killed samplers are still there"

# Asked to stop; then so many steps as are there; then all.
in_the_middle asked 4 -TERM
code=$?
[ $code = 3 ] || fail "TERM ends with $code: $(cat "$folder/said")"
grep -q "the same command goes on" "$folder/said" || fail "TERM says: $(cat "$folder/said")"
instead=/bin/false sample asked "${priors[@]}" --steps 2 || fail "steps that are there: $(cat "$folder/said")"
cmp -s "$folder/whole/samples.h5" "$folder/asked/samples.h5" && fail "two steps are not four"
sample asked "${priors[@]}" || fail "more steps: $(cat "$folder/said")"
same asked

"$python" - "$folder" <<'P' || fail "what is in the chain"
import json, math, sys
import h5py
import numpy as np

folder = sys.argv[1]
with h5py.File(f"{folder}/whole/samples.h5") as file:
    chain, ln_p = file["chain"][()], file["ln_posterior"][()]
    log10_all = file["likelihood/log10_all"][()]
    assert [name.decode() for name in file["parameters"][()]] == ["feedback.alpha_out", "feedback.m_out0_msun"]
    assert all("unit" in d.attrs and "description" in d.attrs for d in (file["chain"], file["likelihood/log10_all"]))
assert chain.shape == (4, 4, 2) and (chain[..., 0] >= 0).all() and (chain[..., 0] <= 1).all()
assert (chain[..., 1] >= 1e9).all() and (chain[..., 1] <= 1e10).all()
assert np.allclose(ln_p, math.log(10) * log10_all, rtol=0, atol=1e-12)  # both priors are 1 per unit of what is sampled
assert (chain[1:] != chain[:-1]).any()
sys.path.insert(0, "tools")
import cecropia
samples = cecropia.open(f"{folder}/whole")
assert np.array_equal(samples.chain, chain) and np.array_equal(samples.log10["all"], log10_all)
slope = samples.flat("feedback.alpha_out")
assert np.array_equal(slope, chain[samples.burn_in:, :, 0].ravel())
assert slope.min() <= samples.quantiles("feedback.alpha_out")[0] <= samples.quantiles("feedback.alpha_out", 0.5) <= slope.max()
assert samples.best["feedback.m_out0_msun"] in chain[ln_p == ln_p.max()][:, 1] and samples.settings["likelihood"] == "all"
assert "feedback.m_out0_msun" in repr(samples) and "4 steps of 4 walkers" in repr(samples)
said = {tuple(e["values"].values()): e["likelihood"]["log10_all"] for e in map(json.loads, open(f"{folder}/whole/scan.jsonl"))}
for point, value in zip(chain.reshape(-1, 2), log10_all.ravel()):
    assert said[tuple(point)] == value, (point, value)
assert len(said) <= 4 * 5  # no question twice
P

# A posterior that is known, with answers out of order: the likelihood 10^log10_csfh is a Gaussian of mean 0.3 and width
# 0.2, counted four times, so the width is 0.1.
cat >"$folder/gaussian" <<P
#!$(command -v "$python")
import json, math, sys
names = ("all", "csfh", "sfrd", "csmd", "mzsfr", "fmr", "mzr", "shmr")
for line in sys.stdin:
    for question in (json.loads(sys.stdin.readline()), json.loads(line)):
        answer = {f"log10_{name}": "-inf" for name in names}
        x = question["feedback.alpha_out"]
        print(json.dumps({"id": question["id"], **answer, "log10_csfh": -((x - 0.3) / 0.2) ** 2 / 2 / math.log(10)}), flush=True)
P
chmod +x "$folder/gaussian"
instead=$folder/gaussian sample known --prior feedback.alpha_out=normal:0:2 --walkers 16 --steps 400 --ranks 1 \
  --likelihood csfh --weight 4 || fail "a known posterior: $(cat "$folder/said")"
"$python" - "$folder/known/samples.h5" <<'P' || fail "a known posterior: $(cat "$folder/said")"
import sys
import h5py
with h5py.File(sys.argv[1]) as file:
    x, n = file["chain"][file.attrs["burn_in"]:, :, 0], 16 * 400 / file["autocorrelation_steps"][0]
assert n > 200 and abs(x.mean() - 0.3) < 5 * 0.1 / n**0.5 and abs(x.std() / 0.1 - 1) < 5 / (2 * n) ** 0.5, (x.mean(), x.std(), n)
P

# What cannot be done is said, and the chain stays what it was.
before=$(cksum <"$folder/whole/chain.jsonl")
# refused CODE WORDS NAME ARGUMENTS...
refused() {
  local wanted=$1 words=$2 code
  shift 2
  sample "$@"
  code=$?
  [ $code = "$wanted" ] || fail "$words: ended with $code: $(cat "$folder/said")"
  grep -q -- "$words" "$folder/said" || fail "$words: not said: $(cat "$folder/said")"
  grep -q Traceback "$folder/said" && fail "$words: $(cat "$folder/said")"
}
refused 2 "seed was 3 and is 4" whole "${priors[@]}" --seed 4
refused 2 "prior was feedback.alpha_out=uniform:0:1" whole --prior feedback.alpha_out=uniform:0:2 "${priors[@]:2}"
refused 2 "prior was feedback.alpha_out=uniform:0:1" whole "${priors[@]:2}" "${priors[@]:0:2}"
refused 2 "feedback.f_heat was 1.0 and is 2.0" whole "${priors[@]}" --steps 5 -- --set feedback.f_heat=2
refused 2 "parameter 'feedback.alpha_oot' is unknown" misspelt --prior feedback.alpha_oot=uniform:0:1
refused 2 "write section.key=KIND:NUMBER:NUMBER" misspelt --prior feedback.alpha_out=unifrom:0:1
refused 2 "low = 0 has no logarithm" misspelt --prior feedback.alpha_out=loguniform:0:1
refused 2 "at least twice the number of parameters" misspelt "${priors[@]}" --walkers 3
refused 2 "--weight 0: a number above 0 is needed" misspelt "${priors[@]}" --weight 0
refused 2 "--burn 50: from 0 to less than --steps 50, please" misspelt "${priors[@]}" --steps 50 --burn 50
refused 2 "--ranks 0: between 1 and 1000000, please" misspelt "${priors[@]}" --ranks 0
printf '#!/bin/bash\nread -r question\necho "out of paper" >&2\nkill -9 $$\n' >"$folder/dies"
printf '#!/bin/bash\nread -r question\necho "good morning"\ncat >/dev/null\n' >"$folder/chats"
chmod +x "$folder/dies" "$folder/chats"
instead=$folder/dies refused 1 "out of paper" dead "${priors[@]}"
grep -q "the program ended with exit code 137 while 4 questions were open" "$folder/said" ||
  fail "a dead program: $(cat "$folder/said")"
instead=$folder/chats refused 2 "no answer: good morning" chatting "${priors[@]}"
[ "$(cksum <"$folder/whole/chain.jsonl")" = "$before" ] || fail "a refused command touched the chain"
finish
