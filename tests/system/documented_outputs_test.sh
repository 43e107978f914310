#!/usr/bin/env bash
# Whatever a run and a scan write is described in the manual, and a name that is not is told; so is what commands say.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
small_run run --set 'output.properties=["all"]'
cat >"$folder/scan.json" <<END
{ "base": "$source_dir/params/quickstart.json",
  "parameters": { "eps": { "trees_per_bin": 2, "bins_per_dex": 4, "resolution_relative": 0.01 } },
  "design": { "axes": { "feedback.m_out0_msun": [1e9, 3e9] } } }
END
timeout -k 10 "$patience_s" "$program" scan -q "$folder/scan.json" --out "$folder/scan" 2>"$folder/stderr" ||
  fail "the scan: $(cat "$folder/stderr")"
"$python" tools/check_outputs.py "$folder/run" "$folder/scan" || fail "an output is not described"

"$python" tools/list_commands.py "$program" --check || fail "docs/commands.md is out of date"
printf '#!/bin/sh\necho "Usage: x"\n' >"$folder/other"
chmod +x "$folder/other"
"$python" tools/list_commands.py "$folder/other" --check >/dev/null && fail "docs/commands.md suits every program"

# without NAME FILE: the pages without this name are told to lack it in that file
mkdir "$folder/docs"
without() {
  cp docs/output.md docs/formats.md docs/scans.md "$folder/docs/"
  sed -i "s/\b$1\b/something/g" "$folder/docs"/*.md
  said=$("$python" tools/check_outputs.py --docs "$folder/docs" "$folder/run" "$folder/scan") && fail "nobody misses $1"
  grep -qF "$2: '$1'" <<<"$said" || fail "not said that $1 of $2 is not described: $said"
}
without m_peak_msun run.h5
without step_myr run.h5
without tables_hash run.h5
without halo_levels_richer_than_the_sun run.json
without likelihood_max scan.h5
finish
