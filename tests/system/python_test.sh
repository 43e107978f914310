#!/bin/bash
# The page docs/tutorials/python.md: its commands make what it reads, its code runs and prints what it says, its figures are
# drawn; a number that is changed in the page is noticed. A ledger tells the same as the scan.h5 made of it, a shard what it
# has; what cannot be read is said in one sentence.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
export PYTHONPATH=$source_dir/tools PYTHONDONTWRITEBYTECODE=1
page=$source_dir/docs/tutorials/python.md
export CECROPIA_DATA=$source_dir

# The commands of the page, on two ranks; the last one is the user's python.
mkdir "$folder/out"
ln -s "$source_dir/params" "$folder/params"
commands=0
while read -r command; do
  eval "set -- $command"
  shift
  (cd "$folder" && cecropia 2 "$@" -q </dev/null >/dev/null 2>"$folder/stderr") || fail "$command: $(cat "$folder/stderr")"
  commands=$((commands + 1))
done < <(sed -n '/^```sh$/,/^```$/{s/\\$/&/;H}; ${x; s/\\\n *//g; p}' "$page" | grep '^build/bin/cecropia')
[ $commands = 3 ] || fail "the page has $commands commands, not 3"

tutorial() { (cd "$folder" && MPLBACKEND=Agg timeout $((3 * patience_s)) "$python" "$source_dir/tests/testing/tutorial.py" "$@" >"$folder/said" 2>&1); }
tutorial "$page" || fail "$(cat "$folder/said")
were results meant to change? tests/testing/tutorial.py --help says how the page follows"
grep -qi warning "$folder/said" && fail "the page's code warns: $(cat "$folder/said")"
for figure in sfrd mzr likelihood growth; do
  [ "$(stat -c %s "$folder/out/python_$figure.png" 2>/dev/null || echo 0)" -gt 15000 ] || fail "no figure python_$figure.png"
done
sed 's/^log10 L = -0\.\([0-9]\)/log10 L = -0.9\1/' "$page" >"$folder/page.md"
cmp -s "$page" "$folder/page.md" && fail "the page does not quote log10 L"
tutorial "$folder/page.md" && fail "a wrong number in the page is not noticed"
grep -q "the page says" "$folder/said" || fail "a wrong number: $(cat "$folder/said")"

# The scan of the page as a shard that was not merged would be: without scan.h5. And half of it, the last line cut.
mkdir "$folder/ledger" "$folder/half"
cp "$folder"/out/quickstart/scan/scan.json* "$folder/ledger"
cp "$folder/ledger/scan.json" "$folder/half"
head -n 7 "$folder/ledger/scan.jsonl" | head -c -100 >"$folder/half/scan.jsonl"
"$python" - "$folder" <<'P' || fail "what a ledger tells"
import sys
import numpy as np
import cecropia

top = sys.argv[1]
whole, ledger, half = (cecropia.open(f"{top}/{name}") for name in ("out/quickstart/scan", "ledger", "half"))
assert whole.is_finished and not ledger.is_finished and not half.is_finished
for table in ("points", "parameters", "relations", "history"):
    mine, other = getattr(whole, table), getattr(ledger, table)
    assert set(mine) == set(other) and len(mine) >= 3, (table, set(mine) ^ set(other))
    for name in mine:
        assert np.array_equal(mine[name], other[name], equal_nan=True), (table, name)
        if table in ("relations", "history"):
            assert mine.units[name] == other.units[name] != "", (table, name)
assert whole.base == ledger.base and (whole.sfrd_counted == ledger.sfrd_counted).all()
assert dict(whole.provenance) == dict(ledger.provenance), (whole.provenance, ledger.provenance)
assert half.ids.size == 6 and all(half.tau_e[half.row_of[i]] == whole.tau_e[whole.row_of[i]] for i in half.ids)
assert "6 finished so far" in repr(half)
assert np.isfinite(half.grid("log10_l_all")).sum() == 6
for term, best in whole.best.items():
    assert whole.ids[whole.best_of(term)] == best["point"], term
for slope, values in zip(whole.axes["feedback.alpha_out"], whole.grid("log10_l_all")):
    rows = whole.parameters["feedback.alpha_out"] == slope
    assert np.array_equal(values.ravel(), whole.log10["all"][rows])  # the last axis runs fastest

# Every column of a run has a unit, and the galaxies are those of the file.
run = cecropia.open(f"{top}/out/quickstart")
for table in (run.history, run.level(6), *run.populations.values(), *run.comparison.values()):
    for name in table:
        assert table.units[name] and table.descriptions[name], (table.place, name)
galaxies = run.galaxies(4, 6)
assert galaxies.rows == sum(run.level(z).facts["galaxies"] for z in run.redshifts if 4 <= z <= 6)
assert abs(galaxies["light_cone"].sum() / (galaxies["weight_per_cmpc3"] *
           np.interp(galaxies["z"], run.history["z"][::-1], run.shells()[::-1])).sum() - 1) < 1e-12

# Histories are sums over galaxies in the units that both name.
level = run.level(6)
row, weight = run.levels[run.nearest(6)], level["weight_per_cmpc3"]
seen = level["sfr_10_msun_yr"] > run.parameter("observe.sfr_min_msun_yr")
sphere = 4 / 3 * np.pi * (1e-3 * level["bubble_radius_ckpc"]) ** 3
for name, total in (("csmd_msun_cmpc3", level["m_star_msun"]), ("sfrd_10_msun_yr_cmpc3", level["sfr_10_msun_yr"]),
                    ("csmd_iii_msun_cmpc3", level["m_star_iii_msun"]), ("metal_filling", sphere),
                    ("n_detectable_cmpc3", seen)):
    assert abs((weight * total).sum() / run.history[name][row] - 1) < 1e-6, name
P

# expect WORDS CODE: a Trouble of one line with these words
expect() {
  "$python" -c "
import sys, cecropia
try:
    $2
except cecropia.Trouble as trouble:
    said = str(trouble)
    assert '\n' not in said and sys.argv[1] in said, said
else:
    raise AssertionError('no Trouble')" "$1" 2>"$folder/stderr" || fail "$1: $(cat "$folder/stderr")"
}
mkdir "$folder/nothing" "$folder/broken"
cp "$folder/out/quickstart/run.json" "$folder/broken"
head -c 3000 "$folder/out/quickstart/run.h5" >"$folder/broken/run.h5"
expect "does not exist: give the folder" "cecropia.open('$folder/nowhere')"
expect "holds no run (run.json), scan (scan.json) or chain" "cecropia.open('$folder/nothing')"
expect "run.h5 cannot be read (it is no complete HDF5 file): give" "cecropia.open('$folder/broken')"
expect "run again with --set output.levels=all" "cecropia.open('$folder/out/quickstart').main_branch()"
expect "name it in \`keep\`" "cecropia.open('$folder/out/quickstart/scan').run(3)"
finish
