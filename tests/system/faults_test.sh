#!/bin/bash
# Thirty injected faults in scans, runs, conversions and a report: signals, full and read-only disks, a folder that goes away,
# exhausted shared memory, exceptions, calls that fail. Each ends in time, with a cause that is named where somebody lived to
# name it, harms nothing older, and the same command again leaves the bytes of an undisturbed one. `tools/test --long --part
# faults` does more than 500.
# Takes two processors: its watchdogs take a busy machine for a hang.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
library=${CECROPIA_FAULT_LIBRARY:-$(dirname "$program")/../lib/libfaults.so}
[ -f "$library" ] || skip "no libfaults.so: the tests are not built"
TMPDIR=$folder "$python" -B tests/testing/faults/run_faults.py --program "$program" --library "$library" --short --count 30 \
  --patience "${CECROPIA_TEST_PATIENCE:-1}" || fail "see above"
finish
