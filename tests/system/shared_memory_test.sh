#!/bin/bash
# A forest that dominates memory lives once on a node: four ranks that work on points of one scan need less than half as
# much again as one (summed proportional set size, Linux).
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
[ -r /proc/self/smaps_rollup ] || skip "this kernel has no /proc/PID/smaps_rollup"

# Millions of halos, hardly one of which forms stars.
cat >"$folder/scan.json" <<'T'
{ "parameters": { "trees": { "path": "eps" }, "output": { "levels": "none" },
                  "eps": { "log10_m_root_min": 6.8, "log10_m_root_max": 7.8, "bins_per_dex": 4, "trees_per_bin": 1200,
                           "resolution_msun": 1e4 } },
  "design": { "axes": { "feedback.alpha_out": [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4] } } }
T
# peak_mib RANKS: of all ranks together while the scan runs
peak_mib() {
  "$python" - "$1" "$program" "$folder" "$patience_s" <<'P'
import os, subprocess, sys, time
ranks, program, folder, patience_s = sys.argv[1:]
out = f"{folder}/on{ranks}"
scan = subprocess.Popen(["mpirun", "-n", ranks, program, "scan", f"{folder}/scan.json", "-q", "--out", out],
                        stdout=subprocess.DEVNULL, stderr=open(f"{folder}/stderr", "w"))
end, peak = time.time() + float(patience_s), 0
while scan.poll() is None and time.time() < end:
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = os.fsdecode(open(f"/proc/{pid}/cmdline", "rb").read()).split("\0")  # of anybody, in any encoding
            if words[0] == program and out in words:
                rollup = open(f"/proc/{pid}/smaps_rollup").read().splitlines()
                total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except (OSError, StopIteration):  # it has just ended
            pass
    peak = max(peak, total)
    time.sleep(0.1)
if scan.poll() is None:
    scan.kill()
    sys.exit("it hangs")
if scan.returncode:
    sys.exit(open(f"{folder}/stderr").read())
print(round(peak / 1024))
P
}
one=$(peak_mib 1) || fail "one rank: $one"
four=$(peak_mib 4) || fail "four ranks: $four"
echo "summed proportional set size at its peak: one rank $one MiB, four ranks $four MiB"
cmp "$folder/on1/scan.h5" "$folder/on4/scan.h5" || fail "four ranks leave other bytes"
[ "$one" -gt 250 ] || fail "the forest is too small for this test: $one MiB"
[ $((2 * four)) -lt $((3 * one)) ] || fail "four ranks need $four MiB, one rank $one MiB"
finish
