#!/bin/bash
# tools/endurance tells a scan that leaves memory, files or long lines behind from one that does not, and watches a real one.
# Takes two processors: it watches rates.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

"$python" - <<'P' || fail "what grows is not told from what does not"
import sys

sys.path.insert(0, "tools")
import numpy as np
from endurance import judge

rng = np.random.default_rng(1)
n, ranks = 300, 2


def looks(change=None):
    t = np.arange(n, dtype=float)
    points = np.floor(t / 2)
    memory = 50e6 * (1 + 0.002 * rng.standard_normal((ranks, n)) + 0.3 * np.exp(-t / 15))  # goes up and down, and settles
    columns = {"t": t, "log": 400 + 0 * t, "ledger": 17000 * points, "points": points, "files": 4 + 0 * t,
               "memory": memory, "open": np.tile(17 + (t % 2), (ranks, 1))}
    if change:
        change(columns, t / n)
    return np.vstack([*(columns[k] for k in ("t", "log", "ledger", "points", "files")), columns["memory"],
                      columns["open"]]).T.tolist()


def grown(what):
    return [row[0] for row in judge(looks(what), ranks) if not row[-1]]


def leak(c, x):
    c["memory"][1] *= 1 + 0.03 * x


def forgotten_files(c, x):
    c["open"][0] += np.floor(3 * x)


def talkative(c, x):
    c["log"] = 100 * c["points"] ** 1.5


def longer_lines(c, x):
    c["ledger"] = 17000 * c["points"] * (1 + 0.2 * x)


def temporaries(c, x):
    c["files"] = 4 + np.floor(10 * x)


cases = ((None, []), (leak, ["memory of rank 1 [MiB]"]), (forgotten_files, ["open files of rank 0, at most"]),
         (talkative, ["log, bytes per point"]), (longer_lines, ["ledger, bytes per point"]),
         (temporaries, ["files in the folder of the scan, at most"]))
for change, expected in cases:
    found = grown(change)
    if found != expected:
        print(f"{change and change.__name__}: {found}, not {expected}")
        sys.exit(1)
P

sed 's/"n": [0-9]*/"n": 2000/; s#"quickstart.json"#"'"$PWD"'/params/quickstart.json"#' params/endurance_scan.json >"$folder/scan.json"
CECROPIA_PROGRAM=$program PYTHON=$python tools/endurance --hours 0.004 --every 0.1 --out "$folder/out" "$folder/scan.json" \
  >"$folder/said" 2>&1
code=$?
[ $code -le 1 ] || fail "tools/endurance ends with $code: $(tail -n 5 "$folder/said")"
grep -q "Traceback\|Warning" "$folder/said" && fail "tools/endurance says: $(grep -m 3 "Traceback\|Warning" "$folder/said")"
grep -q "| open files of rank 1, at most | [1-9]" "$folder/said" || fail "no table: $(cat "$folder/said")"
[ "$(stat -c %s "$folder/out/endurance.png" 2>/dev/null || echo 0)" -gt 20000 ] || fail "no figure"
tools/endurance --out "$folder/out" "$folder/none.json" >"$folder/said" 2>&1
[ $? = 2 ] || fail "a scan file that is not there is not refused"
finish
