#!/bin/bash
# `cecropia trees check` on a small file for each class: the class is named in words and in JSON, the exit code is that of a run
# on the same trees, and neither depends on the number of ranks. Then repairs, info and pictures.
# shellcheck source=tests/system/lib.sh
. "${CECROPIA_SOURCE_DIR:?}/tests/system/lib.sh"

good=$source_dir/tests/data/trees/tiny/tree_0_0_0.dat

# without the launcher, which takes half a second
alone() { timeout -k 10 "$patience_s" "$program" "$@"; }

# has CLASS JSON: the report names the class
has() {
  "$python" - "$1" "$2" <<'P' || fail "$2 does not name $1"
import json, sys
report = json.load(open(sys.argv[2]))
found = [f for f in report["findings"] if f["class"] == sys.argv[1]]
assert len(found) == 1 and found[0]["count"] >= 1 and found[0]["what"] and found[0]["to_do"], found
assert report["accepted"] == (not any(f["severity"] == "error" for f in report["findings"]))
P
}

# checked CLASS EXIT-CODE TREES OPTIONS...: on 1 and 3 ranks
checked() {
  local class=$1 code=$2 trees=$3 n got launch
  shift 3
  for n in 1 3; do
    launch=(cecropia "$n")
    [ $n = 1 ] && launch=(alone)
    "${launch[@]}" trees check --trees "$trees" --json "$folder/$n.json" "$@" >"$folder/$n.txt" 2>"$folder/$n.err"
    got=$?
    [ $got = "$code" ] || fail "$class on $n ranks ended with $got, not $code: $(cat "$folder/$n.err")"
  done
  cmp "$folder/1.json" "$folder/3.json" || fail "$class: JSON differs on 3 ranks"
  cmp "$folder/1.txt" "$folder/3.txt" || fail "$class: words differ on 3 ranks"
  grep -q "  $class: " "$folder/1.txt" || fail "$class is not in the words: $(cat "$folder/1.txt")"
  has "$class" "$folder/1.json"
  alone trees info --read --trees "$trees" "$@" >/dev/null 2>&1
  got=$?
  [ $got = "$code" ] || fail "$class: check says $code, a run says $got"
}

# damaged NAME SED-EXPRESSION: a copy of the good trees with one fault
damaged() {
  sed "$2" "$good" >"$folder/$1"
  cmp -s "$good" "$folder/$1" && fail "the fault '$1' changed nothing"
}

checked phantom 0 "$good"
checked host_in_other_tree 0 "$good"
checked sub_subhalo 0 "$good"
checked skipped_snapshot 0 "$good"
checked ends_early 0 "$good"
checked scarce_halos 0 "$good" --set trees.particle_mass_msun=1e8

damaged orphan_descendant 's/ 130 0.16000 120 / 130 0.16000 125 /'
checked orphan_descendant 2 "$folder/orphan_descendant"
damaged orphan_host 's/ 220 0.18000 210 0 120 120/ 220 0.18000 210 0 120 129/'
checked orphan_host 2 "$folder/orphan_host"
damaged twice 's/ 420 0.00000 -1/ 130 0.00000 -1/'
checked duplicate_id 2 "$folder/twice"
damaged past 's/ 111 0.20000 100 / 111 0.20000 130 /'
checked descendant_not_later 2 "$folder/past"
damaged circle 's/ 110 0.20000 100 / 110 0.20000 130 /'
checked descendant_circle 2 "$folder/circle"
damaged host_time 's/ 220 0.18000 210 0 120 120/ 220 0.18000 210 0 110 110/'
checked host_at_other_time 2 "$folder/host_time"
damaged host_circle 's/ 110 0.20000 100 1 -1 -1/ 110 0.20000 100 1 111 111/'
checked host_circle 2 "$folder/host_circle"
damaged progenitors 's/ 100 0.00000 -1 2 / 100 0.00000 -1 3 /'
checked progenitors_missing 2 "$folder/progenitors"
damaged large_id 's/ 330 0.20000 300/ 1125899906842624 0.20000 300/'
checked id_too_large 2 "$folder/large_id"
damaged cosmology 's/Omega_M = 0.308900/Omega_M = 0.250000/;s/Omega_L = 0.691100/Omega_L = 0.750000/'
checked cosmology 2 "$folder/cosmology"
damaged mass 's/6.000e+09/-6.0e+09/'
checked unreadable 2 "$folder/mass"
damaged box 's/ 3.95 1.00 1.00/ 395 1.00 1.00/'
checked unreadable 2 "$folder/box"
head -c 900 "$good" >"$folder/cut"
checked unreadable 2 "$folder/cut"
mkdir "$folder/split"
cp "$good" "$folder/split"
printf '#TreeRootID ForestID\n100 100\n200 200\n300 300\n400 400\n' >"$folder/split/forests.list"
checked foreign_host 2 "$folder/split"
checked mass_function 0 trees/nbody_4mpc_64
checked mass_swap 0 trees/nbody_4mpc_64
checked mass_dip 0 trees/nbody_4mpc_64
checked mass_jump 0 trees/nbody_4mpc_64
checked mass_falls 0 trees/nbody_4mpc_64
grep -q '"mass_function"' "$folder/1.json" || fail 'no mass function in JSON'

# repairs make these acceptable, for the check and for a run, which says what was done
for repaired in 'promote_orphans orphan_descendant' 'promote_orphans orphan_host' 'promote_orphans split' \
  'flatten_hosts host_circle'; do
  read -r repair name <<<"$repaired"
  cecropia 2 trees check --trees "$folder/$name" --set "trees.repair=[\"$repair\"]" --set trees.check_progenitors=false \
    >"$folder/out" 2>&1 || fail "$name with $repair: $(cat "$folder/out")"
  grep -q "  $repair: [1-9]" "$folder/out" || fail "$repair does not say what it did: $(cat "$folder/out")"
  cecropia 2 trees info --read --trees "$folder/$name" --set "trees.repair=[\"$repair\"]" --set trees.check_progenitors=false \
    >"$folder/out" 2>&1 || fail "a run refuses $name with $repair"
  grep -q "trees.repair, $repair: [1-9]" "$folder/out" || fail "a run does not say what $repair did"
done
mkdir "$folder/both"
cp "$good" "$folder/both/tree_0_0_0.dat"
gzip -c "$good" >"$folder/both/tree_0_0_0.dat.gz"
checked duplicate_id 2 "$folder/both"
cecropia 2 trees check --trees "$folder/both" --set 'trees.repair=["drop_duplicates"]' >"$folder/out" ||
  fail 'copies are not dropped'
hash_of() { alone trees info --read --trees "$@" | sed -n 's/^content *//p'; }
[ "$(hash_of "$folder/both" --set 'trees.repair=["drop_duplicates"]')" = "$(hash_of "$good")" ] ||
  fail 'trees without their copies differ from the good trees'
alone trees check --set 'trees.repair=["promote_orphan"]' >"$folder/out" 2>&1
[ $? = 2 ] || fail 'a misspelt repair is accepted'
grep -q "did you mean 'promote_orphans'?" "$folder/out" || fail 'a misspelt repair is not helped'

# the report of EPS trees, and what a run needs
cecropia 2 trees check --set eps.trees_per_bin=1 --set eps.bins_per_dex=4 | grep -q ': right' || fail 'EPS trees are refused'
alone trees info --read params/nbody_64.json >"$folder/info"
for words in 'memory       a run needs about' 'time         a run needs about' 'volume 205.89'; do
  grep -q "$words" "$folder/info" || fail "trees info does not say '$words'"
done

# pictures
for n in 1 3; do
  cecropia $n trees draw params/nbody_64.json --out "$folder/$n.svg" || fail "trees draw on $n ranks"
  cecropia $n trees draw params/nbody_64.json >"$folder/$n.dot" || fail "trees draw as text on $n ranks"
done
cmp "$folder/1.svg" "$folder/3.svg" || fail 'the picture differs on 3 ranks'
cmp "$folder/1.dot" "$folder/3.dot" || fail 'the text for Graphviz differs on 3 ranks'
grep -q '^digraph' "$folder/1.dot" || fail 'without options trees draw does not give text for Graphviz'
"$python" -c 'import sys, xml.dom.minidom; assert xml.dom.minidom.parse(sys.argv[1]).getElementsByTagName("circle").length > 100' \
  "$folder/1.svg" || fail 'the picture is not well-formed'
alone trees draw params/nbody_64.json --out "$folder/a.gv" && cmp "$folder/a.gv" "$folder/1.dot" ||
  fail 'a name that ends in .gv does not give text for Graphviz'
alone trees draw params/nbody_64.json --format svg | cmp - "$folder/1.svg" || fail '--format svg differs from --out'
alone trees draw params/nbody_64.json --halo 123456789 --out "$folder/b.svg" >"$folder/out" 2>&1
[ $? = 2 ] && [ ! -e "$folder/b.svg" ] || fail 'a halo that is not there is drawn'

finish
