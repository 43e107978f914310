#!/usr/bin/env bash
# tools/report: every figure that a run or a scan can give, on a page that loads nothing and shows what files say as text;
# what it would need for the others; the numbers of the program; commands that give the same bytes again; one line for what
# is no finished run.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
export PYTHON=$python

# report NAME ARGUMENTS...: its words in $folder/said; there is nothing to warn of
report() {
  local name=$1
  shift
  tools/report "$@" >"$folder/said" 2>&1 || fail "$name: $(tail -n 3 "$folder/said")"
  grep -qi "warning\|traceback" "$folder/said" && fail "$name is drawn with warnings: $(cat "$folder/said")"
}

# A run of the program, with what figure 1 needs; one without galaxies whose files hold what a browser would run; a scan.
"$program" run "${small_eps[@]}" --set 'output.properties=["default", "r_galaxy_kpc", "r_vir_kpc"]' \
  --set 'output.redshifts=[4.5, 5, 6, 7, 8, 9]' --out "$folder/real" >"$folder/table" 2>"$folder/stderr" ||
  fail "run: $(cat "$folder/stderr")"
"$python" tests/testing/synthetic_run.py "$folder/bad & <b>\"run" --empty || fail "synthetic run"
"$python" - "$folder/bad & <b>\"run" <<'P' || fail "changed run"
import json
import pathlib
import sys
folder = pathlib.Path(sys.argv[1])
run = json.loads((folder / "run.json").read_text())
evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
run["parameters"]["stars"] = {"tables": evil, "imf2_max_msun": 250}
run["parameters"][evil] = {evil: [evil, 1]}
run["trees"][evil] = run["tau_e_reason"] = run["program"] = evil
run["program"] = {"version": evil, "git": evil}
run["likelihood"] = {"log10_all": None, f"log10_{evil}": 0.5, "reason": evil}
run["relations"] = {f"{evil}_slope": 1.0, evil: 2.0}
run["budget"] = {evil: 1.0, "stars": {evil: 3}}
run["timing"], run["phases"] = {evil: 1.0}, [{"name": evil, "calls": 1}]
run["comparison"]["sfrd"][0].update(reference=evil, reason=evil, sigma_dex=0.1, used=False)
(folder / "run.json").write_text(json.dumps(run))
(folder / "run.log").write_text("[2026-01-01 00:00:00] info: cecropia 0.1.0\n"
                                f"[2026-01-01 00:00:00] debug: stars.tables = {evil} ({evil}, line 1)\n"
                                f"[2026-01-01 00:00:00] warning: {evil}\n")
P
cat >"$folder/base.json" <<'J'
{ "trees": { "path": "eps" }, "eps": { "trees_per_bin": 2, "bins_per_dex": 4, "resolution_relative": 1e-2 } }
J
cat >"$folder/grid.json" <<'J'
{ "base": "base.json", "keep": "all",
  "design": { "axes": { "feedback.alpha_out": [0, 0.5], "feedback.m_out0_msun": [1e9, 3e9],
                        "stars.imf2_max_msun": [100, 250] } } }
J
cecropia 2 scan "$folder/grid.json" -q --out "$folder/grid" >/dev/null 2>"$folder/stderr" || fail "scan: $(cat "$folder/stderr")"
mkdir "$folder/few"
cp "$folder"/grid/{scan.h5,best.json} "$folder/few" # no points, ledger or log

report "a run" "$folder/real"
[ "$(cat "$folder/said")" = "$folder/real/report.html" ] || fail "it says: $(cat "$folder/said")"
"$program" run params/toyouchi2025.json -q --set disc.n_rings=15 --set model.max_step_myr=10 --set 'output.redshifts=[5, 6, 7, 7.88]' \
  --set 'output.properties=["default", "oh_spread_dex", "oh_gradient_dex_kpc", "m_uv_seen_ab"]' --out "$folder/discs" >/dev/null 2>"$folder/stderr" ||
  fail "discs: $(cat "$folder/stderr")"
report "discs" "$folder/discs"
report "a run with evil words" "$folder/bad & <b>\"run" --out "$folder/evil page.html"
report "a scan" "$folder/few" --out "$folder/scanned"

cat >"$folder/page.py" <<'P'
"""What the tests ask of a page."""
import base64
import html.parser
import io
import pathlib
import re
import urllib.parse

from PIL import Image

EMPTY = {"meta", "link", "img", "br", "wbr", "hr", "input"}


class Reader(html.parser.HTMLParser):
    """Reads a page; asserts that every element is closed and that nothing is fetched or run that is not its own."""

    def __init__(self, path):
        super().__init__()
        self.path, self.open, self.ids, self.targets, self.files, self.images, self.words = path, [], [], [], [], [], ""
        self.scripts = 0
        self.feed(path.read_text())
        self.close()
        assert not self.open, self.open
        assert self.scripts == 1 and len(self.ids) == len(set(self.ids)), (self.scripts, self.ids)
        assert self.targets and set(self.targets) <= set(self.ids), set(self.targets) - set(self.ids)
        written = re.sub(r'"data:image/png;base64,[^"]*"', "", path.read_text())
        assert not re.search(r"https?:|[\"'(]//|@import|url\(", written), "an address"

    def handle_starttag(self, tag, attributes):
        if tag not in EMPTY:
            self.open.append(tag)
        self.scripts += tag == "script"
        assert tag not in ("iframe", "object", "embed", "form", "svg", "base"), tag
        attributes = dict(attributes)
        self.ids += [attributes["id"]] if "id" in attributes else []
        assert not [name for name in attributes if name.startswith("on")], attributes
        if tag == "a":
            target = attributes["href"]
            (self.targets if target[0] == "#" else self.files).append(target.lstrip("#"))
        elif "href" in attributes:
            assert attributes["href"] == "data:,", attributes
        if "src" in attributes:
            kind, _, data = attributes["src"].partition(",")
            assert tag == "img" and kind == "data:image/png;base64" and attributes["alt"], attributes
            image = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
            image.load()
            assert image.size == (int(attributes["width"]), int(attributes["height"]))
            assert len(image.getcolors(1 << 16) or range(99)) > 6, "a blank figure"
            self.images.append((attributes["class"], image))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.words += data if self.open[-1:] not in (["script"], ["style"]) else ""

    def figures(self):
        """Names of the figures; asserts that each is there for both themes, and beside the page as PNG and PDF."""
        assert [kind for kind, _ in self.images] == ["light", "dark"] * (len(self.images) // 2)
        for (_, light), (_, dark) in zip(self.images[::2], self.images[1::2]):
            bright = [sum(image.convert("L").resize((9, 9)).getdata()) / 81 for image in (light, dark)]
            assert bright[0] > 160 and bright[1] < 100, bright
        names = []
        for file in self.files:
            path = self.path.parent / urllib.parse.unquote(file)
            data = path.read_bytes()
            if path.suffix == ".png":
                Image.open(path).verify()
                names.append(path.stem)
            elif path.suffix == ".pdf":
                assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF"), path
                assert b"CreationDate" not in data and path.with_suffix(".png").exists(), path
        assert len(names) * 2 == len(self.images) == 2 * len(set(names)), (names, len(self.images))
        assert set(names) == {p.stem for p in path.parent.glob("*.png")} == {p.stem for p in path.parent.glob("*.pdf")}
        return names
P
PYTHONPATH=$folder:tools "$python" - "$folder" <<'P' || fail "what the pages show"
import pathlib
import re
import sys

from page import Reader
from paper_figures import of_scan
from plot_data import Run
from report_scan import kept_run
from scan_data import Scan

folder = pathlib.Path(sys.argv[1])
run = ["fig01_sizes", "fig08_sfrd", "fig08_csmd", "fig09_fmr", "fig10_mzr", "fig11_evolution", "fig12_shmr", "figA_sfms",
       "sec61_metal_poor", "sec61_pisn", "light", "populations"]
observers = ["sizes_by_mass", "compactness", "environment_mzr", "environment_offset", "fmr_offset", "mzr_scatter"]
real = Reader(folder / "real/report.html")
assert real.figures() == run + observers, real.figures()
for words in ("Figs. 4 to 7", "Figs. A.1 and A.2", "Fig. B.1", "scale_radius", "Fig. 12 of Liu et al. (2025)",
              "params/quickstart.json, line", "output.properties", "galaxies of this model have no dust"):
    assert words in real.words, words

# discs show their light, dust, rings and clumps, and nothing that only single stars have
discs = Reader(folder / "discs/report.html")
wanted = {"light", "dust", "uv_luminosities", "clumps_metals", "clumps_densities", "fmr_offset", "mzr_scatter"}
assert wanted <= set(discs.figures()), wanted - set(discs.figures())
assert not {"sec61_pisn", "populations"} & set(discs.figures()), discs.figures()
for words in ("have no single stars that could die so", "are not made of populations of single stars"):
    assert words in discs.words, words

evil = Reader(folder / "evil page.html")
assert evil.figures() == [name for name in run if name != "fig01_sizes"]
assert "it needs galaxies at z = 7" in evil.words
text = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
assert evil.words.count(text) >= 14, evil.words.count(text)
assert 'Run bad & <b>"run' in evil.words

scan = Reader(folder / "scanned/report.html")
likelihoods = ["fig04_likelihood_all", "fig05_likelihood_csfh", "fig06_likelihood_mzsfr", "fig07_likelihood_shmr"]
assert scan.figures() == [*likelihoods, "fig08_densities", "figB1_densities", "all_sfrd", "all_csmd", "sec61_pisn"]
assert "keeps only for the points named in its" in scan.words and "scan.log is not in the folder" in scan.words

# a scan that kept its best point has the figures of its galaxies too
whole = Scan(folder / "grid")
names = [figure.name for figure in of_scan(whole, kept_run(whole))[0]]
assert names[:9] == scan.figures() and {"best_fig09_fmr", "best_fig10_mzr", "best_figA_sfms"} <= set(names), names
# the older radius of galaxies gives the figures of appendix A
other = Run(folder / "real")
other.json["parameters"]["star_formation"]["radius"] = "scale_radius"
from paper_figures import of_run
labels = {figure.name: figure.paper for figure in of_run(other)[0]}
assert labels["fig08_sfrd"] == "Fig. A.1" and labels["figA_sfms"] == "Fig. A.2", labels

# the table of likelihoods is the one that the program printed
printed = {line[:34].strip(): line[34:].split() for line in open(folder / "table") if line[34:35] == " "}
shown = {m[0].strip(): m[1:] for m in re.findall(r'<td(?: class="in\d")?>([^<]*)</td><td class="n">([^<]*)</td>'
                                                 r'<td class="n">([^<]*)</td><td class="n">([^<]*)</td>'
                                                 r'<td class="n">([^<]*)</td></tr>', (folder / "real/report.html").read_text())}
plain = lambda text: text.replace("\u2212", "-").replace("\u202f", "").replace("\u2013", "-")
checked = 0
for name, (value, points, *levels) in printed.items():
    if name not in shown:
        continue
    assert plain(shown[name][0]) == value and plain(shown[name][1]) == points, (name, shown[name], value, points)
    for range_shown, exact in zip(shown[name][2:], levels):
        ends = [float(end) for end in plain(range_shown).split(" to ")]
        assert min(ends) - 0.005 <= float(exact) <= max(ends) + 0.005, (name, range_shown, exact)
    checked += 1
assert checked == 8, (printed, shown)
P

# What the page says under "repeat it" gives the same bytes.
"$program" run -q "$folder/real/report_files/parameters.json" --out "$folder/again" >/dev/null 2>"$folder/stderr" ||
  fail "again: $(cat "$folder/stderr")"
cmp "$folder/real/run.h5" "$folder/again/run.h5" || fail "the parameters beside the page give another run"
cecropia 2 scan "$folder/scanned/report_files/scan.json" --points "$folder/scanned/report_files/points.csv" -q \
  --out "$folder/scan_again" >/dev/null 2>"$folder/stderr" || fail "scan again: $(cat "$folder/stderr")"
cmp "$folder/grid/scan.h5" "$folder/scan_again/scan.h5" || fail "the points beside the page give another scan"

# A run or a scan that is not finished, and what is neither: one line, exit code 2, no page.
mkdir "$folder"/{nothing,no_json,cut,unfinished}
cp "$folder/real/run.h5" "$folder/real/run.log" "$folder/no_json"
cp "$folder"/real/run.json "$folder/cut"
head -c 5000 "$folder/real/run.h5" >"$folder/cut/run.h5"
cp "$folder/grid/scan.jsonl" "$folder/unfinished"
refused() { # NAME WORDS
  local name=$1 words=$2 code=0
  tools/report "$folder/$name" >"$folder/said" 2>&1 || code=$?
  [ $code = 2 ] || fail "$name ends with $code, not 2"
  [ "$(wc -l <"$folder/said")" = 1 ] && grep -qF -- "$words" "$folder/said" || fail "$name: $(cat "$folder/said")"
  [ ! -e "$folder/$name/report.html" ] || fail "$name: there is a page"
}
refused nothing "holds neither a run (run.json) nor a scan (scan.h5): give the folder of a finished one"
refused no_json "holds a run that is not finished (no run.json): run it again, with --resume if it left a checkpoint"
refused cut "run.h5 cannot be read (it is no complete HDF5 file): give the folder of a finished run"
refused unfinished "holds a scan that is not finished (no scan.h5): the same command goes on with it"
refused absent "is no folder: give the folder of a finished run or scan"
finish
