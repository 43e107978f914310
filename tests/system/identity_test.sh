#!/bin/bash
# The number of ranks is invisible: the same bytes in run.h5 and the same numbers in run.json on 1, 2, 3 and 4 ranks,
# for real trees and for grown ones, with everything switched on, for every way of storing; and the way in which the
# same trees lie on the disk is invisible too.
# shellcheck source=tests/system/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$folder/same_science.py" <<'P'
"""same_science.py FIRST OTHER...: the run.json of all these folders agree in all but the machine's part."""
import json
import sys


def science(folder):
    run = json.load(open(folder + "/run.json"))
    assert run["timing"]["ranks"] >= 1 and run["timing"]["wall_s"] > 0
    for name in ("timing", "phases"):
        del run[name]
    del run["trees"]["source"], run["parameters"]["trees"]["path"]
    return run


first = science(sys.argv[1])
for folder in sys.argv[2:]:
    other = science(folder)
    assert first["likelihood"] == other["likelihood"], (folder, first["likelihood"], other["likelihood"])
    assert first == other, (folder, [name for name in first if first[name] != other[name]])
P
cat >"$folder/sound.py" <<'P'
"""sound.py FOLDER: stars were made, and mass and metals were moved, not made."""
import json
import sys

run = json.load(open(sys.argv[1] + "/run.json"))
budget = run["budget"]
assert run["history"]["csmd_msun_cmpc3"][-1] > 0, "no stars: the comparison would show nothing"
assert budget["accreted_msun"] > 0 and budget["made_metals_msun"] > 0, "nothing to balance"
for name in ("mass_relative_error", "metal_relative_error"):
    assert 0 <= budget[name] < 1e-12, (name, budget[name])
P

# identical RANKS NAME ARGUMENTS...: the run on one rank and those on so many others are one
identical() {
  local ranks=$1 name=$2 n
  shift 2
  for n in 1 $ranks; do
    cecropia "$n" run -q "$@" --out "$folder/$name.$n" 2>"$folder/said" || {
      fail "$name on $n ranks: $(cat "$folder/said")"
      return
    }
    cmp "$folder/$name.1/run.h5" "$folder/$name.$n/run.h5" || fail "$name: run.h5 depends on the number of ranks"
    grep -q "\"ranks\": $n\$" "$folder/$name.$n/run.json" || fail "$name was not run on $n ranks"
  done
  "$python" "$folder/same_science.py" "$folder/$name".? || fail "$name: run.json depends on the number of ranks"
  [ "$name" = tiny ] || "$python" "$folder/sound.py" "$folder/$name.1" || fail "$name"
}
# unlike NAME OTHER: the comparison does notice a difference
unlike() { cmp -s "$folder/$1.1/run.h5" "$folder/$2.1/run.h5" && fail "$1 and $2 do not differ"; }

identical "2 3 4" nbody params/nbody_64.json
identical "2 3 4" eps "${small_eps[@]}"
identical "2 3 4" everything "${small_eps[@]}" "${everything[@]}"
identical 3 older "${small_eps[@]}" --set stars.tables=hartwig2022 --set star_formation.radius=scale_radius \
  --set star_formation.density=gas --set model.mass_in_step=new_level --set type_ia.individual_below=0
# galaxies that feel each other in every way
together=(--set bubbles.own_bubble=true --set reionisation.own_region=always --set threshold.streaming=drawn
  --set lyman_werner.source=self_consistent --set feedback.c_zigm=1)
identical "2 3" neighbours params/nbody_64.json "${together[@]}"
identical 3 mean_field "${small_eps[@]}" --set surroundings.metals=bubbles --set surroundings.ionisation=regions \
  --set surroundings.redshift=[] --set surroundings.z_igm=[] --set surroundings.ionised_fraction=[] "${together[@]}"
unlike eps everything
unlike nbody neighbours
unlike eps older
# fewer forests than ranks: some ranks have no halo at all
identical 4 tiny params/nbody_64.json --trees tests/data/trees/tiny

# all levels and properties: written by all ranks, and packed
complete=("${everything[@]}" --set output.levels=all --set 'output.properties=["all"]')
identical 4 all_levels params/nbody_64.json "${complete[@]}" --set output.compression=0
identical 3 packed params/nbody_64.json "${complete[@]}" --set output.compression=4
"$python" - "$folder/all_levels.1/run.h5" "$folder/packed.1/run.h5" <<'P' || fail "packing changes what is in the file"
import sys
import h5py

plain, packed = (h5py.File(name) for name in sys.argv[1:])
names = []
plain.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
assert len(names) > 37 * 20, names
for name in names:
    assert plain[name].compression is None
    if name != "provenance/parameters":  # the level of compression is one of them
        assert plain[name].dtype == packed[name].dtype
        assert plain[name][()].tobytes() == packed[name][()].tobytes(), name
assert sum(packed[name].compression == "gzip" for name in names) > 37 * 20, "nothing is packed"
P

# the same trees as plain text, in several files, without the list of forests
set=trees/nbody_4mpc_64
mkdir "$folder/plain" "$folder/files" "$folder/unlisted"
gunzip -c $set/tree_0_0_0.dat.gz >"$folder/plain/tree_0_0_0.dat"
cp $set/tree_0_0_0.dat.gz "$folder/unlisted"
cp $set/forests.list "$folder/plain"
cp $set/forests.list "$folder/files"
awk -v out="$folder/files/tree_" '
  /^#tree/ { n += 1; place = n < 168 ? 0 : n < 335 ? 1 : 2 }
  n == 0 && !/^#/ { next }  # the number of trees: each file gets its own
  n == 0 { header = header $0 "\n"; next }
  { text[place] = text[place] $0 "\n" }
  /^#tree/ { ++trees[place] }
  END { for (i in text) printf "%s%d\n%s", header, trees[i], text[i] > (out i ".dat") }' "$folder/plain/tree_0_0_0.dat"
gzip "$folder/files/tree_1.dat"
[ "$(ls -C "$folder/files")" = "forests.list  tree_0.dat  tree_1.dat.gz  tree_2.dat" ] ||
  fail "the trees were not cut into three files"
for way in plain.1 plain.4 files.2 unlisted.3; do
  cecropia "${way#*.}" run -q params/nbody_64.json --trees "$folder/${way%.*}" --out "$folder/of_$way" ||
    fail "trees of $way"
  cmp "$folder/nbody.1/run.h5" "$folder/of_$way/run.h5" || fail "the trees of $way give another run.h5"
done
"$python" "$folder/same_science.py" "$folder/nbody.1" "$folder"/of_* ||
  fail "run.json depends on how the trees are stored"

# another seed is another run
"$program" run -q params/nbody_64.json --set random.seed=2 --out "$folder/seed.1" || fail "another seed"
unlike nbody seed
finish
