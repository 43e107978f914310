#!/bin/bash
# A scan on two nodes with two ranks each leaves the same bytes as one rank alone: in groups of one, of two on a node, of two
# across both and of all four, on grown trees and on real ones. One machine plays both nodes; they speak by TCP.
# Takes two processors: its nodes are this machine.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"
unshare --uts hostname somewhere 2>/dev/null || skip "a process cannot be given another host name (unshare --uts)"
mpirun --version 2>/dev/null | grep -q "Open MPI" || skip "this mpirun is not that of Open MPI, whose options are used"

# on_two_nodes ORDER ARGUMENTS...: the program; consecutive ranks are on one node (slot) or alternate (node)
on_two_nodes() {
  local order=$1
  shift
  timeout -k 10 "$patience_s" mpirun --host north:2,south:2 -n 4 --map-by "$order" \
    --mca plm_rsh_agent "$PWD/tests/testing/another_host.sh" --mca oob_tcp_if_include lo --mca btl_tcp_if_include lo \
    "$program" "$@"
}
# same NAME FILES ARGUMENTS...: a scan leaves these files, the same on two nodes as on one rank
same() {
  local name=$1 files=$2 order size file there
  shift 2
  cecropia 1 scan -q "$@" --out "$folder/$name.alone" 2>"$folder/stderr" || fail "$name on one rank: $(cat "$folder/stderr")"
  while read -r order size; do
    there=$name.$order.$size
    on_two_nodes "$order" scan -q "$@" --group-size "$size" --out "$folder/$there" 2>"$folder/stderr" </dev/null ||
      fail "$there: $(cat "$folder/stderr")"
    grep -q "groups: $((4 / size)), ranks in each: $size, nodes: 2" "$folder/$there/scan.log" ||
      fail "$there was not on two nodes: $(cat "$folder/$there/scan.log")"
    for file in $files; do cmp "$folder/$name.alone/$file" "$folder/$there/$file" || fail "$there: another $file"; done
  done <<<$'slot 1\nslot 2\nslot 4\nnode 2'
}

cat >"$folder/grown.json" <<J
{ "base": "$PWD/params/quickstart.json", "keep": [2],
  "design": { "axes": { "feedback.alpha_out": [0, 0.5, 1], "feedback.m_out0_msun": [1e9, 3e9] } } }
J
cat >"$folder/real.json" <<J
{ "base": "$PWD/params/nbody_64.json", "design": { "axes": { "feedback.ebind_norm": [1, 2.3] } } }
J
same grown "scan.h5 best.json points/0002/run.h5" "$folder/grown.json" "${small_eps[@]:1}"
same real "scan.h5 best.json" "$folder/real.json"
finish
