#!/bin/bash
# Data of one's own are a file and a row: the example of docs/observations.md, from the page itself, changes L_all by what a
# calculation by hand gives, a report changes nothing else, both reach scans, and rows that are wrong are refused.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

mine=$folder/mine
cp -r params/observations "$mine"
"$python" - "$mine" <<'P' || fail "docs/observations.md shows no file and no row"
import pathlib
import re
import sys

table, row, functions, functions_row = re.findall(r"^```text\n(.*?)^```", open("docs/observations.md").read(), re.M | re.S)
folder = pathlib.Path(sys.argv[1])
(folder / "ionised.csv").write_text(table)
(folder / "faint.csv").write_text(functions)
(folder / "masses.csv").write_text("""z,log10_value,unit,err_lo_dex,err_hi_dex,window_myr
5,-1.5,Msun yr^-1 cMpc^-3,0.1,0.2,
7.3,-2,Msun yr^-1 cMpc^-3,0.1,0.1,30
40,-9,Msun yr^-1 cMpc^-3,0.1,0.1,
3,-9,Msun yr^-1 cMpc^-3,0.1,0.1,
""")
with (folder / "index.csv").open("a") as index:
    index.write(row)
    index.write(functions_row.replace("likelihood", "report"))
    index.write("rates,masses.csv,sfrd_10_msun_yr_cmpc3,n_detectable_cmpc3,report\n")
P
with=(--set "observe.observations_path=$mine" --set observe.min_galaxies=0.5)
small_run without --set observe.min_galaxies=0.5
small_run with "${with[@]}"
for ranks in 1 3; do
  cecropia $ranks run -q "${small_eps[@]}" "${with[@]}" --out "$folder/on$ranks" 2>"$folder/stderr" ||
    fail "$ranks ranks: $(cat "$folder/stderr")"
  cmp "$folder/with/run.h5" "$folder/on$ranks/run.h5" || fail "run.h5 differs on $ranks ranks"
done

"$python" - "$folder" <<'P' || fail "the likelihoods are not what they should be"
import json
import sys
import numpy as np

folder = sys.argv[1]
without, run, one, three = (json.load(open(f"{folder}/{name}/run.json")) for name in ("without", "with", "on1", "on3"))
for part in ("likelihood", "comparison", "terms", "points_used", "history"):
    assert run[part] == one[part] == three[part], part
z, t = (np.array(run["history"][name]) for name in ("z", "age_myr"))
assert z[-1] < 5 < 7.3 < z[0] < 40


def at(redshift, column):
    return np.interp(redshift, z[::-1], column[::-1])


def gaussian(residual, sigma):
    return -0.5 * np.log10(2 * np.pi * sigma**2) - residual**2 / (2 * sigma**2 * np.log(10))


faint = run["comparison"]["faint"]
assert [(p["m_uv_ab"], p["width_mag"]) for p in faint] == [(-20, 1), (-19, 1)], faint
for point in faint:
    phi = np.array(run["history"][f"uvlf_m_uv_{point['m_uv_ab']:g}_width_1_per_mag_cmpc3"])
    assert phi[-1] > 0, "no galaxy of this magnitude: the test would show nothing"
    if point["log10_simulated"] is not None:
        assert abs(point["log10_simulated"] - np.log10(at(7, phi))) < 0.5  # it is interpolated in log10, and phi is steep
ionised = [(5.5, 0.95, 0.05), (6.0, 0.90, 0.075), (7.1, 0.40, 0.25)]  # redshift, share, mean of both errors
q_hii = np.array(run["history"]["q_hii"])
assert q_hii[-1] > 0.1, "nothing is ionised: the test would show nothing"
mine = np.mean([gaussian(value - at(where, q_hii), sigma) for where, value, sigma in ionised])
new, old = run["likelihood"], without["likelihood"]
assert abs(new["log10_ionised"] - mine) < 1e-9, (new, mine)
assert abs(new["log10_all"] - (3 * old["log10_all"] + mine) / 4) < 1e-9 and abs(new["log10_all"] - old["log10_all"]) > 1e-3
for name in ("csfh", "sfrd", "csmd", "mzsfr", "fmr", "mzr", "shmr"):
    assert new[f"log10_{name}"] == old[f"log10_{name}"], name
assert set(new) - set(old) == {"log10_ionised", "log10_rates", "log10_faint"} and "terms" not in without
assert run["points_used"]["ionised"] == 3 and run["points_used"]["rates"] == 2
assert run["terms"]["ionised"] == {"file": "ionised.csv", "quantity": "q_hii", "unit": "-", "log10": False, "use": "likelihood"}
points = run["comparison"]["ionised"]
assert [p["reference"] for p in points] == ["A", "A", "B"], points
assert all(p["used"] and p["expected_galaxies"] is None for p in points)
assert np.allclose([p["simulated"] for p in points], [at(where, q_hii) for where, _, _ in ionised], atol=1e-12)

rates = run["comparison"]["rates"]
sfrd = np.array(run["history"]["sfrd_10_msun_yr_cmpc3"])
smooth = sfrd.copy()  # mean over the 30 Myr before, of a history that is linear in time and zero before the first level
for i, now in enumerate(t):
    knots = np.unique(np.concatenate([[max(now - 30, t[0]), now], t[(t > now - 30) & (t < now)]]))
    values = np.interp(knots, t, sfrd)
    smooth[i] = np.sum(np.diff(knots) * (values[1:] + values[:-1]) / 2) / 30
expected = [at(5, np.log10(np.maximum(sfrd, 1e-99))), at(7.3, np.log10(np.maximum(smooth, 1e-99)))]
assert np.allclose([p["log10_simulated"] for p in rates[:2]], expected, atol=1e-9), (rates, expected)
assert abs(new["log10_rates"] - np.mean([gaussian(-1.5 - expected[0], 0.15), gaussian(-2 - expected[1], 0.1)])) < 1e-8
n = np.array(run["history"]["n_detectable_cmpc3"]) * run["trees"]["volume_cmpc3"]
assert np.allclose([p["expected_galaxies"] for p in rates[:2]], [at(5, n), at(7.3, n)])
assert all("outside the redshifts" in p["reason"] and not p["used"] for p in rates[2:])
P
timeout -k 10 "$patience_s" "$program" run "${small_eps[@]}" "${with[@]}" --out "$folder/on1" >"$folder/stdout" 2>/dev/null
grep -Eq "^  ionised +[-.0-9]+ +3 " "$folder/stdout" || fail "the table does not show it: $(cat "$folder/stdout")"
grep -Eq "^rates \(reported, not in all\) +[-.0-9]+ +2 " "$folder/stdout" || fail "no report: $(cat "$folder/stdout")"
# The levels of one sigma on the page of tools/report are those of the program.
if "$python" -c "import matplotlib" 2>/dev/null; then
  MPLBACKEND=Agg PYTHONPATH=tools "$python" - "$folder/on1" "$folder/stdout" <<'P' || fail "the page judges by other levels"
import sys
import report_run
run = report_run.Run(sys.argv[1])
ends = report_run.without_residuals(run)
rows, indents = report_run.likelihood_rows(run.json["likelihood"], run.points_used, ends, run.json["terms"])
printed = {line[:34].strip(): line[34:].split() for line in open(sys.argv[2]) if line[34:35] == " "}
shown = {row[0]: row[3].replace("\u2212", "-").split(" to ") for row in rows}
for name in ("all", "ionised", "rates (reported, not in all)"):
    one_sigma, shown_ends = float(printed[name][2]), [float(end) for end in shown[name]]
    assert min(shown_ends) - 0.0051 <= one_sigma <= max(shown_ends) + 0.0051, (name, printed[name], shown[name])
assert [i for row, i in zip(rows, indents) if row[0].startswith(("ionised", "rates"))] == [1, 0], (rows, indents)
P
fi

# Scans: one point with the shipped folder, one with ours.
"$python" - "$folder" <<'P'
import json
import sys

folder = sys.argv[1]
for name, run in (("base", "without"), ("own_base", "with")):  # the resolved parameters of a run are a parameter file
    json.dump(json.load(open(f"{folder}/{run}/run.json"))["parameters"], open(f"{folder}/{name}.json", "w"))
for name, base, axis in (("scan", "base", {"observe.observations_path": ["", f"{folder}/mine"]}),
                         ("bad", "own_base", {"feedback.alpha_out": [0, 0.5]})):
    json.dump({"base": f"{base}.json", "design": {"axes": axis}}, open(f"{folder}/{name}.json", "w"))
P
cecropia 2 scan "$folder/scan.json" -q --out "$folder/scan" 2>"$folder/stderr" || fail "scan: $(cat "$folder/stderr")"
echo '{"id": 7, "observe.observations_path": "'"$mine"'"}' |
  cecropia 1 scan "$folder/scan.json" --points - --out "$folder/pipe" >"$folder/answer" 2>"$folder/stderr" ||
  fail "pipe: $(cat "$folder/stderr")"
"$python" - "$folder" <<'P' || fail "a scan does not have the likelihoods of its runs"
import json
import sys
import h5py
import numpy as np

folder = sys.argv[1]
points = h5py.File(f"{folder}/scan/scan.h5")["points"]
answer = json.load(open(f"{folder}/answer"))
for row, name in ((0, "without"), (1, "with")):
    for key, value in json.load(open(f"{folder}/{name}/run.json"))["likelihood"].items():
        assert points[f"likelihood/{key}"][row] == value, (name, key)
        assert row == 0 or answer[key] == value, key
for name in ("ionised", "rates"):
    assert np.isnan(points[f"likelihood/log10_{name}"][0]) and points[f"points_used/{name}"][0] == 0
    assert points[f"likelihood_max/log10_{name}"][1] >= points[f"likelihood/log10_{name}"][1]
P

# Figures: points where a figure shows their column, filled if they entered the likelihood; a quantity that nothing is, refused.
if "$python" -c "import matplotlib" 2>/dev/null; then
  sed -i 's/^rates,masses.csv,\(.*\),report/rates,masses.csv,\1,likelihood/' "$mine/index.csv"
  small_run drawn "${with[@]}"
  MPLBACKEND=Agg PYTHONPATH=tools "$python" - "$folder/drawn" <<'P' || fail "the points are not in the figure"
import sys
import plot_run
axes = plot_run.plot_sfrd(plot_run.Run(sys.argv[1])).axes[0]
bars = [bar for bar in axes.containers if bar.get_label() == "rates"]
drawn = {line.get_xdata()[0]: line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "P"}
assert len(bars) == 1 and set(drawn) == {5, 7.3, 40, 3} and [z for z in drawn if drawn[z] != "white"] == [5, 7.3], drawn
P
  cp "$mine/masses.csv" "$folder/as_compared"
  echo '9,-2,Msun yr^-1 cMpc^-3,0.1,0.1,' >>"$mine/masses.csv"
  "$python" tools/plot_run.py "$folder/drawn" --only sfrd >/dev/null 2>"$folder/stderr"
  [ $? = 2 ] && grep -q "masses.csv has 5 points, the run was compared with 4: it is not the file of the run" "$folder/stderr" ||
    fail "data that changed after the run: $(cat "$folder/stderr")"
  mv "$folder/as_compared" "$mine/masses.csv"
  printf 'z,value,unit\n6,0.01,Msun yr^-1 cMpc^-3\n' >"$mine/bare.csv"
  echo 'bare,bare.csv,sfrd_10_msun_yr_cmpc3,,figure' >>"$mine/index.csv"
  "$python" tools/plot_run.py "$folder/drawn" --only sfrd >/dev/null 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] || fail "a figure without errors ends with $code: $(cat "$folder/stderr")"
  grep -q "bare.csv, drawn as sfrd_10_msun_yr_cmpc3 .*none of the columns err_lo" "$folder/stderr" ||
    fail "said $(cat "$folder/stderr")"
  echo 'nowhere,masses.csv,mzt,,figure' >>"$mine/index.csv"
  "$python" tools/plot_run.py "$folder/drawn" --only sfrd >/dev/null 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] || fail "an unknown quantity ends with $code: $(cat "$folder/stderr")"
  grep -q "'mzt' of the row 'nowhere' is no column of the history" "$folder/stderr" || fail "said $(cat "$folder/stderr")"
fi

# What is wrong is said before a point is computed. (All messages: bad_input_test.sh.)
echo 'other,ionised.csv,q_hi,,likelihood' >>"$mine/index.csv"
for ranks in 1 3; do
  cecropia $ranks scan "$folder/bad.json" -q --out "$folder/bad" >/dev/null 2>"$folder/stderr"
  code=$?
  [ $code = 2 ] || fail "a wrong row in a scan ends with $code: $(cat "$folder/stderr")"
  [ "$(grep -c "'q_hi' is no column of the history" "$folder/stderr")" = 1 ] || fail "said $(cat "$folder/stderr")"
  [ ! -s "$folder/bad/scan.jsonl" ] || fail "something was computed"
done
finish
