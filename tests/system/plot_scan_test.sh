#!/bin/bash
# Figures of a scan: of the paper's grid and of any other design, of one without any likelihood; the lines of 1, 2 and 3
# sigma are those of the program; a clear message for what is no scan.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/base.json" <<'T1'
{ "trees": { "path": "eps" }, "eps": { "trees_per_bin": 2, "bins_per_dex": 4, "resolution_relative": 1e-2 } }
T1
cat >"$folder/paper.json" <<'T2'
{ "base": "base.json", "keep": [2],
  "design": { "axes": { "feedback.alpha_out": [0, 0.5], "feedback.m_out0_msun": [1e9, 3e9],
                        "stars.imf2_max_msun": [100, 250] } } }
T2
cat >"$folder/other.json" <<'T3'
{ "base": "base.json",
  "design": { "kind": "one_at_a_time",
              "axes": { "feedback.m_out0_msun": [2e8, 5e10], "stars.imf2_form": ["salpeter1955", "chabrier2003"] } } }
T3
for name in paper other; do
  cecropia 2 scan "$folder/$name.json" -q --out "$folder/$name" >/dev/null 2>"$folder/stderr" ||
    fail "scan $name: $(cat "$folder/stderr")"
done

likelihoods=(likelihood_all likelihood_csfh likelihood_mzsfr likelihood_shmr)
# drawn NAME FIGURES...: the figures of $folder/NAME are these, and there was nothing to warn of
drawn() {
  local name=$1 figure
  shift
  "$python" tools/plot_scan.py "$folder/$name" --out "$folder/$name/figures" >"$folder/said" 2>&1 ||
    fail "$name: $(cat "$folder/said")"
  grep -qi warning "$folder/said" && fail "$name is drawn with warnings: $(cat "$folder/said")"
  for figure in "$@"; do
    [ "$(stat -c %s "$folder/$name/figures/$figure.png" 2>/dev/null || echo 0)" -gt 20000 ] ||
      fail "$name: $figure.png is missing or blank"
  done
  [ "$(find "$folder/$name/figures" -name '*.png' | wc -l)" = $# ] || fail "$name: $(ls "$folder/$name/figures")"
}
drawn paper "${likelihoods[@]}" sfrd csmd
drawn other "${likelihoods[@]}" sfrd csmd

# Another scan.h5 from a finished one: without any likelihood, with other observational tables, of one point
"$python" - "$folder" <<'P' || fail "changed scans"
import json, pathlib, shutil, sys
import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1])
for name in ("empty", "elsewhere", "alone"):
    shutil.copytree(folder / "paper", folder / name, ignore=shutil.ignore_patterns("figures", "points"))
with h5py.File(folder / "empty/scan.h5", "a") as file:
    for group in ("likelihood", "likelihood_max"):
        for column in file["points"][group].values():
            column[...] = np.nan
    file["points/sfrd_used"][...] = 0
shutil.copytree("params/observations", folder / "tables")
table = folder / "tables/liu2025_table2_sfrd.csv"
table.write_text("".join(line for line in open(table) if not line.startswith("5.9,")))
with h5py.File(folder / "elsewhere/scan.h5", "a") as file:
    base = json.loads(file["provenance/base"][()])
    base["observe"]["observations_path"] = str(folder / "tables")
    del file["provenance/base"]
    file["provenance/base"] = json.dumps(base)
with h5py.File(folder / "alone/scan.h5", "a") as file:
    for part in ("points", "points/parameters", "points/likelihood",
                 "points/likelihood_max", "points/points_used", "history"):
        for name, column in list(file[part].items()):
            if isinstance(column, h5py.Dataset):
                first = column[:1]
                del file[part][name]
                file[part][name] = first
P
drawn empty "${likelihoods[@]}" sfrd csmd
drawn elsewhere "${likelihoods[@]}" sfrd csmd
drawn alone sfrd csmd

# Which points of the SFRD counted, and the likelihoods without residuals, are what the program says of a kept point.
PYTHONPATH=tools "$python" - "$folder" <<'P' || fail "what scan.h5 says of a point"
import json, sys
import numpy as np
from scan_data import Scan, below

def without_residual(sigma):
    return -0.5 * np.log10(2 * np.pi * sigma**2)

folder = sys.argv[1]
scan = Scan(f"{folder}/paper")
comparison = json.load(open(f"{folder}/paper/points/0002/run.json"))["comparison"]
used = {i for i, point in enumerate(comparison["sfrd"]) if point["used"]}
assert scan.sfrd_used(2) == used and 0 < len(used) < 12, (scan.sfrd_used(2), used)
highest = [np.mean([without_residual(p["sigma_dex"]) for p in comparison[name] if p["used"]])
           for name in ("sfrd", "csmd")]
assert np.isclose(scan.log10_max["csfh"][2], np.mean(highest), rtol=0, atol=1e-12), scan.log10_max["csfh"]
assert np.allclose(scan.log10_max["fmr"], without_residual(0.13), rtol=0, atol=1e-12)
low, high = scan.highest_of_all("mzr")
assert without_residual(0.28) <= low <= high <= without_residual(0.23), (low, high)
assert np.isclose(below(0.24, 1), 0.02, atol=0.005) and np.isclose(below(0.24, 2), -0.63, atol=0.005)  # OBS-17
for name in ("all", "csfh", "mzsfr", "csfh_mzsfr"):
    best = json.load(open(f"{folder}/paper/best.json"))["best"][name]["point"]
    assert scan.ids[scan.best_of(name)] == best, (name, best)
assert Scan(f"{folder}/elsewhere").sfrd_used(2) is None
assert Scan(f"{folder}/empty").highest_of_all("all") is None
P

# The paper's grid has a panel for each slope, with a line for each outflow mass; the best ones are marked; another
# design has a panel for each parameter that varies, masses over decades on a logarithmic axis.
MPLBACKEND=Agg PYTHONPATH=tools "$python" - "$folder" <<'P' || fail "what the figures show"
import sys
import numpy as np
import plot_scan
from scan_data import Scan

scan = Scan(f"{sys.argv[1]}/paper")
assert plot_scan.is_paper_grid(scan)
panels = [ax for ax in plot_scan.plot_paper_grid(scan, "shmr").axes if ax.get_title()]
assert [ax.get_title() for ax in panels] == [r"$\alpha_{out}$ = 0", r"$\alpha_{out}$ = 0.5"]
for number, ax in enumerate(panels):
    curves = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() == "o"]
    wanted = scan.log10["shmr"].reshape(2, 2, 2)[number]
    assert np.array_equal([line.get_ydata() for line in curves], wanted), wanted
    assert sorted(line.get_marker() for line in ax.lines if len(line.get_xdata()) == 1) == ["D", "X", "^", "s"]
other = Scan(f"{sys.argv[1]}/other")
assert not plot_scan.is_paper_grid(other)
heading = [figure.legends[0].get_title().get_text()
           for figure in (plot_scan.plot_paper_grid(scan, "all"), plot_scan.plot_by_parameter(other, "all"))]
assert heading == ["the best of each panel", ""], heading
panels = plot_scan.plot_by_parameter(other, "shmr").axes[:2]
assert [ax.get_xlabel() for ax in panels] == ["feedback.m_out0_msun", "stars.imf2_form"] == other.varied()
assert [ax.get_xscale() for ax in panels] == ["log", "linear"]
assert [label.get_text() for label in panels[1].get_xticklabels()] == ["chabrier2003", "kroupa2001", "salpeter1955"]
P

mkdir "$folder/nothing"
"$python" tools/plot_scan.py "$folder/nothing" >/dev/null 2>"$folder/stderr"
[ $? = 2 ] || fail "a folder without a scan should end with 2"
grep -q "nothing: scan.h5 or best.json cannot be read (No such file or directory): give" "$folder/stderr" ||
  fail "message: $(cat "$folder/stderr")"
[ "$(wc -c <"$folder/stderr")" -lt 250 ] || fail "HDF5 speaks before the advice: $(cat "$folder/stderr")"
mkdir "$folder/unfinished"
head -c 3000 "$folder/paper/scan.h5" >"$folder/unfinished/scan.h5"
"$python" tools/plot_scan.py "$folder/unfinished" >/dev/null 2>"$folder/stderr"
[ $? = 2 ] || fail "a scan.h5 that is cut should end with 2"
grep -q "cannot be read (it is no complete HDF5 file): give" "$folder/stderr" || fail "message: $(cat "$folder/stderr")"
"$python" tools/plot_scan.py --help | grep -q "environment variable PYTHON" || fail "plot_scan.py --help"
finish
